import type { Activity } from "../analysis/activity.ts";
import type { Aliases, MemoryNode } from "../analysis/aliases.ts";
import { isReference } from "../analysis/aliases.ts";
import { bug } from "../diagnostics/bug.ts";
import { freshVar, isMatrixOperation, numberType, type Ids } from "../ir/build.ts";
import type { Block, Instruction, OutsideRule, Raw, Type, Var } from "../ir/ir.ts";
import { mapNested, operands } from "../ir/visit.ts";
import { copying } from "./copying.ts";
import { times } from "./instantiate.ts";
import { eachIndex } from "./reverse.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { adjointOf, contribute, isActive } from "./state.ts";

/** Arguments of calls by a rule, as they were when the call was made, by the result of the call. */
export type Snapshots = Map<Var, readonly (string | Var)[]>;

/**
 * Copies arguments that are written later: the rule is asked in the reverse sweep what it would have said in the forward pass. The same of arrays
 * whose elements are all operands (`Math.hypot(...xs)`), unless `isUntouchedAfter`.
 */
export function withSnapshots(
  block: Block,
  active: Activity,
  memory: Aliases,
  ids: Ids,
  snapshots: Snapshots,
  isUntouchedAfter: (at: Instruction, ref: Var) => boolean,
): Block {
  const copied = (i: Instruction): readonly Instruction[] => {
    const [spread] = i.kind === "apply" && i.op.endsWith("...") ? i.args : [];
    if (i.kind === "apply" && spread) {
      if (!active.isActive(i.out) || spread.type.kind !== "array" || isUntouchedAfter(i, spread)) return [i];
      const out = freshVar(ids, spread.name, spread.type);
      snapshots.set(i.out, [out]);
      return [{ kind: "copy", origin: i.origin, ref: spread, out }, i];
    }
    // Labels and places of rows: the reverse asks for them again.
    if (i.kind === "apply" && isMatrixOperation(i.op) && active.isActive(i.out) && i.args.some((a) => isReference(a.type))) {
      const made: Instruction[] = [];
      const args = i.args.map((a) => {
        if (!isReference(a.type) || isUntouchedAfter(i, a)) return a;
        const out = freshVar(ids, a.name, a.type);
        made.push({ kind: "copy", origin: i.origin, ref: a, out });
        return out;
      });
      return made.length === 0 ? [i] : [...made, { ...i, args }];
    }
    if (i.kind !== "raw" || !i.rule || !i.out || !active.isActive(i.out))
      return [mapNested(i, (b) => withSnapshots(b, active, memory, ids, snapshots, isUntouchedAfter))];
    const copies = new Map<Var, Var>(),
      made: Instruction[] = [];
    for (const v of operands(i)) {
      if (!isReference(v.type) || copies.has(v) || !mayChange(memory.nodeOf(v), memory)) continue;
      const out = freshVar(ids, v.name, v.type);
      copies.set(v, out);
      made.push(...copying(ids, v, out, i.origin));
    }
    if (copies.size > 0)
      snapshots.set(
        i.out,
        i.parts.map((p) => (typeof p === "string" ? p : (copies.get(p) ?? p))),
      );
    return [...made, i];
  };
  const instructions = block.instructions.flatMap(copied);
  return instructions.length === block.instructions.length && instructions.every((i, n) => i === block.instructions[n]) ? block : { ...block, instructions };
}

function mayChange(node: MemoryNode, memory: Aliases, seen = new Set<MemoryNode>()): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  return node.written || node.lengthWritten || [...node.slots.values()].some((s) => s.node !== null && mayChange(memory.canonical(s.node), memory, seen));
}

/** The reverse of a call with a derivative written by hand: what it gives, times the adjoint of the result. */
export function reverseRuled(r: ReverseState, i: Raw, rule: OutsideRule, scope: Scope): void {
  const { out } = i;
  if (!out || !isActive(r, out)) return;
  const d = adjointOf(r, scope, out);
  if (!d) return;
  const b = scope.builder, args = (r.snapshots.get(out) ?? i.parts).slice(1);
  const seeded = rule.kind === "vjp";
  const result = freshVar(r.ids, "part", rule.result);
  b.emit({
    kind: "raw",
    origin: i.origin,
    parts: [`${rule.name}(`, ...(seeded ? [d, ...(args.length > 1 ? [", "] : [])] : []), ...args],
    out: result,
    pure: true,
  });
  operands(i).forEach((a, n) => {
    const field = rule.fields[n];
    const type = rule.result.fields.find((f) => f.name === field)?.type;
    if (field == null || !type) return;
    if (isReference(a.type)) {
      const shadow = r.shadows.of(a);
      if (!shadow || !r.active.hasShadow(a)) return;
      const part = freshVar(r.ids, null, type);
      b.emit({ kind: "read", origin: i.origin, ref: result, key: field, out: part });
      addTo(r, scope, shadow, part, seeded ? null : d);
    } else if (isActive(r, a)) {
      const part = freshVar(r.ids, null, numberType);
      b.emit({ kind: "read", origin: i.origin, ref: result, key: field, out: part });
      contribute(r, scope, a, seeded ? part : times(b, part, d));
    }
  });
}

/** Adds a gradient to the shadow of the same shape, times a factor. */
function addTo(r: ReverseState, scope: Scope, shadow: Var, part: Var, factor: Var | null): void {
  const { origin } = scope.builder;
  const element = (at: Scope, key: Var | string, type: Type): void => {
    const d = freshVar(r.ids, null, type);
    at.builder.emit({ kind: "read", origin, ref: part, key, out: d });
    if (!isReference(type)) { at.builder.emit({ kind: "addTo", origin, ref: shadow, key, value: factor ? times(at.builder, d, factor) : d }); return; }
    const inner = freshVar(r.ids, null, type);
    at.builder.emit({ kind: "read", origin, ref: shadow, key, out: inner });
    addTo(r, at, inner, d, factor);
  };
  const type = part.type;
  switch (type.kind) {
    case "array": eachIndex(r, part, origin, scope, (trip, k) => element(trip, k, type.element)); return;
    case "tuple": type.elements.forEach((t, n) => { if (t.kind === "number" || isReference(t)) element(scope, scope.builder.literal(n), t); }); return;
    case "record": for (const f of type.fields) if (f.type.kind === "number" || isReference(f.type)) element(scope, f.name, f.type); return;
    default: bug("a gradient that is neither a number nor holds any");
  }
}
