import { booleanType, numberType, type Builder } from "../ir/build.ts";
import type { Type, Var } from "../ir/ir.ts";
import type { Formula } from "../rules/formula.ts";
import { bug } from "../diagnostics/bug.ts";

const comparisons = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "!", "Number.isFinite", "Number.isNaN", "Number.isInteger", "Object.is"]);
export const typeOfOperation = (op: string): Type => (comparisons.has(op) ? booleanType : numberType);

/** Writes a rule's formula as derivative arithmetic; names are bound by `env`. Identities with literals 0, 1 and -1 are applied on the way. */
export function instantiate(b: Builder, formula: Formula, env: ReadonlyMap<string, Var>): Var {
  switch (formula.kind) {
    case "literal": return b.literal(formula.value, formula.text);
    case "name": return env.get(formula.name) ?? bug(`formula names ${formula.name}`);
    case "apply": {
      const args = formula.args.map((a) => instantiate(b, a, env));
      if (formula.op === "*") return times(b, args[0]!, args[1]!);
      if (formula.op === "neg") return negate(b, args[0]!);
      if (formula.op === "?:" && typeof args[0]!.literal?.value === "boolean") return args[0]!.literal.value ? args[1]! : args[2]!;
      return b.derive(formula.op, args, formula.op === "?:" ? args[1]!.type : typeOfOperation(formula.op));
    }
  }
}

/** Derivative arithmetic: `a * b`. */
export function times(b: Builder, x: Var, y: Var): Var {
  if (x.literal?.value === 1) return y;
  if (y.literal?.value === 1) return x;
  if (x.literal?.value === -1) return negate(b, y);
  if (y.literal?.value === -1) return negate(b, x);
  return b.derive("*", [x, y]);
}

export function negate(b: Builder, x: Var): Var {
  if (typeof x.literal?.value === "number") return b.literal(-x.literal.value);
  return b.derive("neg", [x]);
}
