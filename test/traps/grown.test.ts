/** Arrays that are pushed to and written past their end: lengths and places stay those of the primal. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";

describe("arrays that grow in both ways", () => {
  trap("pushes, then a write past the end", f("x: number, n: number", "const p: number[] = [];\nfor (let i = 0; i < n; i++) p.push(x * (i + 1));\np[n] = x * x;\nlet s = 0;\nfor (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);\nreturn s;"), [{ at: [2, 3], dx: 1 + 4 + 9 + 4 * 2 * 2 }, { at: [0.5, 0] }]);
  trap("both, and pops, in a loop", f("x: number, n: number", "const p: number[] = [x];\nfor (let i = 0; i < n; i++) {\n  p[p.length] = x * i;\n  p[p.length - 1] = x * x * i;\n  p.push(x * x);\n  if (i % 2 === 0) p.pop();\n}\nlet s = 0;\nfor (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);\nreturn s;"), [{ at: [1.5, 4] }, { at: [0.5, 1] }]);
  trap("a place counted from a length that the write changes", f("x: number", "const p: number[] = [x, 2 * x];\np[p.length + 1] = x * x;\np[2] = 3 * x;\nlet s = 0;\nfor (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);\nreturn s;"), [{ at: [2], dx: 1 + 4 + 9 + 16 }]);
  trap("a constant pushed to an array of the caller, where another that may be it grows", f("u: number[], x: number, n: number", "const list = [x, x];\nconst alias = x > 3 ? list : u;\nu.push(1);\nalias[n] = x * x;\nreturn u[0]! * alias[0]!;"), [{ at: [[0.4, 0.7, 1], 0.5, 1], du: [0.8, 0, 0] }, { at: [[0.4, 0.7, 1], 4, 2], du: [4, 0, 0] }]);
});

describe("arrays of the caller, and copies, that become shorter and are written past their end", () => {
  trap("the last leaf of a heap", f("heap: number[], y: number", "const last = heap.pop()!;\nlet i = 0;\nwhile (2 * i + 1 < heap.length) i++;\nheap[i] = last * y;\nreturn heap.reduce((a, b) => a * 0.9 + b, 0);"), [{ at: [[1.3], 0.7], dheap: [0.7], dy: 1.3 }, { at: [[1.3, 2, 0.4], 0.7] }]);
  trap("a push, a write behind it, a push", f("xs: number[], n: number, y: number, z: number, w: number", "xs.push(w);\nxs[n] = y;\nxs.push(z * z);\nlet s = 0;\nfor (let i = 0; i < xs.length; i++) s += xs[i]! * (i + 1);\nreturn s;"), [{ at: [[1, 2], 3, 3.2, 4.1, 5.3], dxs: [1, 2], dy: 4, dz: 41, dw: 3 }]);
  trap("the place is read, then the element is popped", f("xs: number[], y: number", "const a = xs.slice();\nconst n = a.length - 1;\na[n]! *= 2 * a.pop()!;\nlet s = 0;\nfor (const v of a) s = Math.sin(s + v * y);\nreturn s + a.length;"), [{ at: [[1, 2, 0.5], 0.3] }]);
  trap("a callee pops", `function drop(a: number[]): number { let s = 0; for (let i = 0; i < 3; i++) s += a[i]! * i; return s * a.pop()!; }\n${f("xs: number[], y: number", "const n = xs.length - 1;\nconst t = xs[n]!;\nconst p = drop(xs) + xs.length * y;\nxs[n] = t * p * xs.length;\nlet s = 0;\nfor (const v of xs) s = Math.sin(s + v * y);\nreturn s;")}`, [{ at: [[1.2, 3, 1.1, 0.4], 0.7] }]);
  trap("an element of a literal that is not there any more", f("x: number, y: number", "const a = [x, y, x * y];\nconst t = a.pop()!;\na[2] = t * x;\na.push(y * y);\nreturn a.reduce((s, v) => s * 0.8 + v, 0);"), [{ at: [2.2, 3.3], dx: 12.128, dy: 11.112 }]);
  trap("a loop to the length whose body pops", f("xs: number[], y: number", "for (let i = 0; i < xs.length; i++) {\n  const t = xs.pop()!;\n  xs[i] = t * y;\n  xs[i + 1] = y * t;\n  if (xs.length > 5) break;\n}\nreturn xs.reduce((s, v) => s * 0.8 + v, 0);"), [{ at: [[1.2, 3, 4], 0.9] }]);
  trap("splice, then writes where elements were", f("xs: number[], y: number", "const n = xs.length;\nconst a = xs.splice(1, 2);\nxs[n - 1] = y;\nxs[n - 2] = y * a[0]!;\nreturn xs.reduce((s, v) => s * 0.8 + v, 0);"), [{ at: [[1.2, 3, 4, 5], 0.9] }]);
  trap("shift, unshift and a length", f("xs: number[], y: number", "const n = xs.length;\nconst a = xs.shift()!;\nxs[n - 1] = a * y;\nxs.unshift(a * a);\nxs.length = n - 1;\nxs[n - 1] = y;\nreturn xs.reduce((s, v) => s * 0.8 + v, 0);"), [{ at: [[1.2, 3, 4, 5], 0.9], dy: 1 }]);
  trap("in a trip that is executed again", f("x: number, n: number", "for (let i = 0; i < n; i++) {\n  const z = Float64Array.of(Math.sin(x), x);\n  const list = [x, x, Math.tanh(x), x];\n  const last = list.length - 1;\n  const top = list.pop()!;\n  list[last] = top * z[i % 2]! ** 2 * 0.3;\n  list.unshift(x);\n  x += list.reduce((u, v) => u + 0.5 * v, 0) * 0.3;\n}\nreturn x;"), [{ at: [1.08741, 3], dx: 4.1225405716856285 }, { at: [0.4, 2] }]);
});

describe("arrays of the caller, copies and arrays of a length, written at their end", () => {
  trap("doubled in a loop", f("xs: number[], y: number", "const n = xs.length;\nfor (let i = 0; i < n; i++) xs[n + i] = xs[n + i - 1]! * y;\nlet s = 0;\nfor (const x of xs) s = s * 0.5 + x;\nreturn s;"), [{ at: [[1.2, 0.7], 1.4] }, { at: [[], 1.4], dxs: [] }]);
  trap("filled up to a length", f("xs: number[], y: number", "for (let i = xs.length; i < 6; i++) xs[i] = y * (xs[i - 1] ?? 1);\nlet s = 0;\nfor (const x of xs) s = s * 0.5 + x * x;\nreturn s;"), [{ at: [[1.2, 0.7], 1.1] }, { at: [[], 1.1], dxs: [] }]);
  trap("an element put between others", f("xs: number[], at: number, y: number", "const a = xs.slice();\nconst n = a.length;\nfor (let i = n; i > at; i--) a[i] = a[i - 1]!;\na[at] = y;\nlet s = 0;\nfor (let i = 0; i <= n; i++) s = s * 0.5 + a[i]! * a[i]!;\nreturn s;"), [{ at: [[1.2, 0.7, 0.3], 1, 1.3] }]);
  trap("a recurrence that goes on behind what was asked for", f("n: number, y: number", "const a = new Array<number>(n);\na[0] = 1;\na[1] = y;\nfor (let i = 2; i <= n + 2; i++) a[i] = a[i - 1]! * y + a[i - 2]!;\nreturn a[n + 2]! * a.length;"), [{ at: [3, 1.2] }]);
  trap("in a callee that calls itself", `function ext(a: number[], from: number, y: number): number { if (from <= 0) return 0; const n = a.length; a[n + 1] = a[n - 1]! * y; a[n] = 0.5; return a[n + 1]! + ext(a, from - 1, y); }\n${f("xs: number[], y: number", "const r = ext(xs, 3, y);\nreturn r + xs[xs.length - 2]! * 2 + xs[1]!;")}`, [{ at: [[1.2, 0.7], 1.3] }]);
});
