import { isDictionary } from "../ir/dictionaries.ts";
import type { MemoryNode, Slot } from "../analysis/aliases.ts";
import { isReference } from "../analysis/aliases.ts";
import { booleanType, freshVar, integerType, literalVar, numberType } from "../ir/build.ts";
import type { IrFunction, NewArray, NewRecord, Origin, Parameter, Type, Var } from "../ir/ir.ts";
import { eachUse } from "../ir/visit.ts";
import { gradientType, typeText } from "./gradientType.ts";
import { eachIndex } from "./reverse.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { contribute, originalOf } from "./state.ts";

/** A function with the incoming gradient of its result as a parameter before the others. */
export interface Seeded { readonly fn: IrFunction; readonly dvalue: Var }

/** `vjp_f(dvalue, …)`. The user's parameters keep their names. */
export function withSeed(fn: IrFunction): Seeded | null {
  const type = gradientType(fn.result.kind === "integer" ? numberType : fn.result, new Map());
  if (!type) return null;
  const taken = new Set(fn.inputs.map((i) => i.name));
  let name = "dvalue";
  for (let n = 1; taken.has(name); n++) name = `dvalue${n}`;
  const dvalue: Var = { id: fn.nextId, name, type };
  const parameter: Parameter = { pattern: { kind: "name", variable: dvalue }, typeText: typeText(type, false), optional: false, rest: false };
  return { dvalue, fn: { ...fn, parameters: [parameter, ...fn.parameters], nextId: fn.nextId + 1 } };
}

/**
 * The incoming gradient joins the adjoints of the result, at the end of `scope`: of a number its own; of the elements of a literal that
 * is not written afterwards theirs; of any other memory what its shadow holds. What is reached along two ways gets both.
 */
export function seedResult(r: ReverseState, scope: Scope, fn: IrFunction, value: Var, dvalue: Var): void {
  if (!isReference(value.type)) { contribute(r, scope, value, dvalue); return; }
  new Seeding(r, fn).reference(scope, value, r.shadows.of(value) ?? null, r.memory.nodeOf(originalOf(r, value)), value.type, dvalue, "dvalue");
}

class Seeding {
  private readonly r: ReverseState;
  private readonly origin: Origin;
  private readonly derivative: string;
  private readonly uses = new Map<Var, number>();

  constructor(r: ReverseState, fn: IrFunction) {
    this.r = r;
    this.origin = { loc: fn.loc, statement: null };
    this.derivative = `vjp_${fn.name}`;
    eachUse(fn.body, (v) => this.uses.set(v, (this.uses.get(v) ?? 0) + 1));
  }

  /** `value` where it is known, otherwise only its shadow. `path` is what messages call `d`. `alone`: what holds it leads to the result only. */
  reference(s: Scope, value: Var | null, shadow: Var | null, node: MemoryNode, type: Type, d: Var, path: string, alone = true): void {
    const literal = value && this.literalOf(value, alone),
      within = value !== null && this.r.seeded.has(value);
    const slot = (name: string): Slot | undefined => node.slots.get(name);
    switch (type.kind) {
      case "optional":
        this.reference(s, value, shadow, node, type.of, d, path, alone);
        break;
      case "array": {
        if (d.type.kind !== "array") break;
        const of = d.type.element;
        if (isDictionary(type)) {
          if (shadow && this.reaches(slot("[]"))) {
            eachIndex(this.r, shadow, this.origin, s, (trip, k) => {
              this.checkName(trip, d, k, path);
              this.part(trip, null, shadow, k, slot("[]"), type.element, d, of, `${path}[]`);
            });
          }
          break;
        }
        if (literal?.kind === "array") {
          this.checkLength(s, d, literalVar(this.r.ids, literal.elements.length), path);
          literal.elements.forEach((e, k) => this.part(s, e, shadow, literalVar(this.r.ids, k), slot("[]"), type.element, d, of, `${path}[${k}]`, within));
        } else if (shadow && this.reaches(slot("[]"))) {
          const length = freshVar(this.r.ids, null, integerType);
          s.builder.emit({ kind: "length", origin: this.origin, ref: shadow, out: length });
          this.checkLength(s, d, length, path);
          eachIndex(this.r, shadow, this.origin, s, (trip, k) => this.part(trip, null, shadow, k, slot("[]"), type.element, d, of, `${path}[]`));
        }
        break;
      }
      case "tuple":
        type.elements.forEach((element, k) => {
          const of = d.type.kind === "tuple" ? d.type.elements[k] : d.type.kind === "array" ? d.type.element : undefined;
          if (of)
            this.part(
              s,
              literal?.kind === "array" ? (literal.elements[k] ?? null) : null,
              shadow,
              literalVar(this.r.ids, k),
              slot("[]"),
              element,
              d,
              of,
              `${path}[${k}]`,
              within,
            );
        });
        break;
      case "record":
        for (const field of type.fields) {
          const of = d.type.kind === "record" ? d.type.fields.find((f) => f.name === field.name)?.type : undefined;
          const element = literal?.kind === "record" ? literal.fields.findLast(([name]) => name === field.name)?.[1] : null;
          if (of && element !== undefined) this.part(s, element, shadow, field.name, slot(field.name), field.type, d, of, `${path}.${field.name}`, within);
        }
        break;
      default:
        break;
    }
  }

  /** One element or field: `element` where it is known, otherwise what stands in the shadow. */
  private part(
    s: Scope,
    element: Var | null,
    shadow: Var | null,
    key: Var | string,
    slot: Slot | undefined,
    type: Type,
    d: Var,
    of: Type,
    path: string,
    alone = false,
  ): void {
    if (!this.reaches(slot) || of.kind === "undefined") return;
    const incoming = freshVar(this.r.ids, null, of);
    const read = (): void => s.builder.emit({ kind: "read", origin: this.origin, ref: d, key, out: incoming });
    if (!isReference(type)) {
      if (of.kind !== "number" && of.kind !== "matrix") return;
      if (!element && !shadow) return;
      read();
      if (element) contribute(this.r, s, element, incoming);
      else if (shadow) s.builder.emit({ kind: "addTo", origin: this.origin, ref: shadow, key, value: incoming });
      return;
    }
    const node = slot?.node && this.r.memory.canonical(slot.node);
    if (!node) return;
    if (element?.literal) return;
    if (element && element.type.kind !== "optional") {
      read();
      this.reference(s, element, this.r.shadows.of(element) ?? null, node, element.type, incoming, path, alone);
      return;
    }
    const known = element ? this.r.shadows.of(element) : undefined;
    if (!known && !shadow) return;
    const below = known ?? freshVar(this.r.ids, null, of);
    if (!known && shadow) s.builder.emit({ kind: "read", origin: this.origin, ref: shadow, key, out: below });
    const mayLack = element ?? (type.kind === "optional" ? { type } : null);
    if (!mayLack || mayLack.type.kind !== "optional") {
      read();
      this.reference(s, null, below, node, type, incoming, path);
      return;
    }
    const inner = mayLack.type.of;
    // What may be absent has a gradient where it is there.
    const present = freshVar(this.r.ids, null, booleanType);
    s.builder.emit({ kind: "apply", origin: this.origin, op: "!==", args: [below, literalVar(this.r.ids, undefined)], out: present });
    const there = s.nested(this.origin);
    there.builder.emit({ kind: "read", origin: this.origin, ref: d, key, out: incoming });
    this.reference(there, null, below, node, inner, incoming, path);
    s.builder.emit({ kind: "if", origin: this.origin, condition: present, then: there.block(), else: { instructions: [], yields: [], dead: false }, outs: [] });
  }

  /** The literal that made a value, if what it holds is what it was made of. */
  private literalOf(value: Var, alone: boolean): NewArray | NewRecord | null {
    const made = this.r.defs.instruction.get(value);
    if ((made?.kind !== "array" && made?.kind !== "record") || this.r.memory.nodeOf(originalOf(this.r, value)).written) return null;
    // Nothing but the result leads to it: no adjoint comes through its shadow.
    if (alone && this.uses.get(value) === 1) this.r.seeded.add(value);
    return made;
  }

  /** Whether an active number can be reached through a slot. */
  private reaches(slot: Slot | undefined): boolean {
    const seen = new Set<Slot>();
    const visit = (x: Slot | undefined): boolean => {
      if (!x || seen.has(x)) return false;
      seen.add(x);
      return this.r.active.isActiveSlot(x) || (x.node !== null && [...this.r.memory.canonical(x.node).slots.values()].some(visit));
    };
    return visit(slot);
  }

  /** An incoming gradient that lacks a name of the result would make it NaN. */
  private checkName(s: Scope, d: Var, key: Var, path: string): void {
    const isThere = freshVar(this.r.ids, null, booleanType),
      lacks = freshVar(this.r.ids, null, booleanType);
    const b = s.builder,
      origin = this.origin;
    b.emit({ kind: "raw", origin, parts: [key, " in ", d], out: isThere, pure: true });
    b.emit({ kind: "apply", origin, op: "!", args: [isThere], out: lacks });
    b.emit({
      kind: "if",
      origin,
      condition: lacks,
      outs: [],
      then: {
        instructions: [{ kind: "throw", origin, parts: [`new RangeError(${JSON.stringify(`${this.derivative}: ${path} lacks a name of the result`)})`] }],
        yields: [],
        dead: true,
      },
      else: { instructions: [], yields: [], dead: false },
    });
  }

  /** An incoming gradient of another length would be read past its end, or not to it. */
  private checkLength(s: Scope, d: Var, length: Var, path: string): void {
    const given = freshVar(this.r.ids, null, integerType),
      differs = freshVar(this.r.ids, null, booleanType);
    const b = s.builder,
      origin = this.origin;
    b.emit({ kind: "length", origin, ref: d, out: given });
    b.emit({ kind: "apply", origin, op: "!==", args: [given, length], out: differs });
    b.emit({
      kind: "if",
      origin,
      condition: differs,
      outs: [],
      then: {
        instructions: [
          { kind: "throw", origin, parts: [`new RangeError(${JSON.stringify(`${this.derivative}: ${path} has another length than the result`)})`] },
        ],
        yields: [],
        dead: true,
      },
      else: { instructions: [], yields: [], dead: false },
    });
  }
}
