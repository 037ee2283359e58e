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
  return gradientNumbers(x, x);
}

/** The same shape with other numbers, in the order of `numbersOf`. Nothing of `x` is changed or kept that holds numbers. */
export function withNumbers<T>(x: T, values: Float64Array): T {
  let next = 0;
  const floats = (like: Float64Array): Float64Array => {
    const part = values.slice(next, next + like.length);
    next += like.length;
    return like instanceof Float64Array ? part : (new Float32Array(part) as unknown as Float64Array);
  };
  const visit = (part: unknown): unknown => {
    if (typeof part === "number") return values[next++];
    if (typeof part !== "object" || part === null) return part;
    if (isMatrix(part)) return { rows: part.rows, cols: part.cols, data: floats(part.data) };
    if (isFloats(part)) return floats(part);
    if (Array.isArray(part)) return part.map(visit);
    if (ArrayBuffer.isView(part)) return part;
    return Object.assign(Object.create(Object.getPrototypeOf(part) as object | null) as object, Object.fromEntries(Object.entries(part).map(([key, e]) => [key, visit(e)])));
  };
  return visit(x) as T; // the same shape
}

/** The numbers of a gradient in the order of those of the parameters; 0 where it has none. */
export function gradientNumbers(parameters: unknown, gradient: unknown): Float64Array {
  const parts: (Float64Array | readonly [number])[] = [];
  let length = 0;
  const take = (part: Float64Array | readonly [number]): void => { parts.push(part); length += part.length; };
  const floats = (p: Float64Array, g: Float64Array | undefined): void => {
    if (g && g.length !== p.length) throw new RangeError(`a gradient of ${g.length} numbers for ${p.length} parameters`);
    take(g ?? new Float64Array(p.length));
  };
  const visit = (p: unknown, g: unknown): void => {
    if (typeof p === "number") take([typeof g === "number" ? g : 0]);
    else if (typeof p !== "object" || p === null) return;
    else if (isMatrix(p)) floats(p.data, (g as MatrixLike | undefined)?.data);
    else if (isFloats(p)) floats(p, g as Float64Array | undefined);
    else if (Array.isArray(p)) p.forEach((e, k) => visit(e, (g as ArrayLike<unknown> | undefined)?.[k]));
    else if (!ArrayBuffer.isView(p)) for (const [key, e] of Object.entries(p)) visit(e, (g as Record<string, unknown> | undefined)?.[key]);
  };
  visit(parameters, gradient);
  const found = new Float64Array(length);
  let at = 0;
  for (const part of parts) { found.set(part, at); at += part.length; }
  return found;
}
