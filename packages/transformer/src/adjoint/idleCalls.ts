import type { Block, Instruction, IrFunction, Parameter, Type, Var } from "../ir/ir.ts";
import { mapNested } from "../ir/visit.ts";
import { typeText } from "./gradientType.ts";

/** Bodies in which every call has a function to go to, and the functions that they need for that. */
export interface Settled { readonly bodies: readonly Block[]; readonly copies: readonly IrFunction[] }

/**
 * Calls through which no gradient flows stay calls of the primal. What is called may be a version of a function that the compiler made, for
 * the functions it is given, with the variables it captures, or of another file: then generated code has one of its own.
 *
 * Ensures   every call names a half, a function of the module as it stands there, or a copy.
 */
export function settleIdleCalls(
  bodies: readonly Block[],
  callees: ReadonlyMap<string, IrFunction>,
  isHalf: (name: string) => boolean,
  freeName: (wanted: string) => string,
): Settled {
  const names = new Map<string, string>(),
    copies: IrFunction[] = [],
    work: IrFunction[] = [];
  const nameOf = (callee: string): string => {
    const fn = callees.get(callee);
    if (!fn || isHalf(callee)) return callee;
    let name = names.get(callee);
    if (name === undefined) {
      name = fn.standing ?? freeName(fn.name);
      names.set(callee, name);
      if (fn.standing === undefined) work.push({ ...fn, name });
    }
    return name;
  };
  const inBlock = (b: Block): Block => {
    const instructions = b.instructions.map((i): Instruction => {
      const inner = mapNested(i, inBlock);
      if (inner.kind !== "call") return inner;
      const callee = nameOf(inner.callee);
      return callee === inner.callee ? inner : { ...inner, callee };
    });
    return instructions.every((i, n) => i === b.instructions[n]) ? b : { ...b, instructions };
  };
  const settled = bodies.map(inBlock);
  for (let fn = work.pop(); fn; fn = work.pop()) copies.push(copyOf({ ...fn, body: inBlock(fn.body) }));
  return { bodies: settled, copies };
}

/** The function as generated code declares it. */
function copyOf(fn: IrFunction): IrFunction {
  const parameter = (variable: Var): Parameter => ({
    pattern: { kind: "name", variable },
    typeText: argumentText(variable.type),
    optional: false,
    rest: false,
  });
  const value = fn.body.yields[0] ?? null;
  const end: readonly Instruction[] = fn.body.dead ? [] : value ? [{ kind: "return", origin: { loc: fn.loc, statement: null }, fields: null, value }] : [];
  return {
    ...fn, exported: false, wrt: null, typeParameters: "", parameters: fn.inputs.map((i) => parameter(i.variable)),
    body: { instructions: [...fn.body.instructions, ...end], yields: [], dead: fn.body.dead || end.length > 0 },
    resultText: value ? typeText(fn.result.kind === "undefined" ? value.type : fn.result, false) : "void",
  };
}

const argumentText = (type: Type): string => typeText(type, false);
