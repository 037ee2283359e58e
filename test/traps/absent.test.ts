/** Arguments and results that may not be there, and names inside namespaces. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("arrays and records that may be absent", () => {
  trap("an optional array", f("x: number, xs?: number[]", "return x * (xs?.[1] ?? x);"), [
    { at: [3, [1, 2]], dx: 2, dxs: [0, 3] },
    { at: [3, undefined], dx: 6, dxs: [] },
  ]);
  trap("an array or null", f("x: number, xs: number[] | null", dedent`
    if (xs === null) return x * x;
    return x * xs[0]! * xs[1]!;
  `), [{ at: [3, [1, 2]], dx: 2, dxs: [6, 3] }, { at: [3, null], dx: 6, dxs: [] }]);
  trap("an array with a default", f("x: number, xs: number[] = [x, x * 2]", "return x * xs[0]! * xs[1]!;"), [
    { at: [3, [1, 2]], dx: 2, dxs: [6, 3] },
    { at: [3, undefined], dx: 54 },
  ]);
  trap("an optional field that is an array", f("x: number, o: { k: number; c?: number[] }", "return x * o.k + (o.c ? o.c[1]! * x : x * x);"), [
    { at: [3, { k: 2, c: [1, 4] }], dx: 6, do: { k: 3, c: [0, 3] } },
    { at: [3, { k: 2 }], dx: 8, do: { k: 3, c: [] } },
  ]);
  trap("rows that may be absent", f("x: number, m?: number[][]", "return m ? m[0]![0]! * x : x;"), [
    { at: [3, [[2], [1]]], dx: 2, dm: [[3], [0]] },
    { at: [3, undefined], dx: 1, dm: [] },
  ]);
  trap(
    "nested optional records",
    f("x: number, o?: O", "return (o?.a?.c?.[1] ?? x) + (o?.a?.c?.length ?? 3) * x + (o?.a?.b ?? 1) * x;", "type O = { a?: { b: number; c?: number[] } };"),
    [
      { at: [3, { a: { b: 2, c: [1, 2] } }], dx: 4, do: { a: { b: 3, c: [0, 1] } } },
      { at: [3, { a: { b: 2 } }], dx: 6 },
      { at: [3, {}], dx: 5 },
      { at: [3, undefined], dx: 5, do: { a: { b: 0, c: [] } } },
    ],
  );
  trap("a callee that gives an array or null", f("a: number[], x: number", dedent`
    const m = inv(a);
    if (!m) return 0;
    return m[0]! * x + m[1]! * x * x;
  `, dedent`
    function inv(a: number[]): number[] | null {
      const d = a[0]! * a[3]! - a[1]! * a[2]!;
      if (!d) return null;
      return [a[3]! / d, -a[1]! / d];
    }
  `), [{ at: [[4, 1, 1, 3], 2] }, { at: [[1, 1, 1, 1], 2], dx: 0 }]);
  trap("rows of constant length", f("a: number[], b: number[]", dedent`
    const w = a.map((v, i) => [v, b[i]!] as const);
    return w.map(([p, q]) => p / q).reduce((x, y) => x * y, 1);
  `), [{ at: [[1, 2], [2, 4]] }]);
});

describe("namespaces", () => {
  const physics = dedent`
    namespace Physics {
      export const g = 9.81;
      export const half = g / 2;
      const twice = 2;
      export const table = [1, 2];
      export function drop(t: number): number {
        return half * twice * t * t * table[1]!;
      }
    }
  `;
  trap("names inside and outside", f("x: number", "return Physics.drop(x) + Physics.g * x;", physics), [{ at: [2], dx: 9.81 * 9 }], { types: false });
  trap("state that only the namespace sees", f("x: number", "return Counter.next(x);", dedent`
    namespace Counter {
      let n = 0;
      export function next(x: number): number {
        n++;
        return x * x;
      }
    }
  `), [], { status: "refused" });
});

/** Too long to be inlined. */
const long = Array.from({ length: 60 }, (_, k) => `  s = Math.sin(s) + a.x * ${k + 1};`).join("\n");

describe("what a function that is not inlined may be left without", () => {
  const before = `interface P {\n  x: number;\n  y: number;\n}\nfunction far(a: P, b: P, out?: P, list?: number[]): number {\n  let s = b.y;\n${long}\n  if (out) {\n    out.x = a.x * s;\n    out.y += s;\n  }\n  if (list) list[0]! += s * s;\n  return s * b.x;\n}`;
  trap("an object and an array to write into, left out", f("x: number, y: number", "return far({ x, y }, { x: y, y: x });", before), [{ at: [0.3, 0.4] }]);
  trap("an object given", f("x: number, y: number", dedent`
    const o = { x: 1, y: x };
    return far({ x, y }, { x: y, y: x }, o) * o.x + o.y;
  `, before), [{ at: [0.3, 0.4] }]);
  trap("both here, neither there", f("x: number, y: number", dedent`
    const o = { x: 1, y: x };
    const list = [y];
    const d = far({ x, y }, { x: y, y: x }, o, list);
    return d * o.x + o.y * list[0]! + far(o, { x, y });
  `, before), [{ at: [0.3, 0.4] }]);
  trap(
    "a text with a default, asked for again by the reverse",
    f(
      "x: number, y: number",
      'return turned({ x, y, kind: "ab" }, 1) * turned({ x: y, y: x, kind: "xy" }, 2, "ba") * turned({ x: y, y: x, kind: "yx" }, 2, undefined);',
      `interface P {\n  x: number;\n  y: number;\n  kind: string;\n}\nfunction turned(a: P, k: number, order: string = a.kind): number {\n  let s = a.y;\n${long}\n${["xy", "yx", "ab", "ba"].map((name, n) => `  ${n > 0 ? "else " : ""}if (order === "${name}") {\n    const u = Math.sin(s * k), v = Math.cos(a.x * u);\n    s *= u * v + a.y;\n  }`).join("\n")}\n  return s;\n}`,
    ),
    [{ at: [0.3, 0.4] }],
  );
  trap("one or none", f("x: number, y: number", dedent`
    const o = x > 0 ? { x: 1, y: x } : undefined;
    return far({ x, y }, { x: y, y: x }, o) * (o?.x ?? y);
  `, before), [{ at: [0.3, 0.4] }, { at: [-0.3, 0.4] }]);
});

describe("results that may not be there", () => {
  for (const e of ["list.pop()", "list.shift()", "xs.find((x) => x > k)"])
    trap(e, `/** @differentiable */\nexport function f(xs: number[], k: number) {\n  const list = xs.map((x) => x * k);\n  return ${e};\n}\n`, [], {
      status: "refused",
      message: /number \| undefined/,
    });
  trap("taken to be there", f("xs: number[], k: number", dedent`
    const list = xs.map((x) => x * k);
    return list.pop()!;
  `), [{ at: [[1, 2], 3], dxs: [0, 3], dk: 2 }]);
});

describe("whether an object has a field, asked by a name that its type need not have", () => {
  const before = dedent`
    interface Options {
      duration: number;
      mass: number;
    }
    function has(o: Options, keys: string[]): boolean {
      return keys.some((key) => o[key as keyof Options] !== undefined);
    }
    const others = ["stiffness", "mass"];
  `;
  trap(
    "in a function that is called",
    f("o: Options, keys: string[]", "return has(o, keys) ? o.duration * 2 : has(o, others) ? o.mass * o.mass : 5;", before),
    [
      { at: [{ duration: 2, mass: 0.5 }, ["bounce"]], do: { duration: 0, mass: 1 } },
      { at: [{ duration: 2, mass: 0.5 }, ["bounce", "duration"]], do: { duration: 2, mass: 0 } },
    ],
  );
  trap("an object that has more than its type names", f("o: Options, key: string", dedent`
    const is = o[key as keyof Options];
    return is == null ? o.mass : o[key as keyof Options] != null ? o.duration * is : 1;
  `, before), [{ at: [{ duration: 2, mass: 0.5 }, "mass"], do: { duration: 0.5, mass: 2 } }]);
  trap(
    "the field of that name is there though the type does not name it",
    f(
      "o: Options, key: string",
      dedent`
        if (o[key as keyof Options] === undefined) return o.mass;
        return o.mass * o.duration;
      `,
      before,
    ),
    [
      { at: [{ duration: 2, mass: 0.5, bounce: 1 }, "bounce"], value: 1 },
      { at: [{ duration: 2, mass: 0.5 }, "bounce"], value: 0.5 },
    ],
    { oracle: false },
  );
});
