import { booleanType, matrixType, numberType, type Builder } from "../ir/build.ts";
import type { MatrixType, Type, Var } from "../ir/ir.ts";
import type { Formula } from "../rules/formula.ts";
import { bug } from "../diagnostics/bug.ts";

const comparisons = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "!", "Number.isFinite", "Number.isNaN", "Number.isInteger", "Object.is"]);
export const typeOfOperation = (op: string): Type => (comparisons.has(op) ? booleanType : numberType);

/** Writes a rule's formula as derivative arithmetic; names are bound by `env`, and `known` may have a result already. Identities with literals 0, 1 and -1 are applied on the way. */
export function instantiate(
  b: Builder,
  formula: Formula,
  env: ReadonlyMap<string, Var>,
  known: (op: string, args: readonly Var[]) => Var | null = () => null,
): Var {
  switch (formula.kind) {
    case "literal":
      return b.literal(formula.value, formula.text);
    case "name":
      return env.get(formula.name) ?? bug(`formula names ${formula.name}`);
    case "apply": {
      const args = formula.args.map((a) => instantiate(b, a, env, known));
      if (formula.op === "*") return times(b, args[0]!, args[1]!);
      if (formula.op === "neg") return negate(b, args[0]!);
      if (formula.op === "?:" && typeof args[0]!.literal?.value === "boolean") return args[0]!.literal.value ? args[1]! : args[2]!;
      if (formula.yields === "matrix") return b.derive(formula.op, args, resultType(args, env));
      return (
        known(formula.op, args) ??
        b.derive(
          formula.op,
          args,
          formula.op === "?:" ? args[1]!.type : formula.op === "&&" || formula.op === "||" ? args[0]!.type : typeOfOperation(formula.op),
        )
      );
    }
  }
}

/** Of matrices only the name of the type is known: the type checker finds the shape. */
function resultType(args: readonly Var[], env: ReadonlyMap<string, Var>): MatrixType {
  const known = [...args, ...env.values()].map((v) => matrixType(v.type)).find((t) => t !== null);
  return { kind: "matrix", text: (known?.text ?? "Matrix").replace(/<.*/s, "") };
}

/** What the adjoint of a value is where nothing comes in. */
export function zeroLike(b: Builder, v: Var): Var {
  const matrix = matrixType(v.type);
  return matrix ? b.derive(zerosLike, [v], matrix) : b.literal(0);
}

export const zerosLike = "matrix.zerosLike";

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
