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
  readonly multiply: Multiply;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

interface Multiply {
  (a: number, b: number, c: number, rows: number, inner: number, cols: number): void;
}

/** Below so many multiplications it takes longer to copy the operands than to multiply them. */
const worthCopying = 20_000;

/**
 * Products of matrices in WebAssembly from now on, in this thread: the same bits, several times as fast where matrices are large. The kernel is
 * part of this file; nothing is loaded. Where WebAssembly is forbidden (by a Content-Security-Policy) it says so in one line, and all
 * stays as it was.
 *
 * @returns whether WebAssembly is used.
 * @example
 * useWasm();
 */
export function useWasm(): boolean {
  const platform = globalThis as unknown as Platform;
  try {
    const module = new platform.WebAssembly.Module(Uint8Array.from(platform.atob(kernelBytes), (c) => c.charCodeAt(0)));
    const { memory, multiply } = new platform.WebAssembly.Instance(module).exports;
    useKernel(kernelOf(memory, multiply));
    return true;
  } catch (error) {
    platform.console.info(`retrograd: products of matrices stay in JavaScript, WebAssembly is not to be had (${error instanceof Error ? error.message : String(error)})`);
    return false;
  }
}

/** Back to JavaScript. */
export function usePlain(): void {
  useKernel(plainKernel);
}

function kernelOf(memory: Memory, multiply: Multiply): Kernel {
  return (a, b, rows, inner, cols, out) => {
    if (rows * inner * cols < worthCopying) { plainKernel(a, b, rows, inner, cols, out); return; }
    const tall = (rows + 3) & ~3, wide = (cols + 3) & ~3;
    const size = tall * inner + inner * wide + tall * wide, missing = size * 8 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const heap = new Float64Array(memory.buffer), atB = tall * inner, atC = atB + inner * wide;
    copyIn(heap, 0, a, rows, inner, inner);
    copyIn(heap, atB, b, inner, cols, wide);
    multiply(0, 8 * atB, 8 * atC, tall, inner, wide);
    for (let i = 0; i < rows; i++) out.set(heap.subarray(atC + i * wide, atC + i * wide + cols), i * cols);
  };
}

/** Row by row, each filled up to `width`. What lies beyond is multiplied into sums that nobody reads. */
function copyIn(heap: Float64Array, to: number, { data, down, across }: Strided, rows: number, cols: number, width: number): void {
  if (across === 1) {
    for (let i = 0; i < rows; i++) heap.set(data.subarray(i * down, i * down + cols), to + i * width);
    return;
  }
  // A transposed operand: in blocks, so that what is read lies close together.
  for (let i0 = 0; i0 < rows; i0 += 16) {
    for (let j0 = 0; j0 < cols; j0 += 16) {
      const iEnd = Math.min(rows, i0 + 16), jEnd = Math.min(cols, j0 + 16);
      for (let i = i0; i < iEnd; i++) for (let j = j0; j < jEnd; j++) heap[to + i * width + j] = data[i * down + j * across]!;
    }
  }
}
