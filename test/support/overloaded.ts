/** What rewritten programs call (`$`), and the globals they see in place of JavaScript's own. */
import { add, div, Dual, dualMath, mod, mul, neg, plain, pow, sub, type Num } from "./dual.ts";
import { typedArrays } from "./dualArrays.ts";

const primal = (x: unknown): unknown => (x instanceof Dual ? plain(x) : x);
const truthy = (x: unknown): boolean => Boolean(primal(x));
const key = (k: unknown): PropertyKey => primal(k) as PropertyKey;
const lazily = {
  and: (a: unknown, b: () => unknown): unknown => (truthy(a) ? b() : a),
  or: (a: unknown, b: () => unknown): unknown => (truthy(a) ? a : b()),
  coalesce: (a: unknown, b: () => unknown): unknown => a ?? b(),
};
type Place = Record<PropertyKey, unknown>;
/** How often arithmetic met an operand that is not there: an element past the end, a missing field. */
export const absent = { met: 0 };
const isNumeric = (x: unknown): x is Num => typeof x === "number" || x instanceof Dual;

/** Numbers by the dual operation; anything else (strings, BigInt) as JavaScript does. */
const binary =
  (dual: (a: Num, b: Num) => Num, other: (a: never, b: never) => unknown) =>
  (a: unknown, b: unknown): unknown =>
    isNumeric(a) && isNumeric(b)
      ? dual(a, b)
      : isNumeric(toNumber(a)) &&
          isNumeric(toNumber(b)) &&
          typeof a !== "string" &&
          typeof b !== "string" &&
          typeof a !== "bigint" &&
          typeof a !== "object" &&
          typeof b !== "object"
        ? dual(toNumber(a) as Num, toNumber(b) as Num)
        : other(primal(a) as never, primal(b) as never);
const inactive = (f: (a: never, b: never) => unknown) => (a: unknown, b: unknown): unknown => f(primal(a) as never, primal(b) as never);
const toNumber = (x: unknown): unknown => {
  if (x === undefined) absent.met++;
  return x instanceof Dual ? x : typeof x === "bigint" || typeof x === "symbol" ? x : Number(x);
};

export const operations = {
  primal, truthy, key, toNumber, add, sub, neg: (a: unknown) => (isNumeric(a) ? neg(a) : -(a as number)),
  plus: binary(add, (a: number, b: number) => a + b),
  mul: binary(mul, (a: number, b: number) => a * b),
  div: binary(div, (a: number, b: number) => a / b),
  mod: binary(mod, (a: number, b: number) => a % b),
  pow: binary(pow, (a: number, b: number) => a ** b),
  bitAnd: inactive((a: number, b: number) => a & b), bitOr: inactive((a: number, b: number) => a | b), bitXor: inactive((a: number, b: number) => a ^ b),
  shl: inactive((a: number, b: number) => a << b), shr: inactive((a: number, b: number) => a >> b), ushr: inactive((a: number, b: number) => a >>> b),
  bitNot: (a: unknown) => ~(primal(a) as number),
  lt: inactive((a: number, b: number) => a < b), le: inactive((a: number, b: number) => a <= b),
  gt: inactive((a: number, b: number) => a > b), ge: inactive((a: number, b: number) => a >= b),
  eq: inactive((a: unknown, b: unknown) => a === b), ne: inactive((a: unknown, b: unknown) => a !== b),
  looseEq: inactive((a: unknown, b: unknown) => a == b), looseNe: inactive((a: unknown, b: unknown) => a != b),
  not: (a: unknown) => !truthy(a),
  typeOf: (a: unknown) => (a instanceof Dual ? "number" : typeof a),
  ...lazily,
  first: (a: unknown, _then: unknown) => a,
  predicate: (f: unknown) => (typeof f === "function" ? (...args: unknown[]) => truthy((f as (...a: unknown[]) => unknown)(...args)) : f),
  update(object: Place, k: unknown, f: (old: unknown) => unknown): unknown {
    const name = key(k);
    return (object[name] = f(object[name]));
  },
  updateAfter(object: Place, k: unknown, f: (old: unknown) => unknown): unknown {
    const name = key(k);
    const old = object[name];
    object[name] = f(old);
    return old;
  },
  updateLazily(kind: keyof typeof lazily, object: Place, k: unknown, f: () => unknown): unknown {
    const name = key(k);
    return lazily[kind](object[name], () => (object[name] = f()));
  },
};

const NumberOverDuals = Object.assign((x?: unknown) => (x instanceof Dual ? x : Number(x)), {
  isFinite: (x: unknown) => Number.isFinite(primal(x)), isNaN: (x: unknown) => Number.isNaN(primal(x)),
  isInteger: (x: unknown) => Number.isInteger(primal(x)), isSafeInteger: (x: unknown) => Number.isSafeInteger(primal(x)),
  parseFloat: Number.parseFloat, parseInt: Number.parseInt,
  EPSILON: Number.EPSILON, MAX_VALUE: Number.MAX_VALUE, MIN_VALUE: Number.MIN_VALUE, MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
  MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER, NaN: NaN, POSITIVE_INFINITY: Infinity, NEGATIVE_INFINITY: -Infinity,
});

/** `new Array(n)` with a plain length; elements keep their duals. */
const ArrayOverDuals = new Proxy(Array, {
  apply: (target, self, args: unknown[]) => Reflect.apply(target, self, args.length === 1 ? args.map(primal) : args),
  construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 1 ? args.map(primal) : args),
});

/** Deep copy that keeps duals and follows shared references, as structuredClone does. */
export function cloneOverDuals(x: unknown, seen = new Map<object, unknown>()): unknown {
  if (typeof x !== "object" || x === null || x instanceof Dual) return x;
  const known = seen.get(x);
  if (known !== undefined) return known;
  const kind = Object.values(typedArrays).find((T) => x instanceof T);
  const copy: unknown = kind ? kind.from(x as Iterable<unknown>) : Array.isArray(x) ? [] : {};
  seen.set(x, copy);
  if (!kind) for (const k of Object.keys(x)) (copy as Place)[k] = cloneOverDuals((x as Place)[k], seen);
  return copy;
}

export const globals: Record<string, unknown> = {
  Math: dualMath,
  Number: NumberOverDuals,
  Array: ArrayOverDuals,
  structuredClone: (x: unknown) => cloneOverDuals(x),
  isNaN: (x: unknown) => Number.isNaN(Number(primal(x))),
  isFinite: (x: unknown) => Number.isFinite(Number(primal(x))),
  console: { log() {}, info() {}, warn() {}, error() {}, debug() {} },
  ...typedArrays,
};
