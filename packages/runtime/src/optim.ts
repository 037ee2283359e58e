import { changed, gradientNumbers, numbersOf, withNumbers } from "./leaves.ts";

/** The function to be made small, and its gradient, at a point: `(p) => { const { value, dp } = grad_loss(p, xs); return { value, gradient: dp }; }`. */
export type Objective<P> = (parameters: P) => { readonly value: number; readonly gradient: unknown };

export interface Step<P> {
  readonly parameters: P;
  /** Of the function before the step. */
  readonly value: number;
}

/** What an optimiser remembers: plain JSON. Given back to a new one, that goes on bit for bit. */
export interface State {
  readonly step: number;
  readonly [memory: string]: number | readonly number[] | readonly (readonly number[])[];
}

export interface Optimiser {
  /** One step from the parameters, which are not changed; any record or array of numbers and matrices, of the same shape in each step. */
  step<P>(parameters: P, f: Objective<P>): Step<P>;
  state(): State;
}

/** A number, or one for each step, counted from 0. */
export type Schedule = number | ((step: number) => number);

const at = (schedule: Schedule, step: number): number => (typeof schedule === "number" ? schedule : schedule(step));

export interface DescentOptions {
  readonly rate: Schedule;
  /** What each parameter loses of itself in each step, times the rate: the gradient of decay / 2 · Σ p². */
  readonly weightDecay?: number;
}

/** A list that an optimiser keeps, of as many numbers as there are parameters. */
const kept = (state: State | undefined, name: string, parameters: unknown): Float64Array => {
  const known = state?.[name], { length } = numbersOf(parameters);
  if (known === undefined) return new Float64Array(length);
  if (!Array.isArray(known) || known.length !== length)
    throw new RangeError(`the state is of ${Array.isArray(known) ? known.length : 0} parameters, not ${length}`);
  return Float64Array.from(known as readonly number[]);
};

// Loops with all they need at hand: in a closure V8 reads each number from its scope in each trip.

function descend(p: Float64Array, g: Float64Array, rate: number, decay: number): void {
  for (let k = 0; k < p.length; k++) { const e = p[k]!; p[k] = e - rate * (g[k]! + decay * e); }
}

function roll(p: Float64Array, g: Float64Array, v: Float64Array, rate: number, decay: number, share: number): void {
  for (let k = 0; k < p.length; k++) {
    const e = p[k]!;
    p[k] = e + (v[k] = share * v[k]! - rate * (g[k]! + decay * e));
  }
}

function adapt(
  p: Float64Array,
  g: Float64Array,
  m: Float64Array,
  v: Float64Array,
  rate: number,
  decay: number,
  beta1: number,
  beta2: number,
  c1: number,
  c2: number,
  epsilon: number,
): void {
  for (let k = 0; k < p.length; k++) {
    const d = g[k]!,
      e = p[k]!,
      a = (m[k] = beta1 * m[k]! + (1 - beta1) * d),
      b = (v[k] = beta2 * v[k]! + (1 - beta2) * d * d);
    p[k] = e - rate * (a / c1 / (Math.sqrt(b / c2) + epsilon) + decay * e);
  }
}

/** p − rate · gradient. */
export function gradientDescent({ rate, weightDecay = 0 }: DescentOptions, state?: State): Optimiser {
  let step = state?.step ?? 0;
  return {
    step(parameters, f) {
      const { value, gradient } = f(parameters), r = at(rate, step++);
      return { value, parameters: changed(parameters, gradient, (p, g) => descend(p, g, r, weightDecay)) };
    },
    state: () => ({ step }),
  };
}

export interface MomentumOptions extends DescentOptions {
  /** How much of the last step is taken again. */
  readonly momentum?: number;
}

/** v ← momentum · v − rate · gradient; p + v. */
export function momentum({ rate, weightDecay = 0, momentum: share = 0.9 }: MomentumOptions, state?: State): Optimiser {
  let step = state?.step ?? 0, v: Float64Array | null = null;
  return {
    step(parameters, f) {
      const { value, gradient } = f(parameters), r = at(rate, step++), velocity = (v ??= kept(state, "velocity", parameters));
      return { value, parameters: changed(parameters, gradient, (p, g, before) => roll(p, g, velocity.subarray(before), r, weightDecay, share)) };
    },
    state: () => (v ? { step, velocity: Array.from(v) } : { ...state, step }),
  };
}

export interface AdamOptions extends DescentOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam; weight decay is applied to the parameters and not to the gradient (AdamW). Source: Kingma & Ba 2015; Loshchilov & Hutter 2019. */
export function adam({ rate, weightDecay = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions, state?: State): Optimiser {
  let step = state?.step ?? 0, m: Float64Array | null = null, v: Float64Array | null = null;
  return {
    step(parameters, f) {
      const { value, gradient } = f(parameters),
        r = at(rate, step++),
        mean = (m ??= kept(state, "mean", parameters)),
        squares = (v ??= kept(state, "square", parameters));
      const c1 = 1 - beta1 ** step, c2 = 1 - beta2 ** step;
      return {
        value,
        parameters: changed(parameters, gradient, (p, g, before) =>
          adapt(p, g, mean.subarray(before), squares.subarray(before), r, weightDecay, beta1, beta2, c1, c2, epsilon),
        ),
      };
    },
    state: () => (m && v ? { step, mean: Array.from(m), square: Array.from(v) } : { ...state, step }),
  };
}

export interface LbfgsOptions {
  /** How many of the last steps the curvature is taken from. */
  readonly memory?: number;
}

/**
 * A quasi-Newton method for functions without noise, with a backtracking line search.
 * Source: Nocedal & Wright, Numerical Optimization, algorithms 7.4 and 3.1.
 */
export function lbfgs({ memory = 10 }: LbfgsOptions = {}, state?: State): Optimiser {
  let step = state?.step ?? 0;
  const list = (name: string): number[][] => ((state?.[name] as readonly (readonly number[])[] | undefined) ?? []).map((each) => [...each]); // as `state` wrote it
  const moves = list("moves"),
    turns = list("turns");
  return {
    step(parameters, f) {
      const { value, gradient } = f(parameters),
        p = numbersOf(parameters),
        g = gradientNumbers(parameters, gradient),
        n = p.length;
      step++;
      const direction = g.map((e) => -e),
        alphas: number[] = [];
      for (let i = moves.length - 1; i >= 0; i--) {
        const a = inner(moves[i]!, direction) / inner(moves[i]!, turns[i]!);
        alphas[i] = a;
        for (let k = 0; k < n; k++) direction[k]! -= a * turns[i]![k]!;
      }
      const s = moves.at(-1),
        t = turns.at(-1),
        first = Math.min(1, 1 / Math.sqrt(inner(g, g) || 1));
      const scale = s && t ? inner(s, t) / inner(t, t) : first;
      for (let k = 0; k < n; k++) direction[k]! *= scale;
      for (let i = 0; i < moves.length; i++) {
        const b = inner(turns[i]!, direction) / inner(moves[i]!, turns[i]!);
        for (let k = 0; k < n; k++) direction[k]! += (alphas[i]! - b) * moves[i]![k]!;
      }
      const slope = inner(g, direction);
      let length = 1;
      for (let trial = 0; trial < 50; trial++, length /= 2) {
        const next = p.map((e, k) => e + length * direction[k]!),
          there = withNumbers(parameters, next),
          found = f(there);
        if (!(found.value <= value + 1e-4 * length * slope)) continue;
        const move = Array.from(next, (e, k) => e - p[k]!),
          h = gradientNumbers(there, found.gradient),
          turn = Array.from(h, (e, k) => e - g[k]!);
        if (inner(move, turn) > 1e-12 * inner(turn, turn)) {
          moves.push(move);
          turns.push(turn);
          if (moves.length > memory) {
            moves.shift();
            turns.shift();
          }
        }
        return { parameters: there, value };
      }
      // No step makes it smaller: it is at its least, as far as numbers can tell.
      return { parameters, value };
    },
    state: () => ({ step, moves: moves.map((each) => [...each]), turns: turns.map((each) => [...each]) }),
  };
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let s = 0;
  for (let k = 0; k < a.length; k++) s += a[k]! * b[k]!;
  return s;
}

/** Steps until `steps` are done or the value changes by less than `tolerance`. */
export function minimise<P>(
  optimiser: Optimiser,
  parameters: P,
  f: Objective<P>,
  { steps, tolerance = 0 }: { readonly steps: number; readonly tolerance?: number },
): Step<P> {
  let p = parameters,
    last = Infinity,
    value = NaN;
  for (let n = 0; n < steps; n++) {
    const made = optimiser.step(p, f);
    p = made.parameters;
    value = made.value;
    if (Math.abs(last - value) < tolerance) break;
    last = value;
  }
  return { parameters: p, value };
}
