import { describe, expect, it } from "vitest";
import { recogniseGates } from "../packages/transformer/src/analysis/gates.ts";
import { parseFormula } from "../packages/transformer/src/frontend/expressions/formula.ts";
import type { Apply, IrFunction } from "../packages/transformer/src/ir/ir.ts";
import { parse } from "../packages/transformer/src/ir/parse.ts";
import { showVar } from "../packages/transformer/src/ir/show.ts";
import { verify } from "../packages/transformer/src/ir/verify.ts";
import { eachInstruction } from "../packages/transformer/src/ir/visit.ts";
import type { Formula } from "../packages/transformer/src/rules/formula.ts";
import { createRulebook } from "../packages/transformer/src/rules/rulebook.ts";
import { formulaFunction } from "./support/formulaFunction.ts";

const { gates, rule } = createRulebook(parseFormula);

/** The gate on the last operation of a text, `sigmoid(x)`; null if it has none. */
function gateOf(text: string): string | null {
  const fn = recogniseGates(formulaFunction(parseFormula(text)), gates);
  verify(fn);
  return shown(applies(fn).at(-1));
}

function applies(fn: IrFunction): readonly Apply[] {
  const found: Apply[] = [];
  eachInstruction(fn.body, (i) => { if (i.kind === "apply") found.push(i); });
  return found;
}

function shown(i: Apply | undefined): string | null {
  return i?.gate ? `${i.gate.op.replace("gate:", "")}(${i.gate.args.map((v) => (v.literal ? showVar(v) : v.name ?? "·")).join(", ")})` : null;
}

describe("gates are recognised", () => {
  it.each([
    ["1 / (1 + Math.exp(-x))", "sigmoid(x)"],
    ["1 / (Math.exp(-x) + 1)", "sigmoid(x)"],
    ["1 / (1 + Math.exp(-(w * x + b)))", "sigmoid(·)"],
    ["1 / (1 + Math.E ** -x)", "sigmoid(x)"],
    ["1 / (1 + Math.pow(Math.E, -x))", "sigmoid(x)"],
    ["(1 + Math.exp(-x)) ** -1", "sigmoid(x)"],
    ["Math.exp(x) / (Math.exp(x) + 1)", "sigmoid(x)"],
    ["Math.exp(x * x) / (Math.exp(x * x) + 1)", "sigmoid(·)"],
    ["1 / (1 + 1 / Math.exp(x))", "sigmoid(x)"],
    ["1 - 1 / (1 + Math.exp(x))", "sigmoid(x)"],
    ["1 / (1 + Math.exp(x))", "sigmoidOfNegated(x)"],
    ["1 / (1 + Math.exp(a - b))", "sigmoidOfNegated(·)"],
    ["1 - 1 / (1 + Math.exp(-x))", "sigmoidOfNegated(x)"],
    ["k / (1 + Math.exp(-x))", "logistic(k, ·, ·)"],
    ["(Math.exp(x) - Math.exp(-x)) / (Math.exp(-x) + Math.exp(x))", "tanh(x)"],
    ["2 / (1 + Math.exp(-2 * x)) - 1", "tanh(x)"],
    ["Math.log(1 + Math.exp(x))", "softplus(x)"],
    ["Math.log(Math.exp(-x) + 1)", "softplus(·)"],
    ["Math.log1p(Math.exp(x))", "softplus(x)"],
    ["Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x)", "stableSoftplus(x, ·)"],
    ["Math.max(0, -x) + Math.log1p(Math.exp(-Math.abs(x)))", "softplusOfNegated(x, ·)"],
    ["Math.max(x, 0) - x * t + Math.log(1 + Math.exp(-Math.abs(x)))", "logitLoss(x, ·, ·)"],
    ["(1 - t) * x + Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)))", "logitLossOfNegated(x, ·, ·)"],
    ["Math.log(1 / (1 + Math.exp(-x)))", "logSigmoid(x, ·)"],
    ["Math.log(1 - 1 / (1 + Math.exp(-x)))", "logOneMinusSigmoid(x, ·)"],
    ["Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))", "logSumExpOfTwo(a, b)"],
    ["Math.log1p(Math.exp(-Math.abs(a - b))) + Math.max(b, a)", "logSumExpOfTwo(a, b)"],
    ["m + Math.log(Math.exp(a - m) + Math.exp(b - m))", "logSumExp(m, ·, a, b)"],
    [
      "Math.max(a, b, c) + Math.log(Math.exp(a - Math.max(a, b, c)) + Math.exp(b - Math.max(a, b, c)) + Math.exp(c - Math.max(a, b, c)))",
      "logSumExp(·, ·, a, b, c)",
    ],
    ["Math.log(0 + Math.exp(a - m) + (Math.exp(b - m) + Math.exp(c - m))) + m", "logSumExp(m, ·, a, b, c)"],
    ["1 / x", "reciprocal(x)"],
    ["1 / (x + b)", "reciprocal(·)"],
    ["x / x", "ratioOfSame(x)"],
    ["(x + b) / (x + b)", "ratioOfSame(·)"],
    ["x / b", null],
    ["x * x", "square(x)"],
    ["(a + b) * (a + b)", "square(·)"],
  ])("%s is %s", (text, gate) => {
    expect(gateOf(text)).toBe(gate);
  });

  it("every spelling of the table is recognised as its own gate", () => {
    for (const pattern of gates) {
      const fn = recogniseGates(formulaFunction(plain(pattern.spelling)), gates);
      expect(applies(fn).at(-1)?.gate?.op).toBe(pattern.op);
    }
  });

  it("every gate found has a rule for the operands found", () => {
    for (const i of applies(recogniseGates(formulaFunction(parseFormula("m + Math.log(Math.exp(a - m) + Math.exp(b - m) + Math.exp(c - m))")), gates))) {
      if (i.gate) expect(rule(i.gate.op, i.gate.args.length)?.kind).toBe("partials");
    }
    expect.hasAssertions();
  });
});

/** A spelling without its names for parts, `sum` of one term. */
function plain(f: Formula): Formula {
  if (f.kind !== "apply") return f;
  const last = f.args.at(-1);
  return (f.op === "=" || f.op === "sum") && last ? plain(last) : { ...f, args: f.args.map(plain) };
}

describe("what only looks like a gate is none", () => {
  it.each([
    "1 / (2 + Math.exp(-x)) - y",
    "Math.exp(x) / (2 + Math.exp(x))",
    "x * y",
    "2 / x",
    "Math.log(2 + Math.exp(x))",
    "Math.max(x, 1) + Math.log1p(Math.exp(-Math.abs(x)))",
    "Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(y)))",
    "m + Math.log(Math.exp(a - m) + Math.exp(b - n))",
    "m + Math.log(Math.exp(a - m) + b)",
    "n + Math.log(Math.exp(a - m) + Math.exp(b - m))",
    "m - Math.log(Math.exp(a - m) + Math.exp(b - m))",
    "Math.sqrt(x * x + y * y)",
  ])("%s", (text) => {
    expect(gateOf(text)).toBeNull();
  });

  it("a gate of another kind may be what is left", () => {
    expect(gateOf("1 / (2 + Math.exp(-x))")).toBe("reciprocal(·)");
    expect(gateOf("Math.exp(x) / (1 + Math.exp(-x))")).toBe("logistic(·, ·, ·)");
  });
});

describe("the function stays", () => {
  it("but for the gates: without them it is what it was", () => {
    const fn = formulaFunction(parseFormula("a / (1 + Math.exp(-x)) + Math.log1p(Math.exp(b)) * (1 / c)"));
    const found = recogniseGates(fn, gates);
    expect(applies(found).filter((i) => i.gate)).toHaveLength(3);
    expect(applies(found).map(({ gate: _gate, ...rest }) => rest)).toEqual(applies(fn));
    verify(found);
  });

  it("and is the same object where there is no gate", () => {
    const fn = formulaFunction(parseFormula("Math.sin(x) * y + 2"));
    expect(recogniseGates(fn, gates)).toBe(fn);
  });

  it("has an answer soon, however often a part is used", () => {
    let text = "x";
    for (let k = 0; k < 12; k++) text = `(${text} + ${text})`;
    expect(gateOf(`m + Math.log(${text})`)).toBeNull();
  });
});

describe("parts that are not one Var", () => {
  const read = (between: string): string => `
function f(a#0: number[], i#1: integer) -> number {
  #2: number = a#0[i#1]
  #3: number = Math.exp(#2)
${between}  #4: number = a#0[i#1]
  #5: number = Math.exp(#4)
  #6: number = 1 + #5
  #7: number = #3 / #6
  yield #7
}
`;

  it("are equal if they read the same place", () => {
    expect(shown(applies(recogniseGates(parse(read("")), gates)).at(-1))).toBe("sigmoid(·)");
  });

  it("unless something was written between", () => {
    expect(shown(applies(recogniseGates(parse(read("  a#0[i#1] = 2\n")), gates)).at(-1))).toBe("logistic(·, ·, ·)");
  });

  it("may be defined outside of the block that ends the gate", () => {
    const fn = parse(`
function f(x#0: number, c#1: boolean) -> number {
  #2: number = neg x#0
  #3: number = Math.exp(#2)
  #4: number = 1 + #3
  if c#1 {
    #5: number = 1 / #4
    yield #5
  } else {
    yield x#0
  } -> #6: number
  yield #6
}
`);
    const found = recogniseGates(fn, gates);
    verify(found);
    expect(shown(applies(found).at(-1))).toBe("sigmoid(x)");
  });
});
