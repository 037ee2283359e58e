import type { Random } from "../../random.ts";

function logSumExp(xs: number[]): number {
  const top = Math.max(...xs);
  let sum = 0;
  for (const x of xs) sum += Math.exp(x - top);
  return top + Math.log(sum);
}

/**
 * Log-likelihood of observed symbols in a hidden Markov model (all parameters are logarithms): the chain of Viterbi's
 * algorithm with log-sum-exp for the maximum.
 *
 * @differentiable wrt initial, transition, emission
 */
export function hmm(initial: number[], transition: number[][], emission: number[][], symbols: number[]): number {
  let alpha = initial.map((p, s) => p + emission[s]![symbols[0]!]!);
  for (let t = 1; t < symbols.length; t++) {
    const next: number[] = [];
    for (let s = 0; s < initial.length; s++) {
      const ways = alpha.map((a, r) => a + transition[r]![s]!);
      next.push(logSumExp(ways) + emission[s]![symbols[t]!]!);
    }
    alpha = next;
  }
  return logSumExp(alpha);
}

export function hand(
  initial: number[],
  transition: number[][],
  emission: number[][],
  symbols: number[],
): { value: number; dinitial: number[]; dtransition: number[][]; demission: number[][] } {
  const n = initial.length;
  const steps = symbols.length;
  // how much of state s at time t comes from each state before
  const weights = new Float64Array(n * n * steps);
  let alpha = new Array<number>(n).fill(0);
  let next = new Array<number>(n).fill(0);
  const ways = new Array<number>(n).fill(0);
  for (let s = 0; s < n; s++) alpha[s] = initial[s]! + emission[s]![symbols[0]!]!;
  for (let t = 1; t < steps; t++) {
    const symbol = symbols[t]!;
    for (let s = 0; s < n; s++) {
      let top = -Infinity;
      for (let r = 0; r < n; r++) {
        const way = alpha[r]! + transition[r]![s]!;
        ways[r] = way;
        if (way > top) top = way;
      }
      const at = n * (n * t + s);
      let sum = 0;
      for (let r = 0; r < n; r++) {
        const e = Math.exp(ways[r]! - top);
        weights[at + r] = e;
        sum += e;
      }
      for (let r = 0; r < n; r++) weights[at + r]! /= sum;
      next[s] = top + Math.log(sum) + emission[s]![symbol]!;
    }
    const spare = alpha;
    alpha = next;
    next = spare;
  }
  const value = logSumExp(alpha);

  const dtransition = transition.map((row) => new Array<number>(row.length).fill(0));
  const demission = emission.map((row) => new Array<number>(row.length).fill(0));
  let dnext = alpha.map((a) => Math.exp(a - value));
  let dalpha = new Array<number>(n).fill(0);
  for (let t = steps - 1; t > 0; t--) {
    const symbol = symbols[t]!;
    dalpha.fill(0);
    for (let s = 0; s < n; s++) {
      const d = dnext[s]!;
      demission[s]![symbol]! += d;
      const at = n * (n * t + s);
      for (let r = 0; r < n; r++) {
        const share = d * weights[at + r]!;
        dtransition[r]![s]! += share;
        dalpha[r]! += share;
      }
    }
    const spare = dnext;
    dnext = dalpha;
    dalpha = spare;
  }
  for (let s = 0; s < n; s++) demission[s]![symbols[0]!]! += dnext[s]!;
  return { value, dinitial: dnext, dtransition, demission };
}

export function inputs(random: Random): Parameters<typeof hmm>[] {
  const states = 8;
  const symbols = 10;
  const distribution = (n: number): number[] => {
    const ps = random.list(n, () => random.uniform(0.2, 1));
    const sum = ps.reduce((a, b) => a + b);
    return ps.map((p) => Math.log(p / sum));
  };
  return random.list(2, () => [
    distribution(states),
    random.list(states, () => distribution(states)),
    random.list(states, () => distribution(symbols)),
    random.list(50, () => random.integer(symbols)),
  ]);
}
