import { bug } from "../diagnostics/bug.ts";
import type { Block, Instruction, Var } from "../ir/ir.ts";
import { definitions, nestedBlocks, operands, renameInstruction } from "../ir/visit.ts";

/** The instructions of a Block: identifies the Block while its gradient is under construction. */
export type List = Instruction[];

/** What holds a Block. */
export interface Place { readonly parent: List; readonly role: "then" | "else" | "head" | "body" | "block" }

/** Where everything stands in a function under construction. */
export interface Layout {
  readonly places: ReadonlyMap<List, Place>;
  /** The Block in which a Var is visible; absent for parameters of the function and literals. */
  readonly listOf: ReadonlyMap<Var, List>;
  readonly instructionOf: ReadonlyMap<Var, Instruction>;
}

// Blocks under construction are mutable: the lists are made fresh for each gradient.
export const listOfBlock = (block: Block): List => block.instructions as List;

export function layoutOf(body: Block): Layout {
  const places = new Map<List, Place>(), listOf = new Map<Var, List>(), instructionOf = new Map<Var, Instruction>();
  const visit = (list: List): void => {
    for (const i of list) {
      for (const v of definitions(i)) { listOf.set(v, list); instructionOf.set(v, i); }
      const enter = (block: Block, role: Place["role"]): void => {
        const inner = listOfBlock(block);
        places.set(inner, { parent: list, role });
        visit(inner);
      };
      switch (i.kind) {
        case "if": enter(i.then, "then"); enter(i.else, "else"); break;
        case "block": enter(i.body, "block"); break;
        case "loop": {
          for (const p of i.params) { listOf.set(p, listOfBlock(i.body)); instructionOf.set(p, i); }
          enter(i.head, "head"); enter(i.body, "body");
          break;
        }
        default: break;
      }
    }
  };
  visit(listOfBlock(body));
  return { places, listOf, instructionOf };
}

/** The list and those around it, innermost first. */
export function chain(layout: Layout, list: List): readonly List[] {
  const found = [list];
  for (let p = layout.places.get(list); p; p = layout.places.get(p.parent)) found.push(p.parent);
  return found;
}

/** The construct in `parent` that holds the Block `inner`. */
export function holderIndex(parent: List, inner: List): number {
  const n = parent.findIndex((i) => nestedBlocks(i).some((b) => b.instructions === inner));
  return n >= 0 ? n : bug("a block lost its construct");
}

/** Whether `v` is visible in `list` (a loop's parameters also in its head). */
export function isVisible(layout: Layout, v: Var, list: List): boolean {
  const home = layout.listOf.get(v);
  if (!home || v.literal) return true;
  for (let at: List | undefined = list; at; at = layout.places.get(at)?.parent) {
    if (at === home) return true;
    const place = layout.places.get(at);
    if (place?.role === "head") {
      const i: Instruction = place.parent[holderIndex(place.parent, at)]!;
      if (i.kind === "loop" && i.body.instructions === home && i.params.includes(v)) return true;
    }
  }
  return false;
}

/** Calls `visit` for each use in the Block with the list in which it must be visible. */
export function eachUseIn(list: List, visit: (v: Var, at: List) => void): void {
  for (const i of list) {
    for (const v of operands(i)) visit(v, list);
    if (i.kind === "loop") {
      if (i.condition) visit(i.condition, listOfBlock(i.head));
      for (const v of i.body.yields) visit(v, listOfBlock(i.body));
      eachUseIn(listOfBlock(i.head), visit);
      eachUseIn(listOfBlock(i.body), visit);
    } else {
      for (const b of nestedBlocks(i)) {
        for (const v of b.yields) visit(v, listOfBlock(b));
        eachUseIn(listOfBlock(b), visit);
      }
    }
  }
}

/** Replaces uses in place; the lists stay the same. */
export function replaceUses(list: List, replace: (v: Var, at: List) => Var): void {
  for (let n = 0; n < list.length; n++) {
    const i = list[n]!;
    const here = (v: Var): Var => replace(v, list);
    const inner = (b: Block): Block => {
      const l = listOfBlock(b);
      replaceUses(l, replace);
      return { ...b, yields: b.yields.map((v) => replace(v, l)) };
    };
    switch (i.kind) {
      case "if": list[n] = { ...i, condition: here(i.condition), then: inner(i.then), else: inner(i.else) }; break;
      case "block": list[n] = { ...i, body: inner(i.body) }; break;
      case "loop": {
        const head = listOfBlock(i.head);
        list[n] = { ...i, inits: i.inits.map(here), head: inner(i.head), condition: i.condition && replace(i.condition, head), body: inner(i.body) };
        break;
      }
      default: if (operands(i).some((v) => here(v) !== v)) list[n] = renameInstruction(i, { use: here, define: (v) => v, label: (l) => l });
    }
  }
}
