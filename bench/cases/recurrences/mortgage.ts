import type { Random } from "../../random.ts";

/**
 * What is still owed plus all interest paid, with a rate that steps up each year until the loan is paid off.
 *
 * @differentiable
 */
export function mortgage(loan: number, rate: number, payment: number, step: number, months: number): number {
  let owed = loan;
  let interest = 0;
  for (let month = 0; month < months; month++) {
    const yearly = rate + step * Math.floor(month / 12);
    const due = (owed * yearly) / 12;
    interest += due;
    owed += due - payment;
    if (owed <= 0) break;
  }
  return owed + interest;
}

export function inputs(random: Random): Parameters<typeof mortgage>[] {
  return random.list(8, () => [
    random.uniform(100000, 300000),
    random.uniform(0.02, 0.04),
    random.uniform(1200, 2400),
    random.uniform(0, 0.001),
    360,
  ]);
}
