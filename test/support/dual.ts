/**
 * The oracle's arithmetic: forward-mode dual numbers, nested for higher orders.
 *
 * A `Dual` carries a value, one tangent a seeded direction, and one *magnitude* a direction: the sum of |products| over all
 * paths from the input, which is what rounding errors of a reverse sweep are relative to. Values and tangents may be duals of
 * a lower level themselves; that gives second and higher derivatives without another formula.
 *
 * Every derivative here is written down from calculus, in forward mode and in terms of these same operations. Nothing is
 * shared with the compiler's rule table: that is the point of an oracle. Kinks follow DESIGN.md section 4.
 */
export type Num = number | Dual;

export class Dual {
  readonly level: number;
  readonly v: Num;
  readonly d: readonly Num[];
  readonly m: readonly number[];

  constructor(level: number, v: Num, d: readonly Num[], m: readonly number[]) {
    this.level = level;
    this.v = v;
    this.d = d;
    this.m = m;
  }
  valueOf(): number {
    return plain(this);
  }
  toString(): string {
    return String(plain(this));
  }
  toFixed(digits?: number): string {
    return plain(this).toFixed(digits);
  }
  toPrecision(digits?: number): string {
    return plain(this).toPrecision(digits);
  }
}

/** The innermost value: what the primal program computes with. */
export function plain(x: Num): number {
  return typeof x === "number" ? x : plain(x.v);
}

/** An independent variable: direction `index` of `count` has tangent 1. */
export function variable(level: number, value: Num, index: number, count: number): Dual {
  const d = new Array<Num>(count).fill(0);
  const m = new Array<number>(count).fill(0);
  d[index] = 1;
  m[index] = 1;
  return new Dual(level, value, d, m);
}

/** `value` moving along given tangents. */
export function moving(level: number, value: Num, tangents: readonly number[]): Dual {
  return new Dual(level, value, tangents, tangents.map(Math.abs));
}

const levelOf = (x: Num): number => (typeof x === "number" ? 0 : x.level);
const valueAt = (x: Num, level: number): Num => (typeof x !== "number" && x.level === level ? x.v : x);

/** A partial and the magnitude its rounding error is relative to (never smaller than the partial itself). */
interface Partial {
  readonly p: Num;
  readonly mag?: number;
}

/** Chain rule: y = f(operands) with the partials by those operands that are duals of the highest level present. */
function chain(operands: readonly Num[], f: (values: readonly Num[]) => Num, partials: (values: readonly Num[], y: Num) => readonly (() => Partial)[]): Num {
  const level = operands.reduce<number>((most, x) => Math.max(most, levelOf(x)), 0);
  const values = operands.map((x) => valueAt(x, level));
  const y = f(values);
  if (level === 0) return y;
  const rules = partials(values, y);
  let d: Num[] | undefined;
  let m: number[] | undefined;
  operands.forEach((x, i) => {
    if (typeof x === "number" || x.level !== level) return;
    const { p, mag } = rules[i]!();
    const size = Math.max(Math.abs(plain(p)), mag ?? 0);
    d ??= new Array<Num>(x.d.length).fill(0);
    m ??= new Array<number>(x.d.length).fill(0);
    for (let k = 0; k < x.d.length; k++) {
      const t = x.d[k]!;
      // a direction that does not reach this operand stays at rest, whatever the partial
      if (t !== 0) d[k] = add(d[k]!, mul(p, t));
      if (x.m[k] !== 0) m[k]! += size * x.m[k]!;
    }
  });
  return new Dual(level, y, d!, m!);
}

export function add(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return a + b;
  return chain([a, b], ([x, y]) => add(x!, y!), () => [() => ({ p: 1 }), () => ({ p: 1 })]);
}
export function sub(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return chain([a, b], ([x, y]) => sub(x!, y!), () => [() => ({ p: 1 }), () => ({ p: -1 })]);
}
export function mul(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return a * b;
  return chain([a, b], ([x, y]) => mul(x!, y!), ([x, y]) => [() => ({ p: y! }), () => ({ p: x! })]);
}
export function div(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return a / b;
  return chain([a, b], ([x, y]) => div(x!, y!), ([, y], q) => [() => ({ p: div(1, y!) }), () => ({ p: neg(div(q, y!)) })]);
}
/** The remainder keeps the sign of the dividend: a % b = a - b * trunc(a / b). */
export function mod(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return a % b;
  return chain([a, b], ([x, y]) => mod(x!, y!), ([x, y]) => [
    () => ({ p: 1 }),
    // not trunc(a / b): the quotient may round up to a whole number that the remainder has not reached
    () => ({ p: -Math.round((plain(x!) - (plain(x!) % plain(y!))) / plain(y!)) }),
  ]);
}
export function neg(a: Num): Num {
  if (typeof a === "number") return -a;
  return chain([a], ([x]) => neg(x!), () => [() => ({ p: -1 })]);
}
export function pow(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return a ** b;
  return chain([a, b], ([x, y]) => pow(x!, y!), ([x, y], q) => [
    () => ({ p: plain(y!) === 0 ? 0 : mul(y!, pow(x!, sub(y!, 1))) }),
    () => {
      if (plain(x!) === 0) return { p: plain(y!) > 0 ? 0 : NaN };
      // the logarithm may be formed as y * log(x) or by other spellings: its own size counts
      return { p: mul(q, log(x!)), mag: Math.abs(plain(q)) * (1 + Math.abs(Math.log(Math.abs(plain(x!))))) };
    },
  ]);
}

/** A function of one number. `mag` bounds the terms that a cancelling form of the derivative adds up. */
function unary(f: (x: number) => number, df: (x: Num, y: Num) => Num, mag?: (x: number, y: number) => number): (a: Num) => Num {
  const g = (a: Num): Num => {
    if (typeof a === "number") return f(a);
    return chain([a], ([x]) => g(x!), ([x], y) => [() => ({ p: df(x!, y), ...(mag ? { mag: mag(plain(x!), plain(y)) } : {}) })]);
  };
  return g;
}

export const sqrt = unary(Math.sqrt, (_, y) => div(0.5, y));
export const cbrt = unary(Math.cbrt, (_, y) => div(1 / 3, mul(y, y)));
export const exp = unary(Math.exp, (x) => exp(x));
export const expm1 = unary(Math.expm1, (x) => exp(x), (_, y) => Math.abs(y) + 1);
export const log: (a: Num) => Num = unary(Math.log, (x) => div(1, x));
export const log2 = unary(Math.log2, (x) => div(1 / Math.LN2, x));
export const log10 = unary(Math.log10, (x) => div(1 / Math.LN10, x));
export const log1p = unary(Math.log1p, (x) => div(1, add(1, x)));
export const sin: (a: Num) => Num = unary(Math.sin, (x) => cos(x));
export const cos: (a: Num) => Num = unary(Math.cos, (x) => neg(sin(x)));
export const tan = unary(Math.tan, (x) => div(1, mul(cos(x), cos(x))), (_, y) => 1 + y * y);
export const asin = unary(Math.asin, (x) => div(1, sqrt(mul(sub(1, x), add(1, x)))), (x) => 1 / (1 - x * x) ** 1.5);
export const acos = unary(Math.acos, (x) => div(-1, sqrt(mul(sub(1, x), add(1, x)))), (x) => 1 / (1 - x * x) ** 1.5);
export const atan = unary(Math.atan, (x) => div(1, add(1, mul(x, x))));
export const sinh: (a: Num) => Num = unary(Math.sinh, (x) => cosh(x));
export const cosh: (a: Num) => Num = unary(Math.cosh, (x) => sinh(x));
// the common form 1 - y * y cancels where the function saturates: errors are relative to 1
export const tanh = unary(Math.tanh, (x) => pow(cosh(x), -2), () => 1);
export const asinh = unary(Math.asinh, (x) => div(1, sqrt(add(1, mul(x, x)))));
export const acosh = unary(Math.acosh, (x) => div(1, mul(sqrt(sub(x, 1)), sqrt(add(x, 1)))), (x) => 1 / (x * x - 1) ** 1.5);
export const atanh = unary(Math.atanh, (x) => div(1, mul(sub(1, x), add(1, x))), (x) => 1 / (1 - x * x) ** 2);
export const abs = unary(Math.abs, (x) => Math.sign(plain(x)) || 0);
export const fround = unary(Math.fround, () => 1);

export function atan2(a: Num, b: Num): Num {
  if (typeof a === "number" && typeof b === "number") return Math.atan2(a, b);
  return chain([a, b], ([y, x]) => atan2(y!, x!), ([y, x]) => {
    const r2 = add(mul(y!, y!), mul(x!, x!));
    return [() => ({ p: div(x!, r2) }), () => ({ p: neg(div(y!, r2)) })];
  });
}

/** 0 at the origin; the partial is a ratio, so that it neither overflows nor loses small operands. */
export function hypot(...xs: readonly Num[]): Num {
  if (xs.every((x) => typeof x === "number")) return Math.hypot(...(xs as number[]));
  return chain(xs, (vs) => hypot(...vs), (vs, y) => vs.map((v) => () => ({ p: plain(y) === 0 ? 0 : div(v, y) })));
}

/** Chooses one operand; at a tie the first. A NaN anywhere is the result, as in the primal. */
function choose(f: (...xs: number[]) => number): (...xs: readonly Num[]) => Num {
  return (...xs) => {
    const y = f(...xs.map(plain));
    if (xs.every((x) => typeof x === "number")) return y;
    const chosen = xs.find((x) => plain(x) === y);
    if (chosen === undefined) return y; // NaN, or no operand
    return Object.is(plain(chosen), y) ? chosen : add(chosen, y); // 0 chosen where the first tie is -0
  };
}
export const max = choose(Math.max);
export const min = choose(Math.min);

const flat = (f: (...xs: number[]) => number) => (...xs: readonly Num[]): number => f(...xs.map(plain));

/** `Math` over duals: the same names, and every function of it. */
export const dualMath: Record<string, unknown> = {
  abs, acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, cos, cosh, exp, expm1, fround, hypot, log, log10, log1p, log2, max, min, pow,
  sin, sinh, sqrt, tan, tanh,
  ceil: flat(Math.ceil), clz32: flat(Math.clz32), floor: flat(Math.floor), imul: flat(Math.imul), round: flat(Math.round),
  sign: flat(Math.sign), trunc: flat(Math.trunc), random: () => Math.random(),
  E: Math.E, LN10: Math.LN10, LN2: Math.LN2, LOG10E: Math.LOG10E, LOG2E: Math.LOG2E, PI: Math.PI, SQRT1_2: Math.SQRT1_2, SQRT2: Math.SQRT2,
};
