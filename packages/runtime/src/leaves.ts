/**
 * Parameters of any shape as one list of numbers: of numbers, arrays, typed arrays, matrices and records of them. What is neither (names,
 * switches, integer arrays) stays as it is.
 */

interface MatrixLike {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

const isMatrix = (x: object): x is MatrixLike => "rows" in x && "cols" in x && "data" in x;
const isFloats = (x: object): x is Float64Array => x instanceof Float64Array || x instanceof Float32Array;

/** Calls `each` with every number and its name, `layers[0].w`. */
export function eachNumber(x: unknown, each: (value: number, name: string) => void, name = ""): void {
  if (typeof x === "number") each(x, name);
  else if (typeof x !== "object" || x === null) return;
  else if (isMatrix(x)) x.data.forEach((e, k) => each(e, `${name}[${Math.floor(k / x.cols)}, ${k % x.cols}]`));
  else if (isFloats(x) || Array.isArray(x)) (x as readonly unknown[]).forEach((e, k) => eachNumber(e, each, `${name}[${k}]`));
  else if (!ArrayBuffer.isView(x)) for (const [key, e] of Object.entries(x)) eachNumber(e, each, name === "" ? key : `${name}.${key}`);
}

export function numbersOf(x: unknown): Float64Array {
  const found: number[] = [];
  eachNumber(x, (value) => void found.push(value));
  return Float64Array.from(found);
}

/** The same shape with other numbers, in the order of `numbersOf`. Nothing of `x` is changed or kept that holds numbers. */
export function withNumbers<T>(x: T, values: ArrayLike<number>): T {
  let next = 0;
  const visit = (part: unknown): unknown => {
    if (typeof part === "number") return values[next++];
    if (typeof part !== "object" || part === null) return part;
    if (isMatrix(part)) return { rows: part.rows, cols: part.cols, data: part.data.map(() => values[next++] ?? NaN) };
    if (isFloats(part)) return part.map(() => values[next++] ?? NaN);
    if (Array.isArray(part)) return part.map(visit);
    if (ArrayBuffer.isView(part)) return part;
    return Object.assign(Object.create(Object.getPrototypeOf(part) as object | null) as object, Object.fromEntries(Object.entries(part).map(([key, e]) => [key, visit(e)])));
  };
  return visit(x) as T; // the same shape
}

/** The numbers of a gradient in the order of those of the parameters; 0 where it has none. */
export function gradientNumbers(parameters: unknown, gradient: unknown): Float64Array {
  const found: number[] = [];
  const visit = (p: unknown, g: unknown): void => {
    if (typeof p === "number") found.push(typeof g === "number" ? g : 0);
    else if (typeof p !== "object" || p === null) return;
    else if (isMatrix(p)) p.data.forEach((_, k) => found.push((g as MatrixLike | undefined)?.data[k] ?? 0));
    else if (isFloats(p) || Array.isArray(p)) (p as readonly unknown[]).forEach((e, k) => visit(e, (g as ArrayLike<unknown> | undefined)?.[k]));
    else if (!ArrayBuffer.isView(p)) for (const [key, e] of Object.entries(p)) visit(e, (g as Record<string, unknown> | undefined)?.[key]);
  };
  visit(parameters, gradient);
  return Float64Array.from(found);
}
