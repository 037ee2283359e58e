/**
 * The pages of docs/course: prose written by hand, and between it blocks that are made anew from the examples.
 *
 * A block stands behind a comment that says what it holds:
 *   `<!-- source gates/circuits.ts circuit -->`    the function, or without a name the whole file
 *   `<!-- gradient gates/circuits.ts circuit -->`  what retrograd made of it
 *   `<!-- output gates -->`                        what the example prints
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { main as retrograd } from "../packages/retrograd/src/cli.ts";

const root = new URL("../", import.meta.url);
const pages = "docs/course/";

const packagesOfTheirOwn = ["staged", "spiral", "digits"];

/** Where the sources of the example are of which a path begins with this name. */
function folderOf(example: string): URL {
  return new URL(packagesOfTheirOwn.includes(example) ? `examples/${example}/src/` : `examples/course/src/${example}/`, root);
}

/** The file `gates/circuits.ts` of the course. */
export function exampleFile(path: string): URL {
  const [example = "", ...rest] = path.split("/");
  return new URL(rest.join("/"), folderOf(example));
}

/** Writes the gradients of all examples of the course, as `retrograd build` does. */
export async function buildExamples(): Promise<void> {
  for (const project of ["examples/course", ...packagesOfTheirOwn.map((name) => `examples/${name}`)]) {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const console = { out: say, error: say, colorOut: false, colorError: false, progress: () => {} };
    const status = await retrograd(["build", "src/**/*.ts"], console, fileURLToPath(new URL(project, root)));
    if (status !== 0) throw new Error(`${project}: ${said.join("\n")}`);
  }
}

const outputs = new Map<string, Promise<string>>();
/** One after the other: what is captured is whatever is printed meanwhile. */
let running: Promise<unknown> = Promise.resolve();

/** What `pnpm example <name>` prints. An example runs once in a process. */
export function outputOf(example: string): Promise<string> {
  const known = outputs.get(example);
  if (known) return known;
  const made = running.then(() => capture(() => import(/* @vite-ignore */ new URL("main.ts", folderOf(example)).href)));
  running = made.catch(() => {});
  outputs.set(example, made);
  return made;
}

async function capture(run: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (text = "") => void lines.push(String(text));
  try {
    await run();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

/** All pages, by their path from the root, as they should be. The examples must be built. */
export async function coursePages(): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>();
  for (const name of readdirSync(new URL(pages, root))
    .filter((each) => each.endsWith(".md"))
    .sort()) {
    const path = `${pages}${name}`;
    made.set(path, await renew(readFileSync(new URL(path, root), "utf8")));
  }
  return made;
}

const marked = /^<!-- (source|gradient|output) (\S+)(?: (\S+))? -->\n(?:\n?```.*?^```\n)?/gms;

async function renew(text: string): Promise<string> {
  let result = "";
  let end = 0;
  for (const match of text.matchAll(marked)) {
    const [all, kind = "", path = "", name] = match;
    const comment = all.slice(0, all.indexOf("\n"));
    const block =
      kind === "output" ? `\`\`\`text\n${await outputOf(path)}\n\`\`\`` : `\`\`\`ts\n${code(kind, path, name)}\n\`\`\``;
    result += `${text.slice(end, match.index)}${comment}\n\n${block}\n`;
    end = match.index + all.length;
  }
  return result + text.slice(end);
}

function code(kind: string, path: string, name: string | undefined): string {
  const file = exampleFile(kind === "gradient" ? path.replace(/\.ts$/u, ".grad.ts") : path);
  const text = readFileSync(file, "utf8");
  if (name === undefined) return text.trim();
  const names = kind === "gradient" ? [`grad_${name}`, `vjp_${name}`] : [name];
  const source = ts.createSourceFile("example.ts", text, ts.ScriptTarget.Latest, true);
  const found = source.statements.find((s) => isDeclarationOf(s, names));
  if (!found) throw new Error(`${file.pathname} has no ${names.join(" or ")}`);
  return kind === "gradient" ? found.getText() : text.slice(found.getStart(source, true), found.end);
}

function isDeclarationOf(statement: ts.Statement, names: readonly string[]): boolean {
  return (
    (ts.isFunctionDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
    statement.name !== undefined &&
    names.includes(statement.name.text)
  );
}

/** The exports of a file of an example. */
export function loadExample(path: string): Promise<Record<string, unknown>> {
  return import(/* @vite-ignore */ exampleFile(path).href);
}
