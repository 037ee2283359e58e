/**
 * Forward mode: each instruction followed by its tangent, in one pass and in the order of the program.
 *
 *     y = x * x            y = x * x
 *     s = y + Math.sin(x)  dy = 2 * x * dx
 *                          s = y + Math.sin(x)
 *                          ds = dy + Math.cos(x) * dx
 *
 * What is active has a tangent: a number its own Var, a reference a shadow, which is made, read, written, passed and handed on where the
 * primal one is. So branches, loops and exits are the user's, with one more value for each that carries a tangent; there is no tape.
 */
import { isReference, type MemoryNode } from "../analysis/aliases.ts";
import { bug } from "../diagnostics/bug.ts";
import { Builder, adjointType, booleanType, freshVar, integerType, literalVar, numberType, type Ids } from "../ir/build.ts";
import type { Apply, Block, If, Instruction, Label, Statement, Type, Var } from "../ir/ir.ts";
import { definitions, eachInstruction } from "../ir/visit.ts";
import { gradientType, shadowType, slotType } from "../adjoint/gradientType.ts";
import { zeroLike } from "../adjoint/instantiate.ts";
import { tangentName, type MadeTangents, type TangentContext } from "./context.ts";
import { plus, readsResult, tangentOf } from "./linear.ts";
import { tangentOfRuled } from "./outsideRule.ts";

/** Makes the tangents of one function. */
export class Tangents implements MadeTangents {
  readonly context: TangentContext;
  readonly ids: Ids;
  /** Parameters that may be absent. */
  private readonly optionalInputs: ReadonlySet<Var>;
  /** Of numbers the tangent, of references the shadow; null: it is 0. */
  private readonly known = new Map<Var, Var | null>();
  private readonly outsOf = new Map<Label, readonly Var[]>();
  private readonly definedBy = new Map<Var, Instruction>();
  /** The names of variables that a statement reads. */
  private readonly namesIn = new Map<Statement | null, Set<string>>();
  /** The memory that a statement reads. */
  private readonly readIn = new Map<Statement | null, Set<MemoryNode>>();

  constructor(body: Block, inputs: readonly Var[], context: TangentContext, ids: Ids) {
    this.context = context;
    this.ids = ids;
    this.optionalInputs = new Set(inputs.filter((v) => v.type.kind === "optional"));
    eachInstruction(body, (i) => {
      const { statement } = i.origin;
      for (const v of definitions(i)) this.definedBy.set(v, i);
      const names = this.namesIn.get(statement) ?? new Set();
      if (i.kind === "apply") for (const a of i.args) if (a.name !== null) names.add(a.name);
      this.namesIn.set(statement, names);
      if (i.kind === "read") this.readIn.set(statement, (this.readIn.get(statement) ?? new Set()).add(context.memory.nodeOf(i.ref)));
    });
  }

  /** Whether a number has a tangent. */
  isActive(v: Var): boolean { return !v.literal && this.context.active.isActive(v); }
  /** Whether a reference has a shadow. */
  hasShadow(v: Var): boolean { return isReference(v.type) && this.context.active.hasShadow(v) && gradientType(v.type, this.context.names) !== null; }
  set(v: Var, tangent: Var | null): void { this.known.set(v, tangent); }

  /** The tangent of a number; null: 0. */
  of(v: Var): Var | null {
    if (!this.isActive(v)) return null;
    const d = this.known.get(v);
    return d === undefined ? bug(`no tangent of ${v.name ?? "a temporary"} (${v.id})`) : d;
  }

  /** The tangent of a number as a value. */
  valueOf(b: Builder, v: Var): Var {
    const d = this.of(v);
    if (d) return d;
    return v.literal ? b.literal(0) : zeroLike(b, v);
  }

  /** The shadow of a reference that has one. */
  shadow(v: Var): Var {
    const known = this.known.get(v);
    if (known) return known;
    const made = isNothing(v) ? literalVar(this.ids, undefined) : freshVar(this.ids, tangentName(v.name), this.shadowTypeOf(v));
    this.known.set(v, made);
    return made;
  }

  /** The Block with tangents. */
  block(b: Block): Block { return { ...b, instructions: b.instructions.flatMap((i) => this.instruction(i)) }; }

  private shadowTypeOf(v: Var): Type {
    // Where nothing may be, no shadow may be.
    const t = shadowType(v.type, this.context.names) ?? { kind: "undefined" };
    return v.type.kind === "optional" && t.kind === "record" ? { kind: "optional", of: t, neverNull: true } : t;
  }

  private travels(v: Var): boolean { return isReference(v.type) ? this.hasShadow(v) : this.isActive(v); }

  /** The tangent of what comes together here: by a branch, a loop, an exit. */
  private joinedTangent(v: Var): Var {
    const known = this.known.get(v);
    if (known) return known;
    let type = isReference(v.type) ? this.shadowTypeOf(v) : adjointType(v.type);
    // What may be absent on one of the ways has a shadow that may be.
    if (isReference(v.type) && v.type.kind === "optional" && type.kind !== "undefined" && type.kind !== "optional")
      type = { kind: "optional", of: type, neverNull: true };
    const made = freshVar(this.ids, tangentName(v.name), type);
    this.known.set(v, made);
    return made;
  }

  private joined(outs: readonly Var[]): readonly Var[] { return [...outs, ...outs.filter((o) => this.travels(o)).map((o) => this.joinedTangent(o))]; }

  /** The values that travel to `outs`, followed by the tangents of those that have one. */
  private carried(outs: readonly Var[], values: readonly Var[], b: Builder): readonly Var[] {
    return [...values, ...outs.flatMap((o, n) => {
      const v = values[n];
      if (!v || !this.travels(o)) return [];
      return [this.handedOn(v, o, b)];
    })];
  }

  /** The tangent of a value that becomes `out`. */
  handedOn(v: Var, out: Var, b: Builder): Var {
    if (!isReference(out.type)) return this.valueOf(b, v);
    if (isNothing(v) || this.hasShadow(v)) return this.shadow(v);
    return this.zeros(v, b, shadowType(out.type, this.context.names));
  }

  /** A shadow of zeros, in the shape of `v`. */
  private zeros(v: Var, b: Builder, type: Type | null): Var {
    const out = freshVar(this.ids, null, type ?? bug("zeros without a type"));
    b.emit({ kind: "zeros", origin: b.origin, like: v, out });
    return out;
  }

  /** A nested Block whose end hands values on to `outs`. */
  private arm(block: Block, outs: readonly Var[], i: Instruction): Block {
    const inner = this.block(block);
    if (inner.dead) return inner;
    const b = new Builder(this.ids, i.origin);
    const yields = this.carried(outs, inner.yields, b);
    return { instructions: [...inner.instructions, ...b.instructions], yields, dead: false };
  }

  private instruction(i: Instruction): readonly Instruction[] {
    const { origin } = i, b = new Builder(this.ids, origin);
    const after = (): readonly Instruction[] => [i, ...b.instructions];
    switch (i.kind) {
      case "apply": return this.apply(i);
      case "length": case "throw": case "heading": return [i];
      case "array": case "record": {
        if (!this.hasShadow(i.out)) return [i];
        const parts = i.kind === "array" ? i.elements.map((e, n) => [String(n), e] as const) : i.fields;
        const whole = this.shadowTypeOf(i.out);
        const made = parts.flatMap(([name, v]) => this.part(name, v, whole, i.kind === "array", b).map((d) => [name, d] as const));
        // A tuple that is shorter than its type may get the rest later.
        if (whole.kind === "tuple")
          for (const e of whole.elements.slice(made.length)) made.push([String(made.length), b.literal(e.kind === "number" ? 0 : undefined)]);
        const out = this.shadow(i.out);
        b.emit(
          i.kind === "array" ? { kind: "array", origin, elements: made.map(([, d]) => d), out } : { kind: "record", origin, fields: made, out, shadow: true },
        );
        return after();
      }
      case "allocate": {
        if (!this.hasShadow(i.out)) return [i];
        // Shadows of objects are stored where these are.
        const { type } = i.out, hollow = type.kind === "array" && isReference(type.element) ? { hollow: true } as const : {};
        b.emit({ kind: "allocate", origin, length: i.length, ...hollow, out: this.shadow(i.out) });
        return after();
      }
      case "copy": {
        if (!this.hasShadow(i.out)) return [i];
        if (this.hasShadow(i.ref)) b.emit({ ...i, ref: this.shadow(i.ref), out: this.shadow(i.out) });
        else b.emit({ kind: "zeros", origin, like: i.out, out: this.shadow(i.out) });
        return after();
      }
      case "raw": {
        if (!i.out) return [i];
        if (this.hasShadow(i.out)) b.emit({ kind: "zeros", origin, like: i.out, out: this.shadow(i.out) });
        else if (this.isActive(i.out)) this.set(i.out, i.rule ? this.named(b, tangentOfRuled(this, i, i.rule, b), i.out) : null);
        return after();
      }
      case "view": return this.hasShadow(i.out) ? [i, { ...i, ref: this.shadow(i.ref), out: this.shadow(i.out) }] : [i];
      case "read": case "pop": return this.taken(i);
      case "write": return this.write(i, b);
      case "push": {
        if (!this.hasShadow(i.ref)) return [i];
        b.emit({ ...i, ref: this.shadow(i.ref), value: this.stored(i.ref, i.value, b) });
        return after();
      }
      case "if": return [this.branch(i)];
      case "block": {
        this.outsOf.set(i.label, i.outs);
        const body = this.arm(i.body, i.outs, i);
        return [{ ...i, body, outs: this.joined(i.outs) }];
      }
      case "loop": {
        const inits = this.carried(i.params, i.inits, b), params = this.joined(i.params);
        const travelling = i.params.map((p) => this.travels(p));
        const head = this.block(i.head), body = this.arm(i.body, i.params, i);
        const outs = i.outs.length === 0 ? [] : [...i.outs, ...i.outs.filter((_, n) => travelling[n]).map((o) => this.joinedTangent(o))];
        return [...b.instructions, { ...i, inits, params, head, body, outs }];
      }
      case "exit": {
        const values = this.carried(this.outsOf.get(i.target) ?? bug("exit to an unknown block"), i.values, b);
        return [...b.instructions, { ...i, values }];
      }
      case "call": return this.call(i);
      default: return bug(`${i.kind} has no tangent`);
    }
  }

  private apply(i: Apply): readonly Instruction[] {
    if (!this.isActive(i.out)) return [i];
    const { op, args } = i.gate ?? i, b = new Builder(this.ids, i.origin);
    const rule = this.context.ruleOf(op, args.length, args);
    if (!rule || rule.kind === "zero" || rule.kind === "unsupported") { this.set(i.out, null); return [i]; }
    if (op.endsWith("...")) {
      this.set(i.out, this.named(b, this.spread(args[0]!, i.out, rule, b), i.out));
      return [i, ...b.instructions];
    }
    const tangents = args.map((a) => this.of(a));
    this.set(i.out, this.named(b, tangentOf(b, rule, { args, tangents, result: i.out }), i.out));
    // Where a variable gets a new value from its old one (`s *= x`) the formula has the old one too: the tangent comes first.
    const first = i.out.name !== null && this.namesIn.get(i.origin.statement)?.has(i.out.name) === true && !readsResult(rule, tangents);
    return first ? [...b.instructions, i] : [i, ...b.instructions];
  }

  /** `Math.hypot(...xs)`: the sum over the array of partials times tangents. */
  private spread(ref: Var, result: Var, rule: Parameters<typeof tangentOf>[1], b: Builder): Var | null {
    if (!this.hasShadow(ref)) return null;
    return this.sumOver(b, ref, (trip, k) => {
      const x = freshVar(this.ids, null, numberType), d = freshVar(this.ids, null, numberType);
      trip.emit({ kind: "read", origin: b.origin, ref, key: k, out: x });
      trip.emit({ kind: "read", origin: b.origin, ref: this.shadow(ref), key: k, out: d });
      return tangentOf(trip, rule, { args: [x], tangents: [d], result });
    });
  }

  /** The sum of something over the elements of an array, in a loop of its own. */
  sumOver(b: Builder, ref: Var, term: (trip: Builder, index: Var) => Var | null): Var {
    const { ids } = this, { origin } = b;
    const k = freshVar(ids, "k", integerType), length = freshVar(ids, null, integerType), condition = freshVar(ids, null, booleanType);
    const sum = freshVar(ids, "sum", numberType), out = freshVar(ids, "sum", numberType);
    const trip = b.nested();
    const more = term(trip, k);
    const next = more ? trip.derive("+", [sum, more]) : sum;
    const after = trip.apply("+", [k, literalVar(ids, 1)], integerType);
    b.emit({
      kind: "loop",
      origin,
      form: "for",
      params: [k, sum],
      inits: [literalVar(ids, 0), literalVar(ids, 0)],
      condition,
      head: {
        instructions: [
          { kind: "length", origin, ref, out: length },
          { kind: "apply", origin, op: "<", args: [k, length], out: condition },
        ],
        yields: [],
        dead: false,
      },
      body: trip.block([after, next]),
      outs: [freshVar(ids, "k", integerType), out],
    });
    return out;
  }

  /** Gives the tangent just made the name that belongs to it. */
  private named(b: Builder, d: Var | null, of: Var): Var | null {
    const at = b.instructions.findIndex((i) => i.kind === "apply" && i.out === d), made = b.instructions[at];
    if (!d || of.name === null || made?.kind !== "apply" || made.out.name !== null) return d;
    const out = freshVar(this.ids, tangentName(of.name), d.type);
    b.instructions[at] = { ...made, out };
    return out;
  }

  /** What the shadow of a literal holds of one part: nothing where its type has no place for it. */
  private part(name: string, v: Var, whole: Type, inArray: boolean, b: Builder): readonly Var[] {
    if (whole.kind === "tuple" && whole.elements[Number(name)]?.kind === "undefined") return [b.literal(undefined)];
    if (whole.kind === "record" && !whole.fields.some((f) => f.name === name)) return [];
    const t = shadowType(v.type, this.context.names);
    // Of what is not active the shape is there.
    if (isReference(v.type) && t) return [this.hasShadow(v) || v.literal ? this.shadow(v) : this.zeros(v, b, t)];
    // Where an object may be absent, and is, so is its shadow.
    if (slotType(whole, inArray ? Number(name) : name)?.kind === "optional") return [b.literal(undefined)];
    return t || inArray ? [this.valueOf(b, v)] : [];
  }

  /** A value as it is stored in the shadow of an array. */
  private stored(ref: Var, value: Var, b: Builder): Var {
    if (isReference(value.type))
      return this.hasShadow(value) || isNothing(value) ? this.shadow(value) : this.zeros(value, b, shadowType(value.type, this.context.names));
    if (value.literal && slotType(this.shadowTypeOf(ref), 0)?.kind === "optional") return b.literal(undefined);
    return this.valueOf(b, value);
  }

  private taken(i: Extract<Instruction, { kind: "read" | "pop" }>): readonly Instruction[] {
    const wants = isReference(i.out.type) ? this.hasShadow(i.out) : this.isActive(i.out);
    // What is taken off an array is taken off its shadow.
    if (!this.hasShadow(i.ref) || (i.kind === "read" && !wants)) { if (wants) this.set(i.out, null); return [i]; }
    let out: Var;
    if (isReference(i.out.type)) out = wants ? this.shadow(i.out) : freshVar(this.ids, null, shadowType(i.out.type, this.context.names) ?? i.out.type);
    else { out = freshVar(this.ids, wants ? tangentName(i.out.name) : null, adjointType(i.out.type)); this.set(i.out, out); }
    return [i, { ...i, ref: this.shadow(i.ref), out }];
  }

  private write(i: Extract<Instruction, { kind: "write" }>, b: Builder): readonly Instruction[] {
    if (!this.hasShadow(i.ref)) return [i];
    const { active, memory } = this.context;
    if (isReference(i.value.type)) {
      if (!this.hasShadow(i.value) && !i.value.literal) return [i];
      return [i, { ...i, ref: this.shadow(i.ref), value: this.shadow(i.value) }];
    }
    const slot = slotType(this.shadowTypeOf(i.ref), typeof i.key === "string" ? i.key : Number(i.key.literal?.value ?? 0));
    if (!slot) return [i];
    // A link that is cut has no shadow behind it.
    if (slot.kind === "optional") return i.value.literal ? [i, { ...i, ref: this.shadow(i.ref), value: b.literal(undefined) }] : [i];
    if (slot.kind !== "number" && slot.kind !== "matrix") return [i];
    // An element that may be written past the end may grow the array, and so its shadow.
    const mayGrow = typeof i.key !== "string" && i.ref.type.kind === "array" && memory.nodeOf(i.ref).outgrown;
    if (!mayGrow && !(active.isActiveSlot(memory.slotOf(i.ref, i.key)) && active.isLiveWrite(i))) return [i];
    const value = this.valueOf(b, i.value);
    const written: Instruction = { kind: "write", origin: i.origin, ref: this.shadow(i.ref), key: i.key, value, ...(i.first ? { first: true } : {}) };
    // What the statement reads there it reads before: `x[i] *= x[i]`.
    const isRead = this.readIn.get(i.origin.statement)?.has(memory.nodeOf(i.ref)) === true;
    return isRead ? [...b.instructions, written, i] : [...b.instructions, i, written];
  }

  private branch(i: If): Instruction {
    const replaced = new Map<number, Var>();
    const otherwise = this.arm(i.else, i.outs, i);
    const b = new Builder(this.ids, i.origin);
    const then = this.arm(i.then, i.outs, i);
    // An absent optional parameter has its default's tangent and its own: what is given for it moves the default.
    const travelling = i.outs.flatMap((o, n) => (this.travels(o) ? [n] : []));
    travelling.forEach((n, k) => {
      const passed = i.else.yields[n], at = i.outs.length + k, d = then.yields[at];
      if (!passed || !d || isReference(passed.type) || !this.optionalInputs.has(passed) || !this.isDefault(i, passed)) return;
      const own = this.of(passed);
      if (own) replaced.set(at, d.literal?.value === 0 ? own : plus(b, own, d));
    });
    const whole =
      replaced.size === 0
        ? then
        : { ...then, instructions: [...then.instructions, ...b.instructions], yields: then.yields.map((v, n) => replaced.get(n) ?? v) };
    return { ...i, then: whole, else: otherwise, outs: this.joined(i.outs) };
  }

  /** `if (y === undefined) default else y` for the parameter y. */
  private isDefault(i: If, input: Var): boolean {
    const test = this.definedBy.get(i.condition);
    const other = test?.kind === "apply" && test.op === "===" && test.args[0] === input ? test.args[1]?.literal : undefined;
    return other !== undefined && other.value === undefined;
  }

  /** A call that was not inlined: of the function that computes the tangent beside the value. */
  private call(i: Extract<Instruction, { kind: "call" }>): readonly Instruction[] {
    const companion = this.context.companions.get(i.callee);
    const wants = i.out !== null && this.travels(i.out);
    if (!companion || !(companion.writes || wants)) return [i];
    const { origin } = i, b = new Builder(this.ids, origin);
    const tangents = companion.tangents.map((n) => {
      const a = i.args[n], p = companion.callee.inputs[n]!.variable;
      return a ? this.handedOn(a, p, b) : b.literal(isReference(p.type) ? undefined : 0);
    });
    // Where nothing moves the primal will do; but what it returns and is written later needs its shadow.
    if (!companion.writes && !(wants && i.out && isReference(i.out.type)) && tangents.every((d) => d.literal?.value === 0)) {
      if (i.out) this.set(i.out, null);
      return [i];
    }
    const args = [...companion.callee.inputs.map((_, n) => i.args[n] ?? b.literal(undefined)), ...tangents];
    if (!companion.both || !i.out) return [...b.instructions, { ...i, callee: companion.name, args }];
    const both = freshVar(this.ids, null, companion.both);
    const d = wants ? this.joinedTangent(i.out) : null;
    return [
      ...b.instructions,
      { ...i, callee: companion.name, args, out: both },
      { kind: "read", origin, ref: both, key: "value", out: i.out },
      ...(d ? [{ kind: "read", origin, ref: both, key: "dvalue", out: d } as const] : []),
    ];
  }
}

/** Nothing is there, so it has no shadow. */
const isNothing = (v: Var): boolean => v.literal !== undefined || v.type.kind === "undefined" || v.type.kind === "null";
