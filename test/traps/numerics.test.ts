import { describe, expect, test } from "vitest";
import { compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("numerics and kinks", () => {
  trap("84 a tie of max goes to the first operand", f("x: number, y: number", "return Math.max(x, y);"), [
    { at: [2, 2], dx: 1, dy: 0 },
    { at: [2, 3], dx: 0, dy: 1 },
  ]);
  trap("84 a tie of min goes to the first operand", f("x: number, y: number", "return Math.min(x, y) * 3;"), [
    { at: [2, 2], dx: 3, dy: 0 },
    { at: [2, 3], dx: 3, dy: 0 },
    { at: [4, 3], dx: 0, dy: 3 },
  ]);
  trap("84 three operands, one adjoint", f("x: number, y: number, z: number", "return Math.max(x, y, z);"), [
    { at: [1, 1, 1], dx: 1, dy: 0, dz: 0 },
    { at: [0, 1, 1], dx: 0, dy: 1, dz: 0 },
  ]);
  trap("84 which operand it was is asked of the operand as the user computes it", f("x: number, q: number[]", dedent`
    const a = 1.5;
    return Math.max(x, x * (a * q[0]!), x) + Math.min(0.1 * (x * 0.3), 5) * 10;
  `), [0.64501, 0.7, 1.1, 0.3, 2.9].map((x) => ({ at: [x, [0.8300099999999999]], dx: 1.5 * 0.8300099999999999 + 0.3, dq: [1.5 * x] })));
  trap("84 ReLU and clamp", f("x: number", "return Math.max(0, x) + Math.min(Math.max(x, -1), 1) * 10;"), [
    { at: [0], dx: 10 },
    { at: [-2], dx: 0 },
    { at: [0.5], dx: 11 },
    { at: [1], dx: 11 },
    { at: [3], dx: 1 },
    { at: [-1], dx: 10 },
  ]);
  trap("85 abs at 0 and -0", f("x: number", "return Math.abs(x);"), [{ at: [0], dx: 0 }, { at: [-0], dx: 0 }, { at: [-2], dx: -1 }, { at: [2], dx: 1 }]);
  trap("85 rounding", f("x: number", "return Math.sign(x) + Math.floor(x) + Math.ceil(x) + Math.round(x) + Math.trunc(x) + (x | 0) + x;"), [
    { at: [2.3], dx: 1 },
    { at: [-2.7], dx: 1 },
  ]);
  trap("86 powers at 0", f("x: number", "return x ** 0;"), [{ at: [0], value: 1, dx: 0 }, { at: [3], dx: 0 }]);
  trap("86 x ** 1 at 0", f("x: number", "return x ** 1;"), [{ at: [0], dx: 1 }]);
  trap("86 x ** 2 at 0", f("x: number", "return x ** 2;"), [{ at: [0], dx: 0 }]);
  trap("86 run-time exponents at 0", f("x: number, n: number", "return x ** Math.floor(n);"), [
    { at: [0, 0], dx: 0 },
    { at: [0, 1], dx: 1 },
    { at: [0, 2], dx: 0 },
    { at: [-2, 3], dx: 12 },
  ]);
  trap("86 0 ** y by y", f("y: number", "return 0 ** y;"), [{ at: [2], dy: 0 }, { at: [0.5], dy: 0 }]);
  trap("86 both active", f("x: number, y: number", "return x ** y;"), [{ at: [0, 2], dx: 0, dy: 0 }, { at: [2, 3], dx: 12, dy: 8 * Math.LN2 }]);
  trap("87 pow of a negative base", f("x: number", "return Math.pow(x, 3);"), [{ at: [-2], value: -8, dx: 12 }]);
  trap("87 x ** 1.5", f("x: number", "return x ** 1.5;"), [{ at: [0], dx: 0 }, { at: [4], dx: 3 }]);
  trap("87 a fractional power of a negative number", f("x: number", "return x ** 1.5;"), [{ at: [-2], value: NaN, dx: NaN }]);
  trap("88 sqrt at 0", f("x: number", "return Math.sqrt(x);"), [{ at: [0], dx: Infinity }, { at: [4], dx: 0.25 }]);
  trap("88 sqrt at 0 with a zero incoming gradient", f("x: number", "return Math.sqrt(x) * 0 + x;"), [{ at: [0], dx: 1 }], { oracle: false });
  trap(
    "88 cbrt and fractional powers with a zero incoming gradient",
    f("x: number, k: number", "return Math.cbrt(x) * k + x ** 0.5 * k + x;"),
    [{ at: [0, 0], dx: 1 }],
    { oracle: false },
  );
  trap(
    "88 asin and acos at the ends with a zero incoming gradient",
    f("x: number, k: number", "return Math.asin(x) * k + Math.acos(x) * k + x;"),
    [
      { at: [1, 0], dx: 1 },
      { at: [-1, 0], dx: 1 },
    ],
    { oracle: false },
  );
  trap("89 hypot", f("x: number, y: number", "return Math.hypot(x, y);"), [
    { at: [3, 4], dx: 0.6, dy: 0.8 },
    { at: [0, 0], dx: 0, dy: 0 },
    { at: [1e200, 1e200], dx: Math.SQRT1_2, dy: Math.SQRT1_2 },
  ]);
  trap("89 n-ary hypot", f("x: number, y: number, z: number", "return Math.hypot(x, y, z);"), [
    { at: [1, 2, 2], dx: 1 / 3, dy: 2 / 3, dz: 2 / 3 },
    { at: [0, 0, 0], dx: 0, dy: 0, dz: 0 },
  ]);
  trap("89 hypot of one and none", f("x: number", "return Math.hypot(x) + Math.hypot();"), [{ at: [-3], value: 3, dx: -1 }]);
  trap("90 atan2 quadrants", f("y: number, x: number", "return Math.atan2(y, x);"), [
    { at: [1, -2], dy: -0.4, dx: -0.2 },
    { at: [-1, -2], dy: -0.4, dx: 0.2 },
    { at: [0, 1], dy: 1, dx: 0 },
  ]);
  trap("91 remainder keeps the sign of the dividend", f("x: number, y: number", "return x % y;"), [
    { at: [7.5, 2], dx: 1, dy: -3 },
    { at: [-7.5, 2], dx: 1, dy: 3 },
  ]);
  trap("92 an untaken path", f("x: number", "return x > 0 ? Math.sqrt(x) : 0;"), [{ at: [-1], value: 0, dx: 0 }, { at: [0], dx: 0 }, { at: [4], dx: 0.25 }]);
  trap("92 an unused value out of its domain", f("x: number, y: number", dedent`
    const unused = Math.acos(x * y);
    const r = x > 100 ? unused : x * y;
    return r * 10;
  `), [{ at: [5, 6], dx: 60, dy: 50 }]);
  trap(
    "93 the sigmoid far out",
    f("x: number", "return 1 / (1 + Math.exp(-x));"),
    [
      { at: [1000], value: 1, dx: 0 },
      { at: [-1000], value: 0, dx: 0 },
      { at: [0], dx: 0.25 },
    ],
    { oracle: false },
  );
  trap("93 the sigmoid by steps", f("x: number", dedent`
    const e = Math.exp(-x);
    const d = 1 + e;
    return 1 / d;
  `), [{ at: [1000], dx: 0 }, { at: [0], dx: 0.25 }], { oracle: false });
  trap(
    "93 the other spelling of the sigmoid",
    f("x: number", "return Math.exp(x) / (1 + Math.exp(x));"),
    [
      { at: [0], dx: 0.25 },
      { at: [-1000], dx: 0 },
    ],
    { oracle: false },
  );
  trap(
    "93 softplus",
    f("x: number", "return Math.log(1 + Math.exp(x));"),
    [
      { at: [0], dx: 0.5 },
      { at: [30], dx: 1 },
      { at: [-1000], dx: 0 },
    ],
    { oracle: false },
  );
  trap("93 softplus by log1p", f("x: number", "return Math.log1p(Math.exp(x));"), [{ at: [0], dx: 0.5 }, { at: [-1000], dx: 0 }], { oracle: false });
  trap("93 stable softplus", f("x: number", "return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));"), [
    { at: [1000], dx: 1 },
    { at: [-1000], dx: 0 },
    { at: [1], dx: 0.731059 },
  ]);
  test("93 softplus at 1000: 1, though the primal overflows", () => {
    const { grad_f } = compileAndRun(f("x: number", "return Math.log(1 + Math.exp(x));"));
    expect(grad_f!(1000)).toEqual({ value: Infinity, dx: 1 });
  });
  const lse = dedent`
    let m = -Infinity;
    for (const v of xs) m = Math.max(m, v);
    let s = 0;
    for (const v of xs) s += Math.exp(v - m);
    return m + Math.log(s);
  `;
  trap("93 log-sum-exp with a shift", f("xs: number[]", lse), [
    { at: [[1, 2, 3, 4]], value: 4.44019, dxs: [0.032059, 0.087144, 0.236883, 0.643914] },
    { at: [[1001, 1002, 1003, 1004]], dxs: [0.032059, 0.087144, 0.236883, 0.643914] },
  ]);
  trap("93 log-sum-exp by spread and reduce", f("xs: number[]", dedent`
    const m = Math.max(...xs);
    return m + Math.log(xs.reduce((s, v) => s + Math.exp(v - m), 0));
  `), [{ at: [[1, 2, 3, 4]], dxs: [0.032059, 0.087144, 0.236883, 0.643914] }]);
  trap("94 IEEE results, no exception", f("x: number", "return Math.log(x);"), [{ at: [0], value: -Infinity, dx: Infinity }]);
  trap("94 1 / x at 0", f("x: number", "return 1 / x;"), [{ at: [0], value: Infinity, dx: -Infinity }]);
  trap("94 asin at 1", f("x: number", "return Math.asin(x) + Math.acos(-x);"), [{ at: [1], dx: Infinity }]);
  trap("95 a NaN input", f("x: number, y: number", "return x * x + y;"), [{ at: [NaN, 1], value: NaN, dx: NaN, dy: 1 }]);
  trap("96 the CS231n circuit", f("x: number, y: number", dedent`
    const sigy = 1.0 / (1 + Math.exp(-y)); // sigmoid in numerator
    const num = x + sigy; // numerator
    const sigx = 1.0 / (1 + Math.exp(-x)); // sigmoid in denominator
    const xpy = x + y;
    const xpysqr = xpy ** 2;
    const den = sigx + xpysqr; // denominator
    const invden = 1.0 / den;
    return num * invden;
  `), [{ at: [3, -4], value: 1.5456448841066441, dx: 2.0595697955721652, dy: 1.5922327514838093 }]);
  trap("97 a loop count has no gradient", f("x: number, n: number", dedent`
    let s = 0;
    for (let i = 0; i < n; i++) s += x;
    return s;
  `), [{ at: [2, 3], dx: 3, dn: undefined }]);
  test("97 unless it is asked for", () => {
    const { grad_f } = compileAndRun(dedent`
      /** @differentiable wrt x, n */
      export function f(x: number, n: number): number {
        let s = 0;
        for (let i = 0; i < n; i++) s += x;
        return s;
      }

    `);
    expect(grad_f!(2, 3)).toEqual({ value: 6, dx: 3, dn: 0 });
  });
  trap("97 a count that is also a factor has one", f("x: number, n: number", dedent`
    let s = 0;
    for (let i = 0; i < n; i++) s += x;
    return s / n;
  `), [{ at: [2, 4], value: 2, dx: 1, dn: -0.5 }]);
  trap("97 an index, a modulus, a bit operand", f("x: number, i: number, m: number, b: number", dedent`
    const t = [2, 3, 5];
    return x * t[i % m]! * (b & 3);
  `), [{ at: [2, 4, 3, 6], dx: 6, di: undefined, dm: undefined, db: undefined }]);
  trap("97 strings beside numbers", f("x: number, label: string", dedent`
    const name = label + ":" + x;
    if (name.length > 3) return x * x;
    return x;
  `), [{ at: [3, "abc"], dx: 6 }, { at: [3, ""], dx: 1 }]);
  trap("97 parseInt and unary plus", f("x: number, s: string", "return x * parseInt(s, 10) + +s * x;"), [{ at: [3, "4"], dx: 8 }], { oracle: false });
  trap("the largest and the least of several constants", f("x: number", dedent`
    const c = 2.71;
    return x * Math.max(0.36, 2, c) + x * x * Math.min(3, 4, 1.5, 2);
  `), [{ at: [2], dx: 8.71 }]);
  trap("other names of Math", f("x: number, y: number", dedent`
    const { sqrt, max: larger } = m;
    const pow = globalThis.Math.pow;
    return m.exp(y) * sqrt(pow(x, 2) + globalThis.Math.PI) * larger(x, m.E) * (N.isFinite(x) ? 1 : 2);
  `, "const m = Math;\nconst N = Number;"), [{ at: [1.2, 0.3], dx: Math.exp(0.3) * (1.2 / Math.sqrt(1.44 + Math.PI)) * Math.E }], { oracle: false });
  trap("constants that have a name keep it", f("x: number, y: number", dedent`
    const area = Math.PI * x * x;
    const a = (y - x) * Math.SQRT1_2, b = (y + x) * Math.SQRT1_2;
    return area / (2 * Math.LN2 * y) - a * a * -Math.E + b;
  `), [{ at: [1.2, 0.3] }]);
  test("and so in the derivative", () => {
    expect(compileAndRun(f("x: number", "return Math.PI * x * x;")).grad_f!.toString()).toContain("2 * Math.PI * x");
  });
  trap("the arcsine of a number over itself", f("x: number, c: number", dedent`
    const a = c;
    return x * x * Math.asin(c / a) + c;
  `), [{ at: [2, 3], dx: 2 * Math.PI, dc: 1 }]);
  trap("97 BigInt", f("x: number", "const n = 3n * 2n;\nreturn x * Number(n);"), [{ at: [2], dx: 6 }], { status: "may" });
  trap("98 a kink between two difference points", f("x: number", "return x < 2 ? x * x : 4 + 100 * (x - 2);"), [
    { at: [2], dx: 100 },
    { at: [2 - 1e-9], dx: 4 - 2e-9 },
  ]);
});

trap("literals with a fraction in arrays of integers", dedent`
  /** @differentiable */
  export function f(x: number): number {
    const a = Int16Array.of(2.5, -3.7);
    const b = new Uint8ClampedArray([2.5, 300, x]);
    const c = new Int8Array(2);
    c[0] = -1.5;
    c[1] = 130.7;
    return x * a[0]! * a[1]! * b[0]! * b[1]! * b[2]! * c[0]! * c[1]!;
  }

`, [{ at: [2.2], dx: 2 * -3 * 2 * 255 * 2 * -1 * -126 }]);
