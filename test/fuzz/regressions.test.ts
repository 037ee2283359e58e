/** Programs that the fuzzer found wrong once, made small: each with the seed's kind of point, against dual numbers. */
import { describe } from "vitest";
import { f, trap } from "../traps/trap.ts";
import { dedent } from "../support/dedent.ts";

describe("found by random programs", () => {
  trap("an arm of a switch inside an if on a number", f("x: number", dedent`
    if (x) {
      switch (x) {
        default: {
        }
        case 3: {
          x = 1 / x;
          break;
        }
      }
    }
    return x;
  `), [{ at: [1.03] }, { at: [3] }, { at: [0] }]);
  trap("a value needed by the reverse of an early return in nested ifs", f("x: number, y: number", dedent`
    if (x) {
      if (x) return Math.abs(y - 0.9);
    }
    return x;
  `), [{ at: [-1.09, 1.77] }, { at: [0, 1] }]);
  trap("a value needed on the returning path of a recursion", f("y: number", "return help(2, y);", dedent`
    function help(v: number, ds: number): number {
      if (v <= 0) return Math.sin(Math.log1p(ds));
      return Math.sin(help(v - 1, ds) * ds);
    }
  `), [{ at: [0.87] }]);
  trap("an operand that the other operand's call changes", f("x: number", dedent`
    let w = x;
    const g = (k: number): number => {
      for (let i = 3; i; i--) {
        [x, k] = [k, w];
        w--;
        if (x) continue;
      }
      return x;
    };
    return w * g(1);
  `), [{ at: [-1.86] }]);
  trap("an effect in the test of a break", f("x: number", dedent`
    let s = 0;
    for (;;) {
      if (s++) break;
      x += x;
    }
    return x;
  `), [{ at: [1.73], dx: 2 }]);
  trap("the same, a chain of assignments", f("x: number, y: number", dedent`
    let p = x;
    let u = 0;
    for (;;) {
      if (u++) break;
      y = p = Math.sin(x);
    }
    return p + y;
  `), [{ at: [-0.36, 1.9] }]);
  trap("a local array in a loop whose trips are recomputed", f("x: number, c: Float64Array", dedent`
    for (let a = 0; a < 1; a++) {
      let m = 0;
      while (x) {
        if (m++) break;
        x = c.map(() => x)[a]! / 2;
      }
    }
    return x;
  `), [{ at: [-0.37, new Float64Array([0.05, 1.27])], dx: 0.5 }]);
  trap("map and reduce in a loop in a callback", f("x: number, t: [number, number], u: Float64Array", dedent`
    for (let s = 1, i = 0; i < 4; i++) {
      t.forEach(() => {
        x = u.map(() => x).reduce((_, v) => v, s);
      });
    }
    return x;
  `), [{ at: [0.32, [-1.09, 1.47], new Float64Array([1, -2, 3])], dx: 1 }]);
  trap("an assignment inside a callback of map", f("x: number, a: Float64Array", dedent`
    let i = 0;
    while (i < 4) {
      i++;
      x = -(a.map(() => Math.sin((x -= 1)))[2]! / 2);
    }
    return x;
  `), [{ at: [0.15, new Float64Array([0.59, -1.55, -1.67])] }]);
  trap("a local array in the update of a for", f("x: number, y: number", dedent`
    const q = new Float64Array(1);
    for (let i = 0; i < 3; i++, y = 1 / (1 + -(q.map(() => Math.tanh(x))[0]! / 2))) {
    }
    return y;
  `), [{ at: [0.25, -0.4] }]);
  trap("a typed array spread into an ordinary one", f("x: number, z: Float64Array", dedent`
    const s = [...z, x];
    return s[s.length - 1]! * s[0]!;
  `), [{ at: [2, new Float64Array([3, 4])], value: 6, dx: 3 }]);
  trap("a value or null", f("x: number", dedent`
    const maybe = x > 1 ? x * x : null;
    return maybe === null ? x : (maybe ?? 2) * x;
  `), [{ at: [2], dx: 12 }, { at: [0.5], dx: 1 }]);
  trap("parameters s and ds", f("x: number, s: Float64Array, ds: number[]", dedent`
    let y = x;
    for (let i = 0; i < 3; i++) y += Math.atan(ds[0]! * s[i % 2]!) * y;
    return y * s[1]!;
  `), [{ at: [1.4, new Float64Array([0.3, 0.7]), [0.9]] }]);
  trap("a callback handed to a helper that is otherwise inactive", f("x: number", "return x * help((q) => Math.tanh(q), 1);", dedent`
    function help(v: (u: number) => number, k: number): number {
      if (v(k) > 2) return v(k * 2);
      return v(k);
    }
  `), [{ at: [0.7] }]);
  trap("an array parameter that is pushed to", f("x: number, w: number[]", dedent`
    w.push(x);
    return x * w[0]! * w[w.length - 1]!;
  `), [{ at: [2, [3, 4]], value: 12, dx: 12, dw: [4, 0] }], { status: "may" });
  trap("an array parameter that is pushed to and no more", f("x: number, w: number[]", "w.push(x);\nreturn x;"), [{ at: [2, [3, 4]], dx: 1, dw: [0, 0] }], {
    status: "may",
  });
  trap("returns of two branches, then more", f("x: number, y: number", dedent`
    if (x > 1) {
      if (y > 2) return Math.tanh(y);
      const nodes = [{ p: x * 0.3, q: x }, { p: y, q: 1 }];
      [nodes[0], nodes[1]] = [nodes[1]!, nodes[0]!];
      nodes[0]!.q *= nodes[1]!.p;
    } else {
      if (x * y > y) return y;
    }
    return x;
  `), [{ at: [1.8, 0.57], value: 1.8, dx: 1 }, { at: [1.8, 3] }, { at: [0.5, -1] }]);
  trap("an element that is put back in a loop: inference would go round", f("x: number", dedent`
    const row = new Float64Array(5);
    row[0] = x;
    for (;;) {
      if (x) break;
      [row[0], row[0]] = [x, row[0]!];
    }
    return row[0]! * x;
  `), [{ at: [0.5], dx: 1 }]);
  trap("a callback handed to a recursive helper through which no gradient flows", f("x: number, n: number", "return x * count((k) => k * k, n);", dedent`
    function count(h: (k: number) => number, n: number): number {
      return n < 1 ? 1 : count(h, n - 1) + h(n);
    }
  `), [{ at: [2, 3], dx: 15 }], { names: ["x", "n"] });
  trap("an inner recursive function that only counts", f("x: number, n: number", dedent`
    let calls = 0;
    const go = (k: number): number => {
      calls++;
      return k < 1 ? 1 : go(k - 1) + 1;
    };
    return x * go(n) + calls;
  `), [{ at: [2, 3], value: 12, dx: 4 }]);
  trap("a recursive method through which no gradient flows", f("x: number, n: number", dedent`
    const a = new A(3);
    return x * a.depth(n);
  `, dedent`
    class A {
      k: number;
      constructor(k: number) { this.k = k; }
      depth(n: number): number { return n < 1 ? this.k : this.depth(n - 1) + 1; }
    }
  `), [{ at: [2, 3], value: 12, dx: 6 }]);
  trap("a recursive helper with a rest parameter", f("x: number, n: number", "return x * rest(n, 1, 2, 3);", dedent`
    function rest(n: number, ...ks: number[]): number {
      return n < 1 ? ks[0]! + ks.length : rest(n - 1, ...ks) + 1;
    }
  `), [{ at: [2, 3], value: 14, dx: 7 }]);
  trap("comparisons with two numbers in a loop whose condition is one of them", f("x: number, n: number", dedent`
    const row = [x, 2];
    let s = x;
    let i = 0;
    while (i < 4 && n % 2 === 1) {
      i++;
      s *= (n % 2 === 0 ? row[1]! : row[0]!) * 0.3;
    }
    return s;
  `), [{ at: [2, 3] }, { at: [2, 2], dx: 1 }]);
  trap("an optional field asked by typeof", f("o: { s?: number; k: number }", 'return typeof o.s === "number" ? o.s * o.k : o.k;'), [
    { at: [{ s: 2, k: 3 }], value: 6 },
  ]);
  trap("a table by the names of its fields", f("o: T, w: number", dedent`
    const keys = Object.keys(TABLE) as (keyof T)[];
    let s = 0;
    for (let i = 0; i < keys.length; i++) s += o[keys[i]!] * TABLE[keys[i]!] * w;
    return s;
  `, dedent`
    type T = { a: number; b: number };
    const TABLE: Record<keyof T, number> = { a: 2, b: 3 };
  `), [{ at: [{ a: 1, b: 2 }, 3], value: 24, dw: 8 }]);
  trap("a place that is only written has no gradient", f("a: number[], i: number, x: number", "a[i] = x;\nreturn a[0]! * a[1]!;"), [
    { at: [[1, 2], 1, 4], da: [4, 0], di: undefined, dx: 1 },
  ]);
  trap("rows of literals in a loop with @checkpoint", f("x: number, n: number", dedent`
    const rows: number[][] = [[x, 1], [2, x]];
    /** @checkpoint */
    for (let t = 0; t < n; t++) {
      for (let i = 0; i < 2; i++) rows[i]![t % 2] = Math.sin(rows[i]![0]! + rows[1 - i]![1]!);
    }
    return rows[0]![0]! * rows[1]![1]!;
  `), [{ at: [0.3, 5] }]);
  trap("a literal that grows at a place kept small, after it was made shorter", f("x: number, n: number", dedent`
    const a = [x, 2];
    a.pop();
    a[n % 2] = x * x;
    return a[0]! * a.length;
  `), [{ at: [3, 1], value: 6 }]);
  trap("a value that two rounds ask for is popped once", f("x: number", dedent`
    for (let b = 3; b; b) {
      for (let k = x; x; k += x) {
        if (x) return Math.sin(k ** 2 * x);
      }
    }
    return x;
  `), [{ at: [-0.7] }, { at: [0.4] }]);
  trap("an array that is asked whether it is there", f("x: number, y: number", dedent`
    const v = new B([x, y]), w = pick([y, x]);
    return v.buf[0]! * v.buf[1]! + w[0]! * v.buf[0]!;
  `, dedent`
    class A {
      buf: number[];
      constructor(buf: number[]) { this.buf = buf; }
    }
    class B extends A {
      constructor(buf?: number[]) { super(buf || [0, 0]); }
    }
    function pick(buf?: number[]): number[] {
      return buf || [0, 0];
    }
  `), [{ at: [2, 3], value: 12, dx: 6, dy: 4 }]);
});
