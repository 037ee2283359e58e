import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const A = (...xs: number[]): Float64Array => Float64Array.of(...xs);

describe("`set` reads all before it writes", () => {
  trap("a view over the places that it is copied to", f("x: number", dedent`
    const a = Float64Array.of(x, 2 * x, 3 * x, 4 * x, 5 * x);
    a.set(a.subarray(0, 3), 1);
    return a[1]! + 10 * a[2]! + 100 * a[3]!;
  `), [{ at: [1], value: 321, dx: 321 }]);
  trap("and to places before them", f("x: number", dedent`
    const a = Float64Array.of(x, 2 * x, 3 * x, 4 * x);
    a.set(a.subarray(1));
    return a[0]! + 10 * a[1]! + 100 * a[2]! + 1000 * a[3]!;
  `), [{ at: [1], value: 4432, dx: 4432 }]);
  trap("of an argument", f("a: Float64Array", dedent`
    a.set(a.subarray(0, 2), 1);
    return a[1]! * a[2]!;
  `), [{ at: [A(2, 3, 5)], value: 6, da: [3, 2, 0] }]);
  trap("two views, in a function that is called", f("a: Float64Array", dedent`
    const w = a.slice();
    move(w.subarray(1), w.subarray(0, 2));
    return w[1]! + 10 * w[2]!;
  `, dedent`
    function move(to: Float64Array, from: Float64Array): void {
      to.set(from);
    }
  `), [{ at: [A(2, 3, 5)], value: 32, da: [1, 10, 0] }]);
  trap("a view that moves from trip to trip", f("a: Float64Array, n: number", dedent`
    const w = a.slice();
    let v = w.subarray(0, 2);
    for (let i = 0; i < n; i++) {
      w.set(v, i + 1);
      v = w.subarray(i, i + 2);
    }
    return w[1]! + 10 * w[2]! + 100 * w[3]!;
  `), [{ at: [A(2, 3, 5, 7), 2] }]);
  trap("recursively", f("a: Float64Array", dedent`
    const w = a.slice();
    shift(w);
    return w[0]! + 10 * w[1]! + 100 * w[2]! + 1000 * w[3]!;
  `, dedent`
    function shift(v: Float64Array): void {
      if (v.length < 2) return;
      v.set(v.subarray(0, v.length - 1), 1);
      shift(v.subarray(1));
    }
  `), [{ at: [A(1, 2, 3, 4)] }]);
  test("what cannot lie over the other is not copied", () => {
    const { code } = compile(f("a: Float64Array, b: Float64Array", dedent`
      const w = new Float64Array(4);
      w.set(a.subarray(1, 3), 1);
      w.set(b.subarray(0, 1));
      return w[0]! * w[1]! * w[2]!;
    `));
    expect(code).not.toMatch(/\.slice\(/);
  });
});

describe("what is not there", () => {
  trap("a number or a condition on one of two ways", f("x: number, y: number", "x = y ? (y > 0 && x) || y : x;\nreturn x;"), [
    { at: [3, 1], value: 3, dx: 1, dy: 0 },
    { at: [3, -1], value: -1, dx: 0, dy: 1 },
    { at: [3, 0], value: 3, dx: 1, dy: 0 },
  ]);
  trap("a list that is turned round: links that may be null", dedent`
    export interface Cell { v: number; next: Cell | null }

  ` + f("x: number, y: number, n: number", dedent`
    let first: Cell | null = null;
    for (let i = 0; i < n; i++) first = { v: x * i, next: first };
    let back: Cell | null = null;
    while (first) {
      const next: Cell | null = first.next;
      first.next = back;
      back = first;
      first = next;
    }
    if (back) y += back.v + (back.next ? back.next.v * y : 0);
    return y;
  `), [{ at: [2, 3, 4] }, { at: [2, 3, 0], dx: 0, dy: 1 }]);
  trap("optional fields of options that are left out, in memory that is kept", f("x: number, n: number", dedent`
    const gain = damp(x);
    let left = gain;
    while (left > n) left *= 0.5;
    return x * left;
  `, dedent`
    function damp(v: number, k = 1, { bias = 1, slope = k }: { bias?: number; slope?: number } = {}): number {
      return slope * v + bias;
    }
  `).replace("@differentiable", "@differentiable with into"), [{ at: [2, 1], value: 1.5 }]);
  trap("an optional field of a record in a record", f("x: number, n: number", dedent`
    const opts: { alpha?: number; beta: number; size: { w: number; h?: number } } = { beta: x, size: { w: Math.sin(x) }, alpha: x };
    const { alpha = 2, beta, size: { w, h = 0.5 } } = opts;
    let s = 0;
    for (let i = 0; i < n; i++) s += w * h;
    return s + alpha * beta;
  `), [{ at: [2, 3] }]);
  test("a record that is made by recursion and written later has a tangent", () => {
    const text = dedent`
      interface Tree { v: number; left?: Tree; right?: Tree }
      function build(d: number, v: number): Tree {
        return d === 0 ? { v } : { v, left: build(d - 1, v * 0.5), right: build(d - 1, v + 1) };
      }
      /** @differentiable with jvp */
      export function f(x: number): number {
        const tree = build(2, 1.5);
        if (tree.left) tree.left.v = x * x;
        return x * (tree.left?.v ?? 0) * (tree.right?.v ?? 0);
      }

    `;
    for (const optimise of [true, false]) expect(compileAndRun(text, { optimise })["jvp_f"]!({ dx: 2 }, 3)).toEqual({ value: 67.5, dvalue: 135 });
  });
});

describe("types of what is made on the way", () => {
  trap("a condition of a derivative, read from memory that is written further down", f("x: number, y: number, xs: number[], bs: number[]", dedent`
    x = y * 0.5;
    for (let lap = 0; lap < 2; lap++) {
      let state: "idle" | "run" = "idle";
      for (let tick = 0; tick < 6; tick++) {
        if (state === "idle") {
          if (x < 0.6) state = "run";
          else x += 0.1;
        } else {
          x += Math.atan2(bs[2]!, 1.5 + xs[lap]! * xs[lap]!);
        }
      }
    }
    return x;
  `), [{ at: [1, 0.4, [0.5, 0.7], [1, 2, 0.3]] }]);
  trap("a choice of texts that is compared with another", f("x: number, y: number", "return act(x > 0 ? \"gelu\" : \"swish\", y * x);", dedent`
    function act(name: "relu" | "gelu" | "swish", v: number): number {
      if (name === "relu") return v;
      return name === "gelu" ? v * v : 1;
    }
  `), [{ at: [2, 3], value: 36, dx: 36, dy: 24 }]);
  test("tangents of shared objects that nothing asks for", () => {
    const text = dedent`
      export interface Vec { x: number; y: number }
      /** @differentiable with jvp */
      export function f(x: number, pts: Vec[]): number[] {
        pts[1]!.y++;
        const out: number[] = [];
        return out;
      }

    `;
    expect(typeErrors(compile(text).code, text.length)).toEqual([]);
  });
  trap("instances in a record of an interface, in memory that is kept", `class Vec {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) { this.x = x; this.y = y; }
  minus(o: Vec): Vec { return new Vec(this.x - o.x, this.y - o.y); }
  dot(o: Vec): number { return this.x * o.x + this.y * o.y; }
}
interface Hit { t: number; normal: Vec }
function meet(a: Vec, b: Vec, k: number): Hit | null {
  const between = a.minus(b), t = between.dot(between) * k;
  return t > 9 ? null : { t, normal: between };
}
function trace(a: Vec, bs: Vec[], depth: number): number {
  let nearest: Hit | null = null;
  for (const b of bs) {
    const h = meet(a, b, depth);
    if (h !== null && (nearest === null || h.t < nearest.t)) nearest = h;
  }
  if (nearest === null || depth === 0) return a.x;
  return nearest.t + nearest.normal.dot(a) + trace(nearest.normal, bs, depth - 1);
}
/** @differentiable with into */
export function f(x: number, y: number): number {
  return trace(new Vec(x, y), [new Vec(0.5, x), new Vec(y, 1)], 2);
}
`, [{ at: [1.5, 0.7] }, { at: [9, 0.7] }]);
});

describe("loops that make one trip at most", () => {
  trap("in a recursive function", f("x: number, depth: number", "return search(x, depth);", dedent`
    function search(x: number, depth: number): number {
      if (depth === 0) return x;
      const s = x;
      for (let i = 0; i < 5; i++) {
        if (s > 2) if (x > 0.4) return x * x;
        return search(x / s, depth - 1) * x;
      }
      return s * search(0.9 * s, depth - 1);
    }
  `), [{ at: [3, 2], value: 9, dx: 6 }, { at: [1.5, 2], value: 1.5, dx: 1 }]);
  trap("of every form", f("x: number, n: number", dedent`
    let y = x;
    while (n > 2) {
      y = x * x;
      if (y > 3) return y * n;
      break;
    }
    for (let i = 0; i < n; y += 100) {
      y *= 2;
      if (y > 2) break;
      return y + i;
    }
    for (const k of [1, 2, 3]) {
      if (y > k) {
        y += k * x;
        continue;
      }
      return y * y;
    }
    return y * 3;
  `), [{ at: [0.7, 1], value: 1.4, dx: 2 }, { at: [2, 4], value: 16, dx: 16 }, { at: [1.2, 0] }, { at: [1.2, 1] }, { at: [0.4, 0] }]);
});
