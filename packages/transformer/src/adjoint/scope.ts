import type { Ids } from "../ir/build.ts";
import { Builder } from "../ir/build.ts";
import type { Block, Instruction, Origin, Var } from "../ir/ir.ts";

/**
 * A Block of the reverse sweep under construction, with the accumulators declared in it.
 *
 * The list of instructions is the Block's own and grows in place until the gradient is complete: values that the reverse sweep
 * needs are put at the top of their scope after everything else is known (resolve.ts).
 */
export class Scope {
  readonly instructions: Instruction[];
  /** Accumulators of the primal Vars whose adjoint is declared here. */
  readonly adjoints = new Map<Var, Var>();
  readonly builder: Builder;
  /**
   * Set for what stands before a fused loop: contributions to Vars of this scope are summed here, because the scope's own
   * accumulators are declared further down.
   */
  readonly capturesFor: Scope | null;
  readonly parent: Scope | null;
  /** Forward instructions stand here too: what is put at the top comes before them. */
  isOpen = false;
  /** The body of a loop: what is added here is added many times. */
  isTrip = false;

  constructor(parent: Scope | null, ids: Ids, origin: Origin, capturesFor: Scope | null = null) {
    this.parent = parent;
    this.builder = new Builder(ids, origin);
    this.instructions = this.builder.instructions;
    this.capturesFor = capturesFor;
  }

  nested(origin: Origin): Scope { return new Scope(this, this.builder.ids, origin); }
  get isEmpty(): boolean { return this.instructions.length === 0; }
  /** The Block of this scope; it goes on growing with the scope. */
  block(yields: readonly Var[] = [], dead = false): Block { return { instructions: this.instructions, yields, dead }; }
}
