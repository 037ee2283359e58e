import { Builder, booleanType, endsBlock, freshVar, literalVar, numberType, type Ids } from "../ir/build.ts";
import type { Instruction, Var } from "../ir/ir.ts";
import type { Layout, List } from "./layout.ts";
import type { Scope } from "./scope.ts";

/**
 * What the two halves of a function share, on the tape of all activations.
 *
 * Each Block pushes at its end, when all calls in it have pushed theirs; the scope that reverses it pops at its top. So the tape is in
 * order whatever the Block does between. What does not fit (`fits` false) makes the halves share a record instead.
 */
export class Stack {
  /** Nothing but numbers and booleans had to be kept, and each Block has one reverse. */
  fits = true;
  private readonly popped = new Map<Scope, { readonly home: List; readonly values: Map<Var, Var>; count: number }>();
  private readonly scopeOf = new Map<List, Scope>();
  private readonly ids: Ids;
  private readonly tape: Var;

  constructor(ids: Ids, tape: Var) {
    this.ids = ids;
    this.tape = tape;
  }

  get isUsed(): boolean { return this.popped.size > 0; }

  /** Keeps `v`; what stands for it in the scope. */
  keep(layout: Layout, v: Var, scope: Scope): Var {
    const home = layout.listOf.get(v)!;
    const { kind } = v.type;
    const place = layout.places.get(home);
    const before = this.popped.get(scope);
    if (
      (kind !== "number" && kind !== "integer" && kind !== "boolean") ||
      place?.role === "head" ||
      endsBlock(home.at(-1)) ||
      (before && before.home !== home) ||
      (this.scopeOf.get(home) ?? scope) !== scope
    ) {
      this.fits = false;
      return v;
    }
    const known = before?.values.get(v);
    if (known) return known;
    const kept = before ?? { home, values: new Map<Var, Var>(), count: 0 };
    this.popped.set(scope, kept);
    this.scopeOf.set(home, scope);
    const { origin } = layout.instructionOf.get(v)!;
    const forward = new Builder(this.ids, origin), backward = new Builder(this.ids, origin);
    const boolean = kind === "boolean";
    forward.emit({ kind: "push", origin, ref: this.tape, value: boolean ? forward.derive("?:", [v, literalVar(this.ids, 1), literalVar(this.ids, 0)]) : v });
    home.push(...forward.instructions);
    let out = freshVar(this.ids, boolean ? null : v.name, boolean ? numberType : v.type);
    backward.emit({ kind: "pop", origin, ref: this.tape, out });
    if (boolean) out = backward.apply("===", [out, literalVar(this.ids, 1)], booleanType, { name: v.name });
    kept.values.set(v, out);
    // Last pushed, first popped; in front of what is computed from it.
    scope.instructions.splice(this.start(scope), 0, ...backward.instructions);
    kept.count += backward.instructions.length;
    return out;
  }

  /** Where in a scope stands what was popped already. */
  end(scope: Scope): number { return this.start(scope) + (this.popped.get(scope)?.count ?? 0); }

  private start(scope: Scope): number {
    return Math.max(scope.instructions.findIndex((i: Instruction) => i.kind !== "heading"), 0);
  }
}
