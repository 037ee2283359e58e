import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project, type Project } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const source = `/** @differentiable */
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

/** @differentiable */
export function power(x: number, n: number, label: string): number {
  console.log(label);
  let p = 1;
  for (let i = 0; i < n; i++) p *= x;
  return p;
}

/** @differentiable */
export function clipped(x: number, unused: number): number {
  return x > 1 ? 1 : x;
}

/** @differentiable wrt w */
export function sum(w: number, xs: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < xs.length; i++) total += Math.log(w * xs[i]!);
  return total;
}

/** @differentiable */
export function polar(x: number, y: number): { r: number; angle: number } {
  const r = Math.hypot(x, y);
  return { r, angle: Math.atan2(y, x) };
}

/** @differentiable */
export function forever(x: number): number {
  while (x > 0) {}
  return x;
}
`;

let p: Project;
const explain = (...args: readonly string[]) => p.run(["explain", "a.ts", ...args]);
beforeAll(() => {
  p = project({ "a.ts": source });
});
afterAll(() => p.remove());

describe("explain", () => {
  it("prints a row for each stage, the sums at forks and the agreement with differences", async () => {
    const { code, out } = await explain("f", "--at", "3,-4");
    expect(code).toBe(0);
    expect(out).toMatch(/^f\(3,-4\) = 1\.5456448841066441/);
    expect(out).toMatch(/^ +4 +num = x \+ sigy +3\.0179862 +0\.51214445 +← value: × invden$/m);
    expect(out).toMatch(/^ +9 +invden = 1\.0 \/ den +0\.51214445 +3\.0179862 +← value: × num$/m);
    expect(out).toMatch(/dx = 2\.0595697955721\d+ +is the sum of 1\.5831869 \(← xpy: × 1\) \+ .* \+ 0\.51214445 /);
    expect(out).toMatch(/dy +1\.59223275148\d+ +agrees/);
    expect(out).toContain("every number is finite");
  });

  it("prints the same as data", async () => {
    const { out } = await explain("f", "--at", "3,-4", "--format", "json");
    const data = JSON.parse(out) as {
      value: number;
      result: { dx: number };
      rows: { line: number; statement: string }[];
      differences: { name: string; verdict: string }[];
      birth: unknown;
    };
    expect(data.value).toBe(1.5456448841066441);
    expect(data.result.dx).toBeCloseTo(2.0595697955721652, 14);
    expect(data.rows.map((row) => row.line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(data.differences.map((check) => check.name)).toEqual(["dx", "dy"]);
    expect(data.birth).toBeNull();
  });

  it("explains the sum of the numbers of a result that is no number", async () => {
    const { code, out } = await explain("polar", "--at", "3,4");
    expect(code).toBe(0);
    expect(out).toMatch(/^polar\(3,4\) = \{ r: 5, angle: 0\.927\d+ \}/);
    expect(out).toContain("the gradient is that of the sum of its numbers");
    expect(out).toMatch(/dx = 0\.4[34]\d* /);
    expect(out).toMatch(/dy +0\.92\d+ +agrees/);
  });

  it("names the first stage where a NaN or an Infinity is born, with its operands", async () => {
    const { out } = await explain("sum", "--at", "2, [1, 0, 3]");
    expect(out).toMatch(
      /the first -Infinity is born at line 29: .*Math\.log\(w \* xs\[i\]\).*xs\[i\] = 0, on its execution number 2/,
    );
    expect((await explain("f", "--at", "NaN, 1")).out).toContain(
      "a number that is not finite came in with the arguments",
    );
  });

  it.each([
    ["an unused parameter", "clipped", "0.5, 2", "unused", /unused.*not used/],
    ["a branch not taken", "clipped", "2, 2", "x", /dx is 0/],
    ["an integer", "power", '2, 3, "a"', "n", /acts only as an integer.*line 17/],
    ["a string", "power", '2, 3, "a"', "label", /of type string/],
    ["left out by wrt", "sum", "2, [1]", "xs", /wrt w/],
    ["neither", "power", '2, 3, "a"', "x", /neither missing nor zero: it is 12/],
    ["no parameter", "power", '2, 3, "a"', "z", /no parameter z/],
  ])("--why says why: %s", async (_name, fn, at, parameter, message) => {
    const { code, out } = await explain(fn, "--at", at, "--why", parameter);
    expect(code).toBe(0);
    expect(out).toMatch(message);
  });

  it("says what is wrong with a run that throws or does not end", async () => {
    const { code, error } = await explain("forever", "--at", "1", "--timeout", "1");
    expect(code).toBe(1);
    expect(error).toContain("stopped after 1 s");
  });

  it("shows the diagnostics of a function without a gradient", async () => {
    p.write({
      "b.ts":
        dedent`
          declare function g(x: number): number;
          /** @differentiable */
          export function h(x: number): number {
            return g(x);
          }

        `,
    });
    const { code, error } = await p.run(["explain", "b.ts", "h", "--at", "1"]);
    expect(code).toBe(1);
    expect(error).toMatch(/b\.ts:4:\d+ error/);
  });

  it("runs as a program too", () => {
    const { code, out } = p.spawn(["explain", "a.ts", "f", "--at", "-1,2"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^f\(-1,2\) = /);
  });
});
