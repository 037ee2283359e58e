const floats = new Set(["Float64Array", "Float32Array"]);

/** An incoming gradient of ones for a result that is no number: then the gradient is that of the sum of its numbers. */
export function onesLike(value: unknown): unknown {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return undefined;
  if (ArrayBuffer.isView(value)) return floats.has(value.constructor.name) ? (value as Float64Array).map(() => 1) : undefined; // as: by its name
  if (Array.isArray(value)) return value.map(onesLike);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, onesLike(inner)] as const)
      .filter(([, ones]) => ones !== undefined),
  );
}

/** The sum of the numbers that `onesLike` has a one for. */
export function total(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null) return 0;
  if (ArrayBuffer.isView(value) && !floats.has(value.constructor.name)) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + total(inner), 0);
}
