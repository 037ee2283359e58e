/** Typed arrays that can hold duals: fixed length, rounding or truncation on store, views that share memory. */
import { Dual, fround, plain, type Num } from "./dual.ts";

type Convert = (x: Num) => Num;
interface Store { readonly cells: Num[]; readonly offset: number; readonly length: number }

export interface TypedConstructor {
  new (from?: unknown): Num[];
  from(source: Iterable<unknown> | ArrayLike<unknown>, map?: (x: unknown, i: number) => unknown): Num[];
  of(...items: unknown[]): Num[];
  readonly BYTES_PER_ELEMENT: number;
}

const index = (key: PropertyKey): number | undefined => {
  if (typeof key !== "string") return undefined;
  const n = Number(key);
  return String(n) === key ? n : undefined;
};
const asNum = (x: unknown): Num => (x instanceof Dual || typeof x === "number" ? x : Number(x));

function typed(name: string, convert: Convert, bytes: number): TypedConstructor {
  const make = (store: Store): Num[] => new Proxy({} as never, {
    getPrototypeOf: () => T.prototype as object,
    has: (_, key) => {
      const i = index(key);
      return i === undefined ? key in T.prototype || key in Array.prototype : i >= 0 && i < store.length && Number.isInteger(i);
    },
    get: (_, key) => {
      const i = index(key);
      if (i !== undefined) return Number.isInteger(i) && i >= 0 && i < store.length ? store.cells[store.offset + i] : undefined;
      if (key === "length") return store.length;
      if (key === "$store") return store;
      if (key in methods) return methods[key as string];
      return (Array.prototype as unknown as Record<PropertyKey, unknown>)[key];
    },
    set: (_, key, value: unknown) => {
      const i = index(key);
      if (i !== undefined && Number.isInteger(i) && i >= 0 && i < store.length) store.cells[store.offset + i] = convert(asNum(value));
      return true;
    },
    ownKeys: () => Array.from({ length: store.length }, (_, i) => String(i)),
    getOwnPropertyDescriptor: (_, key) => {
      const i = index(key);
      return i === undefined || i >= store.length ? undefined : { value: store.cells[store.offset + i], writable: true, enumerable: true, configurable: true };
    },
  });
  const fresh = (items: readonly unknown[]): Num[] => make({ cells: items.map((x) => convert(asNum(x))), offset: 0, length: items.length });
  const storeOf = (self: unknown): Store => (self as { $store: Store }).$store;
  const items = (self: unknown): Num[] => {
    const { cells, offset, length } = storeOf(self);
    return cells.slice(offset, offset + length);
  };
  const range = (length: number, start: unknown, end: unknown): [number, number] => {
    const clamp = (x: number): number => (x < 0 ? Math.max(0, length + x) : Math.min(length, x));
    const from = clamp(start === undefined ? 0 : Math.trunc(plain(start as Num)) || 0);
    return [from, Math.max(from, clamp(end === undefined ? length : Math.trunc(plain(end as Num)) || 0))];
  };
  const byValue = (a: Num, b: Num): number => plain(a) - plain(b);
  const methods: Record<string, unknown> = {
    slice(this: unknown, start?: unknown, end?: unknown) {
      const all = items(this);
      return fresh(all.slice(...range(all.length, start, end)));
    },
    subarray(this: unknown, start?: unknown, end?: unknown) {
      const store = storeOf(this);
      const [from, to] = range(store.length, start, end);
      return make({ cells: store.cells, offset: store.offset + from, length: to - from });
    },
    map(this: unknown, f: (x: Num, i: number, a: unknown) => unknown) {
      return fresh(items(this).map((x, i) => f(x, i, this)));
    },
    filter(this: unknown, f: (x: Num, i: number, a: unknown) => unknown) {
      return fresh(items(this).filter((x, i) => f(x, i, this)));
    },
    set(this: Num[], source: ArrayLike<unknown>, at: unknown = 0) {
      Array.from(source).forEach((x, i) => { this[plain(at as Num) + i] = x as Num; });
    },
    sort(this: Num[], compare: (a: Num, b: Num) => number = byValue) {
      items(this).sort(compare).forEach((x, i) => { this[i] = x; });
      return this;
    },
    toSorted(this: unknown, compare: (a: Num, b: Num) => number = byValue) { return fresh(items(this).sort(compare)); },
    toReversed(this: unknown) { return fresh(items(this).reverse()); },
    with(this: unknown, i: unknown, value: unknown) {
      const all: unknown[] = items(this);
      const at = plain(i as Num);
      all[at < 0 ? all.length + at : at] = value;
      return fresh(all);
    },
  };
  const T = function (from?: unknown): Num[] {
    if (from === undefined) return fresh([]);
    if (typeof from === "number" || from instanceof Dual) return fresh(new Array<Num>(plain(from)).fill(0));
    return fresh(Array.from(from as Iterable<unknown>));
  } as unknown as TypedConstructor & { prototype: object };
  Object.defineProperty(T, "name", { value: name });
  return Object.assign(T, {
    from: (source: Iterable<unknown>, map?: (x: unknown, i: number) => unknown) => fresh(map ? Array.from(source, map) : Array.from(source)),
    of: (...all: unknown[]) => fresh(all),
    BYTES_PER_ELEMENT: bytes,
  });
}

const integer = (T: new (n: number) => { [i: number]: number }): Convert => {
  return (x) => {
    const one = new T(1);
    one[0] = plain(x);
    return one[0]!;
  };
};

export const typedArrays: Record<string, TypedConstructor> = {
  Float64Array: typed("Float64Array", (x) => x, 8),
  Float32Array: typed("Float32Array", fround, 4),
  Int8Array: typed("Int8Array", integer(Int8Array), 1),
  Uint8Array: typed("Uint8Array", integer(Uint8Array), 1),
  Uint8ClampedArray: typed("Uint8ClampedArray", integer(Uint8ClampedArray), 1),
  Int16Array: typed("Int16Array", integer(Int16Array), 2),
  Uint16Array: typed("Uint16Array", integer(Uint16Array), 2),
  Int32Array: typed("Int32Array", integer(Int32Array), 4),
  Uint32Array: typed("Uint32Array", integer(Uint32Array), 4),
};
