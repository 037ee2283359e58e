import type { Block, IrFunction, Label, Var } from "../ir/ir.ts";
import { definitions, nestedBlocks } from "../ir/visit.ts";
import { isSameValue, Replacements } from "./replacements.ts";

/**
 * Reads the source in place of an out of `if` or `block` that is one value on every way: `y = c ? x : x`.
 *
 * Requires  verified IR.
 * Ensures   such outs are unread (eliminateDead removes them), unless the source is not visible outside the construct.
 * Method    one walk that notes how deep each Var is defined; inner constructs first, since their outs are sources of outer ones.
 */
export function pruneJoins(fn: IrFunction): IrFunction {
  const state: State = { depthOf: new Map(), exits: new Map(), replacements: new Replacements() };
  walk(fn.body, 0, state);
  return state.replacements.in(fn);
}

interface State {
  /** How many constructs hold the definition of a Var; the parameters of the function are not in it. */
  readonly depthOf: Map<Var, number>;
  /** The values of the exits to each label. */
  readonly exits: Map<Label, (readonly Var[])[]>;
  readonly replacements: Replacements;
}

function walk(block: Block, depth: number, state: State): void {
  for (const i of block.instructions) {
    if (i.kind === "loop") i.params.forEach((p) => state.depthOf.set(p, depth + 1));
    if (i.kind === "block") state.exits.set(i.label, []);
    if (i.kind === "exit") state.exits.get(i.target)?.push(i.values);
    for (const nested of nestedBlocks(i)) walk(nested, depth + 1, state);
    definitions(i).forEach((v) => state.depthOf.set(v, depth));
    if (i.kind === "if") join(i.outs, ends([i.then, i.else]), depth, state);
    if (i.kind === "block") join(i.outs, [...ends([i.body]), ...(state.exits.get(i.label) ?? [])], depth, state);
  }
}

const ends = (blocks: readonly Block[]): readonly (readonly Var[])[] => blocks.filter((b) => !b.dead).map((b) => b.yields);

function join(outs: readonly Var[], ways: readonly (readonly Var[])[], depth: number, { depthOf, replacements }: State): void {
  outs.forEach((out, k) => {
    const [first, ...rest] = ways.map((values) => values[k]).filter((v) => v !== undefined).map(replacements.resolve);
    // A Var of this depth that an arm could see was defined before the construct, so it is visible after it.
    const isVisible = first && (first.literal !== undefined || (depthOf.get(first) ?? 0) <= depth);
    if (first && isVisible && rest.every((v) => isSameValue(v, first))) replacements.set(out, first);
  });
}
