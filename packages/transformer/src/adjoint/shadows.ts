import { isDictionary } from "../ir/dictionaries.ts";
import type { Activity } from "../analysis/activity.ts";
import { isReference, type Aliases } from "../analysis/aliases.ts";
import type { Ids } from "../ir/build.ts";
import { Builder, freshVar, literalVar, integerType, matrixType } from "../ir/build.ts";
import { zeroLike } from "./instantiate.ts";
import type { Block, Instruction, Label, Origin, Type, Var } from "../ir/ir.ts";
import { gradientType, shadowType, slotType, type GradientNames } from "./gradientType.ts";
import type { Halves } from "./halves.ts";
import type { Structure } from "./structure.ts";

/** The shadow of each reference that has one: the reference to where its adjoints are summed. */
export interface Shadows { of(v: Var): Var | undefined; set(v: Var, shadow: Var): void }

export const shadowName = (name: string | null): string | null => (name === null ? null : `d${name}`);

/**
 * Gives every active reference its shadow: made, read, passed and stored in the forward pass where the primal one is, so that the
 * reverse sweep never follows pointers and aliases are right by construction.
 *
 * Requires  activity of the same function. `before`: what places held where it is put back in reverse; that of shadows is added.
 * Ensures   during the forward pass every number in every shadow is 0; shadows have the length their primal has.
 */
export function addShadows(
  block: Block,
  active: Activity,
  ids: Ids,
  shadows: Shadows,
  halves: Halves,
  tape: Var,
  memory: Aliases,
  structure: Structure,
  names: GradientNames,
  before: Map<Instruction, Var>,
): Block {
  const outsOf = new Map<Label, readonly Var[]>();
  // Where nothing may be, no shadow may be.
  const typeOf = (v: Var): Type => {
    const t = shadowType(v.type, names) ?? { kind: "undefined" };
    return v.type.kind === "optional" && t.kind === "record" ? { kind: "optional", of: t, neverNull: true } : t;
  };
  const wants = (v: Var): boolean => isReference(v.type) && active.hasShadow(v) && gradientType(v.type, names) !== null;

  const shadow = (v: Var): Var => {
    let s = shadows.of(v);
    if (!s) {
      s = v.literal || v.type.kind === "undefined" || v.type.kind === "null" ? literalVar(ids, undefined) : freshVar(ids, shadowName(v.name), typeOf(v));
      shadows.set(v, s);
    }
    return s;
  };
  /** The length at this place, for the reverse of a push, a pop or a copy. */
  const lengthAt = (i: Instruction, ref: Var): Instruction => {
    const out = freshVar(ids, null, integerType);
    structure.lengths.set(i, out);
    return { kind: "length", origin: i.origin, ref, out };
  };
  /** What the shadow of an array holds where the array holds no object: 0, or nothing. */
  const nothing = (ref: Var, value: Var, b: Builder): Var =>
    matrixType(value.type) ? zeroLike(b, value) : literalVar(ids, slotType(typeOf(ref), 0)?.kind === "optional" ? undefined : 0);
  /** What comes together may be absent on one of the ways, and so its shadow. */
  const shadowOut = (v: Var): Var => {
    const known = shadows.of(v),
      type = typeOf(v);
    if (known || v.type.kind !== "optional" || type.kind === "undefined" || type.kind === "optional") return shadow(v);
    const s = freshVar(ids, shadowName(v.name), { kind: "optional", of: type, neverNull: true });
    shadows.set(v, s);
    return s;
  };
  const joined = (outs: readonly Var[]): readonly Var[] => [...outs, ...outs.filter(wants).map(shadowOut)];
  /** The values that travel to `outs`, followed by the shadows of those that have one. */
  const carried = (outs: readonly Var[], values: readonly Var[]): readonly Var[] => [
    ...values,
    ...outs.flatMap((o, n) => (wants(o) ? [shadow(values[n]!)] : [])),
  ];

  const withShadow = (i: Instruction): readonly Instruction[] => {
    const origin: Origin = i.origin;
    switch (i.kind) {
      case "array":
      case "record": {
        if (!wants(i.out)) return [i];
        const b = new Builder(ids, origin);
        const parts = i.kind === "array" ? i.elements.map((e, n) => [String(n), e] as const) : i.fields;
        const whole = typeOf(i.out);
        const made = parts.flatMap(([name, v]) => {
          // What the type of the whole has no place for: text in a tuple, a number where there may be an object.
          if (whole.kind === "tuple" && whole.elements[Number(name)]?.kind === "undefined") return [[name, b.literal(undefined)] as const];
          if (whole.kind === "record" && !whole.fields.some((f) => f.name === name)) return [];
          const t = shadowType(v.type, names);
          if (isReference(v.type) && t) {
            if (wants(v) || v.literal) return [[name, shadow(v)] as const];
            // Nothing active is reached through it, but the shape is whole.
            const zeros = freshVar(ids, null, t);
            b.emit({ kind: "zeros", origin, like: v, out: zeros });
            return [[name, zeros] as const];
          }
          // Where an object may be absent, and is, so is its shadow.
          const slot = slotType(typeOf(i.out), i.kind === "array" ? Number(name) : name);
          if (slot?.kind === "optional") return [[name, literalVar(ids, undefined)] as const];
          if (t || i.kind === "array") return [[name, zeroLike(b, v)] as const];
          return [];
        });
        // A tuple that is shorter than its type may get the rest later.
        if (whole.kind === "tuple")
          for (const e of whole.elements.slice(made.length)) made.push([String(made.length), b.literal(e.kind === "number" ? 0 : undefined)]);
        const out = shadow(i.out);
        b.emit(
          i.kind === "array" ? { kind: "array", origin, elements: made.map(([, v]) => v), out } : { kind: "record", origin, fields: made, out, shadow: true },
        );
        return [i, ...b.instructions];
      }
      case "allocate": {
        // Shadows of objects are stored where these are.
        const { type } = i.out,
          hollow = type.kind === "array" && isReference(type.element) ? ({ hollow: true } as const) : {};
        return wants(i.out)
          ? [i, { kind: "allocate", origin, length: i.length, ...hollow, ...(i.workspace ? { workspace: i.workspace } : {}), out: shadow(i.out) }]
          : [i];
      }
      case "copy": {
        if (!wants(i.out)) return [i];
        const t = i.out.type;
        if (t.kind === "array" && isReference(t.element)) return [i, { ...i, ref: shadow(i.ref), out: shadow(i.out) }];
        return [
          i,
          ...(memory.nodeOf(i.out).outgrown && !isDictionary(t) ? [lengthAt(i, i.out)] : []),
          { kind: "zeros", origin, like: i.out, out: shadow(i.out) },
        ];
      }
      case "view":
      case "read":
        return wants(i.out) ? [i, { ...i, ref: shadow(i.ref), out: shadow(i.out) }] : [i];
      case "raw":
        return i.out && wants(i.out) ? [i, { kind: "zeros", origin, like: i.out, out: shadow(i.out) }] : [i];
      case "write": {
        if (wants(i.value)) {
          const stored: Instruction = { ...i, ref: shadow(i.ref), value: shadow(i.value) },
            isRestored = before.has(i);
          if (!structure.isReturned(i.ref) && !isRestored) return [i, stored];
          const known = before.get(i);
          if (known && wants(known)) {
            before.set(stored, shadow(known));
            return [i, stored];
          }
          const held = freshVar(ids, null, typeOf(i.value));
          if (isRestored) before.set(stored, held);
          else structure.before.set(i, held);
          return [i, { kind: "read", origin, ref: shadow(i.ref), key: i.key, out: held }, stored];
        }
        // An element that may be written past the end may grow the array, and so its shadow. (Its numbers are all 0 until the reverse begins.)
        if (typeof i.key !== "string" && wants(i.ref) && i.ref.type.kind === "array" && memory.nodeOf(i.ref).outgrown && !isReference(i.value.type)) {
          const b = new Builder(ids, origin),
            value = nothing(i.ref, i.value, b);
          return [i, ...b.instructions, { ...i, ref: shadow(i.ref), value }];
        }
        return [i];
      }
      case "push": {
        if (!wants(i.ref)) return [i];
        const b = new Builder(ids, origin);
        const pushed: Instruction = { ...i, ref: shadow(i.ref), value: wants(i.value) ? shadow(i.value) : nothing(i.ref, i.value, b) };
        return [...(memory.nodeOf(i.ref).outgrown ? [lengthAt(i, i.ref)] : []), i, ...b.instructions, pushed];
      }
      case "pop": {
        if (!wants(i.ref)) return [i];
        const out = wants(i.out) ? shadow(i.out) : freshVar(ids, null, shadowType(i.out.type, names) ?? i.out.type);
        if (isReference(i.out.type) && structure.isReturned(i.ref)) structure.before.set(i, out);
        const popped: Instruction = { ...i, ref: shadow(i.ref), out };
        return memory.nodeOf(i.ref).outgrown ? [i, popped, lengthAt(i, i.ref)] : [i, popped];
      }
      case "if":
        return [{ ...i, then: arm(i.then, i.outs), else: arm(i.else, i.outs), outs: joined(i.outs) }];
      case "block": {
        outsOf.set(i.label, i.outs);
        return [{ ...i, body: arm(i.body, i.outs), outs: joined(i.outs) }];
      }
      case "loop": {
        const inits = carried(i.params, i.inits),
          params = joined(i.params);
        return [
          {
            ...i,
            params,
            inits,
            head: visit(i.head),
            body: arm(i.body, i.params),
            outs: i.outs.length > 0 ? [...i.outs, ...i.params.flatMap((p, n) => (wants(p) ? [shadow(i.outs[n]!)] : []))] : [],
          },
        ];
      }
      case "exit":
        return [{ ...i, values: carried(outsOf.get(i.target) ?? [], i.values) }];
      case "call": {
        const half = halves.ofCallee.get(i.callee);
        if (!half || !(half.writes || (i.out && (active.isActive(i.out) || wants(i.out))))) return [i];
        const inputShadows = half.callee.inputs.flatMap((p, n) => (wants(p.variable) ? [i.args[n] ? shadow(i.args[n]) : literalVar(ids, undefined)] : []));
        const args = [...i.args, ...inputShadows, ...(half.shape.tape ? [tape] : [])];
        if (half.shape.flat) return [{ ...i, callee: half.forward, args }];
        const record = freshVar(ids, "record", half.recordType);
        const made: Instruction[] = [{ ...i, callee: half.forward, args, out: record }];
        if (i.out) {
          halves.results.set(record, i.out);
          made.push({ kind: "read", origin, ref: record, key: "value", out: i.out });
          if (wants(i.out)) made.push({ kind: "read", origin, ref: record, key: "dvalue", out: shadow(i.out) });
        }
        return made;
      }
      default:
        return [i];
    }
  };
  const visit = (b: Block): Block => ({ instructions: b.instructions.flatMap(withShadow), yields: b.yields, dead: b.dead });
  const arm = (b: Block, outs: readonly Var[]): Block => {
    const v = visit(b);
    return v.dead ? v : { ...v, yields: carried(outs, v.yields) };
  };
  return visit(block);
}
