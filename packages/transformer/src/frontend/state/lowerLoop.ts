import type ts from "typescript";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { makeBlock } from "../../ir/build.ts";
import type { LoopForm, Var, Type, Instruction } from "../../ir/ir.ts";
import { assignedNames } from "../programs/assignments.ts";
import { joinTypes, mayBeAbsent, optional, present, isNumeric } from "../types/irTypes.ts";
import { block, apart, branch, exit, lookup, isNothing, standIn, isUnassigned, hasStandIn, same, type Piece, wantRecords } from "./lowerJoin.ts";
import { type Lowering } from "./lowerState.ts";
import { type Environment, isVar, type Binding, type Value } from "./values.ts";

export interface LoopParts {
  readonly form: LoopForm;
  readonly names?: readonly string[];
  /** The condition before each trip; absent: none. */
  readonly head?: () => Var;
  readonly body: () => void;
  readonly update?: () => void;
  /** The condition after each trip. */
  readonly post?: () => Var;
}

/** Everything that repeats. Every variable of the environment is a param at first; those that never change are none in the end. */
export function loop(s: Lowering, node: ts.Node, parts: LoopParts): void {
  const names = parts.names ?? [];
  block(s, node, { purpose: "break", names, breaks: true }, (breakTarget) => {
    const origin = s.origin(node);
    const saved = s.env;
    const params: Param[] = [];
    s.spend(saved.size * 2);
    const inside: Environment = new Map(saved);
    const files = [node, s.rootNode, ...s.inlining].map((n) => n.getSourceFile());
    for (const [binding, value] of saved) {
      if (!isVar(value)) continue;
      const init = s.resolve(value);
      const variable = s.fresh(binding.name, paramType(s, binding, init));
      params.push({ binding, variable, init });
      // What is there and never assigned is there in each trip.
      const { name } = binding;
      if (name !== null && s.certain.has(init) && !files.some((f) => assignedNames(f).has(name))) s.certain.add(variable);
      inside.set(binding, variable);
    }
    s.env = inside;
    const head = parts.head, headEnv = new Map(inside);
    let condition: Var | null = null;
    const piece = apart(s, () => { condition = head ? head() : null; });
    const tested = condition as Var | null; // assigned in the callback
    const simple =
      tested !== null && tested.literal === undefined && !piece.dead && piece.instructions.every(isHeadInstruction) && sameEnvironment(s, piece.env, headEnv);
    const body = apart(s, () => {
      if (!simple) {
        s.current.push(...piece.instructions);
        s.env = piece.env;
        s.dead = piece.dead || s.dead;
        if (tested) branch(s, node, tested, () => undefined, () => exit(s, node, breakTarget));
      }
      block(s, node, { purpose: "continue", name: null, names, continues: true }, parts.body);
      if (!s.dead) parts.update?.();
      if (parts.post && !s.dead) branch(s, node, parts.post(), () => undefined, () => exit(s, node, breakTarget));
    });
    s.env = saved;
    if (s.dead) return;
    checkKnown(s, node, saved, body);
    const nexts = params.map(({ binding, variable }) => (body.dead ? variable : lookup(s, body.env, binding, variable)));
    const kept = prune(s, params, nexts);
    // A variable without a declared type that starts as nothing: what it is shows only now.
    for (const { param, next } of kept) if (isNothing(param.variable.type)) s.retype(param.variable, joinTypes(param.variable.type, next.type));
    const outs: Var[] = [], values = kept.map(({ param, next }) => standIn(s, next, param.variable.type));
    if (simple) {
      const after: Environment = new Map(saved);
      for (const { param } of kept) {
        const out = s.fresh(param.binding.name, param.variable.type);
        outs.push(out);
        after.set(param.binding, out);
      }
      s.env = after;
    }
    s.emit({
      kind: "loop", origin, form: parts.form,
      params: kept.map(({ param }) => param.variable), inits: kept.map(({ param }) => standIn(s, param.init, param.variable.type)),
      head: makeBlock(simple ? piece.instructions : []), condition: simple ? tested : null,
      body: { instructions: body.instructions, yields: body.dead ? [] : values, dead: body.dead }, outs,
    });
    s.dead = !simple;
  });
}

interface Param { readonly binding: Binding; readonly variable: Var; readonly init: Var }

function paramType(s: Lowering, binding: Binding, init: Var): Type {
  const { type } = binding;
  if (isUnassigned(s, init)) return type === null ? { kind: "opaque", text: null } : hasStandIn(type) || mayBeAbsent(type) ? type : optional(type);
  if (!type || type === init.type) return init.type;
  // `let y: readonly number[] = pair`, which gets others.
  const list = present(type);
  if (init.type.kind === "tuple" && list.kind === "array" && list.constructorName === "Array" && isNumeric(list.element)) return type;
  if (init.type.kind === "array" || init.type.kind === "record" || init.type.kind === "tuple")
    return type.kind === "optional" ? optional(init.type) : init.type;
  if (init.type.kind === "opaque" || (init.type.kind === "string" && type.kind === "string")) return init.type.kind === "opaque" ? init.type : type;
  return type.kind === "opaque" ? init.type : joinTypes(init.type, type);
}

/** Drops params whose next is themselves or their init, until none is left; what stood for them is replaced. */
function prune(s: Lowering, params: readonly Param[], nexts: readonly Value[]): readonly { readonly param: Param; readonly next: Var }[] {
  let kept = params.flatMap((param, n) => { const next = nexts[n]; return next && isVar(next) ? [{ param, next }] : []; });
  for (let changed = true; changed;) {
    changed = false;
    kept = kept.filter(({ param, next }) => {
      const value = s.resolve(next);
      if (value !== param.variable && !same(s, value, param.init)) return true;
      s.replaced.set(param.variable, param.init);
      changed = true;
      return false;
    });
    s.spend(kept.length);
  }
  return kept.map(({ param, next }) => ({ param, next: s.resolve(next) }));
}

/** A variable that holds a function must hold the same one in every trip. */
function checkKnown(s: Lowering, node: ts.Node, saved: Environment, body: Piece): void {
  if (body.dead) return;
  for (const [binding, before] of saved) {
    const after = body.env.get(binding) ?? before;
    if (isVar(before) === isVar(after) && (isVar(before) || same(s, before, after))) continue;
    if (wantRecords(s, [before, after])) continue;
    s.report(node, catalogue.functionChangesInLoop, { name: binding.name ?? "a function" });
  }
}

function sameEnvironment(s: Lowering, a: Environment, b: Environment): boolean {
  for (const [binding, value] of b) if (!same(s, a.get(binding) ?? value, value)) return false;
  return true;
}

/** What may stand in the head of a loop: evaluated before each trip, changing nothing. */
function isHeadInstruction(i: Instruction): boolean {
  return i.kind === "apply" || i.kind === "length" || i.kind === "read" || (i.kind === "raw" && i.pure);
}
