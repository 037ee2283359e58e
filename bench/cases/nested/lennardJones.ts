import type { Random } from "../../random.ts";

/**
 * Potential energy of atoms in a periodic box, pairs beyond the cutoff left out; positions as x, y, z, x, y, z, …
 *
 * @differentiable wrt positions
 */
export function lennardJones(positions: Float64Array, box: number, cutoff: number): number {
  const n = positions.length / 3;
  let energy = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let dx = positions[3 * i]! - positions[3 * j]!;
      let dy = positions[3 * i + 1]! - positions[3 * j + 1]!;
      let dz = positions[3 * i + 2]! - positions[3 * j + 2]!;
      dx -= box * Math.round(dx / box);
      dy -= box * Math.round(dy / box);
      dz -= box * Math.round(dz / box);
      const r2 = dx * dx + dy * dy + dz * dz;
      if (r2 > cutoff * cutoff) continue;
      const s6 = 1 / (r2 * r2 * r2);
      energy += 4 * (s6 * s6 - s6);
    }
  }
  return energy;
}

export function inputs(random: Random): Parameters<typeof lennardJones>[] {
  return random.list(4, () => {
    const positions = [];
    for (let i = 0; i < 64; i++) {
      for (const cell of [i % 4, Math.floor(i / 4) % 4, Math.floor(i / 16)]) {
        positions.push(1.2 * cell + 0.05 * random.normal());
      }
    }
    return [Float64Array.from(positions), 4.8, 2];
  });
}
