import { freshAccumulator, freshVar, idsOf, type Ids } from "../ir/build.ts";
import type { Block, Declare, Instruction, IrFunction, Origin, RecordType, Type, Var, Zeros } from "../ir/ir.ts";
import { eachInstruction, mapNested, operands, substitute } from "../ir/visit.ts";

/**
 * Makes variables of the fields of gradients of records that hold matrices, so that `dp.W = zerosLike(p.W); addTo(dp.W, v)` becomes
 * `const dW = v`, and the record is put together where it is returned.
 *
 * Requires  verified IR, before `accumulate`.
 * Ensures   the same values; records that something else may hold, or whose parts may be missing, stay as they are.
 */
export function separateShadows(fn: IrFunction): IrFunction {
  const ids = idsOf(fn);
  const chosen = new Map<Instruction, Separated>(), parts = new Map<Var, Separated | Var>();
  for (const i of fn.body.instructions) {
    if (i.kind !== "zeros" || i.shared || i.out.type.kind !== "record" || !isWhole(i.out.type) || !holdsMatrix(i.out.type) || !isPrivate(fn.body, i.out)) continue;
    const made = separate(ids, i.out.type, i);
    chosen.set(i, made);
    parts.set(i.out, made);
  }
  if (chosen.size === 0) return fn;

  const visit = (block: Block): Block => ({ ...block, instructions: block.instructions.flatMap((i): readonly Instruction[] => {
    switch (i.kind) {
      case "zeros": { const made = chosen.get(i); return made ? made.before : [i]; }
      case "read": {
        const holder = parts.get(i.ref);
        if (!holder || !("fields" in holder) || typeof i.key !== "string") return [i];
        const part = holder.fields.get(i.key);
        if (part) parts.set(i.out, part);
        return [];
      }
      case "addTo": {
        const holder = parts.get(i.ref);
        const part = holder && "fields" in holder && typeof i.key === "string" ? holder.fields.get(i.key) : undefined;
        return part && !("fields" in part) ? [{ kind: "add", origin: i.origin, accumulator: part, value: i.value }] : [i];
      }
      case "return": {
        if (!i.fields) return [i];
        const before: Instruction[] = [];
        const fields = i.fields.map(([name, v]) => { const part = parts.get(v); return [name, part && "fields" in part ? together(ids, part, i.origin, before) : v] as const; });
        return [...before, { ...i, fields }];
      }
      default: return [mapNested(i, visit)];
    }
  }) });
  const body = visit(fn.body);
  const use = (v: Var): Var => { const part = parts.get(v); return part && !("fields" in part) && !part.accumulator ? part : v; };
  return { ...fn, body: substitute(body, use), nextId: ids.next };
}

interface Separated { readonly type: RecordType; readonly fields: ReadonlyMap<string, Separated | Var>; readonly before: readonly Instruction[] }

/** Every part is there. */
const isWhole = (type: RecordType): boolean => type.text === null && type.fields.every((f) => !f.optional && f.type.kind !== "optional" && (f.type.kind !== "record" || isWhole(f.type)));

const holdsMatrix = (type: Type): boolean => type.kind === "matrix" || (type.kind === "record" && type.fields.some((f) => holdsMatrix(f.type)));

/** Whether a record is only added to, field by field, and returned. */
function isPrivate(body: Block, shadow: Var): boolean {
  const own = new Set([shadow]);
  let fine = true;
  eachInstruction(body, (i, block) => {
    if (block.yields.some((v) => own.has(v))) fine = false;
    if (!operands(i).some((v) => own.has(v))) return;
    if (i.kind === "read" && own.has(i.ref) && typeof i.key === "string") { if (i.out.type.kind === "record") own.add(i.out); else if (i.out.type.kind === "number" || i.out.type.kind === "matrix") fine = false; }
    else if (!(i.kind === "addTo" && typeof i.key === "string" && !own.has(i.value)) && !(i.kind === "return" && i.fields)) fine = false;
  });
  return fine;
}

function separate(ids: Ids, type: RecordType, { like, origin }: Pick<Zeros, "like" | "origin">): Separated {
  const before: Instruction[] = [], fields = new Map<string, Separated | Var>();
  const from = like.type.kind === "record" ? like.type : null;
  for (const f of type.fields) {
    const of = from?.fields.find((g) => g.name === f.name)?.type ?? f.type;
    const source = freshVar(ids, null, of);
    if (f.type.kind !== "number") before.push({ kind: "read", origin, ref: like, key: f.name, out: source });
    if (f.type.kind === "record") {
      const inner = separate(ids, f.type, { like: source, origin });
      before.push(...inner.before);
      fields.set(f.name, inner);
    } else if (f.type.kind === "number" || f.type.kind === "matrix") {
      const accumulator = freshAccumulator(ids, `d${f.name}`, f.type);
      before.push({ kind: "declare", origin, accumulator, init: null, ...(f.type.kind === "matrix" ? { like: source } : {}) } satisfies Declare);
      fields.set(f.name, accumulator);
    } else {
      const out = freshVar(ids, `d${f.name}`, f.type);
      before.push({ kind: "zeros", origin, like: source, out });
      fields.set(f.name, out);
    }
  }
  return { type, fields, before };
}

function together(ids: Ids, { type, fields }: Separated, origin: Origin, before: Instruction[]): Var {
  const made = [...fields].map(([name, part]) => {
    if ("fields" in part) return [name, together(ids, part, origin, before)] as const;
    if (!part.accumulator) return [name, part] as const;
    const out = freshVar(ids, null, part.type);
    before.push({ kind: "get", origin, accumulator: part, out });
    return [name, out] as const;
  });
  const out = freshVar(ids, null, type);
  before.push({ kind: "record", origin, fields: made, out });
  return out;
}
