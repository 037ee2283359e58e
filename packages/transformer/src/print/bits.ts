/** Sets of small integers, as the bits of a row of words: sets with thousands of elements are united and compared at once. */
export type Bits = Int32Array;

export const noBits = (size: number): Bits => new Int32Array((size + 31) >>> 5);
export const hasBit = (set: Bits, k: number): boolean => (((set[k >>> 5] ?? 0) >>> (k & 31)) & 1) === 1;

export function addBit(set: Bits, k: number): void {
  const word = k >>> 5;
  set[word] = (set[word] ?? 0) | (1 << (k & 31));
}

export function removeBit(set: Bits, k: number): void {
  const word = k >>> 5;
  set[word] = (set[word] ?? 0) & ~(1 << (k & 31));
}

/** Adds the elements of another set. Returns whether there was a new one. */
export function addBits(set: Bits, others: Bits): boolean {
  let grown = false;
  for (let w = 0; w < set.length; w++) {
    const before = set[w] ?? 0, now = before | (others[w] ?? 0);
    if (now !== before) grown = true;
    set[w] = now;
  }
  return grown;
}

export function haveCommonBit(a: Bits, b: Bits): boolean {
  for (let w = 0; w < a.length; w++) if (((a[w] ?? 0) & (b[w] ?? 0)) !== 0) return true;
  return false;
}
