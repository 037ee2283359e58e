import type { Random } from "../../random.ts";

interface Vector {
  x: number;
  y: number;
  z: number;
}
interface Quaternion extends Vector {
  w: number;
}
interface Joint {
  axis: Vector;
  length: number;
}

function product(a: Quaternion, b: Quaternion): Quaternion {
  return {
    w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
    x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
  };
}

function turning(axis: Vector, angle: number): Quaternion {
  const s = Math.sin(angle / 2);
  return { w: Math.cos(angle / 2), x: s * axis.x, y: s * axis.y, z: s * axis.z };
}

function turned(v: Vector, q: Quaternion): Vector {
  const p = product(product(q, { w: 0, ...v }), { w: q.w, x: -q.x, y: -q.y, z: -q.z });
  return { x: p.x, y: p.y, z: p.z };
}

/**
 * Squared distance of the hand of an arm from a target. Each joint turns about its axis all that comes after it.
 *
 * @differentiable wrt angles
 */
export function robotArm(angles: number[], joints: Joint[], target: Vector): number {
  let q: Quaternion = { w: 1, x: 0, y: 0, z: 0 };
  const hand: Vector = { x: 0, y: 0, z: 0 };
  for (let i = 0; i < joints.length; i++) {
    const { axis, length } = joints[i]!;
    q = product(q, turning(axis, angles[i]!));
    const part = turned({ x: length, y: 0, z: 0 }, q);
    hand.x += part.x;
    hand.y += part.y;
    hand.z += part.z;
  }
  return (hand.x - target.x) ** 2 + (hand.y - target.y) ** 2 + (hand.z - target.z) ** 2;
}

export function inputs(random: Random): Parameters<typeof robotArm>[] {
  const axes = [
    { x: 0, y: 0, z: 1 },
    { x: 0, y: 1, z: 0 },
    { x: 0.6, y: 0, z: 0.8 },
  ];
  return random.list(2, () => [
    random.list(7, () => random.uniform(-1, 1)),
    random.list(7, (i) => ({ axis: axes[i % 3]!, length: random.uniform(0.2, 1) })),
    { x: random.normal(), y: random.normal(), z: random.normal() },
  ]);
}
