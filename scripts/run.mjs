// Everything a fresh clone needs, with nothing but Node and npm: node scripts/run.mjs start|test|example [arguments for the job]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const [job, ...rest] = process.argv.slice(2);

/** The steps after install and build, in order; the first that fails ends the run with its exit code. */
const jobs = {
  start: [["node", "scripts/start.mjs"]],
  example: [["node", "scripts/start.mjs"]],
  test: [
    ["pnpm", "run", "typecheck"],
    ["pnpm", "run", "lint"],
    ["pnpm", "exec", "vitest", "run"],
  ],
};
if (!Object.hasOwn(jobs, job ?? "")) {
  console.error("usage: node scripts/run.mjs start|test|example [arguments]");
  process.exit(2);
}

// npm leaves its own npm_config_* in the environment of a script; pnpm warns about some of them and misreads others.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(config_(?!registry|cache|userconfig)|package_|lifecycle_)/i.test(name)),
);

function run([command, ...args]) {
  const [file, argv] =
    command === "pnpm" ? ["npx", ["-y", packageManager, ...args]] : [process.execPath, args];
  const result = spawnSync(file, argv, { cwd: root, stdio: "inherit", env, shell: process.platform === "win32" && file === "npx" });
  if (result.error) console.error(`could not run ${file}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

run(["pnpm", "install", "--frozen-lockfile", "--prefer-offline"]);
run(["pnpm", "run", "build"]);
const steps = jobs[job];
steps.forEach((step, index) => run(index === steps.length - 1 ? [...step, ...rest] : step));
