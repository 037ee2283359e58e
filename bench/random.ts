/** Numbers for the inputs of a case: the same on every machine and in every run. */
export interface Random {
  uniform(low: number, high: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** A whole number from 0 to `limit - 1`. */
  integer(limit: number): number;
  list<T>(length: number, draw: (index: number) => T): T[];
}

/** A generator seeded by a text (the name of the case), so that adding a case leaves the others' inputs alone. */
export function seededRandom(seed: string): Random {
  let state = 0x811c9dc5; // FNV-1a over the text, then a Weyl sequence through a bit mixer
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);

  function next(): number {
    state = (state + 0x9e3779b9) | 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  }

  const random: Random = {
    uniform: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    integer: (limit) => Math.floor(next() * limit),
    list: (length, draw) => {
      const result = [];
      for (let i = 0; i < length; i++) result.push(draw(i));
      return result;
    },
  };
  return random;
}
