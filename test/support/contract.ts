/** Functions that return arrays and records, against the oracle: contracted with an incoming gradient they return a number. */
import { add, mul, type Num } from "./dual.ts";
import { isMatrix, type Runner } from "./oracle.ts";

const floats = new Set(["Float64Array", "Float32Array"]);

/** An incoming gradient for a result: a number for each of its numbers, no two alike; nothing where there is no gradient. Never shared. */
export function incomingLike(value: unknown): unknown {
  let count = 0;
  const next = (): number => ((count++ * 7) % 11) * 0.25 - 1.1 + count * 0.01;
  const visit = (x: unknown): unknown => {
    if (typeof x === "number") return next();
    if (typeof x !== "object" || x === null) return undefined;
    if (ArrayBuffer.isView(x)) return floats.has(x.constructor.name) ? (x as Float64Array).map(next) : undefined;
    if (isMatrix(x)) return { rows: x.rows, cols: x.cols, data: x.data.map(next) };
    if (Array.isArray(x)) return x.map(visit);
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, visit(v)] as const).filter(([, v]) => v !== undefined));
  };
  return visit(value);
}

/** The sum of the products of two things of one shape; what the value lacks counts nothing. */
export function contract(dvalue: unknown, value: unknown): Num {
  if (value === undefined || value === null) return 0;
  if (typeof dvalue === "number") return mul(dvalue, value as Num);
  if (typeof dvalue !== "object" || dvalue === null) return 0;
  if (isMatrix(dvalue)) return contract(dvalue.data, (value as { readonly data: unknown }).data);
  let sum: Num = 0;
  for (const k of Object.keys(dvalue)) sum = add(sum, contract((dvalue as Record<string, unknown>)[k], (value as Record<string, unknown>)[k]));
  return sum;
}

/** `f` followed by the contraction. */
export const contracted = (f: Runner, dvalue: unknown): Runner => (...args) => contract(dvalue, f(...args));

/** As a literal of the language. */
export function literalText(x: unknown): string {
  if (typeof x === "number") return Object.is(x, -0) ? "-0" : String(x);
  if (ArrayBuffer.isView(x)) return `new ${x.constructor.name}([${Array.from(x as Float64Array).join(", ")}])`;
  if (Array.isArray(x)) return `[${x.map(literalText).join(", ")}]`;
  if (typeof x === "object" && x !== null) return `{ ${Object.entries(x).map(([k, v]) => `${k}: ${literalText(v)}`).join(", ")} }`;
  return String(x);
}
