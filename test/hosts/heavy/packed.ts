/** What users get: the packed tarballs, in empty projects. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const work = realpathSync(mkdtempSync(path.join(os.tmpdir(), "retrograd-packed-")));
export const removeWork = (): void => rmSync(work, { recursive: true, force: true });
const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  packageManager: string;
};

export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): string {
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _node, ...rest } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...rest, NO_COLOR: "1", ...env },
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${stdout}\n${stderr}\n${error?.message ?? ""}`);
  return stdout;
}
export const pnpm = (args: readonly string[], cwd: string): string => run("npx", ["-y", packageManager, ...args], cwd);

export const tarballs = new Map<string, string>();
/** Packs what is built. */
export function pack(): void {
  for (const name of ["runtime", "transformer", "retrograd"]) {
    pnpm(["pack", "--pack-destination", work], path.join(root, "packages", name));
  }
  for (const file of readdirSync(work).filter((each) => each.endsWith(".tgz"))) {
    const name = file.includes("runtime")
      ? "@retrograd/runtime"
      : file.includes("transformer")
        ? "@retrograd/transformer"
        : "retrograd";
    tarballs.set(name, `file:${path.join(work, file)}`);
  }
}

export function emptyProject(
  name: string,
  files: Readonly<Record<string, string>>,
  devDependencies: Readonly<Record<string, string>>,
): string {
  const directory = path.join(work, name);
  const ours = Object.fromEntries(tarballs);
  const texts = {
    // Nothing of ours is in a registry yet: each reference to one of our packages is to its tarball.
    "package.json": JSON.stringify({
      name: "empty",
      version: "1.0.0",
      private: true,
      type: "module",
      devDependencies: { ...ours, ...devDependencies },
      overrides: Object.fromEntries(Object.keys(ours).map((key) => [key, `$${key}`])),
      resolutions: ours,
    }),
    "pnpm-workspace.yaml": `overrides:\n${Object.entries(ours)
      .map(([key, value]) => `  "${key}": "${value}"\n`)
      .join("")}allowBuilds:\n  esbuild: false\n`,
    ...files,
  };
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
  return directory;
}
export const bin = (directory: string, name: string, args: readonly string[]): string =>
  run(path.join(directory, "node_modules/.bin", name), args, directory);
export const node = (directory: string, file: string): string => run(process.execPath, [file], directory);
export const tsconfig = (options: object): string =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      lib: ["es2023", "dom"],
      types: [],
      strict: true,
      rootDir: "src",
      outDir: "dist",
      ...options,
    },
    include: ["src"],
  });
