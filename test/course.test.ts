import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { fromArray, matmul, random, randn, transpose, type Matrix } from "../packages/runtime/src/index.ts";
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

/** Plots are written anew by the examples: what is checked in must be what they write. */
const plots = ["activations.svg", "tricks.svg"];
const plotText = (name: string): string => readFileSync(fromRoot(`docs/course/plots/${name}`), "utf8");
const plotsBefore = new Map(plots.map((name) => [name, plotText(name)]));

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
    const wire = (name: string): readonly string[] =>
      output
        .split("\n")
        .findLast((line) => line.startsWith(`  ${name}  `))
        ?.trim()
        .split(/ {2,}/u)
        .slice(1) ?? [];
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

/** The numbers in the line of an example's output that starts with `label`. */
async function numbersAfter(example: string, label: string): Promise<readonly number[]> {
  const line = (await outputOf(example)).split("\n").find((each) => each.trimStart().startsWith(label));
  if (line === undefined) throw new Error(`${example} prints no line ${label}`);
  return [...line.slice(line.indexOf(label) + label.length).matchAll(/-?\d+(?:\.\d+)?(?:e[+-]\d+)?/gu)].map(Number);
}
const shape = ({ rows, cols }: Matrix): readonly [number, number] => [rows, cols];

describe("products", () => {
  it("D = W·X, 5×10 and 10×3: dW = dD·Xᵀ, dX = Wᵀ·dD", async () => {
    const rng = random(42);
    const W = randn(rng, 5, 10), X = randn(rng, 10, 3), dD = randn(rng, 5, 3);
    const { value, dW, dX } = (await gradient("products/products.grad.ts", "vjp_product"))(dD, W, X) as Record<string, Matrix>;
    expect([value!, dW!, dX!].map(shape)).toEqual([[5, 3], [5, 10], [10, 3]]);
    expect(dW).toEqual(matmul(dD, transpose(X)));
    expect(dX).toEqual(matmul(transpose(W), dD));
  });

  it("a vector is a matrix of one column", async () => {
    const rng = random(43);
    const W = randn(rng, 5, 10), x = randn(rng, 10, 1), dd = randn(rng, 5, 1);
    const { dW, dx } = (await gradient("products/products.grad.ts", "vjp_applied"))(dd, W, x) as Record<string, Matrix>;
    expect([shape(dW!), shape(dx!)]).toEqual([[5, 10], [10, 1]]);
    expect(dW!.data[3 * 10 + 7]).toBe(dd.data[3]! * x.data[7]!);
    expect(await outputOf("products")).toContain("matmul: 10×3 and 5×10: the inner dimensions 3 and 5 differ");
  });
});

describe("classifiers", () => {
  const w = [0.5, -1], xs = [[1, 2], [-1, 0.5], [3, 0]], labels = [1, 0, 1];
  const scores = [-1.25, -0.75, 1.75]; // with b = 0.25

  it("binary softmax: the gradient is (σ - y)·x", async () => {
    const { value, dw, db } = (await gradient("classifiers/losses.grad.ts", "grad_crossEntropy"))(w, 0.25, xs, labels);
    const rates = scores.map((s) => 1 / (1 + Math.exp(-s)));
    const errors = rates.map((p, i) => (p - labels[i]!) / 3);
    expect(value).toBeCloseTo(-(Math.log(rates[0]!) + Math.log(1 - rates[1]!) + Math.log(rates[2]!)) / 3, 14);
    expect(db).toBeCloseTo(errors[0]! + errors[1]! + errors[2]!, 14);
    [0, 1].forEach((j) => expect((dw as number[])[j]).toBeCloseTo(xs.reduce((sum, x, i) => sum + errors[i]! * x[j]!, 0), 14));
  });

  it("binary SVM: only what is within the margin pulls", async () => {
    const { value, dw, db } = (await gradient("classifiers/losses.grad.ts", "grad_hinge"))(w, 0.25, xs, labels);
    // margins 2.25, 0.25 and none: -x of the first, +x of the second
    expect(value).toBeCloseTo(2.5 / 3, 14);
    expect(dw).toEqual([-2 / 3, -1.5 / 3].map((d) => expect.closeTo(d, 14)));
    expect(db).toBeCloseTo(0, 14);
  });

  it("L2 pulls by the weight, L1 by its sign", async () => {
    expect((await gradient("classifiers/penalties.grad.ts", "grad_l2"))([3, -4, 0], 0.5)).toEqual({ value: 6.25, dw: [1.5, -2, 0] });
    expect((await gradient("classifiers/penalties.grad.ts", "grad_l1"))([3, -4, 0], 0.5)).toEqual({ value: 3.5, dw: [0.5, -0.5, 0] });
  });

  it("weight decay is the L2 step; L1 leaves fewer weights, and both smaller ones", async () => {
    expect((await numbersAfter("classifiers", "after 100 steps both ways the weights differ by at most"))[0]).toBeLessThan(1e-14);
    const weights = async (label: string): Promise<readonly number[]> => (await numbersAfter("classifiers", label)).slice(-6);
    const [none, l2, l1] = [await weights("softmax  "), await weights("softmax, L2 0.1"), await weights("softmax, L1 0.1")];
    const size = (of: readonly number[]): number => Math.hypot(...of);
    const small = (of: readonly number[]): number => of.filter((each) => Math.abs(each) < 0.02).length;
    expect(size(l2)).toBeLessThan(0.5 * size(none));
    expect([none, l2, l1].map(small)).toEqual([0, 0, 5]);
  });
});

describe("activations", () => {
  const s = (x: number): number => 1 / (1 + Math.exp(-x));
  const expected: Readonly<Record<string, readonly [(x: number) => number, (x: number) => number]>> = {
    sigmoid: [s, (x) => s(x) * (1 - s(x))],
    tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
    tanhBySigmoid: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
    relu: [(x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
    leakyRelu: [(x) => (x > 0 ? x : 0.1 * x), (x) => (x > 0 ? 1 : 0.1)],
    elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
    softplus: [(x) => Math.log1p(Math.exp(x)), s],
    swish: [(x) => x * s(x), (x) => s(x) + x * s(x) * (1 - s(x))],
  };
  it.each(Object.keys(expected))("%s", async (name) => {
    const f = await gradient("activations/activations.grad.ts", `grad_${name}`);
    const [value, derivative] = expected[name]!;
    for (const x of [-3, -0.7, 0, 0.4, 2.5]) expect(f(x), `${x}`).toEqual({ value: expect.closeTo(value(x), 13), dx: expect.closeTo(derivative(x), 13) });
  });

  it("GELU, PReLU with its slope, maxout with both lines", async () => {
    const gelu = await gradient("activations/activations.grad.ts", "grad_gelu");
    const at = (x: number): number => gelu(x)["value"] as number;
    expect(at(1)).toBeCloseTo(0.8411919906082768, 14);
    for (const x of [-2, 0, 0.3]) expect(gelu(x)["dx"]).toBeCloseTo((at(x + 1e-5) - at(x - 1e-5)) / 2e-5, 8);
    const prelu = await gradient("activations/activations.grad.ts", "grad_prelu");
    expect([prelu(-2, 0.25), prelu(3, 0.25)]).toEqual([{ value: -0.5, dx: 0.25, dslope: -2 }, { value: 3, dx: 1, dslope: 0 }]);
    const maxout = await gradient("activations/activations.grad.ts", "grad_maxout");
    expect(maxout(2, -1, 0, 3, 1)).toEqual({ value: 7, dx: 3, dw1: 0, db1: 0, dw2: 2, db2: 1 });
  });

  it("counts: the sigmoid saturates, the leaky ReLU never; units die of a large rate; the slope is found", async () => {
    const output = await outputOf("activations");
    const saturated = output.slice(output.indexOf("Saturation"));
    const counts = (name: string): readonly number[] =>
      saturated
        .split("\n")
        .find((line) => line.startsWith(`  ${name} `))
        ?.trim()
        .split(/ {2,}/u)
        .slice(1)
        .map(Number) ?? [];
    expect(counts("leaky ReLU")).toEqual([0, 0, 0]);
    expect(counts("sigmoid")[0]).toBe(0);
    expect(counts("sigmoid")[2]).toBeGreaterThan(800);
    expect(new Set(counts("ReLU")).size).toBe(1);
    expect((await numbersAfter("activations", "rate 0.01"))[0]).toBe(0);
    expect((await numbersAfter("activations", "rate 0.15"))[0]).toBeGreaterThan(25);
    expect(await outputOf("activations")).toContain("A learned slope: from 0 to 0.3000");
  });
});

describe("networks", () => {
  it("two layers, worked by hand", async () => {
    const p = { W1: fromArray(2, 2, [1, -1, 2, 0.5]), W2: fromArray(1, 2, [3, -2]) };
    const { value, dp, dx } = (await gradient("networks/networks.grad.ts", "vjp_twoLayers"))(fromArray(1, 1, [1]), p, fromArray(2, 1, [1, 2]));
    expect(value).toEqual(fromArray(1, 1, [-6]));
    expect(dp).toEqual({ W1: fromArray(2, 2, [0, 0, -2, -4]), W2: fromArray(1, 2, [0, 3]) });
    expect(dx).toEqual(fromArray(2, 1, [-4, -1]));
  });

  it("three layers agree with differences", async () => {
    const rng = random(5);
    const p = { W1: randn(rng, 4, 3), W2: randn(rng, 5, 4), W3: randn(rng, 2, 5) };
    const x = randn(rng, 3, 1), incoming = fromArray(2, 1, [0.7, -1.3]);
    const three = await gradient("networks/networks.grad.ts", "vjp_threeLayers");
    const at = (): number => { const { data } = three(incoming, p, x)["value"] as Matrix; return 0.7 * data[0]! - 1.3 * data[1]!; };
    const { dp } = three(incoming, p, x) as { dp: typeof p };
    for (const name of ["W1", "W2", "W3"] as const) {
      for (let k = 0; k < p[name].data.length; k++) {
        const known = p[name].data[k]!;
        p[name].data[k] = known + 1e-6;
        const above = at();
        p[name].data[k] = known - 1e-6;
        const difference = (above - at()) / 2e-6;
        p[name].data[k] = known;
        expect(dp[name].data[k], `${name}[${k}]`).toBeCloseTo(difference, 7);
      }
    }
  });

  it.each([["3-4-2 ", 26], ["3-4-4-1 ", 41], ["3-4-4-2 ", 46]])("%s has %i parameters", async (name, parameters) => {
    expect((await numbersAfter("networks", name)).at(-1)).toBe(parameters);
  });

  it("chosen by the length of the input", async () => {
    const read = await gradient("networks/chosen.grad.ts", "grad_read");
    const p = { a: 2, b: 1, w: 0.5, u: 0.8, out: 3 };
    expect(read(p, [0.5])).toEqual({ value: 2, dp: { a: 0.5, b: 1, w: 0, u: 0, out: 0 } });
    const h1 = Math.tanh(0.35), h2 = Math.tanh(-0.1 + 0.8 * h1), t2 = 3 * (1 - h2 * h2), t1 = 0.8 * t2 * (1 - h1 * h1);
    const { value, dp } = read(p, [0.7, -0.2]);
    expect(value).toBe(3 * h2);
    expect(dp).toEqual({ a: 0, b: 0, w: expect.closeTo(-0.2 * t2 + 0.7 * t1, 14), u: expect.closeTo(h1 * t2, 14), out: h2 });
  });
});

describe("outputs", () => {
  const cost = (name: string): Promise<Gradient> => gradient("outputs/costs.grad.ts", `grad_${name}`);
  it("z = -50, y = 1: nothing to learn from in the squared error, σ(z) - y in cross-entropy", async () => {
    const s = 1 / (1 + Math.exp(50));
    const squared = (await cost("squaredError"))(-50, 1), entropy = (await cost("crossEntropy"))(-50, 1);
    expect(squared["dz"]).toBeCloseTo(0, 20);
    expect(Math.abs((squared["dz"] as number) / (2 * (s - 1) * s * (1 - s)) - 1)).toBeLessThan(1e-14);
    expect(entropy).toEqual({ value: 50, dz: s - 1 });
    expect(await numbersAfter("outputs", "squared error  z =")).toEqual([-50]);
    expect((await numbersAfter("outputs", "cross-entropy  z ="))[0]).toBeGreaterThan(3);
  });

  it("softmax and log-softmax at ±1000", async () => {
    const scores = [1000, 0, -1000];
    expect((await cost("naiveSoftmax"))(scores, 0)["value"]).toBeNaN();
    const softmax = await cost("softmax"), log = await cost("logSoftmax");
    expect([0, 1, 2].map((k) => softmax(scores, k))).toEqual([1, 0, 0].map((value) => ({ value, dscores: [0, 0, 0].map(() => expect.closeTo(0, 15)) })));
    expect([0, 1, 2].map((k) => log(scores, k))).toEqual([
      { value: 0, dscores: [0, 0, 0] }, { value: -1000, dscores: [-1, 1, 0] }, { value: -2000, dscores: [-1, 0, 1] },
    ]);
    // and where nothing overflows: softmax - its own product, 1 - softmax
    const p = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218];
    expect(softmax([1, 2, 3], 2)).toEqual({
      value: expect.closeTo(p[2]!, 15),
      dscores: [-p[2]! * p[0]!, -p[2]! * p[1]!, p[2]! * (1 - p[2]!)].map((d) => expect.closeTo(d, 15)),
    });
    expect(log([1, 2, 3], 2)["dscores"]).toEqual([-p[0]!, -p[1]!, 1 - p[2]!].map((d) => expect.closeTo(d, 15)));
  });
});

describe("modules", () => {
  const row = (...numbers: number[]): Matrix => fromArray(1, numbers.length, numbers);
  const module = (name: string): Promise<Gradient> => gradient("modules/modules.grad.ts", `vjp_${name}`);
  it("backward through each", async () => {
    const d = row(10, 20), X = row(1, -2), Y = row(0.5, 3);
    expect((await module("linear"))(d, X, fromArray(2, 2, [1, 2, 3, 4]), row(0.5, -0.5))).toEqual({
      value: row(-4.5, -6.5), dX: row(50, 110), dW: fromArray(2, 2, [10, 20, -20, -40]), db: d,
    });
    expect((await module("relu"))(d, X)).toEqual({ value: row(1, 0), dX: row(10, 0) });
    expect((await module("duplicate"))([d, Y], X)).toEqual({ value: [X, X], dX: row(10.5, 23) });
    expect((await module("add"))(d, X, Y)).toEqual({ value: row(1.5, 1), dA: d, dB: d });
    expect((await module("max"))(d, X, Y)).toEqual({ value: row(1, 3), dA: row(10, 0), dB: row(0, 20) });
    const p = 1 / (1 + Math.exp(-3)); // softmax of the first
    const { dX } = (await module("logSoftmax"))(d, X) as { dX: Matrix };
    expect([...dX.data]).toEqual([10 - 30 * p, 20 - 30 * (1 - p)].map((each) => expect.closeTo(each, 12)));
  });

  it("what comes back is the caller's to change", async () => {
    const d = row(1, 2), e = row(3, 4);
    const { dX } = (await module("duplicate"))([d, e], row(0, 0)) as { dX: Matrix };
    dX.data.fill(9);
    const { dA, dB } = (await module("add"))(d, row(0, 0), row(0, 0)) as { dA: Matrix; dB: Matrix };
    dA.data.fill(9);
    expect([d, e, dB]).toEqual([row(1, 2), row(3, 4), row(1, 2)]);
  });

  it("whole and module by module", async () => {
    expect((await numbersAfter("modules", "the two differ by at most"))[0]).toBeLessThan(1e-12);
  });
});

describe("tricks", () => {
  const result = async (name: string): Promise<{ loss: number; right: number; small: number }> => {
    const [loss = NaN, right = NaN, small = NaN] = (await numbersAfter("tricks", `${name}  `)).slice(-3);
    return { loss, right, small };
  };
  it("each does what it is for", async () => {
    const base = await result("minibatches of 20");
    expect(base.right).toBeGreaterThan(95);
    expect((await result("all samples in one step")).loss).toBeGreaterThan(2 * base.loss);
    expect((await result("not normalised")).right).toBeLessThan(50);
    expect((await result("rate falls from 1")).loss).toBeLessThan(base.loss);
    expect((await result("momentum")).loss).toBeLessThan(0.5 * base.loss);
    expect((await result("Adam")).loss).toBeLessThan(0.5 * base.loss);
    expect((await result("tiny initial weights")).loss).toBeGreaterThan(2 * base.loss);
    expect((await result("L1 0.005")).small).toBeGreaterThan(5 * base.small);
    for (const name of ["L2 0.01", "L1 0.005", "dropout, 3 of 4 stay on"]) expect((await result(name)).right, name).toBeGreaterThan(94);
  });

  it("Kaiming initialisation keeps the variance, others lose or gain it by ten orders", async () => {
    const variance = async (label: string): Promise<number> => (await numbersAfter("tricks", label)).at(-1) ?? NaN;
    expect(await variance("weights · √(2/100), Kaiming")).toBeGreaterThan(0.3);
    expect(await variance("weights · √(2/100), Kaiming")).toBeLessThan(3);
    expect(await variance("weights · √(1/100)")).toBeLessThan(0.01);
    expect(await variance("weights · 0.01")).toBeLessThan(1e-10);
    expect(await variance("weights · 1 ")).toBeGreaterThan(1e10);
  });
});

describe("spiral", () => {
  it("parts the arms, and draws the boundary that the page shows", async () => {
    const figure = (): string => readFileSync(fromRoot("docs/course/figures/spiral.svg"), "utf8"), before = figure();
    expect((await numbersAfter("spiral", "The spiral: loss"))[2]).toBeGreaterThan(97);
    expect(figure()).toBe(before);
    expect(before).toMatch(/<rect .*<circle /su);
  }, 60_000);
});

describe("digits", () => {
  /** A short training as a program of its own; its worker threads are programs, too. */
  const training = (...options: readonly string[]): Promise<string> => new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--conditions=source", "--import", "tsx", fromRoot("examples/digits/src/main.ts"), "--epochs", "2", ...options],
      (error, out) => (error ? reject(error) : resolve(out)),
    );
  });
  it("learns real digits, in two threads what it learns in one", async () => {
    const one = await training(), two = await training("--threads", "2");
    const progress = (out: string): readonly string[] => out.split("\n").filter((line) => line.includes("loss"));
    expect(progress(one)).toHaveLength(2);
    expect(progress(two)).toEqual(progress(one));
    const [, right = "0"] = /^held-out accuracy ([\d.]+) %$/mu.exec(one) ?? [];
    expect(Number(right)).toBeGreaterThan(90); // after two of fifteen rounds, which end above 95 %
    expect(one.trimEnd().split("\n").at(-1)).toMatch(/^held-out accuracy/u);
  }, 120_000);
});

describe("pages", () => {
  it("have the plots that the examples make (else: `pnpm docs`)", async () => {
    await Promise.all([outputOf("activations"), outputOf("tricks")]);
    for (const name of plots) expect(plotText(name), name).toBe(plotsBefore.get(name));
  });

  it("hold what the examples are and print (else: `pnpm docs`)", async () => {
    const made = await coursePages();
    expect(made.size).toBeGreaterThan(10);
    for (const [path, text] of made) expect(readFileSync(fromRoot(path), "utf8"), path).toBe(text);
  }, 120_000);
});
