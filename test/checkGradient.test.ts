/** `checkGradient` on gradients that are broken on purpose, line by line: it must name the statement whose derivative was broken. */
import { describe, expect, it } from "vitest";
import * as runtime from "../packages/runtime/src/index.ts";
import { checkGradient } from "../packages/runtime/src/testing.ts";
import { compileAndRun } from "./support/compile.ts";
import { dedent } from "./support/dedent.ts";

type Gradient = (...args: readonly never[]) => { readonly value: number };
const names = Object.keys(runtime);

/** The function of a text that refers to the runtime by its names. */
const functionOf = (text: string): Gradient =>
  (new Function("runtime_1", "runtime_2", ...names, `return (${text});`) as (...values: readonly unknown[]) => Gradient)(
    runtime,
    runtime,
    ...Object.values(runtime),
  );

/** For each line of the backward pass that sets an adjoint: the statement named by the comment above it, and the gradient with this line wrong. */
function broken(text: string, wrong: (expression: string) => string): readonly (readonly [line: string, statement: string, gradient: Gradient])[] {
  const lines = text.split("\n"), start = lines.findIndex((line) => line.includes("// backward pass"));
  let statement = "";
  return lines.flatMap((line, k) => {
    if (k <= start) return [];
    statement = /^\s*\/\/ (.*)$/u.exec(line)?.[1] ?? statement;
    const found = /^(\s*(?:(?:const|let) )?d\w+ \+?= )(.*);$/u.exec(line);
    return found
      ? [[line.trim(), statement, functionOf([...lines.slice(0, k), `${found[1]!}${wrong(found[2]!)};`, ...lines.slice(k + 1)].join("\n"))] as const]
      : [];
  });
}

const staged = `/** @differentiable */
export function f(x: number, y: number): number {
  const sigy = 1.0 / (1 + Math.exp(-y)); // sigmoid in numerator
  const num = x + sigy; // numerator
  const sigx = 1.0 / (1 + Math.exp(-x)); // sigmoid in denominator
  const xpy = x + y;
  const xpysqr = xpy ** 2;
  const den = sigx + xpysqr; // denominator
  const invden = 1.0 / den;
  return num * invden;
}
`;

describe("names the statement where a gradient goes wrong", () => {
  const { f, grad_f } = compileAndRun(staged);
  const cases = broken(grad_f!.toString(), (e) => `1.1 * (${e})`);
  it("has a dozen lines to break", () => expect(cases.length).toBeGreaterThan(10));
  it.each(cases)("%s", (_line, statement, gradient) => {
    expect(checkGradient(f as (...args: readonly never[]) => number, gradient, { x: 3, y: -4 })).toMatchObject({
      ok: false,
      kind: "error",
      statement,
      message: expect.stringContaining(`\`${statement}\``) as string,
    });
  });

  it("in loops", () => {
    const { loss, grad_loss } = compileAndRun(dedent`
      /** @differentiable wrt w, b */
      export function loss(w: number, b: number, xs: number[]): number {
        const c = Math.sin(w);
        let sum = 0;
        for (let i = 0; i < xs.length; i++) {
          const r = c * xs[i]! + b; // residual
          sum += r * r;
        }
        return sum / xs.length;
      }

    `);
    const at = { w: 0.3, b: 2, xs: [1, 2, 3] }, text = grad_loss!.toString();
    expect(checkGradient(loss as never, functionOf(text), at).ok).toBe(true);
    for (const [from, to, statement] of [["db += dr", "db += 1.01 * dr", "r = c * xs[i] + b"], ["Math.cos(w)", "Math.sin(w)", "c = Math.sin(w)"]] as const) {
      expect(text).toContain(from);
      expect(checkGradient(loss as never, functionOf(text.replace(from, to)), at)).toMatchObject({ ok: false, statement });
    }
  });

  it("of a network, given the functions that it calls", () => {
    const { loss, grad_loss } = compileAndRun(`import { add, matmul, mse, tanh, type Matrix } from "@retrograd/runtime";
/** @differentiable wrt p */
export function loss(p: { W: Matrix; b: Matrix; V: Matrix }, X: Matrix, Y: Matrix): number {
  const z = add(matmul(X, p.W), p.b);
  const h = tanh(z);
  const guess = matmul(h, p.V);
  return mse(guess, Y);
}
`);
    const rng = runtime.random(3), m = (r: number, c: number): runtime.Matrix => runtime.randn(rng, r, c);
    const at = { p: { W: m(3, 2), b: m(1, 2), V: m(2, 2) }, X: m(4, 3), Y: m(4, 2) };
    const text = grad_loss!.toString();
    expect(checkGradient(loss as never, functionOf(text), at).ok).toBe(true);
    const found = broken(text, (e) => `scale(${e}, 1.1)`)
      .filter(([line]) => !line.includes("dp"))
      .map(([line, statement, gradient]) => [line, statement, checkGradient(loss as never, gradient, at, { scope: { ...runtime } }).statement]);
    expect(found.length).toBeGreaterThan(3);
    for (const [line, statement, named] of found) expect(named, line!).toBe(statement);
  });

  it("says nothing of where the text does not tell", () => {
    const helper = (x: number): { value: number; dx: number } => ({ value: x * x, dx: x });
    expect(checkGradient((x: number) => x * x, (x: number) => helper(x), { x: 3 })).toMatchObject({ ok: false, kind: "error", statement: null });
    expect(checkGradient((x: number) => x * x, (x: number) => ({ value: x * x, dx: x }), { x: 3 }).message).toContain("x: the gradient is 3");
  });
});
