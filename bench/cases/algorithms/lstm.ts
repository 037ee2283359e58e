import type { Random } from "../../random.ts";

/** One cell: the weights of input, state and the constant for each of its four gates. */
interface Cell {
  forget: number[][];
  input: number[][];
  output: number[][];
  candidate: number[][];
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A gate's weighted sum: of the input, of the hidden state, and a constant. */
function weigh(w: number[], x: number[], h: number[]): number {
  let s = w[x.length + h.length]!;
  for (let i = 0; i < x.length; i++) s += w[i]! * x[i]!;
  for (let i = 0; i < h.length; i++) s += w[x.length + i]! * h[i]!;
  return s;
}

/**
 * Squared error of an LSTM cell that guesses each next vector of a sequence from those before.
 *
 * @differentiable wrt cell
 */
export function lstm(cell: Cell, sequence: number[][]): number {
  const n = cell.forget.length;
  let h = new Array<number>(n).fill(0);
  const c = new Array<number>(n).fill(0);
  let loss = 0;
  for (let t = 0; t + 1 < sequence.length; t++) {
    const x = sequence[t]!;
    const nextH = new Array<number>(n).fill(0);
    for (let i = 0; i < n; i++) {
      const f = sigmoid(weigh(cell.forget[i]!, x, h));
      const g = sigmoid(weigh(cell.input[i]!, x, h));
      const o = sigmoid(weigh(cell.output[i]!, x, h));
      const a = Math.tanh(weigh(cell.candidate[i]!, x, h));
      c[i] = f * c[i]! + g * a;
      nextH[i] = o * Math.tanh(c[i]!);
    }
    h = nextH;
    for (let i = 0; i < x.length; i++) loss += (h[i]! - sequence[t + 1]![i]!) ** 2;
  }
  return loss;
}

export function inputs(random: Random): Parameters<typeof lstm>[] {
  const size = 8;
  const gate = (): number[][] => random.list(size, () => random.list(2 * size + 1, () => 0.3 * random.normal()));
  return random.list(2, () => [
    { forget: gate(), input: gate(), output: gate(), candidate: gate() },
    random.list(40, () => random.list(size, () => random.normal())),
  ]);
}
