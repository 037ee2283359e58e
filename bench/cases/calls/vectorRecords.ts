import type { Random } from "../../random.ts";

interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

function subtract(a: Vector, b: Vector): Vector {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

function cross(a: Vector, b: Vector): Vector {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x };
}

function dot(a: Vector, b: Vector): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

/**
 * Surface area of a triangle mesh.
 *
 * @differentiable wrt vertices
 */
export function vectorRecords(
  vertices: readonly Vector[],
  triangles: readonly (readonly [number, number, number])[],
): number {
  let area = 0;
  for (const [a, b, c] of triangles) {
    const normal = cross(subtract(vertices[b]!, vertices[a]!), subtract(vertices[c]!, vertices[a]!));
    area += 0.5 * Math.sqrt(dot(normal, normal));
  }
  return area;
}

export function hand(
  vertices: readonly Vector[],
  triangles: readonly (readonly [number, number, number])[],
): { value: number; dvertices: Vector[] } {
  const dvertices = vertices.map(() => ({ x: 0, y: 0, z: 0 }));
  let area = 0;
  for (let i = 0; i < triangles.length; i++) {
    const [a, b, c] = triangles[i]!;
    const p = vertices[a]!;
    const q = vertices[b]!;
    const r = vertices[c]!;
    const ux = q.x - p.x;
    const uy = q.y - p.y;
    const uz = q.z - p.z;
    const vx = r.x - p.x;
    const vy = r.y - p.y;
    const vz = r.z - p.z;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    area += 0.5 * length;
    const scale = 0.5 / length;
    const hx = nx * scale;
    const hy = ny * scale;
    const hz = nz * scale;
    const dux = vy * hz - vz * hy;
    const duy = vz * hx - vx * hz;
    const duz = vx * hy - vy * hx;
    const dvx = uz * hy - uy * hz;
    const dvy = ux * hz - uz * hx;
    const dvz = uy * hx - ux * hy;
    const dp = dvertices[a]!;
    dp.x -= dux + dvx;
    dp.y -= duy + dvy;
    dp.z -= duz + dvz;
    const dq = dvertices[b]!;
    dq.x += dux;
    dq.y += duy;
    dq.z += duz;
    const dr = dvertices[c]!;
    dr.x += dvx;
    dr.y += dvy;
    dr.z += dvz;
  }
  return { value: area, dvertices };
}

export function inputs(random: Random): Parameters<typeof vectorRecords>[] {
  return random.list(4, () => {
    const vertices = random.list(100, (i) => ({ x: i % 10, y: Math.floor(i / 10), z: random.normal() }));
    const triangles: [number, number, number][] = [];
    for (let i = 0; i < 89; i++) {
      if (i % 10 === 9) continue;
      triangles.push([i, i + 1, i + 10], [i + 1, i + 11, i + 10]);
    }
    return [vertices, triangles];
  });
}
