import type { Block, Instruction, IrFunction, IrModule, Label, Raw, Var } from "../ir/ir.ts";
import { eachInstruction, operands } from "../ir/visit.ts";
import type { Aliases, Slot } from "./aliases.ts";
import { isReference } from "./aliases.ts";
import { matrixType } from "../ir/build.ts";
import type { LoweredRule } from "../rules/rulebook.ts";

export type RuleOf = (op: string, arity: number, args: readonly Var[]) => LoweredRule | undefined;

/** Which values carry a gradient: those that depend on a differentiable input (varied) and influence the result (useful). */
export interface Activity {
  isVaried(v: Var): boolean;
  isUseful(v: Var): boolean;
  /** A number that is varied and useful. */
  isActive(v: Var): boolean;
  /** A reference through which an active number can be reached: it has a shadow. */
  hasShadow(v: Var): boolean;
  isActiveSlot(slot: Slot): boolean;
  /** The value written here may still be read in a useful way. */
  isLiveWrite(i: Instruction): boolean;
  /** Raw expressions with a refusal that a gradient would have to flow through. */
  readonly refused: readonly Raw[];
  /** Active operations without a rule, or with one that says why there is none. */
  readonly unsupported: readonly { readonly instruction: Instruction; readonly op: string; readonly why: string | null }[];
  /** Where an active number becomes one of several kinds of values, and its gradient would be lost. */
  readonly lost: readonly { readonly instruction: Instruction; readonly value: Var }[];
}

/**
 * Requires  verified IR of a root and its callees, aliases of the same.
 * Ensures   a Var that is not active has derivative zero along every path, or its derivative is never asked for.
 * Method    forward fixpoint for varied; a backward walk with the set of live memory slots for useful, repeated until stable.
 *           Loops iterate to a fixpoint of the live set. Writes never kill (weak updates).
 */
export function activity(module: IrModule, memory: Aliases, ruleOf: RuleOf): Activity {
  const varied = new Set<Var>(), variedSlots = new Set<Slot>();
  const useful = new Set<Var>(), usefulSlots = new Set<Slot>();
  const liveWrites = new Set<Instruction>();
  const functions: readonly IrFunction[] = [module.root, ...module.callees.values()];
  const calleeOf = (name: string): IrFunction | undefined => module.callees.get(name) ?? (module.root.name === name ? module.root : undefined);

  // A differentiable number; counters and lengths are not.
  const isNumber = (v: Var): boolean => v.type.kind === "number" || (v.type.kind === "optional" && v.type.of.kind === "number") || matrixType(v.type) !== null;
  // A value we know nothing of (`new Point(x)`) may hold numbers: variation passes through it, to be refused where it comes out.
  // So may text, from which a number can be read again.
  const mayCarry = (v: Var): boolean => isNumber(v) || v.type.kind === "opaque" || v.type.kind === "string";
  const passesOn = (i: Raw): boolean =>
    i.refusal !== undefined ||
    i.out?.type.kind === "string" ||
    operands(i).some((p) => (p.type.kind === "opaque" || p.type.kind === "string") && varied.has(p));
  const readsText = (args: readonly Var[]): boolean => args.some((a) => a.type.kind === "string" && varied.has(a));

  // ---- varied, forward
  let changed = true;
  const vary = (v: Var): void => { if (!varied.has(v) && !v.literal && (mayCarry(v) || isReference(v.type))) { varied.add(v); changed = true; } };
  const varySlot = (s: Slot): void => { if (!variedSlots.has(s)) { variedSlots.add(s); changed = true; } };
  const flow = (from: readonly (Var | undefined)[], to: readonly Var[]): void => {
    to.forEach((t, n) => {
      const f = from[n];
      if (f && mayCarry(f) && varied.has(f)) vary(t);
      // An object and another kind of value meet in one variable: of what comes out of it nothing is known.
      if (f && t.type.kind === "opaque" && isReference(f.type) && reaches(f)) vary(t);
    });
  };
  const reaches = (ref: Var): boolean => [...memory.reachableSlots(ref)].some((s) => variedSlots.has(s));
  /** Whether varied numbers can be reached through what a slot holds. */
  const holdsVaried = (slot: Slot, seen = new Set<Slot>()): boolean => {
    if (seen.has(slot)) return false;
    seen.add(slot);
    return variedSlots.has(slot) || (slot.node !== null && [...memory.canonical(slot.node).slots.values()].some((s) => holdsVaried(s, seen)));
  };
  const isValue = (v: Var): boolean => isNumber(v) || v.type.kind === "opaque";

  for (const input of module.root.wrt ?? module.root.inputs) {
    if (isNumber(input.variable)) vary(input.variable);
    for (const path of input.paths ?? [[]]) for (const s of memory.numberSlots(input.variable, path)) varySlot(s);
  }

  const outsOf = new Map<Label, readonly Var[]>();
  for (const fn of functions) eachInstruction(fn.body, (i) => { if (i.kind === "block") outsOf.set(i.label, i.outs); });

  const varyInstruction = (i: Instruction): void => {
    switch (i.kind) {
      case "apply": {
        const { op, args } = i.gate ?? i;
        if (!args.some((a) => varied.has(a) || (isReference(a.type) && variedSlots.has(memory.slotOf(a, "[]"))))) break;
        const rule = ruleOf(op, args.length, args);
        if (readsText(args) && mayCarry(i.out)) vary(i.out);
        if (rule?.kind !== "zero" && i.out.type.kind !== "boolean") {
          // With a rule, only operands that have a derivative carry variation on.
          const flows = !rule || rule.kind === "unsupported" || args.some((a, n) =>
            (varied.has(a) || isReference(a.type)) && (rule.kind === "partials" ? rule.partials : rule.pullbacks)[Math.min(n, lastIndex(rule))] != null);
          if (flows) vary(i.out);
        }
        break;
      }
      case "raw": {
        if (i.rule && i.out && ruled(i).some((p) => varied.has(p) || (isReference(p.type) && [...memory.reachableSlots(p)].some((s) => variedSlots.has(s)))))
          vary(i.out);
        if (
          i.out &&
          mayCarry(i.out) &&
          passesOn(i) &&
          operands(i).some((p) => (mayCarry(p) && varied.has(p)) || (isReference(p.type) && [...memory.reachableSlots(p)].some((s) => variedSlots.has(s))))
        )
          vary(i.out);
        break;
      }
      case "read": case "pop": {
        const slot = memory.slotOf(i.ref, i.kind === "read" ? i.key : "[]");
        if (isNumber(i.out) ? variedSlots.has(slot) : i.out.type.kind === "opaque" && holdsVaried(slot)) vary(i.out);
        break;
      }
      case "write": if (isValue(i.value) && varied.has(i.value)) varySlot(memory.slotOf(i.ref, i.key)); break;
      case "addTo": if (varied.has(i.value)) varySlot(memory.slotOf(i.ref, i.key)); break;
      case "push": if (isValue(i.value) && varied.has(i.value)) varySlot(memory.slotOf(i.ref, "[]")); break;
      case "array": for (const e of i.elements) if (isValue(e) && varied.has(e)) varySlot(memory.slotOf(i.out, "[]")); break;
      case "record": for (const [name, v] of i.fields) if (isValue(v) && varied.has(v)) varySlot(memory.slotOf(i.out, name)); break;
      case "copy": if (variedSlots.has(memory.slotOf(i.ref, "[]"))) varySlot(memory.slotOf(i.out, "[]")); break;
      case "if": flow(i.then.yields, i.outs); flow(i.else.yields, i.outs); break;
      case "loop": flow(i.inits, i.params); flow(i.body.yields, i.params); flow(i.params, i.outs); break;
      case "block": flow(i.body.yields, i.outs); break;
      case "exit": flow(i.values, outsOf.get(i.target) ?? []); break;
      case "call": {
        const callee = calleeOf(i.callee);
        if (!callee) break;
        flow(i.args, callee.inputs.map((p) => p.variable));
        if (i.out) flow(callee.body.yields, [i.out]);
        break;
      }
      default: break;
    }
  };
  while (changed) {
    changed = false;
    for (const fn of functions) eachInstruction(fn.body, varyInstruction);
  }

  // ---- useful, backward with live memory
  const use = (v: Var | undefined): void => { if (v && mayCarry(v) && !v.literal && !useful.has(v)) { useful.add(v); changed = true; } };
  const liveAround = new Map<Instruction, ReadonlySet<Slot>>();
  const liveAtLabel = new Map<Label, ReadonlySet<Slot>>();
  const usePairs = (outs: readonly Var[], values: readonly Var[]): void => outs.forEach((o, n) => { if (useful.has(o)) use(values[n]); });

  const liveBefore = (block: Block, after: ReadonlySet<Slot>): ReadonlySet<Slot> => {
    let live: ReadonlySet<Slot> = block.dead ? new Set() : after;
    const add = (slots: Iterable<Slot>): void => {
      let grown: Set<Slot> | null = null;
      for (const s of slots) if (!live.has(s)) (grown ??= new Set(live)).add(s);
      if (grown) live = grown;
    };
    for (let n = block.instructions.length - 1; n >= 0; n--) {
      const i = block.instructions[n]!;
      switch (i.kind) {
        case "apply": {
          if (!useful.has(i.out)) break;
          const { op, args } = i.gate ?? i;
          const rule = ruleOf(op, args.length, args);
          if (readsText(args)) args.forEach(use);
          if (rule?.kind === "zero") break;
          args.forEach((a, k) => {
            if (rule && rule.kind !== "unsupported" && (rule.kind === "partials" ? rule.partials : rule.pullbacks)[Math.min(k, lastIndex(rule))] == null)
              return;
            use(a);
            if (isReference(a.type)) add([memory.slotOf(a, "[]")]);
          });
          break;
        }
        case "raw":
          if (i.rule && i.out && useful.has(i.out)) for (const p of ruled(i)) { use(p); if (isReference(p.type)) add(memory.reachableSlots(p)); }
          if (passesOn(i) && (!i.out || useful.has(i.out))) for (const p of operands(i)) use(p); break;
        case "read": case "pop": if (useful.has(i.out)) add([memory.slotOf(i.ref, i.kind === "read" ? i.key : "[]")]); break;
        case "write": case "push": case "addTo": {
          const slot = memory.slotOf(i.ref, i.kind === "push" ? "[]" : i.key);
          if (live.has(slot) && !liveWrites.has(i)) { liveWrites.add(i); changed = true; }
          if (liveWrites.has(i)) use(i.value);
          break;
        }
        case "array": if (live.has(memory.slotOf(i.out, "[]"))) i.elements.forEach(use); break;
        case "record": for (const [name, v] of i.fields) if (live.has(memory.slotOf(i.out, name))) use(v); break;
        case "copy": if (live.has(memory.slotOf(i.out, "[]"))) add([memory.slotOf(i.ref, "[]")]); break;
        case "exit": live = liveAtLabel.get(i.target) ?? new Set(); usePairs(outsOf.get(i.target) ?? [], i.values); break;
        case "throw": live = new Set(); break;
        case "if": {
          usePairs(i.outs, i.then.yields); usePairs(i.outs, i.else.yields);
          const a = liveBefore(i.then, live), b = liveBefore(i.else, live);
          live = a; add(b);
          break;
        }
        case "block": {
          liveAtLabel.set(i.label, live);
          usePairs(i.outs, i.body.yields);
          live = liveBefore(i.body, live);
          break;
        }
        case "loop": {
          const atEnd = i.condition ? live : new Set<Slot>();
          usePairs(i.outs, i.params);
          // From where the last visit ended: a nest of loops would otherwise take exponential time.
          live = atEnd; add(liveAround.get(i) ?? []);
          let around: ReadonlySet<Slot> = live;
          for (;;) {
            usePairs(i.params, i.body.yields);
            const before = liveBefore(i.body, around);
            const size = around.size;
            live = around; add(before); around = live;
            if (around.size === size) break;
          }
          liveAround.set(i, around);
          live = liveBefore(i.head, around);
          usePairs(i.params, i.inits); usePairs(i.params, i.body.yields);
          break;
        }
        case "call": {
          const callee = calleeOf(i.callee);
          if (!callee) break;
          if (i.out && useful.has(i.out)) usePairs([i.out], callee.body.yields);
          usePairs(callee.inputs.map((p) => p.variable), i.args);
          for (const a of i.args) if (isReference(a.type)) add(memory.reachableSlots(a));
          break;
        }
        default: break;
      }
      for (const s of live) usefulSlots.add(s);
    }
    return live;
  };
  // An array or record that is returned is asked for in all its numbers.
  const result = module.root.body.yields[0];
  use(result);
  const asked: ReadonlySet<Slot> = result && isReference(result.type) ? memory.numberSlots(result, []) : new Set();
  for (const s of asked) usefulSlots.add(s);
  changed = true;
  while (changed) {
    changed = false;
    for (const fn of functions) {
      // Whatever the reference parameters and the result of a callee reach may be read after it returned.
      const atEnd = new Set<Slot>(fn === module.root ? asked : []);
      const visible = fn === module.root ? [] : [...fn.inputs.map((p) => p.variable), ...fn.body.yields];
      for (const v of visible) if (isReference(v.type)) for (const s of memory.reachableSlots(v)) atEnd.add(s);
      liveBefore(fn.body, atEnd);
    }
  }

  const isActive = (v: Var): boolean => isNumber(v) && varied.has(v) && useful.has(v);
  const isActiveSlot = (s: Slot): boolean => variedSlots.has(s) && usefulSlots.has(s);
  const shadows = new Map<Var, boolean>();
  const refused: Raw[] = [];
  const unsupported: { instruction: Instruction; op: string; why: string | null }[] = [];
  const lost: { instruction: Instruction; value: Var }[] = [];
  const lose = (instruction: Instruction, values: readonly Var[], outs: readonly Var[]): void => outs.forEach((out, n) => {
    const value = values[n];
    if (value && isNumber(value) && varied.has(value) && !isNumber(out) && useful.has(out)) lost.push({ instruction, value });
  });
  const collect = (i: Instruction): void => {
    switch (i.kind) {
      case "if": lose(i, i.then.yields, i.outs); lose(i, i.else.yields, i.outs); break;
      case "loop": lose(i, i.inits, i.params); lose(i, i.body.yields, i.params); break;
      case "block": lose(i, i.body.yields, i.outs); break;
      case "exit": lose(i, i.values, outsOf.get(i.target) ?? []); break;
      case "read": case "pop":
        if (i.out.type.kind === "opaque" && useful.has(i.out) && variedSlots.has(memory.slotOf(i.ref, i.kind === "read" ? i.key : "[]")))
          lost.push({ instruction: i, value: i.out });
        break;
      default: break;
    }
    if (i.kind === "raw" && i.refusal) {
      const takes = operands(i).some(
        (p, n) =>
          i.rule?.fields[n] == null &&
          ((mayCarry(p) && varied.has(p)) || (isReference(p.type) && [...memory.reachableSlots(p)].some((s) => variedSlots.has(s)))),
      );
      if (takes && (!i.out || useful.has(i.out) || isReference(i.out.type) || (!i.pure && mayKeep(i)))) refused.push(i);
    }
    if (
      i.kind === "raw" &&
      i.keeps &&
      operands(i).some((p) => mayCarry(p) && varied.has(p)) &&
      raws.some((r) => r !== i && r.out && useful.has(r.out) && ofOneObject(i, r))
    )
      refused.push(i);
    if (i.kind === "apply" && useful.has(i.out)) {
      const { op, args } = i.gate ?? i;
      if (isNumber(i.out) && readsText(args)) unsupported.push({ instruction: i, op, why: "the number was written as text and read again" });
      if (!args.some((a) => isNumber(a) && varied.has(a))) return;
      const rule = ruleOf(op, args.length, args);
      if (!rule || rule.kind === "unsupported") unsupported.push({ instruction: i, op, why: rule?.why ?? null });
    }
  };
  const raws: Raw[] = [];
  for (const fn of functions) eachInstruction(fn.body, (i) => { if (i.kind === "raw") raws.push(i); });
  for (const fn of functions) eachInstruction(fn.body, collect);

  return {
    isVaried: (v) => varied.has(v), isUseful: (v) => useful.has(v), isActive, isActiveSlot,
    hasShadow: (v) => {
      let has = shadows.get(v);
      if (has === undefined) { has = isReference(v.type) && [...memory.reachableSlots(v)].some(isActiveSlot); shadows.set(v, has); }
      return has;
    },
    isLiveWrite: (i) => liveWrites.has(i),
    refused, unsupported, lost,
  };
}

/** Whether what goes in may stay in something that is there afterwards: an array or record that is handed over, a map whose method it is. */
const mayKeep = (i: Raw): boolean => i.parts.some((p, k) => {
  const next = i.parts[k + 1];
  return typeof p !== "string" && (isReference(p.type) || (p.type.kind === "opaque" && typeof next === "string" && /^[?!]?\./u.test(next)));
});

/** Whether two calls are of methods of one object, as far as names tell: `b.set(` and `b.get(`. */
function ofOneObject(a: Raw, b: Raw): boolean {
  const [first] = a.parts;
  if (typeof first !== "string") return first !== undefined && operands(b).includes(first);
  const name = /^[\w$]+(?=[.?])/u.exec(first)?.[0];
  return name !== undefined && b.parts.some((p) => typeof p === "string" && (p === name || p.startsWith(`${name}.`) || p.startsWith(`${name}?.`)));
}

/** The arguments of a call for which its rule gives a gradient. */
const ruled = (i: Raw): readonly Var[] => operands(i).filter((_, n) => i.rule?.fields[n] != null);

const lastIndex = (rule: Exclude<LoweredRule, { kind: "zero" | "unsupported" }>): number =>
  (rule.kind === "partials" ? rule.partials : rule.pullbacks).length - 1;
