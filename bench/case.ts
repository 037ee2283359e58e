import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A file under cases/: one marked function, its inputs, and perhaps a gradient written by hand. */
export interface BenchCase {
  /** The name of the file and of its marked function. */
  readonly name: string;
  /** The folder: what kind of program it is. */
  readonly category: string;
  readonly fileName: string;
  readonly text: string;
  readonly parameters: readonly string[];
  /** The parameters that must have a gradient: those named by `wrt`, or null if the compiler chooses. */
  readonly wrt: readonly string[] | null;
  /** The data file the inputs come from, if they do not come from the case's own module. */
  readonly data?: string;
  readonly inputs?: () => readonly (readonly unknown[])[];
}

const casesFolder = join(dirname(fileURLToPath(import.meta.url)), "cases");

/** The order of the table. */
const categories = ["scalar", "recurrences", "sums", "nested", "calls", "programs", "algorithms"];

/** All cases whose `category/name` contains the filter. */
export function findCases(filter: string): BenchCase[] {
  return categories
    .flatMap((category) => readdirSync(join(casesFolder, category)).map((file) => join(casesFolder, category, file)))
    .filter((path) => path.endsWith(".ts") && relative(casesFolder, path).replaceAll("\\", "/").includes(filter))
    .map(readCase);
}

function readCase(fileName: string): BenchCase {
  const text = readFileSync(fileName, "utf8");
  const name = basename(fileName, ".ts");
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2022, true);
  const marked = source.statements.find(
    (statement): statement is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(statement) && statement.name?.text === name,
  );
  const tag = marked && ts.getJSDocTags(marked).find((each) => each.tagName.text === "differentiable");
  if (!marked || !tag) throw new Error(`${fileName}: no function \`${name}\` marked @differentiable`);
  const wrt = /^wrt\s+(.*)$/.exec(ts.getTextOfJSDocComment(tag.comment)?.trim() ?? "")?.[1];
  return {
    name,
    category: basename(dirname(fileName)),
    fileName,
    text,
    parameters: marked.parameters.map((parameter) => parameter.name.getText(source)),
    wrt: wrt === undefined ? null : wrt.split(/\s*,\s*/),
  };
}
