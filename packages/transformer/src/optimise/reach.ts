import type { Apply, Instruction, IrFunction, Label, Labelled, Raw, Type, Var } from "../ir/ir.ts";
import { bindings } from "../ir/verify.ts";
import { eachInstruction } from "../ir/visit.ts";
import { isReference, joinsOf } from "./memory.ts";

/** Who can reach an object: whether anyone but the function and the callees that only it calls, and which variables. */
export interface Reach {
  isOutside(ref: Var): boolean;
  /** Every Var that may refer to it, or to an object that holds it, at any depth. */
  reaching(ref: Var): ReadonlySet<Var>;
  /** Whether one of the Vars may be the same object as one of `refs`. */
  isAmong(ref: Var, refs: Iterable<Var>): boolean;
}

/**
 * Like `memory`, but with a class of its own for what an object holds in each field: an array of the caller's objects is not the caller's,
 * and neither is a view of the caller's memory. (What only asks for the bits in memory must not use this.)
 *
 * Source: Steensgaard, Points-to analysis in almost linear time, POPL 1996.
 */
export function reach(fn: IrFunction, callees: ReadonlyMap<string, IrFunction>): Reach {
  const things = new Map<Var, Thing>(), results = new Map<IrFunction, Thing>(), outside = makeThing();
  outside.isOutside = true;
  const thingOf = (v: Var): Thing => {
    let thing = things.get(v);
    if (!thing) { things.set(v, (thing = makeThing())); thing.vars.push(v); }
    return find(thing);
  };
  const resultOf = (callee: IrFunction): Thing => {
    let thing = results.get(callee);
    if (!thing) results.set(callee, (thing = makeThing()));
    return thing;
  };
  const same = (a: Var | undefined, b: Var | undefined): void => { if (a && b && isReference(a.type) && isReference(b.type)) unite(thingOf(a), thingOf(b)); };
  const escape = (v: Var | string | null): void => { if (v && typeof v !== "string" && isReference(v.type)) unite(thingOf(v), outside); };
  const holds = (ref: Var, key: Var | string, part: Var | null): void => {
    if (part && isReference(part.type)) unite(partOf(thingOf(ref), keyOf(ref.type, key)), thingOf(part));
  };
  const visit = (of: IrFunction, isRoot: boolean): void => {
    const labels = new Map<Label, Labelled>();
    const end = (v: Var | null): void => { if (isRoot) escape(v); else if (v && isReference(v.type)) unite(thingOf(v), resultOf(of)); };
    eachInstruction(of.body, (i) => {
      if (i.kind === "block") labels.set(i.label, i);
      if (i.kind === "call") {
        const callee = callees.get(i.callee);
        if (!callee) { i.args.forEach(escape); escape(i.out); return; }
        callee.parameters.flatMap((p) => bindings(p.pattern)).forEach((p, k) => same(p, i.args[k]));
        if (i.out && isReference(i.out.type)) unite(thingOf(i.out), resultOf(callee));
      } else if (i.kind === "return") {
        end(i.value);
        for (const [key, v] of i.fields ?? []) {
          if (isRoot) escape(v);
          else if (isReference(v.type)) unite(partOf(resultOf(of), `.${key}`), thingOf(v));
        }
      } else relate(i, labels, { same, escape, holds, thingOf });
    });
    of.body.yields.forEach(end);
  };
  fn.parameters.forEach((p) => bindings(p.pattern).forEach(escape));
  visit(fn, true);
  for (const callee of callees.values()) visit(callee, false);

  const holders = new Map<Thing, Set<Thing>>();
  const every = new Set([...things.values()].map(find));
  for (const thing of every) {
    for (const part of [...thing.parts.values(), ...(thing.any ? [thing.any] : [])]) {
      const p = find(part), of = holders.get(p);
      if (of) of.add(thing); else holders.set(p, new Set([thing]));
      every.add(p);
    }
  }
  const known = new Map<Thing, ReadonlySet<Var>>();
  return {
    isOutside: (ref) => thingOf(ref).isOutside,
    isAmong: (ref, refs) => { const thing = thingOf(ref); for (const r of refs) if (thingOf(r) === thing) return true; return false; },
    reaching(ref) {
      const thing = thingOf(ref);
      let vars = known.get(thing);
      if (!vars) {
        const met = new Set([thing]);
        for (const t of met) holders.get(t)?.forEach((h) => met.add(h));
        known.set(thing, (vars = new Set([...met].flatMap((t) => t.vars))));
      }
      return vars;
    },
  };
}

interface Thing {
  parent: Thing | null;
  isOutside: boolean;
  readonly parts: Map<string, Thing>;
  /** What it holds, where fields are not told apart. */
  any: Thing | null;
  vars: Var[];
}

const makeThing = (): Thing => ({ parent: null, isOutside: false, parts: new Map(), any: null, vars: [] });

function find(thing: Thing): Thing {
  let root = thing;
  while (root.parent) root = root.parent;
  for (let t = thing; t.parent;) { const next = t.parent; t.parent = root; t = next; }
  return root;
}

const everyPart = "*";

function partOf(of: Thing, key: string): Thing {
  const thing = find(of);
  if (thing.isOutside) return thing;
  if (key === everyPart && !thing.any) {
    const any = (thing.any = makeThing()), parts = [...thing.parts.values()];
    thing.parts.clear();
    for (const p of parts) unite(p, any);
    return partOf(thing, key);
  }
  if (thing.any) return find(thing.any);
  let part = thing.parts.get(key);
  if (!part) thing.parts.set(key, (part = makeThing()));
  return find(part);
}

function unite(a: Thing, b: Thing): void {
  const work: (readonly [Thing, Thing])[] = [[a, b]];
  for (let pair = work.pop(); pair; pair = work.pop()) {
    const [p, q] = [find(pair[0]), find(pair[1])];
    if (p === q) continue;
    const [root, child] = p.vars.length >= q.vars.length ? [p, q] : [q, p];
    child.parent = root;
    root.isOutside ||= child.isOutside;
    for (const v of child.vars) root.vars.push(v);
    const parts = [...child.parts];
    if (child.any) {
      if (root.any) work.push([root.any, child.any]);
      else root.any = child.any;
    }
    for (const [key, part] of parts) {
      const own = root.parts.get(key);
      if (own) work.push([own, part]);
      else root.parts.set(key, part);
    }
    child.parts.clear();
    child.any = null;
    child.vars = [];
    const all = root.isOutside ? root : root.any;
    if (!all) continue;
    for (const part of root.parts.values()) work.push([part, all]);
    root.parts.clear();
    if (root.isOutside && root.any) { work.push([root.any, root]); root.any = null; }
  }
}

function keyOf(type: Type, key: Var | string): string {
  const t = type.kind === "optional" ? type.of : type;
  if (t.kind === "array" || t.kind === "tuple" || t.kind === "tape") return "[]";
  return typeof key === "string" ? `.${key}` : everyPart;
}

interface Relations {
  readonly same: (a: Var | undefined, b: Var | undefined) => void;
  readonly escape: (v: Var | string | null) => void;
  readonly holds: (ref: Var, key: Var | string, part: Var | null) => void;
  readonly thingOf: (v: Var) => Thing;
}

function relate(i: Instruction, labels: ReadonlyMap<Label, Labelled>, { same, escape, holds, thingOf }: Relations): void {
  switch (i.kind) {
    case "apply": chooses(i).forEach((a) => same(a, i.out)); break;
    case "raw": relateRaw(i, escape, thingOf); break;
    case "throw": i.parts.forEach(escape); break;
    case "read": case "takeFrom": holds(i.ref, i.key, i.out); break;
    case "write": case "addTo": holds(i.ref, i.key, i.value); break;
    case "pop": holds(i.ref, "", i.out); break;
    case "push": holds(i.ref, "", i.value); break;
    case "array": i.elements.forEach((e) => holds(i.out, "", e)); break;
    case "record": i.fields.forEach(([key, v]) => holds(i.out, key, v)); break;
    case "copy": unite(partOf(thingOf(i.ref), everyPart), partOf(thingOf(i.out), everyPart)); break;
    case "zeros": if (i.shared) { escape(i.out); escape(i.shared.made); } break;
    case "tapeRecord": holds(i.tape, "", i.value); break;
    case "tapeRecall": holds(i.tape, "", i.out); break;
    case "if": case "block": case "exit": case "loop": joinsOf(i, labels, same); break;
    default: break;
  }
}

/** The operands that the result may be. */
const chooses = (i: Apply): readonly Var[] => (isReference(i.out.type) ? i.args : []);

/** Text that makes an array of its own of what its operands are asked. */
const makesArray = /^(?:\[\.\.\.|Object\.keys\()/;

function relateRaw(i: Raw, escape: Relations["escape"], thingOf: Relations["thingOf"]): void {
  if (cutOf(i) !== null) return;
  // An object that is put into a map is held by it, though that may be done as often as one likes.
  if (!i.pure || i.parts.some((p) => typeof p === "string" && p.includes(".set("))) { i.parts.forEach(escape); escape(i.out); return; }
  if (!i.out || !isReference(i.out.type)) return;
  if (typeof i.parts[0] === "string" && makesArray.test(i.parts[0]) && i.out.type.kind === "array" && !isReference(i.out.type.element)) return;
  // What is seen through text may be any of its operands, or part of one.
  const out = thingOf(i.out);
  unite(partOf(out, everyPart), out);
  for (const p of i.parts) if (typeof p !== "string" && isReference(p.type)) { unite(thingOf(p), out); unite(partOf(thingOf(p), everyPart), thingOf(p)); }
}

/** `ref.length = n` of the reverse sweep. */
export function cutOf(i: Instruction): { readonly ref: Var; readonly length: Var } | null {
  if (i.kind !== "raw" || i.pure || i.out || i.parts.length !== 3 || i.parts[1] !== ".length = ") return null;
  const [ref, , length] = i.parts;
  return typeof ref === "object" && typeof length === "object" ? { ref, length } : null;
}
