/** Integer polynomials over named atoms: sums of products, `n·i + j - 1`. The empty product is the key of the constant. */
export type Polynomial = ReadonlyMap<string, number>;

const separator = "·";
/** Beyond this many terms nothing is said any more. */
const mostTerms = 24;

export const constant = (n: number): Polynomial => (n === 0 ? new Map() : new Map([["", n]]));
export const atom = (name: string): Polynomial => new Map([[name, 1]]);
export const factors = (product: string): readonly string[] => (product === "" ? [] : product.split(separator));

export function add(a: Polynomial, b: Polynomial, factor = 1): Polynomial {
  const sum = new Map(a);
  for (const [product, n] of b) {
    const total = (sum.get(product) ?? 0) + factor * n;
    if (total === 0) sum.delete(product); else sum.set(product, total);
  }
  return sum;
}

export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  let result: Polynomial = new Map();
  for (const [x, m] of a) for (const [y, n] of b) result = add(result, new Map([[[...factors(x), ...factors(y)].sort().join(separator), m * n]]));
  return result;
}

/** `p` as `factor · name + rest`; null if the atom stands in a higher power. */
export function split(p: Polynomial, name: string): { readonly factor: Polynomial; readonly rest: Polynomial } | null {
  const factor = new Map<string, number>(), rest = new Map<string, number>();
  for (const [product, n] of p) {
    const parts = factors(product), at = parts.indexOf(name);
    if (at < 0) { rest.set(product, n); continue; }
    const others = parts.filter((_, k) => k !== at);
    if (others.includes(name)) return null;
    factor.set(others.join(separator), n);
  }
  return { factor, rest };
}

export const mentions = (p: Polynomial, name: string): boolean => [...p.keys()].some((product) => factors(product).includes(name));
export const isTooLong = (p: Polynomial): boolean => p.size > mostTerms;
export const valueOf = (p: Polynomial): number | null => (p.size === 0 ? 0 : p.size === 1 ? p.get("") ?? null : null);
