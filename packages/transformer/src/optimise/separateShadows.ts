import { freshAccumulator, freshVar, idsOf, type Ids } from "../ir/build.ts";
import type { Block, Declare, Instruction, IrFunction, Origin, Read, RecordType, TupleType, Type, Var, Zeros } from "../ir/ir.ts";
import { definitions, eachInstruction, mapNested, nestedBlocks, operands, substitute } from "../ir/visit.ts";

/** A record of more numbers is kept together: that many variables of their own would say less. */
const mostNumbers = 9;

/**
 * Makes variables of the parts of gradients of records and tuples, which are put together where they are returned:
 *
 *     dp = zeros like p;  dp.x += u;  dp.y -= v;  return { dp }        return { dp: { x: u, y: -v } }
 *     dp.W = zerosLike(p.W);  addTo(dp.W, v);  return { dp }           const dW = v;  return { dp: { W: dW } }
 *
 * Requires  verified IR, before `accumulate`.
 * Ensures   the same values; what something else may hold, is reached by a computed subscript or has parts that may be missing stays as it is.
 */
export function separateShadows(fn: IrFunction): IrFunction {
  const ids = idsOf(fn), whole = fn.body.instructions.filter((i) => isApart(i, fn.body));
  if (whole.length === 0) return fn;
  const fieldNames = whole.flatMap((i) => partNames(i.out.type)), others = namesOf(fn);
  const shared = new Set(fieldNames.filter((name, n) => fieldNames.indexOf(name) !== n || others.has(`d${name}`)));
  const chosen = new Map<Instruction, Separated>(), parts = new Map<Var, Part>();
  for (const i of whole) {
    const passing = passedOn(fn.body, i.out);
    const made = separate(ids, i.out.type, i, (path) => (passing.has(path.join()) ? null : nameOf(i.out.name, path, shared)));
    chosen.set(i, made);
    parts.set(i.out, made);
  }
  const partAt = (ref: Var, key: Var | string): Part | undefined => {
    const holder = parts.get(ref), name = keyText(key);
    return holder && "parts" in holder && name !== null ? holder.parts.get(name) : undefined;
  };

  const visit = (block: Block): Block => ({ ...block, instructions: block.instructions.flatMap((i): readonly Instruction[] => {
    switch (i.kind) {
      case "zeros": { const made = chosen.get(i); return made ? made.before : [i]; }
      case "read": {
        const part = partAt(i.ref, i.key);
        if (!part) return [i];
        parts.set(i.out, part);
        return [];
      }
      case "addTo": {
        const part = partAt(i.ref, i.key);
        return part && !("parts" in part) ? [{ kind: "add", origin: i.origin, accumulator: part, value: i.value }] : [i];
      }
      case "takeFrom": {
        const part = partAt(i.ref, i.key);
        return part && !("parts" in part) ? [{ kind: "take", origin: i.origin, accumulator: part, out: i.out }] : [i];
      }
      case "return": {
        if (!i.fields) return [i];
        const before: Instruction[] = [];
        const fields = i.fields.map(([name, v]) => {
          const part = parts.get(v);
          return [name, part && "parts" in part ? together(ids, part, i.origin, before) : v] as const;
        });
        return [...before, { ...i, fields }];
      }
      default: return [mapNested(i, visit)];
    }
  }) });
  const body = visit(fn.body);
  const use = (v: Var): Var => { const part = parts.get(v); return part && !("parts" in part) && !part.accumulator ? part : v; };
  return { ...fn, body: substitute(body, use), nextId: ids.next };
}

/** A number or matrix (an accumulator), an array (a shadow of its own), or what holds such. */
type Part = Separated | Var;
interface Separated { readonly type: Type; readonly parts: ReadonlyMap<string, Part>; readonly before: readonly Instruction[] }

function isApart(i: Instruction, body: Block): i is Zeros {
  if (i.kind !== "zeros" || i.shared || !isHolder(i.out.type) || !isWhole(i.out.type)) return false;
  return (holdsMatrix(i.out.type) || numberNames(i.out.type).length <= mostNumbers) && isPrivate(body, i.out);
}

const isHolder = (type: Type): type is RecordType | TupleType => type.kind === "record" || type.kind === "tuple";

const partsOf = (type: Type): readonly (readonly [string, Type])[] =>
  type.kind === "record"
    ? type.fields.map((f) => [f.name, f.type] as const)
    : type.kind === "tuple"
      ? type.elements.map((e, n) => [String(n), e] as const)
      : [];

/** Every part is there. (Matrices in a tuple stay: the shapes that its type may state are asserted of fields alone.) */
function isWhole(type: RecordType | TupleType): boolean {
  if (type.kind === "tuple" && holdsMatrix(type)) return false;
  if (type.kind === "record" && (type.text !== null || type.fields.some((f) => f.optional))) return false;
  return partsOf(type).every(([, t]) => t.kind !== "optional" && t.kind !== "undefined" && (!isHolder(t) || isWhole(t)));
}

const holdsMatrix = (type: Type): boolean => type.kind === "matrix" || partsOf(type).some(([, t]) => holdsMatrix(t));

/** The last names of the numbers that a type holds. */
const numberNames = (type: Type): readonly string[] => partsOf(type).flatMap(([name, t]) => (t.kind === "number" ? [name] : numberNames(t)));

/** The last names of all parts that become variables. */
const partNames = (type: Type): readonly string[] => partsOf(type).flatMap(([name, t]) => (isHolder(t) ? partNames(t) : [name]));

function namesOf(fn: IrFunction): ReadonlySet<string> {
  const names = new Set(fn.inputs.map((i) => i.name));
  eachInstruction(fn.body, (i) => { for (const v of i.kind === "declare" ? [i.accumulator] : definitions(i)) if (v.name !== null) names.add(v.name); });
  return names;
}

/** Whether a record is only added to, part by part, and returned. */
function isPrivate(body: Block, shadow: Var): boolean {
  const own = new Set([shadow]);
  eachInstruction(body, (i) => {
    const part = i.kind === "read" && own.has(i.ref) ? partType(i.ref.type, i.key) : undefined;
    if (part && isHolder(part)) own.add((i as Read).out);
  });
  let fine = !body.yields.some((v) => own.has(v));
  eachInstruction(body, (i) => {
    if (nestedBlocks(i).some((b) => b.yields.some((v) => own.has(v)))) fine = false;
    if (!operands(i).some((v) => own.has(v))) return;
    const part = (i.kind === "read" || i.kind === "addTo" || i.kind === "takeFrom") && own.has(i.ref) ? partType(i.ref.type, i.key) : undefined;
    if (i.kind === "read") fine &&= part !== undefined && part.kind !== "number" && part.kind !== "matrix";
    else fine &&= part !== undefined || (i.kind === "return" && i.fields !== null);
  });
  return fine;
}

/** A field by its name, an element of a tuple by its number. */
const keyText = (key: Var | string): string | null =>
  typeof key === "string" ? key : typeof key.literal?.value === "number" ? String(key.literal.value) : null;
const partType = (type: Type, key: Var | string): Type | undefined => { const name = keyText(key); return partsOf(type).find(([n]) => n === name)?.[1]; };

/** `dx` of `p.x`; `dpX` where another gradient has a part of that name; `dp0` of an element of a tuple. */
function nameOf(shadow: string | null, path: readonly string[], shared: ReadonlySet<string>): string {
  const last = path.at(-1)!, isElement = /^\d+$/.test(last);
  if (!isElement && (shadow === null || !shared.has(last))) return `d${last}`;
  const holder = [...path]
      .reverse()
      .slice(1)
      .find((name) => !/^\d+$/.test(name)),
    of = holder === undefined || shared.has(holder) ? (shadow ?? "d") : `d${holder}`;
  return isElement ? `${of}${last}` : `${of}${last.charAt(0).toUpperCase()}${last.slice(1)}`;
}

/** The parts that are given once what is the adjoint of a variable, `dp.x += dx`: they need no name of their own. */
function passedOn(body: Block, shadow: Var): ReadonlySet<string> {
  const paths = new Map<Var, readonly string[]>([[shadow, []]]), named = new Set<Var>(), once = new Map<string, boolean>();
  eachInstruction(body, (i, block) => {
    if ((i.kind === "get" || i.kind === "take") && i.accumulator.name !== null) named.add(i.out);
    if (i.kind !== "read" && i.kind !== "addTo" && i.kind !== "takeFrom") return;
    const holder = paths.get(i.ref), key = keyText(i.key);
    if (!holder || key === null) return;
    const path = [...holder, key], text = path.join();
    if (i.kind === "read") paths.set(i.out, path);
    else once.set(text, !once.has(text) && i.kind === "addTo" && block === body && named.has(i.value));
  });
  return new Set([...once].filter(([, is]) => is).map(([text]) => text));
}

function separate(
  ids: Ids,
  type: Type,
  { like, origin }: Pick<Zeros, "like" | "origin">,
  name: (path: readonly string[]) => string | null,
  path: readonly string[] = [],
): Separated {
  const before: Instruction[] = [],
    parts = new Map<string, Part>();
  const from = new Map(partsOf(like.type));
  for (const [key, t] of partsOf(type)) {
    const here = [...path, key],
      source = freshVar(ids, null, from.get(key) ?? t);
    const isNumber = t.kind === "number";
    if (!isNumber)
      before.push({
        kind: "read",
        origin,
        ref: like,
        key: like.type.kind === "tuple" ? { id: ids.next++, name: null, type: { kind: "integer" }, literal: { value: Number(key) } } : key,
        out: source,
      });
    if (isHolder(t)) {
      const inner = separate(ids, t, { like: source, origin }, name, here);
      before.push(...inner.before);
      parts.set(key, inner);
    } else if (isNumber || t.kind === "matrix") {
      const accumulator = freshAccumulator(ids, name(here), t);
      before.push({ kind: "declare", origin, accumulator, init: null, ...(isNumber ? {} : { like: source }) } satisfies Declare);
      parts.set(key, accumulator);
    } else {
      const out = freshVar(ids, name(here), t);
      before.push({ kind: "zeros", origin, like: source, out });
      parts.set(key, out);
    }
  }
  return { type, parts, before };
}

function together(ids: Ids, { type, parts }: Separated, origin: Origin, before: Instruction[]): Var {
  const made = [...parts].map(([name, part]) => {
    if ("parts" in part) return [name, together(ids, part, origin, before)] as const;
    if (!part.accumulator) return [name, part] as const;
    const out = freshVar(ids, null, part.type);
    before.push({ kind: "get", origin, accumulator: part, out });
    return [name, out] as const;
  });
  const out = freshVar(ids, null, type);
  before.push(type.kind === "record" ? { kind: "record", origin, fields: made, out } : { kind: "array", origin, elements: made.map(([, v]) => v), out });
  return out;
}
