import type { Formula, Rulebook } from "../../packages/transformer/src/rules/rulebook.ts";

/** A number with its tangent; null: it does not depend on the input. */
export interface Dual { readonly value: number | boolean; readonly tangent: number | null }
/** What the names stand for. A part named in a spelling, `(d = …)`, is added when it is met. */
export type Names = Map<string, Dual>;

export const constant = (value: number | boolean): Dual => ({ value, tangent: null });

/** The value of an operation of the IR, by the operation itself: nothing here knows a derivative. */
export function operation(op: string, args: readonly (number | boolean)[]): number | boolean {
  // JavaScript's own conversions are wanted: `Number(true)`, `!0`.
  const [a, b, c] = args.map(Number) as [number, number, number];
  switch (op) {
    case "neg": return -a;
    case "pos": return +a;
    case "!": return !a;
    case "~": return ~a;
    case "?:": return a ? b : c;
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    case "%": return a % b;
    case "**": return a ** b;
    case "===": case "==": return a === b;
    case "!==": case "!=": return a !== b;
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    case ">=": return a >= b;
    case "&&": return a && b;
    case "||": return a || b;
    case "&": return a & b;
    case "|": return a | b;
    case "^": return a ^ b;
    case "<<": return a << b;
    case ">>": return a >> b;
    case ">>>": return a >>> b;
    case "Boolean": return Boolean(a);
    default: return globalFunction(op)(...args.map(Number));
  }
}

function globalFunction(path: string): (...numbers: readonly number[]) => number | boolean {
  let found: unknown = globalThis;
  for (const part of path.split(".")) found = Reflect.get(found as object, part);
  if (typeof found !== "function") throw new Error(`no function ${path}`);
  return found as (...numbers: readonly number[]) => number | boolean;
}

/** The value of a formula, and its tangent by the rules of the rulebook, if one is given. */
export function evaluate(formula: Formula, names: Names, rulebook: Rulebook | null): Dual {
  switch (formula.kind) {
    case "literal": return constant(formula.value as number); // formulas of scalars hold no text
    case "name": {
      const found = names.get(formula.name);
      if (!found) throw new Error(`unknown name ${formula.name}`);
      return found;
    }
    case "apply": {
      const [first, second] = formula.args;
      if (formula.op === "=" && first?.kind === "name" && second) {
        const value = evaluate(second, names, rulebook);
        names.set(first.name, value);
        return value;
      }
      if (formula.op === "sum" && first) return evaluate(written(first, names), names, rulebook);
      return apply(formula.op, formula.args.map((arg) => evaluate(arg, names, rulebook)), rulebook);
    }
  }
}

/** `sum(f(x))` as `f(x1) + f(x2) + …`, for the names there are. */
function written(term: Formula, names: Names): Formula {
  const each = [...names.keys()].filter((name) => /^x\d*$/.test(name)).map((name) => renamed(term, "x", name));
  return each.reduce((sum, next) => ({ kind: "apply", op: "+", args: [sum, next] }));
}

function renamed(formula: Formula, from: string, to: string): Formula {
  if (formula.kind === "name") return formula.name === from ? { kind: "name", name: to } : formula;
  return formula.kind === "apply" ? { ...formula, args: formula.args.map((arg) => renamed(arg, from, to)) } : formula;
}

function apply(op: string, args: readonly Dual[], rulebook: Rulebook | null): Dual {
  const value = operation(op, args.map((arg) => arg.value));
  if (!rulebook || args.every((arg) => arg.tangent === null)) return constant(value);
  const tangents = args.map((arg) => arg.tangent);
  return { value, tangent: pushforward(rulebook, op, args.map((arg) => arg.value), value, tangents) };
}

/** The tangent of the result: each active operand's tangent through its partial. */
function pushforward(
  rulebook: Rulebook,
  op: string,
  args: readonly (number | boolean)[],
  y: number | boolean,
  tangents: readonly (number | null)[],
): number | null {
  const rule = rulebook.rule(op, args.length);
  if (!rule || rule.kind === "unsupported") throw new Error(`no rule for ${op}`);
  if (rule.kind === "zero") return null;
  let sum = 0;
  rule.operands.forEach((_, i) => {
    const tangent = tangents[i];
    if (tangent === null || tangent === undefined) return;
    const names: Names = new Map(rule.operands.map((name, k) => [name, constant(args[k] ?? NaN)]));
    names.set("y", constant(y)).set("dy", constant(tangent));
    const formula = rule.kind === "partials" ? rule.partials[i] : rule.pullbacks[i];
    if (!formula) return;
    const factor = Number(evaluate(formula, names, null).value);
    sum += rule.kind === "pullback" ? factor : tangent === 0 && rule.guarded[i] ? 0 : factor * tangent;
  });
  return sum;
}

/**
 * The derivative of f at x by central differences extrapolated to step 0, and how far the last extrapolations differ.
 * Source: Ridders, Accurate computation of F'(x) and F'(x) F''(x), 1982.
 */
export function difference(f: (x: number) => number, x: number, step: number): { readonly value: number; readonly error: number } {
  const ratio = 1.6, rows = 12;
  let previous: number[] = [], best = { value: NaN, error: Infinity };
  for (let row = 0, h = step; row < rows; row++, h /= ratio) {
    const right = x + h, left = x - h; // as they are rounded
    const current = [(f(right) - f(left)) / (right - left)];
    for (let k = 1, factor = ratio * ratio; k <= row; k++, factor *= ratio * ratio) {
      const above = previous[k - 1] ?? NaN, beside = current[k - 1] ?? NaN;
      const value = (beside * factor - above) / (factor - 1);
      current.push(value);
      const error = Math.max(Math.abs(value - beside), Math.abs(value - above));
      if (error < best.error) best = { value, error };
    }
    previous = current;
  }
  return best;
}
