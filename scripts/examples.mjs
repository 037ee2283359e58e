// The examples by name: each `main.ts` of examples/course/src/<name>, and the other packages of examples/.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const course = "examples/course";

const foldersIn = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** Every example with the package it belongs to, its source and the program it is compiled to, as paths from the root. */
const examples = new Map([
  ...foldersIn("examples")
    .filter((name) => existsSync(join(root, "examples", name, "src/main.ts")))
    .map((name) => [name, { package: `examples/${name}`, source: `examples/${name}/src/main.ts`, program: `examples/${name}/dist/main.js` }]),
  ...foldersIn(`${course}/src`)
    .filter((name) => existsSync(join(root, course, "src", name, "main.ts")))
    .map((name) => [name, { package: course, source: `${course}/src/${name}/main.ts`, program: `${course}/dist/${name}/main.js` }]),
]);

export const findExample = (name) => examples.get(name);

/** A line for each: its name, and what the first comment of its program says. */
export function showExamples() {
  return [...examples].map(([name, { source }]) => `  ${name.padEnd(12)}${/^\/\/ (.*)$/mu.exec(readFileSync(join(root, source), "utf8"))?.[1] ?? ""}`.trimEnd()).join("\n");
}

const compiler = ["packages/retrograd/dist", "packages/transformer/dist", "packages/runtime/dist"];

/** Whether what compiles the examples has been built. */
export const hasCompiler = () => compiler.every((folder) => existsSync(join(root, folder)));

/** Whether the program is there and younger than the sources of its package and the compiler. */
export function isBuilt({ package: folder, program }) {
  const path = join(root, program);
  if (!existsSync(path)) return false;
  const built = statSync(path).mtimeMs;
  return [`${folder}/src`, ...compiler].every((each) => newest(each) <= built);
}

/** When the newest source or program below a folder was written; never, if it is not there: then it is to be built. */
function newest(folder) {
  if (!existsSync(join(root, folder))) return Infinity;
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) => /\.[jt]s$/u.test(name));
  return Math.max(0, ...files.map((name) => statSync(join(root, folder, name)).mtimeMs));
}
