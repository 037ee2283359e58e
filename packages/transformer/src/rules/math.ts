import { powerAbout, powerFormulas } from "./operators.ts";
import { choice, partials, zero, type Rule } from "./rule.ts";

/** The functions of `Math` that take numbers and return one; the type checker names the one that lacks an entry. */
export type NumericMathFunction = {
  [Name in keyof Math]: Math[Name] extends (...numbers: number[]) => number ? Name : never
}[keyof Math] & string;

const elementary = "elementary";
const steps = { why: "piecewise constant" };

export const math = {
  // `Math.sign`, which is 0 at 0 and NaN at NaN.
  abs: partials(
    "abs(x)",
    { x: "Math.sign(x)" },
    {
      source: "elementary; at 0 docs/mathematics.md, conventions",
      domain: [{ x: [0.2, 3] }, { x: [-3, -0.2] }],
      at: [
        [{ x: 0 }, { x: 0 }],
        [{ x: NaN }, { x: NaN }],
      ],
    },
  ),
  sign: zero("sign(x)", steps),
  floor: zero("floor(x)", steps),
  ceil: zero("ceil(x)", steps),
  round: zero("round(x)", steps),
  trunc: zero("trunc(x)", steps),
  clz32: zero("clz32(x)", { why: "counts the bits of an integer: piecewise constant" }),
  imul: zero("imul(a, b)", { why: "multiplies integers modulo 2 ** 32: piecewise constant" }),
  random: zero("random()", { why: "a draw: a constant of the run" }),
  // As for a store into a Float32Array. Differences would see the grid, so it is tried by points.
  fround: partials("fround(x)", { x: "1" }, { source: "rounding to a finer grid counts as the identity", domain: [], at: [[{ x: 1.1 }, { x: 1 }]] }),

  // Exponentials and logarithms.
  exp: partials("exp(x)", { x: "y" }, { source: "DLMF 4.7.7" }),
  expm1: partials("expm1(x)", { x: "y + 1" }, { source: "DLMF 4.7.7" }),
  log: partials("log(x)", { x: "1 / x" }, { source: "DLMF 4.7.1", domain: { x: [0.2, 5] }, at: [[{ x: 0 }, { x: Infinity }]] }),
  log1p: partials("log1p(x)", { x: "1 / (1 + x)" }, { source: "DLMF 4.7.1", domain: { x: [-0.7, 3] } }),
  log2: partials("log2(x)", { x: "1 / (x * Math.LN2)" }, { source: "DLMF 4.7.1", domain: { x: [0.2, 5] } }),
  log10: partials("log10(x)", { x: "1 / (x * Math.LN10)" }, { source: "DLMF 4.7.1", domain: { x: [0.2, 5] } }),

  // Powers and roots.
  sqrt: partials(
    "sqrt(x)",
    { x: "0.5 / y" },
    {
      source: elementary,
      guarded: ["x"],
      domain: { x: [0.2, 5] },
      at: [
        [{ x: 0 }, { x: Infinity }],
        [{ x: -1 }, { x: NaN }],
      ],
    },
  ),
  cbrt: partials(
    "cbrt(x)",
    { x: "1 / (3 * y * y)" },
    {
      source: elementary,
      guarded: ["x"],
      domain: [{ x: [0.2, 5] }, { x: [-5, -0.2] }],
      at: [[{ x: 0 }, { x: Infinity }]],
    },
  ),
  pow: partials("pow(a, b)", powerFormulas, powerAbout),
  // a / y does not overflow where a * a would.
  hypot: partials(
    "hypot(...x)",
    { x: "y === 0 ? 0 : x / y" },
    {
      source: "elementary; at the origin docs/mathematics.md, conventions",
      domain: [{ x: [0.2, 3] }, { x: [-3, -0.2] }],
      at: [
        [{ x: 0 }, { x: 0 }],
        [{ x: 1e200 }, { x: 1 }],
      ],
    },
  ),

  // Trigonometry.
  sin: partials("sin(x)", { x: "Math.cos(x)" }, { source: "DLMF 4.20.1" }),
  cos: partials("cos(x)", { x: "-Math.sin(x)" }, { source: "DLMF 4.20.2" }),
  tan: partials("tan(x)", { x: "1 + y * y" }, { source: "DLMF 4.20.3", domain: { x: [-1.3, 1.3] } }),
  // (1 - x) * (1 + x) and not 1 - x * x: near 1 the square is rounded, the difference is not.
  asin: partials(
    "asin(x)",
    { x: "1 / Math.sqrt((1 - x) * (1 + x))" },
    {
      source: "DLMF 4.24.7",
      guarded: ["x"],
      domain: { x: [-0.9, 0.9] },
      at: [
        [{ x: 1 }, { x: Infinity }],
        [{ x: -1 }, { x: Infinity }],
        [{ x: 2 }, { x: NaN }],
      ],
    },
  ),
  acos: partials(
    "acos(x)",
    { x: "-1 / Math.sqrt((1 - x) * (1 + x))" },
    {
      source: "DLMF 4.24.8",
      guarded: ["x"],
      domain: { x: [-0.9, 0.9] },
      at: [
        [{ x: 1 }, { x: -Infinity }],
        [{ x: -1 }, { x: -Infinity }],
      ],
    },
  ),
  atan: partials("atan(x)", { x: "1 / (1 + x * x)" }, { source: "DLMF 4.24.9", at: [[{ x: 1e200 }, { x: 0 }]] }),
  atan2: partials(
    "atan2(a, b)",
    {
      a: "a === 0 && b === 0 ? 0 : b / (a * a + b * b)",
      b: "a === 0 && b === 0 ? 0 : -a / (a * a + b * b)",
    },
    {
      source: "DLMF 4.24.9 and the chain rule; 0 at the origin, where no direction is better than another",
      domain: [
        { a: [0.3, 2], b: [-2, 2] },
        { a: [-2, -0.3], b: [-2, 2] },
      ],
      at: [
        [
          { a: 0, b: 0 },
          { a: 0, b: 0 },
        ],
        [
          { a: 1, b: -2 },
          { a: -0.4, b: -0.2 },
        ],
        [
          { a: 0, b: 1 },
          { a: 1, b: 0 },
        ],
      ],
    },
  ),

  // Hyperbolic functions.
  sinh: partials("sinh(x)", { x: "Math.cosh(x)" }, { source: "DLMF 4.34.7" }),
  cosh: partials("cosh(x)", { x: "Math.sinh(x)" }, { source: "DLMF 4.34.8" }),
  tanh: partials("tanh(x)", { x: "1 - y * y" }, { source: "DLMF 4.34.9", at: [[{ x: 1000 }, { x: 0 }]] }),
  asinh: partials("asinh(x)", { x: "1 / Math.sqrt(x * x + 1)" }, { source: "DLMF 4.38.9" }),
  acosh: partials(
    "acosh(x)",
    { x: "1 / Math.sqrt((x - 1) * (x + 1))" },
    {
      source: "DLMF 4.38.10",
      guarded: ["x"],
      domain: { x: [1.2, 5] },
      at: [[{ x: 1 }, { x: Infinity }]],
    },
  ),
  atanh: partials("atanh(x)", { x: "1 / ((1 - x) * (1 + x))" }, { source: "DLMF 4.38.11", domain: { x: [-0.9, 0.9] } }),

  // Gates that choose: the adjoint goes to one operand, at a tie to the first.
  max: choice("max(a, b)", "a >= b", {
    source: "docs/mathematics.md, conventions",
    domain: [
      { a: [1, 2], b: [-2, 0.5] },
      { a: [1, 2], b: [2.5, 3] },
    ],
    at: [
      [
        { a: 0, b: 0 },
        { a: 1, b: 0 },
      ],
      [
        { a: 0, b: -0 },
        { a: 1, b: 0 },
      ],
      [
        { a: -0, b: 0 },
        { a: 1, b: 0 },
      ],
    ],
  }),
  min: choice("min(a, b)", "a <= b", {
    source: "docs/mathematics.md, conventions",
    domain: [
      { a: [1, 2], b: [-2, 0.5] },
      { a: [1, 2], b: [2.5, 3] },
    ],
    at: [
      [
        { a: 0, b: 0 },
        { a: 1, b: 0 },
      ],
      [
        { a: 0, b: -0 },
        { a: 1, b: 0 },
      ],
    ],
  }),
} satisfies Record<NumericMathFunction, Rule>;
