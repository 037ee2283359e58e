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
export function rungeKutta(
  start: number[],
  rates: Rates,
  mixing: number,
  h: number,
  steps: number,
  target: number[],
): number {
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

/** Adds to dy and drates what a change of the velocities at y means, and returns that for `mixing`. */
function velocityBack(y: number[], rates: Rates, mixing: number, dout: number[], dy: number[], drates: Rates): number {
  const n = y.length / 2;
  let dmixing = 0;
  let birth = 0;
  let hunt = 0;
  let gain = 0;
  let death = 0;
  for (let i = 0; i < n; i++) {
    const prey = y[i]!;
    const hunters = y[n + i]!;
    const left = i > 0 ? i - 1 : n - 1;
    const right = i < n - 1 ? i + 1 : 0;
    const d = dout[i]!;
    const e = dout[n + i]!;
    dmixing += d * (y[left]! - 2 * prey + y[right]!);
    birth += d * prey;
    hunt -= d * prey * hunters;
    gain += e * prey * hunters;
    death -= e * hunters;
    dy[left]! += mixing * d;
    dy[right]! += mixing * d;
    dy[i]! += d * (rates.birth - rates.hunt * hunters - 2 * mixing) + e * rates.gain * hunters;
    dy[n + i]! += e * (rates.gain * prey - rates.death) - d * prey * rates.hunt;
  }
  drates.birth += birth;
  drates.hunt += hunt;
  drates.gain += gain;
  drates.death += death;
  return dmixing;
}

export function hand(
  start: number[],
  rates: Rates,
  mixing: number,
  h: number,
  steps: number,
  target: number[],
): { value: number; dstart: number[]; drates: Rates; dmixing: number } {
  const n = start.length;
  const zeros = (): number[] => new Array<number>(n).fill(0);
  // the four states of each step at which velocities are taken: all the reverse needs
  const states: number[][] = [];
  const y = start.slice();
  const k1 = zeros();
  const k2 = zeros();
  const k3 = zeros();
  const k4 = zeros();
  for (let step = 0; step < steps; step++) {
    const y2 = zeros();
    const y3 = zeros();
    const y4 = zeros();
    states.push(y.slice(), y2, y3, y4);
    velocity(y, rates, mixing, k1);
    moved(y, h / 2, k1, y2);
    velocity(y2, rates, mixing, k2);
    moved(y, h / 2, k2, y3);
    velocity(y3, rates, mixing, k3);
    moved(y, h, k3, y4);
    velocity(y4, rates, mixing, k4);
    for (let i = 0; i < n; i++) y[i]! += (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  }
  let loss = 0;
  const dy = zeros();
  for (let i = 0; i < n; i++) {
    const e = y[i]! - target[i]!;
    loss += e ** 2;
    dy[i] = 2 * e;
  }

  const drates: Rates = { birth: 0, hunt: 0, gain: 0, death: 0 };
  let dmixing = 0;
  const dk1 = zeros();
  const dk2 = zeros();
  const dk3 = zeros();
  const dk4 = zeros();
  const dat = zeros();
  for (let step = 4 * (steps - 1); step >= 0; step -= 4) {
    for (let i = 0; i < n; i++) {
      const d = (h / 6) * dy[i]!;
      dk1[i] = d;
      dk2[i] = 2 * d;
      dk3[i] = 2 * d;
      dk4[i] = d;
    }
    dat.fill(0);
    dmixing += velocityBack(states[step + 3]!, rates, mixing, dk4, dat, drates);
    for (let i = 0; i < n; i++) {
      dy[i]! += dat[i]!;
      dk3[i]! += h * dat[i]!;
    }
    dat.fill(0);
    dmixing += velocityBack(states[step + 2]!, rates, mixing, dk3, dat, drates);
    for (let i = 0; i < n; i++) {
      dy[i]! += dat[i]!;
      dk2[i]! += (h / 2) * dat[i]!;
    }
    dat.fill(0);
    dmixing += velocityBack(states[step + 1]!, rates, mixing, dk2, dat, drates);
    for (let i = 0; i < n; i++) {
      dy[i]! += dat[i]!;
      dk1[i]! += (h / 2) * dat[i]!;
    }
    dmixing += velocityBack(states[step]!, rates, mixing, dk1, dy, drates);
  }
  return { value: loss, dstart: dy, drates, dmixing };
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
