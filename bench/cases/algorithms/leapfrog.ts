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
  const bodies: Body[] = start.map(({ mass, position, velocity }) => ({ mass, position: [...position], velocity: [...velocity] }));
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
