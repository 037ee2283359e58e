import { describe, expect, test } from "vitest";
import { compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("branches, returns, conditions", () => {
  trap("25 an early return that never reaches a later loop", f("x: number, n: number", dedent`
    if (n < 1) return x * x;
    let s = x;
    for (let i = 0; i < n; i++) s *= x;
    return s;
  `), [{ at: [3, 0], dx: 6 }, { at: [2, 2], dx: 12 }]);
  trap("26 early return before declarations that the reverse uses", f("x: number, y: number", dedent`
    if (y === 0) return 1;
    const n = y;
    let a = n + x;
    let b = n;
    const c = 2 * x;
    a *= b;
    return a + c;
  `), [{ at: [3, 4], dx: 6, dy: 11 }, { at: [3, 0], dx: 0, dy: 0 }]);
  trap("27 return in both arms", f("x: number", dedent`
    if (x > 0) {
      return x * x;
    } else {
      return -x;
    }
  `), [{ at: [3], dx: 6 }, { at: [-3], dx: -1 }]);
  trap("27 return in nested ifs", f("x: number, y: number", dedent`
    if (x > 0) {
      if (y > 0) return x * y;
      return x;
    }
    if (y > 0) return y;
    return 7;
  `), [{ at: [2, 3], dx: 3, dy: 2 }, { at: [2, -3], dx: 1, dy: 0 }, { at: [-2, 3], dx: 0, dy: 1 }, { at: [-2, -3], value: 7, dx: 0, dy: 0 }]);
  trap("27 the result is a parameter", f("x: number, y: number", "return y;"), [{ at: [2, 3], value: 3, dx: 0, dy: 1 }]);
  trap("27 a constant result", f("x: number", "return 5;"), [{ at: [2], value: 5, dx: 0 }]);
  trap("28 an unreachable statement", f("x: number", "return 3 * x;\nx = x * 2;"), [{ at: [2], dx: 3 }]);
  trap("29 branches one way", f("x: number, c: boolean", dedent`
    let y = 1;
    if (c) y = x * x;
    else y = x * 3;
    return y * x;
  `), [{ at: [2, true], dx: 12 }, { at: [2, false], dx: 12 }, { at: [3, true], dx: 27 }]);
  trap("29 branches the other way", f("x: number, c: boolean", dedent`
    let y = 1;
    if (!c) y = x * 3;
    else y = x * x;
    return y * x;
  `), [{ at: [2, true], dx: 12 }, { at: [2, false], dx: 12 }, { at: [3, true], dx: 27 }]);
  trap("30 assigned in one arm only", f("x: number, c: boolean", dedent`
    let y = x;
    if (c) y = x * x * x;
    return y * 2;
  `), [{ at: [2, true], dx: 24 }, { at: [2, false], dx: 2 }]);
  trap("30 declared without a value", f("x: number, c: boolean", dedent`
    let y!: number;
    if (c) {
      y = x * x;
    } else {
      y = 3;
    }
    return y;
  `), [{ at: [2, true], dx: 4 }, { at: [2, false], dx: 0 }]);
  trap("31 an empty if", f("x: number", "if (x > 0) {\n}\nreturn x * x;"), [{ at: [2], dx: 4 }]);
  trap("31 overwritten assignments", f("x: number", dedent`
    let y = x;
    y = x;
    y = x;
    y = 0;
    return y;
  `), [{ at: [2], dx: 0, value: 0 }]);
  trap("32 a conditional with side effects", f("x: number", dedent`
    let a = 0;
    const s = x > 0 ? (a = x * x, a * 2) : (a = 3 * x);
    return s * a;
  `), [{ at: [2], value: 32, dx: 64 }, { at: [-2], dx: -36 }]);
  trap("33 used in the false arm only, then overwritten", f("x: number, c: boolean", dedent`
    let a = x;
    const r = c ? 1 : a * a;
    a = 0;
    return r + a;
  `), [{ at: [3, false], dx: 6 }, { at: [3, true], dx: 0 }]);
  trap("34 an assignment in the condition", f("u: number, v: number", dedent`
    let foo = 0;
    let r = 2 * v;
    if ((foo = u) > 10) r = u * v;
    return r + foo;
  `), [{ at: [3, 5], du: 1, dv: 2 }, { at: [11, 5], du: 6, dv: 11 }]);
  const shortCircuit = "let y = 1;\nif (x > 0 && (y = x * x) > 1) return y * x;\nreturn y + x;";
  trap("35 short circuit with an assignment", f("x: number", shortCircuit), [{ at: [2], dx: 12 }, { at: [0.5], dx: 2 }, { at: [-2], dx: 1 }]);
  trap("35 ||=", f("x: number", "let y = x > 1 ? 0 : x * 3;\ny ||= x * x;\nreturn y;"), [{ at: [2], dx: 4 }, { at: [0.5], dx: 3 }]);
  trap("35 &&=", f("x: number", "let y = x > 1 ? 0 : x * 3;\ny &&= x * x;\nreturn y + x;"), [{ at: [2], dx: 1 }, { at: [0.5], dx: 2 }]);
  trap("35 ??=", f("x: number, y?: number", "y ??= x * x;\nreturn y * x;"), [{ at: [2], dx: 12 }, { at: [2, 5], dx: 5, dy: 2 }]);
  trap(
    "35 ?? as a value",
    f("x: number, y: number | undefined", "return (y ?? x * x) * x;"),
    [
      { at: [2, undefined], dx: 12 },
      { at: [2, 5], dx: 5 },
    ],
    { status: "may" },
  );
  trap(
    "35 optional chaining on a record",
    f("x: number, o: { p: number } | undefined", "const k = o?.p ?? 3;\nreturn k * x;"),
    [
      { at: [2, { p: 5 }], dx: 5 },
      { at: [2, undefined], dx: 3 },
    ],
    { status: "may" },
  );
  trap("36 the condition's variables are overwritten in the arm", f("x: number", dedent`
    let k = x;
    let s = 0;
    if (k > 1) {
      k = 0;
      s = x * x;
    } else {
      k = 5;
      s = x;
    }
    return s + k * x;
  `), [{ at: [3], dx: 6 }, { at: [0.5], dx: 6 }]);
  trap("36 the same in a loop", f("x: number", dedent`
    let k = x;
    let s = 0;
    for (let i = 0; i < 4; i++) {
      if (k > 1) {
        s += k * k;
        k = k / 3;
      } else {
        s += k;
        k = k * 4;
      }
    }
    return s;
  `), [{ at: [3] }, { at: [0.7] }]);
  const fallThrough = dedent`
    let r = 1;
    switch (k) {
      case 1:
        r = x * y;
      case 2:
        r = r * x + y;
      default:
        r = r * y;
    }
    return r;
  `;
  trap("37 fall-through", f("x: number, y: number, k: number", fallThrough), [
    { at: [3, 5, 1], value: (15 * 3 + 5) * 5 },
    { at: [3, 5, 2], value: 40, dx: 5, dy: 13 },
    { at: [3, 5, 7], value: 5, dx: 0, dy: 1 },
  ]);
  trap("37 default in the middle", f("x: number", dedent`
    let r = 0;
    for (let i = 0; i < 4; i++) {
      switch (i) {
        case 0:
          r += x;
          break;
        default:
          r += x * x;
        case 2:
          r += x * x * x;
      }
    }
    return r;
  `), [{ at: [2], dx: 1 + 2 * 4 + 3 * 12 }]);
  trap("38 break belongs to the switch", f("x: number, y: number", dedent`
    let r = 1;
    let i = 0;
    while (i < 3) {
      switch (i) {
        case 0:
          r = x;
          break;
        case 1:
          r = r * x * y;
          break;
        default:
          r = r * x;
      }
      i++;
    }
    return r;
  `), [{ at: [3, 5], value: 135, dx: 135, dy: 27 }]);
  trap("38 switch (true)", f("x: number", dedent`
    switch (true) {
      case x > 2:
        return x * x;
      case x > 1:
        return x * 3;
      default:
        return -x;
    }
  `), [{ at: [3], dx: 6 }, { at: [1.5], dx: 3 }, { at: [0], dx: -1 }]);
  trap("38 string cases, declarations of a clause", f('x: number, kind: "square" | "cube" | "none"', dedent`
    switch (kind) {
      case "square": {
        const y = x * x;
        return y;
      }
      case "cube": {
        const y = x * x * x;
        return y;
      }
      case "none":
        return x;
    }
  `), [{ at: [2, "square"], dx: 4 }, { at: [2, "cube"], dx: 12 }, { at: [2, "none"], dx: 1 }]);
  trap("38 cases are expressions evaluated in order", f("x: number, n: number", dedent`
    let hits = 0;
    const probe = (k: number): number => {
      hits++;
      return k;
    };
    let r = 0;
    switch (n) {
      case probe(1):
        r = x;
        break;
      case probe(2):
        r = x * x;
        break;
      case probe(3):
        r = x * x * x;
    }
    return r * hits;
  `), [{ at: [3, 2], value: 18, dx: 12 }, { at: [3, 1], dx: 1 }, { at: [3, 9], value: 0, dx: 0 }]);
  trap("39 equality and NaN take the arm of the primal", f("x: number, y: number", dedent`
    if (x === y) return x * x;
    if (x <= y) return x * 3;
    if (x >= y) return x * 5;
    return x * y;
  `), [{ at: [2, 2], dx: 4, dy: 0 }, { at: [1, 2], dx: 3 }, { at: [3, 2], dx: 5 }]);
  trap("39 NaN", f("x: number, y: number", dedent`
    if (y <= 0) return x * 3;
    if (y > 0) return x * 5;
    return x * 7;
  `), [{ at: [1, NaN], dx: 7, value: 7 }]);
  trap("39 an inverted comparison with NaN", f("x: number, y: number", dedent`
    if (!(y <= 0)) return x * 3;
    return x * 5;
  `), [{ at: [1, NaN], dx: 3 }, { at: [1, -1], dx: 5 }]);
  trap("39 Object.is and -0", f("x: number, y: number", dedent`
    if (Object.is(y, -0)) return x * 3;
    if (y === 0) return x * 5;
    return x;
  `), [{ at: [2, -0], dx: 3 }, { at: [2, 0], dx: 5 }, { at: [2, 1], dx: 1 }], { status: "may", oracle: false });
  test("40 a throw propagates unchanged", () => {
    const { grad_f, f: primal } = compileAndRun(f("x: number", 'if (x < 0) throw new RangeError("negative: " + x);\nreturn Math.sqrt(x);'));
    expect(() => primal!(-1)).toThrow(new RangeError("negative: -1"));
    expect(() => grad_f!(-1)).toThrow(new RangeError("negative: -1"));
    expect(grad_f!(4)).toEqual({ value: 2, dx: 0.25 });
  });
  test("40 a throw from a helper in a loop", () => {
    const { grad_f } = compileAndRun(dedent`
      function check(v: number): number {
        if (v > 10) throw new Error('overflow');
        return v;
      }

    ` + f("x: number, n: number", dedent`
      let s = x;
      for (let i = 0; i < n; i++) s = check(s * x);
      return s;
    `));
    expect(() => grad_f!(3, 5)).toThrow("overflow");
    expect(grad_f!(2, 2)).toMatchObject({ value: 8, dx: 12 });
  });
  trap("40 try and catch", f("x: number", dedent`
    let y = x;
    try {
      y = x * x;
      if (y > 10) throw new Error();
    } catch {
      y = 3 * x;
    }
    return y;
  `), [{ at: [2], dx: 4 }, { at: [4], dx: 3 }], { status: "may" });
  trap("40 finally", f("x: number", dedent`
    let y = x;
    try {
      y = y * x;
    } finally {
      y = y * x;
    }
    return y;
  `), [{ at: [2], dx: 12 }], { status: "may" });
});
