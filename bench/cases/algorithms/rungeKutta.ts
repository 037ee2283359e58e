import type { Random } from "../../random.ts";

interface Rates {
  birth: number;
  hunt: number;
  gain: number;
  death: number;
}

/** Prey and predators in a row of fields, with some moving to the neighbouring fields. */
function velocity(y: number[], rates: Rates, mixing: number, out: number[]): void {
  const n = y.length / 2;
  for (let i = 0; i < n; i++) {
    const prey = y[i]!;
    const hunters = y[n + i]!;
    const left = i > 0 ? i - 1 : n - 1;
    const right = i < n - 1 ? i + 1 : 0;
    out[i] = prey * (rates.birth - rates.hunt * hunters) + mixing * (y[left]! - 2 * prey + y[right]!);
    out[n + i] = hunters * (rates.gain * prey - rates.death);
  }
}

/** y + h k into out. */
function moved(y: number[], h: number, k: number[], out: number[]): void {
  for (let i = 0; i < y.length; i++) out[i] = y[i]! + h * k[i]!;
}

/**
 * Squared distance of the state after some Runge-Kutta steps from a target.
 *
 * @differentiable wrt start, rates, mixing
 */
export function rungeKutta(start: number[], rates: Rates, mixing: number, h: number, steps: number, target: number[]): number {
  const y = start.slice();
  const n = y.length;
  const k1 = new Array<number>(n).fill(0);
  const k2 = new Array<number>(n).fill(0);
  const k3 = new Array<number>(n).fill(0);
  const k4 = new Array<number>(n).fill(0);
  const at = new Array<number>(n).fill(0);
  for (let step = 0; step < steps; step++) {
    velocity(y, rates, mixing, k1);
    moved(y, h / 2, k1, at);
    velocity(at, rates, mixing, k2);
    moved(y, h / 2, k2, at);
    velocity(at, rates, mixing, k3);
    moved(y, h, k3, at);
    velocity(at, rates, mixing, k4);
    for (let i = 0; i < n; i++) y[i]! += (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  }
  let loss = 0;
  for (let i = 0; i < n; i++) loss += (y[i]! - target[i]!) ** 2;
  return loss;
}

export function inputs(random: Random): Parameters<typeof rungeKutta>[] {
  const fields = 10;
  return random.list(2, () => [
    random.list(2 * fields, () => random.uniform(0.5, 1.5)),
    { birth: 1.1, hunt: 0.8, gain: 0.6, death: 0.9 },
    0.2,
    0.05,
    100,
    random.list(2 * fields, () => random.uniform(0.5, 1.5)),
  ]);
}
