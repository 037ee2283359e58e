/** Forward mode where it could go wrong: kinks, singular points, shared memory, names, derivatives of derivatives. */
import { describe, expect, test } from "vitest";
import { compile, compileAndRun, type Exports } from "../support/compile.ts";
import { dedent } from "../support/dedent.ts";

type Result = { readonly value: unknown; readonly dvalue: unknown };
const forms = [true, false] as const;
function each(text: string, check: (exports: Exports) => void): void {
  for (const optimise of forms) check(compileAndRun(text, { optimise }));
}
const f = (parameters: string, body: string, clauses = "with jvp"): string =>
  `/** @differentiable ${clauses} */\nexport function f(${parameters}): number {\n  ${body}\n}\n`;

describe("singular points and kinks", () => {
  test("a parameter that does not move adds nothing where its partial is infinite", () =>
    each(f("x: number, y: number", "return Math.sqrt(x) + y;"), ({ jvp_f }) => {
      expect(jvp_f!({ dx: 0, dy: 2 }, 0, 1)).toEqual({ value: 1, dvalue: 2 });
      expect(jvp_f!({ dx: 1, dy: 0 }, 0, 1)).toEqual({ value: 1, dvalue: Infinity });
    }));
  test("the exponent of a power at 0", () => each(f("x: number, p: number", "return x ** p;"), ({ jvp_f }) => {
    expect(jvp_f!({ dx: 0, dp: 1 }, 0, 0.5)).toEqual({ value: 0, dvalue: 0 });
    expect(jvp_f!({ dx: 1, dp: 1 }, 0, 2)).toEqual({ value: 0, dvalue: 0 });
  }));
  test("a tie goes to the first", () => each(f("a: number, b: number, c: number", "return Math.max(a, b, c) + Math.max(0, a) + Math.abs(a);"), ({ jvp_f }) => {
    expect((jvp_f!({ da: 1, db: 10, dc: 100 }, 0, 0, 0) as Result).dvalue).toBe(1);
  }));
  test("hypot at the origin", () => each(f("xs: number[]", "return Math.hypot(...xs);"), ({ jvp_f }) => {
    expect(jvp_f!({ dxs: [1, 1] }, [0, 0])).toEqual({ value: 0, dvalue: 0 });
    expect(jvp_f!({ dxs: [1, 0] }, [3, 4])).toEqual({ value: 5, dvalue: 0.6 });
  }));
  test("log-sum-exp far out", () => each(f("xs: number[]", dedent`
    const m = Math.max(...xs);
      let s = 0;
      for (const x of xs) s += Math.exp(x - m);
      return m + Math.log(s);
  `), ({ jvp_f }) => {
    expect((jvp_f!({ dxs: [1, 3] }, [1000, 1000]) as Result).dvalue).toBeCloseTo(2, 14);
  }));
  test("a sigmoid far out", () => each(f("x: number", "return 1 / (1 + Math.exp(-x));"), ({ jvp_f }) => {
    expect(jvp_f!({ dx: 1 }, -1000)).toEqual({ value: 0, dvalue: 0 });
  }));
});

describe("memory", () => {
  test("the direction may be an argument that is written", () => each(f("xs: number[], ys: number[]", dedent`
    for (let i = 0; i < ys.length; i++) ys[i] = 2 * xs[i]!;
      return ys[0]! * xs[1]!;
  `), ({ jvp_f }) => {
    const ys = [5, 7];
    // dxs = [5, 7] at entry: d(2 x0 x1) = 2 (5 * 3 + 2 * 7)
    expect(jvp_f!({ dxs: ys, dys: [1, 1] }, [2, 3], ys)).toEqual({ value: 12, dvalue: 58 });
    expect(ys).toEqual([4, 6]);
  }));
  test("an argument that is returned has a fresh tangent", () => each(dedent`
    /** @differentiable with jvp */
    export function f(xs: number[]): number[] { return xs; }

  `, ({ jvp_f }) => {
    const xs = [1, 2], dxs = [3, 4];
    const { value, dvalue } = jvp_f!({ dxs }, xs) as Result;
    expect(value).toBe(xs);
    expect(dvalue).toEqual([3, 4]);
    expect(dvalue).not.toBe(dxs);
  }));
  test("a number without a tangent overwrites one that has it", () => each(f("xs: number[], x: number", dedent`
    const ys = [x, x];
      ys[0] = 3;
      xs[1] = 2;
      return ys[0]! * ys[1]! + xs[0]! * xs[1]!;
  `), ({ jvp_f }) => {
    expect(jvp_f!({ dxs: [1, 1], dx: 1 }, [5, 7], 2)).toEqual({ value: 16, dvalue: 5 });
  }));
  test("two rows that are one array", () => {
    const { jvp_f } = compileAndRun(f("rows: number[][]", "rows[0]![0]! *= 2;\n  return rows[1]![0]!;")), row = [3];
    expect(() => jvp_f!({ drows: [[1], [1]] }, [row, row])).toThrow("two of rows[] are the same array");
    expect(jvp_f!({ drows: [[1], [1]] }, [[3], [4]])).toEqual({ value: 4, dvalue: 1 });
  });
  test("an object that is reached in two ways has one tangent", () => each(`interface P { x: number }\n${f("ps: P[], links: { to: P }[]", dedent`
    for (const l of links) l.to.x *= 2;
      return ps.reduce((s, p) => s + p.x * p.x, 0);
  `)}`, ({ jvp_f }) => {
    const p = { x: 3 }, q = { x: 4 }, dp = { x: 1 }, dq = { x: 0 };
    // x = 2 * 2 * 3: d(x²) = 2 * 12 * 4
    expect(jvp_f!({ dps: [dp, dq], dlinks: [{ to: dp }, { to: dp }] }, [p, q], [{ to: p }, { to: p }])).toEqual({ value: 160, dvalue: 96 });
    expect(dp).toEqual({ x: 1 });
  }));
  test("matrices of the caller do not leave with the result", () => {
    const layers = (body: string): string =>
      `import { add, type Matrix } from "@retrograd/runtime";\ninterface L { W: Matrix; b: Matrix }\n/** @differentiable with jvp */\nexport function f(l: L, ls: L[], k: number): L {\n  ${body}\n}\n`;
    const { jvp_f } = compileAndRun(layers("let { W, b } = l;\n  if (k > 1) W = add(W, b);\n  return { W, b };"));
    const m = (x: number): unknown => ({ rows: 1, cols: 1, data: new Float64Array([x]) }), dl = { W: m(1), b: m(2) };
    const { dvalue } = jvp_f!({ dl, dls: [], dk: 0 }, { W: m(3), b: m(4) }, [], 0) as { readonly dvalue: { readonly W: unknown; readonly b: unknown } };
    expect(dvalue).toEqual({ W: m(1), b: m(2) });
    expect([dvalue.W === dl.W, dvalue.b === dl.b]).toEqual([false, false]);
    expect(compile(layers("return ls[0]!;")).diagnostics.map((d) => d.code)).toEqual(["RG3101"]);
  });
  test("elements that are not there", () => each(f("xs: number[], k: number", "return (xs[k] ?? 2) * xs[0]!;"), ({ jvp_f }) => {
    expect(jvp_f!({ dxs: [1, 1] }, [3, 5], 1)).toEqual({ value: 15, dvalue: 8 });
    expect(jvp_f!({ dxs: [1, 1] }, [3, 5], 7)).toEqual({ value: 6, dvalue: 2 });
  }));
});

describe("parameters", () => {
  test("names that are taken", () => each(f("dx: number, x: number", "const dvalue = dx * x;\n  return dvalue * dvalue;"), ({ jvp_f }) => {
    expect(jvp_f!({ ddx: 1, dx: 10 }, 2, 3)).toEqual({ value: 36, dvalue: 2 * 6 * (3 + 20) });
  }));
  test("an absent one moves its default, and with it", () => each(f("x: number, y = x * x", "return x * y;"), ({ jvp_f }) => {
    expect(jvp_f!({ dx: 1, dy: 0 }, 2)).toEqual({ value: 8, dvalue: 12 });
    expect(jvp_f!({ dx: 0, dy: 1 }, 2)).toEqual({ value: 8, dvalue: 2 });
    expect(jvp_f!({ dx: 1, dy: 1 }, 2, 5)).toEqual({ value: 10, dvalue: 7 });
  }));
  test("only those that are asked for", () =>
    each(f("a: number, model: { w: number; b: number }", "return a * model.w * model.b;", "wrt model.b with jvp"), ({ jvp_f }) => {
      expect(jvp_f!({ dmodel: { b: 1 } }, 2, { w: 3, b: 5 })).toEqual({ value: 30, dvalue: 6 });
    }));
  test("effects happen once", () => {
    const { jvp_f, counted } = compileAndRun(
      `export let calls = 0;\nexport function counted(): number { return calls; }\nfunction noted(x: number): number { calls++; return x; }\n${f("x: number", "return x * x + noted(3);")}`,
    );
    expect(jvp_f!({ dx: 1 }, 2)).toEqual({ value: 7, dvalue: 4 });
    expect(counted!()).toBe(1);
  });
});

describe("of derivatives", () => {
  const cubic = f("x: number, y: number", "return x * x * x * y;");
  test("forward over forward, forward over reverse, reverse over forward", () => each(`${cubic}
/** @differentiable with jvp */
export function slope(x: number): number { return jvp_f({ dx: 1, dy: 0 }, x, 2).dvalue; }
/** @differentiable with jvp */
export function partial(x: number): number { return grad_f(x, 2).dx; }
`, ({ jvp_slope, grad_slope, jvp_partial }) => {
    expect(jvp_slope!({ dx: 1 }, 3)).toEqual({ value: 54, dvalue: 36 });
    expect(grad_slope!(3)).toEqual({ value: 54, dx: 36 });
    expect(jvp_partial!({ dx: 1 }, 3)).toEqual({ value: 54, dvalue: 36 });
  }));
  test("a rule written by hand, asked once", () =>
    each(
      `let asked = 0;
export function times(): number { return asked; }
export function g(xs: number[], k: number): number { return xs[0]! * k + xs[1]!; }
export function grad_g(xs: number[], k: number): { value: number; dxs: number[]; dk: number } { asked++; return { value: 0, dxs: [100 * k, 100], dk: 100 * xs[0]! }; }
${f("xs: number[], k: number", "return 2 * g(xs, k);")}`,
      ({ jvp_f, times }) => {
        expect(jvp_f!({ dxs: [1, 2], dk: 3 }, [5, 7], 11)).toEqual({ value: 124, dvalue: 2 * 100 * (11 + 2 + 15) });
        expect(times!()).toBe(1);
      },
    ));
});

test("a name of the user's own", () => {
  expect(compile(`export function jvp_f(): void {}\n${f("x: number", "return x;")}`).diagnostics.map((d) => d.code)).toEqual(["RG1016"]);
  expect(compile(`export function jvp_f(): void {}\n${f("x: number", "return x;", "wrt x")}`).diagnostics).toEqual([]);
});
