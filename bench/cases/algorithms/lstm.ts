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

/** Adds to dw and dh what a change dz of a gate's weighted sum means. */
function weighBack(w: number[], x: number[], h: number[], dz: number, dw: number[], dh: number[]): void {
  const n = x.length;
  for (let i = 0; i < n; i++) dw[i]! += dz * x[i]!;
  for (let i = 0; i < h.length; i++) {
    dw[n + i]! += dz * h[i]!;
    dh[i]! += dz * w[n + i]!;
  }
  dw[n + h.length]! += dz;
}

export function hand(cell: Cell, sequence: number[][]): { value: number; dcell: Cell } {
  const n = cell.forget.length;
  const steps = sequence.length - 1;
  const zeros = (rows: number[][]): number[][] => rows.map((row) => new Array<number>(row.length).fill(0));
  const gates = new Float64Array(6 * n * steps); // of each step and unit: f, g, o, a, c before, tanh of c
  const states: number[][] = [new Array<number>(n).fill(0)];
  const c = new Array<number>(n).fill(0);
  let loss = 0;
  for (let t = 0; t < steps; t++) {
    const x = sequence[t]!;
    const h = states[t]!;
    const next = new Array<number>(n).fill(0);
    for (let i = 0; i < n; i++) {
      const k = 6 * (t * n + i);
      const f = sigmoid(weigh(cell.forget[i]!, x, h));
      const g = sigmoid(weigh(cell.input[i]!, x, h));
      const o = sigmoid(weigh(cell.output[i]!, x, h));
      const a = Math.tanh(weigh(cell.candidate[i]!, x, h));
      gates[k] = f;
      gates[k + 1] = g;
      gates[k + 2] = o;
      gates[k + 3] = a;
      gates[k + 4] = c[i]!;
      c[i] = f * c[i]! + g * a;
      const bent = Math.tanh(c[i]!);
      gates[k + 5] = bent;
      next[i] = o * bent;
    }
    states.push(next);
    for (let i = 0; i < x.length; i++) loss += (next[i]! - sequence[t + 1]![i]!) ** 2;
  }

  const dcell: Cell = {
    forget: zeros(cell.forget),
    input: zeros(cell.input),
    output: zeros(cell.output),
    candidate: zeros(cell.candidate),
  };
  const dc = new Array<number>(n).fill(0);
  let dnext = new Array<number>(n).fill(0);
  let dh = new Array<number>(n).fill(0);
  for (let t = steps - 1; t >= 0; t--) {
    const x = sequence[t]!;
    const h = states[t]!;
    const next = states[t + 1]!;
    for (let i = 0; i < x.length; i++) dnext[i]! += 2 * (next[i]! - sequence[t + 1]![i]!);
    dh.fill(0);
    for (let i = 0; i < n; i++) {
      const k = 6 * (t * n + i);
      const f = gates[k]!;
      const g = gates[k + 1]!;
      const o = gates[k + 2]!;
      const a = gates[k + 3]!;
      const bent = gates[k + 5]!;
      const d = dnext[i]!;
      const dci = dc[i]! + d * o * (1 - bent * bent);
      dc[i] = dci * f;
      weighBack(cell.forget[i]!, x, h, dci * gates[k + 4]! * f * (1 - f), dcell.forget[i]!, dh);
      weighBack(cell.input[i]!, x, h, dci * a * g * (1 - g), dcell.input[i]!, dh);
      weighBack(cell.output[i]!, x, h, d * bent * o * (1 - o), dcell.output[i]!, dh);
      weighBack(cell.candidate[i]!, x, h, dci * g * (1 - a * a), dcell.candidate[i]!, dh);
    }
    const spare = dnext;
    dnext = dh;
    dh = spare;
  }
  return { value: loss, dcell };
}

export function inputs(random: Random): Parameters<typeof lstm>[] {
  const size = 8;
  const gate = (): number[][] => random.list(size, () => random.list(2 * size + 1, () => 0.3 * random.normal()));
  return random.list(2, () => [
    { forget: gate(), input: gate(), output: gate(), candidate: gate() },
    random.list(40, () => random.list(size, () => random.normal())),
  ]);
}
