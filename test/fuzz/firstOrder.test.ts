/** Random programs against dual numbers, with fixed seeds (two files, so that they run side by side). More: `pnpm fuzz --runs N --seed S`. */
import { expect, test } from "vitest";
import { holds } from "./holds.ts";
import { generate } from "./program.ts";

test("800 random programs", { timeout: 240_000 }, () => holds({ from: 1_000_000, runs: 800, typesEvery: 10, unoptimisedEvery: 4 }, 0.01));

test("a seed builds the same program every time", () => {
  for (let seed = 1; seed < 20; seed++) expect(generate(seed)).toEqual(generate(seed));
  expect(generate(1).text).not.toBe(generate(2).text);
});
