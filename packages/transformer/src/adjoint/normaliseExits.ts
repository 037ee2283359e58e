import type { Block, Exit, If, Instruction, IrFunction, Label, Labelled, Var } from "../ir/ir.ts";
import type { Ids } from "../ir/build.ts";
import { endsBlock, freshLabel, freshVar, idsOf, literalVar, makeBlock, booleanType, integerType } from "../ir/build.ts";
import { exitsTo, exitTargets } from "../ir/exits.ts";
import { mapNested, substitute } from "../ir/visit.ts";
import { definitionsIn, isInteger } from "../analysis/loops.ts";
import { absent, maybeAbsent, handsOnItsOwn, sinkExits, type WholeNumbers } from "./sinkExits.ts";

/**
 * Brings every exit into a place that the reverse sweep can follow without flags of its own.
 *
 * Requires  verified IR.
 * Ensures   an `if` that leaves its Block, or throws, has one dead arm and an empty other one (`if (c) return …;`), or two dead arms;
 *           a loop that is left is the last instruction of the body of the block it is left to; no other instruction is left.
 *           No loop has a dead body. Loops hand on only their own variables where that can be had (sinkExits.ts).
 * Method    bottom-up. The live arm of an `if` with a dead one moves behind it. Anything else that is left gets a block of its own:
 *           its exits go there with a mark and what they carry, and an `if` behind it goes on to the real target.
 * Source    the marks of Griewank & Walther, Evaluating Derivatives, section 4 (call and branch records), as SSA values.
 */
export function normaliseExits(fn: IrFunction): IrFunction {
  const ids = idsOf(fn);
  const outsOf = new Map<Label, readonly Var[]>(), defs = definitionsIn(fn.body), wholes = new Set<Var>();
  const whole = { has: (v: Var): boolean => wholes.has(v) || isInteger(v, defs), add: (v: Var): void => { wholes.add(v); } };
  const body = normaliseBlock(fn.body, null, { ids, outsOf, whole });
  return body === fn.body ? fn : { ...fn, body, nextId: ids.next };
}

interface Context { readonly ids: Ids; readonly outsOf: Map<Label, readonly Var[]>; readonly whole: WholeNumbers }

/** `owner`: the block construct whose body this Block is. */
function normaliseBlock(block: Block, owner: Labelled | null, c: Context): Block {
  const out: Instruction[] = [];
  const rename = new Map<Var, Var>();
  let changed = false;
  const resolve = (v: Var): Var => { let w = v; for (let n = rename.get(w); n; n = rename.get(w)) w = n; return w; };
  const queue = [...block.instructions];
  for (let n = 0; n < queue.length; n++) {
    const original = queue[n]!;
    if (original.kind === "loop" && original.body.dead) {
      // It makes one trip at most.
      const { head, body, condition, params, inits, outs, origin } = original;
      params.forEach((p, k) => rename.set(p, inits[k]!));
      outs.forEach((o, k) => rename.set(o, inits[k]!));
      const trip: readonly Instruction[] = condition ? [{ kind: "if", origin, condition, then: body, else: makeBlock([]), outs: [] }] : body.instructions;
      queue.splice(n + 1, condition ? 0 : queue.length, ...head.instructions, ...trip);
      changed = true;
      continue;
    }
    if (original.kind === "block") c.outsOf.set(original.label, original.outs);
    const i = mapNested(original, (b) => normaliseBlock(b, original.kind === "block" ? original : null, c));
    changed ||= i !== original;
    if (i.kind === "block" && !exitsTo(i.body, i.label)) {
      // Nothing leaves to its end any more.
      i.outs.forEach((o, k) => { const v = i.body.yields[k]; if (v) rename.set(o, v); });
      queue.splice(n + 1, i.body.dead ? queue.length : 0, ...i.body.instructions);
      changed = true;
      continue;
    }
    const targets = exitTargets(i);
    const throws = i.kind === "if" && i.then.dead !== i.else.dead;
    if ((targets.size === 0 && !throws) || i.kind === "exit") { out.push(i); continue; }
    if (i.kind === "if" && i.then.dead && i.else.dead) { out.push(i); continue; }
    if (i.kind === "if" && (i.then.dead || i.else.dead)) {
      const live = i.then.dead ? i.else : i.then;
      if (live.instructions.length > 0 || i.outs.length > 0) {
        // The live arm runs exactly when the rest does: it may as well stand behind.
        i.outs.forEach((o, k) => rename.set(o, live.yields[k]!));
        queue.splice(n + 1, 0, ...live.instructions);
        changed = true;
      }
      const empty: Block = { instructions: [], yields: [], dead: false };
      out.push(i.then.dead ? { ...i, else: empty, outs: [] } : { ...i, then: empty, outs: [] });
      continue;
    }
    const last = n === queue.length - 1;
    if (i.kind === "loop") {
      const isEnd = last && owner && targets.size === 1 && targets.has(owner.label);
      if (isEnd && handsOnItsOwn(i, owner, block.yields.map(resolve))) { out.push(i); continue; }
      // At the end of the block that it leaves, with what the end gives: no way of its own.
      const isNormal = (exit: Exit): boolean => last && exit.target === owner?.label && exit.values.every((v, k) => v === resolve(block.yields[k]!));
      const sunk = sinkExits(i, c.ids, c.whole, isNormal);
      if (sunk) {
        changed = true;
        out.push(...sunk);
        if (endsBlock(out.at(-1))) break;
        continue;
      }
      if (isEnd) { out.push(i); continue; }
    }
    changed = true;
    out.push(...redirect(i as If | Labelled | Extract<Instruction, { kind: "loop" }>, [...targets], c, rename));
    if (endsBlock(out.at(-1))) break;
  }
  if (!changed) return block;
  const made = makeBlock(out, block.yields);
  return rename.size === 0 ? made : substitute(made, resolve);
}

function redirect(
  i: If | Labelled | Extract<Instruction, { kind: "loop" }>,
  targets: readonly Label[],
  c: Context,
  rename: Map<Var, Var>,
): readonly Instruction[] {
  const { ids } = c;
  const own = i.kind === "block" ? i.label : freshLabel(ids);
  // A construct whose end is never reached has no normal way on.
  const ends = endsBlock(i);
  const single = targets.length === 1;
  const marked = !(ends && single);
  const mark = freshVar(ids, "left", single ? booleanType : integerType);
  // What is carried out under a name that an out has too goes in that out: only one of them is read behind.
  const sharing = new Set<Var>();
  const payloads = targets.map((t) => {
    const free = new Set(i.outs);
    return (c.outsOf.get(t) ?? []).map((o) => {
      const same =
        o.name === null
          ? undefined
          : [...free].find(
              (v) =>
                v.name === o.name &&
                v.type.kind === o.type.kind &&
                (v.type === o.type || v.type.kind === "number" || v.type.kind === "integer" || v.type.kind === "boolean"),
            );
      if (!same) return freshVar(ids, o.name, marked ? maybeAbsent(o.type) : o.type);
      free.delete(same);
      sharing.add(same);
      return same;
    });
  });
  const all = payloads.flat().filter((v) => !sharing.has(v));

  const carried = (way: number, values: readonly Var[]): readonly Var[] => {
    const given = new Map(payloads[way - 1]?.map((v, k) => [v, values[k]!] as const));
    const mine = (v: Var): Var => given.get(v) ?? absent(ids, v.type);
    return [...i.outs.map(mine), ...(marked ? [literalVar(ids, single ? way > 0 : way)] : []), ...all.map(mine)];
  };
  const normal = (values: readonly Var[]): readonly Var[] => [
    ...values,
    ...(marked ? [literalVar(ids, single ? false : 0)] : []),
    ...all.map((v) => absent(ids, v.type)),
  ];
  const rewrite = (b: Block): Block => {
    const instructions = b.instructions.map((j): Instruction => {
      if (j.kind !== "exit") return mapNested(j, rewrite);
      const way = targets.indexOf(j.target) + 1;
      if (way > 0) return { ...j, target: own, values: carried(way, j.values) } satisfies Exit;
      return i.kind === "block" && j.target === own ? { ...j, values: normal(j.values) } : j;
    });
    return { instructions, yields: b.yields, dead: b.dead };
  };

  // Where an exit leaves nothing behind, what it would have left may be missing.
  const left = i.outs.map((o) => {
    const type = maybeAbsent(o.type);
    if (type === o.type) return o;
    const out = freshVar(ids, o.name, type);
    rename.set(o, out);
    return out;
  });
  const outs = [...left, ...(marked ? [mark] : []), ...all];
  c.outsOf.set(own, outs);
  let holder: Labelled;
  if (i.kind === "block") {
    const body = rewrite(i.body);
    holder = { ...i, body: body.dead ? body : { ...body, yields: normal(body.yields) }, outs };
  } else {
    const inner = i.outs.map((o) => freshVar(ids, o.name, o.type));
    const construct = { ...mapNested(i, rewrite), outs: inner } as Instruction;
    holder = { kind: "block", origin: i.origin, label: own, purpose: i.kind === "loop" ? "break" : "plain", body: makeBlock([construct], normal(inner)), outs };
  }
  const result: Instruction[] = [holder];
  targets.forEach((target, t) => {
    const exit: Exit = { kind: "exit", origin: i.origin, target, values: payloads[t]! };
    if (ends && t === targets.length - 1) {
      result.push(exit);
      return;
    }
    let condition = mark;
    if (!single) {
      condition = freshVar(ids, null, booleanType);
      result.push({ kind: "apply", origin: i.origin, op: "===", args: [mark, literalVar(ids, t + 1)], out: condition });
    }
    result.push({ kind: "if", origin: i.origin, condition, then: makeBlock([exit]), else: { instructions: [], yields: [], dead: false }, outs: [] });
  });
  return result;
}
