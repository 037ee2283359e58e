import { describe, expect, it } from "vitest";
import { show as showIr } from "../../packages/transformer/src/ir/show.ts";
import { interpret, show, type Outcome, type Value } from "../support/interpretGradient.ts";
import { randomFunction, type Arithmetic } from "../support/randomIr.ts";
import { printed, runPrinted } from "../support/runPrinted.ts";

const argumentSets: Readonly<Record<Arithmetic, readonly (() => Value[])[]>> = {
  exact: [() => [1.25, -2.5, [0.5, 2, -1], [3, 0.1, 7]], () => [-0, Infinity, [0, 0, 0], [-1, NaN, 1e300]]],
  free: [() => [3, 5, [1, 2, 3], [4, -1, 2]], () => [0, 1, [0, 0, 0], [-1, 7, 2]]],
};

/** Result and effects, to the bit; where derivatives were computed freely, 0 and -0 are one. */
function observe({ result, trace }: Outcome, args: readonly Value[], arithmetic: Arithmetic): string {
  const text = `${show(result)}\n${trace.join("\n")}\n${show(args)}`;
  return arithmetic === "free" ? text.replaceAll(/-0(?![\d.])/g, "0") : text;
}

const programs = 400;

describe.each(["exact", "free"] as const)("random programs of %s arithmetic", (arithmetic) => {
  it.each([["printed for readers", false], ["in three-address form", true]] as const)("do what their IR does, %s", (_, debugNoTidy) => {
    for (let seed = 1; seed <= programs; seed++) {
      const fn = randomFunction(seed, arithmetic, [6, 15, 40, 80][seed % 4]);
      const text = printed(fn, { debugNoTidy });
      for (const args of argumentSets[arithmetic]) {
        const own = args(), theirs = args();
        const expected = observe(interpret(fn, own), own, arithmetic);
        const context = `seed ${seed}\n${text}\n${showIr(fn)}`;
        let outcome: Outcome;
        try { outcome = runPrinted(text, "f", theirs); } catch (error) { throw new Error(`${String(error)}\n${context}`, { cause: error }); }
        expect(observe(outcome, theirs, arithmetic), context).toBe(expected);
      }
    }
  });

  it("print the same text twice", () => {
    for (let seed = 1; seed <= 50; seed++) expect(printed(randomFunction(seed, arithmetic))).toBe(printed(randomFunction(seed, arithmetic)));
  });
});
