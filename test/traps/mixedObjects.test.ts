/** Objects of different kinds in one variable: followed where it is known which one it is, else refused, never lost. */
import { expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";

const types = "type At = { lat: number; lng: number } | { x: number; y: number } | [number, number];\nfunction pair(c: At): [number, number] {\n  if (Array.isArray(c)) return c;\n  if (\"lat\" in c) return [c.lat, c.lng];\n  return [c.x, c.y];\n}\n";

test("where the call says which one", () => {
  const { grad_f } = compileAndRun(`${types}/** @differentiable */\nexport function f(p: number, q: number): number {\n  const [a, b] = pair({ lat: p, lng: q }), [c, d] = pair({ x: p, y: 2 }), [e, g] = pair([q, p]);\n  return a * b + c * d + e * g;\n}\n`);
  expect(grad_f!(3, 5)).toEqual({ value: 36, dp: 12, dq: 6 });
});

test("where the program decides", () => {
  const { diagnostics } = compile(`${types}/** @differentiable */\nexport function f(p: number, q: number, z: number): number {\n  const c: At = z > 0 ? { lat: p, lng: q } : [p, q];\n  const [a, b] = pair(c);\n  return a * b * z;\n}\n`);
  expect(diagnostics.map((d) => d.code)).toContain("RG2108");
});
