import type { Random } from "../../random.ts";

/**
 * Squared distance of a planar arm's hand from a target.
 *
 * @differentiable wrt shoulder, elbow, upper, lower
 */
export function twoLinkArm(
  shoulder: number,
  elbow: number,
  upper: number,
  lower: number,
  targetX: number,
  targetY: number,
): number {
  const angle = shoulder + elbow;
  const x = upper * Math.cos(shoulder) + lower * Math.cos(angle);
  const y = upper * Math.sin(shoulder) + lower * Math.sin(angle);
  const ex = x - targetX;
  const ey = y - targetY;
  return ex * ex + ey * ey;
}

export function hand(
  shoulder: number,
  elbow: number,
  upper: number,
  lower: number,
  targetX: number,
  targetY: number,
): { value: number; dshoulder: number; delbow: number; dupper: number; dlower: number } {
  const angle = shoulder + elbow;
  const c1 = Math.cos(shoulder);
  const s1 = Math.sin(shoulder);
  const c2 = Math.cos(angle);
  const s2 = Math.sin(angle);
  const ex = upper * c1 + lower * c2 - targetX;
  const ey = upper * s1 + lower * s2 - targetY;
  const delbow = 2 * lower * (ey * c2 - ex * s2);
  return {
    value: ex * ex + ey * ey,
    dshoulder: delbow + 2 * upper * (ey * c1 - ex * s1),
    delbow,
    dupper: 2 * (ex * c1 + ey * s1),
    dlower: 2 * (ex * c2 + ey * s2),
  };
}

export function inputs(random: Random): Parameters<typeof twoLinkArm>[] {
  return random.list(16, () => [
    random.uniform(-2, 2),
    random.uniform(-2, 2),
    random.uniform(0.5, 1.5),
    random.uniform(0.5, 1.5),
    random.uniform(-1, 1),
    random.uniform(-1, 1),
  ]);
}
