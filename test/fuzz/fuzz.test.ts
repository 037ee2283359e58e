/** Random programs against dual numbers, with fixed seeds. More of them: `pnpm fuzz --runs N --seed S`. */
import { describe, expect, test } from "vitest";
import { campaign, type Campaign, type CampaignOptions } from "./campaign.ts";
import { generate } from "./program.ts";

function report(result: Campaign): string {
  return result.failures.map((f) => `seed ${f.seed}: ${f.outcome.kind} ${"detail" in f.outcome ? f.outcome.detail.slice(0, 600) : ""}\n${f.text}`).join("\n\n");
}

function holds(options: CampaignOptions, refusedAtMost: number): void {
  const result = campaign({ stopAfter: 3, ...options });
  expect(report(result)).toBe("");
  const { right, skipped, refused } = result.counts;
  expect(right + skipped + refused).toBe(options.runs);
  // a campaign that skips or refuses most of its programs would prove nothing
  expect(skipped / options.runs, `skipped ${JSON.stringify([...result.skips])}`).toBeLessThan(0.1);
  expect(refused / options.runs, `refused ${JSON.stringify([...result.codes])}`).toBeLessThanOrEqual(refusedAtMost);
}

describe("random programs", () => {
  test("2,000 of first order", { timeout: 180_000 }, () => holds({ from: 1_000_000, runs: 2000, typesEvery: 10, unoptimisedEvery: 4 }, 0.01));
  test("300 of second order", { timeout: 120_000 }, () => holds({ from: 2_000_000, runs: 300, order: 2, size: 12 }, 0.03));
});

test("a seed builds the same program every time", () => {
  for (let seed = 1; seed < 20; seed++) expect(generate(seed)).toEqual(generate(seed));
  expect(generate(1).text).not.toBe(generate(2).text);
});
