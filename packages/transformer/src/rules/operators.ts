import { partials, pullback, zero, type Rule } from "./rule.ts";

/** The operators of the IR: infix symbols as written, `neg` and `pos` for the signs, `?:` for the ternary. */
export type OperatorName =
  | "+" | "-" | "*" | "/" | "%" | "**" | "neg" | "pos" | "?:"
  | "===" | "!==" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "!" | "&&" | "||"
  | "&" | "|" | "^" | "~" | "<<" | ">>" | ">>>";

const elementary = "elementary";
const comparison = { why: "a comparison yields a boolean" };
const bits = { why: "operates on the bits of an integer: piecewise constant" };

/** `a` to the power `b`, as the operator and as `Math.pow`. */
export const powerFormulas = {
  // Without the first test the gradient of `x ** 0` at 0 would be 0 * (1 / 0).
  a: "b === 0 ? 0 : b * a ** (b - 1)",
  b: "a === 0 && b >= 0 ? 0 : y * Math.log(a)",
};
export const powerAbout = {
  source: "elementary; at a = 0 docs/mathematics.md, conventions",
  guarded: ["a"],
  domain: [{ a: [0.2, 3], b: [-2, 3] }],
  at: [
    [{ a: 0, b: 0 }, { a: 0, b: 0 }], [{ a: 3, b: 0 }, { a: 0 }], [{ a: 0, b: 1 }, { a: 1, b: 0 }], [{ a: 0, b: 2 }, { a: 0, b: 0 }],
    [{ a: 0, b: 1.5 }, { a: 0, b: 0 }], [{ a: 0, b: 0.5 }, { a: Infinity, b: 0 }],
    [{ a: -2, b: 3 }, { a: 12, b: NaN }], [{ a: -2, b: 0.5 }, { a: NaN, b: NaN }],
  ],
} as const;

export const operators = {
  "+": partials("a + b", { a: "1", b: "1" }, { source: elementary }),
  "-": partials("a - b", { a: "1", b: "-1" }, { source: elementary }),
  "*": partials("a * b", { a: "b", b: "a" }, { source: elementary }),
  "/": partials("a / b", { a: "1 / b", b: "-y / b" }, { source: elementary, domain: [{ a: [-2, 2], b: [0.3, 3] }, { a: [-2, 2], b: [-3, -0.3] }] }),
  // b * trunc(a / b) is a - y; rounding (y - a) / b finds that integer even where a / b rounds up to the next one.
  "%": partials("a % b", { a: "1", b: "Math.round((y - a) / b)" }, {
    source: "y = a - b * trunc(a / b), and trunc is piecewise constant",
    domain: [{ a: [2.1, 2.9], b: [1.1, 1.3] }, { a: [-2.9, -2.1], b: [0.93, 0.99] }],
    at: [[{ a: 7.5, b: 2 }, { a: 1, b: -3 }], [{ a: -7.5, b: 2 }, { a: 1, b: 3 }], [{ a: 2, b: Infinity }, { a: 1, b: 0 }], [{ a: 4.35, b: 0.15 }, { b: -28 }]],
  }),
  "**": partials("a ** b", powerFormulas, powerAbout),
  neg: partials("-a", { a: "-1" }, { source: elementary }),
  pos: partials("+a", { a: "1" }, { source: elementary }),

  "?:": pullback("c ? a : b", { c: null, a: "c ? dy : 0", b: "c ? 0 : dy" }, {
    source: "the branch taken is the branch differentiated",
    at: [[{ c: 1, a: 2, b: 3 }, { a: 1, b: 0 }], [{ c: 0, a: 2, b: 3 }, { a: 0, b: 1 }]],
  }),
  // Of numbers: `x || 1` has the value of one operand. Of booleans nothing flows.
  "&&": pullback("a && b", { a: "a ? 0 : dy", b: "a ? dy : 0" }, {
    source: "yields one of its operands", domain: { a: [0.5, 2], b: [-2, 2] }, at: [[{ a: 0, b: 3 }, { a: 1, b: 0 }], [{ a: 2, b: 3 }, { a: 0, b: 1 }]],
  }),
  "||": pullback("a || b", { a: "a ? dy : 0", b: "a ? 0 : dy" }, {
    source: "yields one of its operands", domain: { a: [0.5, 2], b: [-2, 2] }, at: [[{ a: 0, b: 3 }, { a: 0, b: 1 }], [{ a: 2, b: 3 }, { a: 1, b: 0 }]],
  }),

  "===": zero("a === b", comparison),
  "!==": zero("a !== b", comparison),
  "==": zero("a == b", comparison),
  "!=": zero("a != b", comparison),
  "<": zero("a < b", comparison),
  "<=": zero("a <= b", comparison),
  ">": zero("a > b", comparison),
  ">=": zero("a >= b", comparison),
  "!": zero("!a", comparison),
  "&": zero("a & b", bits),
  "|": zero("a | b", bits),
  "^": zero("a ^ b", bits),
  "~": zero("~a", bits),
  "<<": zero("a << b", bits),
  ">>": zero("a >> b", bits),
  ">>>": zero("a >>> b", bits),
} satisfies Record<OperatorName, Rule>;
