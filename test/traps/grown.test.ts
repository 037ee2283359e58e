/** Arrays that are pushed to and written past their end: lengths and places stay those of the primal. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("arrays that grow in both ways", () => {
  trap("pushes, then a write past the end", f("x: number, n: number", dedent`
    const p: number[] = [];
    for (let i = 0; i < n; i++) p.push(x * (i + 1));
    p[n] = x * x;
    let s = 0;
    for (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);
    return s;
  `), [{ at: [2, 3], dx: 1 + 4 + 9 + 4 * 2 * 2 }, { at: [0.5, 0] }]);
  trap("both, and pops, in a loop", f("x: number, n: number", dedent`
    const p: number[] = [x];
    for (let i = 0; i < n; i++) {
      p[p.length] = x * i;
      p[p.length - 1] = x * x * i;
      p.push(x * x);
      if (i % 2 === 0) p.pop();
    }
    let s = 0;
    for (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);
    return s;
  `), [{ at: [1.5, 4] }, { at: [0.5, 1] }]);
  trap("a place counted from a length that the write changes", f("x: number", dedent`
    const p: number[] = [x, 2 * x];
    p[p.length + 1] = x * x;
    p[2] = 3 * x;
    let s = 0;
    for (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);
    return s;
  `), [{ at: [2], dx: 1 + 4 + 9 + 16 }]);
  trap("a constant pushed to an array of the caller, where another that may be it grows", f("u: number[], x: number, n: number", dedent`
    const list = [x, x];
    const alias = x > 3 ? list : u;
    u.push(1);
    alias[n] = x * x;
    return u[0]! * alias[0]!;
  `), [{ at: [[0.4, 0.7, 1], 0.5, 1], du: [0.8, 0, 0] }, { at: [[0.4, 0.7, 1], 4, 2], du: [4, 0, 0] }]);
});

describe("arrays of the caller, and copies, that become shorter and are written past their end", () => {
  trap("the last leaf of a heap", f("heap: number[], y: number", dedent`
    const last = heap.pop()!;
    let i = 0;
    while (2 * i + 1 < heap.length) i++;
    heap[i] = last * y;
    return heap.reduce((a, b) => a * 0.9 + b, 0);
  `), [{ at: [[1.3], 0.7], dheap: [0.7], dy: 1.3 }, { at: [[1.3, 2, 0.4], 0.7] }]);
  trap("a push, a write behind it, a push", f("xs: number[], n: number, y: number, z: number, w: number", dedent`
    xs.push(w);
    xs[n] = y;
    xs.push(z * z);
    let s = 0;
    for (let i = 0; i < xs.length; i++) s += xs[i]! * (i + 1);
    return s;
  `), [{ at: [[1, 2], 3, 3.2, 4.1, 5.3], dxs: [1, 2], dy: 4, dz: 41, dw: 3 }]);
  trap("the place is read, then the element is popped", f("xs: number[], y: number", dedent`
    const a = xs.slice();
    const n = a.length - 1;
    a[n]! *= 2 * a.pop()!;
    let s = 0;
    for (const v of a) s = Math.sin(s + v * y);
    return s + a.length;
  `), [{ at: [[1, 2, 0.5], 0.3] }]);
  trap(
    "a callee pops",
    `function drop(a: number[]): number { let s = 0; for (let i = 0; i < 3; i++) s += a[i]! * i; return s * a.pop()!; }\n${f(
      "xs: number[], y: number",
      dedent`
        const n = xs.length - 1;
        const t = xs[n]!;
        const p = drop(xs) + xs.length * y;
        xs[n] = t * p * xs.length;
        let s = 0;
        for (const v of xs) s = Math.sin(s + v * y);
        return s;
      `,
    )}`,
    [{ at: [[1.2, 3, 1.1, 0.4], 0.7] }],
  );
  trap("an element of a literal that is not there any more", f("x: number, y: number", dedent`
    const a = [x, y, x * y];
    const t = a.pop()!;
    a[2] = t * x;
    a.push(y * y);
    return a.reduce((s, v) => s * 0.8 + v, 0);
  `), [{ at: [2.2, 3.3], dx: 12.128, dy: 11.112 }]);
  trap("a loop to the length whose body pops", f("xs: number[], y: number", dedent`
    for (let i = 0; i < xs.length; i++) {
      const t = xs.pop()!;
      xs[i] = t * y;
      xs[i + 1] = y * t;
      if (xs.length > 5) break;
    }
    return xs.reduce((s, v) => s * 0.8 + v, 0);
  `), [{ at: [[1.2, 3, 4], 0.9] }]);
  trap("splice, then writes where elements were", f("xs: number[], y: number", dedent`
    const n = xs.length;
    const a = xs.splice(1, 2);
    xs[n - 1] = y;
    xs[n - 2] = y * a[0]!;
    return xs.reduce((s, v) => s * 0.8 + v, 0);
  `), [{ at: [[1.2, 3, 4, 5], 0.9] }]);
  trap("shift, unshift and a length", f("xs: number[], y: number", dedent`
    const n = xs.length;
    const a = xs.shift()!;
    xs[n - 1] = a * y;
    xs.unshift(a * a);
    xs.length = n - 1;
    xs[n - 1] = y;
    return xs.reduce((s, v) => s * 0.8 + v, 0);
  `), [{ at: [[1.2, 3, 4, 5], 0.9], dy: 1 }]);
  trap("in a trip that is executed again", f("x: number, n: number", dedent`
    for (let i = 0; i < n; i++) {
      const z = Float64Array.of(Math.sin(x), x);
      const list = [x, x, Math.tanh(x), x];
      const last = list.length - 1;
      const top = list.pop()!;
      list[last] = top * z[i % 2]! ** 2 * 0.3;
      list.unshift(x);
      x += list.reduce((u, v) => u + 0.5 * v, 0) * 0.3;
    }
    return x;
  `), [{ at: [1.08741, 3], dx: 4.1225405716856285 }, { at: [0.4, 2] }]);
});

describe("arrays of the caller, copies and arrays of a length, written at their end", () => {
  trap("doubled in a loop", f("xs: number[], y: number", dedent`
    const n = xs.length;
    for (let i = 0; i < n; i++) xs[n + i] = xs[n + i - 1]! * y;
    let s = 0;
    for (const x of xs) s = s * 0.5 + x;
    return s;
  `), [{ at: [[1.2, 0.7], 1.4] }, { at: [[], 1.4], dxs: [] }]);
  trap("filled up to a length", f("xs: number[], y: number", dedent`
    for (let i = xs.length; i < 6; i++) xs[i] = y * (xs[i - 1] ?? 1);
    let s = 0;
    for (const x of xs) s = s * 0.5 + x * x;
    return s;
  `), [{ at: [[1.2, 0.7], 1.1] }, { at: [[], 1.1], dxs: [] }]);
  trap("an element put between others", f("xs: number[], at: number, y: number", dedent`
    const a = xs.slice();
    const n = a.length;
    for (let i = n; i > at; i--) a[i] = a[i - 1]!;
    a[at] = y;
    let s = 0;
    for (let i = 0; i <= n; i++) s = s * 0.5 + a[i]! * a[i]!;
    return s;
  `), [{ at: [[1.2, 0.7, 0.3], 1, 1.3] }]);
  trap("a recurrence that goes on behind what was asked for", f("n: number, y: number", dedent`
    const a = new Array<number>(n);
    a[0] = 1;
    a[1] = y;
    for (let i = 2; i <= n + 2; i++) a[i] = a[i - 1]! * y + a[i - 2]!;
    return a[n + 2]! * a.length;
  `), [{ at: [3, 1.2] }]);
  trap(
    "in a callee that calls itself",
    `function ext(a: number[], from: number, y: number): number { if (from <= 0) return 0; const n = a.length; a[n + 1] = a[n - 1]! * y; a[n] = 0.5; return a[n + 1]! + ext(a, from - 1, y); }\n${f(
      "xs: number[], y: number",
      dedent`
        const r = ext(xs, 3, y);
        return r + xs[xs.length - 2]! * 2 + xs[1]!;
      `,
    )}`,
    [{ at: [[1.2, 0.7], 1.3] }],
  );
});
