/** Values that have no gradient: they choose, name or count, but do not vary continuously. */
type Undifferentiable =
  string | boolean | bigint | symbol | null | undefined | ((...args: never[]) => unknown) | IntegerArray;

type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** The fields of `P` that carry a gradient: never those whose type has none. */
type DifferentiableKeys<P> = { [K in keyof P]-?: [Grad<P[K]>] extends [never] ? never : K }[keyof P];

/**
 * The type of the gradient by a value of type `P`, the same shape with everything that cannot vary left out:
 * number → number; arrays and tuples of the same shape, never `readonly`; `Float64Array` and `Float32Array` alike; an object → a
 * plain record of its differentiable fields, each present. `never` for a type without a gradient.
 */
export type Grad<P> = P extends Undifferentiable
  ? never
  : P extends number
    ? number
    : P extends Float64Array
      ? Float64Array<ArrayBuffer>
      : P extends Float32Array
        ? Float32Array<ArrayBuffer>
        : P extends readonly unknown[]
          ? GradOfArray<P>
          : P extends object
            ? [DifferentiableKeys<P>] extends [never]
              ? never
              : { -readonly [K in DifferentiableKeys<P>]-?: Grad<P[K]> }
            : never;

/** Tuples keep their positions (one without a gradient is `never`, i.e. not to be read); an array of inactive values has none. */
type GradOfArray<P extends readonly unknown[]> = number extends P["length"]
  ? [Grad<P[number]>] extends [never]
    ? never
    : Grad<P[number]>[]
  : { -readonly [K in keyof P]: Grad<P[K]> };
