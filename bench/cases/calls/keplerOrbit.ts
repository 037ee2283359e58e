import type { Random } from "../../random.ts";

/** Eccentric anomaly by Newton's method. */
function eccentricAnomaly(meanAnomaly: number, eccentricity: number): number {
  let e = meanAnomaly;
  for (let k = 0; k < 20; k++) {
    const step = (e - eccentricity * Math.sin(e) - meanAnomaly) / (1 - eccentricity * Math.cos(e));
    e -= step;
    if (Math.abs(step) < 1e-12) break;
  }
  return e;
}

function radialVelocity(time: number, period: number, eccentricity: number, amplitude: number, omega: number): number {
  const e = eccentricAnomaly((2 * Math.PI * time) / period, eccentricity);
  const trueAnomaly = 2 * Math.atan(Math.sqrt((1 + eccentricity) / (1 - eccentricity)) * Math.tan(e / 2));
  return amplitude * (Math.cos(omega + trueAnomaly) + eccentricity * Math.cos(omega));
}

/**
 * Chi-square of an orbit against measured velocities of a star.
 *
 * @differentiable wrt period, eccentricity, amplitude, omega
 */
export function keplerOrbit(
  period: number,
  eccentricity: number,
  amplitude: number,
  omega: number,
  times: readonly number[],
  velocities: readonly number[],
): number {
  let sum = 0;
  for (let i = 0; i < times.length; i++) {
    sum += (radialVelocity(times[i]!, period, eccentricity, amplitude, omega) - velocities[i]!) ** 2;
  }
  return sum;
}

export function inputs(random: Random): Parameters<typeof keplerOrbit>[] {
  return random.list(4, () => [
    random.uniform(4, 5),
    random.uniform(0.1, 0.4),
    random.uniform(30, 60),
    random.uniform(0, 3),
    random.list(60, () => random.uniform(0, 20)),
    random.list(60, () => 40 * random.normal()),
  ]);
}
