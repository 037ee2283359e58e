import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { buildExamples, coursePages, loadExample, outputOf } from "../scripts/course.ts";
import { fromRoot } from "../scripts/generateDocs.ts";

/** The examples of the course against the numbers of the notes that they are from. */
beforeAll(buildExamples, 120_000);

/** A generated function, of which only the numbers are of interest here. */
type Gradient = (...args: readonly unknown[]) => Readonly<Record<string, unknown>>;

async function gradient(file: string, name: string): Promise<Gradient> {
  const found = (await loadExample(file))[name];
  if (typeof found !== "function") throw new Error(`${file} has no ${name}`);
  return found as Gradient;
}

describe("gates", () => {
  const gate = (name: string): Promise<Gradient> => gradient("gates/gates.grad.ts", `grad_${name}`);
  it.each([
    ["multiply", [3, -4], { value: -12, dx: -4, dy: 3 }],
    ["add", [3, -4], { value: -1, dx: 1, dy: 1 }],
    ["max", [3, -4], { value: 3, dx: 1, dy: 0 }],
    ["max", [-4, 3], { value: 3, dx: 0, dy: 1 }],
    ["reciprocal", [2], { value: 0.5, dx: -0.25 }],
    ["shift", [5, 2], { value: 7, dx: 1 }],
    ["exponential", [2], { value: Math.exp(2), dx: Math.exp(2) }],
    ["stretch", [5, 2], { value: 10, dx: 5 }],
  ])("%s at %j", async (name, at, expected) => {
    expect((await gate(name))(...at)).toEqual(expected);
  });

  it("the circuits", async () => {
    const circuit = (name: string): Promise<Gradient> => gradient("gates/circuits.grad.ts", `grad_${name}`);
    expect((await circuit("circuit"))(-2, 5, -4)).toEqual({ value: -12, dx: -4, dy: -4, dz: 3 });
    expect((await circuit("mixed"))(3, -4, 2, -1)).toEqual({ value: -20, dx: -8, dy: 6, dz: 2, dw: 0 });
    const { value, dx } = (await circuit("fork"))(1);
    expect(value).toBe(3 * Math.E);
    expect(dx).toBeCloseTo(6 * Math.E, 12);
  });

  it("prints them", async () => {
    expect(await outputOf("gates")).toMatch(/circuit\(-2, 5, -4\) = -12 +dx = -4, dy = -4, dz = 3/u);
  });
});

describe("sigmoid", () => {
  it("the neuron at w = [2, -3, -3], x = [-1, -2]", async () => {
    const { value, dw, dx } = (await gradient("sigmoid/neuron.grad.ts", "grad_neuron"))([2, -3, -3], [-1, -2]);
    const s = 1 / (1 + Math.exp(-1));
    const d = (1 - s) * s;
    expect(value).toBe(s);
    expect(dw).toEqual([-d, -2 * d, d]);
    expect(dx).toEqual([2 * d, -3 * d]);
    expect([s, d].map((n) => n.toFixed(2))).toEqual(["0.73", "0.20"]);
  });

  it("gate by gate: the numbers on the wires", async () => {
    const output = await outputOf("sigmoid");
    const wire = (name: string): readonly string[] => output.split("\n").findLast((line) => line.startsWith(`  ${name}  `))?.trim().split(/ {2,}/u).slice(1) ?? [];
    const expected: Readonly<Record<string, readonly string[]>> = {
      w0: ["2.00", "-0.20"], x0: ["-1.00", "0.39"], w1: ["-3.00", "-0.39"], x1: ["-2.00", "-0.59"], w2: ["-3.00", "0.20"],
      "w0·x0": ["-2.00", "0.20"], "w1·x1": ["6.00", "0.20"], "w0·x0 + w1·x1": ["4.00", "0.20"], score: ["1.00", "0.20"],
      "-score": ["-1.00", "-0.20"], "exp(-score)": ["0.37", "-0.53"], "1 + exp(-score)": ["1.37", "-0.53"], output: ["0.73", "1.00"],
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, wire(name)]))).toEqual(expected);
  });
});

describe("staged", () => {
  it("all stages at (3, -4)", async () => {
    const { value, dx, dy } = (await gradient("staged/staged.grad.ts", "grad_f"))(3, -4);
    expect({ value, dx, dy }).toEqual({ value: 1.5456448841066441, dx: 2.0595697955721652, dy: 1.5922327514838093 });
    // worked by hand from the stages
    const [sigy, sigx] = [1 / (1 + Math.exp(4)), 1 / (1 + Math.exp(-3))];
    const num = 3 + sigy, den = sigx + 1, dden = -num / den ** 2;
    const expected: Readonly<Record<string, readonly [number, number]>> = {
      x: [3, 1 / den - 2 * dden + (1 - sigx) * sigx * dden], y: [-4, -2 * dden + ((1 - sigy) * sigy) / den],
      sigy: [sigy, 1 / den], num: [num, 1 / den], sigx: [sigx, dden], xpy: [-1, -2 * dden], xpysqr: [1, dden],
      den: [den, dden], invden: [1 / den, num], f: [num / den, 1],
    };
    const lines = (await outputOf("staged")).split("\n");
    for (const [name, numbers] of Object.entries(expected))
      expect(lines.findLast((line) => line.startsWith(`  ${name} `))?.trim().split(/ +/u), name).toEqual([name, ...numbers.map((n) => n.toFixed(8))]);
  });
});

describe("pages", () => {
  it("hold what the examples are and print (else: `pnpm docs`)", async () => {
    const made = await coursePages();
    expect(made.size).toBeGreaterThan(2);
    for (const [path, text] of made) expect(readFileSync(fromRoot(path), "utf8"), path).toBe(text);
  }, 120_000);
});
