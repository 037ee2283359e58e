import { expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { codeFrame } from "./codeFrame.ts";
import { finding, list } from "./diagnostic.ts";
import { createReporter, lineAndColumn, lineStarts } from "./reporter.ts";

const text = "const a = 1;\r\nfunction f(x) {\n\treturn g(x);\n}\n";
const at = (needle: string, fileName = "f.ts"): { fileName: string; start: number; end: number } => ({
  fileName,
  start: text.indexOf(needle),
  end: text.indexOf(needle) + needle.length,
});
const reporter = (): ReturnType<typeof createReporter> => createReporter((name) => (name.endsWith(".ts") ? text : undefined));

it("counts lines and columns from 1, with every line end TypeScript knows", () => {
  const lines = lineStarts("a\r\nb\nc\rd\u2028e\u2029");
  expect(lines).toEqual([0, 3, 5, 7, 9, 11]);
  expect([0, 2, 3, 10, 11].map((offset) => lineAndColumn(lines, offset))).toEqual([
    { line: 1, column: 1 }, { line: 1, column: 3 }, { line: 2, column: 1 }, { line: 5, column: 2 }, { line: 6, column: 1 },
  ]);
});

it("gives a finding its place", () => {
  const { report, diagnostics } = reporter();
  report(finding(catalogue.tagTwice, { name: "f" }, at("g(x)")));
  expect(diagnostics()).toEqual([
    {
      code: "RG1012",
      category: "error",
      message: "Mistake: `f` is marked `@differentiable` twice",
      help: "keep one tag, with everything it should say: `/** @differentiable wrt … */`",
      fileName: "f.ts",
      line: 3,
      column: 9,
      start: text.indexOf("g(x)"),
      length: 4,
    },
  ]);
});

it("sorts by file and place, drops repetitions, and counts errors all the same", () => {
  const { report, diagnostics, errorCount } = reporter();
  report(finding(catalogue.tagTwice, { name: "f" }, at("g(x)", "b.ts")));
  report(finding(catalogue.tagTwice, { name: "f" }, at("g(x)", "a.ts")));
  report(finding(catalogue.tagTwice, { name: "f" }, at("g(x)", "a.ts")));
  report(finding(catalogue.tagTwice, { name: "f" }, at("const", "b.ts")));
  report(finding(catalogue.alwaysZero, { name: "x", fn: "f", why: "…" }, at("const", "b.ts")));
  expect(diagnostics().map((each) => `${each.fileName}:${each.line}:${each.column} ${each.code} ${each.category}`)).toEqual([
    "a.ts:3:9 RG1012 error", "b.ts:1:1 RG1012 error", "b.ts:1:1 RG4001 warning", "b.ts:3:9 RG1012 error",
  ]);
  expect(errorCount()).toBe(4);
});

it("moves a place outside the text to its end, and takes a file it cannot read", () => {
  const { report, diagnostics } = reporter();
  report(finding(catalogue.tagTwice, { name: "f" }, { fileName: "f.ts", start: 1000, end: 2000 }));
  report(finding(catalogue.tagTwice, { name: "f" }, { fileName: "g", start: 5, end: 2 }));
  expect(diagnostics().map(({ line, column, start, length }) => ({ line, column, start, length }))).toEqual([
    { line: 5, column: 1, start: text.length, length: 0 }, { line: 1, column: 1, start: 0, length: 0 },
  ]);
});

it("names the chain of calls, innermost first", () => {
  const { message } = finding(catalogue.tagTwice, { name: "f" }, at("g"), [
    { callee: "h", caller: "g", line: 4, column: 2 },
    { callee: "g", caller: "f", line: 12, column: 7 },
  ]);
  expect(message).toBe("Mistake: `f` is marked `@differentiable` twice (in `h`, called from `g` at 4:2; in `g`, called from `f` at 12:7)");
});

it("lists names", () => {
  expect([list([], "none"), list(["a"], ""), list(["a", "b", "c"], "")]).toEqual(["none", "`a`", "`a`, `b` and `c`"]);
});

it("draws the line with its neighbours, the mark under what was found, tabs kept", () => {
  const { report, diagnostics } = reporter();
  report(finding(catalogue.tagTwice, { name: "f" }, at("g(x)")));
  expect(codeFrame(diagnostics()[0]!, text, { color: false })).toBe([
    "f.ts:3:9 error RG1012",
    "Mistake: `f` is marked `@differentiable` twice",
    "",
    "  2 | function f(x) {",
    "> 3 | \treturn g(x);",
    "    | \t       ^^^^",
    "  4 | }",
    "",
    "help: keep one tag, with everything it should say: `/** @differentiable wrt … */`",
    "",
  ].join("\n"));
});

it("colours only when asked", () => {
  const { report, diagnostics } = reporter();
  report(finding(catalogue.tagTwice, { name: "f" }, at("g(x)")));
  const plain = codeFrame(diagnostics()[0]!, text, { color: false });
  const coloured = codeFrame(diagnostics()[0]!, text, { color: true });
  expect(coloured).not.toBe(plain);
  const escape = String.fromCharCode(27);
  expect(coloured.split(escape).map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, ""))).join("")).toBe(plain);
});

it("shows a part of a very long line", () => {
  const long = `${"x + ".repeat(1000)}BAD${" + y".repeat(1000)}`;
  const { report, diagnostics } = createReporter(() => long);
  report(finding(catalogue.tagTwice, { name: "f" }, { fileName: "f.ts", start: 4000, end: 4003 }));
  const [, , , line, mark] = codeFrame(diagnostics()[0]!, long, { color: false }).split("\n");
  expect(line!.length).toBeLessThan(200);
  expect(line!.slice(mark!.indexOf("^"), mark!.lastIndexOf("^") + 1)).toBe("BAD");
});
