/**
 * Random compositions of the runtime's operations: shapes, forks, broadcasts, branches, loops, records. Each program's gradient and that of
 * its gradient are compared with differences along random directions, in both forms; the gradients must be memory of their own.
 */
import { expect, test } from "vitest";
import * as runtime from "../packages/runtime/src/index.ts";
import { compileAndRun, type Exports } from "./support/compile.ts";
import { directional, innerProduct, type Operand } from "./support/matrices.ts";
import { showTypeErrors, typeErrors } from "./support/typecheck.ts";

interface Known { readonly name: string; readonly rows: number; readonly cols: number }

/** A program over matrices, printed as it is made. */
class Program {
  readonly lines: string[] = [];
  readonly called = new Set<string>(["dot"]);
  readonly matrices: Known[];
  private count = 0;
  private readonly rng: runtime.Rng;

  constructor(rng: runtime.Rng, inputs: readonly Known[]) {
    this.rng = rng;
    this.matrices = [...inputs];
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.rng() * from.length)]!;
  }
  call(name: string, ...args: readonly (string | number)[]): string {
    this.called.add(name);
    return `${name}(${args.join(", ")})`;
  }
  let(text: string, rows: number, cols: number): void {
    const name = `t${this.count++}`;
    this.lines.push(`const ${name} = ${text};`);
    this.matrices.push({ name, rows, cols });
  }

  step(): void {
    const a = this.pick(this.matrices),
      { name, rows, cols } = a;
    const fitting = this.matrices.filter((m) => (m.rows === rows || m.rows === 1) && (m.cols === cols || m.cols === 1));
    const kind = Math.floor(this.rng() * 10);
    switch (kind) {
      case 0:
      case 1: {
        const op = this.pick(["add", "sub", "mul", "maximum", "minimum"]),
          b = this.pick(fitting).name;
        this.let(op === "mul" ? this.call("tanh", this.call(op, name, b)) : this.call(op, name, b), rows, cols);
        return;
      }
      case 2:
        this.let(this.call("div", name, this.call("add", this.call("square", this.pick(fitting).name), "1.5")), rows, cols);
        return;
      case 3:
        this.let(this.call(this.pick(["sigmoid", "tanh", "softplus", "swish", "gelu", "elu", "square", "neg", "softmax", "logSoftmax"]), name), rows, cols);
        return;
      case 4: {
        const right = this.matrices.filter((m) => m.rows === cols),
          left = this.matrices.filter((m) => m.cols === cols),
          below = this.matrices.filter((m) => m.rows === rows);
        const [op, b, r, c] =
          right.length > 0
            ? (["matmul", this.pick(right), rows, 0] as const)
            : this.rng() < 0.5
              ? (["matmulNT", this.pick(left), rows, 1] as const)
              : (["matmulTN", this.pick(below), cols, 0] as const);
        this.let(this.call("tanh", this.call(op, name, b.name)), r, c === 1 ? b.rows : b.cols);
        return;
      }
      case 5: {
        const axis = this.pick(["rows", "cols"]),
          op = this.pick(["sum", "mean", "max", "variance", "logSumExp", "norm"]);
        this.let(this.call("tanh", this.call(op, name, `"${axis}"`)), axis === "rows" ? 1 : rows, axis === "cols" ? 1 : cols);
        return;
      }
      case 6:
        this.let(this.call("transpose", name), cols, rows);
        return;
      case 7:
        this.let(this.call("scale", name, this.call(this.pick(["mean", "norm", "logSumExp", "variance"]), this.pick(this.matrices).name)), rows, cols);
        return;
      case 8: {
        const b = this.pick(this.matrices.filter((m) => m.cols === cols));
        this.let(this.call("concat", name, b.name), rows + b.rows, cols);
        return;
      }
      default: {
        // A value that branches and trips change, and that others have used before.
        const t = `u${this.count++}`,
          b = this.pick(fitting).name;
        if (this.rng() < 0.5)
          this.lines.push(
            `let ${t} = ${name};`,
            `if (${this.call("sum", b)} > 0.1) ${t} = ${this.call("add", t, b)};`,
            `else if (${this.call("sum", name)} > 0) ${t} = ${this.call("tanh", t)};`,
          );
        else this.lines.push(`let ${t} = ${name};`, `for (let k = 0; k < 3; k++) ${t} = ${this.call("tanh", this.call("sub", this.call("add", t, b), name))};`);
        this.matrices.push({ name: t, rows, cols });
      }
    }
  }

  result(): string {
    const terms = [0, 1, 2].map(() => {
      const m = this.pick(this.matrices.slice(-5)).name;
      return this.call(this.pick(["mean", "logSumExp", "norm"]), m);
    });
    return `${terms.join(" + ")} + dot(${this.matrices.at(-1)!.name}, ${this.matrices.at(-1)!.name})`;
  }
}

const random = (rng: runtime.Rng, rows: number, cols: number): runtime.Matrix => runtime.uniform(rng, rows, cols, -1.3, 1.3);
const equals = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const runs = Number(process.env["MATRIX_PROGRAMS"] ?? 40);
for (let seed = 1; seed <= runs; seed++) {
  test(`program ${seed}`, () => {
    const rng = runtime.random(seed * 7919);
    const size = (): number => 1 + Math.floor(rng() * 3);
    const [r, c] = [size(), size()];
    const inputs: Known[] = [
      { name: "a", rows: r, cols: c },
      { name: "p.W", rows: c, cols: size() },
      { name: "p.b", rows: 1, cols: c },
      { name: "x", rows: r, cols: 1 },
    ];
    const program = new Program(rng, inputs);
    for (let n = 0; n < 7; n++) program.step();
    const result = program.result();
    const text = (literal: string): string => `import { ${[...program.called].sort().join(", ")}, type Matrix } from "@retrograd/runtime";
${literal}
/** @differentiable with jvp */
export function f(a: Matrix, p: { W: Matrix; b: Matrix }, x: Matrix): number {
  ${program.lines.join("\n  ")}
  return ${result};
}
`;
    const args = [random(rng, r, c), { W: random(rng, c, inputs[1]!.cols), b: random(rng, 1, c) }, random(rng, r, 1)] as const;
    const flat: readonly Operand[] = [args[0], args[1].W, args[1].b, args[2]];
    const called = (exports: Exports, name: string) => (...ms: readonly Operand[]): number => exports[name]!(ms[0], { W: ms[1], b: ms[2] }, ms[3]) as number;
    const weights = flat.map((m) => random(rng, (m as runtime.Matrix).rows, (m as runtime.Matrix).cols));
    const source = text("");
    const second = `${source}
/** @differentiable */
export function h(a: Matrix, p: { W: Matrix; b: Matrix }, x: Matrix, va: Matrix, vW: Matrix, vb: Matrix, vx: Matrix): number {
  const { da, dp, dx } = grad_f(a, p, x);
  return dot(da, va) + dot(dp.W, vW) + dot(dp.b, vb) + dot(dx, vx);
}
`;
    for (const optimise of [true, false]) {
      const exports = compileAndRun(source, { optimise });
      if (optimise) expect(showTypeErrors(typeErrors(exports.$code, source.length).filter((e) => e.generated)), exports.$code).toBe("");
      const before = JSON.stringify(args);
      const made = exports["grad_f"]!(...args) as { value: number; da: runtime.Matrix; dp: { W: runtime.Matrix; b: runtime.Matrix }; dx: runtime.Matrix };
      expect(JSON.stringify(args), "the arguments stay as they are").toBe(before);
      expect(made.value).toBe(exports["f"]!(...args));
      const gradients = [made.da, made.dp.W, made.dp.b, made.dx];
      compare(called(exports, "f"), flat, gradients, rng, exports.$code);
      // ⟨∇f, v⟩ is what forward mode computes, also where there are kinks.
      const v = flat.map((m) => random(rng, (m as runtime.Matrix).rows, (m as runtime.Matrix).cols)),
        product = gradients.reduce((s, g, k) => s + innerProduct(g, v[k]!), 0);
      const forward = exports["jvp_f"]!({ da: v[0], dp: { W: v[1], b: v[2] }, dx: v[3] }, ...args) as { value: number; dvalue: number };
      expect(forward.value).toBe(made.value);
      expect(Math.abs(forward.dvalue - product), `forward ${forward.dvalue}, reverse ${product}\n${exports.$code}`).toBeLessThan(
        1e-9 * Math.max(1, Math.abs(product)),
      );
      // Memory of their own: changing one changes no other.
      const copies = gradients.map((g) => JSON.stringify(g));
      gradients.forEach((g, k) => {
        g.data.fill(9);
        gradients.forEach((other, j) => {
          if (j > k) expect(equals(JSON.parse(copies[j]!), other), `gradients ${k} and ${j} share memory\n${exports.$code}`).toBe(true);
        });
      });
      expect(JSON.stringify(args), "nor do they share it with the arguments").toBe(before);
    }
    const exports = compileAndRun(second);
    const times = (vs: readonly Operand[]): readonly runtime.Matrix[] => { // the second derivatives along `vs`
      const { da, dp, dx } = exports["grad_h"]!(...args, ...vs) as { da: runtime.Matrix; dp: { W: runtime.Matrix; b: runtime.Matrix }; dx: runtime.Matrix };
      return [da, dp.W, dp.b, dx];
    };
    const h = (...ms: readonly Operand[]): number => exports["h"]!(ms[0], { W: ms[1], b: ms[2] }, ms[3], ...weights) as number;
    compare(h, flat, times(weights), rng, exports.$code);
    // ⟨w, H v⟩ = ⟨v, H w⟩, also where there are kinks.
    const others = weights.map((m) => random(rng, m.rows, m.cols)),
      inner = (gs: readonly Operand[], vs: readonly Operand[]): number => gs.reduce((s: number, g, k) => s + innerProduct(g, vs[k]!), 0);
    const one = inner(times(weights), others), other = inner(times(others), weights);
    expect(Math.abs(one - other), `⟨w, H v⟩ = ${one}, ⟨v, H w⟩ = ${other}\n${exports.$code}`).toBeLessThan(1e-9 * Math.max(1, Math.abs(one)));
  });
}

/** Differences settle to about 1e-13, or not at all: then a kink lies on the way. */
function compare(f: (...ms: readonly Operand[]) => number, at: readonly Operand[], gradients: readonly runtime.Matrix[], rng: runtime.Rng, code: string): void {
  for (let trial = 0; trial < 2; trial++) {
    const { along, derivative, error } = directional(f, at, [0, 1, 2, 3], rng), size = Math.max(1, Math.abs(derivative));
    if (error > 1e-9 * size) continue;
    const product = gradients.reduce((s, g, k) => s + innerProduct(g, along[k]!), 0);
    expect(Math.abs(product - derivative), `⟨∇f, v⟩ = ${product}, differences ${derivative} ± ${error}\n${code}`).toBeLessThan(1e-9 * size);
  }
}
