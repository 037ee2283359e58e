import { isReference } from "../analysis/aliases.ts";
import type { Block, Exit, If, Instruction, Labelled, Loop, Type, Var } from "../ir/ir.ts";
import type { Ids } from "../ir/build.ts";
import { isLeft } from "../ir/exits.ts";
import { booleanType, emptyBlock, freshLabel, freshVar, integerType, literalVar, makeBlock } from "../ir/build.ts";
import { definitions, eachUse, isPure, nestedBlocks, operands, renameInstruction, substitute } from "../ir/visit.ts";

/**
 * Lets a loop that is left in the middle of a trip hand on nothing but its own variables, as they are there, and says behind the loop
 * what was to be done on leaving:
 *
 *     for (…) { c = …; if (c) return e; … }        for (…) { c = …; if (c) { left = true; break; } … }
 *                                                  if (left) return e;
 *
 * So the trip that is left has no derivative of its own, and the reverse sweep runs over whole trips (stopping.ts).
 *
 * Requires  exits at the top of the body, each in an `if` with one dead arm or at the end.
 * Ensures   the same values in the same order of effects: what leaves runs nothing else before it gets to where it is now. Numbers made in the
 *           trip are computed again behind the loop, with the same operations; nothing impure and nothing that reads written memory is.
 *
 * `isNormal`: whether an exit behind the loop does what is done there anyway. Returns null where a number would have to be carried out that cannot be computed again.
 */
export function sinkExits(loop: Loop, ids: Ids, whole: WholeNumbers, isNormal: (exit: Exit) => boolean): readonly Instruction[] | null {
  const { body } = loop;
  const places = leavingPlaces(body);
  if (places.length === 0) return null;
  const own = freshLabel(ids);
  const outs = loop.condition ? loop.outs : loop.params.map((p) => freshVar(ids, p.name, p.type));
  const inner = loop.condition ? outs.map((o) => freshVar(ids, o.name, o.type)) : [];

  const ways: { readonly place: Place; readonly values: readonly Var[]; readonly payload: ReadonlyMap<Var, Var>; readonly arm: readonly Instruction[] }[] = [];
  for (const place of places) {
    const way = (body.dead ? null : new Way(loop, place, outs, ids, whole, "after").solve()) ?? new Way(loop, place, outs, ids, whole, "before").solve();
    if (!way) return null;
    const arm = [...way.before, ...substitute(place.arm, (v) => way.env.get(v) ?? v).instructions];
    ways.push({ place, values: way.values, payload: way.payload, arm });
  }
  // Only ways on which something is left to be done are told apart.
  const apart = ways.filter(({ arm: [first] }) => !(first?.kind === "exit" && isNormal(first) && loop.condition !== null));
  const single = apart.length === 1, marked = apart.length > (loop.condition ? 0 : 1);
  const mark = freshVar(ids, "left", single ? booleanType : integerType);

  const payloads = ways.flatMap((w) => [...w.payload]);
  const carried = (n: number, values: readonly Var[]): readonly Var[] => [
    ...values,
    ...(marked ? [literalVar(ids, single ? n > 0 : n)] : []),
    ...ways.flatMap((w) => [...w.payload.keys()].map((v) => (n > 0 && w === apart[n - 1] ? v : absent(ids, v.type)))),
  ];
  const exits = ways.map((w): Exit => ({ kind: "exit", origin: w.place.instruction.origin, target: own, values: carried(apart.indexOf(w) + 1, w.values) }));
  const instructions = body.instructions.map((i): Instruction => {
    const n = places.findIndex((p) => p.instruction === i);
    const exit = exits[n], place = places[n];
    if (!exit || !place) return i;
    if (place.side === null) return exit;
    const arm = makeBlock([exit]);
    return place.side === "then" ? { ...(i as If), then: arm } : { ...(i as If), else: arm };
  });
  const construct: Loop = { ...loop, body: { ...body, instructions }, outs: inner };
  const holder: Labelled = {
    kind: "block", origin: loop.origin, label: own, purpose: "break", body: makeBlock([construct], loop.condition ? carried(0, inner) : []),
    outs: [...outs, ...(marked ? [mark] : []), ...payloads.map(([, out]) => out)],
  };
  const result: Instruction[] = [holder];
  apart.forEach(({ place, arm }, n) => {
    if (loop.condition === null && n === apart.length - 1) { result.push(...arm); return; }
    let condition = mark;
    if (!single) {
      condition = freshVar(ids, null, booleanType);
      result.push({ kind: "apply", origin: loop.origin, op: "===", args: [mark, literalVar(ids, n + 1)], out: condition });
    }
    result.push({ kind: "if", origin: place.instruction.origin, condition, then: makeBlock(arm), else: emptyBlock, outs: [] });
  });
  return result;
}

/** What is known to be whole numbers, and so to have no derivative worth a trip of its own. */
export interface WholeNumbers { has(v: Var): boolean; add(v: Var): void }

/** Where a trip may leave: the dead arm of an `if`, or (`side` null) the end of the body. */
interface Place { readonly instruction: Instruction; readonly at: number; readonly side: "then" | "else" | null; readonly arm: Block }

function leavingPlaces(body: Block): readonly Place[] {
  return body.instructions.flatMap((i, at): Place[] => {
    if (!isLeft(i)) return [];
    if (i.kind === "if" && i.then.dead !== i.else.dead)
      return [{ instruction: i, at, side: i.then.dead ? "then" : "else", arm: i.then.dead ? i.then : i.else }];
    return [{ instruction: i, at, side: null, arm: makeBlock([i]) }];
  });
}

/** More operations than this are not repeated behind the loop. */
const longest = 60;

/**
 * One way out: what stands behind the loop for the values it needs. `before`: the variables of the loop are handed on as they were when
 * the trip began; `after`: as the next trip would have had them, for a way out at the end of the trip.
 */
class Way {
  private readonly env = new Map<Var, Var>();
  private readonly payload = new Map<Var, Var>();
  private readonly before: Instruction[] = [];
  private readonly definedAt = new Map<Var, number>();
  private readonly effects: readonly number[];
  private readonly loop: Loop;
  private readonly place: Place;
  private readonly outs: readonly Var[];
  private readonly ids: Ids;
  private readonly kind: "before" | "after";
  private readonly whole: WholeNumbers;

  constructor(loop: Loop, place: Place, outs: readonly Var[], ids: Ids, whole: WholeNumbers, kind: "before" | "after") {
    this.loop = loop;
    this.place = place;
    this.outs = outs;
    this.ids = ids;
    this.kind = kind;
    this.whole = whole;
    for (const i of loop.head.instructions) for (const v of definitions(i)) this.definedAt.set(v, -1);
    loop.body.instructions.forEach((i, n) => { for (const v of definitions(i)) this.definedAt.set(v, n); });
    this.effects = loop.body.instructions.flatMap((i, n) => (hasEffect(i) ? [n] : []));
  }

  solve(): { values: readonly Var[]; payload: ReadonlyMap<Var, Var>; before: readonly Instruction[]; env: ReadonlyMap<Var, Var> } | null {
    const { loop, place } = this;
    const visible = (v: Var): boolean => (this.definedAt.get(v) ?? -1) < place.at;
    // The end of the trip but for tests and counters.
    const isEnd = (): boolean =>
      loop.body.instructions.slice(place.at + 1).every((i) => i.kind === "apply" || i.kind === "length" || (i.kind === "if" && isLeft(i))) &&
      loop.body.yields.every((v) => visible(v) || !mayBeNumber(v.type) || this.whole.has(v));
    if (this.kind === "after" && !isEnd()) return null;
    const values = loop.params.map((p, n) => {
      const next = loop.body.yields[n];
      return this.kind === "after" && next && visible(next) ? next : p;
    });
    values.forEach((v, n) => { if (!v.literal) this.env.set(v, this.outs[n]!); });
    const inArm = new Set<Var>();
    const collect = (b: Block): void => {
      for (const i of b.instructions) {
        for (const v of definitions(i)) inArm.add(v);
        if (i.kind === "loop") for (const p of i.params) inArm.add(p);
        nestedBlocks(i).forEach(collect);
      }
    };
    collect(place.arm);
    let possible = true;
    eachUse(place.arm, (v) => { if (possible && !inArm.has(v)) possible = this.provide(v) !== null; });
    return possible && this.before.length <= longest ? { values, payload: this.payload, before: this.before, env: this.env } : null;
  }

  /** What stands for a value behind the loop, or null. */
  private provide(v: Var): Var | null {
    if (v.literal) return v;
    const known = this.env.get(v);
    if (known) return known;
    const param = this.loop.params.includes(v), at = this.definedAt.get(v);
    if (!param && at === undefined) return v; // from outside of the loop
    const i = at === undefined ? undefined : at < 0 ? this.loop.head.instructions.find((j) => definitions(j).includes(v)) : this.loop.body.instructions[at];
    if (this.kind === "before" && i && this.isRepeatable(i, at ?? -1)) {
      const args = new Map<Var, Var>();
      let possible = true;
      for (const o of inputs(i)) {
        const value = this.provide(o);
        if (value) args.set(o, value); else possible = false;
      }
      if (possible) {
        const out = freshVar(this.ids, v.name, v.type);
        this.before.push(renameInstruction(i, { use: (o) => args.get(o) ?? o, define: () => out, label: (l) => l }));
        this.env.set(v, out);
        return out;
      }
    }
    // A number is left to its trip, for its derivative is there; anything else can be carried out.
    if (mayBeNumber(v.type) && !this.whole.has(v)) return null;
    const out = freshVar(this.ids, v.name, maybeAbsent(v.type));
    if (this.whole.has(v)) this.whole.add(out);
    this.payload.set(v, out);
    this.env.set(v, out);
    return out;
  }

  private isRepeatable(i: Instruction, at: number): boolean {
    if (i.kind === "apply") return true;
    return (i.kind === "read" || i.kind === "length") && !this.effects.some((n) => n > at && n < this.place.at);
  }
}

function inputs(i: Instruction): readonly Var[] {
  return i.kind === "apply" && i.gate ? [...operands(i), ...i.gate.args] : operands(i);
}

function hasEffect(i: Instruction): boolean {
  if (i.kind === "exit" || i.kind === "throw") return false;
  if (nestedBlocks(i).length > 0) return nestedBlocks(i).some((b) => b.instructions.some(hasEffect));
  return !isPure(i);
}

function mayBeNumber(t: Type): boolean {
  return (
    t.kind === "number" ||
    t.kind === "matrix" ||
    (t.kind === "optional" && mayBeNumber(t.of)) ||
    t.kind === "opaque" ||
    t.kind === "array" ||
    t.kind === "tuple" ||
    t.kind === "record"
  );
}

/** Whether a loop at the end of the block it is left to hands on only its own variables, so that nothing has to be sunk. */
export function handsOnItsOwn(loop: Loop, owner: Labelled, yields: readonly Var[]): boolean {
  const places = leavingPlaces(loop.body);
  const counterparts = new Map<number, number>();
  return places.every((place) => {
    const [exit, ...more] = place.arm.instructions;
    if (exit?.kind !== "exit" || more.length > 0) return false;
    const after = loop.body.instructions.slice(place.at + 1).every((i) => i.kind === "apply" || i.kind === "length" || (i.kind === "if" && isLeft(i)));
    return exit.values.every((v, k) => {
      if (!mayBeNumber(owner.outs[k]!.type)) return true;
      const fits = (j: number): boolean => {
        if (loop.params[j] !== v && !(after && loop.body.yields[j] === v)) return false;
        if (loop.condition ? yields[k] !== loop.outs[j] : (counterparts.get(k) ?? j) !== j) return false;
        counterparts.set(k, j);
        return true;
      };
      return loop.params.some((_, j) => fits(j));
    });
  });
}

/** The type of what has a value on some ways only: for numbers and booleans there is a literal that nobody reads. */
export const maybeAbsent = (type: Type): Type =>
  (isReference(type) || type.kind === "matrix") && type.kind !== "optional" ? { kind: "optional", of: type } : type;

/** What stands for a value on a way that has none: never read there. */
export function absent(ids: Ids, type: Type): Var {
  switch (type.kind) {
    case "number":
    case "integer":
      return literalVar(ids, 0);
    case "boolean":
      return literalVar(ids, false);
    case "string":
      return literalVar(ids, "");
    // `number | boolean` has no place for `undefined`
    case "optional":
      return !type.besides || type.besides.includes("undefined")
        ? literalVar(ids, undefined)
        : type.besides.includes("null")
          ? literalVar(ids, null)
          : absent(ids, type.of);
    default:
      return literalVar(ids, undefined);
  }
}

