import { sizeOf, type Formula, type ParseFormula } from "./formula.ts";
import { gates, type Gate } from "./gates.ts";
import { globals } from "./globals.ts";
import { math } from "./math.ts";
import { operators } from "./operators.ts";
import type { ChoiceRule, PartialsRule, PullbackRule, Rule } from "./rule.ts";

import { matrices, type MatrixRule } from "./matrices.ts";
import { transposed } from "./transpose.ts";

export type { Formula, ParseFormula } from "./formula.ts";

/** A rule ready for use: formulas read, one for each operand of the call at hand. */
export type LoweredRule =
  | { readonly kind: "zero"; readonly why: string }
  | { readonly kind: "unsupported"; readonly why: string }
  | {
    readonly kind: "partials";
    readonly operands: readonly string[];
    /** By operand; the contribution is `partial * dy`. Null: none. */
    readonly partials: readonly (Formula | null)[];
    /** By operand: the partial may be infinite where the value is finite; the contribution is `dy === 0 ? 0 : partial * dy`. */
    readonly guarded: readonly boolean[];
  }
  | {
    readonly kind: "pullback";
    readonly operands: readonly string[];
    /** By operand, `dy` included. Null: none. */
    readonly pullbacks: readonly (Formula | null)[];
    /** By operand what it adds to the tangent of the result, where `dy` is the tangent of the operand. Of numbers the same as the pullback. */
    readonly tangents: readonly (Formula | null)[];
    /** The result is one of the operands that have a pullback: the first whose condition holds, the last if none does. Empty: another rule. */
    readonly chosen: readonly Formula[];
  };

/** A spelling of a gate: what gate recognition looks for. `op` is what the rulebook is asked for afterwards. */
export interface GatePattern {
  readonly op: string;
  readonly operands: readonly string[];
  /** The last operand stands for each term of a `sum`. */
  readonly rest: boolean;
  readonly spelling: Formula;
}

/** `matrix<3, 4>` where the type tells the shape. */
export type OperandKind = `matrix${string}` | "number" | "array" | "text";

export interface Rulebook {
  /**
   * The rule of an operation of `Apply` (or of a recognised gate) with that many operands; undefined: the operation is unknown.
   * `Math.hypot...` has one operand, an array that is spread: the rule is that of each element `x`.
   */
  rule(op: string, arity: number): LoweredRule | undefined;
  /** The rule of a function of the runtime, for operands of these kinds: `sumTo` is decided by them. */
  matrixRule(name: string, operands: readonly OperandKind[]): LoweredRule | undefined;
  /** The rule of `a ** exponent` and `Math.pow(a, exponent)` for an exponent known when compiling: without a second power where products do. */
  ruleForLiteralExponent(exponent: number): LoweredRule | undefined;
  /** The largest first, which of two that match is the special one: `1 / (1 + Math.exp(-x))` before `1 / x`. */
  readonly gates: readonly GatePattern[];
}

/** All tables, by the name the IR gives to an operation. */
export const tables: Readonly<Record<string, Rule>> = {
  ...operators,
  ...prefixed("Math.", math),
  ...globals,
  ...Object.fromEntries(Object.entries(gates).map(([name, gate]: [string, Gate]) => [gateOperation(name), gate.rule])),
};

function prefixed(prefix: string, table: Readonly<Record<string, Rule>>): Record<string, Rule> {
  return Object.fromEntries(Object.entries(table).map(([name, rule]) => [prefix + name, rule]));
}

function gateOperation(name: string): string {
  return `gate:${name}`;
}

/** The tables with their formulas read by `parse`, each on first use. */
export function createRulebook(parse: ParseFormula): Rulebook {
  const lowered = new Map<string, LoweredRule | undefined>();
  const remember = (key: string, make: () => LoweredRule | undefined): LoweredRule | undefined => {
    if (!lowered.has(key)) lowered.set(key, make());
    return lowered.get(key);
  };
  const rule = (op: string, arity: number): LoweredRule | undefined => remember(`${op} ${arity}`, () => {
    if (op.endsWith(spread)) return arity === 1 ? lowerSpread(op.slice(0, -spread.length), parse) : undefined;
    const entry = entryOf(op);
    return entry && lower(entry, arity, parse);
  });
  return {
    rule,
    matrixRule: (name, operands) => remember(`matrix.${name} ${operands.join(" ")}`, () => lowerMatrixRule(name, operands, parse)),
    ruleForLiteralExponent: (exponent) => (Number.isFinite(exponent) ? lowerLiteralExponent(exponent, parse) : rule("**", 2)),
    gates: Object.entries(gates).flatMap(([name, gate]: [string, Gate]) => gate.spellings.map((spelling): GatePattern => ({
      op: gateOperation(name), operands: gate.rule.operands, rest: gate.rule.call.includes("..."), spelling: parse(spelling),
    }))).toSorted((a, b) => sizeOf(b.spelling) - sizeOf(a.spelling)),
  };
}

const spread = "...";

const entryOf = (op: string): Rule | undefined => (Object.hasOwn(tables, op) ? tables[op] : undefined);

/** Only where the operands are alike. Of a choice they are not: which one comes first must be found by a loop. */
function lowerSpread(op: string, parse: ParseFormula): LoweredRule | undefined {
  const entry = entryOf(op);
  return entry?.kind === "partials" && entry.rest && entry.operands.length === 1 ? lower(entry, 1, parse) : undefined;
}

function lower(entry: Rule, arity: number, parse: ParseFormula): LoweredRule | undefined {
  switch (entry.kind) {
    case "choice": return lowerChoice(entry, arity, parse);
    case "zero": case "unsupported": return arity === entry.operands.length ? { kind: entry.kind, why: entry.why } : undefined;
    case "partials": {
      const each = formulas(entry, arity, parse);
      return (
        each && { kind: "partials", operands: each.operands, partials: each.formulas, guarded: each.originals.map((name) => entry.guarded.includes(name)) }
      );
    }
    case "pullback": {
      const each = formulas(entry, arity, parse);
      return each && { kind: "pullback", operands: each.operands, pullbacks: each.formulas, tangents: each.formulas, chosen: choosing(each.formulas) };
    }
  }
}

/** `c ? dy : 0` and `c ? 0 : dy`: the first is chosen by c. */
function choosing(pullbacks: readonly (Formula | null)[]): readonly Formula[] {
  const [first, second, ...more] = pullbacks.filter((f) => f !== null);
  if (first?.kind !== "apply" || second?.kind !== "apply" || more.length > 0 || first.op !== "?:" || second.op !== "?:") return [];
  const [c, a, b] = first.args, [d, e, f] = second.args;
  if (!c || JSON.stringify(c) !== JSON.stringify(d)) return [];
  const isSeed = (g: Formula | undefined): boolean => g?.kind === "name" && g.name === "dy",
    isZero = (g: Formula | undefined): boolean => g?.kind === "literal" && g.value === 0;
  if (isSeed(a) && isZero(b) && isZero(e) && isSeed(f)) return [c];
  return isZero(a) && isSeed(b) && isSeed(e) && isZero(f) ? [{ kind: "apply", op: "!", args: [c] }] : [];
}

interface Formulas { readonly operands: readonly string[]; readonly originals: readonly string[]; readonly formulas: readonly (Formula | null)[] }

/** The formula of each operand; an operand written `...x` becomes `x1`, `x2`, … (only `x` if there is one). */
function formulas(entry: PartialsRule | PullbackRule, arity: number, parse: ParseFormula): Formulas | undefined {
  const written = (name: string): Formula | null => {
    const text = entry.formulas[name] ?? null;
    return text === null ? null : parse(text);
  };
  const last = entry.operands.at(-1);
  if (!entry.rest || last === undefined) {
    return arity === entry.operands.length ? { operands: entry.operands, originals: entry.operands, formulas: entry.operands.map(written) } : undefined;
  }
  const fixed = entry.operands.slice(0, -1), many = arity - fixed.length;
  if (many < 0) return undefined;
  const names = many === 1 ? [last] : Array.from({ length: many }, (_, i) => `${last}${i + 1}`);
  const pattern = written(last);
  return {
    operands: [...fixed, ...names],
    originals: [...fixed, ...names.map(() => last)],
    formulas: [...fixed.map(written), ...names.map((name) => pattern && renamed(pattern, last, name))],
  };
}

function renamed(formula: Formula, from: string, to: string): Formula {
  switch (formula.kind) {
    case "literal": return formula;
    case "name": return formula.name === from ? { kind: "name", name: to } : formula;
    case "apply": return { ...formula, args: formula.args.map((arg) => renamed(arg, from, to)) };
  }
}

/**
 * Two operands: the condition selects. More: the first operand equal to the result takes `dy`; the last takes what no
 * other one has taken, so that the parts always add up to `dy`.
 */
function lowerChoice(entry: ChoiceRule, arity: number, parse: ParseFormula): LoweredRule {
  const pullbackOf = (operands: readonly string[], texts: readonly string[], chosen: readonly string[]): LoweredRule => {
    const pullbacks = texts.map(parse);
    return { kind: "pullback", operands, pullbacks, tangents: pullbacks, chosen: chosen.map(parse) };
  };
  if (arity <= 1) return { kind: "partials", operands: ["a"].slice(0, arity), partials: ["1"].slice(0, arity).map(parse), guarded: [false].slice(0, arity) };
  if (arity === 2) return pullbackOf(entry.operands, [`${entry.condition} ? dy : 0`, `${entry.condition} ? 0 : dy`], [entry.condition]);
  const operands = Array.from({ length: arity }, (_, i) => `x${i + 1}`);
  return pullbackOf(operands, operands.map((operand, i) => {
    const conditions = operands.slice(0, i).map((earlier) => `${earlier} !== y`);
    if (i < arity - 1) conditions.push(`${operand} === y`);
    return `${conditions.join(" && ")} ? dy : 0`;
  }), operands.slice(0, -1).map((operand) => `${operand} === y`));
}

/** Products up to this exponent are cheaper than a call, and read better. */
const largestProduct = 5;

function lowerLiteralExponent(p: number, parse: ParseFormula): LoweredRule {
  if (p === 0) return { kind: "zero", why: "the exponent is 0" };
  return { kind: "partials", operands: ["a", "b"], partials: [parse(powerOf(p)), null], guarded: [p > 0 && p < 1, false] };
}

/** The derivative of `a ** p` by `a`. Where a power is needed it is `a ** (p - 1)`, not `y / a`, which would be 0 / 0 at 0. */
function powerOf(p: number): string {
  if (p === 1) return "1";
  if (p === -1) return "-y * y";
  if (p < 0) return `${p} * y / a`;
  if (p === 0.5) return "0.5 / y";
  if (p === 1.5) return "1.5 * Math.sqrt(a)";
  if (p === 2.5) return "2.5 * a * Math.sqrt(a)";
  if (Number.isInteger(p) && p <= largestProduct) return `${p}${" * a".repeat(p - 1)}`;
  return `${p} * a ** ${p - 1}`;
}

// ---------------------------------------------------------------- matrices

/** The entry of a function of the runtime with so many operands. */
export function matrixEntry(name: string, arity: number): MatrixRule | undefined {
  const withAxis = `${name} axis`;
  const entry = arity === 2 && Object.hasOwn(matrices, withAxis) ? matrices[withAxis] : Object.hasOwn(matrices, name) ? matrices[name] : undefined;
  return entry && arity <= entry.operands.length && entry.operands.slice(arity).every((operand) => operand in entry.defaults) ? entry : undefined;
}

/** Operations whose operands are repeated in the shape of the larger one, which comes first. */
const repeating: ReadonlySet<string> = new Set(["add", "sub", "mul", "div", "maximum", "minimum"]);

/** Operations whose result has the shape of their first operand that is a matrix. */
const elementwise: ReadonlySet<string> = new Set([
  "where",
  "prelu",
  "neg",
  "scale",
  "pow",
  "square",
  "sqrt",
  "exp",
  "log",
  "abs",
  "clip",
  "divOrZero",
  "sigmoid",
  "tanh",
  "relu",
  "leakyRelu",
  "elu",
  "softplus",
  "swish",
  "gelu",
  "negatives",
  "routeTo",
  "routePast",
  "powGradient",
  "squareGradient",
  "sqrtGradient",
  "absGradient",
  "clipGradient",
  "sigmoidGradient",
  "tanhGradient",
  "reluGradient",
  "leakyReluGradient",
  "eluGradient",
  "swishGradient",
  "geluGradient",
  "softmax",
  "logSoftmax",
  "softmaxGradient",
  "logSoftmaxGradient",
]);

function lowerMatrixRule(name: string, kinds: readonly OperandKind[], parse: ParseFormula): LoweredRule | undefined {
  const entry = matrixEntry(name, kinds.length);
  if (!entry) return undefined;
  const kindOf = (operand: string): OperandKind | undefined => kinds[entry.operands.indexOf(operand)];
  const full = repeating.has(name) ? entry.operands[kinds[0] === "number" ? 1 : 0] : undefined;
  const adapted = (f: Formula): Formula => {
    if (f.kind === "name") {
      const standIn = kindOf(f.name) === undefined ? entry.defaults[f.name] : undefined;
      return standIn === undefined ? f : parse(standIn);
    }
    if (f.kind !== "apply") return f;
    const args = f.args.map(adapted), [whole, like] = args;
    if (f.op === "sumTo" && whole && like?.kind === "name") {
      if (like.name === full || isSameShape(kindOf(like.name), full === undefined ? undefined : kindOf(full))) return whole;
      if (kindOf(like.name) === "number") return total(whole);
    }
    if (f.op === "neg" && whole?.kind === "apply" && whole.yields !== "matrix") return { ...f, args };
    const called = matrixEntry(f.op, args.length);
    return called ? { kind: "apply", op: `matrix.${f.op}`, args, ...(called.yields === "matrix" ? { yields: "matrix" } : {}) } : { ...f, args };
  };
  const made = entry.operands.slice(0, kinds.length).map((operand) => {
    const text = entry.formulas[operand] ?? null;
    return text === null ? null : adapted(parse(text));
  });
  if (made.every((f) => f === null)) return { kind: "zero", why: "piecewise constant" };
  const operands = entry.operands.slice(0, kinds.length);
  return { kind: "pullback", operands, pullbacks: made, tangents: operands.map((operand) => matrixTangent(name, entry, operand, kinds, parse)), chosen: [] };
}

/** What a tangent of one operand adds to that of the result. */
function matrixTangent(name: string, entry: MatrixRule, operand: string, kinds: readonly OperandKind[], parse: ParseFormula): Formula | null {
  const text = entry.formulas[operand] ?? null;
  if (text === null) return null;
  const isFull = repeating.has(name) || elementwise.has(name);
  const written = entry.tangents[operand];
  const made = written === undefined ? transposed(parse(text), isFull, matrixEntry, parse) : parse(written);
  if (made === null) return null;
  const kindOf = (of: string): OperandKind | undefined =>
    of === "y" ? (entry.yields === "matrix" ? "matrix" : "number") : kinds[entry.operands.indexOf(of === "dy" ? operand : of)];
  const full = repeating.has(name) ? entry.operands[kinds[0] === "number" ? 1 : 0] : undefined;
  const isWhole = operand === full || isSameShape(kindOf(operand), full === undefined ? undefined : kindOf(full));
  const isNumber = (f: Formula | undefined): boolean =>
    f !== undefined && (f.kind === "literal" || (f.kind === "name" ? kindOf(f.name) === "number" : f.yields !== "matrix"));
  /** `spread(dy, y)`, which is `dy` where that has the shape of the result already, and where what takes it repeats it anyway. */
  const repeated = (f: Formula): Formula =>
    f.kind === "apply" && f.op === "matrix.spread" && f.args[1]?.kind === "name" && f.args[1].name === "y" ? (f.args[0] ?? f) : f;
  const adapted = (f: Formula): Formula => {
    if (f.kind === "name") {
      const standIn = f.name !== "y" && f.name !== "dy" && kindOf(f.name) === undefined ? entry.defaults[f.name] : undefined;
      return standIn === undefined ? f : parse(standIn);
    }
    if (f.kind !== "apply") return f;
    const args = f.args.map(adapted), [whole, like] = args;
    if (f.op === "sumTo" && whole && like) {
      if (isFull && like.kind === "name" && like.name === "y") return whole;
      if (isNumber(like)) return total(whole);
    }
    if (f.op === "spread" && isWhole && whole?.kind === "name" && like?.kind === "name" && like.name === "y") return whole;
    if (f.op === "neg" && isNumber(whole)) return { ...f, args };
    const called = matrixEntry(f.op, args.length);
    if (!called) return { ...f, args };
    const taken = full !== undefined && (f.op === "mul" || f.op === "div") ? args.map(repeated) : args;
    return { kind: "apply", op: `matrix.${f.op}`, args: taken, ...(called.yields === "matrix" ? { yields: "matrix" } : {}) };
  };
  return adapted(made);
}

const isSameShape = (a: OperandKind | undefined, b: OperandKind | undefined): boolean => a !== undefined && a === b && a.includes("<") && !a.includes("number");

/** The sum of all elements; of products of elements it is one operation. */
function total(whole: Formula): Formula {
  const product = whole.kind === "apply" && whole.op === "matrix.mul";
  return { kind: "apply", op: product ? "matrix.dot" : "matrix.sum", args: product ? whole.args : [whole] };
}
