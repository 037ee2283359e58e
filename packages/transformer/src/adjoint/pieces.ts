import { bug } from "../diagnostics/bug.ts";
import { piecesOf, writtenBehind } from "../analysis/pieces.ts";
import { isReference, type Aliases, type MemoryNode } from "../analysis/aliases.ts";
import { booleanType, emptyBlock, freshVar, numberType, type Ids } from "../ir/build.ts";
import type { Block, Instruction, Loop, Origin, Var } from "../ir/ir.ts";
import { mapNested } from "../ir/visit.ts";
import { copying } from "./copying.ts";
import { eachIndex } from "./reverse.ts";
import type { Scope } from "./scope.ts";
import { recallIn, type ReverseState } from "./state.ts";

interface Kept { readonly ref: Var; readonly copy: Var }

/**
 * By the first parameter of a loop with `@checkpoint`: copies of what its pieces write, made at the beginning of each piece, and of what they
 * read and is written elsewhere, made before the loop; and the parameters that get new objects.
 */
export type PieceCopies = Map<Var, { readonly own: readonly Kept[]; readonly others: readonly Kept[]; readonly renewed: readonly Var[] }>;

/** Keeps what the pieces of loops with `@checkpoint` need to be run again. `whole`: nothing goes on between the function and its reverse. */
export function withPieces(block: Block, whole: boolean, memory: Aliases, ids: Ids, copies: PieceCopies): Block {
  const later = (loop: Instruction): ReadonlySet<MemoryNode> | null => (whole && loop.kind === "loop" ? writtenBehind(block, loop, memory) : null);
  const inBlock = (b: Block): Block => {
    const instructions = b.instructions.flatMap((i): readonly Instruction[] => {
      const inner = mapNested(i, inBlock);
      return inner.kind === "loop" && inner.form === "pieces" ? keeping(inner, later(i), memory, ids, copies) : [inner];
    });
    return instructions.length === b.instructions.length && instructions.every((i, n) => i === b.instructions[n]) ? b : { ...b, instructions };
  };
  return inBlock(block);
}

function keeping(loop: Loop, later: ReadonlySet<MemoryNode> | null, memory: Aliases, ids: Ids, copies: PieceCopies): readonly Instruction[] {
  const found = piecesOf(loop, memory, later), [first] = loop.params;
  if (!first || "why" in found) return bug("a loop whose pieces cannot be run again");
  const kept = (refs: readonly Var[]): readonly Kept[] => refs.map((ref) => ({ ref, copy: freshVar(ids, ref.name, ref.type) }));
  const own = kept(found.own), others = kept([...new Set(found.others.map((v) => atEntry(loop, v)))]);
  copies.set(first, { own, others, renewed: found.renewed });
  const copied = (list: readonly Kept[]): readonly Instruction[] => list.flatMap(({ ref, copy }) => copying(ids, ref, copy, loop.origin));
  return [...copied(others), { ...loop, body: { ...loop.body, instructions: [...copied(own), ...loop.body.instructions] } }];
}

/** What a parameter of a loop is before the loop; any other reference is what it is. */
function atEntry(loop: Loop, ref: Var): Var {
  const n = loop.params.indexOf(ref);
  return n < 0 ? ref : loop.inits[n]!;
}

/**
 * Before the reverse of such a loop: puts back what others may have written after it, and keeps what its memory holds now. Returns
 * what brings that back when the reverse is done.
 */
export function keepMemory(r: ReverseState, loop: Loop, scope: Scope): () => void {
  const [first] = loop.params;
  const { own, others } = (first && r.pieceCopies.get(first)) ?? { own: [], others: [], renewed: [] };
  const after = own.flatMap(({ ref }) => loop.outs[loop.params.indexOf(ref)] ?? []);
  const refs = [...new Set([...[...own, ...others].map(({ ref }) => atEntry(loop, ref)), ...after])];
  const saved = refs.map((ref) => ({ ref, copy: freshVar(r.ids, ref.name, ref.type) }));
  for (const { ref, copy } of saved) for (const i of copying(r.ids, ref, copy, loop.origin)) scope.builder.emit(i);
  for (const { ref, copy } of others) {
    recallIn(r, copy, scope);
    putBack(r, ref, copy, scope, loop.origin);
  }
  return () => { for (const { ref, copy } of saved) putBack(r, ref, copy, scope, loop.origin); };
}

/** Puts the memory that a piece writes into the state in which the piece found it. */
export function rewind(r: ReverseState, loop: Loop, trip: Scope): void {
  const [first] = loop.params;
  for (const { ref, copy } of (first && r.pieceCopies.get(first))?.own ?? []) {
    recallIn(r, copy, trip);
    putBack(r, ref, copy, trip, loop.origin);
  }
}

/**
 * An object that a piece hands on to the next: when the piece is run again it makes another one, and what the next piece has summed in the
 * shadow of the first belongs to that. `behind`: that shadow, a parameter of the reversed loop.
 */
export interface Renewal { readonly shadow: Var; readonly index: number; readonly behind: Var }

export function renewalsOf(r: ReverseState, loop: Loop): readonly Renewal[] {
  const [first] = loop.params;
  return ((first && r.pieceCopies.get(first))?.renewed ?? []).flatMap((param) => {
    const shadow = r.shadows.of(param), index = shadow ? loop.params.indexOf(shadow) : -1;
    return shadow && index >= 0 ? [{ shadow, index, behind: freshVar(r.ids, shadow.name, shadow.type) }] : [];
  });
}

/** At the end of a piece that was run again. One object under two names is handed on once, and one that was there before not at all. */
export function renew(r: ReverseState, renewals: readonly Renewal[], yields: readonly Var[], scope: Scope, origin: Origin): void {
  renewals.forEach(({ index, behind }, n) => {
    const made = yields[index]!, b = scope.builder;
    const differ = [made, ...renewals.slice(0, n).map((earlier) => earlier.behind)].map((other) => b.apply("!==", [behind, other], booleanType));
    const inner = scope.nested(origin);
    sumInto(r, made, behind, inner, origin);
    b.emit({ kind: "if", origin, condition: differ.reduce((x, y) => b.apply("&&", [x, y], booleanType)), then: inner.block([]), else: emptyBlock, outs: [] });
  });
}

function sumInto(r: ReverseState, to: Var, from: Var, scope: Scope, origin: Origin): void {
  const one = (at: Scope, key: Var | string): void => {
    const value = freshVar(r.ids, null, numberType);
    at.builder.emit({ kind: "read", origin, ref: from, key, out: value });
    at.builder.emit({ kind: "addTo", origin, ref: to, key, value });
  };
  const { type } = from;
  if (type.kind === "array") eachIndex(r, from, origin, scope, one);
  else if (type.kind === "tuple") type.elements.forEach((t, n) => { if (t.kind === "number") one(scope, scope.builder.literal(n)); });
  else if (type.kind === "record") for (const f of type.fields) if (f.type.kind === "number") one(scope, f.name);
}

/** Writes what a copy holds into the place it was copied from; the objects stay the ones they are. */
function putBack(r: ReverseState, ref: Var, copy: Var, scope: Scope, origin: Origin): void {
  const one = (at: Scope, key: Var | string, type: Var["type"]): void => {
    const value = freshVar(r.ids, null, type);
    at.builder.emit({ kind: "read", origin, ref: copy, key, out: value });
    if (!isReference(type)) { at.builder.emit({ kind: "write", origin, ref, key, value }); return; }
    const inner = freshVar(r.ids, null, type);
    at.builder.emit({ kind: "read", origin, ref, key, out: inner });
    putBack(r, inner, value, at, origin);
  };
  const { type } = ref;
  if (type.kind === "array") eachIndex(r, copy, origin, scope, (trip, k) => one(trip, k, type.element));
  else if (type.kind === "tuple") type.elements.forEach((t, n) => one(scope, scope.builder.literal(n), t));
  else if (type.kind === "record") for (const f of type.fields) one(scope, f.name, f.type);
}
