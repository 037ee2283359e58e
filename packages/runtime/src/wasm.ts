import { plainKernel, useKernel, type Kernel, type Strided } from "./products.ts";
import { kernelBytes } from "./wasmKernel.ts";

/** What every host has, and no library of the language declares. */
interface Platform {
  readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object) => { readonly exports: Kernels } };
  readonly atob: (text: string) => string;
  readonly console: { info(line: string): void };
}

interface Kernels {
  readonly memory: Memory;
  readonly multiply64: Multiply;
  readonly multiply32: Multiply;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

/** c = a · b; `down` and `across`: from an element of `a` to that of the next row and column, in bytes. */
interface Multiply {
  (a: number, b: number, c: number, rows: number, inner: number, cols: number, down: number, across: number): void;
}

type Floats = Float64Array | Float32Array;

/** Below so many multiplications it takes longer to copy the operands than to multiply them. */
const worthCopying = 20_000;

/**
 * Products of matrices in WebAssembly from now on, in this thread: several times as fast where matrices are large, and to the same bits. Of two
 * `Float32Array` the sums are made in 32 bits, too, twice as fast again; in JavaScript they are rounded once, at their end. The
 * kernels are part of this file; nothing is loaded. Where WebAssembly is forbidden (by a Content-Security-Policy) it says so in one line, and
 * all stays as it was.
 *
 * @returns whether WebAssembly is used.
 * @example
 * useWasm();
 */
export function useWasm(): boolean {
  const platform = globalThis as unknown as Platform;
  try {
    const module = new platform.WebAssembly.Module(Uint8Array.from(platform.atob(kernelBytes), (c) => c.charCodeAt(0)));
    useKernel(kernelOf(new platform.WebAssembly.Instance(module).exports));
    return true;
  } catch (error) {
    platform.console.info(
      `retrograd: products of matrices stay in JavaScript, WebAssembly is not to be had (${error instanceof Error ? error.message : String(error)})`,
    );
    return false;
  }
}

/** Back to JavaScript. */
export function usePlain(): void {
  useKernel(plainKernel);
}

function kernelOf({ memory, multiply64, multiply32 }: Kernels): Kernel {
  return (a, b, rows, inner, cols, out) => {
    const isSingle = [a.data, b.data, out].every((data: Floats) => data instanceof Float32Array), bytes = isSingle ? 4 : 8;
    if (rows * inner * cols < worthCopying || rows < 4 || cols < 32 / bytes) { plainKernel(a, b, rows, inner, cols, out); return; }
    const atB = rows * inner, atC = atB + inner * cols, end = atC + rows * cols;
    if (!hasRoom(memory, end * bytes)) { plainKernel(a, b, rows, inner, cols, out); return; }
    const heap: Floats = isSingle ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
    heap.set(a.data); // however it lies: the kernel is told
    if (b.across === 1) heap.set(b.data, atB);
    else turn(heap, atB, b, inner, cols);
    (isSingle ? multiply32 : multiply64)(0, bytes * atB, bytes * atC, rows, inner, cols, bytes * a.down, bytes * a.across);
    out.set(heap.subarray(atC, end));
  };
}

/** Makes room for so many bytes, if there can be. */
function hasRoom(memory: Memory, bytes: number): boolean {
  const missing = bytes - memory.buffer.byteLength;
  try {
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return true;
  } catch {
    return false; // more than WebAssembly can address, or than the host gives
  }
}

/** Copies what lies column by column row by row: in blocks, so that what is read lies close together. */
function turn(heap: Floats, to: number, { data, across }: Strided, rows: number, cols: number): void {
  for (let i0 = 0; i0 < rows; i0 += 16) {
    for (let j0 = 0; j0 < cols; j0 += 16) {
      const iEnd = Math.min(rows, i0 + 16), jEnd = Math.min(cols, j0 + 16);
      for (let i = i0; i < iEnd; i++) for (let j = j0; j < jEnd; j++) heap[to + i * cols + j] = data[i + j * across]!;
    }
  }
}
