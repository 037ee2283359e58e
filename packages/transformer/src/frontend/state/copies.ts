import type { Instruction, Var } from "../../ir/ir.ts";
import type { CallableNode, Value } from "./values.ts";

/** How much has been lowered so far. */
interface Counts { readonly emitted: number; readonly loops: number; readonly changes: number }

interface Made { readonly times: number; readonly instructions: number;
  /** Some call is given what another one made: to the analysis of aliases, all that these calls hold is then one. */
  readonly chained: boolean;
  /** Some call is given what an input holds. */
  readonly given: boolean }

/** A callee is worth a call if at least so many instructions would not be there, of at least so many copies. */
const worthACall = 100, leastTimes = 3;

/** The callees that were lowered in place and compute with loops from what they are given, changing nothing: how often, and how long that became. */
export class Copies {
  private readonly made = new Map<CallableNode, Made>();
  private readonly results = new Map<Value, CallableNode>();
  private readonly inputs = new WeakSet<Value>();

  addInput(input: Var): void { this.inputs.add(input); }

  /** What is read from an input is an input. */
  note(i: Instruction): void { if (i.kind === "read" && this.inputs.has(i.ref)) this.inputs.add(i.out); }

  /** Begins a callee; the function that is returned ends it. */
  begin(now: Counts, callee: CallableNode, args: readonly Value[]): (result: Value) => void {
    const { emitted, loops, changes } = now;
    const chained = args.some((a) => this.results.get(a) === callee), given = args.some((a) => this.inputs.has(a));
    return (result) => {
      if (now.loops === loops || now.changes > changes) return;
      const so = this.made.get(callee);
      this.results.set(result, callee);
      this.made.set(callee, {
        times: (so?.times ?? 0) + 1, instructions: (so?.instructions ?? 0) + now.emitted - emitted,
        chained: chained || so?.chained === true, given: given || so?.given === true,
      });
    };
  }

  /**
   * The callee without whose copies the function is shortest, if that is worth a call. Of a chain, what would be read again is recorded instead:
   * that is worth it only in a `crowd`, and inputs in a chain would have to be compared at entry.
   */
  most(crowd: boolean): CallableNode | undefined {
    let best: CallableNode | undefined, most = worthACall;
    for (const [callee, { times, instructions, chained, given }] of this.made) {
      const saved = instructions - instructions / times;
      if (times >= leastTimes && saved >= most && (!chained || (crowd && !given))) { best = callee; most = saved; }
    }
    return best;
  }
}

/** Whether an instruction changes what somebody has seen; `unseen` are arrays that are being made. */
export function isChange(i: Instruction, unseen: WeakSet<Var>): boolean {
  switch (i.kind) {
    case "write": case "push": return !unseen.has(i.ref);
    case "pop": case "throw": return true;
    case "raw": return !i.pure;
    default: return false;
  }
}
