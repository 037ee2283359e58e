// Everything a fresh clone needs, with nothing but Node and npm: node scripts/run.mjs start|test|example [arguments for the job]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findExample, hasCompiler, isBuilt, showExamples } from "./examples.mjs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const [job, ...rest] = process.argv.slice(2);

// npm leaves its own npm_config_* in the environment of a script; pnpm warns about some of them and misreads others.
const foreign = /^npm_(config_(?!registry|cache|userconfig)|package_|lifecycle_)/i;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));

/** Runs a program in the root of the workspace; its exit code, 1 if it could not be started or was killed. */
function run(file, args, extra = {}) {
  const shell = process.platform === "win32" && file === "npx";
  const result = spawnSync(file, args, { cwd: root, stdio: "inherit", env: { ...env, ...extra }, shell });
  if (result.error) console.error(`could not run ${file}: ${result.error.message}`);
  return result.status ?? 1;
}
const node = (args, extra) => run(process.execPath, args, extra);
const pnpm = (...args) => run("npx", ["-y", packageManager, ...args]);

const prepare = () => pnpm("install", "--frozen-lockfile", "--prefer-offline") || pnpm("run", "build");

/** All checks are run even if an early one fails; type-check and lint count as one test each in the last line. */
function test() {
  const prepared = prepare();
  if (prepared !== 0) {
    console.log("0 passed, 1 failed");
    return prepared;
  }
  const checks = [
    node(["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"]),
    node(["node_modules/oxlint/bin/oxlint", "--deny-warnings"]),
  ];
  const failed = checks.filter((code) => code !== 0).length;
  const counts = { CHECKS_PASSED: String(checks.length - failed), CHECKS_FAILED: String(failed) };
  return node(["node_modules/vitest/vitest.mjs", "run", ...rest], counts) || Math.min(failed, 1);
}

/** Runs one example by its name, built first where that is needed; without a name the main job. */
function example() {
  const [name, ...args] = rest;
  if (name === undefined) return node(["scripts/start.mjs"]);
  const found = findExample(name);
  if (found === undefined) {
    console.error(`there is no example ${name}; there are:\n${showExamples()}`);
    return 2;
  }
  const build = () => (hasCompiler() ? pnpm("--filter", `./${found.package}`, "run", "build") : prepare());
  return (isBuilt(found) ? 0 : build()) || node([found.program, ...args]);
}

const jobs = { start: () => prepare() || node(["scripts/start.mjs", ...rest]), test, example };

if (!Object.hasOwn(jobs, job ?? "")) {
  console.error("usage: node scripts/run.mjs start|test|example [arguments]");
  process.exit(2);
}
process.exit(jobs[job]());
