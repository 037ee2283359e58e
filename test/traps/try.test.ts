import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** `try`: what the program throws itself is a jump. */
describe("try and catch", () => {
  trap("a throw on the spot", f("x: number", dedent`
    let y = x;
    try {
      if (x > 2) throw new RangeError("large");
      y = x * x;
    } catch {
      y = 3 * x;
    }
    return y * x;
  `), [{ at: [1], value: 1, dx: 3 }, { at: [3], value: 27, dx: 18 }]);
  trap("what was assigned until then stays", f("x: number", dedent`
    let y = x;
    try {
      y = x * x;
      if (x > 2) throw new Error("large");
      y = x * x * x;
    } catch {
      y = y * x;
    }
    return y;
  `), [{ at: [2], value: 8, dx: 12 }, { at: [3], value: 27, dx: 27 }]);
  trap("a callee that throws", f("x: number, y: number", dedent`
    try {
      return root(x) * y;
    } catch {
      return x * y * y;
    }
  `, dedent`
    function root(a: number): number {
      if (a < 0) throw new RangeError(\`no root of \${a}\`);
      return Math.sqrt(a);
    }
  `), [{ at: [4, 3], value: 6, dx: 0.75, dy: 2 }, { at: [-4, 3], value: -36, dx: 9, dy: -24 }]);
  trap("a throw in the middle of a loop", f("xs: number[], limit: number", dedent`
    let s = 0;
    try {
      for (const v of xs) {
        s += v * v;
        if (s > limit) throw new Error("enough");
      }
      s *= 2;
    } catch {
      s = Math.sin(s);
    }
    return s;
  `), [{ at: [[1, 2, 3], 100], value: 28 }, { at: [[1, 2, 3], 4] }, { at: [[], 1], value: 0 }]);
  trap("memory that was written before the throw", f("x: number", dedent`
    const a = [x, x, x];
    try {
      for (let i = 0; i < 3; i++) {
        a[i] = a[i]! * x;
        if (i === 1 && x > 2) throw new Error("stop");
      }
    } catch {
      a[2] = 5 * x;
    }
    return a[0]! * a[1]! * a[2]!;
  `), [{ at: [2], value: 64 }, { at: [3], value: 9 * 9 * 15 }]);
  trap("the error is looked at, and thrown again", f("x: number", dedent`
    try {
      if (x > 4) throw new RangeError("r");
      if (x > 2) throw new Error("e");
      return x * x;
    } catch (e) {
      if (e instanceof RangeError) return 7 * x;
      return Math.sin(x);
    }
  `), [{ at: [1], dx: 2 }, { at: [3] }, { at: [5], dx: 7 }]);
  trap("one in another", f("x: number", dedent`
    let y = x;
    try {
      try {
        if (x > 1) throw new Error("a");
        y *= 2;
      } catch {
        y *= 3;
        if (x > 2) throw new Error("b");
      }
      y *= x;
    } catch {
      y *= 5;
    }
    return y;
  `), [{ at: [0.5], dx: 2 }, { at: [1.5], dx: 9 }, { at: [3], dx: 15 }]);
  trap("in a loop, with jumps", f("xs: number[]", dedent`
    let s = 0;
    for (const v of xs) {
      try {
        if (v < 0) throw new Error("negative");
        if (v === 0) continue;
        if (v > 8) break;
        s += Math.sqrt(v);
      } catch {
        s -= v;
      }
    }
    return s;
  `), [{ at: [[4, -2, 1]], value: 5, dxs: [0.25, -1, 0.5] }, { at: [[4, 9, 1]], value: 2 }]);
  trap("in a callee through which the gradient flows", f("x: number", "return safe(x) * x;", dedent`
    function safe(a: number): number {
      try {
        if (a > 2) throw new Error("large");
        return a * a;
      } catch {
        return a;
      }
    }
  `), [{ at: [1], dx: 3 }, { at: [3], dx: 6 }]);
  trap("a reduce of nothing", f("xs: number[], y: number", dedent`
    try {
      return xs.reduce((a, b) => a * b) * y;
    } catch {
      return y * y;
    }
  `), [{ at: [[2, 3], 5], value: 30, dy: 6 }, { at: [[], 5], value: 25, dy: 10 }]);
  trap("a call that may throw unseen", f("x: number", dedent`
    try {
      return x * JSON.parse("2");
    } catch {
      return x;
    }
  `), [], { status: "refused", message: /RG3107/ });
  trap("a recursive call that throws and returns no number", f("x: number, n: number", dedent`
    try {
      return down(x, n)[0]! * x;
    } catch {
      return x;
    }
  `, dedent`
    function down(x: number, n: number): number[] {
      if (n < 0) throw new Error("n");
      return n === 0 ? [x] : down(x * x, n - 1);
    }
  `), [], { status: "refused", message: /RG3107/ });
});

/** What `finally` says is done on every way out. */
describe("finally", () => {
  trap("behind", f("x: number", "let y = x;\ntry { y = x * x; } finally { y *= 2; }\nreturn y;"), [{ at: [3], value: 18, dx: 12 }]);
  trap("the result is computed before", f("x: number", dedent`
    let y = x;
    try { return y * x; } finally { y *= 100; }
  `), [{ at: [3], value: 9, dx: 6 }]);
  trap("a result of its own", f("x: number", "try { return x * 2; } finally { if (x > 1) return x * x; }"), [
    { at: [0.5], value: 1, dx: 2 },
    { at: [3], value: 9, dx: 6 },
  ]);
  trap("behind a catch, and behind one that is left", f("x: number", dedent`
    let s = 0, n = 0;
    try {
      if (x > 2) throw new RangeError("x");
      s = x * x;
    } catch {
      s = 3 * x;
      if (x > 5) return s * 7;
    } finally {
      n++;
      s *= n + 1;
    }
    return s * n;
  `), [{ at: [1.5], value: 4.5, dx: 6 }, { at: [3], value: 18, dx: 6 }, { at: [6], value: 126, dx: 21 }]);
  trap("where loops are left", f("xs: number[]", dedent`
    let s = 0;
    outer: for (let i = 0; i < xs.length; i++) {
      for (let j = 0; j < 3; j++) {
        try {
          try {
            if (j === 2 && xs[i]! > 1) continue outer;
            s += xs[i]! * j;
          } finally {
            s *= 1.1;
          }
          if (s > 20) break outer;
        } finally {
          s += 0.5 * xs[i]!;
        }
      }
    }
    return s;
  `), [{ at: [[1, 2, 3]] }, { at: [[10, 2]] }]);
  trap("memory, and what is thrown through it", f("x: number", dedent`
    const out = [x];
    const inner = (y: number): number => {
      try {
        if (y > 2) throw new Error("y");
        return y * y;
      } finally {
        out[0] = out[0]! * 2;
      }
    };
    try {
      return inner(x) * out[0]!;
    } catch {
      return out[0]! * x;
    } finally {
      out[0] = 0;
    }
  `), [{ at: [1], value: 2, dx: 6 }, { at: [3], value: 18, dx: 12 }]);
  trap("a throw in a finally", f("x: number", dedent`
    try {
      try {
        if (x > 4) return x;
        throw new Error("a");
      } catch {
        x *= 2;
        if (x > 5) return x * x;
      } finally {
        if (x > 3) throw new Error("b");
        x *= 3;
      }
    } catch {
      return x * 7;
    }
    return x;
  `), [{ at: [1], value: 6, dx: 6 }, { at: [2], value: 28, dx: 14 }, { at: [3], value: 42, dx: 14 }, { at: [5], value: 35, dx: 7 }]);
  trap("counted in the module", f("x: number", dedent`
    count++;
    try {
      count += 2;
      if (x > 2) throw new Error("x");
      return x * count;
    } catch {
      return x * x * count;
    } finally {
      count = 0;
    }
  `, "let count = 0;"), [{ at: [1], value: 3, dx: 3 }, { at: [3], value: 27, dx: 18 }]);
  trap("state of the module", f("x: number", dedent`
    busy = true;
    try {
      if (x < 0) return -x;
      return x * x;
    } finally {
      busy = false;
    }
  `, "let busy = false;"), [{ at: [3], dx: 6 }, { at: [-3], dx: -1 }]);
});

/** Functions that are not lowered where they are called say that they have thrown. */
describe("try around recursive calls", () => {
  const power = dedent`
    function power(n: number, x: number): number {
      if (n < 0) throw new Error("negative");
      return n === 0 ? 1 : x * power(n - 1, x);
    }
  `;
  trap("that throw", f("x: number, n: number", dedent`
    try {
      return power(n, x);
    } catch {
      return 5 * x;
    }
  `, power), [{ at: [2, 3], value: 8, dx: 12 }, { at: [2, -1], value: 10, dx: 5 }]);
  trap("deep inside", f("x: number, n: number", dedent`
    let s = 0;
    try {
      s = walk(x, n);
      s += walk(x * 2, n);
    } catch (e) {
      s += e instanceof RangeError ? 3 * x : x;
    }
    try {
      s *= walk(x, 1);
    } finally {
      s += x;
    }
    return s;
  `, dedent`
    function walk(x: number, n: number): number {
      if (x > 8) throw new RangeError("large");
      return n <= 0 ? x * x : walk(x * 1.5, n - 1) * x;
    }
  `), [{ at: [1, 2] }, { at: [2, 2] }, { at: [3, 2] }]);
  trap("in the function that recurs", f("x: number", "return safe(x, 0);", dedent`
    function safe(x: number, n: number): number {
      try {
        if (n > 3) throw new Error("deep");
        return safe(x * 1.1, n + 1) * x;
      } catch {
        return x * n;
      }
    }
  `), [{ at: [1.2] }]);
  trap("of two functions that call each other, and write", f("x: number, n: number", dedent`
    const acc: number[] = [];
    try {
      left(x, n, acc);
    } catch {
      acc.push(x);
    }
    return acc.reduce((a, b) => a + b * b, 0);
  `, dedent`
    function left(x: number, n: number, acc: number[]): void {
      acc.push(x * n);
      if (n > 0) right(x * 0.5, n - 1, acc);
    }
    function right(x: number, n: number, acc: number[]): void {
      if (acc.length > 3) throw new Error("full");
      left(x * x, n, acc);
      if (n > 1) left(x, n - 1, acc);
    }
  `), [{ at: [1.2, 1] }, { at: [1.2, 3] }, { at: [1.2, 5] }]);
});
