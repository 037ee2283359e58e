/** Objects of different kinds in one variable: followed where it is known which one it is, else refused, never lost. */
import { expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const types = dedent`
  type At = { lat: number; lng: number } | { x: number; y: number } | [number, number];
  function pair(c: At): [number, number] {
    if (Array.isArray(c)) return c;
    if ("lat" in c) return [c.lat, c.lng];
    return [c.x, c.y];
  }

`;

test("where the call says which one", () => {
  const { grad_f } = compileAndRun(
    `${types}/** @differentiable */\nexport function f(p: number, q: number): number {\n  const [a, b] = pair({ lat: p, lng: q }), [c, d] = pair({ x: p, y: 2 }), [e, g] = pair([q, p]);\n  return a * b + c * d + e * g;\n}\n`,
  );
  expect(grad_f!(3, 5)).toEqual({ value: 36, dp: 12, dq: 6 });
});

test("where the program decides", () => {
  const { diagnostics } = compile(
    `${types}/** @differentiable */\nexport function f(p: number, q: number, z: number): number {\n  const c: At = z > 0 ? { lat: p, lng: q } : [p, q];\n  const [a, b] = pair(c);\n  return a * b * z;\n}\n`,
  );
  expect(diagnostics.map((d) => d.code)).toContain("RG2108");
});

const size = dedent`
  function size(v: number | readonly number[] | { x: number }): number {
    if (typeof v === "number") return Math.abs(v);
    if (Array.isArray(v)) return v.reduce((s: number, e: number) => s + e * e, 0);
    return "x" in v ? v.x : 0;
  }
`;
trap("an element where an array or a record could be", f("x: number, xs: number[]", dedent`
  let t = 0;
  for (let i = 0; i < 3; i++) t += size(xs[i]!) * size([x, x]) + size(xs.slice(i)) + size({ x });
  return t * x;
`, size), [{ at: [3, [2, -5, 7, 11]] }]);
test("an element that is missing throws there as in the primal", () => {
  const { f: primal, grad_f } = compileAndRun(f("xs: number[]", "return size(xs[0]!) + size(xs[1]!);", size));
  expect(() => primal!([1])).toThrow(TypeError);
  expect(() => grad_f!([1])).toThrow(TypeError);
  expect(grad_f!([1, -2])).toEqual({ value: 3, dxs: [1, -1] });
});
