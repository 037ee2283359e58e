/** A seeded source of choices: the same seed builds the same program on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [0, n). */
  below(n: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of the weighted alternatives; weights of 0 are never taken. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
}

export function random(seed: number): Random {
  // splitmix32 to spread nearby seeds, then xorshift over four words
  let z = seed >>> 0;
  const split = (): number => {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [split(), split(), split(), split() | 1];
  const next = (): number => {
    const t = b << 9;
    let r = Math.imul(b, 5);
    r = Math.imul((r << 7) | (r >>> 25), 9);
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return (r >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    chance: (p) => next() < p,
    pick: (items) => items[below(items.length)]!,
    weighted(items) {
      const total = items.reduce((sum, [w]) => sum + w, 0);
      let at = next() * total;
      for (const [w, item] of items) {
        at -= w;
        if (at < 0) return item;
      }
      return items.find(([w]) => w > 0)![1];
    },
  };
}
