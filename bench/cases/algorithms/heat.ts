import type { Random } from "../../random.ts";

/**
 * Squared difference between a temperature field after some explicit steps of the heat equation and a target. The field is
 * `width` wide, row by row; its border keeps its temperature. `conductivity` belongs to the cells.
 *
 * @differentiable wrt start, conductivity
 */
export function heat(
  start: Float64Array,
  conductivity: Float64Array,
  width: number,
  steps: number,
  target: Float64Array,
): number {
  const height = start.length / width;
  let now = Float64Array.from(start);
  let next = Float64Array.from(start);
  for (let step = 0; step < steps; step++) {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        const flow = now[i - 1]! + now[i + 1]! + now[i - width]! + now[i + width]! - 4 * now[i]!;
        next[i] = now[i]! + conductivity[i]! * flow;
      }
    }
    const previous = now;
    now = next;
    next = previous;
  }
  let loss = 0;
  for (let i = 0; i < now.length; i++) loss += (now[i]! - target[i]!) ** 2;
  return loss;
}

export function hand(
  start: Float64Array,
  conductivity: Float64Array,
  width: number,
  steps: number,
  target: Float64Array,
): { value: number; dstart: Float64Array; dconductivity: Float64Array } {
  const cells = start.length;
  const height = cells / width;
  const flows = new Float64Array(steps * cells);
  let now = Float64Array.from(start);
  let next = Float64Array.from(start);
  for (let step = 0; step < steps; step++) {
    const base = step * cells;
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        const flow = now[i - 1]! + now[i + 1]! + now[i - width]! + now[i + width]! - 4 * now[i]!;
        flows[base + i] = flow;
        next[i] = now[i]! + conductivity[i]! * flow;
      }
    }
    const previous = now;
    now = next;
    next = previous;
  }
  let loss = 0;
  let dnow = new Float64Array(cells);
  for (let i = 0; i < cells; i++) {
    const e = now[i]! - target[i]!;
    loss += e ** 2;
    dnow[i] = 2 * e;
  }

  // The border is the same at all times, so its derivatives stay where they are, and the other buffer collects for the step before.
  const dconductivity = new Float64Array(cells);
  let dbefore = new Float64Array(cells);
  for (let step = steps - 1; step >= 0; step--) {
    const base = step * cells;
    dbefore.set(dnow);
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        const d = dnow[i]!;
        dconductivity[i]! += d * flows[base + i]!;
        const g = d * conductivity[i]!;
        dbefore[i]! -= 4 * g;
        dbefore[i - 1]! += g;
        dbefore[i + 1]! += g;
        dbefore[i - width]! += g;
        dbefore[i + width]! += g;
      }
    }
    const spare = dnow;
    dnow = dbefore;
    dbefore = spare;
  }
  return { value: loss, dstart: dnow, dconductivity };
}

export function inputs(random: Random): Parameters<typeof heat>[] {
  const width = 24;
  const cells = width * 20;
  const field = (low: number, high: number): Float64Array =>
    Float64Array.from(random.list(cells, () => random.uniform(low, high)));
  return random.list(2, () => [field(0, 1), field(0.1, 0.24), width, 40, field(0, 1)]);
}
