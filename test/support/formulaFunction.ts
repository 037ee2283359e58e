import { Builder, numberType } from "../../packages/transformer/src/ir/build.ts";
import type { IrFunction, Origin, Var } from "../../packages/transformer/src/ir/ir.ts";
import { namesOf, type Formula } from "../../packages/transformer/src/rules/formula.ts";

const origin: Origin = { loc: { fileName: "", start: 0, end: 0 }, statement: null };

/** The function of the names of a formula that yields it, every operation an `apply` of its own. */
export function formulaFunction(formula: Formula): IrFunction {
  const ids = { next: 0 };
  const inputs = namesOf(formula).map((name): Var => ({ id: ids.next++, name, type: numberType }));
  const builder = new Builder(ids, origin);
  const lower = (part: Formula): Var => {
    switch (part.kind) {
      case "literal": return builder.literal(part.value, part.text);
      case "name": return inputs.find((input) => input.name === part.name) ?? builder.literal(NaN);
      case "apply": return builder.apply(part.op, part.args.map(lower), numberType);
    }
  };
  const result = lower(formula);
  return {
    name: "f", loc: origin.loc, exported: false,
    parameters: inputs.map((variable) => ({ pattern: { kind: "name", variable }, typeText: "number", optional: false, rest: false })),
    inputs: inputs.map((variable) => ({ name: variable.name ?? "", variable, paths: null })), wrt: null,
    body: builder.block([result]), result: numberType, typeParameters: "", resultText: null, nextId: ids.next,
  };
}
