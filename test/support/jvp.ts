/** `jvp_f` against the reverse mode: the dot-product test ⟨w, J v⟩ = ⟨Jᵀ w, v⟩, and what a derivative leaves as it was. */
import { sameBits, type AnyFunction } from "./compile.ts";
import { clone, isMatrix } from "./oracle.ts";

/** The text with `with jvp` behind each tag. */
export function withJvp(text: string): string {
  const names = String.raw`(?:[\w$]+(?:\.[\w$]+)*)`;
  const clause = (word: string): string => String.raw`(?:[ \t]+${word}[ \t]+${names}(?:,[ \t]*${names})*)?`;
  return text.replace(new RegExp(`@differentiable${clause("wrt")}${clause("with")}`, "gu"), (tag) =>
    /\bjvp\b/u.test(tag) ? tag : /\bwith\b/u.test(tag) ? `${tag}, jvp` : `${tag} with jvp`,
  );
}

/** A direction: a number for each number of a gradient, no two alike; what is shared there is shared. */
export function directionLike(gradient: unknown): unknown {
  let count = 0;
  const next = (): number => ((count++ * 5) % 13) * 0.19 - 0.83 + count * 0.017;
  const copy = clone(gradient), seen = new Set<unknown>();
  const visit = (x: unknown): unknown => {
    if (typeof x === "number") return next();
    if (typeof x !== "object" || x === null || seen.has(x)) return x;
    seen.add(x);
    if (isMatrix(x)) { x.data.forEach((_, k) => { x.data[k] = next(); }); return x; }
    for (const k of Object.keys(x)) (x as Record<string, unknown>)[k] = visit((x as Record<string, unknown>)[k]);
    return x;
  };
  return visit(copy);
}

/** The sum of products of two things of one shape, and of their magnitudes; each object once. Null: the shapes differ. */
export function inner(a: unknown, b: unknown, seen = new Set<unknown>()): { readonly sum: number; readonly size: number } | null {
  if (typeof a === "number") return typeof b === "number" ? { sum: a * b, size: Math.abs(a * b) } : null;
  if (typeof a !== "object" || a === null || seen.has(a)) return { sum: 0, size: 0 };
  if (typeof b !== "object" || b === null) return null;
  seen.add(a);
  if (isMatrix(a)) return isMatrix(b) && a.rows === b.rows && a.cols === b.cols ? inner(a.data, b.data) : null;
  let sum = 0, size = 0;
  for (const k of Object.keys(a)) {
    const part = inner((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k], seen);
    if (part === null) return null;
    sum += part.sum;
    size += part.size;
  }
  return { sum, size };
}

/** The objects in a value. */
function objectsIn(x: unknown, found = new Set<object>()): Set<object> {
  if (typeof x !== "object" || x === null || found.has(x)) return found;
  found.add(x);
  if (!ArrayBuffer.isView(x)) for (const part of Object.values(x)) objectsIn(part, found);
  return found;
}

const holdsSingle = (x: unknown): boolean => [...objectsIn(x)].some((o) => o instanceof Float32Array);

export interface Reverse {
  /** What the reverse mode gave: `value` and the gradients. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The incoming gradient, or null for a function that returns a number. */
  readonly dvalue: unknown;
  /** The arguments as the primal leaves them. */
  readonly after: readonly unknown[];
}

/** What is wrong with `jvp_f` at a point, or null. Rounding is relative to the `magnitude` of what is added up on the way. */
export function jvpDiffers(jvp: AnyFunction, args: readonly unknown[], { result, dvalue, after }: Reverse, tolerance = 1e-9, magnitude = 0): string | null {
  const { value, ...gradient } = result;
  const direction = directionLike(gradient), given = clone(direction), used = args;
  let got: Record<string, unknown>;
  try {
    got = jvp(given, ...used) as Record<string, unknown>;
  } catch (error) {
    return `jvp throws ${error instanceof Error ? error.stack?.split("\n").slice(0, 3).join(" ") ?? "" : String(error)}`;
  }
  if (!sameBits(got["value"], value)) return `jvp: value ${JSON.stringify(got["value"])}, expected ${JSON.stringify(value)}`;
  if (!sameBits(used, after)) return `jvp: arguments are left as ${JSON.stringify(used)}`;
  if (!sameBits(given, direction)) return `jvp: the direction is left as ${JSON.stringify(given)}`;
  const theirs = new Set([...objectsIn(given), ...objectsIn(used), ...objectsIn(got["value"])]);
  if ([...objectsIn(got["dvalue"])].some((o) => theirs.has(o))) return "jvp: dvalue is not fresh";
  const forward = dvalue === null ? inner(1, got["dvalue"]) : inner(dvalue, got["dvalue"]);
  const reverse = inner(gradient, direction);
  if (forward === null || reverse === null) return `jvp: dvalue has another shape: ${JSON.stringify(got["dvalue"])}`;
  const near = holdsSingle([args, value, gradient]) ? Math.max(tolerance, 1e-6) : tolerance;
  if (Object.is(forward.sum, reverse.sum) || Math.abs(forward.sum - reverse.sum) <= near * Math.max(1, magnitude, forward.size, reverse.size)) return null;
  return `jvp: ⟨w, J v⟩ is ${forward.sum}, ⟨Jᵀ w, v⟩ is ${reverse.sum}`;
}
