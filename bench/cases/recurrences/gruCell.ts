import type { Random } from "../../random.ts";

interface Gate {
  readonly input: number;
  readonly state: number;
  readonly bias: number;
}
interface Cell {
  readonly update: Gate;
  readonly reset: Gate;
  readonly candidate: Gate;
}

/**
 * A gated recurrent unit of width one run over a sequence that it should predict.
 *
 * @differentiable wrt cell
 */
export function gruCell(cell: Cell, sequence: readonly number[]): number {
  const { update, reset, candidate } = cell;
  let h = 0;
  let loss = 0;
  for (let t = 0; t + 1 < sequence.length; t++) {
    const x = sequence[t]!;
    const z = 1 / (1 + Math.exp(-(update.input * x + update.state * h + update.bias)));
    const r = 1 / (1 + Math.exp(-(reset.input * x + reset.state * h + reset.bias)));
    const c = Math.tanh(candidate.input * x + candidate.state * (r * h) + candidate.bias);
    h = (1 - z) * h + z * c;
    const error = h - sequence[t + 1]!;
    loss += error * error;
  }
  return loss;
}

export function inputs(random: Random): Parameters<typeof gruCell>[] {
  const gate = (): Gate => ({ input: random.normal(), state: random.normal(), bias: random.normal() });
  return random.list(4, () => [
    { update: gate(), reset: gate(), candidate: gate() },
    random.list(100, (t) => Math.sin(0.3 * t) + 0.1 * random.normal()),
  ]);
}
