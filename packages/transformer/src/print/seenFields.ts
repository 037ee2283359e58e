import type { Block, Instruction, IrFunction, Label, Var } from "../ir/ir.ts";
import { eachInstruction, eachUse } from "../ir/visit.ts";

/**
 * The reads of fields that may be missing of which the type checker sees that they are there: they stand under a test that is written out,
 * `if (c.taps)`, `c.taps !== undefined ? …`, or behind one that leaves. It takes no word from a test of something else (`if (c.taps?.length)` with
 * the length in a variable) and none from the forward pass.
 *
 * Places are known by their paths: a field of a variable, or of such a field.
 */
export function seenFields(fn: IrFunction): ReadonlySet<Instruction> {
  const walk = new Walk(fn);
  walk.block(fn.body, new Set());
  return walk.seen;
}

type Known = ReadonlySet<string>;
const none: Known = new Set();
const both = (a: Known, b: Known): Known => (a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]));
const either = (a: Known, b: Known): Known => new Set([...a].filter((p) => b.has(p)));

class Walk {
  readonly seen = new Set<Instruction>();
  private readonly paths = new Map<Var, string>();
  private readonly made = new Map<Var, Instruction>();
  /** What is known at the ways out of a block. */
  private readonly leaving = new Map<Label, Known>();

  /** Those that are asked for once stand where they are asked; what a variable keeps is not followed. */
  private readonly uses = new Map<Var, number>();

  constructor(fn: IrFunction) {
    eachUse(fn.body, (v) => this.uses.set(v, (this.uses.get(v) ?? 0) + 1));
    eachInstruction(fn.body, (i) => {
      if (i.kind === "read" && typeof i.key === "string") this.paths.set(i.out, this.pathOf(i.ref, i.key));
      if (i.kind === "apply" || i.kind === "raw") { if (i.out) this.made.set(i.out, i); }
      if (i.kind === "if") for (const v of i.outs) this.made.set(v, i);
    });
  }

  private pathOf(ref: Var, key: string): string { return `${this.paths.get(ref) ?? ref.id}.${key}`; }

  /** What is known behind the Block. */
  block(b: Block, before: Known): Known {
    let known = before;
    for (const i of b.instructions) known = this.instruction(i, known);
    return known;
  }

  private instruction(i: Instruction, known: Known): Known {
    switch (i.kind) {
      case "read":
        if (typeof i.key === "string" && known.has(this.pathOf(i.ref, i.key))) this.seen.add(i);
        return known;
      case "write":
        return typeof i.key === "string" && i.value.type.kind !== "optional" && i.value.type.kind !== "undefined"
          ? both(known, new Set([this.pathOf(i.ref, i.key)]))
          : known;
      case "if": {
        const then = this.block(i.then, both(known, this.shown(i.condition, true))),
          or = this.block(i.else, both(known, this.shown(i.condition, false)));
        return i.then.dead ? or : i.else.dead ? then : either(then, or);
      }
      case "loop": {
        const head = this.block(i.head, known);
        this.block(i.body, i.condition ? both(head, this.shown(i.condition, true)) : head);
        return i.condition ? both(known, this.shown(i.condition, false)) : known;
      }
      case "block": {
        const end = this.block(i.body, known),
          left = this.leaving.get(i.label);
        return left === undefined ? end : i.body.dead ? left : either(end, left);
      }
      case "exit": {
        const other = this.leaving.get(i.target);
        this.leaving.set(i.target, other ? either(other, known) : known);
        return known;
      }
      default:
        return known;
    }
  }

  /** The places that are there if a condition is so. */
  private shown(condition: Var, so: boolean, depth = 0): Known {
    const path = this.paths.get(condition);
    if (path !== undefined) return so ? new Set([path]) : none;
    const i = this.made.get(condition);
    if (!i || depth > 8 || (this.uses.get(condition) ?? 0) > 1) return none;
    if (i.kind === "raw") return this.looked(i.parts);
    if (i.kind === "if") return this.choice(condition, i, so, depth);
    if (i.kind !== "apply") return none;
    const [a, b] = i.args;
    if (i.op === "!" && a) return this.shown(a, !so, depth + 1);
    if (a && b && (i.op === "&&" || i.op === "||")) return (i.op === "&&") === so ? both(this.shown(a, so, depth + 1), this.shown(b, so, depth + 1)) : none;
    if (!a || !b || !["===", "!==", "==", "!="].includes(i.op)) return none;
    const isEqual = (i.op === "===" || i.op === "==") === so, place = this.paths.get(a), of = this.made.get(a);
    if (of?.kind === "raw") return this.looked(of.parts);
    if (place === undefined || !b.literal) return none;
    const isNothing = b.literal.value === undefined || b.literal.value === null;
    return isEqual === isNothing ? none : new Set([place]);
  }

  /** `typeof c.taps === "object"`, `"taps" in c`: what is asked so is followed, whatever the answer. */
  private looked(parts: readonly (string | Var)[]): Known {
    return new Set(parts.flatMap((p, k) => {
      if (typeof p === "string") return [];
      const path = this.paths.get(p), name = parts.slice(0, k).find((q) => typeof q === "string" && q.endsWith(" in "));
      const key = typeof name === "string" ? /^"(.*)" in $/.exec(name)?.[1] : undefined;
      return [...(path === undefined ? [] : [path]), ...(key === undefined ? [] : [this.pathOf(p, key)])];
    }));
  }

  /** `a && b` of which the second is computed in an arm. */
  private choice(condition: Var, i: Extract<Instruction, { kind: "if" }>, so: boolean, depth: number): Known {
    const n = i.outs.indexOf(condition), then = i.then.yields[n], or = i.else.yields[n];
    if (!then || !or || condition.type.kind !== "boolean") return none;
    const whole = (v: Var, on: boolean): Known => both(this.shown(i.condition, on, depth + 1), this.shown(v, so, depth + 1));
    const never = (v: Var): boolean => v.literal !== undefined && Boolean(v.literal.value) !== so;
    return never(or) ? whole(then, true) : never(then) ? whole(or, false) : either(whole(then, true), whole(or, false));
  }
}
