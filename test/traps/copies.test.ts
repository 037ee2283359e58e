import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** The gradient of an array that is only copied is the shadow of the copy; where something else adds to it, it is not. */
const numbers = [{ at: [[0.4, -0.7, 1.2], 1.3] }, { at: [[2], 0.5] }, { at: [[], 0.5] }];
const typed = [{ at: [new Float64Array([0.4, -0.7, 1.2]), 1.3] }, { at: [new Float64Array([2]), 0.5] }];
const square = "for (let i = 0; i < y.length; i++) { y[i]! *= y[i]! * k; s += y[i]!; }";
const copied = (body: string, type = "number[]"): string => f(`x: ${type}, k: number`, `let s = 0;\n${body}\nreturn s;`);

describe("copies of arrays", () => {
  trap("one", copied(`const y = x.slice();\n${square}`), numbers);
  trap("one, typed", copied(`const y = new Float64Array(x);\n${square}`, "Float64Array"), typed);
  trap("of another kind", copied(`const y = Float64Array.from(x);\n${square}`), numbers);
  trap("in single precision", copied(`const y = x.slice();\n${square}`, "Float32Array"), [{ at: [new Float32Array([0.5, -0.75, 1.25]), 1.5] }]);
  trap("and the array itself", copied(`const y = x.slice();\n${square}\nfor (const v of x) s += v * k;`), numbers);
  trap("twice", copied(`const y = x.slice(), z = x.slice();\n${square}\nfor (let i = 0; i < z.length; i++) s += z[i]! * y[i]!;`), numbers);
  trap(
    "of a copy",
    copied(`const z = [...x];\nfor (let i = 0; i < z.length; i++) z[i]! *= k;\nconst y = z.slice();\n${square}\nfor (const v of z) s += v;`),
    numbers,
  );
  trap("in turn with another", copied(dedent`
    let y = x.slice(), z = x.map((v) => v * k);
    for (let t = 0; t < 3; t++) {
      for (let i = 0; i < y.length; i++) z[i] = y[i]! * z[i]! + k;
      const h = y; y = z; z = h;
    }
    for (const v of y) s += v;
  `), numbers);
  trap("in a record", copied(`const p = { y: x.slice() }, q = [p];\n{ const y = q[0]!.y; ${square} }`), numbers);
  trap("that grows", copied(`const y = x.slice();\ny.push(k, 2);\n${square}`), numbers);
  trap("that grows by what has no derivative, and may grow by a write", f("x: number, ...rest: number[]", dedent`
    const a = [...rest, 1];
    let s = x - a[1]! / 2;
    a[0] = s;
    const b = [...a, 2];
    b[1]! *= x;
    return s * b[0]! + b[1]!;
  `), [{ at: [0.6, -1.4, 0.3] }, { at: [0.6, -1.4, 0.3, 0.7] }]);
  trap("that grows in a loop by what has no derivative", f("x: number[], k: number", dedent`
    let s = 0;
    for (let t = 0; t < 3; t++) {
      const a = [...x, t];
      a[0] = k * t;
      const b = [...a, 1, 2];
      b[t] = a[1]! * b[0]!;
      s += b[1]! * b[2]! * (a[2] ?? 1);
    }
    return s;
  `), [{ at: [[0.3, 0.8, 0.4], 1.1] }]);
  trap("that is cut", copied(`const y = x.slice();\ny.pop();\n${square}`), numbers);
  trap("in some cases", copied(`const y = k > 1 ? x.slice() : x.map((v) => v * 2);\n${square}`), numbers);
  trap("in a loop", copied(`for (let t = 0; t < 2; t++) {\n  const y = x.slice();\n  ${square}\n}`), numbers);
  trap("that is reversed", copied(`const y = x.slice();\n${square}\ny.reverse();\ns += (y[0] ?? 0) * k;`), numbers);
  trap("kept from trip to trip", copied(dedent`
    const y = x.slice();
    let last = y;
    for (let t = 0; t < 3; t++) {
      const z = last.map((v) => v * k);
      for (let i = 0; i < z.length; i++) last[i]! += z[i]! * z[i]!;
      last = t % 2 === 0 ? z : y;
    }
    for (const v of last) s += v;
    for (const v of y) s += v * v;
  `), numbers);
  trap("two arguments, of one length", f("x: number[], z: number[]", dedent`
    const y = x.slice(), w = z.slice();
    let s = 0;
    for (let i = 0; i < x.length; i++) { y[i]! *= w[i]!; w[i]! += y[i]!; s += y[i]! * w[i]!; }
    return s;
  `), [{ at: [[1, 2, 0.5], [0.3, -1, 2]] }]);
});

test("the gradient of the array is the shadow of its copy", () => {
  const { code } = compile(copied(`const y = x.slice();\n${square}`));
  expect(code).toContain("dx: dy");
});
