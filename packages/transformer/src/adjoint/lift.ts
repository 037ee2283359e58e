import { bug } from "../diagnostics/bug.ts";
import type { Ids } from "../ir/build.ts";
import { freshVar, literalVar } from "../ir/build.ts";
import type { Block, Exit, Instruction, Label, Type, Var } from "../ir/ir.ts";
import { nestedBlocks } from "../ir/visit.ts";
import { absent } from "./sinkExits.ts";
import type { Layout, List } from "./layout.ts";
import { chain, holderIndex, listOfBlock } from "./layout.ts";
import { leaves } from "./reverse.ts";

/** A Var that holds the value being lifted, in the list where it is defined. */
export interface Carrier { readonly list: List; readonly value: Var }

/**
 * Makes a value of a nested Block visible in an enclosing one, by an out more on each `if` and block between. A branch that leaves hands
 * the value on with its exits. On the ways on which it does not exist it is a literal nobody reads. Returns the Vars that stand for it, with their Blocks.
 */
export function lift(layout: Layout, ids: Ids, v: Var, from: List, to: List): readonly Carrier[] {
  // Innermost first: an exit takes the value from the innermost list in which it stands behind the definition.
  const carriers: Carrier[] = [{ list: from, value: v }];
  for (let list = from; list !== to;) {
    const { parent } = layout.places.get(list)!;
    const n = holderIndex(parent, list);
    const construct = parent[n]!;
    const inner = list;
    const here = carriers.find((c) => c.list === inner)?.value;
    const out = freshVar(ids, v.name, liftedType(v.type));
    const other = (b: Block): Block => (b.dead ? b : { ...b, yields: [...b.yields, b.instructions === inner && here ? here : absent(ids, v.type)] });
    if (construct.kind === "if" && here && !(construct.then.instructions === inner ? construct.then : construct.else).dead) {
      parent[n] = { ...construct, then: other(construct.then), else: other(construct.else), outs: [...construct.outs, out] };
      carriers.push({ list: parent, value: out });
    } else if (construct.kind === "block") {
      const at = (place: { readonly list: List; readonly index: number }): Var | undefined =>
        carriers.find((c) => reaches(layout, place, c.list, definitionIndex(c.list, c.value)))?.value;
      if (here && !construct.body.dead || someExit(list, construct.label, (place) => at(place) !== undefined)) {
        addToExits(list, construct.label, (place) => at(place) ?? absent(ids, v.type));
        parent[n] = { ...construct, body: other(construct.body), outs: [...construct.outs, out] };
        carriers.push({ list: parent, value: out });
      }
    }
    list = parent;
  }
  return carriers.some((c) => c.list === to) ? carriers : bug(`${v.name ?? "a temporary"} (${v.id}) does not reach where it is needed`);
}

const liftedType = (t: Type): Type =>
  t.kind === "array" || t.kind === "tuple" || t.kind === "record" || t.kind === "matrix" ? { kind: "optional", of: t } : t;

function definitionIndex(list: List, v: Var): number {
  return list.findIndex((i) => ("out" in i && i.out === v) || ("outs" in i && i.outs.includes(v)));
}

/** Whether an exit in `at` stands in `list` behind the instruction of that index. */
function reaches(layout: Layout, at: { readonly list: List; readonly index: number }, list: List, index: number): boolean {
  if (at.list === list) return at.index > index;
  const path = chain(layout, at.list);
  const depth = path.indexOf(list);
  if (depth < 0) return false;
  return holderIndex(list, path[depth - 1]!) > index;
}

function someExit(list: List, label: Label, test: (at: { readonly list: List; readonly index: number }) => boolean): boolean {
  return list.some(
    (i, index) => (i.kind === "exit" && i.target === label && test({ list, index })) || nestedBlocks(i).some((b) => someExit(listOfBlock(b), label, test)),
  );
}

/** Appends a value to every exit that goes to a label. */
export function addToExits(list: List, label: Label, value: (at: { readonly list: List; readonly index: number }) => Var): void {
  list.forEach((i, n) => {
    if (i.kind === "exit" && i.target === label) list[n] = { ...i, values: [...i.values, value({ list, index: n })] } satisfies Exit;
    for (const b of nestedBlocks(i)) addToExits(listOfBlock(b), label, value);
  });
}

/**
 * Whether control leaves a loop with every value of `v`: what is computed on the way out exists once, and the exits can hand it on.
 *
 * `body`: that of the loop.
 */
export function leavesWith(layout: Layout, v: Var, body: List): boolean {
  const home = layout.listOf.get(v)!, end = home.at(-1);
  if (home === body || end?.kind !== "exit" || home.slice(definitionIndex(home, v) + 1, -1).some(leaves)) return false;
  // The target stands around the loop.
  const path = chain(layout, body);
  return path.some((list) => { const p = layout.places.get(list); return p?.role === "block" && isBlock(p.parent[holderIndex(p.parent, list)], end.target); });
}

const isBlock = (i: Instruction | undefined, label: Label): boolean => i?.kind === "block" && i.label === label;

/** Gives blocks the out that tells whether they were left by an exit. */
export function addLeftMarks(list: List, ids: Ids, marks: ReadonlyMap<Label, Var>): void {
  list.forEach((i, n) => {
    const mark = i.kind === "block" ? marks.get(i.label) : undefined;
    if (i.kind === "block" && mark) {
      addToExits(listOfBlock(i.body), i.label, () => literalVar(ids, true));
      const body = i.body.dead ? i.body : { ...i.body, yields: [...i.body.yields, literalVar(ids, false)] };
      list[n] = { ...i, body, outs: [...i.outs, mark] } satisfies Instruction;
    }
    for (const b of nestedBlocks(list[n]!)) addLeftMarks(listOfBlock(b), ids, marks);
  });
}

