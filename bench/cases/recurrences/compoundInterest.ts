import type { Random } from "../../random.ts";

/**
 * Savings with a yearly deposit and a fee that grows with the balance.
 *
 * @differentiable wrt principal, rate, deposit, fee
 */
export function compoundInterest(principal: number, rate: number, deposit: number, fee: number, years: number): number {
  let balance = principal;
  for (let year = 0; year < years; year++) {
    balance += balance * rate - fee * Math.sqrt(balance);
    balance += deposit;
  }
  return balance;
}

export function inputs(random: Random): Parameters<typeof compoundInterest>[] {
  return random.list(8, () => [
    random.uniform(1000, 5000),
    random.uniform(0.01, 0.06),
    random.uniform(100, 500),
    random.uniform(0.01, 0.1),
    40,
  ]);
}
