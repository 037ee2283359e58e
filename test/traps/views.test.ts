import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const A = (...xs: number[]): Float64Array => Float64Array.of(...xs);

/** `subarray`: two names, one memory. */
describe("views of typed arrays", () => {
  trap("a write through a view is seen in the array", f("x: number", dedent`
    const a = Float64Array.of(x, x);
    const b = a.subarray(1);
    b[0] = x * x;
    return a[1]! * a[0]!;
  `), [{ at: [3], value: 27, dx: 27 }]);
  trap("a write to the array is seen in the view", f("x: number", dedent`
    const a = Float64Array.of(x, x, x);
    const b = a.subarray(1, 2);
    a[1] = x * x;
    return b[0]! * a[2]!;
  `), [{ at: [3], value: 27, dx: 27 }]);
  trap("two views meet at one element", f("x: number", dedent`
    const a = Float64Array.of(x, x, x);
    const b = a.subarray(1), c = a.subarray(0, 2);
    const before = b[0]!;
    c[1] = x * x;
    return b[0]! * before;
  `), [{ at: [3], value: 27, dx: 27 }]);
  trap("equal subscripts, different places", f("x: number", dedent`
    const a = Float64Array.of(x, 2);
    const b = a.subarray(1);
    const before = a[0]!;
    b[0] = x * x;
    return before * a[0]! * b[0]!;
  `), [{ at: [3], value: 81, dx: 108 }]);
  trap("different subscripts, one place, in a loop", f("x: number, n: number", dedent`
    const a = new Float64Array(n + 1);
    a[0] = x;
    const b = a.subarray(1);
    for (let i = 0; i < n; i++) b[i] = a[i]! * x;
    return a[n]!;
  `), [{ at: [2, 4], value: 32, dx: 80 }]);
  trap("a recurrence over its own view", f("xs: Float64Array, k: number", dedent`
    const y = xs.slice();
    const next = y.subarray(1);
    for (let i = 0; i < next.length; i++) next[i]! += k * Math.sin(y[i]!);
    for (let i = 0; i < next.length; i++) y[i]! *= next[i]!;
    return y[0]! * y[1]!;
  `), [{ at: [A(1, 2, 3), 0.5] }]);
  trap("rows of a matrix in one array", f("m: Float64Array, n: number", dedent`
    let s = 0;
    for (let i = 0; i < n; i++) {
      const row = m.subarray(i * n, (i + 1) * n);
      for (let j = 0; j < row.length; j++) s += row[j]! * row[0]! * (i + 1);
    }
    return s;
  `), [{ at: [A(1, 2, 3, 4), 2] }]);
  trap("rows that are written", f("m: Float64Array, n: number", dedent`
    const a = m.slice();
    for (let i = 1; i < n; i++) {
      const row = a.subarray(i * n, (i + 1) * n), above = a.subarray((i - 1) * n, i * n);
      for (let j = 0; j < n; j++) row[j]! *= Math.sin(above[j]! + row[n - 1 - j]!);
    }
    let s = 0;
    for (const v of a) s += v * v;
    return s;
  `), [{ at: [A(1, 2, 3, 4, 5, 6, 7, 8, 9), 3] }]);
  trap("negative and missing places", f("a: Float64Array", dedent`
    const t = a.subarray(-2), h = a.subarray(0, -2), w = a.subarray(), e = a.subarray(1, undefined);
    return t[0]! * h[0]! * w[1]! * e[0]! + t.length + h.length;
  `), [{ at: [A(1, 2, 3, 4)], value: 16, da: [12, 12, 4, 0] }]);
  trap(
    "places past the end, and backwards",
    f("a: Float64Array", "return a[0]! * a.subarray(9).length + a[1]! * a.subarray(2, 1).length + a[0]! * a.subarray(0, 99).length;"),
    [{ at: [A(1, 2, 3)], value: 3, da: [3, 0, 0] }],
  );
  trap("a view of a view", f("a: Float64Array, k: number", dedent`
    const b = a.subarray(1), c = b.subarray(k);
    c[0]! *= a[0]!;
    return a[1 + k]! * b[k]!;
  `), [{ at: [A(2, 3, 5), 1], value: 100, da: [100, 0, 40] }]);
  trap(
    "a view that is one of two",
    f(
      "a: Float64Array, b: Float64Array, c: boolean",
      dedent`
        const t = c ? a.subarray(1) : b;
        t[0] = t[0]! * t[1]!;
        return t[0]! * a[1]!;
      `,
    ),
    [
      { at: [A(1, 2, 3), A(4, 5), true], value: 36, da: [0, 36, 24], db: [0, 0] },
      { at: [A(1, 2, 3), A(4, 5), false], value: 40, da: [0, 20, 0], db: [10, 8] },
    ],
  );
  trap("a view that moves from trip to trip", f("x: number, n: number", dedent`
    const a = new Float64Array(8);
    a[0] = x;
    let v = a;
    for (let i = 0; i < n; i++) {
      v[1] = v[0]! * x;
      v = v.subarray(1);
    }
    return v[0]! * a[1]!;
  `), [{ at: [2, 3], value: 64, dx: 6 * 32 }]);
  trap("views in an array and in a record", f("a: Float64Array", dedent`
    const list = [a.subarray(0, 2), a.subarray(1)], o = { v: a.subarray(2) };
    for (const p of list) p[1]! *= p[0]!;
    o.v[0]! *= 2;
    return a[1]! + a[2]!;
  `), [{ at: [A(2, 3, 5)], value: 66, da: [33, 22, 12] }]);
  trap("a callee writes through two views of one array", f("a: Float64Array", dedent`
    mix(a.subarray(0, 2), a.subarray(1));
    return a[1]! * a[2]!;
  `, dedent`
    function mix(u: Float64Array, v: Float64Array): void {
      u[1] = u[0]! * v[1]!;
      v[1] = v[0]! * u[0]!;
    }
  `), [{ at: [A(2, 3, 5)], value: 200, da: [300, 0, 80] }]);
  trap("halves, recursively", f("a: Float64Array", dedent`
    const b = a.slice();
    scale(b, 1);
    return b[0]! * b[1]! + b[2]! * b[3]!;
  `, dedent`
    function scale(v: Float64Array, k: number): void {
      if (v.length === 1) { v[0] = Math.sin(v[0]! * k); return; }
      const h = v.length / 2;
      const low = v.subarray(0, h), high = v.subarray(h);
      scale(low, k + 1);
      for (let i = 0; i < h; i++) high[i]! += low[i]!;
      scale(high, k + 2);
    }
  `), [{ at: [A(0.1, 0.2, 0.3, 0.4)] }]);
  trap("a copy of a view is no view", f("x: number", dedent`
    const a = Float64Array.of(x, x);
    const b = a.subarray(1).slice();
    b[0] = 0;
    return a[1]! * x;
  `), [{ at: [3], dx: 6 }]);
  trap("set into a view, fill of a view", f("a: Float64Array, b: Float64Array", dedent`
    const c = a.slice();
    c.subarray(1).set(b);
    c.subarray(0, 1).fill(b[0]!);
    return c[0]! * c[1]! * c[2]! * c[3]!;
  `), [{ at: [A(1, 2, 3, 4), A(5, 6)], value: 600, da: [0, 0, 0, 150], db: [240, 100] }]);
  trap(
    "methods over a view",
    f("a: Float64Array", "return a.subarray(1).reduce((s, v) => s + v * v, 0) + Math.hypot(...a.subarray(0, 2)) + Math.max(...a.subarray(1));"),
    [{ at: [A(3, 4, 5)] }],
  );
  trap("single precision", f("a: Float32Array", dedent`
    const v = a.subarray(1);
    v[0] = v[0]! * v[1]!;
    return a[1]! * a[0]!;
  `), [{ at: [new Float32Array([2, 3, 4])], value: 24, da: [12, 8, 6] }]);
  trap("places of a view have no gradient", f("x: number", dedent`
    const idx = Int32Array.of(0, 1, 2), v = idx.subarray(1);
    const k = idx[1]!;
    v[0] = 2;
    const a = [x, x * x, x * x * x];
    return a[k]! * a[idx[1]!]!;
  `), [{ at: [2], value: 32, dx: 80 }]);
  trap("an early end between views", f("a: Float64Array, n: number", dedent`
    for (let i = 0; i < n; i++) {
      const v = a.subarray(i);
      if (v[0]! > 2) return v[0]! * a[0]!;
      v[0]! *= 2;
    }
    return a[0]!;
  `), [{ at: [A(1, 1.5, 3), 3], value: 6, da: [6, 0, 2] }, { at: [A(1, 1, 1), 2], value: 2, da: [2, 0, 0] }]);
});
