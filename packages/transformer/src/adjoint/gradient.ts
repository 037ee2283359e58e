import type { Aliases, MemoryNode } from "../analysis/aliases.ts";
import { isReference } from "../analysis/aliases.ts";
import { accumulationLinks, definitionsIn } from "../analysis/loops.ts";
import { rereads, type Rereads } from "../analysis/rereads.ts";
import { readBefore, restorable, type Restoring } from "../analysis/restorable.ts";
import { freshLabel, freshVar, literalVar, makeBlock, numberType } from "../ir/build.ts";
import type { Block, Instruction, IrFunction, Label, Origin, Var, Write } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { bug } from "../diagnostics/bug.ts";
import { canOpen, openBlock, ownTrail, reverseTrail } from "./open.ts";
import { emitEntryChecks } from "./entryChecks.ts";
import { withoutGates } from "./gates.ts";
import { zeroLike } from "./instantiate.ts";
import { restricted, type GradientField } from "./signature.ts";
import { resolve } from "./resolve.ts";
import { cut, reverseBlock } from "./reverse.ts";
import { Scope } from "./scope.ts";
import { seedResult } from "./seed.ts";
import { addShadows, shadowName } from "./shadows.ts";
import type { Reexecuted, ReverseState } from "./state.ts";
import { adjointOf, contribute, own } from "./state.ts";
import { withSnapshots } from "./outsideRule.ts";
import { withPieces } from "./pieces.ts";
import { Stack } from "./stack.ts";
import { shadowType } from "./gradientType.ts";
import type { ReverseContext, Ends, GradientBody, SplitBody } from "./gradientBody.ts";
import { freeName } from "./freeName.ts";
import { choosing } from "./choosing.ts";
import { emitInputShadows, lengthsOnEntry, returnInto, asReturned, asPresent, inputShadow } from "./inputShadows.ts";

/**
 * The body of `grad_f`: the forward pass with shadows, then the reverse sweep, ending in `return { value, dx, … }`; with `dvalue` that of
 * `vjp_f`, where this is the incoming gradient.
 *
 * Requires  exits normalised; `context` of the same function (the same Vars). `exchanges`: what places held before objects are written there.
 * Ensures   verified IR whose value has the bits of the primal's.
 */
export function gradientBody(
  primal: IrFunction,
  fields: readonly GradientField[],
  context: ReverseContext,
  { dvalue, out }: Ends,
  exchanges: ReadonlyMap<Instruction, Var> = new Map(),
): GradientBody {
  return choosing(
    primal,
    (reexecuted, nodes) => {
      const numbers = nodes && readBefore(primal, context.memory, nodes),
        fn = numbers?.fn ?? primal;
      const places = [...exchanges.keys()].flatMap((i) => (i.kind === "write" ? [context.memory.canonical(context.memory.nodeOf(i.ref))] : []));
      const restoring: Restoring = { fn, nodes: new Set([...places, ...(numbers?.nodes ?? [])]), before: new Map([...exchanges, ...(numbers?.before ?? [])]) };
      const { r, shadowed, origin } = begin(fn, context, reexecuted, true, false, restoring);
      const top = new Scope(null, r.ids, origin);
      top.builder.emit({ kind: "heading", origin, text: "forward pass" });
      if (callsWith(shadowed, r.tape)) top.builder.emit({ kind: "array", origin, elements: [], out: r.tape, tape: true });
      emitEntryChecks(r, fn, r.sharing.shared, top, origin, dvalue);
      emitInputShadows(r, fn, fields, top, origin, out);
      const lengths = lengthsOnEntry(r, fields, top, origin);
      const finish: Parameters<typeof openBlock>[3]["finish"] = (s, values, trail, byExit) => {
        for (const input of fn.inputs) r.homes.set(input.variable, s);
        ownTrail(r, trail, s);
        if (!byExit) s.builder.emit({ kind: "heading", origin, text: "backward pass" });
        const value = values[0] ?? bug("a function without a result");
        if (dvalue) seedResult(r, s, fn, value, dvalue);
        else contribute(r, s, value, literalVar(r.ids, 1));
        reverseTrail(r, trail, s);
        s.builder.origin = origin;
        for (const [shadow, length] of lengths) s.builder.emit(cut(shadow, length, origin));
        if (out) {
          for (const f of fields) returnInto(r, f, s, out);
          s.builder.emit({ kind: "return", origin, fields: null, value });
          return;
        }
        const results = fields.map(
          (f) => [f.name, f.shadowed ? asReturned(r, f, s) : (adjointOf(r, s, f.input.variable) ?? zeroLike(s.builder, f.input.variable))] as const,
        );
        s.builder.emit({ kind: "return", origin, fields: [["value", asPresent(r, fn, value, s)], ...results], value: null });
      };
      const last = shadowed.instructions.at(-1);
      const prefix: Block = { instructions: shadowed.instructions.slice(0, -1), yields: [], dead: false };
      if (last?.kind === "block" && shadowed.yields[0] === last.outs[0] && canOpen(r, prefix, null) && canOpen(r, last.body, last.label)) {
        openBlock({ ...last.body, instructions: [...prefix.instructions, ...last.body.instructions] }, top, [], { label: last.label, finish });
      } else {
        openBlock(shadowed, top, [], { label: null, finish });
      }
      const body = makeBlock(top.instructions);
      const recorded = resolve(r, body);
      return { body: withoutGates(body), nextId: r.ids.next, recorded };
    },
    restorableReads(primal, context.memory),
  );
}

/** What the memory of a recorded element is, if it may be restored instead. */
function restorableReads(fn: IrFunction, memory: Aliases): (v: Var) => MemoryNode | null {
  const may = restorable(fn, memory), defs = definitionsIn(fn.body);
  return (v) => {
    const i = defs.instruction.get(v), node = i?.kind === "read" && v.type.kind === "number" ? memory.canonical(memory.nodeOf(i.ref)) : null;
    return node && may(node) ? node : null;
  };
}

const callsWith = (block: Block, arg: Var): boolean => {
  let found = false;
  eachInstruction(block, (i) => { if (i.kind === "call" && i.args.includes(arg)) found = true; });
  return found;
};

/**
 * The body of a function that is called, its reverse behind its forward pass, with the seed as a parameter.
 *
 * The two stand in one Block if a record takes what one needs of the other: all that is visible at its end. If it goes on the tape they
 * stand in Blocks of their own, so that everything has to be seen, computed again or pushed.
 */
export function splitBody(fn: IrFunction, seed: Var | null, flat: boolean, context: ReverseContext): SplitBody {
  return choosing(fn, (reexecuted) => {
    const { r, shadowed, origin } = begin(fn, context, reexecuted, false, flat);
    const top = new Scope(null, r.ids, origin);
    top.isOpen = !flat;
    const marker: Instruction = { kind: "heading", origin, text: "backward pass" };
    const forward = [...shadowed.instructions];
    if (!flat) for (const i of [...forward, marker]) top.builder.emit(i);
    for (const input of fn.inputs) r.homes.set(input.variable, top);
    const result = shadowed.yields[0];
    const whole: Block = { instructions: shadowed.instructions, yields: shadowed.yields, dead: shadowed.dead };
    for (const i of shadowed.instructions) own(r, i, top);
    reverseBlock(r, whole, top, (s) => { if (seed && result) contribute(r, s, result, seed); });
    const fields = fn.inputs.flatMap((input) => {
      const d = context.active.isActive(input.variable) ? adjointOf(r, top, input.variable) ?? zeroLike(top.builder, input.variable) : null;
      return d ? [[`d${input.name}`, d] as const] : [];
    });
    // A single number comes back bare.
    const single = fields.length === 1 ? fields[0] : undefined;
    if (fields.length > 0) top.builder.emit({ kind: "return", origin, fields: single ? null : fields, value: single?.[1] ?? null });
    const part = (instructions: Instruction[]): Instruction => ({
      kind: "block",
      origin,
      label: freshLabel(r.ids),
      purpose: "plain",
      body: { instructions, yields: [], dead: false },
      outs: [],
    });
    const body: Block = flat ? makeBlock([part(forward), part(top.instructions)]) : { instructions: top.instructions, yields: [], dead: fields.length > 0 };
    const recorded = resolve(r, body);
    const at = top.instructions.indexOf(marker);
    return {
      body, nextId: r.ids.next, recorded, state: r,
      forward: withoutGates(makeBlock(flat ? forward : top.instructions.slice(0, at))).instructions,
      backward: withoutGates(makeBlock(top.instructions.slice(at + 1))).instructions,
      shadowsOfInputs: fn.inputs.flatMap((p) => (isReference(p.variable.type) && context.active.hasShadow(p.variable) ? [inputShadow(r, p.variable)] : [])),
    };
  });
}

function begin(
  fn: IrFunction,
  context: ReverseContext,
  reexecuted: Reexecuted,
  whole: boolean,
  flat = false,
  restoring: Restoring | null = null,
): { r: ReverseState; shadowed: Block; origin: Origin } {
  const ids = { next: fn.nextId };
  const shadowMap = new Map<Var, Var>(),
    primalOf = new Map<Var, Var>();
  const defs = definitionsIn(fn.body);
  const origin: Origin = { loc: fn.loc, statement: null };
  // As parameters of the halves what we add stands beside the inputs, which may be named like that: the shadow of `x` beside a parameter `dx`.
  const taken = new Set(fn.inputs.map((i) => i.name));
  const tape = freshVar(ids, freeName("tape", taken), { kind: "array", constructorName: "Array", element: numberType });
  const r: ReverseState = {
    ids,
    ...context,
    // A shadow is stored where its primal is: references in it may be replaced when those in the primal may.
    memory: { ...context.memory, nodeOf: (v) => context.memory.nodeOf(primalOf.get(v) ?? v) },
    defs,
    rereads: whole ? withShadows(rereads(fn, context.memory, defs, mappedNodes(context)), primalOf, shadowMap) : null,
    restored: restoring?.nodes ?? new Set(),
    valueBefore: new Map(restoring?.before),
    links: accumulationLinks(fn.body, defs),
    shadows: {
      of: (v) => shadowMap.get(v),
      set: (v, s) => {
        shadowMap.set(v, s);
        if (!primalOf.has(s)) primalOf.set(s, r.original.get(v) ?? v);
      },
    },
    optionalInputs: new Set(fn.inputs.map((i) => i.variable).filter((v) => v.type.kind === "optional")),
    original: new Map(),
    originalWrite: new Map(),
    linkValues: new Map(),
    homes: new Map(),
    recallScopes: new Map(),
    outsOf: new Map(),
    blockScopes: new Map(),
    accumulators: new Map(),
    reversedLoops: [],
    tapesPerTrip: new Map(),
    yieldsOf: new Map(),
    stops: new Set(),
    wholeTrips: new Set(),
    tapes: new Map(),
    leftMarks: new Map(),
    reexecuted,
    mayBeMissing: missingElements(fn.body),
    tape,
    snapshots: new Map(),
    pieceCopies: new Map(),
    stack: flat ? new Stack(ids, tape) : null,
    seeded: new Set(),
  };
  // Of a parameter named by its fields only these have a shadow.
  for (const input of fn.wrt ?? []) {
    if (!input.paths || !isReference(input.variable.type)) continue;
    const type = shadowType(restricted(input.variable.type, input.paths), r.sharing.names, true) ?? bug("a shadow without a type");
    r.shadows.set(input.variable, freshVar(ids, shadowName(input.variable.name), type));
  }
  for (const input of fn.inputs)
    if (isReference(input.variable.type) && context.active.hasShadow(input.variable)) inputShadow(r, input.variable, taken, !whole);
  const shadowed = addShadows(
    withPieces(
      withSnapshots(
        fn.body,
        context.active,
        context.memory,
        ids,
        r.snapshots,
        (i, ref) => r.rereads?.isUntouchedAfter(i, ref) ?? !context.memory.nodeOf(ref).written,
      ),
      whole,
      context.memory,
      ids,
      r.pieceCopies,
    ),
    context.active,
    ids,
    r.shadows,
    context.halves,
    tape,
    context.memory,
    context.structure,
    context.sharing.names,
    r.valueBefore,
  );
  return { r, shadowed, origin };
}

/** A shadow is stored where its primal is: what is said of reading one holds for the other. */
function withShadows(known: Rereads, primalOf: ReadonlyMap<Var, Var>, shadowOf: ReadonlyMap<Var, Var>): Rereads {
  const beside = (value: Var, keptBy: (v: Var) => Write | null): Write | null => {
    const primal = primalOf.get(value);
    if (!primal) return keptBy(value);
    // Not of a copy: its shadow is stored in others.
    const write = shadowOf.get(primal) === value ? keptBy(primal) : null, ref = write && shadowOf.get(write.ref);
    return write && ref ? { ...write, ref, value } : null;
  };
  return {
    isStable: (out) => known.isStable(primalOf.get(out) ?? out),
    isStableInBlock: (out) => known.isStableInBlock(primalOf.get(out) ?? out),
    isUntouchedAfter: (at, ref) => known.isUntouchedAfter(at, ref),
    writtenBefore: (out) => (primalOf.has(out) ? null : known.writtenBefore(out)),
    isSteady: (v, param, counters) => known.isSteady(primalOf.get(v) ?? v, param, counters),
    keptBy: (value) => beside(value, (v) => known.keptBy(v)),
    keptInBlock: (value) => beside(value, (v) => known.keptInBlock(v)),
  };
}

/** The memory of objects that may stand at several places of the arguments. */
function mappedNodes({ sharing, memory }: ReverseContext): ReadonlySet<MemoryNode> {
  return new Set(sharing.shared.classes.flatMap((c) => c.ways.map((w) => memory.canonical(memory.nodeAt(w)))));
}

/** Elements that may not be there, as the program says: it asks, itself or of what came together from them (`rows[i]?.[j] ?? 0`, `xs[i] || 1`). */
function missingElements(body: Block): ReadonlySet<Var> {
  const found = new Set<Var>(), sources = new Map<Var, Var[]>(), outsOf = new Map<Label, readonly Var[]>();
  const cameFrom = (outs: readonly Var[], values: readonly Var[]): void =>
    outs.forEach((o, k) => {
      const v = values[k];
      if (v) sources.set(o, [...(sources.get(o) ?? []), v]);
    });
  eachInstruction(body, (i) => { if (i.kind === "block") outsOf.set(i.label, i.outs); });
  eachInstruction(body, (i) => {
    if (i.kind === "read" && typeof i.key !== "string" && i.out.type.kind === "optional") found.add(i.out);
    if (i.kind === "if") { cameFrom(i.outs, i.then.yields); cameFrom(i.outs, i.else.yields); found.add(i.condition); }
    if (i.kind === "block") cameFrom(i.outs, i.body.yields);
    if (i.kind === "exit") cameFrom(outsOf.get(i.target) ?? [], i.values);
    if (i.kind !== "apply" || !/^[!=]==?$/.test(i.op)) return;
    const [a, b] = i.args;
    if (a && b?.literal && (b.literal.value === undefined || b.literal.value === null)) found.add(a);
  });
  for (const v of found) for (const from of sources.get(v) ?? []) found.add(from);
  return found;
}
