import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("assignments and expressions", () => {
  trap("41 x += x * x", f("x: number", "x += x * x;\nreturn x;"), [{ at: [3], dx: 7 }]);
  trap("42 a parameter reassigned", f("x: number", "x = -x;\nreturn x;"), [{ at: [3], dx: -1 }]);
  trap("43 chained zero assignments", f("u: number, v: number", "const r = (u = v = u = 0);\nreturn r;"), [{ at: [2, 3], du: 0, dv: 0 }]);
  test("44 only the named parameter", () => {
    const { grad_f } = compileAndRun(dedent`
      /** @differentiable wrt i */
      export function f(i: number, j: number): number {
        j = i;
        return j;
      }

    `);
    expect(grad_f!(2, 3)).toEqual({ value: 2, di: 1 });
  });
  trap("45 a = x++", f("x: number", "const a = x++;\nreturn a * x;"), [{ at: [3], value: 12, dx: 7 }]);
  trap("45 a = ++x", f("x: number", "const a = ++x;\nreturn a * x;"), [{ at: [3], value: 16, dx: 8 }]);
  trap("46 comma", f("x: number", "return (++x, x * x);"), [{ at: [3], dx: 8 }]);
  trap("47 swap by destructuring", f("a: number, b: number", "[a, b] = [b, a];\nreturn a * a * b;"), [{ at: [2, 3], value: 18, da: 9, db: 12 }]);
  trap("47 swap of elements, i === j too", f("x: number, i: number, j: number", dedent`
    const v = [x, x * x, 3];
    [v[i], v[j]] = [v[j]!, v[i]!];
    return v[0]! * 10 + v[1]!;
  `), [{ at: [2, 0, 1], value: 42, dx: 41 }, { at: [2, 1, 1], value: 24, dx: 14 }, { at: [2, 0, 2] }], { status: "may" });
  trap("48 the left reference is evaluated first", f("x: number", dedent`
    const a = [x, x];
    let i = 0;
    a[i]! += a[(i = 1)]! * x;
    return 10 * a[0]! + a[1]! + i * 0;
  `), [{ at: [2], dx: 51 }], { status: "may" });
  trap("48 the old value is read first", f("x: number", "let a = x;\na += (a = 3) * x;\nreturn a;"), [{ at: [2], value: 8, dx: 4 }]);
  trap("49 signs and precedence", f("x: number", dedent`
    const a = -(-x);
    const b = -0.5 / x;
    const c = (-x) ** 2;
    const d = 2 - -x;
    const e = -(x ** 2);
    return a * b + c * d - -e;
  `), [{ at: [2] }, { at: [-1.5] }]);
  trap("49 unary minus in contributions", f("x: number, y: number", "return -x * -y - (-x - -y) / -(x * y);"), [{ at: [2, 3] }, { at: [-2, 3] }]);
  trap("50 an expression with an effect is evaluated once", f("x: number", dedent`
    let calls = 0;
    const g = (u: number): number => {
      calls++;
      return u * u;
    };
    const y = g(x) * g(x + 1);
    return y * calls;
  `), [{ at: [2], value: 72, dx: 2 * (4 * 9 + 4 * 6) }]);
  test("50 and 51 effects of the program happen once", () => {
    const text = dedent`
      export const log: number[] = [];
      export let draws = 0;
      function draw(): number {
        draws++;
        return 0.5 + draws;
      }

    ` + f("x: number", dedent`
      const k = draw();
      log.push(k);
      return Math.sin(x * k) * k;
    `);
    const { diagnostics } = compile(text);
    if (diagnostics.some((d) => d.category === "error")) return expect(diagnostics.every((d) => d.line > 0)).toBe(true);
    const module = compileAndRun(text) as unknown as { log: number[]; draws: number; grad_f(x: number): { value: number; dx: number } };
    const result = module.grad_f(0.3);
    expect(module.draws).toBe(1);
    expect(module.log).toEqual([1.5]);
    expect(result.dx).toBeCloseTo(Math.cos(0.45) * 1.5 * 1.5, 12);
  });
  const sequence = () => {
    let z = 0;
    return () => ((z += 0.37), z % 1);
  };
  trap("51 random draws are kept, never drawn again", f("x: number", dedent`
    let s = 0;
    for (let i = 0; i < 5; i++) {
      const keep = Math.random() > 0.5;
      const noise = Math.random();
      if (keep) s += Math.sin(x * noise);
    }
    return s;
  `), [{ at: [0.7] }], { random: sequence });
  trap("52 shadowed inner x", f("x: number", dedent`
    let y = x;
    {
      let x = y * y;
      y = x * 3;
    }
    return x * y;
  `), [{ at: [2], dx: 36 }]);
  trap("52 the same name in sibling blocks", f("x: number", dedent`
    let s = 0;
    {
      const t = x * x;
      s += t;
    }
    {
      const t = x * 3;
      s *= t;
    }
    for (let t = 0; t < 2; t++) s += t * x;
    return s;
  `), [{ at: [2], value: 26, dx: 37 }]);
  trap("52 var is hoisted", f("x: number", dedent`
    if (x > 0) {
      var y = x * x;
    } else {
      y = 3 * x;
    }
    for (var i = 0; i < 2; i++) y += x;
    return y * i;
  `), [{ at: [2], value: 16, dx: 12 }, { at: [-2], dx: 10 }]);
  trap("53 the user has dx, _t0 and value", f("x: number, dx: number", dedent`
    const _t0 = x * dx;
    const value = _t0 * x;
    const dvalue = value + _t0;
    return dvalue * dx;
  `), [{ at: [2, 3], ddx: 36 }]);
  trap("53 a local named Math", f("x: number", dedent`
    const Math = { sin: (u: number): number => u * u };
    return Math.sin(x);
  `), [{ at: [3], dx: 6 }], { status: "may" });
  trap("53 a module function named sin, a parameter named cos", f("cos: number", "return sin(cos) + Math.sin(cos);", dedent`
    function sin(u: number): number {
      return u * u;
    }
  `), [{ at: [0.5] }]);
  test("53 grad_f is taken by something else", () => {
    const text = `const grad_h = 3;\nexport const use = grad_h;\n${f("x: number", "return x * x;")}`;
    expect(compileAndRun(text)["grad_f"]!(3)).toMatchObject({ value: 9, dx: 6 });
  });
  test("53 a variable named grad_f", () => {
    const text = `export const grad_f = 3;\n${f("x: number", "return x * x;")}`;
    const { diagnostics } = compile(text);
    const errors = diagnostics.filter((d) => d.category === "error");
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]!.line).toBeGreaterThan(0);
  });
  trap("54 an unused parameter", f("x: number, y: number, a: number[], o: { p: number; q: number[] }", "return x * x;"), [
    { at: [3, 4, [1, 2], { p: 1, q: [5, 6] }], dx: 6, dy: 0, da: [0, 0], do: { p: 0, q: [0, 0] } },
  ]);
  trap("54 a constant function", f("x: number, a: Float64Array", "return 4;"), [{ at: [3, new Float64Array(2)], dx: 0, da: [0, 0] }]);
  test("55 a record result needs a structured seed", () => {
    const text = dedent`
      /** @differentiable */
      export function h(x: number): { a: number; b: number } {
        const x2 = x * x;
        return { a: x2, b: x2 * x };
      }

    `;
    const { diagnostics } = compile(text);
    if (diagnostics.some((d) => d.category === "error")) return expect(diagnostics[0]!.line).toBe(2);
    const { vjp_h } = compileAndRun(text);
    expect((vjp_h!({ a: 2, b: 3 }, 2) as { dx: number }).dx).toBeCloseTo(44, 12);
  });
  test("56 no state is carried from call to call", () => {
    const { grad_f } = compileAndRun(f("x: number, n: number", dedent`
      let s = x;
      for (let i = 0; i < n; i++) {
        if (s > 1) s = Math.sin(s * x);
        else s = s * x + 1;
      }
      return s;
    `));
    const first = grad_f!(0.8, 6);
    grad_f!(2, 3);
    grad_f!(-1, 0);
    expect(grad_f!(0.8, 6)).toEqual(first);
  });
});
