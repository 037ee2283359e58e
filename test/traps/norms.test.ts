/** Roots of sums of squares are norms: 0 at the origin, whichever way the sum is written. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const origin = { oracle: false };

describe("norms at the origin", () => {
  trap("two terms", f("x: number, y: number", "return Math.sqrt(x * x + y * y);"), [{ at: [0, 0], value: 0, dx: 0, dy: 0 }], origin);
  trap("two terms elsewhere", f("x: number, y: number", "return Math.sqrt(x * x + y * y);"), [
    { at: [3, 4], value: 5, dx: 0.6, dy: 0.8 },
    { at: [0, -2], dx: 0, dy: -1 },
  ]);
  trap(
    "powers, a factor and a helper",
    f("x: number, y: number, z: number", "return Math.sqrt(x ** 2 + 2 * sq(y) + Math.pow(z, 4));", "const sq = (t: number): number => t * t;"),
    [{ at: [0, 0, 0], dx: 0, dy: 0, dz: 0 }],
    origin,
  );
  trap("a sum of a loop", f("a: number[], b: number[]", dedent`
    let s = 0;
    for (let i = 0; i < a.length; i++) {
      const d = a[i]! - b[i]!;
      s += d * d;
    }
    return Math.sqrt(s);
  `), [{ at: [[1, 2], [1, 2]], da: [0, 0], db: [0, 0] }], origin);
  trap("a sum of a loop with a way around", f("a: number[]", dedent`
    let s = 0;
    for (const v of a) {
      if (v < -1) continue;
      s += v * v;
    }
    return s ** 0.5;
  `), [{ at: [[0, -3]], da: [0, 0] }], origin);
  trap("the root of a mean", f("a: number[]", "return Math.sqrt(a.reduce((s, v) => s + v ** 2, 0) / a.length);"), [{ at: [[0, 0]], da: [0, 0] }], origin);
  trap("coincident points among others", f("ps: number[][]", dedent`
    let e = 0;
    for (let i = 0; i < ps.length; i++)
      for (let j = 0; j < i; j++) {
        const dx = ps[i]![0]! - ps[j]![0]!, dy = ps[i]![1]! - ps[j]![1]!;
        e += Math.sqrt(dx * dx + dy * dy);
      }
    return e;
  `), [{ at: [[[1, 1], [1, 1], [4, 5]]], dps: [[-0.6, -0.8], [-0.6, -0.8], [1.2, 1.6]] }], origin);
  trap(
    "of a part that is no square: the root alone",
    f("x: number, y: number", "return Math.sqrt(x * x - y * y);"),
    [
      { at: [5, 3], value: 4, dx: 1.25, dy: -0.75 },
      { at: [1, 1], dx: Infinity, dy: -Infinity },
    ],
    origin,
  );
  trap("of a product: the root alone", f("x: number", "return Math.sqrt(x * 4);"), [{ at: [0], dx: Infinity }], origin);
});

describe("norms with a number that keeps them from 0", () => {
  trap("as a term", f("x: number, y: number", "return Math.sqrt(x * x + y * y + 0.01);"), [{ at: [0, 0], value: 0.1, dx: 0, dy: 0 }, { at: [3, 4] }]);
  trap("before the squares of a loop", f("a: number[]", dedent`
    let s = 1e-6;
    for (const v of a) s += v * v;
    return Math.sqrt(s);
  `), [{ at: [[0, 0]], da: [0, 0] }, { at: [[1, 2]] }]);
});

describe("sums of one loop with one adjoint", () => {
  trap("two", f("a: number[], b: number[]", dedent`
    let p = 0;
    let q = 0;
    for (let i = 0; i < a.length; i++) {
      p += a[i]! * b[i]!;
      q += b[i]! * b[i]!;
    }
    return (p + q) / 2;
  `), [{ at: [[1, 2], [3, 4]], da: [1.5, 2], db: [3.5, 5] }]);
  trap("three, of which one is scaled", f("a: number[]", dedent`
    let p = 0, q = 0, r = 0;
    for (const v of a) {
      p += v;
      q += v * v;
      r += v ** 3;
    }
    return (p + q + 3 * r) / a.length;
  `), [{ at: [[1, 2]], da: [6, 20.5] }]);
});
