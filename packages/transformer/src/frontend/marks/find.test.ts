import { expect, it } from "vitest";
import { createReporter } from "../../diagnostics/reporter.ts";
import { findMarked } from "./find.ts";
import { createProgramForText } from "../programs/program.ts";

/** What is found in a text, and the codes with the text each points at. */
function find(
  text: string,
  fileName = "f.ts",
): { readonly marked: readonly string[]; readonly said: readonly string[]; readonly found: ReturnType<typeof findMarked> } {
  const { sourceFile, checker } = createProgramForText(text, fileName);
  const reporter = createReporter(() => text);
  const found = findMarked(sourceFile, checker, reporter.report);
  const said = reporter.diagnostics().map((d) => `${d.code} ${text.slice(d.start, d.start + d.length)}`);
  return {
    marked: found.map(
      (each) => `${each.exported ? "export " : ""}${each.name}${each.wrt === null ? "" : ` wrt ${each.wrt.map((path) => path.join(".")).join(", ")}`}`,
    ),
    said,
    found,
  };
}

const body = "(x: number, y: number): number { return x * y; }";

it.each([
  ["a declaration", `/** @differentiable */\nfunction f${body}`, ["f"]],
  ["an exported one", `/** @differentiable */\nexport function f${body}`, ["export f"]],
  ["one exported by name", `/** @differentiable */\nfunction f${body}\nexport { f };`, ["export f"]],
  ["one exported under another name", `/** @differentiable */\nfunction f${body}\nexport { f as g };`, ["export f"]],
  ["a named default export", `/** @differentiable */\nexport default function f${body}`, ["export f"]],
  ["an arrow", "/** @differentiable */\nconst f = (x: number): number => x;", ["f"]],
  ["an exported arrow with a type", "/** @differentiable */\nexport const f: (x: number) => number = (x) => x;", ["export f"]],
  ["a function expression", `/** @differentiable */\nconst f = function ${body};`, ["f"]],
  ["an arrow in parentheses", "/** @differentiable */\nconst f = ((x: number) => x) satisfies (x: number) => number;", ["f"]],
  ["after the description", `/**\n * A product.\n * @param x one\n * @differentiable\n * @returns it\n */\nfunction f${body}`, ["f"]],
  ["in the middle of a line", `/** A product. @differentiable wrt x */\nfunction f${body}`, ["f wrt x"]],
  ["under another comment", `/** @differentiable */\n// the product\n/** of two */\nfunction f${body}`, ["f"]],
  ["behind export", `export /** @differentiable */ function f${body}`, ["export f"]],
  ["at the arrow itself", "const f = /** @differentiable */ (x: number): number => x;", ["f"]],
  ["on the line of another statement", `const k = 1; /** @differentiable */ function f${body}`, ["f"]],
  ["the implementation of overloads", `function f(x: number, y: number): number;\n/** @differentiable */\nfunction f${body}`, ["f"]],
  ["two functions", `/** @differentiable */\nfunction f${body}\n/** @differentiable */\nfunction g${body}`, ["f", "g"]],
  ["with prose", `/** @differentiable - the product wrt nothing */\nfunction f${body}`, ["f"]],
  ["with prose below", `/**\n * @differentiable wrt x\n * The product.\n */\nfunction f${body}`, ["f wrt x"]],
  ["names on two lines", `/**\n * @differentiable wrt x,\n *   y - the product\n */\nfunction f${body}`, ["f wrt x, y"]],
  ["with line ends of Windows", `/**\r\n * @differentiable wrt x,\r\n *   y\r\n */\r\nfunction f${body}`, ["f wrt x, y"]],
  ["fields", "interface M { w: number; b?: number[] }\n/** @differentiable wrt m.w, m.b */\nfunction f(m: M): number { return m.w; }", ["f wrt m.w, m.b"]],
  [
    "destructured names",
    "/** @differentiable wrt a, c */\nfunction f({ x: a, y: [b, c] }: { x: number; y: number[] }): number { return a * b! * c!; }",
    ["f wrt a, c"],
  ],
  ["JSX files", "/** @differentiable */\nexport const f = (x: number): number => x;", ["export f"]],
])("marks %s", (_, text, expected) => {
  const { marked, said } = find(text, text.includes("JSX") ? "f.tsx" : "f.ts");
  expect({ marked, said }).toEqual({ marked: expected, said: [] });
});

it.each([
  ["misspelt", `/** @differentiabel */\nfunction f${body}`, "RG1001 @differentiabel"],
  ["misspelt", `/** @differentable wrt x */\nfunction f${body}`, "RG1001 @differentable"],
  ["capital", `/** @Differentiable */\nfunction f${body}`, "RG1001 @Differentiable"],
  ["another form of the word", `/** @differentiate */\nfunction f${body}`, "RG1001 @differentiate"],
  ["with a space", `/** @ differentiable */\nfunction f${body}`, "RG1001 @ differentiable"],
  ["misspelt on nothing", "/** @diferentiable */\n", "RG1001 @diferentiable"],
  ["in a line comment", `// @differentiable\nfunction f${body}`, "RG1002 @differentiable"],
  ["in a block comment", `/* @differentiable */\nfunction f${body}`, "RG1002 @differentiable"],
  ["late in a line comment", `// The product. @differentiable\nfunction f${body}`, "RG1002 @differentiable"],
  ["in a line comment in a body", `function f${body.replace("{", "{ // @differentiable\n")}`, "RG1002 @differentiable"],
  ["on a method", "class A {\n  /** @differentiable */\n  area(): number { return 1; }\n}", "RG1003 @differentiable"],
  ["on a static method", "class A {\n  /** @differentiable */\n  static area(x: number): number { return x; }\n}", "RG1003 @differentiable"],
  ["on a class", "/** @differentiable */\nexport class A {}", "RG1003 @differentiable"],
  ["on a property that is a function", "const o = {\n  /** @differentiable */\n  f: (x: number): number => x,\n};", "RG1003 @differentiable"],
  ["on a method signature", "interface A {\n  /** @differentiable */\n  f(x: number): number;\n}", "RG1003 @differentiable"],
  ["on an inner function", `function g(): void {\n  /** @differentiable */\n  function f${body}\n}`, "RG1004 @differentiable"],
  ["on an inner arrow", "function g(): void {\n  /** @differentiable */\n  const f = (x: number): number => x;\n}", "RG1004 @differentiable"],
  ["in a namespace", `namespace N {\n  /** @differentiable */\n  export function f${body}\n}`, "RG1004 @differentiable"],
  ["on a callback", "[1].map(/** @differentiable */ (x) => x);", "RG1004 @differentiable"],
  ["on a value", "/** @differentiable */\nconst k = 3;", "RG1005 @differentiable"],
  [
    "on the result of a call",
    "declare const wrap: (f: unknown) => unknown;\n/** @differentiable */\nconst f = wrap((x: number) => x);",
    "RG1005 @differentiable",
  ],
  ["on an interface", "/** @differentiable */\ninterface A { x: number }", "RG1005 @differentiable"],
  ["on an import", '/** @differentiable */\nimport { a } from "./a.js";', "RG1005 @differentiable"],
  ["on a statement", "/** @differentiable */\nconsole.log(1);", "RG1005 @differentiable"],
  ["on a loop", "/** @differentiable */\nfor (;;) {}", "RG1005 @differentiable"],
  ["on an overload", "/** @differentiable */\nfunction f(x: number): number;\nfunction f(x: number): number { return x; }", "RG1006 @differentiable"],
  ["on an ambient function", "/** @differentiable */\ndeclare function f(x: number): number;", "RG1006 @differentiable"],
  ["on an ambient constant", "/** @differentiable */\ndeclare const f: (x: number) => number;", "RG1006 @differentiable"],
  ["an unknown parameter", `/** @differentiable wrt z */\nfunction f${body}`, "RG1007 z"],
  ["`this` as parameter", "/** @differentiable wrt this */\nfunction f(this: { x: number }): number { return this.x; }", "RG1007 this"],
  ["the name of a destructured parameter", "/** @differentiable wrt p */\nfunction f({ x }: { x: number }): number { return x; }", "RG1007 p"],
  ["an unknown field", "interface M { w: number }\n/** @differentiable wrt m.v */\nfunction f(m: M): number { return m.w; }", "RG1008 m.v"],
  ["the length of an array", "/** @differentiable wrt a.length */\nfunction f(a: number[]): number { return a[0]!; }", "RG1008 a.length"],
  ["a string", '/** @differentiable wrt s */\nfunction f(x: number, s: string): number { return s === "" ? x : 0; }', "RG1009 s"],
  ["an integer array", "/** @differentiable wrt s */\nfunction f(x: number, s: Int32Array): number { return x * s[0]!; }", "RG1009 s"],
  [
    "a field that is a string",
    "interface M { w: number; name: string }\n/** @differentiable wrt m.name */\nfunction f(m: M): number { return m.w; }",
    "RG1009 m.name",
  ],
  ["prose without a dash", `/** @differentiable the product */\nfunction f${body}`, "RG1010 the"],
  ["a full stop", `/** @differentiable. */\nfunction f${body}`, "RG1010 ."],
  ["names without a comma", `/** @differentiable wrt x y */\nfunction f${body}`, "RG1010 y"],
  ["an unknown derivative", `/** @differentiable with hessian */\nfunction f${body}`, "RG1011 hessian"],
  ["two tags in a comment", `/**\n * @differentiable\n * @differentiable\n */\nfunction f${body}`, "RG1012 @differentiable"],
  ["two comments", `/** @differentiable */\n/** @differentiable */\nfunction f${body}`, "RG1012 @differentiable"],
  ["wrt without names", `/** @differentiable wrt */\nfunction f${body}`, "RG1014 wrt"],
  ["with without names", `/** @differentiable with - prose */\nfunction f${body}`, "RG1014 with"],
  ["a function without a name", `/** @differentiable */\nexport default function ${body}`, "RG1015 @differentiable"],
  ["an arrow as default export", "/** @differentiable */\nexport default (x: number): number => x;", "RG1015 @differentiable"],
  ["at the end of the file", "const a = 1;\n/** @differentiable */", "RG1017 @differentiable"],
  ["at the end of a block", "function f(): void {\n  /** @differentiable */\n}", "RG1017 @differentiable"],
  ["several declarations", "/** @differentiable */\nconst f = (x: number): number => x, g = f;", "RG1018 @differentiable"],
  ["a variable", "/** @differentiable */\nlet f = (x: number): number => x;", "RG1019 @differentiable"],
  ["asynchronous", "/** @differentiable */\nasync function f(x: number): Promise<number> { return x; }", "RG2102 @differentiable"],
  ["a generator", "/** @differentiable */\nfunction* f(x: number): Generator<number> { yield x; }", "RG2102 @differentiable"],
  ["an asynchronous arrow", "/** @differentiable */\nconst f = async (x: number): Promise<number> => x;", "RG2102 @differentiable"],
  ["a derivative by hand", `/** @differentiable */\nfunction f${body}\nfunction grad_f${body}`, "RG1016 f"],
  ["a derivative of nothing", "/** @derivativeOf */\nfunction d(x: number): number { return x; }", "RG1020 @derivativeOf"],
  ["checkpoint", "function f(): void {\n  // @checkpoint\n  for (;;) {}\n}", "RG1021 @checkpoint"],
  ["checkpoint on no loop", "/** @checkpoint */\nfunction f(): void {}", "RG1021 @checkpoint"],
])("says where a tag cannot be followed: %s", (_, text, expected) => {
  const { marked, said } = find(text);
  expect({ marked, said }).toEqual({ marked: [], said: [expected] });
});

it.each([
  ["a string", "export const s = \"/** @differentiable */\";"],
  ["a template", "export const s = `\n/** @differentiable */\nfunction f() {} ${1} // @differentiable\n`;"],
  ["a regular expression", "export const r = /@differentiable/;"],
  ["prose", "/** What the @differentiable functions below share. */\nexport const k = 1;"],
  ["prose above a function", `// Used by the @differentiable functions of this module.\nfunction f${body}`],
  ["prose in a doc comment", `/** Helper of every @differentiable function here. */\nfunction f${body}`],
  ["a mention as code", `/** See \`@differentiable\`. */\nfunction f${body}`],
  ["code commented out", `const k = 1;\n// /** @differentiable */\n// function f${body}\nexport { k };`],
  ["an address", `/** Mail me@differentiable.org */\nfunction f${body}`],
  ["other tags", `/**\n * @deprecated\n * @different\n * @defer\n * @difference\n * @default\n */\nconst k = 1;`],
])("leaves %s alone", (_, text) => {
  const { marked, said } = find(text);
  expect({ marked, said }).toEqual({ marked: [], said: [] });
});

it("refuses a tag in a JavaScript file, each once", () => {
  const { marked, said } = find("/** @differentiable */\nexport function f(x) { return x; }\n/** @differentiable */\nexport const g = (x) => x;", "lib/f.mjs");
  expect({ marked, said }).toEqual({ marked: [], said: ["RG1013 @differentiable", "RG1013 @differentiable"] });
});

it("shows everything that is wrong with a tag at once", () => {
  expect(find(`/** @differentiable wrt z, x, q with into, speed */\nfunction f${body}`).said).toEqual(["RG1007 z", "RG1007 q", "RG1011 speed"]);
});

it("suggests the nearest name", () => {
  const text = "/** @differentiable wrt wieght */\nfunction f(weight: number): number { return weight; }";
  const { sourceFile, checker } = createProgramForText(text, "f.ts");
  const reporter = createReporter(() => text);
  findMarked(sourceFile, checker, reporter.report);
  expect(reporter.diagnostics()).toEqual([{
    code: "RG1007", category: "error", fileName: "f.ts", line: 1, column: 25, start: 24, length: 6,
    message: "Mistake: `wrt wieght` names no parameter of `f`, which has `weight`", help: "write `wrt weight`",
  }]);
});

it("finds the other functions when one tag is wrong", () => {
  const { marked, said } = find(`/** @differentiable wrt q */\nfunction f${body}\n/** @differentiable */\nfunction g${body}`);
  expect({ marked, said }).toEqual({ marked: ["g"], said: ["RG1007 q"] });
});

it("leaves a derivative of an earlier run as it is", () => {
  const { marked, said } = find(`/** @differentiable */\nfunction f${body}\n\n/**\n * Value and gradient of {@link f}.\n */\nfunction grad_f${body}`);
  expect({ marked, said }).toEqual({ marked: [], said: [] });
});

it("needs no checker, and no bound tree", () => {
  const text = "/** @differentiable wrt m.anything */\nfunction f(m: { w: number }): number { return m.w; }";
  const { sourceFile } = createProgramForText(text, "f.ts");
  expect(findMarked(sourceFile, undefined, () => { throw new Error("nothing to report"); })).toHaveLength(1);
});
