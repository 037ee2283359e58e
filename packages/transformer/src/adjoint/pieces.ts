import { bug } from "../diagnostics/bug.ts";
import { piecesOf, writtenBehind } from "../analysis/pieces.ts";
import { isReference, type Aliases, type MemoryNode } from "../analysis/aliases.ts";
import { freshVar, type Ids } from "../ir/build.ts";
import type { Block, Instruction, Loop, Origin, Var } from "../ir/ir.ts";
import { mapNested } from "../ir/visit.ts";
import { eachIndex } from "./reverse.ts";
import type { Scope } from "./scope.ts";
import { recallIn, type ReverseState } from "./state.ts";

interface Kept { readonly ref: Var; readonly copy: Var }

/**
 * By the first parameter of a loop with `@checkpoint`: copies of what its pieces write, made at the beginning of each piece, and of what they
 * read and is written elsewhere, made before the loop.
 */
export type PieceCopies = Map<Var, { readonly own: readonly Kept[]; readonly others: readonly Kept[] }>;

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
  copies.set(first, { own, others });
  const copied = (list: readonly Kept[]): readonly Instruction[] => list.map(({ ref, copy }) => copying(ref, copy, loop.origin));
  return [...copied(others), { ...loop, body: { ...loop.body, instructions: [...copied(own), ...loop.body.instructions] } }];
}

/** What a parameter of a loop is before the loop; any other reference is what it is. */
function atEntry(loop: Loop, ref: Var): Var {
  const n = loop.params.indexOf(ref);
  return n < 0 ? ref : loop.inits[n]!;
}

function copying(ref: Var, out: Var, origin: Origin): Instruction {
  const flat = ref.type.kind === "array" && !isReference(ref.type.element);
  return flat ? { kind: "copy", origin, ref, out } : { kind: "raw", origin, parts: ["structuredClone(", ref, ")"], out, pure: true };
}

/**
 * Before the reverse of such a loop: puts back what others may have written after it, and keeps what its memory holds now. Returns
 * what brings that back when the reverse is done.
 */
export function keepMemory(r: ReverseState, loop: Loop, scope: Scope): () => void {
  const [first] = loop.params;
  const { own, others } = (first && r.pieceCopies.get(first)) ?? { own: [], others: [] };
  const refs = [...new Set([...own, ...others].map(({ ref }) => atEntry(loop, ref)))];
  const saved = refs.map((ref) => ({ ref, copy: freshVar(r.ids, ref.name, ref.type) }));
  for (const { ref, copy } of saved) scope.builder.emit(copying(ref, copy, loop.origin));
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
