import type { Block, Instruction, IrFunction, Parameter, Pattern, Type, Var } from "../../ir/ir.ts";
import { numberType, undefinedType } from "../../ir/build.ts";
import { eachUse, operands, substitute } from "../../ir/visit.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type CallableNode, type Value } from "../state/values.ts";
import { decideAbsence } from "../expressions/lowerDecided.ts";
import { isOpen } from "../state/lowerInferred.ts";
import { isInstance } from "../objects/lowerLiterals.ts";
import { toVar } from "../expressions/lowerExpressions.ts";
import { locOf } from "../state/lowerOrigin.ts";
import { irType } from "../types/lowerTypes.ts";
import { isNumeric } from "../types/irTypes.ts";

/** From the instructions of a lowered body to an IrFunction. */

interface Finished {
  readonly node: CallableNode;
  readonly name: string;
  readonly value: Value;
  readonly exported: boolean;
  /** The parameters, given the Vars that bring captured variables. */
  readonly parameters: (captures: readonly Var[]) => readonly Parameter[];
}

export function finishFunction(s: Lowering, { node, name, value, exported, parameters }: Finished): IrFunction {
  const signature = s.checker.getSignatureFromDeclaration(node);
  const declared = signature ? irType(s.reader, s.checker.getReturnTypeOfSignature(signature)) : null;
  const result = s.dead ? null : resultOf(s, node, name, value);
  // Where returns meet the checker has seen that none of them gives nothing: `if (known !== undefined) return known`.
  if (
    result &&
    declared &&
    result.type.kind === "optional" &&
    !result.type.besides &&
    declared.kind === (isNumeric(result.type.of) ? "number" : result.type.of.kind) &&
    s.current.some((i) => "outs" in i && i.outs.includes(result) && !saysNothing(i, result))
  )
    s.retype(result, isNumeric(result.type.of) ? numberType : result.type.of);
  const block: Block = { instructions: s.current, yields: result ? [result] : [], dead: s.dead };
  const body = withPrologue(decideAbsence(substitute(block, (v) => s.resolve(v))), s.frame.prologue);
  const list = parameters([...s.frame.captures.values()]);
  return {
    name, loc: locOf(node), exported, parameters: list,
    inputs: list.flatMap((p) => bound(p.pattern)).map((variable) => ({ name: variable.name ?? "", variable, paths: null })),
    wrt: null, body, result: resultType(node.type ? declared : readThere(declared, result), result),
    typeParameters: node.typeParameters ? `<${node.typeParameters.map((p) => p.getText()).join(", ")}>` : "",
    resultText: node.type?.getText() ?? null, nextId: s.ids.next,
  };
}

/** Whether an arm has `undefined` itself for the result: `return found!` after `let found: number | undefined`. */
function saysNothing(i: Instruction, result: Var): boolean {
  if (i.kind !== "if") return false;
  const at = i.outs.indexOf(result);
  return [i.then, i.else].some((arm) => {
    const v = arm.dead ? undefined : arm.yields[at];
    return v !== undefined && (v.type.kind === "undefined" || v.type.kind === "null");
  });
}

function resultOf(s: Lowering, node: CallableNode, name: string, value: Value): Var | null {
  if (isInstance(value)) return toVar(s, value, node.name ?? node);
  if (!isVar(value)) {
    s.report(node.name ?? node, catalogue.functionAsValue, { text: name });
    return null;
  }
  return value.literal && value.literal.value === undefined ? null : toVar(s, value, node);
}

/** An element of an array is taken to be there, as where the function says that it returns a number: without a type it would say `number | undefined`. */
function readThere(declared: Type | null, result: Var | null): Type | null {
  return declared?.kind === "optional" && !declared.besides && result && result.type.kind === "number" ? numberType : declared;
}

function resultType(declared: Type | null, result: Var | null): Type {
  if (!result) return declared && !isOpen(declared) ? declared : undefinedType;
  if (declared && !isOpen(declared) && declared.kind !== "undefined") return declared;
  return result.type.kind === "integer" ? numberType : result.type;
}

/** Tables of the module, referred to before the body; those that the body uses. */
function withPrologue(block: Block, prologue: readonly Instruction[]): Block {
  const used = new Set<Var>();
  eachUse(block, (v) => used.add(v));
  const needed: Instruction[] = [];
  for (const i of [...prologue].reverse()) {
    const out = i.kind === "raw" || i.kind === "array" || i.kind === "apply" ? i.out : null;
    if (!out || !used.has(out)) continue;
    needed.unshift(i);
    operands(i).forEach((v) => used.add(v));
  }
  return { ...block, instructions: [...needed, ...block.instructions] };
}

/** The Vars of a pattern, in order. */
export function bound(pattern: Pattern): readonly Var[] {
  if (pattern.kind === "name") return [pattern.variable];
  const entries = pattern.kind === "object" ? pattern.entries.flatMap((e) => bound(e.pattern)) : pattern.entries.flatMap((e) => (e ? bound(e) : []));
  return pattern.rest ? [...entries, pattern.rest] : entries;
}
