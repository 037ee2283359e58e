import type { Random } from "../../random.ts";

/**
 * Soft nearest neighbour cost of two series: each sample of one against a band of the other.
 *
 * @differentiable wrt a, b
 */
export function softAlignment(a: number[], b: number[], band: number, temperature: number): number {
  let cost = 0;
  for (let i = 0; i < a.length; i++) {
    let sum = 0;
    for (let j = 0; j < b.length; j++) {
      if (Math.abs(i - j) > band) continue;
      const d = a[i]! - b[j]!;
      sum += Math.exp(-(d * d) / temperature);
    }
    if (sum > 0) cost -= temperature * Math.log(sum);
  }
  return cost;
}

export function inputs(random: Random): Parameters<typeof softAlignment>[] {
  return random.list(4, () => [
    random.list(60, (i) => Math.sin(0.2 * i) + 0.1 * random.normal()),
    random.list(60, (i) => Math.sin(0.2 * i + 0.3) + 0.1 * random.normal()),
    6,
    0.5,
  ]);
}
