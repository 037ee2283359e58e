import type { IrFunction } from "../ir/ir.ts";
import { accumulate } from "./accumulate.ts";
import { dropEmptyBlocks } from "./dropEmptyBlocks.ts";
import { eliminateCommon } from "./eliminateCommon.ts";
import { eliminateDead } from "./eliminateDead.ts";
import { gatherFactors } from "./gatherFactors.ts";
import { hoistInvariants } from "./hoistInvariants.ts";
import { settleElements } from "./settleElements.ts";
import { hollowSums } from "./hollowSums.ts";
import { hoistReciprocals } from "./hoistReciprocals.ts";
import { pruneJoins } from "./pruneJoins.ts";
import { pruneParams } from "./pruneParams.ts";
import { sinkIntoArms } from "./sinkIntoArms.ts";
import { steadyAccumulators } from "./steadyAccumulators.ts";
import { continueSums } from "./continueSums.ts";
import { separateShadows } from "./separateShadows.ts";
import { simplifyMatrices } from "./simplifyMatrices.ts";
import { scalarRecords } from "./scalarRecords.ts";
import { sizeArrays } from "./sizeArrays.ts";
import { yieldDecided } from "./yieldDecided.ts";
import { asWritten, simplify } from "./simplify.ts";

/** Called after every pass that changed something; tests pass `verify`, the trace of the pipeline could print. */
export type Check = (fn: IrFunction, pass: string) => void;

/** A pass under the name it is reported by. */
export interface Pass { readonly name: string; readonly run: (fn: IrFunction) => IrFunction }

/**
 * Each round makes work for the next only in chains (a literal found, a branch decided, a value dead), and chains in real programs are
 * short. A bound that is reached costs polish, never correctness.
 */
const maxRounds = 12;

/**
 * The user's function before it is differentiated: less to differentiate, and the same text to read. Bits and effects are kept.
 */
export function optimisePrimal(fn: IrFunction, check?: Check): IrFunction {
  const written = asWritten(fn);
  return untilStable(fn, [
    { name: "dropEmptyBlocks", run: dropEmptyBlocks },
    { name: "pruneParams", run: pruneParams },
    { name: "pruneJoins", run: pruneJoins },
    { name: "sizeArrays", run: sizeArrays },
    { name: "scalarRecords", run: scalarRecords },
    { name: "simplify", run: (f) => simplify(f, written) },
    { name: "eliminateCommon", run: (f) => eliminateCommon(f, "primal") },
    { name: "eliminateDead", run: eliminateDead },
  ], check);
}

/** The gradient: forward instructions keep their bits, derivatives are simplified freely. */
export function optimiseGradient(fn: IrFunction, check?: Check): IrFunction {
  const written = asWritten(fn);
  const passes: readonly Pass[] = [
    { name: "dropEmptyBlocks", run: dropEmptyBlocks },
    { name: "pruneParams", run: pruneParams },
    { name: "pruneJoins", run: pruneJoins },
    { name: "accumulate", run: accumulate },
    { name: "hollowSums", run: hollowSums },
    { name: "sinkIntoArms", run: sinkIntoArms },
    { name: "steadyAccumulators", run: steadyAccumulators },
    { name: "yieldDecided", run: yieldDecided },
    { name: "simplify", run: (f) => simplify(f, written) },
    { name: "simplifyMatrices", run: simplifyMatrices },
    { name: "eliminateCommon", run: (f) => eliminateCommon(f, "gradient") },
    { name: "gatherFactors", run: gatherFactors },
    { name: "settleElements", run: settleElements },
    { name: "hoistInvariants", run: hoistInvariants },
    { name: "eliminateDead", run: eliminateDead },
  ];
  const settled = untilStable(separateShadows(continueSums(fn)), passes, check);
  // Last, because a quotient is easier to simplify than a product with a reciprocal.
  const divided = hoistReciprocals(settled);
  if (divided === settled) return settled;
  check?.(divided, "hoistReciprocals");
  return untilStable(divided, passes, check);
}

/** A gradient in fewer operations, at the price of names that say less. */
export function tightenGradient(fn: IrFunction): IrFunction {
  const written = asWritten(fn);
  return untilStable(gatherFactors(fn, true), [{ name: "simplify", run: (f) => simplify(f, written) }, { name: "eliminateDead", run: eliminateDead }]);
}

/** Runs the passes in turn until a whole round changes nothing. */
export function untilStable(fn: IrFunction, passes: readonly Pass[], check?: Check): IrFunction {
  let current = fn;
  /** What each pass had nothing to do for: it need not look again. */
  const settled = new Map<Pass, IrFunction>();
  for (let round = 0; round < maxRounds; round++) {
    const before = current;
    for (const pass of passes) {
      if (settled.get(pass) === current) continue;
      const next = pass.run(current);
      if (next === current) settled.set(pass, current);
      if (next !== current) check?.(next, pass.name);
      current = next;
    }
    if (current === before) break;
  }
  return current;
}
