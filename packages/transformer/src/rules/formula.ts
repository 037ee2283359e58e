/**
 * The formula of a derivative, read from its text: `1 - y * y` is `-` of `1` and `*` of `y` and `y`.
 *
 * Names are the operands of the call, `y` its result, `dy` the adjoint of the result. Operations are those of `Apply`
 * in ir.ts: infix symbols, `neg`, `?:`, `Math.sin`. So what a formula says can be lowered, simplified and differentiated
 * again like the user's own text.
 */
export type Formula =
  | {
      readonly kind: "literal";
      readonly value: number | boolean | string;
      /** The spelling, where it says more than the value: `Math.LN2`. */
      readonly text?: string;
    }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "apply"; readonly op: string; readonly args: readonly Formula[]; /** The result is a matrix. */ readonly yields?: "matrix" };

/** Reads a formula. Passed in, because only the frontend reads TypeScript. */
export type ParseFormula = (text: string) => Formula;

/** The names in a formula, each once, in order of appearance: what the reverse sweep needs to evaluate it. */
export function namesOf(formula: Formula): readonly string[] {
  const names = new Set<string>();
  eachPart(formula, (part) => { if (part.kind === "name") names.add(part.name); });
  return [...names];
}

/** The operations in a formula, each once with its number of operands. */
export function operationsOf(formula: Formula): readonly { readonly op: string; readonly arity: number }[] {
  const operations = new Map<string, { op: string; arity: number }>();
  eachPart(formula, (part) => {
    if (part.kind === "apply") operations.set(`${part.op} ${part.args.length}`, { op: part.op, arity: part.args.length });
  });
  return [...operations.values()];
}

/** How much a formula demands of what is to match it: its operations and literals. Names match anything. */
export function sizeOf(formula: Formula): number {
  let size = 0;
  eachPart(formula, (part) => { if (part.kind === "literal" || part.kind === "apply" && part.op !== "=") size++; });
  return size;
}

function eachPart(formula: Formula, visit: (part: Formula) => void): void {
  visit(formula);
  if (formula.kind === "apply") for (const arg of formula.args) eachPart(arg, visit);
}
