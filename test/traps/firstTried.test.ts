import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

describe("found when the method was first tried on real code", () => {
  trap("103 an array grown by writing past its end", f("x: number", "const p: number[] = [];\np[0] = x * x;\np[2] = x;\nreturn p[0]! * p[2]!;"), [{ at: [2], dx: 12 }], { status: "may" });
  trap("104 integer arrays truncate on store", f("x: number", "const u = new Uint8Array(1);\nu[0] = x;\nreturn u[0]! * x;"), [{ at: [2.5], value: 5, dx: 2 }], { status: "may" });
  trap("104 a table of indices", f("xs: number[]", "const order = new Int32Array(3);\nfor (let i = 0; i < 3; i++) order[i] = 2 - i;\nlet s = 0;\nfor (let i = 0; i < 3; i++) s += xs[order[i]!]! * (i + 1);\nreturn s;"), [{ at: [[5, 6, 7]], dxs: [3, 2, 1] }], { status: "may" });
  test("105 number or false", () => {
    const text = "/** @differentiable */\nexport function f(x: number): number | false {\n  if (x < 0) return false;\n  return x * x;\n}\n";
    const { diagnostics } = compile(text);
    const error = diagnostics.find((d) => d.category === "error");
    if (error) return expect(error.line).toBeGreaterThanOrEqual(2);
    expect(compileAndRun(text)["grad_f"]!(3)).toMatchObject({ value: 9, dx: 6 });
  });
  trap("105 a helper that may return undefined", f("x: number", "const r = root(x);\nif (r === undefined) return x;\nreturn r * x;", "function root(x: number): number | undefined {\n  if (x < 0) return undefined;\n  return Math.sqrt(x);\n}"), [{ at: [4], dx: 3 }, { at: [-4], dx: 1 }], { status: "may" });
  trap("106 the logarithm of the gamma function", f("xx: number", "let x = 0;\nlet y = 0;\nlet tmp = (y = x = xx) + 5.5;\ntmp -= (x + 0.5) * Math.log(tmp);\nlet ser = 1.000000000190015;\nlet j = 0;\nfor (; j < 6; j++) ser += cof[j]! / ++y;\nreturn Math.log((2.5066282746310005 * ser) / x) - tmp;", "const cof = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];"), [{ at: [5], value: Math.log(24), dxx: 1.5061177 }, { at: [0.5], dxx: -1.9635100 }]);
  test("107 bisection gives the gradient of the program, Newton that of the root", () => {
    const { grad_f } = compileAndRun(f("a: number", "let lo = 0;\nlet hi = 4;\nfor (let i = 0; i < 60; i++) {\n  const mid = (lo + hi) / 2;\n  if (mid * mid > a) hi = mid;\n  else lo = mid;\n}\nreturn (lo + hi) / 2;").replace("@differentiable", "@differentiable wrt a"));
    expect(grad_f!(2)).toMatchObject({ da: 0 });
    const newton = compileAndRun(f("a: number", "let x = a;\nfor (let i = 0; i < 20; i++) x = 0.5 * (x + a / x);\nreturn x;"));
    expect((newton["grad_f"]!(2) as { da: number }).da).toBeCloseTo(0.5 / Math.SQRT2, 12);
  });
  trap("108 guards", f("x: number, k: number | null", "const s = k === null ? 2 : k;\nreturn s * x;"), [{ at: [3, null], dx: 2 }, { at: [3, 5], dx: 5 }], { status: "may" });
  trap("108 typeof", f("x: number, k: number | undefined", 'if (typeof k === "undefined") return x * x;\nreturn x * k;'), [{ at: [3, undefined], dx: 6 }, { at: [3, 5], dx: 5 }], { status: "may" });
  trap("108 Number, Array.isArray, arguments.length", f("x: number, a: number[]", "if (!Array.isArray(a)) return x;\nreturn Number(x) * a[0]!;"), [{ at: [3, [5]], dx: 5, da: [3] }]);
  trap("108 options", f('x: number, kind: "a" | "b"', "switch (kind) {\n  case \"a\":\n    return x * x;\n  default:\n    return x;\n}"), [{ at: [3, "a"], dx: 6 }, { at: [3, "b"], dx: 1 }]);
  trap("108 enums as options", f("x: number, kind: Kind", "if (kind === Kind.Square) return x * x;\nreturn x;", "enum Kind {\n  Square,\n  Line,\n}"), [{ at: [3, 0], dx: 6 }, { at: [3, 1], dx: 1 }], { status: "may", types: false });
});

describe("the hardest mistakes", () => {
  const at = (x: number, dx: number, value?: number) => [{ at: [x], dx, ...(value === undefined ? {} : { value }) }];
  trap("1 the environment of a nested branch", f("x: number", "return x > 0 ? 1 : x > -1 ? x * x : x;"), at(-0.5, -1));
  trap("2 an unreachable end", f("x: number", "let r = x;\nlet i = 0;\ndo {\n  r *= x;\n  i++;\n} while (i < 3);\nreturn r;"), at(2, 32));
  trap("3 a loop's result and its variable are one", f("x: number", "let t = x;\nfor (let i = 0; i < 2; i++) t *= x;\nconst u = t * t;\nfor (let i = 0; i < 2; i++) t += u;\nreturn t;"), at(1, 15));
  trap("4 a field that nothing reads", f("x: number", "const o = { p: x * x, q: x };\nreturn o.p * x;"), at(2, 12));
  trap("5 zero times infinity through a saturated gate", f("x: number", "return Math.atan(Math.exp(x) * Math.exp(x));"), at(400, 0), { oracle: false });
  trap("6 dead writes", f("x: number", "const a = [x];\nconst r = a[0]! * 2;\nfor (let i = 0; i < 9; i++) a[0]! *= a[0]! * 1e99;\na[0] = Math.sin(a[0]!);\nreturn r;"), at(3, 2), { status: "may", oracle: false });
  trap("7 an exit that crosses a loop", f("x: number", "let s = 1;\nouter: for (let i = 0; i < 2; i++) {\n  for (let j = 0; j < 3; j++) {\n    if (j > i) continue outer;\n    s *= x;\n  }\n}\nreturn s;"), at(2, 12));
  trap("8 results of a construct that may leave", f("x: number", "let s = x;\nfor (let i = 0; i < 3; i++) {\n  let q = s;\n  if (i < 2) {\n    if (q * x > 100) break;\n    q = q * x;\n  } else {\n    q = x;\n  }\n  s += q * q;\n}\nreturn s;"), at(1, 35));
  trap("9 a swap carried by a loop", f("x: number", "let a = x;\nlet b = 1;\nfor (let i = 0; i < 3; i++) [a, b] = [b, a * b];\nreturn a * b;"), at(2, 12));
  trap("10 names of records and of the user", f("x: number", "return h(x, x * x);", "function h(a: number, dvalue: number): number {\n  return a * dvalue;\n}"), at(2, 12));
  trap("11 a factory called twice", f("x: number", "const mk = (a: number) => (b: number): number => a * b;\nconst p = mk(x);\nconst q = mk(x * x);\nreturn p(2) + q(3);"), at(2, 14));
  trap("12 folding past a write", f("x: number", "const t = x * x;\nreturn t + 3 - (x > 5 ? t : x);"), at(2, 3, 5));
  trap("13 a fractional bound", f("x: number", "let s = 1;\nfor (let i = 0; i < 2.5; i++) s *= x;\nreturn s;"), at(2, 12));
});
