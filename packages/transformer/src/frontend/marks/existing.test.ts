import { expect, it } from "vitest";
import { readExisting } from "./existing.ts";
import { createProgramForText } from "../programs/program.ts";

const read = (text: string): ReturnType<typeof readExisting> => readExisting(createProgramForText(text, "f.ts").sourceFile);

it("knows every identifier, also of properties and types", () => {
  const { names } = read(
    'import { a } from "a";\ninterface P { dx: number }\nfunction f({ x: { y = 1 } }: any): void { lab: for (const q of [x.dz]) break lab; }',
  );
  expect([...names].sort()).toEqual(["P", "a", "dx", "dz", "f", "lab", "q", "x", "y"]);
});

it("walks an expression deeper than the stack of calls", () => {
  expect(read(`const s = ${"a + ".repeat(20_000)}b;`).names.has("b")).toBe(true);
});

it("knows what the module binds, and not what is bound inside", () => {
  const { declared } = read(
    'import d, { e as g, type T } from "m";\nimport * as ns from "n";\nconst { x, y: [z] } = o;\nclass C {}\nenum E {}\nfor (var i = 0; ; ) { var k = 1; let j; }\nfunction f(p: number): void { var inner; }\ninterface I {}\ntype A = 1;',
  );
  expect([...declared].sort()).toEqual(["C", "E", "d", "f", "g", "i", "k", "ns", "x", "z"]);
});

it("sees shadowed globals", () => {
  expect([
    ...read('import { Math } from "./math.js";\nfunction Number(): number { return 1; }\nfunction f(Float64Array: number): number { return Float64Array; }')
      .shadowedGlobals,
  ]).toEqual(["Math", "Number"]);
});

it("takes a hand-written derivative for a rule, and a generated one not", () => {
  const text = [
    "export function g(x: number): number { return x; }",
    "export function grad_g(x: number): { value: number; dx: number } { return { value: x, dx: 1 }; }",
    "export const h = (x: number): number[] => [x];",
    "export const vjp_h = (dvalue: number[], x: number): { value: number[]; dx: number } => ({ value: [x], dx: dvalue[0]! });",
    "/** @differentiable */",
    "export function f(x: number): number { return x; }",
    "/**",
    " * Value and gradient of {@link f}.",
    " */",
    "export function grad_f(x: number): { value: number; dx: number } { return { value: x, dx: 1 }; }",
    "export function grad_nobody(): void {}",
  ].join("\n");
  const existing = read(text);
  expect([...existing.rules].map(([of, rule]) => [of, rule.name, rule.kind])).toEqual([["g", "grad_g", "grad"], ["h", "vjp_h", "vjp"]]);
  expect(["grad_g", "grad_f", "grad_x"].map(existing.author)).toEqual(["person", "generated", "nobody"]);
});

it("takes an imported derivative beside an imported function for its rule", () => {
  expect(read("import { cdf, grad_cdf } from \"./cdf.js\";").rules.get("cdf")).toEqual({ name: "grad_cdf", kind: "grad", node: null });
});
