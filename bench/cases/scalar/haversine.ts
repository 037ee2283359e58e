import type { Random } from "../../random.ts";

/**
 * Great-circle distance in kilometres; angles in radians.
 *
 * @differentiable
 */
export function haversine(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const sinLat = Math.sin((lat2 - lat1) / 2);
  const sinLon = Math.sin((lon2 - lon1) / 2);
  const a = sinLat * sinLat + Math.cos(lat1) * Math.cos(lat2) * sinLon * sinLon;
  return 2 * 6371 * Math.asin(Math.sqrt(a));
}

export function inputs(random: Random): Parameters<typeof haversine>[] {
  return random.list(16, () => [
    random.uniform(-1.2, 1.2),
    random.uniform(-1.5, 0),
    random.uniform(-1.2, 1.2),
    random.uniform(0.1, 1.5),
  ]);
}
