import type { Random } from "../../random.ts";

/**
 * Squared error of an image, rotated and shifted with bilinear sampling, against a template.
 *
 * @differentiable wrt angle, shiftX, shiftY
 */
export function imageRegistration(
  angle: number,
  shiftX: number,
  shiftY: number,
  image: number[][],
  template: number[][],
): number {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  let sum = 0;
  for (let row = 0; row < template.length; row++) {
    for (let column = 0; column < template[row]!.length; column++) {
      const x = c * column - s * row + shiftX;
      const y = s * column + c * row + shiftY;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      if (x0 < 0 || y0 < 0 || y0 + 1 >= image.length || x0 + 1 >= image[y0]!.length) continue;
      const fx = x - x0;
      const fy = y - y0;
      const top = (1 - fx) * image[y0]![x0]! + fx * image[y0]![x0 + 1]!;
      const bottom = (1 - fx) * image[y0 + 1]![x0]! + fx * image[y0 + 1]![x0 + 1]!;
      const r = (1 - fy) * top + fy * bottom - template[row]![column]!;
      sum += r * r;
    }
  }
  return sum;
}

export function hand(
  angle: number,
  shiftX: number,
  shiftY: number,
  image: number[][],
  template: number[][],
): { value: number; dangle: number; dshiftX: number; dshiftY: number } {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  let sum = 0;
  let dangle = 0;
  let dshiftX = 0;
  let dshiftY = 0;
  for (let row = 0; row < template.length; row++) {
    const wanted = template[row]!;
    for (let column = 0; column < wanted.length; column++) {
      const rx = c * column - s * row;
      const ry = s * column + c * row;
      const x = rx + shiftX;
      const y = ry + shiftY;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      if (x0 < 0 || y0 < 0 || y0 + 1 >= image.length || x0 + 1 >= image[y0]!.length) continue;
      const fx = x - x0;
      const fy = y - y0;
      const upper = image[y0]!;
      const lower = image[y0 + 1]!;
      const a = upper[x0]!;
      const b = upper[x0 + 1]!;
      const d = lower[x0]!;
      const e = lower[x0 + 1]!;
      const top = (1 - fx) * a + fx * b;
      const bottom = (1 - fx) * d + fx * e;
      const r = (1 - fy) * top + fy * bottom - wanted[column]!;
      sum += r * r;
      const dx = r * ((1 - fy) * (b - a) + fy * (e - d));
      const dy = r * (bottom - top);
      dshiftX += dx;
      dshiftY += dy;
      dangle += dy * rx - dx * ry;
    }
  }
  return { value: sum, dangle: 2 * dangle, dshiftX: 2 * dshiftX, dshiftY: 2 * dshiftY };
}

export function inputs(random: Random): Parameters<typeof imageRegistration>[] {
  const picture = (): number[][] =>
    random.list(24, (i) => random.list(24, (j) => Math.sin(0.4 * i) * Math.cos(0.3 * j) + 0.05 * random.normal()));
  return random.list(4, () => [
    random.uniform(-0.1, 0.1),
    random.uniform(-1.5, 1.5),
    random.uniform(-1.5, 1.5),
    picture(),
    picture(),
  ]);
}
