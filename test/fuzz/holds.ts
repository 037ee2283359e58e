import { expect } from "vitest";
import { campaign, type Campaign, type CampaignOptions } from "./campaign.ts";

function report(result: Campaign): string {
  return result.failures.map((f) => `seed ${f.seed}: ${f.outcome.kind} ${"detail" in f.outcome ? f.outcome.detail.slice(0, 600) : ""}\n${f.text}`).join("\n\n");
}

/** A campaign in which nothing is wrong, and few programs are refused or beyond comparison. */
export function holds(options: CampaignOptions, refusedAtMost: number): void {
  const result = campaign({ stopAfter: 3, ...options });
  expect(report(result)).toBe("");
  const { right, skipped, refused } = result.counts;
  expect(right + skipped + refused).toBe(options.runs);
  // a campaign that skips or refuses most of its programs would prove nothing
  expect(skipped / options.runs, `skipped ${JSON.stringify([...result.skips])}`).toBeLessThan(0.1);
  expect(refused / options.runs, `refused ${JSON.stringify([...result.codes])}`).toBeLessThanOrEqual(refusedAtMost);
}
