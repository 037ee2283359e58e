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

/**
 * The same shape with other numbers. `change` is called for each list of numbers in turn: with a copy to be changed, what belongs to it in
 * the gradient (of the same shape; 0 where it has none), and how many numbers came before. Nothing of `x` that holds numbers is changed or kept.
 */
export function changed<T>(x: T, gradient: unknown, change: (values: Float64Array, slopes: Float64Array, before: number) => void): T {
  let before = 0;
  const floats = (p: Float64Array, g: Float64Array | undefined): Float64Array => {
    if (g && g.length !== p.length) throw new RangeError(`a gradient of ${g.length} numbers for ${p.length} parameters`);
    const values = p.slice();
    change(values, g ?? new Float64Array(p.length), before);
    before += p.length;
    return values;
  };
  const visit = (p: unknown, g: unknown): unknown => {
    if (typeof p === "number") return floats(Float64Array.of(p), Float64Array.of(typeof g === "number" ? g : 0))[0];
    if (typeof p !== "object" || p === null) return p;
    if (isMatrix(p)) return { rows: p.rows, cols: p.cols, data: floats(p.data, (g as MatrixLike | undefined)?.data) };
    if (isFloats(p)) return floats(p, g as Float64Array | undefined);
    if (Array.isArray(p)) return p.map((e, k) => visit(e, (g as ArrayLike<unknown> | undefined)?.[k]));
    if (ArrayBuffer.isView(p)) return p;
    return Object.assign(
      Object.create(Object.getPrototypeOf(p) as object | null) as object,
      Object.fromEntries(Object.entries(p).map(([key, e]) => [key, visit(e, (g as Record<string, unknown> | undefined)?.[key])])),
    );
  };
  return visit(x, gradient) as T; // the same shape
}

export function numbersOf(x: unknown): Float64Array {
  return gradientNumbers(x, x);
}

/** The same shape with other numbers, in the order of `numbersOf`. */
export function withNumbers<T>(x: T, values: Float64Array): T {
  return changed(x, x, (list, _, before) => list.set(values.subarray(before, before + list.length)));
}

/** The numbers of a gradient in the order of those of the parameters; 0 where it has none. */
export function gradientNumbers(parameters: unknown, gradient: unknown): Float64Array {
  const parts: Float64Array[] = [];
  let length = 0;
  changed(parameters, gradient, (values, slopes) => { parts.push(slopes); length += values.length; });
  const found = new Float64Array(length);
  let at = 0;
  for (const part of parts) { found.set(part, at); at += part.length; }
  return found;
}
