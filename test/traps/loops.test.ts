import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("loops", () => {
  trap("1 zero iterations", f("x: number, n: number", dedent`
    let s = x;
    for (let i = 0; i < n; i++) s *= x;
    return s;
  `), [{ at: [3, 0], dx: 1, value: 3 }, { at: [3, -2], dx: 1 }]);
  trap("1 zero iterations, literal bound", f("x: number", dedent`
    let s = x;
    for (let i = 0; i < 0; i++) s *= x;
    return s;
  `), [{ at: [2], dx: 1 }]);
  trap("2 a power by repeated multiplication", f("x: number", dedent`
    let t = 1;
    for (let i = 0; i < 3; i++) t *= x;
    return t;
  `), [{ at: [2], value: 8, dx: 12 }]);
  trap("2 the start is inactive, the rest active", f("x: number", dedent`
    let t = 1;
    for (let i = 0; i < 2; i++) t *= x;
    return t;
  `), [{ at: [3], value: 9, dx: 6 }]);
  trap("3 nested multiplication", f("x: number", dedent`
    let t = 1;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) t *= x;
    }
    return t;
  `), [{ at: [2], dx: 2304 }]);
  trap("3 inner trip counts differ by outer iteration", f("x: number, n: number", dedent`
    let t = 1;
    for (let i = 0; i < n; i++) {
      let j = 0;
      while (j * j < i * 3) {
        t = Math.sin(t * x) + x;
        j++;
      }
    }
    return t;
  `), [{ at: [0.7, 5] }, { at: [0.7, 0], dx: 0 }]);
  trap("4 a local of the body", f("x: number", dedent`
    let a = 0;
    for (let i = 0; i < 3; i++) {
      const l = x;
      a += l;
    }
    return a;
  `), [{ at: [1.5], dx: 3 }]);
  trap("5 continue at the end of the body", f("u: number", dedent`
    let r = 11 * u;
    for (let i = 0; i < 3; i++) {
      r += u * i;
      continue;
    }
    return r;
  `), [{ at: [2], du: 14 }]);
  trap("6 continue guards an update of the least", f("xs: number[]", dedent`
    let best = Infinity;
    for (let i = 0; i < xs.length; i++) {
      const v = xs[i]! * xs[i]!;
      if (v >= best) continue;
      best = v;
    }
    return best;
  `), [{ at: [[3, -1, 2]], value: 1, dxs: [0, -2, 0] }, { at: [[0.5, -1, 2]], dxs: [1, 0, 0] }]);
  trap("6 the greatest", f("xs: number[]", dedent`
    let best = -Infinity;
    let at = 0;
    for (let i = 0; i < xs.length; i++) {
      if (xs[i]! <= best) continue;
      best = xs[i]!;
      at = i;
    }
    return best * xs[at]!;
  `), [{ at: [[3, -1, 5, 2]], value: 25, dxs: [0, 0, 10, 0] }]);
  trap("7 break from the middle", f("x: number", dedent`
    let s = 0;
    let t = x;
    for (let i = 0; i < 10; i++) {
      t = t * x;
      if (t > 20) break;
      s = s + t * i;
      t = t + 1;
    }
    return s * t;
  `), [{ at: [2] }, { at: [1.1] }, { at: [30] }]);
  trap(
    "8 labelled break out of a switch in a while in a for",
    f(
      "x: number, count: number",
      [
        "let r = 1;",
        "outer: for (let i = 0; i < 4; i++) {",
        "  let k = 0;",
        "  while (true) {",
        "    switch (k) {",
        "      case 0: r += x; break;",
        "      case 1: r *= x; if (i >= count) break outer; break;",
        "      default: continue outer;",
        "    }",
        "    k++;",
        "  }",
        "}",
        "return r;",
      ].join("\n"),
    ),
    [
      { at: [2, 0], value: 6, dx: 5 },
      { at: [2, 1], value: 16, dx: 20 },
      { at: [2, 2], value: 36, dx: 60 },
    ],
  );
  trap("9 do while, twice", f("x: number", dedent`
    let r = x;
    let i = 0;
    do {
      r *= x;
      i++;
    } while (i < 2);
    return r;
  `), [{ at: [2], dx: 12 }]);
  trap("9 do while from 1", f("x: number", dedent`
    let r = 1;
    let i = 0;
    do {
      r *= x;
      i++;
    } while (i < 2);
    return r;
  `), [{ at: [3], dx: 6 }]);
  trap("10 do while with continue to the condition", f("x: number", dedent`
    let y = x;
    let i = 0;
    do {
      i++;
      if (y > 4) continue;
      y = y * y;
    } while (i < 3);
    return y;
  `), [{ at: [0.4], value: 0.4 ** 8, dx: 0.0131072 }, { at: [3] }]);
  trap("11 the update is the active statement", f("x: number", dedent`
    let t = 1;
    let i = 0;
    for (; i < 3; t *= x) i++;
    return t;
  `), [{ at: [2], dx: 12 }]);
  trap("12 rectangle rule from active bounds", f("lo: number, hi: number", dedent`
    const n = 4;
    const h = (hi - lo) / n;
    let s = 0;
    for (let x = lo, i = 0; i < n; i++, x += h) s += x * x * h;
    return s;
  `), [{ at: [1, 3], dlo: 0.375, dhi: 6.625 }]);
  trap("12 rectangle rule, midpoints by accumulation", f("lo: number, hi: number", dedent`
    const h = (hi - lo) / 4;
    let s = 0;
    for (let x = lo; x < hi; x += h) s += x * x;
    return s * h;
  `), [{ at: [1, 3], dlo: 0.375, dhi: 6.625 }]);
  trap("13 active assignment in the condition", f("i: number, j: number", dedent`
    let r = 0;
    for (let c = 0; (r = i * j); ++c) if (c === 1) break;
    return r;
  `), [{ at: [3, 5], value: 15, di: 5, dj: 3 }]);
  trap("14 the condition runs once more than the body", f("x: number", dedent`
    let y = x;
    let s = 0;
    while ((y = y * 0.5) > 1) s += y * y;
    return s + y;
  `), [{ at: [10], dx: 6.625 }]);
  trap("15 a value from before the loop is used after it", f("x: number, n: number", dedent`
    const a = x * x;
    let s = 0;
    for (let i = 0; i < n; i++) s += i * x;
    return a * s;
  `), [{ at: [2, 3], dx: 36 }]);
  trap("16 accumulator, then a non-linear gate", f("xs: number[]", dedent`
    let s = 0;
    for (const x of xs) s += x * x;
    return Math.sqrt(s);
  `), [{ at: [[3, 4]], value: 5, dxs: [0.6, 0.8] }]);
  trap("17 inline divisor", f("a: number", dedent`
    let s = 0;
    for (let i = 0; i < 2; i++) s += 1 / (i + 1 + a * a);
    return s;
  `), [{ at: [1], da: -0.722222 }]);
  trap("18 the loop variable after the loop", f("x: number, n: number", dedent`
    let s = x;
    let i = 0;
    for (; i < n; i++) s *= x;
    return s * i;
  `), [{ at: [2, 3], value: 48, dx: 96 }]);
  trap("18 the loop variable is changed in the body", f("x: number", dedent`
    let s = 0;
    for (let i = 0; i < 6; i++) {
      s += x ** i;
      if (i % 2 === 0) i++;
    }
    return s;
  `), [{ at: [2], value: 21, dx: 36 }]);
  trap("18 the loop variable is captured by a closure", f("x: number", dedent`
    const gs: (() => number)[] = [];
    let s = 0;
    for (let i = 0; i < 3; i++) {
      const g = () => x ** i;
      s += g();
    }
    return s + gs.length;
  `), [{ at: [2], value: 7, dx: 5 }]);
  trap("19 a data-dependent loop variable is piecewise constant", f("x: number", dedent`
    let s = 0;
    let i = 0;
    for (; i < 5; i++) {
      if (s > 3 * x) break;
      s += x;
    }
    return s * i;
  `), [{ at: [2], dx: 16 }]);
  trap("20 halving with a counter", f("x: number", dedent`
    let y = x;
    let n = 0;
    while (y > 1) {
      y = y / 2;
      n++;
    }
    return y * n;
  `), [{ at: [10], dx: 0.25 }]);
  trap("21 for of", f("xs: number[]", dedent`
    let s = 1;
    for (const v of xs) s *= v;
    return s;
  `), [{ at: [[2, 3, 4]], dxs: [12, 8, 6] }, { at: [[]], dxs: [] }]);
  trap("21 for of entries", f("xs: number[]", dedent`
    let s = 0;
    for (const [i, v] of xs.entries()) s += (i + 1) * v * v;
    return s;
  `), [{ at: [[2, 3, 4]], dxs: [4, 12, 24] }]);
  trap("21 the array is written while it is walked", f("x: number", dedent`
    const xs = [x, 1, 1];
    let s = 0;
    let i = 0;
    for (const v of xs) {
      s += v * v;
      i++;
      if (i < 3) xs[i] = v * x;
    }
    return s;
  `), [{ at: [2], value: 84, dx: 2 * 2 + 4 * 8 + 6 * 32 }], { status: "may" });
  trap("22 triangular loop", f("a: number", dedent`
    let s = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = i; j < 3; j++) s += a * (i + j);
    }
    return s;
  `), [{ at: [1.5], da: 12 }]);
  trap("23 two tapes in one body, last in first out", f("x: number, n: number", dedent`
    let a = x;
    let b = 1;
    for (let i = 0; i < n; i++) {
      a = Math.sin(a * b);
      b = Math.cos(a + b);
      const c = a * b;
      a = a * c + x;
    }
    return a + b;
  `), [{ at: [0.6, 6] }, { at: [0.6, 1] }]);
  trap("23 a loop invariant and a variant", f("x: number, y: number, n: number", dedent`
    let s = 0;
    for (let i = 0; i < n; i++) {
      const e = Math.exp(y);
      s = s * e * 0.1 + x * e;
    }
    return s;
  `), [{ at: [0.3, 0.2, 5] }]);
  trap("23 a million trips", f("x: number, n: number", dedent`
    let s = x;
    for (let i = 0; i < n; i++) s = s * 0.999999 + x * 1e-6;
    return s;
  `), [{ at: [1, 1e6] }], { oracle: false });
  trap("24 early return inside a loop", f("x: number", dedent`
    let t = 1;
    for (let i = 0; i < 3; i++) {
      t *= x;
      if (i === 1) return t;
    }
    return t * 100;
  `), [{ at: [3], dx: 6 }]);
});
