/**
 * Assembles the kernels of `@retrograd/runtime/wasm`: products of matrices in WebAssembly, tiles of 4 rows in eight SIMD registers of sums.
 *
 *     multiply64(a, b, c, rows, inner, cols, down, across)     c = a · b in 64-bit floats; tiles of 4 × 4
 *     multiply32(…)                                            in 32-bit floats; tiles of 4 × 8
 *
 * The first three are places in memory. `b` and `c` lie row by row; the element of `a` in row i and column k is at `a + i * down + k * across`, so that a
 * transposed operand needs no transposing. There are at least as many rows and columns as in a tile, and `inner` is at least 1. Where the
 * tiles do not end with the matrix, the last ones begin earlier, and what two of them compute is the same.
 *
 * Each sum adds its products in the order of the plain kernel, and rounds each of them; in 64 bits both give the same bits.
 */

const unsigned = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] => (n >= -64 && n < 64 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)]);
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const text = (s: string): number[] => sized([...new TextEncoder().encode(s)]);

const i32 = 0x7f, v128 = 0x7b;
const get = (l: number): number[] => [0x20, ...unsigned(l)];
const set = (l: number): number[] => [0x21, ...unsigned(l)];
const constant = (n: number): number[] => [0x41, ...signed(n)];
const [add, sub, mul, less, select] = [0x6a, 0x6b, 0x6c, 0x49, 0x1b];
const simd = (op: number, ...more: readonly number[]): number[] => [0xfd, ...unsigned(op), ...more];
const load = (offset: number): number[] => simd(0x00, 2, ...unsigned(offset));
const store = (offset: number): number[] => simd(0x0b, 2, ...unsigned(offset));
const zero = simd(0x0c, ...new Array<number>(16).fill(0));
/** Runs at least once; again while the condition holds. */
const loop = (body: readonly number[], condition: readonly number[]): number[] => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];
const increase = (l: number, by: readonly number[]): number[] => [...get(l), ...by, add, ...set(l)];

interface Floats {
  readonly bytes: number;
  readonly splat: readonly number[];
  readonly add: readonly number[];
  readonly mul: readonly number[];
}

const doubles: Floats = { bytes: 8, splat: simd(0x0a, 2, 0), add: simd(0xf0), mul: simd(0xf2) };
const singles: Floats = { bytes: 4, splat: simd(0x09, 2, 0), add: simd(0xe4), mul: simd(0xe6) };

function multiply(floats: Floats): number[] {
  const [a, b, c, rows, inner, cols, down, across] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [i, j, k, width, pb, pc, next] = [8, 9, 10, 11, 12, 13, 14];
  const pa = [15, 16, 17, 18], [b0, b1, s] = [19, 20, 21], sums = Array.from({ length: 8 }, (_, n) => 22 + n);
  const tall = 4, wide = 32 / floats.bytes, bytes = constant(floats.bytes);
  /** `place` goes on by `step`, but not past the last tile; again while one is left. */
  const along = (place: number, step: number, end: number, body: readonly number[]): number[] => [
    ...constant(0), ...set(place),
    ...loop([
      ...body,
      ...get(place), ...constant(step), add, ...set(next),
      ...get(next), ...get(end), ...constant(step), sub, ...get(next), ...get(end), ...constant(step), sub, less, select, ...set(place),
    ], [...get(next), ...get(end), less]),
  ];
  const trip = [
    ...get(pb),
    ...load(0),
    ...set(b0),
    ...get(pb),
    ...load(16),
    ...set(b1),
    ...pa.flatMap((p, r) => [
      ...get(p),
      ...floats.splat,
      ...set(s),
      ...[b0, b1].flatMap((half, h) => {
        const sum = sums[2 * r + h]!;
        return [...get(sum), ...get(s), ...get(half), ...floats.mul, ...floats.add, ...set(sum)];
      }),
      ...increase(p, get(across)),
    ]),
    ...increase(pb, get(width)),
    ...get(k),
    ...constant(1),
    sub,
    ...set(k),
  ];
  const tile = [
    ...sums.flatMap((sum) => [...zero, ...set(sum)]),
    ...pa.flatMap((p, r) => (r === 0 ? [...get(a), ...get(i), ...get(down), mul, add, ...set(p)] : [...get(pa[r - 1]!), ...get(down), add, ...set(p)])),
    ...get(b), ...get(j), ...bytes, mul, add, ...set(pb),
    ...get(inner), ...set(k),
    ...loop(trip, get(k)),
    ...get(c), ...get(i), ...get(width), mul, add, ...get(j), ...bytes, mul, add, ...set(pc),
    ...pa.flatMap((_, r) => [...get(pc), ...get(sums[2 * r]!), ...store(0), ...get(pc), ...get(sums[2 * r + 1]!), ...store(16), ...increase(pc, get(width))]),
  ];
  const code = [...get(cols), ...bytes, mul, ...set(width), ...along(i, tall, rows, along(j, wide, cols, tile)), 0x0b];
  return sized([...list([[...unsigned(11), i32], [...unsigned(11), v128]]), ...code]);
}

export function assembleKernel(): Uint8Array {
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, list([[0x60, ...list(Array.from({ length: 8 }, () => [i32])), 0]])),
    ...section(3, list([[0], [0]])),
    ...section(5, list([[0, 1]])),
    ...section(7, list([[...text("memory"), 2, 0], [...text("multiply64"), 0, 0], [...text("multiply32"), 0, 1]])),
    ...section(10, list([multiply(doubles), multiply(singles)])),
  ]);
}

/** The module `packages/runtime/src/wasmKernel.ts`. */
export function generateKernel(): string {
  const base64 = Buffer.from(assembleKernel()).toString("base64");
  return `/** GENERATED by scripts/wasmKernel.ts: the kernels, in base64. */\nexport const kernelBytes: string =\n  "${base64}";\n`;
}
