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
