/** The tangent of one operation: its partials times the tangents of its operands, from the same rules as the reverse sweep. */
import { booleanType, matrixType, numberType, type Builder } from "../ir/build.ts";
import type { Var } from "../ir/ir.ts";
import type { Formula } from "../rules/formula.ts";
import type { LoweredRule } from "../rules/rulebook.ts";
import { instantiate, negate, times } from "../adjoint/instantiate.ts";

/** A rule that says something. */
export type Differentiable = Extract<LoweredRule, { kind: "partials" | "pullback" }>;

/** The operands of an operation with their tangents; null: 0. */
export interface Operands { readonly args: readonly Var[]; readonly tangents: readonly (Var | null)[]; readonly result: Var }

/** Whether a rule needs the result itself for the operands that have a tangent. */
export function readsResult(rule: Differentiable, tangents: readonly (Var | null)[]): boolean {
  const formulas = rule.kind === "partials" ? rule.partials : rule.tangents;
  return (
    formulas.some((f, n) => tangents[n] != null && f !== null && mentions(f, "y")) || (rule.kind === "pullback" && rule.chosen.some((f) => mentions(f, "y")))
  );
}

/** The tangent of the result, at the end of `b`; null: it is 0. */
export function tangentOf(b: Builder, rule: Differentiable, operands: Operands): Var | null {
  return rule.kind === "partials" ? sumOfPartials(b, rule, operands) : rule.chosen.length > 0 ? chosen(b, rule, operands) : sumOfTangents(b, rule, operands);
}

function sumOfPartials(b: Builder, rule: Extract<Differentiable, { kind: "partials" }>, { args, tangents, result }: Operands): Var | null {
  const env = names(rule, args, result);
  let sum: Var | null = null;
  args.forEach((_, n) => {
    const d = tangents[n], formula = rule.partials[n];
    if (!d || !formula) return;
    const negative = isMinusOne(formula);
    if (negative && sum) { sum = b.derive("-", [sum, d]); return; }
    const product = negative ? negate(b, d) : times(b, instantiate(b, formula, env), d);
    sum = plus(b, sum, rule.guarded[n] ? guarded(b, d, product) : product);
  });
  return sum;
}

/** One operand is the result: its tangent is that of the result. */
function chosen(b: Builder, rule: Extract<Differentiable, { kind: "pullback" }>, { args, tangents, result }: Operands): Var | null {
  const env = names(rule, args, result);
  const candidates = rule.pullbacks.flatMap((f, n) => (f === null ? [] : [tangents[n] ?? null]));
  if (candidates.every((d) => d === null)) return null;
  const pick = (k: number): Var => {
    const d = candidates[k] ?? b.literal(0), condition = rule.chosen[k];
    if (!condition) return d;
    const holds = instantiate(b, condition, env);
    const other = pick(k + 1);
    return b.derive("?:", [holds, d, other]);
  };
  return pick(0);
}

function sumOfTangents(b: Builder, rule: Extract<Differentiable, { kind: "pullback" }>, { args, tangents, result }: Operands): Var | null {
  let sum: Var | null = null;
  args.forEach((_, n) => {
    const d = tangents[n], formula = rule.tangents[n];
    if (!d || !formula) return;
    const env = new Map([...names(rule, args, result), ["dy", d]]);
    const term = sum === null ? { formula, op: "matrix.add" } : inSum(formula);
    const value = instantiate(b, term.formula, env), matrix = sum && (matrixType(sum.type) ?? matrixType(value.type));
    sum = sum === null ? value : matrix ? b.derive(term.op, [sum, value], matrix) : plus(b, sum, value);
  });
  return sum;
}

/** A term that is added to a matrix of the shape of the result: what it is repeated for, adding does anyway. */
function inSum(formula: Formula): { readonly formula: Formula; readonly op: string } {
  const isSpread = formula.kind === "apply" && formula.op === "matrix.spread" && formula.args[1]?.kind === "name" && formula.args[1].name === "y";
  const whole = isSpread ? formula.args[0] ?? formula : formula;
  const negated = whole.kind === "apply" && (whole.op === "matrix.neg" || whole.op === "neg") ? whole.args[0] : undefined;
  return negated ? { formula: negated, op: "matrix.sub" } : { formula: whole, op: "matrix.add" };
}

function names(rule: Differentiable, args: readonly Var[], result: Var): Map<string, Var> {
  const env = new Map<string, Var>([["y", result]]);
  rule.operands.forEach((name, n) => { if (args[n]) env.set(name, args[n]); });
  return env;
}

/** `a + b` of numbers or matrices. */
export function plus(b: Builder, a: Var | null, x: Var): Var {
  if (!a) return x;
  const matrix = matrixType(a.type) ?? matrixType(x.type);
  return matrix ? b.derive("matrix.add", [a, x], matrix) : b.derive("+", [a, x]);
}

/** `d === 0 ? 0 : product`: where the partial is infinite a zero tangent stays zero. */
function guarded(b: Builder, d: Var, product: Var): Var {
  const zero = b.derive("===", [d, b.literal(0)], booleanType);
  return b.derive("?:", [zero, b.literal(0), product], numberType);
}

const isMinusOne = (f: Formula): boolean =>
  f.kind === "literal" ? f.value === -1 : f.kind === "apply" && f.op === "neg" && f.args[0]?.kind === "literal" && f.args[0].value === 1;

export function mentions(f: Formula, name: string): boolean {
  return f.kind === "name" ? f.name === name : f.kind === "apply" && f.args.some((a) => mentions(a, name));
}

