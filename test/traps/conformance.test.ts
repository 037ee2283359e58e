/** What the suites of other differentiators and of the language itself ask for, and what was not right when they were first run here. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("a variable that a way leaves undefined, asserted where it is read", () => {
  trap("returned", f("x: number", "let b: number | undefined;\nif (x > 0) b = x * x;\nreturn b!;"), [{ at: [3], value: 9, dx: 6 }]);
  trap("chosen on the spot", f("x: number", "return x > 1 ? x * x : (undefined as number | undefined)!;"), [{ at: [3], value: 9, dx: 6 }]);
  trap("var of a branch, of the type of its initializer", f("x: number", dedent`
    var a = x;
    if (a > 0) {
      var b = a * 2;
      a = b * a;
    }
    return b! * a;
  `), [{ at: [3], value: 108, dx: 108 }]);
  trap("null until something is found", f("xs: number[]", dedent`
    let best: number | null = null;
    for (const x of xs) if (best === null || x > best) best = x;
    return best! * best!;
  `), [{ at: [[1, 3, 2]], dxs: [0, 6, 0] }]);
});

describe("callbacks that take elements out of the array they are called for", () => {
  const cases = [{ at: [[1.5, 2.5, 3.5, 4.5]] }];
  trap("forEach and pop", f("xs: number[]", dedent`
    const ys = xs.slice();
    let s = 0;
    ys.forEach((y, i) => {
      if (i < 2) ys.pop();
      s += y * (i + 1);
    });
    return s + ys.length;
  `), [{ at: [[1.5, 2.5, 3.5, 4.5]], value: 8.5, dxs: [1, 2, 0, 0] }]);
  trap("forEach and shift", f("xs: number[]", dedent`
    const ys = xs.slice();
    let s = 0;
    ys.forEach((y) => {
      s = s * 1.5 + y;
      ys.shift();
    });
    return s;
  `), [{ at: [[1.5, 2.5, 3.5, 4.5]], value: 5.75, dxs: [1.5, 0, 1, 0] }]);
  trap("filter", f("xs: number[]", dedent`
    const ys = xs.slice();
    let n = 0;
    const kept = ys.filter((y) => {
      n++;
      ys.pop();
      return y > 0;
    });
    return kept.reduce((a, b) => a * b, 1) * n;
  `), [{ at: [[1.5, 2.5, 3.5, 4.5]], value: 7.5, dxs: [5, 3, 0, 0] }]);
  trap("reduce", f("xs: number[]", dedent`
    const ys = xs.slice();
    return ys.reduce((a, b) => {
      ys.pop();
      return a * b + a;
    });
  `), cases);
  trap("every", f("xs: number[]", dedent`
    const ys = xs.slice();
    let s = 0;
    const all = ys.every((y) => {
      ys.length--;
      s += y * y;
      return true;
    });
    return all ? s : -s;
  `), cases);
  trap("map", f("xs: number[]", dedent`
    const ys = xs.slice();
    const r = ys.map((y, i) => {
      if (i === 0) ys.length = 2;
      return y * 2;
    });
    return r[0]! * r[1]! + r.length;
  `), [{ at: [[1.5, 2.5, 3.5]], value: 18, dxs: [10, 6, 0] }]);
  trap("another array is no matter", f("xs: number[]", dedent`
    const stack = [1, 2, 3, 4];
    let s = 0;
    xs.forEach((x) => {
      s += x * stack.pop()!;
    });
    return s;
  `), [{ at: [[1.5, 2.5, 3.5, 4.5]], dxs: [4, 3, 2, 1] }]);
});

describe("static fields that change", () => {
  const counted = dedent`
    class Particle {
      static count = 0;
      readonly x: number;
      constructor(x: number) {
        this.x = x;
        Particle.count++;
      }
      sq(): number {
        return this.x * this.x;
      }
    }
  `;
  trap("counted by the constructor", f("x: number", dedent`
    Particle.count = 0;
    const p = new Particle(x), q = new Particle(p.sq());
    return q.sq() * Particle.count;
  `, counted), [{ at: [3], value: 162, dx: 216 }]);
  const hidden = dedent`
    class Scale {
      private static k = 1;
      static grow(): void {
        this.k *= 2;
      }
      static of(x: number): number {
        return Scale.k * x;
      }
      static reset(): void {
        Scale.k = 1;
      }
    }
  `;
  trap("private, by this in a static method", f("x: number", dedent`
    Scale.reset();
    Scale.grow();
    Scale.grow();
    return Scale.of(x) * x;
  `, hidden), [{ at: [3], value: 36, dx: 24 }]);
  trap("by the name of a class that extends the owner: another field", f("x: number", "Sub.count = 2;\nreturn Base.count * x;", dedent`
    class Base {
      static count = 1;
    }
    class Sub extends Base {}
  `), [], { status: "refused" });
});

describe("arguments that cannot be one object", () => {
  trap("records that hold arrays of two kinds", f("a: { q: number; o: number[] }, b: { q: number; o: Float64Array }", dedent`
    b.q += a.q;
    return b.q * a.q * a.o[0]! * b.o[0]!;
  `), [{ at: [{ q: 2, o: [3] }, { q: 5, o: new Float64Array([7]) }], value: 294 }]);
});

describe("what the checker has seen to be there", () => {
  trap("spread where a test says so, of a recursive type", f("x: number", dedent`
    const insert = (t: T | undefined, v: number): T => (!t ? { v } : v < t.v ? { ...t, l: insert(t.l, v) } : { ...t, r: insert(t.r, v) });
    const sum = (t: T | undefined, d: number): number => (t ? t.v * d + sum(t.l, d + 1) + sum(t.r, d * 2) : 0);
    let t: T | undefined;
    for (const v of [x, x * x, 2, x / 2]) t = insert(t, v);
    return sum(t, 1);
  `, "type T = { l?: T | undefined; r?: T | undefined; v: number };"), [{ at: [1.7] }]);
});

describe("a loop in a trip that the reverse runs again", () => {
  trap("computes with what the trip starts with", f("x: number", dedent`
    for (let a = x, i = 0; a < 3 && i < 4; a += 0.7 + Math.exp(-a * a), i++) {
      for (let k = 0; k < 1; k++) x += 1 / (1 + Math.exp(-Math.sin(a)));
    }
    return x;
  `), [{ at: [-0.61919], dx: 1.4036007 }, { at: [0.3] }, { at: [4] }]);
  trap("adds on to what the trip starts with", f("x: number", dedent`
    for (let a = x, i = 0; a < 3 && i < 4; a += 0.7 + Math.exp(-a * a), i++) {
      let t = a;
      for (let k = 0; k < 3; k++) t += 1 / (1 + Math.exp(-Math.sin(x * k)));
      x = x * 0.9 + t;
    }
    return x;
  `), [{ at: [-0.61919] }, { at: [0.3] }]);
  trap("behind @checkpoint", f("x: number, k: number", dedent`
    let a = x, s = 0;
    /** @checkpoint */
    for (let i = 0; i < 7; i++) {
      for (let j = 0; j < 3; j++) s += Math.sin(Math.exp(-a * j) * k);
      a = a * k + Math.exp(-a * a);
    }
    return s;
  `), [{ at: [-0.61919, 0.8] }]);
});

describe("declared before a loop that assigns it", () => {
  trap("a row", f("m: number[][]", dedent`
    let row: number[];
    let s = 0;
    for (let i = 0; i < m.length; i++) {
      row = m[i]!;
      s += row[0]! * row[1]!;
    }
    return s + row![0]!;
  `), [{ at: [[[1, 2], [3, 4]]], value: 17, dm: [[2, 1], [5, 3]] }]);
  trap("a record, by for…of", f("list: { v: number }[]", dedent`
    let o: { v: number };
    let s = 0;
    for (o of list) s += o.v ** 2;
    return s + o!.v;
  `), [{ at: [[{ v: 2 }, { v: 3 }]], value: 16 }]);
  trap("a name, by for…in", f("x: number", dedent`
    let k: "a" | "b";
    let s = 0;
    const o = { a: x, b: x * x };
    for (k in o) s += o[k as "a" | "b"] * s + 1;
    return s;
  `), [{ at: [1.5], value: 4.25, dx: 3 }]);
});

describe("classes", () => {
  trap("static methods of an abstract class", f("x: number", "return Shape.unit(x).area() * Shape.twice(x);", dedent`
    abstract class Shape {
      abstract area(): number;
      static unit(x: number): Shape {
        return new Square(x);
      }
      static twice(x: number): number {
        return 2 * x;
      }
    }
    class Square extends Shape {
      readonly s: number;
      constructor(s: number) {
        super();
        this.s = s;
      }
      area(): number {
        return this.s * this.s;
      }
    }
  `), [{ at: [3], value: 54, dx: 54 }]);
});

describe("arrays", () => {
  trap("an empty one beside others", f("xs: number[]", dedent`
    const all = [xs, [], [xs[0]! * 2]].flat();
    return all.reduce((s, x) => s + x * x, 0);
  `), [{ at: [[1, 2]], value: 9, dxs: [10, 4] }]);
});

describe("tuples and texts", () => {
  trap("a tuple with optional and further numbers", f("p: [number, number?, ...number[]]", dedent`
    const [a, b = a * 2, ...c] = p;
    return a * b + c.reduce((x, y) => x + y, 0) * a + p.length;
  `), [{ at: [[1.5]], value: 5.5 }, { at: [[1.5, 2]], value: 5, dp: [2, 1.5] }, { at: [[1.5, 2, 3, 4]], dp: [9, 1.5, 1.5, 1.5] }], { oracle: false });
  trap("the length of a text that may be a number", f("x: number", dedent`
    const a: (number | string)[] = [x, "ab", 2 * x];
    let s = 0;
    for (const v of a) {
      if (typeof v === "number") s += v * v;
      else s += v.length * x;
    }
    return s;
  `), [{ at: [1.5], value: 14.25, dx: 17 }]);
});

describe("NaN among numbers", () => {
  trap("is included, and has no place", f("x: number", dedent`
    const a = [x, NaN, 3];
    return (a.includes(NaN) ? x : 0) + (a.indexOf(NaN) + a.lastIndexOf(NaN)) * x + a.findIndex(Number.isNaN) * x;
  `), [{ at: [1.5], value: 0, dx: 0 }]);
});

describe("arrays that are made and sorted", () => {
  trap("Array.from with a length alone", f("x: number", dedent`
    const a = Array.from<number>({ length: 2 }).fill(x);
    const b = Array.from<number>({ length: 3 });
    for (let i = 0; i < 3; i++) b[i] = x * i;
    return a[1]! * a.length + b.reduce((p, q) => p + q * q, 0);
  `), [{ at: [1.5], value: 14.25, dx: 17 }]);
  trap("comparisons that take their elements apart", f("x: number", dedent`
    const h = [5, 3, 8].map((p) => ({ p, v: p * x }));
    h.sort(({ p: a }, { p: b }) => b - a);
    const g = h.toSorted(({ v }, { v: w }) => v - w);
    return h[0]!.v * 2 + h[2]!.v * h.length + g[0]!.v;
  `), [{ at: [1.5], value: 42, dx: 28 }]);
});

describe("what is added and taken away again", () => {
  trap(
    "to round off: the partial is the number that was computed",
    f("x: number, v: number", "return Math.sin(x) * (v + 6755399441055744 - 6755399441055744);"),
    [{ at: [0.3, 2.3], dx: 2 * Math.cos(0.3) }],
    { oracle: false },
  );
  trap("numbers of the module", f("x: number", "const big = 2 ** 53;\nreturn (big + 1 - big) * x + x * x;"), [{ at: [1.5], dx: 3 }]);
});

describe("the origin", () => {
  trap("a root of a mean of squares, the factor a number of its own", f("x: number[]", dedent`
    const n = 1 / x.length;
    let s = 0;
    for (const v of x) s += v * v;
    return -20 * Math.exp(-0.2 * Math.sqrt(n * s));
  `), [{ at: [[0, 0]], dx: [0, 0] }, { at: [[3, 4]] }], { oracle: false });
});

describe("text", () => {
  trap("methods of an object by their names in brackets", f("x: number", dedent`
    const o = {
      f(v: number): number {
        return v * this.k;
      },
      k: x,
    };
    return o["f"](2) * o.f(x);
  `), [{ at: [3], value: 54, dx: 54 }]);
  trap("functions of Math by their names in brackets", f("x: number", "return Math[\"cos\"](x) * Math[\"PI\"] + Number[\"EPSILON\"];"), [{ at: [0.3] }]);
  test("comments of a file with the line ends of Windows", () => {
    const { code } = compile(
      "/** @differentiable */\r\nexport function f(x: number): number {\r\n  /* one\r\n     two */\r\n  const a = x * x; // three\r\n  return a * a;\r\n}\r\n",
    );
    expect(code.slice(code.indexOf("Value and gradient"))).not.toContain("\r");
  });
  trap("a loose comparison of literals", f("u: number, v: number", dedent`
    let s = 0;
    for (let i = 0; i != 1;) {
      s += u * v;
      break;
    }
    return s;
  `), [{ at: [2, 3], du: 3, dv: 2 }]);
});
