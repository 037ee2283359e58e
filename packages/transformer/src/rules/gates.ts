import { partials, type Rule } from "./rule.ts";

/**
 * Gates that people write out. Where the text of a function has one of the spellings, the result keeps the bits of what is
 * written, but its derivative is that of the gate: `1 / (1 + Math.exp(-x))` has (1 - y) * y also where `Math.exp(-x)` is Infinity.
 *
 * In a spelling an operand stands for any expression (the same one wherever it appears), operands of `+`, `*`, `Math.max` and
 * `Math.min` come in either order, `(s = …)` names a part for use in the formulas, and `sum(…)` stands for a sum of such terms,
 * each with its own `x`. `Math.E ** x` counts as `Math.exp(x)`, `Math.pow(a, b)` as `a ** b`, and `a ** -1` as `1 / a`.
 */
export interface Gate {
  readonly rule: Rule;
  readonly spellings: readonly string[];
}

const spelled = (spellings: readonly string[], rule: Rule): Gate => ({ rule, spellings });

/** Of several spellings that an expression has, the largest counts. */
export const gates = {
  sigmoid: spelled(
    ["1 / (1 + Math.exp(-x))", "1 / (1 + 1 / Math.exp(x))", "Math.exp(x) / (1 + Math.exp(x))", "1 - 1 / (1 + Math.exp(x))"],
    partials(
      "sigmoid(x)",
      { x: "(1 - y) * y" },
      {
        source: "y = 1 / (1 + e), e = exp(-x): dy/dx = e / (1 + e) ** 2 = (1 - y) * y",
        at: [[{ x: 1000 }, { x: 0 }]],
      },
    ),
  ),

  sigmoidOfNegated: spelled(
    ["1 / (1 + Math.exp(x))", "1 - 1 / (1 + Math.exp(-x))"],
    partials(
      "sigmoidOfNegated(x)",
      { x: "(y - 1) * y" },
      {
        source: "sigmoid(-x)",
        at: [
          [{ x: 1000 }, { x: 0 }],
          [{ x: -1000 }, { x: 0 }],
        ],
      },
    ),
  ),

  tanh: spelled(
    [
      "(Math.exp(x) - Math.exp(-x)) / (Math.exp(x) + Math.exp(-x))",
      "(Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1)",
      "(1 - Math.exp(-2 * x)) / (1 + Math.exp(-2 * x))",
      "Math.expm1(2 * x) / (Math.exp(2 * x) + 1)",
      "2 / (1 + Math.exp(-2 * x)) - 1",
      "1 - 2 / (1 + Math.exp(2 * x))",
    ],
    partials("tanh(x)", { x: "1 - y * y" }, { source: "DLMF 4.34.9" }),
  ),

  // Differentiated part by part this has the factor exp(x), which is Infinity where the quotient is long 0.
  logistic: spelled(
    ["a / (d = 1 + Math.exp(x))"],
    partials(
      "logistic(a, x, d)",
      { a: "1 / d", x: "(1 / d - 1) * y", d: null },
      {
        source: "y = a / d, d = 1 + e, e = exp(x): dy/dx = -a * e / d ** 2 = -y * (d - 1) / d",
      },
    ),
  ),

  logSigmoid: spelled(
    ["Math.log(s = 1 / (1 + Math.exp(-x)))", "Math.log(s = Math.exp(x) / (1 + Math.exp(x)))"],
    partials("logSigmoid(x, s)", { x: "1 - s", s: null }, { source: "y = log(s), s = sigmoid(x): dy/dx = (1 - s) * s / s" }),
  ),

  logOneMinusSigmoid: spelled(
    ["Math.log(1 - (s = 1 / (1 + Math.exp(-x))))", "Math.log1p(-(s = 1 / (1 + Math.exp(-x))))"],
    partials("logOneMinusSigmoid(x, s)", { x: "-s", s: null }, { source: "y = log(1 - s), s = sigmoid(x): dy/dx = -(1 - s) * s / (1 - s)" }),
  ),

  // The stable spellings have a kink at 0 in every part, the whole has none. A sum is read from the left, so these stand between its terms.
  // Their exponential is at hand: 1 / (1 + exp(-x)) is 1 / (1 + e) for positive x and e / (1 + e) for others, with e = exp(-abs(x)).
  logitLoss: spelled(
    ["Math.max(x, 0) - r + Math.log1p(e = Math.exp(-Math.abs(x)))", "Math.max(x, 0) - r + Math.log(1 + (e = Math.exp(-Math.abs(x))))"],
    partials(
      "logitLoss(x, r, e)",
      { x: "(x > 0 ? 1 : e) / (1 + e)", r: "-1", e: null },
      { source: "softplus(x) - r", at: [[{ x: 0, r: 1, e: 1 }, { x: 0.5 }]] },
    ),
  ),

  logitLossOfNegated: spelled(
    ["r + Math.max(-x, 0) + Math.log1p(e = Math.exp(-Math.abs(x)))", "r + Math.max(-x, 0) + Math.log(1 + (e = Math.exp(-Math.abs(x))))"],
    partials(
      "logitLossOfNegated(x, r, e)",
      { x: "-(x > 0 ? e : 1) / (1 + e)", r: "1", e: null },
      { source: "softplus(-x) + r", at: [[{ x: 0, r: 1, e: 1 }, { x: -0.5 }]] },
    ),
  ),

  softplusPlus: spelled(
    ["r + Math.max(x, 0) + Math.log1p(e = Math.exp(-Math.abs(x)))", "r + Math.max(x, 0) + Math.log(1 + (e = Math.exp(-Math.abs(x))))"],
    partials(
      "softplusPlus(x, r, e)",
      { x: "(x > 0 ? 1 : e) / (1 + e)", r: "1", e: null },
      { source: "softplus(x) + r", at: [[{ x: 0, r: 1, e: 1 }, { x: 0.5 }]] },
    ),
  ),

  softplusOfNegated: spelled(
    ["Math.max(-x, 0) + Math.log1p(e = Math.exp(-Math.abs(x)))", "Math.max(-x, 0) + Math.log(1 + (e = Math.exp(-Math.abs(x))))"],
    partials("softplusOfNegated(x, e)", { x: "-(x > 0 ? e : 1) / (1 + e)", e: null }, { source: "softplus(-x)", at: [[{ x: 0, e: 1 }, { x: -0.5 }]] }),
  ),

  stableSoftplus: spelled(
    ["Math.max(x, 0) + Math.log1p(e = Math.exp(-Math.abs(x)))", "Math.max(x, 0) + Math.log(1 + (e = Math.exp(-Math.abs(x))))"],
    partials(
      "stableSoftplus(x, e)",
      { x: "(x > 0 ? 1 : e) / (1 + e)", e: null },
      {
        source: "softplus(x)",
        at: [
          [{ x: 0, e: 1 }, { x: 0.5 }],
          [{ x: 1000, e: 0 }, { x: 1 }],
          [{ x: -1000, e: 0 }, { x: 0 }],
        ],
      },
    ),
  ),

  softplus: spelled(
    ["Math.log1p(Math.exp(x))", "Math.log(1 + Math.exp(x))"],
    partials(
      "softplus(x)",
      { x: "1 / (1 + Math.exp(-x))" },
      {
        // Not 1 - exp(-y): where 1 + exp(x) is rounded to 1, y is 0, and where exp(x) is Infinity, so is y.
        source: "y = log(1 + e), e = exp(x): dy/dx = e / (1 + e)",
        at: [
          [{ x: 0 }, { x: 0.5 }],
          [{ x: 1000 }, { x: 1 }],
          [{ x: -1000 }, { x: 0 }],
        ],
      },
    ),
  ),

  logSumExpOfTwo: spelled(
    [
      "Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))",
      "Math.max(a, b) + Math.log(1 + Math.exp(-Math.abs(a - b)))",
      "Math.max(a, b) + Math.log1p(Math.exp(Math.min(a, b) - Math.max(a, b)))",
      "Math.max(a, b) + Math.log(1 + Math.exp(Math.min(a, b) - Math.max(a, b)))",
    ],
    partials(
      "logSumExpOfTwo(a, b)",
      { a: "Math.exp(a - y)", b: "Math.exp(b - y)" },
      {
        source: "y = log(exp(a) + exp(b)): dy/da = exp(a) / exp(y)",
        at: [
          [
            { a: 1000, b: 1000 },
            { a: 0.5, b: 0.5 },
          ],
        ],
      },
    ),
  ),

  // Whatever m is: the sum does not depend on it. So nothing flows into the search for the maximum.
  logSumExp: spelled(
    ["m + Math.log(s = sum(Math.exp(x - m)))"],
    partials(
      "logSumExp(m, s, ...x)",
      { m: null, s: null, x: "Math.exp(x - m) / s" },
      { source: "y = log(sum of exp(x)): dy/dx = exp(x) / exp(y), and exp(y) = exp(m) * s" },
    ),
  ),

  // Found by analysis/norms.ts, since the terms may be added up in a loop.
  norm: spelled(
    [],
    partials(
      "norm(s)",
      { s: "y === 0 ? 0 : 0.5 / y" },
      {
        source: "y = sqrt(s), s a sum of squares: its derivative at 0 is 0",
        domain: { s: [0.2, 5] },
        at: [[{ s: 0 }, { s: 0 }]],
      },
    ),
  ),

  softenedNorm: spelled(
    [],
    partials(
      "softenedNorm(s)",
      { s: "0.5 / y" },
      {
        source: "y = sqrt(s), s a sum of squares and of a positive number: nothing to guard",
        domain: { s: [0.2, 5] },
      },
    ),
  ),

  // The 0 of a guard (analysis/guards.ts): d is 0, and so is what flows to k.
  vanishing: spelled(
    [],
    partials(
      "vanishing(d, k)",
      { d: "k", k: null },
      {
        source: "y = d * k at d = 0",
        domain: { d: [0, 0], k: [-2, 2] },
        at: [[{ d: 0, k: 3 }, { d: 3 }]],
      },
    ),
  ),

  reciprocal: spelled(
    ["1 / x"],
    partials(
      "reciprocal(x)",
      { x: "-y * y" },
      {
        source: "y = 1 / x: dy/dx = -1 / x ** 2",
        domain: [{ x: [0.3, 3] }, { x: [-3, -0.3] }],
      },
    ),
  ),

  // By parts this is 1 / x - y / x, which what has an infinite derivative at 1 (an arcsine of an amplitude over itself) makes NaN of.
  ratioOfSame: spelled(["x / x"], partials("ratioOfSame(x)", { x: null }, { source: "y = 1", domain: [{ x: [0.3, 3] }, { x: [-3, -0.3] }] })),

  square: spelled(["x * x"], partials("square(x)", { x: "2 * x" }, { source: "elementary" })),
} satisfies Record<string, Gate>;
