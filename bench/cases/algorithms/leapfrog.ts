import type { Random } from "../../random.ts";

interface Body {
  mass: number;
  position: [number, number, number];
  velocity: [number, number, number];
}

/** Adds to the velocities what gravity does in a time dt. */
function kick(bodies: Body[], dt: number): void {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i]!;
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j]!;
      const dx = b.position[0] - a.position[0];
      const dy = b.position[1] - a.position[1];
      const dz = b.position[2] - a.position[2];
      const square = dx * dx + dy * dy + dz * dz + 0.01;
      const pull = dt / (square * Math.sqrt(square));
      a.velocity[0] += b.mass * pull * dx;
      a.velocity[1] += b.mass * pull * dy;
      a.velocity[2] += b.mass * pull * dz;
      b.velocity[0] -= a.mass * pull * dx;
      b.velocity[1] -= a.mass * pull * dy;
      b.velocity[2] -= a.mass * pull * dz;
    }
  }
}

function drift(bodies: Body[], dt: number): void {
  for (const { position, velocity } of bodies) {
    for (let c = 0; c < 3; c++) position[c]! += dt * velocity[c]!;
  }
}

/**
 * Sum of squared distances between the bodies after some steps of the leapfrog method.
 *
 * @differentiable wrt start
 */
export function leapfrog(start: Body[], dt: number, steps: number): number {
  const bodies: Body[] = start.map(({ mass, position, velocity }) => ({
    mass,
    position: [...position],
    velocity: [...velocity],
  }));
  kick(bodies, dt / 2);
  for (let step = 0; step < steps; step++) {
    drift(bodies, dt);
    kick(bodies, dt);
  }
  let spread = 0;
  for (let i = 0; i < bodies.length; i++) {
    for (let j = 0; j < i; j++) {
      for (let c = 0; c < 3; c++) spread += (bodies[i]!.position[c]! - bodies[j]!.position[c]!) ** 2;
    }
  }
  return spread;
}

/** The reverse of `kick` at the positions `at` (three numbers a body). */
function kickBack(bodies: Body[], at: Float64Array, from: number, dbodies: Body[], dt: number): void {
  const n = bodies.length;
  for (let i = 0; i < n; i++) {
    const massA = bodies[i]!.mass;
    const da = dbodies[i]!;
    const ia = from + 3 * i;
    for (let j = i + 1; j < n; j++) {
      const massB = bodies[j]!.mass;
      const db = dbodies[j]!;
      const ib = from + 3 * j;
      const x = at[ib]! - at[ia]!;
      const y = at[ib + 1]! - at[ia + 1]!;
      const z = at[ib + 2]! - at[ia + 2]!;
      const square = x * x + y * y + z * z + 0.01;
      const pull = dt / (square * Math.sqrt(square));
      const ux = massB * da.velocity[0] - massA * db.velocity[0];
      const uy = massB * da.velocity[1] - massA * db.velocity[1];
      const uz = massB * da.velocity[2] - massA * db.velocity[2];
      db.mass += pull * (x * da.velocity[0] + y * da.velocity[1] + z * da.velocity[2]);
      da.mass -= pull * (x * db.velocity[0] + y * db.velocity[1] + z * db.velocity[2]);
      const dsquare = (-3 * pull * (x * ux + y * uy + z * uz)) / square; // twice
      const dx = pull * ux + x * dsquare;
      const dy = pull * uy + y * dsquare;
      const dz = pull * uz + z * dsquare;
      db.position[0] += dx;
      db.position[1] += dy;
      db.position[2] += dz;
      da.position[0] -= dx;
      da.position[1] -= dy;
      da.position[2] -= dz;
    }
  }
}

export function hand(start: Body[], dt: number, steps: number): { value: number; dstart: Body[] } {
  const n = start.length;
  const bodies: Body[] = start.map(({ mass, position, velocity }) => ({
    mass,
    position: [...position],
    velocity: [...velocity],
  }));
  const at = new Float64Array(3 * n * (steps + 1)); // the positions at each kick
  const note = (step: number): void => {
    for (let i = 0; i < n; i++) {
      const { position } = bodies[i]!;
      const k = 3 * (step * n + i);
      at[k] = position[0];
      at[k + 1] = position[1];
      at[k + 2] = position[2];
    }
  };
  note(0);
  kick(bodies, dt / 2);
  for (let step = 0; step < steps; step++) {
    drift(bodies, dt);
    note(step + 1);
    kick(bodies, dt);
  }
  const dbodies: Body[] = start.map(() => ({ mass: 0, position: [0, 0, 0], velocity: [0, 0, 0] }));
  let spread = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let c = 0; c < 3; c++) {
        const d = bodies[i]!.position[c]! - bodies[j]!.position[c]!;
        spread += d ** 2;
        dbodies[i]!.position[c]! += 2 * d;
        dbodies[j]!.position[c]! -= 2 * d;
      }
    }
  }

  for (let step = steps; step > 0; step--) {
    kickBack(bodies, at, 3 * n * step, dbodies, dt);
    for (let i = 0; i < n; i++) {
      const { position, velocity } = dbodies[i]!;
      velocity[0] += dt * position[0];
      velocity[1] += dt * position[1];
      velocity[2] += dt * position[2];
    }
  }
  kickBack(bodies, at, 0, dbodies, dt / 2);
  return { value: spread, dstart: dbodies };
}

export function inputs(random: Random): Parameters<typeof leapfrog>[] {
  const vector = (spread: number): [number, number, number] => [
    spread * random.normal(),
    spread * random.normal(),
    spread * random.normal(),
  ];
  return random.list(2, () => [
    random.list(8, () => ({ mass: random.uniform(0.5, 1.5), position: vector(1), velocity: vector(0.5) })),
    0.01,
    50,
  ]);
}
