import type { Random } from "../../random.ts";

/** What one camera sees of one point: indices into cameras and points, pixel coordinates, and the observation's weight. */
interface Observation {
  readonly camera: number;
  readonly point: number;
  readonly x: number;
  readonly y: number;
}

function squaredLength(x: number, y: number, z: number): number {
  return x * x + y * y + z * z;
}

/** One component of a vector turned about an axis by Rodrigues' formula; `crossed` is that component of axis × vector. */
function turned(component: number, axis: number, crossed: number, along: number, c: number, s: number): number {
  return component * c + crossed * s + axis * along * (1 - c);
}

/**
 * Squared error of all observations. A camera is rotation (3), centre (3), focal length, principal point (2), distortion (2).
 *
 * @differentiable wrt cameras, points, weights
 */
export function bundleAdjustment(
  cameras: number[][],
  points: number[][],
  weights: number[],
  observations: readonly Observation[],
): number {
  let total = 0;
  for (let i = 0; i < observations.length; i++) {
    const { camera, point, x, y } = observations[i]!;
    const c = cameras[camera]!;
    const p = points[point]!;
    const px = p[0]! - c[3]!;
    const py = p[1]! - c[4]!;
    const pz = p[2]! - c[5]!;
    const angle = Math.sqrt(squaredLength(c[0]!, c[1]!, c[2]!));
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const ax = c[0]! / angle;
    const ay = c[1]! / angle;
    const az = c[2]! / angle;
    const along = ax * px + ay * py + az * pz;
    const rx = turned(px, ax, ay * pz - az * py, along, cos, sin);
    const ry = turned(py, ay, az * px - ax * pz, along, cos, sin);
    const rz = turned(pz, az, ax * py - ay * px, along, cos, sin);
    const u = rx / rz;
    const v = ry / rz;
    const r2 = u * u + v * v;
    const distortion = 1 + c[9]! * r2 + c[10]! * r2 * r2;
    const ex = weights[i]! * (c[6]! * u * distortion + c[7]! - x);
    const ey = weights[i]! * (c[6]! * v * distortion + c[8]! - y);
    const slack = 1 - weights[i]! * weights[i]!;
    total += ex * ex + ey * ey + slack * slack;
  }
  return total;
}

interface Gradient {
  value: number;
  dcameras: number[][];
  dpoints: number[][];
  dweights: number[];
}

export function hand(
  cameras: number[][],
  points: number[][],
  weights: number[],
  observations: readonly Observation[],
): Gradient {
  const zeros = (rows: number[][]): number[][] => rows.map((row) => new Array<number>(row.length).fill(0));
  const dcameras = zeros(cameras);
  const dpoints = zeros(points);
  const dweights = new Array<number>(weights.length).fill(0);
  let total = 0;
  for (let i = 0; i < observations.length; i++) {
    const { camera, point, x, y } = observations[i]!;
    const c = cameras[camera]!;
    const p = points[point]!;
    const weight = weights[i]!;
    const px = p[0]! - c[3]!;
    const py = p[1]! - c[4]!;
    const pz = p[2]! - c[5]!;
    const angle = Math.sqrt(c[0]! * c[0]! + c[1]! * c[1]! + c[2]! * c[2]!);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const rest = 1 - cos;
    const ax = c[0]! / angle;
    const ay = c[1]! / angle;
    const az = c[2]! / angle;
    const along = ax * px + ay * py + az * pz;
    const crossX = ay * pz - az * py;
    const crossY = az * px - ax * pz;
    const crossZ = ax * py - ay * px;
    const rx = px * cos + crossX * sin + ax * along * rest;
    const ry = py * cos + crossY * sin + ay * along * rest;
    const rz = pz * cos + crossZ * sin + az * along * rest;
    const u = rx / rz;
    const v = ry / rz;
    const r2 = u * u + v * v;
    const distortion = 1 + c[9]! * r2 + c[10]! * r2 * r2;
    const offX = c[6]! * u * distortion + c[7]! - x;
    const offY = c[6]! * v * distortion + c[8]! - y;
    const ex = weight * offX;
    const ey = weight * offY;
    const slack = 1 - weight * weight;
    total += ex * ex + ey * ey + slack * slack;

    dweights[i]! += 2 * (ex * offX + ey * offY) - 4 * slack * weight;
    const doffX = 2 * ex * weight;
    const doffY = 2 * ey * weight;
    const across = u * doffX + v * doffY;
    const ddistortion = c[6]! * across;
    const dc = dcameras[camera]!;
    dc[6]! += distortion * across;
    dc[7]! += doffX;
    dc[8]! += doffY;
    dc[9]! += r2 * ddistortion;
    dc[10]! += r2 * r2 * ddistortion;
    const dr2 = (c[9]! + 2 * c[10]! * r2) * ddistortion;
    const scale = c[6]! * distortion;
    const drx = (scale * doffX + 2 * u * dr2) / rz;
    const dry = (scale * doffY + 2 * v * dr2) / rz;
    const drz = -(u * drx + v * dry);
    // r = p cos + (a × p) sin + a (a · p) (1 - cos)
    const dcos = px * drx + py * dry + pz * drz - along * (ax * drx + ay * dry + az * drz);
    const dsin = crossX * drx + crossY * dry + crossZ * drz;
    const dalong = rest * (ax * drx + ay * dry + az * drz);
    const dax = along * rest * drx + px * dalong + sin * (py * drz - pz * dry);
    const day = along * rest * dry + py * dalong + sin * (pz * drx - px * drz);
    const daz = along * rest * drz + pz * dalong + sin * (px * dry - py * drx);
    const dpx = cos * drx + ax * dalong + sin * (az * dry - ay * drz);
    const dpy = cos * dry + ay * dalong + sin * (ax * drz - az * drx);
    const dpz = cos * drz + az * dalong + sin * (ay * drx - ax * dry);
    // a = c[0..2] / angle, angle = |c[0..2]|
    const dangle = dsin * cos - dcos * sin - (ax * dax + ay * day + az * daz) / angle;
    dc[0]! += dax / angle + ax * dangle;
    dc[1]! += day / angle + ay * dangle;
    dc[2]! += daz / angle + az * dangle;
    dc[3]! -= dpx;
    dc[4]! -= dpy;
    dc[5]! -= dpz;
    const dp = dpoints[point]!;
    dp[0]! += dpx;
    dp[1]! += dpy;
    dp[2]! += dpz;
  }
  return { value: total, dcameras, dpoints, dweights };
}

export function inputs(random: Random): Parameters<typeof bundleAdjustment>[] {
  const near = (centre: number, spread: number): number => centre + spread * random.normal();
  return random.list(2, () => [
    random.list(10, () => [
      near(0.1, 0.05),
      near(-0.1, 0.05),
      near(0.2, 0.05),
      near(0, 0.2),
      near(0, 0.2),
      near(-5, 0.2),
      near(500, 10),
      near(0, 5),
      near(0, 5),
      near(0, 0.05),
      near(0, 0.01),
    ]),
    random.list(300, () => [near(0, 1), near(0, 1), near(0, 0.5)]),
    random.list(1000, () => near(1, 0.05)),
    random.list(1000, () => ({
      camera: random.integer(10),
      point: random.integer(300),
      x: near(0, 80),
      y: near(0, 80),
    })),
  ]);
}
