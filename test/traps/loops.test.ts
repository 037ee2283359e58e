import { describe } from "vitest";
import { f, trap } from "./trap.ts";

describe("loops", () => {
  trap("1 zero iterations", f("x: number, n: number", "let s = x;\nfor (let i = 0; i < n; i++) s *= x;\nreturn s;"), [{ at: [3, 0], dx: 1, value: 3 }, { at: [3, -2], dx: 1 }]);
  trap("1 zero iterations, literal bound", f("x: number", "let s = x;\nfor (let i = 0; i < 0; i++) s *= x;\nreturn s;"), [{ at: [2], dx: 1 }]);
  trap("2 a power by repeated multiplication", f("x: number", "let t = 1;\nfor (let i = 0; i < 3; i++) t *= x;\nreturn t;"), [{ at: [2], value: 8, dx: 12 }]);
  trap("2 the start is inactive, the rest active", f("x: number", "let t = 1;\nfor (let i = 0; i < 2; i++) t *= x;\nreturn t;"), [{ at: [3], value: 9, dx: 6 }]);
  trap("3 nested multiplication", f("x: number", "let t = 1;\nfor (let i = 0; i < 3; i++) {\n  for (let j = 0; j < 3; j++) t *= x;\n}\nreturn t;"), [{ at: [2], dx: 2304 }]);
  trap("3 inner trip counts differ by outer iteration", f("x: number, n: number", "let t = 1;\nfor (let i = 0; i < n; i++) {\n  let j = 0;\n  while (j * j < i * 3) {\n    t = Math.sin(t * x) + x;\n    j++;\n  }\n}\nreturn t;"), [{ at: [0.7, 5] }, { at: [0.7, 0], dx: 0 }]);
  trap("4 a local of the body", f("x: number", "let a = 0;\nfor (let i = 0; i < 3; i++) {\n  const l = x;\n  a += l;\n}\nreturn a;"), [{ at: [1.5], dx: 3 }]);
  trap("5 continue at the end of the body", f("u: number", "let r = 11 * u;\nfor (let i = 0; i < 3; i++) {\n  r += u * i;\n  continue;\n}\nreturn r;"), [{ at: [2], du: 14 }]);
  trap("6 continue guards an update of the least", f("xs: number[]", "let best = Infinity;\nfor (let i = 0; i < xs.length; i++) {\n  const v = xs[i]! * xs[i]!;\n  if (v >= best) continue;\n  best = v;\n}\nreturn best;"), [{ at: [[3, -1, 2]], value: 1, dxs: [0, -2, 0] }, { at: [[0.5, -1, 2]], dxs: [1, 0, 0] }]);
  trap("6 the greatest", f("xs: number[]", "let best = -Infinity;\nlet at = 0;\nfor (let i = 0; i < xs.length; i++) {\n  if (xs[i]! <= best) continue;\n  best = xs[i]!;\n  at = i;\n}\nreturn best * xs[at]!;"), [{ at: [[3, -1, 5, 2]], value: 25, dxs: [0, 0, 10, 0] }]);
  trap("7 break from the middle", f("x: number", "let s = 0;\nlet t = x;\nfor (let i = 0; i < 10; i++) {\n  t = t * x;\n  if (t > 20) break;\n  s = s + t * i;\n  t = t + 1;\n}\nreturn s * t;"), [{ at: [2] }, { at: [1.1] }, { at: [30] }]);
  trap("8 labelled break out of a switch in a while in a for", f("x: number, count: number", [
    "let r = 1;", "outer: for (let i = 0; i < 4; i++) {", "  let k = 0;", "  while (true) {", "    switch (k) {",
    "      case 0: r += x; break;", "      case 1: r *= x; if (i >= count) break outer; break;", "      default: continue outer;", "    }", "    k++;", "  }", "}", "return r;"].join("\n")),
  [{ at: [2, 0], value: 6, dx: 5 }, { at: [2, 1], value: 16, dx: 20 }, { at: [2, 2], value: 36, dx: 60 }]);
  trap("9 do while, twice", f("x: number", "let r = x;\nlet i = 0;\ndo {\n  r *= x;\n  i++;\n} while (i < 2);\nreturn r;"), [{ at: [2], dx: 12 }]);
  trap("9 do while from 1", f("x: number", "let r = 1;\nlet i = 0;\ndo {\n  r *= x;\n  i++;\n} while (i < 2);\nreturn r;"), [{ at: [3], dx: 6 }]);
  trap("10 do while with continue to the condition", f("x: number", "let y = x;\nlet i = 0;\ndo {\n  i++;\n  if (y > 4) continue;\n  y = y * y;\n} while (i < 3);\nreturn y;"), [{ at: [0.4], value: 0.4 ** 8, dx: 0.0131072 }, { at: [3] }]);
  trap("11 the update is the active statement", f("x: number", "let t = 1;\nlet i = 0;\nfor (; i < 3; t *= x) i++;\nreturn t;"), [{ at: [2], dx: 12 }]);
  trap("12 rectangle rule from active bounds", f("lo: number, hi: number", "const n = 4;\nconst h = (hi - lo) / n;\nlet s = 0;\nfor (let x = lo, i = 0; i < n; i++, x += h) s += x * x * h;\nreturn s;"), [{ at: [1, 3], dlo: 0.375, dhi: 6.625 }]);
  trap("12 rectangle rule, midpoints by accumulation", f("lo: number, hi: number", "const h = (hi - lo) / 4;\nlet s = 0;\nfor (let x = lo; x < hi; x += h) s += x * x;\nreturn s * h;"), [{ at: [1, 3], dlo: 0.375, dhi: 6.625 }]);
  trap("13 active assignment in the condition", f("i: number, j: number", "let r = 0;\nfor (let c = 0; (r = i * j); ++c) if (c === 1) break;\nreturn r;"), [{ at: [3, 5], value: 15, di: 5, dj: 3 }]);
  trap("14 the condition runs once more than the body", f("x: number", "let y = x;\nlet s = 0;\nwhile ((y = y * 0.5) > 1) s += y * y;\nreturn s + y;"), [{ at: [10], dx: 6.625 }]);
  trap("15 a value from before the loop is used after it", f("x: number, n: number", "const a = x * x;\nlet s = 0;\nfor (let i = 0; i < n; i++) s += i * x;\nreturn a * s;"), [{ at: [2, 3], dx: 36 }]);
  trap("16 accumulator, then a non-linear gate", f("xs: number[]", "let s = 0;\nfor (const x of xs) s += x * x;\nreturn Math.sqrt(s);"), [{ at: [[3, 4]], value: 5, dxs: [0.6, 0.8] }]);
  trap("17 inline divisor", f("a: number", "let s = 0;\nfor (let i = 0; i < 2; i++) s += 1 / (i + 1 + a * a);\nreturn s;"), [{ at: [1], da: -0.722222 }]);
  trap("18 the loop variable after the loop", f("x: number, n: number", "let s = x;\nlet i = 0;\nfor (; i < n; i++) s *= x;\nreturn s * i;"), [{ at: [2, 3], value: 48, dx: 96 }]);
  trap("18 the loop variable is changed in the body", f("x: number", "let s = 0;\nfor (let i = 0; i < 6; i++) {\n  s += x ** i;\n  if (i % 2 === 0) i++;\n}\nreturn s;"), [{ at: [2], value: 21, dx: 36 }]);
  trap("18 the loop variable is captured by a closure", f("x: number", "const gs: (() => number)[] = [];\nlet s = 0;\nfor (let i = 0; i < 3; i++) {\n  const g = () => x ** i;\n  s += g();\n}\nreturn s + gs.length;"), [{ at: [2], value: 7, dx: 5 }]);
  trap("19 a data-dependent loop variable is piecewise constant", f("x: number", "let s = 0;\nlet i = 0;\nfor (; i < 5; i++) {\n  if (s > 3 * x) break;\n  s += x;\n}\nreturn s * i;"), [{ at: [2], dx: 16 }]);
  trap("20 halving with a counter", f("x: number", "let y = x;\nlet n = 0;\nwhile (y > 1) {\n  y = y / 2;\n  n++;\n}\nreturn y * n;"), [{ at: [10], dx: 0.25 }]);
  trap("21 for of", f("xs: number[]", "let s = 1;\nfor (const v of xs) s *= v;\nreturn s;"), [{ at: [[2, 3, 4]], dxs: [12, 8, 6] }, { at: [[]], dxs: [] }]);
  trap("21 for of entries", f("xs: number[]", "let s = 0;\nfor (const [i, v] of xs.entries()) s += (i + 1) * v * v;\nreturn s;"), [{ at: [[2, 3, 4]], dxs: [4, 12, 24] }]);
  trap("21 the array is written while it is walked", f("x: number", "const xs = [x, 1, 1];\nlet s = 0;\nlet i = 0;\nfor (const v of xs) {\n  s += v * v;\n  i++;\n  if (i < 3) xs[i] = v * x;\n}\nreturn s;"), [{ at: [2], value: 84, dx: 2 * 2 + 4 * 8 + 6 * 32 }], { status: "may" });
  trap("22 triangular loop", f("a: number", "let s = 0;\nfor (let i = 0; i < 3; i++) {\n  for (let j = i; j < 3; j++) s += a * (i + j);\n}\nreturn s;"), [{ at: [1.5], da: 12 }]);
  trap("23 two tapes in one body, last in first out", f("x: number, n: number", "let a = x;\nlet b = 1;\nfor (let i = 0; i < n; i++) {\n  a = Math.sin(a * b);\n  b = Math.cos(a + b);\n  const c = a * b;\n  a = a * c + x;\n}\nreturn a + b;"), [{ at: [0.6, 6] }, { at: [0.6, 1] }]);
  trap("23 a loop invariant and a variant", f("x: number, y: number, n: number", "let s = 0;\nfor (let i = 0; i < n; i++) {\n  const e = Math.exp(y);\n  s = s * e * 0.1 + x * e;\n}\nreturn s;"), [{ at: [0.3, 0.2, 5] }]);
  trap("23 a million trips", f("x: number, n: number", "let s = x;\nfor (let i = 0; i < n; i++) s = s * 0.999999 + x * 1e-6;\nreturn s;"), [{ at: [1, 1e6] }], { oracle: false });
  trap("24 early return inside a loop", f("x: number", "let t = 1;\nfor (let i = 0; i < 3; i++) {\n  t *= x;\n  if (i === 1) return t;\n}\nreturn t * 100;"), [{ at: [3], dx: 6 }]);
});
