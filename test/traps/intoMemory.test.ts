/** `with into`: a warm call makes no objects. Measured over 10⁴ calls. */
import { describe, expect, test } from "vitest";
import { compileAndRun } from "../support/compile.ts";
import { dedent } from "../support/dedent.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly at: () => readonly unknown[];
}

const marked = (text: string): string => `/** @differentiable with into */\nexport ${text}\n`;
const square = (n: number): number[][] => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_0, j) => (i === j ? n : Math.sin(i + 2 * j))));

const cases: readonly Case[] = [
  {
    name: "stages",
    text: marked(dedent`
      function f(x: number, y: number): number {
        const s = 1 / (1 + Math.exp(-y));
        return (x + s) / (s + (x + y) ** 2);
      }
    `),
    at: () => [0.3, -0.4],
  },
  {
    name: "a loss",
    text: marked(dedent`
      function f(w: number, b: number, xs: number[], ys: number[]): number {
        let sum = 0.5;
        for (let i = 0; i < xs.length; i++) {
          const r = w * xs[i]! + b - ys[i]!;
          sum += r * r;
        }
        return sum / xs.length;
      }
    `),
    at: () => [0.3, 0.5, new Array<number>(40).fill(0.5), new Array<number>(40).fill(0.7)],
  },
  {
    name: "prefix sums",
    text: marked(dedent`
      function f(xs: number[], k: number): number {
        const y = xs.slice();
        for (let i = 1; i < y.length; i++) y[i]! += k * y[i - 1]!;
        return y[y.length - 1]! * y[0]!;
      }
    `),
    at: () => [new Array<number>(40).fill(0.5), 0.3],
  },
  {
    name: "LU in one array",
    text: marked(dedent`
      function f(m: Float64Array, n: number): number {
        const a = m.slice();
        let det = 1.5;
        for (let k = 0; k < n; k++) {
          det *= a[k * n + k]!;
          for (let i = k + 1; i < n; i++) {
            const f = a[i * n + k]! / a[k * n + k]!;
            for (let j = k + 1; j < n; j++) a[i * n + j]! -= f * a[k * n + j]!;
          }
        }
        return det;
      }
    `),
    at: () => [Float64Array.from(square(6).flat()), 6],
  },
  {
    name: "LU in rows",
    text: marked(dedent`
      function f(m: number[][], n: number): number {
        const a = m.map((row) => row.slice());
        let det = 1.5;
        for (let k = 0; k < n; k++) {
          det *= a[k]![k]!;
          for (let i = k + 1; i < n; i++) {
            const f = a[i]![k]! / a[k]![k]!;
            for (let j = k + 1; j < n; j++) a[i]![j]! -= f * a[k]![j]!;
          }
        }
        return det;
      }
    `),
    at: () => [square(6), 6],
  },
  {
    name: "an array of each trip that the next one reads",
    text: marked(dedent`
      function f(x: Float64Array, w: Float64Array, layers: number): number {
        let h = x.slice();
        const n = x.length;
        for (let l = 0; l < layers; l++) {
          const next = new Float64Array(n);
          for (let i = 0; i < n; i++) {
            let s = 0.1;
            for (let j = 0; j < n; j++) s += w[i * n + j]! * h[j]!;
            next[i] = Math.tanh(s);
          }
          h = next;
        }
        let t = 0.5;
        for (let i = 0; i < n; i++) t += h[i]! * h[i]!;
        return t;
      }
    `),
    at: () => [new Float64Array(5).fill(0.3), new Float64Array(25).fill(0.2), 4],
  },
  {
    name: "a short array of each trip",
    text: marked(dedent`
      function f(x: number, y: number, n: number): number {
        let s = 0.5;
        for (let i = 0; i < n; i++) {
          const v = [x * i, y, x * y];
          for (let k = 0; k < 3; k++) s += v[k]! * v[(k + i) % 3]!;
        }
        return s;
      }
    `),
    at: () => [0.3, 0.5, 20],
  },
  {
    name: "trips that nobody knows before",
    text: marked(dedent`
      function f(a: number, tol: number): number {
        let x = 0.5 * a;
        while (Math.abs(x * x - a) > tol) x = 0.5 * (x + a / x);
        return x;
      }
    `),
    at: () => [2.5, 1e-9],
  },
  {
    name: "a branch in each trip",
    text: marked(dedent`
      function f(x: number, n: number): number {
        let s = 0.5 * x;
        for (let i = 0; i < n; i++) {
          if (s > 1) s = Math.sin(s) * x;
          else s = s * 1.3 + x;
        }
        return s;
      }
    `),
    at: () => [0.7, 30],
  },
  {
    name: "a callee in two halves",
    text: `function smooth(a: Float64Array, k: number, depth: number): void {\n  const old = a.slice();\n  for (let i = 1; i < a.length - 1; i++) a[i] = old[i]! + k * (old[i - 1]! - 2 * old[i]! + old[i + 1]!) * Math.cos(old[i]!);\n  if (depth > 0.5) smooth(a, k * 0.9, depth - 1);\n}\n${marked(dedent`
      function f(x: Float64Array, k: number): number {
        const a = x.slice();
        smooth(a, k, 1);
        let s = 0.5;
        for (let i = 0; i < a.length; i++) s += a[i]! * a[i]!;
        return s;
      }
    `)}`,
    at: () => [Float64Array.from({ length: 30 }, (_, i) => Math.sin(i)), 0.3],
  },
  {
    name: "a recursion",
    text: marked(dedent`
      function f(x: number, n: number): number {
        return n < 1 ? 1 : Math.sin(x * f(x, n - 1)) + Math.cos(x);
      }
    `),
    at: () => [0.4, 8],
  },
  {
    name: "recursions that call each other, and one with two numbers",
    text: `function even(x: number, n: number): number {\n  return n < 0.5 ? x : Math.sin(odd(x * 0.9, n - 1) * x);\n}\nfunction odd(x: number, n: number): number {\n  return n < 0.5 ? 0.5 * x : Math.cos(even(x + 0.1, n - 1)) + even(x * x, n - 2);\n}\nfunction tree(t: number[], lo: number, hi: number, w: number): number {\n  if (hi - lo < 1.5) return t[lo]! * w;\n  const mid = (lo + hi) >> 1;\n  return Math.sin(tree(t, lo, mid, w * 0.7)) * tree(t, mid, hi, t[lo]! + w);\n}\n${marked(dedent`
      function f(x: number, t: number[]): number {
        return even(x, 7) + tree(t, 0, t.length, x) * tree(t, 1, 4, odd(x, 3));
      }
    `)}`,
    at: () => [0.4, [0.5, 0.25, 0.75, 0.125, 0.6, 0.1]],
  },
  {
    name: "a number that loops in loops begin with",
    text: marked(dedent`
      function f(x: number, n: number): number {
        let s = x;
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) s = Math.sin(s * x);
        return s;
      }
    `),
    at: () => [0.4, 7],
  },
  // What grows and shrinks.
  {
    name: "an array that is pushed to",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const xs: number[] = [];
        for (let i = 0; i < n; i++) xs.push(x * i + 0.5);
        let s = 0.5;
        for (let i = 0; i < xs.length; i++) s += xs[i]! * Math.sin(xs[i]!);
        return s;
      }
    `),
    at: () => [0.3, 20],
  },
  {
    name: "a stack",
    text: marked(dedent`
      function f(x: number, codes: readonly number[]): number {
        const stack: number[] = [];
        for (const c of codes) {
          if (c === 0) stack.push(x);
          else if (c === 1) stack.push(Math.sin(stack.pop()!));
          else { const a = stack.pop()!, b = stack.pop()!; stack.push(a * b + 0.5); }
        }
        return stack.pop()!;
      }
    `),
    at: () => [0.3, [0, 0, 2, 1, 0, 2, 0, 0, 2, 2, 1]],
  },
  {
    name: "a queue",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const queue: number[] = [x];
        let s = 0.5;
        for (let i = 0; i < n; i++) {
          const h = queue.shift()!;
          s += h * 0.3;
          queue.push(Math.sin(h * x), h * 0.2);
        }
        return s;
      }
    `),
    at: () => [0.3, 12],
  },
  {
    name: "an array made longer by its places",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const xs: number[] = [x];
        for (let i = 1; i < n; i++) xs[i] = Math.sin(xs[i - 1]! + x);
        return xs[n - 1]! * xs[0]!;
      }
    `),
    at: () => [0.3, 20],
  },
  {
    name: "an array that is pushed to, and made longer by its places",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const xs: number[] = [x];
        let s = 0.5;
        for (let i = 1; i < n; i++) {
          xs.push(Math.sin(s * x) * i);
          if (i % 3 === 0) xs[xs.length] = Math.sin(s * x + i);
          if (i % 4 === 0) { s += xs.pop()!; xs.push(x); xs[xs.length + 1 - 1] = s * x; }
          s = Math.cos(xs[xs.length - 1]! * xs[0]! + s);
        }
        return s;
      }
    `),
    at: () => [0.3, 40],
  },
  {
    name: "rows that are pushed",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const rows: number[][] = [];
        for (let i = 0; i < n; i++) rows.push([x, x * i, 0.5]);
        let s = 0.5;
        for (const r of rows) for (let k = 0; k < 3; k++) s += r[k]! * Math.sin(r[(k + 1) % 3]!);
        return s;
      }
    `),
    at: () => [0.3, 12],
  },
  {
    name: "filter, map and reduce",
    text: marked(dedent`
      function f(xs: number[], k: number): number {
        return xs.filter((x) => x > 0.1).map((x) => Math.sin(x * k)).reduce((a, b) => a + b, 0.5);
      }
    `),
    at: () => [[0.3, -0.5, 0.7, 0.01, 0.9], 0.7],
  },
  {
    name: "an array that is sorted",
    text: marked(dedent`
      function f(xs: number[], k: number): number {
        const ys = xs.map((x) => Math.sin(x * k)).sort((a, b) => b - a);
        return ys[0]! * ys[1]! + ys[4]!;
      }
    `),
    at: () => [[0.3, -0.5, 0.7, 0.01, 0.9], 0.7],
  },
  {
    name: "records that are sorted in each trip, by what the function has",
    text: marked(dedent`
      function f(xs: Float64Array, w: number[], k: number): number {
        let s = 0.5;
        for (let t = 0; t < 4; t++) {
          const ps = Array.from(xs, (x, i) => ({ x: x * k, i })).sort((p, q) => { if (p.i === t) return -1; return w[p.i]! * p.x - w[q.i]! * q.x; });
          s += ps[0]!.x * ps[1]!.x + xs.toSorted()[t]!;
        }
        return s;
      }
    `),
    at: () => [Float64Array.of(0.3, -0.5, 0.7, 0.01, 0.9), [0.5, 0.25, -0.75, 0.1, 0.3], 0.7],
  },
  {
    name: "pieces of a loop",
    text: marked(dedent`
      function f(x: number, n: number): number {
        let s = x;
        /** @checkpoint */
        for (let i = 0; i < n; i++) s = Math.sin(s * x) + 0.5;
        return s;
      }
    `),
    at: () => [0.3, 100],
  },
  // Objects.
  {
    name: "a gradient by parts of a record",
    text: `/** @differentiable wrt m.w, m.inner.b with into */\nexport function f(m: { w: number[]; c: number; inner: { b: number; name: string } }, xs: number[]): number {\n  let s = 0.5;\n  for (let i = 0; i < xs.length; i++) s += Math.sin(m.w[i]! * xs[i]! - m.inner.b) * m.c;\n  return s;\n}\n`,
    at: () => [{ w: [0.3, 0.4, -0.2], c: 0.5, inner: { b: 0.7, name: "b" } }, [1.5, -0.5, 0.25]],
  },
  {
    name: "records that are pushed",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const ps: { a: number; b: number }[] = [];
        for (let i = 0; i < n; i++) ps.push({ a: x * i, b: Math.sin(x + i) });
        let s = 0.5;
        for (const p of ps) s += p.a * p.b;
        return s;
      }
    `),
    at: () => [0.3, 12],
  },
  {
    name: "records that are written",
    text: marked(dedent`
      function f(xs: number[], k: number): number {
        const ps = xs.map((x) => ({ p: x, v: k * x }));
        for (let t = 0; t < 3; t++) for (const p of ps) { p.v -= 0.1 * Math.sin(p.p); p.p += 0.1 * p.v; }
        return ps.reduce((s, p) => s + p.p * p.v, 0.5);
      }
    `),
    at: () => [[0.3, -0.5, 0.7], 0.7],
  },
  {
    name: "a record of arrays",
    text: marked(dedent`
      function f(xs: number[], k: number): number {
        const state = { p: xs.slice(), v: xs.map((x) => x * k) };
        for (let t = 0; t < 3; t++) for (let i = 0; i < xs.length; i++) { state.v[i]! -= 0.1 * Math.sin(state.p[i]!); state.p[i]! += 0.1 * state.v[i]!; }
        return state.p.reduce((s, p, i) => s + p * state.v[i]!, 0.5);
      }
    `),
    at: () => [[0.3, -0.5, 0.7], 0.7],
  },
  {
    name: "records in records",
    text: marked(dedent`
      function f(x: number, n: number): number {
        let t: { a: { p: number; q: number }; b: number } = { a: { p: x, q: 1.5 }, b: x };
        const all = [t];
        for (let i = 0; i < n; i++) { t = { a: { p: t.a.q * x, q: t.a.p + 0.5 }, b: Math.sin(t.b) }; all.push(t); }
        let s = 0.5;
        for (const u of all) s += u.a.p * u.b + u.a.q;
        return s;
      }
    `),
    at: () => [0.3, 6],
  },
  {
    name: "a list of linked records",
    text: `interface Node { v: number; next: Node | null }\n${marked(dedent`
      function f(x: number, n: number): number {
        let head: Node | null = null;
        for (let i = 0; i < n; i++) head = { v: x * i, next: head };
        let s = 0.5;
        for (let p: Node | null = head; p; p = p.next) s += Math.sin(p.v);
        return s;
      }
    `)}`,
    at: () => [0.3, 6],
  },
  {
    name: "instances of a class",
    text: `class Vec3 {\n  x: number; y: number; z: number;\n  constructor(x: number, y: number, z: number) { this.x = x; this.y = y; this.z = z; }\n  add(o: Vec3): Vec3 { return new Vec3(this.x + o.x, this.y + o.y, this.z + o.z); }\n  dot(o: Vec3): number { return this.x * o.x + this.y * o.y + this.z * o.z; }\n}\n${marked(dedent`
      function f(x: number, n: number): number {
        let p = new Vec3(x, 0.5, 0.1);
        const step = new Vec3(x, x * 2, 0.3);
        const all: Vec3[] = [];
        for (let i = 0; i < n; i++) { p = p.add(step); all.push(p); }
        let s = 0.5;
        for (const q of all) s += Math.sin(q.dot(step));
        return s;
      }
    `)}`,
    at: () => [0.3, 6],
  },
  {
    name: "an array that holds arrays of the caller",
    text: marked(dedent`
      function f(xs: number[], ys: number[], k: number): number {
        const all: { xs: number[]; w: number }[] = [];
        for (let i = 0; i < 3; i++) all.push({ xs: i % 2 === 0 ? xs : ys, w: k * i });
        let s = 0.5;
        for (const a of all) for (const x of a.xs) s += Math.sin(x * a.w);
        return s;
      }
    `),
    at: () => [[0.3, 0.5], [0.2, 0.1], 0.7],
  },
  // Copies and rows.
  {
    name: "rows that are mapped",
    text: marked(dedent`
      function f(m: number[][], k: number): number {
        const a = m.map((r) => r.map((x) => Math.sin(x * k)));
        let s = 0.5;
        for (const r of a) for (const x of r) s += x * x;
        return s;
      }
    `),
    at: () => [square(4), 0.5],
  },
  {
    name: "structuredClone",
    text: marked(dedent`
      function f(m: number[][], k: number): number {
        const a = structuredClone(m);
        for (let i = 1; i < a.length; i++) for (let j = 0; j < a.length; j++) a[i]![j]! += k * a[i - 1]![j]!;
        return a[3]![3]! * a[2]![1]!;
      }
    `),
    at: () => [square(4), 0.5],
  },
  {
    name: "rows that are spread and swapped",
    text: marked(dedent`
      function f(m: number[][], k: number): number {
        const a = [...m.map((r) => [...r])];
        const t = a[0]!; a[0] = a[1]!; a[1] = t;
        for (let i = 1; i < a.length; i++) for (let j = 0; j < a.length; j++) a[i]![j]! += k * a[i - 1]![j]!;
        return a[3]![3]! * a[2]![1]!;
      }
    `),
    at: () => [square(4), 0.5],
  },
  {
    name: "Array.from of rows",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const m = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_0, j) => Math.sin(x * i + j)));
        for (let k = 1; k < n; k++) for (let j = 0; j < n; j++) m[k]![j]! *= m[k - 1]![j]!;
        return m[n - 1]![0]! + m[n - 1]![n - 1]!;
      }
    `),
    at: () => [0.3, 4],
  },
  {
    name: "three dimensions",
    text: marked(dedent`
      function f(x: number, n: number): number {
        const m: number[][][] = Array.from({ length: n }, () => Array.from({ length: n }, () => new Array<number>(n).fill(0)));
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) m[i]![j]![k] = Math.sin(x * (i + j + k)) + (i > 0 ? m[i - 1]![j]![k]! * x : 0);
        return m[n - 1]![n - 1]![n - 1]!;
      }
    `),
    at: () => [0.3, 3],
  },
  {
    name: "a recursion that gives arrays",
    text: `function fft(re: number[], im: number[]): [number[], number[]] {\n  const n = re.length;\n  if (n === 1) return [re.slice(), im.slice()];\n  const er: number[] = [], ei: number[] = [], or: number[] = [], oi: number[] = [];\n  for (let i = 0; i < n; i += 2) { er.push(re[i]!); ei.push(im[i]!); or.push(re[i + 1]!); oi.push(im[i + 1]!); }\n  const [a, b] = fft(er, ei), [c, d] = fft(or, oi);\n  const x = new Array<number>(n).fill(0), y = new Array<number>(n).fill(0);\n  for (let k = 0; k < n / 2; k++) {\n    const w = (-2 * Math.PI * k) / n, p = Math.cos(w) * c[k]! - Math.sin(w) * d[k]!, q = Math.cos(w) * d[k]! + Math.sin(w) * c[k]!;\n    x[k] = a[k]! + p; y[k] = b[k]! + q; x[k + n / 2] = a[k]! - p; y[k + n / 2] = b[k]! - q;\n  }\n  return [x, y];\n}\n${marked(dedent`
      function f(re: number[], k: number): number {
        const [x, y] = fft(re.map((v) => v * k), re.map(() => 0));
        let s = 0.5;
        for (let i = 0; i < x.length; i++) s += i * (x[i]! ** 2 + y[i]! ** 2);
        return s;
      }
    `)}`,
    at: () => [[0.5, 0.25, 0.75, 0.1, 0.5, 0.25, 0.75, 0.15], 0.5],
  },
  // Views.
  {
    name: "views of an array of its own",
    text: marked(dedent`
      function f(m: Float64Array, k: number): number {
        const a = m.slice();
        const n = 4;
        for (let i = 1; i < n; i++) {
          const r = a.subarray(i * n, i * n + n), p = a.subarray((i - 1) * n, i * n);
          for (let j = 0; j < n; j++) r[j]! += k * Math.sin(p[j]!);
        }
        return a[15]! * a[14]!;
      }
    `),
    at: () => [Float64Array.from(square(4).flat()), 0.4],
  },
  {
    name: "views of an argument",
    text: marked(dedent`
      function f(m: Float64Array, k: number): number {
        const n = 4;
        let s = 0.5;
        for (let i = 0; i < n; i++) {
          const r = m.subarray(i * n, i * n + n);
          for (let j = 0; j < n; j++) s += k * Math.sin(r[j]!);
        }
        return s;
      }
    `),
    at: () => [Float64Array.from(square(4).flat()), 0.4],
  },
  {
    name: "an argument that may be absent",
    text: marked(dedent`
      function f(x: number, ws?: number[]): number {
        let s = x * x;
        if (ws) for (const w of ws) s += w * x;
        return s;
      }
    `),
    at: () => [0.3, [0.1, 0.2]],
  },
  {
    name: "a function that runs code nobody has seen",
    text: marked(dedent`
      function f(x: number, n: number, seen: (i: number) => boolean): number {
        let s = x;
        const all: number[] = [];
        for (let i = 0; i < n; i++) {
          if (seen(i)) all.push(Math.sin(s * x));
          s = Math.cos(s) + 0.5;
        }
        for (let i = 0; i < all.length; i++) s += all[i]!;
        return s;
      }
    `),
    at: () => [0.3, 9, (i: number) => i % 2 === 0],
  },
];

describe("a warm call of grad_f_into makes no objects", () => {
  for (const { name, text, at } of cases) {
    test(name, () => {
      const { grad_f, grad_f_into } = compileAndRun(text);
      const args = at(), { value, ...fields } = grad_f!(...at()) as { value: number };
      // Of a class of its own: where other objects have something else in a field of that name, or were copied, each number written is an object.
      const out = new Function(
        "fields",
        `return new (class { ${Object.keys(fields)
          .map((f) => `${f} = typeof fields.${f} === "number" ? 0.5 : fields.${f};`)
          .join(" ")} })();`,
      )(grad_f!(...at())) as object;
      // Engines inline what they know to be called, if they have seen enough of it when they compile the loop: a loop of its own, or another.
      let best: Look = { bytes: Infinity, buffers: Infinity };
      for (let round = 0; round < 8 && !(best.bytes < 1 && best.buffers === 0); round++) {
        const many = new Function(
          "into",
          "out",
          "a",
          "b",
          "c",
          "d",
          "calls",
          `/* ${name}, ${round} */ let s = 0; for (let i = 0; i < calls; i++) s += into(out, a, b, c, d); return s;`,
        ) as (...a: unknown[]) => number;
        best = look((calls) => { many(grad_f_into, out, args[0], args[1], args[2], args[3], calls); });
      }
      expect(best.buffers).toBe(0);
      expect(best.bytes, "bytes a call").toBeGreaterThanOrEqual(0);
      expect(best.bytes, "bytes a call").toBeLessThan(1);
      expect(grad_f_into!(out, ...args)).toBe(value);
      expect(out).toEqual(fields);
    });
  }
});

interface Look { readonly bytes: number; readonly buffers: number }

/** What a call takes: the middle of some looks, because the collector, or a compiler that is not done yet, may run in some. */
function look(run: (calls: number) => void): Look {
  for (let warm = 0; warm < 40; warm++) run(1000);
  const grown: number[] = [], buffers: number[] = [];
  for (let n = 0; n < 9; n++) {
    const before = process.memoryUsage();
    run(10_000);
    const after = process.memoryUsage();
    grown.push((after.heapUsed - before.heapUsed) / 10_000);
    buffers.push(Math.abs(after.arrayBuffers - before.arrayBuffers));
  }
  return { bytes: middle(grown), buffers: middle(buffers) };
}

const middle = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1]!;

test("arrays of lengths that change from call to call make no objects", () => {
  const { grad_f, grad_f_into } = compileAndRun(marked(dedent`
    function f(n: number, x: number): number {
      const a = new Float64Array(n);
      for (let i = 0; i < n; i++) a[i] = Math.sin(x * i);
      const b = a.slice();
      for (let i = 1; i < n; i++) b[i]! += a[i]! * b[i - 1]!;
      return b[n - 1]!;
    }
  `).replace("@differentiable", "@differentiable wrt x"));
  const out = grad_f!(3, 0.4) as { value: number; dx: number };
  const seen = (n: number): void => {
    const wanted = grad_f!(n, 0.4) as { value: number; dx: number };
    expect(grad_f_into!(out, n, 0.4)).toBe(wanted.value);
    expect(out.dx).toBe(wanted.dx);
  };
  for (const n of [5, 3, 12, 3, 5, 1, 12, 40, 2]) seen(n);
  expect(() => grad_f_into!(out, -1, 0.4)).toThrow(RangeError);
  seen(7);
  let best = Infinity;
  for (let round = 0; round < 8 && best >= 1; round++) {
    const many = new Function(
      "into",
      "out",
      "calls",
      `/* ${round} */ let s = 0; for (let i = 0; i < calls; i++) s += into(out, 3 + i % 17, 0.5); return s;`,
    ) as (...a: unknown[]) => number;
    best = look((calls) => { many(grad_f_into, out, calls); }).bytes;
  }
  expect(best).toBeLessThan(1);
});

test("sort puts elements where the primal puts them, though the comparison contradicts itself", () => {
  const text = marked(dedent`
    function f(xs: number[], k: number, kind: number): number {
      const ps = xs.map((x, i) => ({ x: x * k, i }));
      ps.sort((p, q) => kind === 0 ? p.x - q.x : kind === 1 ? (Math.abs(p.x - q.x) < 0.2 ? 0 : p.x - q.x) : kind === 2 ? (p.x > q.x ? 1 : -1) : kind === 3 ? (p.i * 7919 + q.i * 104729) % 11 - 5 : q.x - p.x);
      let s = 0.5;
      for (let i = 0; i < ps.length; i++) s += Math.sin(ps[i]!.x * (i + 1));
      return s;
    }
  `);
  const { f, grad_f, grad_f_into } = compileAndRun(text), out = { dxs: [] as number[], dk: 0 };
  for (const n of [0, 1, 2, 3, 7, 20, 62, 63, 64, 65, 200, 5]) {
    for (const kind of [0, 1, 2, 3, 4]) {
      for (const missing of [false, true]) {
        const xs = Array.from({ length: n }, (_, i) => (missing && i === n >> 1 ? NaN : Math.round(20 * Math.sin(i * i + n)) / 10));
        const { value, ...fields } = grad_f!(xs, 0.7, kind) as { value: number };
        expect(value).toBe(f!(xs, 0.7, kind));
        expect(grad_f_into!(out, xs, 0.7, kind)).toBe(value);
        expect(out).toEqual(fields);
      }
    }
  }
});

test("arrays of loops and rows after a call of another size, and after memory was taken away", () => {
  const { grad_f, grad_f_into } = compileAndRun(cases.find((c) => c.name === "LU in rows")!.text);
  const out: { dm: number[][]; dn?: number } = { dm: [] };
  for (const n of [3, 5, 2, 5]) {
    const { value, ...fields } = grad_f!(square(n), n) as { value: number };
    expect(grad_f_into!(out, square(n), n)).toBe(value);
    expect(out).toEqual(fields);
    const kept = out.dm;
    out.dm = [[NaN]];
    kept[0]![0] = 99;
    expect(grad_f_into!(out, square(n), n)).toBe(value);
    expect(out).toEqual(fields);
    out.dm.length = 1;
  }
});
