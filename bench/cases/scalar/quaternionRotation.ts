import type { Random } from "../../random.ts";

interface Quaternion {
  readonly w: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/**
 * Rotates (a, b, c) by a quaternion of any length and projects on a direction.
 *
 * @differentiable wrt q
 */
export function quaternionRotation(q: Quaternion, v: readonly number[], direction: readonly number[]): number {
  const scale = 2 / (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
  const a = v[0]!;
  const b = v[1]!;
  const c = v[2]!;
  // t = imaginary part × v
  const tx = q.y * c - q.z * b;
  const ty = q.z * a - q.x * c;
  const tz = q.x * b - q.y * a;
  const rx = a + scale * (q.w * tx + q.y * tz - q.z * ty);
  const ry = b + scale * (q.w * ty + q.z * tx - q.x * tz);
  const rz = c + scale * (q.w * tz + q.x * ty - q.y * tx);
  return rx * direction[0]! + ry * direction[1]! + rz * direction[2]!;
}

export function inputs(random: Random): Parameters<typeof quaternionRotation>[] {
  const normal = (): number => random.normal();
  return random.list(16, () => [
    { w: normal(), x: normal(), y: normal(), z: normal() },
    random.list(3, normal),
    random.list(3, normal),
  ]);
}
