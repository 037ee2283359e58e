/** Generated text under the strictest flags where inference finds another type than the user's own text had. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";

describe("types that inference makes too narrow", () => {
  trap("the field of a constant begins a variable", f("x: number, xs: number[]", "let t = Opts.nested.k as number;\nfor (const v of xs) t *= v * x;\nlet r = Opts.gain as number;\nif (x > 1) r = x * t;\nreturn t + r;", "const Opts = { gain: 1.5, nested: { k: 2 } } as const;"), [{ at: [3, [1, 2]] }, { at: [0.5, []] }]);
  trap("a text that is compared", f("x: number, y: number", "const label: string = `k${2 % 2}`;\nreturn label === \"k1\" || label.startsWith(\"z\") ? x : x * y;"), [{ at: [3, 2], dx: 2, dy: 3 }]);
  trap("a condition that begins as false", f("x: number, xs: number[]", "let ok: boolean = xs.length > 2 && false;\nif (x > 3) ok = true;\nreturn ok ? x * x : x;"), [{ at: [4, [1]], dx: 8 }, { at: [2, [1]], dx: 1 }]);
});

describe("names of parameters that are not needed", () => {
  trap("beside another parameter", f("x: number, w: number, _x: number", "x = w * 2;\n_x = x * w;\nreturn _x;"), [{ at: [1, 3, 5], dx: 0, dw: 12, d_x: 0 }]);
  trap("beside a local variable", f("x: number, w: number", "x = w * 2;\nconst _x = Math.sin(w);\nreturn _x * _x + _x;"), [{ at: [1, 3], dx: 0 }]);
});

describe("what may be absent", () => {
  trap("a default of a recursive callee", f("x: number, y: number", "return mix([x, y, x * y]) * x;", "function mix(xs: readonly number[], from = 0): number {\n  if (from >= xs.length) return 0;\n  return xs[from]! ** 2 + mix(xs, from + 1);\n}"), [{ at: [1.5, 2] }]);
  trap("a row that is taken away on one path", f("x: number, grid: number[][]", "const [y = x] = grid[0]!;\nif (x > 2) return y;\ngrid.pop();\nreturn x * y;"), [{ at: [1.5, [[2], [3]]] }, { at: [3, [[2]]] }]);
  trap("a memo that is asked first", f("x: number, n: number", "const memo: (number | undefined)[] = [];\nconst fib = (k: number): number => {\n  if (k < 2) return x;\n  const m = memo[k];\n  if (m !== undefined) return m;\n  const r = fib(k - 1) + fib(k - 2) * x;\n  memo[k] = r;\n  return r;\n};\nreturn fib(n);"), [{ at: [1.1, 6] }, { at: [1.1, 1] }]);
  trap("nothing that no trip assigns", f("x: number, m: number", "let opt: number | undefined = undefined;\nlet s = 0;\nfor (let i = 0; i < m; i++) s += opt ?? x;\nreturn x * s;"), [{ at: [3, 2], dx: 12 }, { at: [3, 0], dx: 0 }]);
});
