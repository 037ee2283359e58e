/** Every kind of syntax is classed, and every class is what happens. */
import ts from "typescript";
import { expect, it } from "vitest";
import { syntax, type SyntaxEntry } from "../packages/transformer/src/frontend/programs/syntax.ts";
import { createProgramForText } from "../packages/transformer/src/frontend/programs/program.ts";
import { differentiate } from "../packages/transformer/src/index.ts";

const all: readonly (readonly [string, SyntaxEntry])[] = Object.entries(syntax);
const kindNames = new Map<number, string>();
for (const [name, value] of Object.entries(ts.SyntaxKind)) if (typeof value === "number" && !kindNames.has(value)) kindNames.set(value, name);

it.each(all)("the example of %s has it", (name, { example, fileName }) => {
  const { sourceFile } = createProgramForText(example, fileName ?? "example.ts");
  const kinds = new Set<string>();
  const waiting: ts.Node[] = [sourceFile];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    kinds.add(kindNames.get(node.kind) ?? "");
    waiting.push(...node.getChildren(sourceFile));
  }
  expect([...kinds]).toContain(name);
});

it.each(all.filter(([, entry]) => entry.class !== "refused"))("%s compiles, and the gradient is that of differences", async (_, { example, fileName }) => {
  const { code, diagnostics } = differentiate(example, { fileName: fileName ?? "example.ts" });
  expect(diagnostics.map((each) => `${each.code} ${each.message}`)).toEqual([]);
  const module = await load(code);
  for (const x of [1.3, 2.6]) {
    const { value, dx } = module.grad_f(x);
    expect(value).toBe(module.f(x));
    const h = 1e-4; // the error of the differences is of order h⁴; examples are of moderate size and their kinks lie elsewhere
    const difference = (8 * (module.f(x + h) - module.f(x - h)) - (module.f(x + 2 * h) - module.f(x - 2 * h))) / (12 * h);
    expect(Math.abs(dx - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
  }
});

it.each(all.filter(([, entry]) => entry.class === "refused"))("%s is refused with a position", (_, { example, fileName }) => {
  const { code, diagnostics } = differentiate(example, { fileName: fileName ?? "example.ts" });
  const errors = diagnostics.filter((each) => each.category === "error");
  expect(errors).not.toEqual([]);
  for (const error of errors) {
    expect(error.code).toMatch(/^RG[123]\d{3}$/);
    expect(error.length).toBeGreaterThan(0);
    expect(error.start + error.length).toBeLessThanOrEqual(example.length);
  }
  expect(code).not.toMatch(/function grad_f\b/);
});

interface Compiled { readonly f: (x: number) => number; readonly grad_f: (x: number) => { readonly value: number; readonly dx: number } }

/** Runs the augmented module. */
async function load(code: string): Promise<Compiled> {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`)) as Compiled; // as: the examples declare `f`
}
