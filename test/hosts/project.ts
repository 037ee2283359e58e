import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Result {
  readonly code: number | null;
  readonly out: string;
}

/** A directory with files and the packages it may import, as a user's project would have them. */
export interface HostProject {
  readonly directory: string;
  at(name: string): string;
  write(files: Readonly<Record<string, string>>): void;
  read(name: string): string;
  exists(name: string): boolean;
  /** Runs a JavaScript file with Node. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>): Result;
  start(args: readonly string[]): ChildProcess;
  remove(): void;
}

/**
 * Makes a project. `packages`: name in its node_modules → name of a package of this workspace (the same if absent).
 * Hosts load `retrograd` from its build output, as users do.
 */
export function hostProject(
  files: Readonly<Record<string, string>>,
  packages: readonly (string | readonly [string, string])[] = [],
): HostProject {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), "retrograd-host-")));
  const at = (name: string): string => path.join(directory, name);
  for (const each of ["retrograd", ...packages]) {
    const [name, source] = typeof each === "string" ? [each, each] : each;
    const target = path.join(root, "node_modules", source);
    if (!existsSync(target)) throw new Error(`there is no package ${source} in the workspace`);
    mkdirSync(path.dirname(at(`node_modules/${name}`)), { recursive: true });
    symlinkSync(realpathSync(target), at(`node_modules/${name}`));
  }
  const write: HostProject["write"] = (texts) => {
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(path.dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
    }
  };
  write({ "package.json": '{ "type": "module" }', ...files });
  const environment = (env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
    // What a test runner sets is none of a user's build.
    const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _node, FORCE_COLOR: _force, ...rest } = process.env;
    return { ...rest, NO_COLOR: "1", TSP_CACHE_DIR: path.join(root, "node_modules/.cache/ts-patch"), ...env };
  };
  return {
    directory,
    at,
    write,
    read: (name) => readFileSync(at(name), "utf8"),
    exists: (name) => existsSync(at(name)),
    node(args, env) {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: directory,
        encoding: "utf8",
        env: environment(env),
      });
      return { code: status, out: withoutWarnings(stdout + stderr) };
    },
    start: (args) =>
      spawn(process.execPath, args, { cwd: directory, env: environment(), stdio: ["pipe", "pipe", "pipe"] }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** In this workspace our packages are not below node_modules, so that Node 20 warns of what it does not warn users of. */
function withoutWarnings(text: string): string {
  return text.replace(/^\(node:\d+\) ExperimentalWarning: .*\n(?:\(Use `node.*\n)?/gm, "");
}

/** A module with a marked function and its use: prints the value and the gradient. */
export const curve = {
  "src/curve.ts": `/**
 * Distance of a curve from a point.
 * @differentiable
 */
export function curve(a: number, b: number): number {
  const r = a * Math.sin(b) - 1; // residual
  return r * r;
}
`,
  "src/main.ts": `import { grad_curve } from "./curve.grad.js";
import { curve } from "./curve.js";

const { value, da, db } = grad_curve(2, 0.5);
console.log(value === curve(2, 0.5), value.toFixed(12), da.toFixed(12), db.toFixed(12));
`,
} as const;

/** What it prints, computed by hand: r = 2 sin 0.5 − 1, da = 2 r sin 0.5, db = 2 r · 2 cos 0.5. */
export const curvePrints = ((): string => {
  const r = 2 * Math.sin(0.5) - 1;
  return `true ${(r * r).toFixed(12)} ${(2 * r * Math.sin(0.5)).toFixed(12)} ${(2 * r * 2 * Math.cos(0.5)).toFixed(12)}`;
})();
