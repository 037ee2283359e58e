import type { Random } from "../../random.ts";

interface Rating {
  readonly user: number;
  readonly item: number;
  readonly stars: number;
}

/**
 * Matrix factorisation: each rating is predicted by the dot product of a user's and an item's vector.
 *
 * @differentiable wrt users, items
 */
export function ratings(users: number[][], items: number[][], given: readonly Rating[], decay: number): number {
  let loss = 0;
  for (const { user, item, stars } of given) {
    const u = users[user]!;
    const v = items[item]!;
    let predicted = 0;
    let size = 0;
    for (let k = 0; k < u.length; k++) {
      predicted += u[k]! * v[k]!;
      size += u[k]! * u[k]! + v[k]! * v[k]!;
    }
    const error = predicted - stars;
    loss += error * error + decay * size;
  }
  return loss;
}

export function hand(
  users: number[][],
  items: number[][],
  given: readonly Rating[],
  decay: number,
): { value: number; dusers: number[][]; ditems: number[][] } {
  const dusers = users.map((row) => new Array<number>(row.length).fill(0));
  const ditems = items.map((row) => new Array<number>(row.length).fill(0));
  let loss = 0;
  for (let i = 0; i < given.length; i++) {
    const { user, item, stars } = given[i]!;
    const u = users[user]!;
    const v = items[item]!;
    let predicted = 0;
    let size = 0;
    for (let k = 0; k < u.length; k++) {
      predicted += u[k]! * v[k]!;
      size += u[k]! * u[k]! + v[k]! * v[k]!;
    }
    const error = predicted - stars;
    loss += error * error + decay * size;
    const du = dusers[user]!;
    const dv = ditems[item]!;
    for (let k = 0; k < u.length; k++) {
      du[k]! += 2 * (error * v[k]! + decay * u[k]!);
      dv[k]! += 2 * (error * u[k]! + decay * v[k]!);
    }
  }
  return { value: loss, dusers, ditems };
}

export function inputs(random: Random): Parameters<typeof ratings>[] {
  return random.list(4, () => [
    random.list(40, () => random.list(6, () => 0.5 * random.normal())),
    random.list(60, () => random.list(6, () => 0.5 * random.normal())),
    random.list(500, () => ({ user: random.integer(40), item: random.integer(60), stars: 1 + random.integer(5) })),
    0.01,
  ]);
}
