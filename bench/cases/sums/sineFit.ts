import type { Random } from "../../random.ts";

interface Sample {
  readonly t: number;
  readonly y: number;
}

/** @differentiable wrt amplitude, frequency, phase */
export function sineFit(amplitude: number, frequency: number, phase: number, samples: readonly Sample[]): number {
  let sum = 0;
  for (const { t, y } of samples) {
    const r = amplitude * Math.sin(frequency * t + phase) - y;
    sum += r * r;
  }
  return sum;
}

export function hand(
  amplitude: number,
  frequency: number,
  phase: number,
  samples: readonly Sample[],
): { value: number; damplitude: number; dfrequency: number; dphase: number } {
  let sum = 0;
  let damplitude = 0;
  let dfrequency = 0;
  let dphase = 0;
  for (let i = 0; i < samples.length; i++) {
    const { t, y } = samples[i]!;
    const angle = frequency * t + phase;
    const s = Math.sin(angle);
    const r = amplitude * s - y;
    sum += r * r;
    damplitude += r * s;
    const dangle = r * Math.cos(angle);
    dfrequency += t * dangle;
    dphase += dangle;
  }
  return {
    value: sum,
    damplitude: 2 * damplitude,
    dfrequency: 2 * amplitude * dfrequency,
    dphase: 2 * amplitude * dphase,
  };
}

export function inputs(random: Random): Parameters<typeof sineFit>[] {
  return random.list(4, () => [
    random.uniform(0.5, 2),
    random.uniform(0.8, 1.2),
    random.uniform(-1, 1),
    random.list(500, (i) => ({ t: 0.02 * i, y: Math.sin(0.02 * i) + 0.1 * random.normal() })),
  ]);
}
