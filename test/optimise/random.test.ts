import { describe, expect, it } from "vitest";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { show as showFunction } from "../../packages/transformer/src/ir/show.ts";
import { parse } from "../../packages/transformer/src/ir/parse.ts";
import { verify } from "../../packages/transformer/src/ir/verify.ts";
import { accumulate } from "../../packages/transformer/src/optimise/accumulate.ts";
import { dropEmptyBlocks } from "../../packages/transformer/src/optimise/dropEmptyBlocks.ts";
import { eliminateCommon } from "../../packages/transformer/src/optimise/eliminateCommon.ts";
import { eliminateDead } from "../../packages/transformer/src/optimise/eliminateDead.ts";
import { hoistInvariants } from "../../packages/transformer/src/optimise/hoistInvariants.ts";
import { optimiseGradient, optimisePrimal } from "../../packages/transformer/src/optimise/optimise.ts";
import { pruneJoins } from "../../packages/transformer/src/optimise/pruneJoins.ts";
import { pruneParams } from "../../packages/transformer/src/optimise/pruneParams.ts";
import { simplify } from "../../packages/transformer/src/optimise/simplify.ts";
import { interpret, show } from "../support/interpretGradient.ts";
import type { Value } from "../support/interpretGradient.ts";
import { randomFunction } from "../support/randomIr.ts";
import type { Arithmetic } from "../support/randomIr.ts";

const passes: Readonly<Record<string, (fn: IrFunction) => IrFunction>> = {
  dropEmptyBlocks, pruneParams, pruneJoins, accumulate, simplify, hoistInvariants, eliminateDead,
  eliminateCommonPrimal: (fn) => eliminateCommon(fn, "primal"),
  eliminateCommonGradient: (fn) => eliminateCommon(fn, "gradient"),
  optimisePrimal: (fn) => optimisePrimal(fn, verify),
  optimiseGradient: (fn) => optimiseGradient(fn, verify),
};

/** Fresh arguments: a run may change its arrays, and what it leaves in them is part of the outcome. */
const argumentSets: Readonly<Record<Arithmetic, readonly (() => Value[])[]>> = {
  exact: [() => [0.7, -1.5, [1, 2, 3], [0.25, -0, 4]], () => [-0, Infinity, [0, 0, 0], [-1, NaN, 1e300]]],
  free: [() => [3, -2, [1, 2, 3], [5, 0, -4]], () => [0, 1, [0, 0, 0], [-1, 7, 2]]],
};

/** Everything a run can be seen to do, to the bit; where derivatives were computed freely, 0 and -0 are one. */
function observe(fn: IrFunction, args: Value[], arithmetic: Arithmetic): string {
  const { result, trace, thrown } = interpret(fn, args);
  const text = `${show(result)}\n${trace.join("\n")}\n${thrown ?? ""}\n${show(args)}`;
  return arithmetic === "free" ? text.replaceAll("-0", "0") : text;
}

const programs = 400;

describe.each(["exact", "free"] as const)("random programs of %s arithmetic", (arithmetic) => {
  for (const [name, pass] of Object.entries(passes)) {
    // Accumulators are arithmetic of derivatives: the exact programs have none.
    if (name === "accumulate" && arithmetic === "exact") continue;
    it(`do the same after ${name}`, () => {
      let changed = 0;
      for (let seed = 1; seed <= programs; seed++) {
        const fn = randomFunction(seed, arithmetic), after = pass(fn);
        if (after === fn) continue;
        changed++;
        const context = (): string => `seed ${seed}, ${name}\n${showFunction(fn)}\n${showFunction(after)}`;
        try { verify(after); } catch (error) { throw new Error(`${String(error)}\n${context()}`, { cause: error }); }
        for (const args of argumentSets[arithmetic]) expect(observe(after, args(), arithmetic), context()).toBe(observe(fn, args(), arithmetic));
        if (name.startsWith("optimise")) continue;
        expect(settled(pass, after), `${name} changes its own result again and again\n${context()}`).toBe(true);
      }
      // A pass that never finds anything is not tested by any of this.
      expect(changed).toBeGreaterThan(programs / 20);
    });
  }

  it("can be read back from their text", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const text = showFunction(randomFunction(seed, arithmetic)), fn = parse(text);
      verify(fn);
      expect(showFunction(fn)).toBe(text);
      for (const args of argumentSets[arithmetic]) expect(observe(fn, args(), arithmetic)).toBe(observe(randomFunction(seed, arithmetic), args(), arithmetic));
    }
  });
});

/** A pass comes to rest on its own result: it returns the same object after a few rounds. */
function settled(pass: (fn: IrFunction) => IrFunction, fn: IrFunction): boolean {
  let current = fn;
  for (let round = 0; round < 20; round++) {
    const next = pass(current);
    if (next === current) return true;
    current = next;
  }
  return false;
}
