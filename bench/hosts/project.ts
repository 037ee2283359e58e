import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface BenchProject {
  readonly directory: string;
  readonly at: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly removeAll: (name: string) => void;
  readonly remove: () => void;
}

/** A directory with files, and the packages of this workspace as a project would have them. */
export function makeProject(files: Readonly<Record<string, string>>): BenchProject {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), "retrograd-bench-")));
  const at = (name: string): string => path.join(directory, name);
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  mkdirSync(at("node_modules"));
  for (const name of ["retrograd", "esbuild", "vite", "typescript", "ts-patch"])
    symlinkSync(realpathSync(path.join(root, "node_modules", name)), at(`node_modules/${name}`));
  write("package.json", '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) write(name, text);
  const removeAll = (name: string): void => rmSync(at(name), { recursive: true, force: true });
  return { directory, at, write, removeAll, remove: () => removeAll(".") };
}

/** A module of an application: types, a class, functions on strings and lists; it imports two others. */
function plainModule(index: number): string {
  const imports = [index >> 1, index >> 2]
    .filter((other, i, all) => other >= 0 && other !== index && all.indexOf(other) === i)
    .map((other) => `import { total${other}, type Item${other} } from "./m${other}.js";\n`);
  const others = [index >> 1, index >> 2].filter(
    (other, i, all) => other >= 0 && other !== index && all.indexOf(other) === i,
  );
  return `${imports.join("")}
export interface Item${index} {
  readonly id: string;
  readonly amount: number;
  readonly tags: readonly string[];${others.map((other) => `\n  readonly from${other}?: Item${other};`).join("")}
}

/** What is in stock. */
export class Store${index} {
  private readonly items = new Map<string, Item${index}>();

  add(item: Item${index}): this {
    if (this.items.has(item.id)) throw new Error(\`\${item.id} is there twice\`);
    this.items.set(item.id, item);
    return this;
  }

  find(pattern: RegExp): readonly Item${index}[] {
    return [...this.items.values()].filter(({ id, tags }) => pattern.test(id) || tags.some((tag) => pattern.test(tag)));
  }

  toJSON(): object {
    return Object.fromEntries([...this.items].map(([id, { amount, tags }]) => [id, { amount, tags: tags.join(" ") }]));
  }
}

export function total${index}(items: readonly Item${index}[]): number {
  let sum = ${index};
  for (const { amount, tags } of items) {
    if (tags.includes("void")) continue;
    sum += tags.length > 3 ? amount * 0.9 : amount;
  }
  return sum${others.map((other) => ` + total${other}([])`).join("")};
}

export const labels${index} = (items: readonly Item${index}[]): string =>
  items
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map(({ id, amount }) => \`\${id}: \${amount.toFixed(2)}\`)
    .join("\\n");
`;
}

/** A marked function of a dozen statements: a loop, a branch, calls of a helper. */
export const markedFunction = (name: string, factor: number): string => `
const soft${name} = (z: number): number => Math.log(1 + Math.exp(z)) * ${factor};

/** @differentiable wrt rate, level */
export function loss${name}(rate: number, level: number, times: readonly number[], seen: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < times.length; i++) {
    const decay = Math.exp(-rate * times[i]!);
    const r = level * decay + soft${name}(level - rate) - seen[i]!; // residual
    sum += Math.abs(r) < 1 ? 0.5 * r * r : Math.abs(r) - 0.5;
  }
  const prior = rate * rate + ${factor} * level * level;
  return sum / times.length + prior;
}
`;

export const options = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2023", "dom"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  declaration: true,
  rootDir: "src",
  outDir: "dist",
};

/** Files of which some hold a marked function; with a build for each host, of which `WITH` in the environment says whether we are in it. */
export function application(files: number, marked: number): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  const used: number[] = [];
  for (let index = 0; index < files; index++) {
    const isMarked = index % Math.floor(files / marked) === 3;
    if (isMarked) used.push(index);
    texts[`src/m${index}.ts`] = plainModule(index) + (isMarked ? markedFunction(String(index), 1 + index / 7) : "");
  }
  // The same imports with and without us: what differs is the plugin alone.
  texts["src/main.ts"] = `${used.map((index) => `import { loss${index} } from "./m${index}.js";\n`).join("")}
import { total${files - 1} } from "./m${files - 1}.js";

console.log(total${files - 1}([])${used.map((index) => `, loss${index}(0.5, 1, [1, 2], [0.5, 0.2])`).join("")});
`;
  const tsconfig = (more: object): string =>
    JSON.stringify({ compilerOptions: { ...options, ...more }, include: ["src"] });
  const entry = { transform: "retrograd/ts-patch", transformProgram: true };
  return {
    ...texts,
    "tsconfig.json": tsconfig({}),
    "with.json": tsconfig({ plugins: [entry] }),
    "esbuild.mjs": `import { build, context } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
const plugins = process.env.WITH === "1" ? [(await import("retrograd/esbuild")).default()] : [];
const settings = { entryPoints: ["src/main.ts"], bundle: true, format: "esm", outfile: "out/main.js", sourcemap: true, plugins };
if (process.env.EDIT === undefined) await build(settings);
else {
  const made = await context(settings);
  await made.rebuild();
  const text = readFileSync(process.env.EDIT, "utf8");
  for (let i = 0; i < 20; i++) {
    writeFileSync(process.env.EDIT, text.replace("let sum = 0;", "let sum = " + i + ";"));
    const start = performance.now();
    await made.rebuild();
    console.log("edit", performance.now() - start);
  }
  writeFileSync(process.env.EDIT, text);
  await made.dispose();
}
`,
    "vite.mjs": `import { build, createServer } from "vite";
import { readFileSync, writeFileSync } from "node:fs";
const plugins = process.env.WITH === "1" ? [(await import("retrograd/vite")).default()] : [];
const common = { root: process.cwd(), configFile: false, logLevel: "silent", plugins };
if (process.env.EDIT === undefined)
  await build({ ...common, build: { lib: { entry: "src/main.ts", formats: ["es"] }, outDir: "out", sourcemap: true, minify: false } });
else {
  const server = await createServer({ ...common, server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true } });
  const file = process.cwd() + "/" + process.env.EDIT;
  const text = readFileSync(file, "utf8");
  await server.transformRequest("/" + process.env.EDIT);
  for (let i = 0; i < 20; i++) {
    writeFileSync(file, text.replace("let sum = 0;", "let sum = " + i + ";"));
    const start = performance.now();
    server.environments.client.moduleGraph.onFileChange(file);
    await server.transformRequest("/" + process.env.EDIT);
    console.log("edit", performance.now() - start);
  }
  writeFileSync(file, text);
  await server.close();
}
process.exit(0);
`,
  };
}
