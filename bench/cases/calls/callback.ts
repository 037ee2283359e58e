import type { Random } from "../../random.ts";

function integrate(f: (x: number) => number, from: number, to: number, n: number): number {
  const h = (to - from) / n;
  let sum = 0.5 * (f(from) + f(to));
  for (let i = 1; i < n; i++) sum += f(from + i * h);
  return sum * h;
}

/**
 * Arc length of a damped wave by the trapezoidal rule.
 *
 * @differentiable wrt amplitude, damping, end
 */
export function callback(amplitude: number, damping: number, end: number): number {
  return integrate(
    (x) => {
      const slope = amplitude * Math.exp(-damping * x) * (Math.cos(x) - damping * Math.sin(x));
      return Math.sqrt(1 + slope * slope);
    },
    0,
    end,
    200,
  );
}

export function inputs(random: Random): Parameters<typeof callback>[] {
  return random.list(8, () => [random.uniform(0.5, 2), random.uniform(0.05, 0.5), random.uniform(2, 8)]);
}
