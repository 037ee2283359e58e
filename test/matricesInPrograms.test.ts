/** Matrices in every place where a program may hold a value: arrays, records, classes, recursion, optional parameters, results. */
import { expect, test } from "vitest";
import * as rt from "../packages/runtime/src/index.ts";
import { checkGradient } from "../packages/runtime/src/testing.ts";
import { compileAndRun } from "./support/compile.ts";
import { showTypeErrors, typeErrors } from "./support/typecheck.ts";
import { dedent } from "./support/dedent.ts";
const rng = rt.random(3);
const M = (r: number, c: number) => rt.randn(rng, r, c);
const imports = `import { add, matmul, tanh, relu, sum, mul, dot, gatherRows, square, concat, crossEntropy, fromArray, zeros, scale, mean, type Matrix } from "@retrograd/runtime";\n`;
const cases: [string, string, Record<string, unknown>][] = [
  [
    "array of matrices",
    "export function f(Ws: Matrix[], x: Matrix): number { let h = x; for (const W of Ws) h = tanh(matmul(h, W)); return sum(h); }",
    { Ws: [M(3, 4), M(4, 2)], x: M(2, 3) },
  ],
  [
    "push and read back",
    "export function f(W: Matrix, x: Matrix): number { const hs: Matrix[] = [x]; for (let i = 0; i < 3; i++) hs.push(tanh(matmul(hs[i]!, W))); let s = 0; for (const h of hs) s += sum(square(h)); return s; }",
    { W: M(3, 3), x: M(2, 3) },
  ],
  [
    "pop",
    "export function f(W: Matrix, x: Matrix): number { const hs: Matrix[] = [x, tanh(x)]; hs.push(matmul(x, W)); const a = hs.pop()!; const b = hs.pop()!; return sum(mul(a, b)) + sum(square(hs[0]!)); }",
    { W: M(3, 3), x: M(2, 3) },
  ],
  [
    "element written",
    "export function f(W: Matrix, x: Matrix): number { const hs: Matrix[] = [x, x]; hs[1] = matmul(x, W); hs[0] = tanh(hs[1]!); return sum(mul(hs[0]!, hs[1]!)); }",
    { W: M(3, 3), x: M(2, 3) },
  ],
  [
    "record field written",
    "export function f(W: Matrix, x: Matrix): number { const o = { h: x, n: 1 }; for (let i = 0; i < 3; i++) { o.h = tanh(add(matmul(o.h, W), x)); o.n *= 1.5; } return sum(o.h) * o.n; }",
    { W: M(3, 3), x: M(2, 3) },
  ],
  [
    "optional parameter there",
    "export function f(x: Matrix, b?: Matrix): number { const z = b === undefined ? x : add(x, b); return sum(square(z)); }",
    { x: M(2, 3), b: M(1, 3) },
  ],
  [
    "recursion",
    dedent`
      function power(a: Matrix, n: number): Matrix { if (n === 0) return a; return tanh(matmul(power(a, n - 1), a)); }
      /** @differentiable */
      export function f(a: Matrix): number { return sum(square(power(a, 3))); }
    `,
    { a: M(3, 3) },
  ],
  [
    "early return",
    "export function f(a: Matrix, c: number): number { const z = tanh(a); if (c > 0) return sum(z); const w = matmul(z, a); if (c < -1) return sum(w) * c; return dot(w, z); }",
    { a: M(3, 3), c: -0.5 },
  ],
  [
    "labels changed later",
    "export function f(a: Matrix): number { const idx = [0, 1, 1]; const g = gatherRows(a, idx); const labels = [0, 1, 2]; const s = crossEntropy(g, labels); idx[0] = 2; labels[0] = 2; return s + sum(square(g)) + idx[0]! + sum(gatherRows(a, idx)); }",
    { a: M(3, 3) },
  ],
  [
    "while with break",
    "export function f(a: Matrix): number { let h = a; let n = 0; while (true) { h = scale(matmul(h, a), 0.3); if (mean(square(h)) < 1e-3 || n > 6) break; n++; } return sum(h); }",
    { a: M(3, 3) },
  ],
  [
    "nested record and arrays",
    dedent`
      interface Layer { W: Matrix; b: Matrix; gain: number }
      /** @differentiable */
      export function f(net: { layers: Layer[]; out: { W: Matrix } }, x: Matrix): number { let h = x; for (const { W, b, gain } of net.layers) h = scale(tanh(add(matmul(h, W), b)), gain); return sum(square(matmul(h, net.out.W))); }
    `,
    {
      net: {
        layers: [
          { W: M(3, 4), b: M(1, 4), gain: 0.7 },
          { W: M(4, 2), b: M(1, 2), gain: 1.2 },
        ],
        out: { W: M(2, 2) },
      },
      x: M(2, 3),
    },
  ],
  [
    "same matrix twice",
    "export function f(a: Matrix, b: Matrix): number { const c = add(a, b); const d = add(c, c); const e = add(d, a); return sum(mul(e, d)); }",
    { a: M(2, 2), b: M(2, 2) },
  ],
  [
    "nested loops",
    "export function f(W: Matrix, xs: Matrix[]): number { let s = 0; let h = scale(xs[0]!, 0.5); for (const x of xs) { for (let k = 0; k < 2; k++) h = tanh(add(matmul(h, W), x)); s += sum(square(h)); } return s; }",
    { W: M(3, 3), xs: [M(1, 3), M(1, 3), M(1, 3)] },
  ],
  [
    "layers that may be one",
    dedent`
      interface L { W: Matrix; b: Matrix }
      /** @differentiable */
      export function f(ls: L[], k: number): number { ls[0]!.W = scale(ls[0]!.W, k); return sum(matmul(ls[0]!.W, ls[1]!.b)) * k; }
    `,
    {
      ls: [
        { W: M(2, 3), b: M(3, 3) },
        { W: M(2, 3), b: M(3, 3) },
      ],
      k: 1.5,
    },
  ],
  [
    "class with matrices",
    dedent`
      class Linear { W: Matrix; b: Matrix; constructor(W: Matrix, b: Matrix) { this.W = W; this.b = b; } call(x: Matrix): Matrix { return add(matmul(x, this.W), this.b); } }
      /** @differentiable */
      export function f(W: Matrix, b: Matrix, x: Matrix): number { const l = new Linear(W, b); return sum(relu(l.call(l.call(x)))); }
    `,
    { W: M(3, 3), b: M(1, 3), x: M(2, 3) },
  ],
];
for (const [name, text, point] of cases) test(name, () => {
  const source = imports + (text.includes("@differentiable") ? text : `/** @differentiable */\n${text}`);
  for (const optimise of [true, false]) {
    const e = compileAndRun(source, { optimise });
    if (optimise) expect(showTypeErrors(typeErrors(e.$code, source.length).filter((x) => x.generated)), e.$code).toBe("");
    const c = checkGradient(e["f"] as never, e["grad_f"] as never, point, { tolerance: 1e-8 });
    expect(c.ok, `${c.message}\n${e.$code}`).toBe(true);
    expect(c.kind).toBe("agrees");
  }
});
test("vjp", () => {
  const source = imports + dedent`
    /** @differentiable */
    export function f(x: Matrix, W: Matrix): { y: Matrix; z: Matrix } { const y = matmul(x, W); return { y, z: add(y, x) }; }
    /** @differentiable */
    export function g(x: Matrix): Matrix { return x; }

  `;
  const e = compileAndRun(source);
  const x = M(2, 2), W = M(2, 2), dy = M(2, 2), dz = M(2, 2);
  const r = e["vjp_f"]!({ y: dy, z: dz }, x, W) as { dx: rt.Matrix; dW: rt.Matrix };
  const dsum = rt.add(dy, dz);
  r.dW.data.forEach((v, k) => expect(v).toBeCloseTo(rt.matmulTN(x, dsum).data[k]!, 12));
  r.dx.data.forEach((v, k) => expect(v).toBeCloseTo(rt.add(rt.matmulNT(dsum, W), dz).data[k]!, 12));
  const q = e["vjp_g"]!(dy, x) as { dx: rt.Matrix };
  expect(q.dx.data).not.toBe(dy.data);
  expect(showTypeErrors(typeErrors(e.$code, source.length).filter((t) => t.generated)), e.$code).toBe("");
});
