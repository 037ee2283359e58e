import ts from "typescript";
import { expect, it } from "vitest";
import { createProgramForText, extensionOf, isJavaScript, sourceOfProgram } from "./program.ts";

const problems = (text: string, fileName = "f.ts"): readonly string[] => {
  const { program, sourceFile } = createProgramForText(text, fileName);
  return [...program.getSyntacticDiagnostics(sourceFile), ...program.getSemanticDiagnostics(sourceFile)].map((each) =>
    ts.flattenDiagnosticMessageText(each.messageText, " "),
  );
};

it("knows the language's libraries, the console and the runtime", () => {
  expect(problems(`import { stopGradient, type Grad } from "@retrograd/runtime";
export const a: number = stopGradient([1, 2].map((v) => v * Math.hypot(1, 2)).findLast((v) => v > 0) ?? 0);
export const g: Grad<readonly number[]> = [1];
console.log(a, performance.now());`)).toEqual([]);
});

it("knows no document object model and nothing of the disk", () => {
  expect(problems("export const a = document.title;")).toHaveLength(1);
  expect(problems("import { readFileSync } from \"node:fs\";\nimport { g } from \"./g.ts\";\nexport const a = [readFileSync, g];")).toHaveLength(2);
});

it("reads at the strictest, but takes elements to be there", () => {
  expect(problems("export const a = (xs: number[]): number => xs[0];")).toEqual([]);
  expect(problems("export const a = (xs?: number[]): number => xs[0];")).toHaveLength(1);
  expect(problems("export const a = (x) => x;")).toHaveLength(1);
});

it("keeps a script apart from the globals of the same name", () => {
  expect(problems("function parseFloat(x: number): number { return x; }\nconst name = parseFloat(1);\nfunction f(): number { return name; }\nf();")).toEqual(
    [],
  );
});

it.each([
  ["f.tsx", "export const a = <T,>(x: T): T => x;"],
  ["f.mts", "export const a: number = 1;"],
  ["f.cts", "export const a: number = 1;"],
  ["dir/f.ts", "export const a: number = 1;"],
  ["C:\\dir\\f.ts", "export const a: number = 1;"],
  ["f", "export const a: number = 1;"],
  ["", "export const a: number = 1;"],
  ["f.vue", "export const a: number = 1;"],
  ["lib.es5.d.ts", "export declare const a: number;"],
  ["f.js", "export const a = 1;"],
])("takes the name %j and keeps it", (fileName, text) => {
  const { sourceFile, program, checker } = createProgramForText(text, fileName);
  expect(sourceFile.fileName).toBe(fileName);
  expect(program.getSourceFiles()).toContain(sourceFile);
  expect(problems(text, fileName)).toEqual([]);
  const [statement] = sourceFile.statements;
  expect(checker.typeToString(checker.getTypeAtLocation((statement as ts.VariableStatement).declarationList.declarations[0]!))).toMatch(/number|=>|1/);
});

it("gives the same types each time, whatever was compiled before", () => {
  const typeOf = (text: string): string => {
    const { sourceFile, checker } = createProgramForText(text, "f.ts");
    return checker.typeToString(checker.getTypeAtLocation(sourceFile.statements[0] as ts.FunctionDeclaration));
  };
  const text = "export function f(xs: number[]) { return xs.map((x) => ({ x, s: Math.sin(x) })); }";
  const first = typeOf(text);
  typeOf("declare global { interface Math { sin(x: string): string } interface Array<T> { map(): never } }\nexport {};");
  typeOf("export const Math = 1; export interface Array<T> { map: T }");
  expect(typeOf(text)).toBe(first);
});

it("takes a program that is there already", () => {
  const { program, sourceFile } = createProgramForText("export const a = 1;", "f.ts");
  const library = program.getSourceFiles().find((file) => file !== sourceFile)!;
  expect(sourceOfProgram(program, library.fileName)).toEqual({ program, checker: program.getTypeChecker(), sourceFile: library });
  expect(sourceOfProgram(program, "/nothing.ts")).toBeUndefined();
});

it("tells extensions", () => {
  expect(["a.b/c", "c.TS", ".ts", "x.d.mts"].map(extensionOf)).toEqual(["", ".ts", ".ts", ".mts"]);
  expect(["a.js", "a.mjs", "a.jsx", "a.ts", "js"].map(isJavaScript)).toEqual([true, true, true, false, false]);
});
