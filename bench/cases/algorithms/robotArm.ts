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
 * Squared distance of the tip of an arm from a target. Each joint turns about its axis all that comes after it.
 *
 * @differentiable wrt angles
 */
export function robotArm(angles: number[], joints: Joint[], target: Vector): number {
  let q: Quaternion = { w: 1, x: 0, y: 0, z: 0 };
  const tip: Vector = { x: 0, y: 0, z: 0 };
  for (let i = 0; i < joints.length; i++) {
    const { axis, length } = joints[i]!;
    q = product(q, turning(axis, angles[i]!));
    const part = turned({ x: length, y: 0, z: 0 }, q);
    tip.x += part.x;
    tip.y += part.y;
    tip.z += part.z;
  }
  return (tip.x - target.x) ** 2 + (tip.y - target.y) ** 2 + (tip.z - target.z) ** 2;
}

export function hand(angles: number[], joints: Joint[], target: Vector): { value: number; dangles: number[] } {
  const n = joints.length;
  const qs = new Array<number>(4 * (n + 1)).fill(0); // the turns so far
  qs[0] = 1;
  const turns = new Array<number>(2 * n).fill(0); // cosine and sine of the half angles
  let px = 0;
  let py = 0;
  let pz = 0;
  for (let i = 0; i < n; i++) {
    const { axis, length } = joints[i]!;
    const c = Math.cos(angles[i]! / 2);
    const s = Math.sin(angles[i]! / 2);
    turns[2 * i] = c;
    turns[2 * i + 1] = s;
    const w = qs[4 * i]!;
    const x = qs[4 * i + 1]!;
    const y = qs[4 * i + 2]!;
    const z = qs[4 * i + 3]!;
    const bx = s * axis.x;
    const by = s * axis.y;
    const bz = s * axis.z;
    const qw = w * c - x * bx - y * by - z * bz;
    const qx = w * bx + x * c + y * bz - z * by;
    const qy = w * by - x * bz + y * c + z * bx;
    const qz = w * bz + x * by - y * bx + z * c;
    qs[4 * i + 4] = qw;
    qs[4 * i + 5] = qx;
    qs[4 * i + 6] = qy;
    qs[4 * i + 7] = qz;
    px += length * (qw * qw + qx * qx - qy * qy - qz * qz);
    py += 2 * length * (qx * qy + qw * qz);
    pz += 2 * length * (qx * qz - qw * qy);
  }
  px -= target.x;
  py -= target.y;
  pz -= target.z;

  const dangles = new Array<number>(n).fill(0);
  let dw = 0;
  let dx = 0;
  let dy = 0;
  let dz = 0;
  for (let i = n - 1; i >= 0; i--) {
    const { axis, length } = joints[i]!;
    const qw = qs[4 * i + 4]!;
    const qx = qs[4 * i + 5]!;
    const qy = qs[4 * i + 6]!;
    const qz = qs[4 * i + 7]!;
    const l = 4 * length; // of the derivative of squares, twice
    dw += l * (qw * px + qz * py - qy * pz);
    dx += l * (qx * px + qy * py + qz * pz);
    dy += l * (qx * py - qy * px - qw * pz);
    dz += l * (qw * py - qz * px + qx * pz);
    // q = before · turn: by the turn conj(before) · dq, by the one before dq · conj(turn)
    const w = qs[4 * i]!;
    const x = qs[4 * i + 1]!;
    const y = qs[4 * i + 2]!;
    const z = qs[4 * i + 3]!;
    const c = turns[2 * i]!;
    const s = turns[2 * i + 1]!;
    const dc = w * dw + x * dx + y * dy + z * dz;
    const dbx = w * dx - x * dw - y * dz + z * dy;
    const dby = w * dy + x * dz - y * dw - z * dx;
    const dbz = w * dz - x * dy + y * dx - z * dw;
    dangles[i] = 0.5 * (c * (axis.x * dbx + axis.y * dby + axis.z * dbz) - s * dc);
    const bx = s * axis.x;
    const by = s * axis.y;
    const bz = s * axis.z;
    const nw = dw * c + dx * bx + dy * by + dz * bz;
    const nx = dx * c - dw * bx - dy * bz + dz * by;
    const ny = dy * c - dw * by + dx * bz - dz * bx;
    const nz = dz * c - dw * bz - dx * by + dy * bx;
    dw = nw;
    dx = nx;
    dy = ny;
    dz = nz;
  }
  return { value: px ** 2 + py ** 2 + pz ** 2, dangles };
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
