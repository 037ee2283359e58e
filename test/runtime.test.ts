/** The runtime without the compiler: what its errors say, what its types refuse, optimisers, and the check of gradients. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import * as runtime from "../packages/runtime/src/index.ts";
import { adam, gradientDescent, lbfgs, minimise, momentum, type Optimiser, type State } from "../packages/runtime/src/optim.ts";
import { usePlain, useWasm } from "../packages/runtime/src/wasm.ts";
import { checkGradient } from "../packages/runtime/src/testing.ts";
import { compile, compileAndRun } from "./support/compile.ts";
import { typeErrors } from "./support/typecheck.ts";
import { dedent } from "./support/dedent.ts";

const { fromArray, matmul, zeros } = runtime;

it("is at most 6 kB gzipped in all, and nothing where nothing is used", async () => {
  const bundled = async (contents: string): Promise<number> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL("../packages/runtime/src", import.meta.url)), loader: "ts" },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      logLevel: "silent",
    });
    return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  };
  expect(await bundled('export * from "./index.ts"')).toBeLessThanOrEqual(6000);
  expect(await bundled('import "./index.ts"')).toBeLessThan(30);
  expect(await bundled('export { stopGradient } from "./index.ts"')).toBeLessThan(100);
});

describe("shapes", () => {
  it("are named in errors, with the operation", () => {
    expect(() => matmul(zeros(2, 3) as runtime.Matrix, zeros(4, 5))).toThrow("matmul: 2×3 and 4×5: the inner dimensions 3 and 4 differ");
    expect(() => runtime.add(zeros(2, 3) as runtime.Matrix, zeros(4, 1) as runtime.Matrix)).toThrow(/^add: 2×3 and 4×1: /);
    expect(() => runtime.crossEntropy(zeros(2, 3), [0])).toThrow("crossEntropy: 1 labels for 2×3 scores");
    expect(() => runtime.crossEntropy(zeros(2, 3), [0, 3])).toThrow("label 3 of row 1 is none of 3 classes");
    expect(() => runtime.gatherRows(zeros(2, 3), [2])).toThrow("gatherRows: row 2 of 2×3");
    expect(() => runtime.solve(zeros(2, 2), zeros(2, 1))).toThrow("singular");
    expect(() => runtime.cholesky(runtime.neg(runtime.eye(2)))).toThrow("not positive definite");
  });

  it("that are literal are checked by types, and the message says which differ", () => {
    const program = `import { add, matmul, zeros } from "@retrograd/runtime";\nexport const wrong = matmul(zeros(5, 10), zeros(4, 3));\nexport const row = add(zeros(5, 3), zeros(1, 3));\nexport const bad = add(zeros(5, 3), zeros(1, 4));\nexport const right = matmul(zeros(5, 10), zeros(10, 3)).cols satisfies 3;\n`;
    const errors = typeErrors(program).filter((e) => e.code !== 9010);
    expect(errors.map((e) => e.line).filter((line) => line !== 5 && line !== 3)).toEqual([2, 4]);
    expect(errors.find((e) => e.line === 2)?.message).toContain("the inner dimensions differ: 10 against 4");
    expect(errors.find((e) => e.line === 4)?.message).toContain("3 columns against 4");
  });
});

it("keeps Float32Array where it was given", () => {
  const a = fromArray(2, 2, new Float32Array([1, 2, 3, 4]));
  expect(matmul(a, a).data).toBeInstanceOf(Float32Array);
  expect(runtime.tanh(a).data).toBeInstanceOf(Float32Array);
});

it("multiplies in tiles what three loops multiply, for all shapes", () => {
  const rng = runtime.random(9);
  for (const [r, k, c] of [[1, 1, 1], [4, 4, 4], [5, 3, 7], [9, 2, 4], [8, 6, 13], [3, 0, 2]] as const) {
    const a = runtime.randn(rng, r, k), b = runtime.randn(rng, k, c), y = matmul(a, b);
    for (let i = 0; i < r; i++) for (let j = 0; j < c; j++) {
      let s = 0;
      for (let l = 0; l < k; l++) s += a.data[i * k + l]! * b.data[l * c + j]!;
      expect(y.data[i * c + j]).toBe(s);
    }
    expect(runtime.matmulNT(a, runtime.transpose(b))).toEqual(y);
    expect(runtime.matmulTN(runtime.transpose(a), b)).toEqual(y);
  }
});

it("multiplies in WebAssembly to the same bits", () => {
  const shapes = [
    [64, 784, 100],
    [784, 64, 100],
    [33, 47, 29],
    [40, 40, 40],
    [5, 3, 7],
    [130, 70, 9],
    [4, 1300, 4],
    [6, 500, 11],
    [3, 900, 40],
    [900, 40, 3],
  ] as const;
  const products = (): runtime.Matrix[] => shapes.flatMap(([r, k, c]) => {
    const seeded = runtime.random(r + k + c), a = runtime.randn(seeded, r, k), b = runtime.randn(seeded, k, c);
    return [matmul(a, b), runtime.matmulNT(a, runtime.transpose(b)), runtime.matmulTN(runtime.transpose(a), b)];
  });
  const plain = products();
  expect(useWasm()).toBe(true);
  try {
    expect(products()).toEqual(plain);
  } finally {
    usePlain();
  }
});

it("multiplies 32-bit floats in WebAssembly as well as 32 bits can", () => {
  const rng = runtime.random(6);
  for (const [r, k, c] of [[64, 784, 100], [784, 64, 100], [33, 47, 29], [4, 1300, 8], [7, 500, 13], [130, 70, 9], [5, 900, 7]] as const) {
    const single = (rows: number, cols: number): runtime.Matrix => fromArray(rows, cols, Float32Array.from({ length: rows * cols }, () => rng() - 0.5));
    const a = single(r, k),
      b = single(k, c),
      at = runtime.transpose(a),
      bt = runtime.transpose(b),
      exact = matmul(fromArray(r, k, Array.from(a.data)), fromArray(k, c, Array.from(b.data)));
    expect(useWasm()).toBe(true);
    try {
      for (const y of [matmul(a, b), runtime.matmulNT(a, bt), runtime.matmulTN(at, b)]) {
        expect(y.data).toBeInstanceOf(Float32Array);
        expect(Math.max(...y.data.map((e, i) => Math.abs(e - exact.data[i]!)))).toBeLessThan(k * 2 ** -24);
      }
      expect(matmul(a, fromArray(k, c, Array.from(b.data))).data).toBeInstanceOf(Float32Array); // two kinds: in 64 bits, then rounded
    } finally {
      usePlain();
    }
  }
});

it("adds up 32-bit floats in 64 bits", () => {
  const many = runtime.full(1000, 100, 0.1), single = fromArray(1000, 100, new Float32Array(many.data));
  const exact = 1e5 * Math.fround(0.1);
  expect(runtime.sum(single)).toBeCloseTo(exact, 7);
  expect(runtime.mean(runtime.sum(single, "rows"))).toBeCloseTo(exact / 100, 4);
});

it("sums to memory of its own where there is nothing to add", () => {
  const row = fromArray(1, 2, [1, 2]);
  expect(runtime.sum(row, "rows")).toEqual(row);
  expect(runtime.sum(row, "rows").data).not.toBe(row.data);
});

it("has a relu of every number", () => {
  const a = fromArray(1, 6, [-1, -0, 0, 2, NaN, -Infinity]), d = fromArray(1, 6, [NaN, Infinity, 3, 4, 5, 6]);
  expect(Array.from(runtime.relu(a).data)).toEqual([0, 0, 0, 2, NaN, 0]);
  expect(Array.from(runtime.reluGradient(runtime.relu(a), d).data)).toEqual([0, 0, 0, 4, 0, 0]);
});

it("says in one line that there is no WebAssembly, and goes on", () => {
  const { WebAssembly: wasm, console: { info } } = globalThis as unknown as { WebAssembly: object; console: { info: unknown } };
  const lines: string[] = [];
  try {
    Object.assign(globalThis, { WebAssembly: { Module: function forbidden(): never { throw new Error("unsafe-eval"); } } });
    console.info = (line: string) => void lines.push(line);
    expect(useWasm()).toBe(false);
  } finally {
    Object.assign(globalThis, { WebAssembly: wasm });
    Object.assign(console, { info });
  }
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("unsafe-eval");
});

describe("optimisers", () => {
  const { grad_rosenbrock } = compileAndRun(dedent`
    /** @differentiable */
    export function rosenbrock(p: { x: number; y: number }): number { return (1 - p.x) ** 2 + 100 * (p.y - p.x * p.x) ** 2; }

  `) as unknown as { grad_rosenbrock: (p: { x: number; y: number }) => { value: number; dp: { x: number; y: number } } };
  const f = (p: { x: number; y: number }): { value: number; gradient: unknown } => {
    const { value, dp } = grad_rosenbrock(p);
    return { value, gradient: dp };
  };
  const makers: Readonly<Record<string, readonly [(state?: State) => Optimiser, number]>> = {
    gradientDescent: [(s) => gradientDescent({ rate: 1e-3 }, s), 20000],
    momentum: [(s) => momentum({ rate: 1e-3 }, s), 4000],
    adam: [(s) => adam({ rate: 0.02 }, s), 4000],
    lbfgs: [(s) => lbfgs({}, s), 60],
  };
  for (const [name, [make, steps]] of Object.entries(makers)) {
    it(`${name} finds the valley's end, and goes on from its JSON bit for bit`, () => {
      const { parameters } = minimise(make(), { x: -1.2, y: 1 }, f, { steps });
      expect(Math.hypot(parameters.x - 1, parameters.y - 1)).toBeLessThan(1e-2);
      let p = { x: -1.2, y: 1 }, q = p;
      const whole = make(), first = make();
      for (let k = 0; k < 7; k++) { p = whole.step(p, f).parameters; q = first.step(q, f).parameters; }
      const second = make(JSON.parse(JSON.stringify(first.state())) as State);
      for (let k = 0; k < 7; k++) { p = whole.step(p, f).parameters; q = second.step(q, f).parameters; }
      expect(q).toEqual(p);
    });
  }

  it("take records of matrices and arrays, and leave them as they are", () => {
    const p = { W: fromArray(1, 2, [1, -2]), more: [{ b: 3, name: "kept" }] }, before = JSON.stringify(p);
    const step = gradientDescent({ rate: 0.5 }).step(p, () => ({ value: 0, gradient: { W: fromArray(1, 2, [2, 2]), more: [{ b: 1 }] } }));
    expect([...step.parameters.W.data, step.parameters.more[0]!.b, step.parameters.more[0]!.name]).toEqual([0, -3, 2.5, "kept"]);
    expect(JSON.stringify(p)).toBe(before);
  });
});

describe("checkGradient", () => {
  const f = (x: number, y: number): number => Math.sin(x) * y + x * x;
  const right = (x: number, y: number): { value: number; dx: number; dy: number } => ({ value: f(x, y), dx: Math.cos(x) * y + 2 * x, dy: Math.sin(x) });
  it("agrees", () => expect(checkGradient(f, right, { x: 3, y: -4 })).toMatchObject({ ok: true, kind: "agrees" }));
  it("names the worst parameter", () => {
    const wrong = (x: number, y: number): { value: number; dx: number; dy: number } => ({ ...right(x, y), dy: Math.sin(x) + 0.01 });
    expect(checkGradient(f, wrong, { x: 3, y: -4 })).toMatchObject({ ok: false, kind: "error", worst: { name: "y" } });
  });
  it("tells a kink from an error, and chance from both", () => {
    const abs = (x: number): { value: number; dx: number } => ({ value: Math.abs(x), dx: Math.sign(x) });
    expect(checkGradient((x: number) => Math.abs(x), abs, { x: 0 })).toMatchObject({ ok: true, kind: "kink" });
    expect(
      checkGradient(
        (x: number) => x * Math.random(),
        (x: number) => ({ value: x, dx: 1 }),
        { x: 1 },
      ),
    ).toMatchObject({ ok: false, kind: "not deterministic" });
    expect(checkGradient((x: number) => 2 * x, (x: number) => ({ value: x, dx: 1 }), { x: 1 })).toMatchObject({ ok: false, kind: "value differs" });
  });
});

describe("the compiler", () => {
  const marked = (imports: string, body: string): string =>
    `import { ${imports}, type Matrix } from "@retrograd/runtime";\n/** @differentiable */\nexport function f(m: Matrix): number {\n  ${body}\n}\n`;
  const codes = (text: string): readonly string[] => compile(text).diagnostics.map((d) => d.code);
  it("refuses what would change a matrix or take it apart", () => {
    expect(codes(marked("sum", "m.data[0] = 1;\n  return sum(m);"))).toEqual(["RG2111"]);
    expect(codes(marked("sum", "return Math.max(...m.data) + sum(m);"))).toEqual(["RG2111"]);
    expect(codes(marked("sum", "return (m.data[0] ?? 0) + sum(m);"))).toEqual(["RG2111"]);
    expect(codes(marked("sum", "const { data } = m;\n  return data[0]! + sum(m);"))).toEqual(["RG2111"]);
    expect(codes(marked("addTo, sum", "addTo(m, m);\n  return sum(m);"))).toContain("RG2008");
  });
  it("finds names of the runtime under other names, in a namespace, and keeps clear of the user's", () => {
    const text = dedent`
      import * as rt from "@retrograd/runtime";
      import { sum as total } from "@retrograd/runtime";
      const spread = 3;
      /** @differentiable */
      export function f(scale: rt.Matrix): number { return total(rt.tanh(scale)) * spread; }

    `;
    const exports = compileAndRun(text);
    const m = fromArray(1, 2, [0.5, -1]);
    const made = exports["grad_f"]!(m) as { dscale: runtime.Matrix };
    made.dscale.data.forEach((e, k) => expect(e).toBeCloseTo(3 * (1 - Math.tanh(m.data[k]!) ** 2), 14));
    expect(typeErrors(exports.$code, text.length).filter((e) => e.generated)).toEqual([]);
  });
});
