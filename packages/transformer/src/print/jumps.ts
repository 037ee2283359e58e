import type { LoopStatement, Statement, Target } from "./tree.ts";
import { isDead, mapNestedLists } from "./walk.ts";
import { negate } from "./conditions.ts";

/** A place in the program, for telling whether a jump goes there. */
type Place = number;

interface Context {
  /** Where control goes after a block of that label. */
  readonly ends: Map<number, Place>;
  readonly loops: readonly { readonly next: Place; readonly end: Place; readonly label: Target }[];
  /** Labels that a jump names. */
  readonly named: Set<number>;
  /** What the user calls a loop. */
  readonly names: Map<number, string>;
  readonly fresh: () => Place;
}

const functionEnd: Place = 0;

/**
 * Exits as a person writes them: nothing where control arrives there anyway, else `continue`, `break` or `return`, with a
 * label only if the loop is not the innermost; a labelled block only if all else fails.
 */
export function resolveJumps(list: readonly Statement[]): readonly Statement[] {
  let next = 1;
  const context: Context = { ends: new Map(), loops: [], named: new Set(), names: new Map(), fresh: () => next++ };
  return resolve(list, functionEnd, context);
}

function resolve(list: readonly Statement[], after: Place, context: Context): readonly Statement[] {
  // Where control is before each statement: an exit is where it goes.
  const out: (readonly Statement[])[] = [];
  const places: Place[] = [];
  let place = after;
  for (const s of list.toReversed()) {
    places.unshift(place);
    place = s.kind === "exit" ? context.ends.get(s.label.id) ?? context.fresh() : s.kind === "heading" ? place : context.fresh();
  }
  list.forEach((s, k) => out.push(resolveOne(s, places[k] ?? after, context)));
  return out.flat();
}

function resolveOne(s: Statement, after: Place, context: Context): readonly Statement[] {
  switch (s.kind) {
    case "exit": {
      const end = context.ends.get(s.label.id);
      if (end === after) return [];
      const inner = context.loops.at(-1);
      if (inner && end === inner.next) return [{ kind: "jump", word: "continue", label: null, origin: s.origin, derivative: s.derivative }];
      if (inner && end === inner.end) return [{ kind: "jump", word: "break", label: null, origin: s.origin, derivative: s.derivative }];
      if (end === functionEnd) return [{ kind: "return", value: null, origin: s.origin, derivative: s.derivative }];
      const loop = context.loops.findLast((l) => l.next === end || l.end === end);
      if (loop) {
        context.named.add(loop.label.id);
        if (s.label.user) context.names.set(loop.label.id, s.label.name);
        return [{ kind: "jump", word: loop.next === end ? "continue" : "break", label: loop.label, origin: s.origin, derivative: s.derivative }];
      }
      context.named.add(s.label.id);
      return [{ kind: "jump", word: "break", label: s.label, origin: s.origin, derivative: s.derivative }];
    }
    case "block": {
      context.ends.set(s.label.id, after);
      const body = resolve(s.body, after, context);
      return context.named.has(s.label.id) ? [{ ...s, body }] : body;
    }
    case "loop": return [resolveLoop(s, after, context)];
    default: return [mapNestedLists(s, (inner) => resolve(inner, after, context))];
  }
}

function resolveLoop(s: LoopStatement, after: Place, context: Context): Statement {
  const next = context.fresh(), label: Target = { id: -next, name: "loop", purpose: "loop", user: false };
  const inside: Context = { ...context, loops: [...context.loops, { next, end: after, label }] };
  const body = resolve(s.body, next, inside);
  return { ...s, body, label: context.named.has(label.id) ? { ...label, name: context.names.get(label.id) ?? label.name } : null };
}

/** Flattens `else` after an arm that leaves, and turns empty arms round. */
export function straighten(list: readonly Statement[]): readonly Statement[] {
  return list.flatMap((s): readonly Statement[] => {
    const inner = mapNestedLists(s, straighten);
    if (inner.kind !== "if") return [inner];
    if (inner.then.length === 0 && inner.else.length > 0) return straightened({ ...inner, condition: negate(inner.condition), then: inner.else, else: [] });
    return straightened(inner);
  });
}

function straightened(s: Statement & { readonly kind: "if" }): readonly Statement[] {
  return isDead(s.then) && s.else.length > 0 ? [{ ...s, else: [] }, ...s.else] : [s];
}
