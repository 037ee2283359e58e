import type { Gradient, LoadedCase } from "./load.ts";

export interface Timing {
  /** Nanoseconds for one call of the primal. */
  readonly primal: number;
  /** Ratios of two times taken in the same round, median over the rounds. */
  readonly gradientPerPrimal: number | null;
  readonly gradientPerHand: number | null;
  readonly handPerPrimal: number | null;
}

/** A round times each function for about this long. */
const batchMilliseconds = 4;
const warmUpMilliseconds = 100;

/** Time on the processor, not on the clock: other programs on the machine take the one, not the other. Collection of garbage counts. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Calls a function `repeat` times on each input and returns a number made of everything it returned. */
type Driver = (inputs: readonly (readonly unknown[])[], repeat: number) => number;

/**
 * Times primal, generated gradient and hand-written gradient in turn, round after round: what disturbs the machine for a
 * while disturbs all three, and a ratio is of neighbours in time.
 */
export function measure(name: string, loaded: LoadedCase, rounds: number): Timing {
  const functions = [loaded.primal, loaded.gradient, loaded.hand].map((fn, index) =>
    fn === null
      ? null
      : { driver: makeDriver(`${name} ${index}`, fn, loaded.inputs[0]!), repeat: 1, times: [] as number[] },
  );
  const present = functions.filter((fn) => fn !== null);
  const run = ({ driver, repeat }: (typeof present)[number]): number => {
    const start = processorMilliseconds();
    consume(driver(loaded.inputs, repeat));
    return processorMilliseconds() - start;
  };

  for (const fn of present) {
    let spent = 0;
    while (spent < warmUpMilliseconds) {
      const time = run(fn);
      spent += time;
      if (time < batchMilliseconds)
        fn.repeat = Math.ceil(fn.repeat * Math.min(2, batchMilliseconds / Math.max(time, 1e-3)));
    }
    fn.repeat = Math.max(1, Math.round((fn.repeat * batchMilliseconds) / Math.min(run(fn), run(fn), run(fn))));
  }
  for (let round = 0; round < rounds; round++) {
    // a different one first each time
    for (let k = 0; k < present.length; k++) {
      const fn = present[(round + k) % present.length]!;
      fn.times.push((run(fn) * 1e6) / (fn.repeat * loaded.inputs.length));
    }
  }

  const [primal, gradient, hand] = functions.map((fn) => fn?.times ?? null);
  const ratio = (above: number[] | null | undefined, below: number[] | null | undefined): number | null =>
    above && below ? median(above.map((time, round) => time / below[round]!)) : null;
  return {
    primal: median(primal!),
    gradientPerPrimal: ratio(gradient, primal),
    gradientPerHand: ratio(gradient, hand),
    handPerPrimal: ratio(hand, primal),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Compiles a loop of its own for the function, so that V8's feedback about one case says nothing about another, with a direct
 * call (spreading arguments would cost more than a scalar function). All numbers of the result are read, of arrays the first element.
 * Its text holds a name, because V8 shares code between functions of equal text.
 */
function makeDriver(
  name: string,
  fn: (...args: readonly unknown[]) => number | Gradient,
  args: readonly unknown[],
): Driver {
  const result = fn(...structuredClone(args));
  const parts = ["result", ...args.map((_, index) => `args[${index}]`)];
  const code = `return function drive(inputs, repeat) { // ${name}
    let sum = 0;
    for (let r = 0; r < repeat; r++) {
      for (let k = 0; k < inputs.length; k++) {
        const args = inputs[k];
        const ${parts[0]} = fn(${parts.slice(1).join(", ")});
        sum += ${readAll(result, "result").join(" + ")};
      }
    }
    return sum;
  }`;
  return (new Function("fn", code) as (fn: unknown) => Driver)(fn);
}

function readAll(value: unknown, path: string): string[] {
  if (typeof value === "number") return [path];
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const first = (value as ArrayLike<unknown>)[0];
    return first === undefined ? [] : readAll(first, `${path}[0]`);
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => readAll(inner, `${path}.${key}`));
  }
  return [];
}

let consumed = 0;
/** Keeps a result alive. */
function consume(value: number): void {
  consumed = value === consumed ? consumed + 1 : value;
}
