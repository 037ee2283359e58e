import { freshVar, idsOf, literalVar, type Ids } from "../ir/build.ts";
import type { Block, Instruction, IrFunction, Label, NewArray, NewRecord, Type, Var } from "../ir/ir.ts";
import { eachInstruction, nestedBlocks, operands, renameBlock, renameInstruction } from "../ir/visit.ts";

/** Longer literals are tables rather than vectors. */
const mostFields = 9;

/**
 * Records and short arrays that nothing else ever sees become variables, one for each field:
 *
 *     a = record { x: u, y: v }      t = read a.x      …  t is u
 *
 * Requires  verified IR of the primal.
 * Ensures   the same values and effects. What is replaced was made by literals here, is only read and written by names or constant subscripts,
 *           and never stored, passed, compared or returned. Where several come together (`if`, loops) none of them is written.
 * Method    those that come together are one class; a class with any other use stays. Then one walk that knows what each field
 *           holds. What is written inside a construct becomes one more variable of it. An object in an object is replaced in the next round.
 */
export function scalarRecords(fn: IrFunction): IrFunction {
  const chosen = choose(fn);
  if (chosen.size === 0) return fn;
  const ids = idsOf(fn), walk = new Walk(ids, chosen);
  const walked = walk.block(fn.body, new Map());
  const body = renameBlock(walked, { use: (v) => walk.renamed.get(v) ?? v, define: (v) => walk.renamed.get(v) ?? v, label: (l) => l });
  return { ...fn, body, nextId: ids.next };
}

type Made = NewRecord | NewArray;

/** The fields of a literal, or null if it has none that can be told apart. */
function fieldsOf(i: Made): readonly (readonly [string, Var])[] | null {
  if (i.kind === "record") return i.fields;
  const { type } = i.out;
  if (type.kind !== "tuple" && !(type.kind === "array" && type.constructorName === "Array")) return null;
  return i.elements.map((v, n) => [String(n), v] as const);
}

const fieldOf = (key: Var | string): string | null =>
  typeof key === "string"
    ? key
    : typeof key.literal?.value === "number" && Number.isInteger(key.literal.value) && key.literal.value >= 0
      ? String(key.literal.value)
      : null;

const sameFields = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((f) => b.includes(f));

const isObject = ({ type }: Var): boolean => type.kind === "record" || type.kind === "tuple" || type.kind === "array";

function typeOf(type: Type, field: string): Type | null {
  switch (type.kind) {
    case "record": { const f = type.fields.find(({ name }) => name === field); return f && !f.optional && f.type.kind !== "optional" ? f.type : null; }
    case "tuple": { const t = type.elements[Number(field)]; return t && t.kind !== "optional" ? t : null; }
    case "array": return type.element.kind === "optional" ? null : type.element;
    default: return null;
  }
}

interface Class { fields: readonly string[] | null; isBad: boolean; members: number; isWritten: boolean; type: Type | null }

/** The objects to be replaced, each with its fields and their types. */
function choose(fn: IrFunction): ReadonlyMap<Var, ReadonlyMap<string, Type>> {
  const parent = new Map<Var, Var>(), classes = new Map<Var, Class>();
  const find = (v: Var): Var => { let r = v; while (parent.get(r) !== undefined && parent.get(r) !== r) r = parent.get(r)!; return r; };
  const of = (v: Var): Class => {
    const root = find(v);
    let c = classes.get(root);
    if (!c) classes.set(root, (c = { fields: null, isBad: false, members: 1, isWritten: false, type: null }));
    return c;
  };
  const spoil = (v: Var): void => { if (isObject(v) || v.type.kind === "optional" || v.type.kind === "opaque") of(v).isBad = true; };
  const join = (a: Var | undefined, b: Var | undefined): void => {
    if (!a || !b || !(isObject(a) || isObject(b))) return;
    if (!isObject(a) || !isObject(b) || a.literal || b.literal) { spoil(a); spoil(b); return; }
    const x = of(a), y = of(b), p = find(a), q = find(b);
    if (p === q) return;
    const differ = x.fields && y.fields && !sameFields(x.fields, y.fields);
    parent.set(q, p);
    classes.set(p, {
      fields: x.fields ?? y.fields,
      isBad: x.isBad || y.isBad || differ === true,
      members: x.members + y.members,
      isWritten: x.isWritten || y.isWritten,
      type: x.type ?? y.type,
    });
  };
  const defined = new Set<Var>(), labels = new Map<Label, readonly Var[]>();
  const note = (i: Instruction): void => {
    switch (i.kind) {
      case "array": case "record": {
        const fields = fieldsOf(i), c = of(i.out);
        defined.add(i.out);
        if (
          !fields ||
          fields.length === 0 ||
          fields.length > mostFields ||
          new Set(fields.map(([f]) => f)).size !== fields.length ||
          fields.some(([f]) => typeOf(i.out.type, f) === null) ||
          (i.out.type.kind === "record" && i.out.type.fields.length !== fields.length)
        )
          c.isBad = true;
        else {
          // What the arms of a construct make is met after the construct has joined it.
          const own = fields.map(([f]) => f);
          if (c.fields && !sameFields(c.fields, own)) c.isBad = true;
          c.fields = own;
          c.type = i.out.type;
        }
        operands(i).forEach(spoil);
        return;
      }
      case "read": { if (fieldOf(i.key) === null) spoil(i.ref); return; }
      case "write": { if (fieldOf(i.key) === null) spoil(i.ref); of(i.ref).isWritten = true; spoil(i.value); return; }
      case "length": return;
      // An object that is asked whether it is there must be there.
      case "if": spoil(i.condition); i.outs.forEach((o, n) => { defined.add(o); join(o, i.then.yields[n]); join(o, i.else.yields[n]); }); return;
      case "loop":
        if (i.condition) spoil(i.condition);
        i.params.forEach((p, n) => { defined.add(p); join(p, i.inits[n]); join(p, i.body.yields[n]); });
        i.outs.forEach((o, n) => { defined.add(o); join(o, i.params[n]); });
        return;
      case "block": labels.set(i.label, i.outs); i.outs.forEach((o, n) => { defined.add(o); join(o, i.body.yields[n]); }); return;
      case "exit": (labels.get(i.target) ?? []).forEach((o, n) => join(o, i.values[n])); return;
      default: operands(i).forEach(spoil);
    }
  };
  eachInstruction(fn.body, note);
  fn.body.yields.forEach(spoil);
  const seen = new Set<Var>();
  eachInstruction(fn.body, (i) => {
    for (const v of operands(i)) seen.add(v);
    if (i.kind === "read" || i.kind === "write") {
      const c = of(i.ref), field = fieldOf(i.key);
      if (!defined.has(i.ref) || field === null || !c.fields?.includes(field)) c.isBad = true;
    }
    if (i.kind === "length" && !defined.has(i.ref)) of(i.ref).isBad = true;
    // A value that is no literal of ours comes in.
    if (i.kind === "if" || i.kind === "block")
      i.outs.forEach((o, n) => {
        for (const b of nestedBlocks(i)) {
          const y = b.yields[n];
          if (y && isObject(y) && !defined.has(y)) of(o).isBad = true;
        }
      });
    if (i.kind === "loop")
      i.params.forEach((p, n) => {
        for (const v of [i.inits[n], i.body.yields[n]]) if (v && isObject(v) && !defined.has(v)) of(p).isBad = true;
      });
    if (i.kind === "exit")
      (labels.get(i.target) ?? []).forEach((o, n) => {
        const v = i.values[n];
        if (v && isObject(v) && !defined.has(v)) of(o).isBad = true;
      });
  });
  const chosen = new Map<Var, ReadonlyMap<string, Type>>();
  for (const v of defined) {
    if (!isObject(v)) continue;
    const c = of(v);
    if (c.isBad || !c.fields || !c.type || (c.isWritten && c.members > 1)) continue;
    const type = c.type;
    chosen.set(v, new Map(c.fields.map((f) => [f, typeOf(type, f)!])));
  }
  return chosen;
}

/** What each field of each object holds. */
type Fields = Map<Var, Map<string, Var>>;

class Walk {
  readonly renamed = new Map<Var, Var>();
  private readonly ids: Ids;
  private readonly chosen: ReadonlyMap<Var, ReadonlyMap<string, Type>>;
  private readonly replaced = new Map<Var, Var>();
  private readonly ends = new Map<Label, { readonly outs: readonly Var[]; readonly written: readonly Place[] }>();

  constructor(ids: Ids, chosen: ReadonlyMap<Var, ReadonlyMap<string, Type>>) {
    this.ids = ids;
    this.chosen = chosen;
  }

  /** `held` changes as the Block goes on. */
  block(b: Block, held: Fields): Block {
    const instructions = b.instructions.flatMap((i) => this.instruction(i, held));
    return { instructions, yields: b.yields.map((v) => this.use(v)), dead: b.dead };
  }

  private use(v: Var): Var { return this.replaced.get(v) ?? v; }

  private instruction(i: Instruction, held: Fields): readonly Instruction[] {
    switch (i.kind) {
      case "array": case "record": {
        if (!this.chosen.has(i.out)) break;
        held.set(i.out, new Map((fieldsOf(i) ?? []).map(([f, v]) => [f, this.named(this.use(v), i.out.name, f)])));
        return [];
      }
      case "read": {
        const fields = held.get(i.ref);
        if (!fields) break;
        this.replaced.set(i.out, fields.get(fieldOf(i.key)!)!);
        return [];
      }
      case "write": {
        const fields = held.get(i.ref);
        if (!fields) break;
        const field = fieldOf(i.key)!;
        held.set(i.ref, new Map([...fields, [field, this.named(this.use(i.value), i.ref.name, field)]]));
        return [];
      }
      case "length": {
        const fields = held.get(i.ref);
        if (!fields) break;
        this.replaced.set(i.out, { ...literalVar(this.ids, fields.size), type: i.out.type });
        return [];
      }
      case "if": {
        const written = placesWritten(i, held);
        const arm = (b: Block): Block => {
          const inner = new Map(held),
            made = this.block(b, inner);
          return b.dead ? made : { ...made, yields: this.spread(i.outs, b.yields, written, inner) };
        };
        const condition = this.use(i.condition), then = arm(i.then), otherwise = arm(i.else);
        const outs = i.then.dead && i.else.dead ? i.outs : this.open(i.outs, written, held);
        return [{ ...i, condition, then, else: otherwise, outs }];
      }
      case "loop": {
        const written = placesWritten(i, held), inits = this.spread(i.params, i.inits, written, held);
        const inner = new Map(held), params = this.open(i.params, written, inner);
        const head = this.block(i.head, inner), condition = i.condition && this.use(i.condition);
        const made = this.block(i.body, inner);
        const body = i.body.dead ? made : { ...made, yields: this.spread(i.params, i.body.yields, written, inner) };
        return [{ ...i, inits, params, head, condition, body, outs: i.condition ? this.open(i.outs, written, held) : i.outs }];
      }
      case "block": {
        const written = placesWritten(i, held), inner = new Map(held);
        this.ends.set(i.label, { outs: i.outs, written });
        const made = this.block(i.body, inner);
        const body = i.body.dead ? made : { ...made, yields: this.spread(i.outs, i.body.yields, written, inner) };
        return [{ ...i, body, outs: this.open(i.outs, written, held) }];
      }
      case "exit": {
        const end = this.ends.get(i.target);
        return [end ? { ...i, values: this.spread(end.outs, i.values, end.written, held) } : i];
      }
      default: break;
    }
    return [renameInstruction(i, { use: (v) => this.use(v), define: (v) => v, label: (l) => l })];
  }

  /** The values that come to `outs`: for an object one for each field; then what the written places hold. */
  private spread(outs: readonly Var[], values: readonly Var[], written: readonly Place[], held: Fields): readonly Var[] {
    const own = values.flatMap((v, n) => {
      const fields = this.chosen.get(outs[n]!);
      return fields ? [...fields.keys()].map((f) => held.get(v)!.get(f)!) : [this.use(v)];
    });
    return [...own, ...written.map(({ object, field }) => held.get(object)!.get(field)!)];
  }

  /** Variables in place of objects, and for written places; from now on they are what is held. */
  private open(outs: readonly Var[], written: readonly Place[], held: Fields): readonly Var[] {
    const own = outs.flatMap((o) => {
      const fields = this.chosen.get(o);
      if (!fields) return [o];
      const made = new Map([...fields].map(([f, type]) => [f, freshVar(this.ids, nameOf(o.name, f), type)]));
      held.set(o, made);
      return [...made.values()];
    });
    const more = written.map(({ object, field }) => {
      const v = freshVar(this.ids, nameOf(object.name, field), this.chosen.get(object)!.get(field)!);
      held.set(object, new Map([...held.get(object)!, [field, v]]));
      return v;
    });
    return [...own, ...more];
  }

  /** A value that has no name takes that of its place. */
  private named(v: Var, object: string | null, field: string): Var {
    if (v.name === null && !v.literal && !this.renamed.has(v) && object !== null) this.renamed.set(v, { ...v, name: nameOf(object, field) });
    return v;
  }
}

/** `normalX`, `qx`; a subscript is a number behind the name. */
function nameOf(object: string | null, field: string): string | null {
  if (object === null) return /^\d/.test(field) ? null : field;
  return object.length === 1 || /^\d/.test(field) ? object + field : object + field.charAt(0).toUpperCase() + field.slice(1);
}

interface Place { readonly object: Var; readonly field: string }

/** The fields that a construct writes of objects made before it. */
function placesWritten(i: Instruction, held: Fields): readonly Place[] {
  const found = new Map<string, Place>();
  const look = (b: Block): void => eachInstruction(b, (j) => {
    const field = j.kind === "write" && held.has(j.ref) ? fieldOf(j.key) : null;
    if (j.kind === "write" && field !== null) found.set(`${j.ref.id}.${field}`, { object: j.ref, field });
  });
  nestedBlocks(i).forEach(look);
  return [...found.values()];
}
