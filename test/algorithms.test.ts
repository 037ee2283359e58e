/**
 * The classical algorithms of `fixtures/algorithms` against numbers that come from elsewhere: closed forms, symmetries, sums over
 * all paths, systems of equations. (The fixtures themselves are checked against dual numbers.)
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compileAndRun } from "./support/compile.ts";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "fixtures", "algorithms");

/** The gradient generated for the marked function of a fixture. What it returns is what its text says, which the caller states. */
function gradientOf<R>(folder: string): (...args: readonly unknown[]) => R {
  const text = readFileSync(join(fixtures, folder, "input.ts"), "utf8");
  const name = /@differentiable\b[^]*?export function (\w+)/.exec(text)![1]!;
  return compileAndRun(text)[`grad_${name}`] as (...args: readonly unknown[]) => R;
}

/** Equal up to rounding, relative to the largest number expected. */
function near(got: unknown, want: unknown, digits = 1e-11): void {
  const g = numbers(got), w = numbers(want);
  expect(g.length).toBe(w.length);
  const scale = Math.max(1e-300, ...w.map(Math.abs));
  for (const [i, x] of w.entries()) if (!(Math.abs(g[i]! - x) <= digits * scale)) throw new Error(`number ${i} is ${g[i]}, expected ${x}`);
}
const numbers = (x: unknown): number[] => (typeof x === "number" ? [x] : typeof x === "object" && x !== null ? Object.values(x).flatMap(numbers) : []);

// ---------------------------------------------------------------- linear algebra by Gauss and Jordan, for expected numbers only

const matrix = (rows: number, columns: number, at: (i: number, j: number) => number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => at(i, j)));
const times = (a: number[][], v: readonly number[]): number[] => a.map((row) => row.reduce((s, x, j) => s + x * v[j]!, 0));
const product = (a: number[][], b: number[][]): number[][] => matrix(a.length, b[0]!.length, (i, j) => a[i]!.reduce((s, x, k) => s + x * b[k]![j]!, 0));
const transposed = (a: number[][]): number[][] => matrix(a[0]!.length, a.length, (i, j) => a[j]![i]!);
const outer = (u: readonly number[], v: readonly number[], factor = 1): number[][] => u.map((x) => v.map((y) => factor * x * y));

function inverse(a: number[][]): number[][] {
  const n = a.length;
  const w = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const p = w.slice(k).reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(w[best]![k]!) ? k + i : best), k);
    [w[k], w[p]] = [w[p]!, w[k]!];
    w[k] = w[k]!.map((x) => x / w[k]![k]!);
    for (let i = 0; i < n; i++) if (i !== k) w[i] = w[i]!.map((x, j) => x - w[i]![k]! * w[k]![j]!);
  }
  return w.map((row) => row.slice(n));
}

/** Numbers that look drawn at random, the same in every run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

describe("linear algebra", () => {
  test("LU: of |a⁻¹ b|² with x = a⁻¹ b the gradient is 2 a⁻ᵀ x by b and -db xᵀ by a", () => {
    const grad = gradientOf<{ value: number; da: number[][]; db: number[] }>("lu-solve");
    for (const n of [1, 2, 5, 9]) {
      const draw = draws(n);
      const a = matrix(n, n, draw), b = Array.from({ length: n }, draw);
      const x = times(inverse(a), b);
      const db = times(transposed(inverse(a)), x.map((xi) => 2 * xi));
      const { value, ...rest } = grad(a, b);
      near(value, x.reduce((s, xi) => s + xi * xi, 0), 1e-10);
      near(rest.db, db, 1e-9);
      near(rest.da, outer(db, x, -1), 1e-9);
    }
  });

  test("Cholesky: of the Gaussian density ½ (a⁻¹ - α αᵀ), twice that below the diagonal, with α = a⁻¹ y", () => {
    const grad = gradientOf<{ value: number; da: number[][]; dy: number[] }>("cholesky");
    const draw = draws(3);
    const root = matrix(6, 6, draw);
    const a = product(root, transposed(root)).map((row, i) => row.map((x, j) => (i === j ? x + 1 : x)));
    const y = Array.from({ length: 6 }, draw);
    const inv = inverse(a), alpha = times(inv, y);
    const { da, dy } = grad(a, y);
    near(dy, alpha);
    near(da, matrix(6, 6, (i, j) => (j > i ? 0 : (i === j ? 0.5 : 1) * (inv[i]![j]! - alpha[i]! * alpha[j]!))));
  });

  test("QR: of the least squared residual 2 r by b and -2 r xᵀ by a", () => {
    const grad = gradientOf<{ value: number; da: number[][]; db: number[] }>("qr-least-squares");
    const draw = draws(4);
    const a = matrix(9, 4, draw), b = Array.from({ length: 9 }, draw);
    const x = times(inverse(product(transposed(a), a)), times(transposed(a), b));
    const r = b.map((bi, i) => bi - times(a, x)[i]!);
    const { value, da, db } = grad(a, b);
    near(value, r.reduce((s, ri) => s + ri * ri, 0));
    near(db, r.map((ri) => 2 * ri));
    near(da, outer(r, x, -2));
  });

  test("FFT: by each sample, with the transform written as a sum", () => {
    const grad = gradientOf<{ value: number; dsignal: number[] }>("fft");
    const n = 16, draw = draws(5);
    const signal = Array.from({ length: n }, draw), weights = Array.from({ length: n }, draw);
    const angle = (k: number, t: number): number => (-2 * Math.PI * k * t) / n;
    const sum = (f: (t: number) => number): number => signal.reduce((s, x, t) => s + x * f(t), 0);
    const spectrum = weights.map((_, k) => [sum((t) => Math.cos(angle(k, t))), sum((t) => Math.sin(angle(k, t)))] as const);
    const { value, dsignal } = grad(signal, weights);
    near(value, spectrum.reduce((s, [re, im], k) => s + weights[k]! * (re * re + im * im), 0));
    near(
      dsignal,
      signal.map((_, t) => spectrum.reduce((s, [re, im], k) => s + 2 * weights[k]! * (re * Math.cos(angle(k, t)) + im * Math.sin(angle(k, t))), 0)),
    );
  });
});

describe("sums over all paths", () => {
  test("soft alignment: the expected derivative over all alignments, by Boltzmann weights", () => {
    const grad = gradientOf<{ value: number; dxs: number[]; dys: number[] }>("soft-dtw");
    const xs = [1, 2, 4, 3], ys = [1.5, 3.5, 3], gamma = 0.5;
    const paths: [number, number][][] = [];
    const walk = (path: [number, number][]): void => {
      const [i, j] = path.at(-1)!;
      if (i === xs.length - 1 && j === ys.length - 1) paths.push(path);
      for (const [a, b] of [[1, 0], [0, 1], [1, 1]] as const) if (i + a < xs.length && j + b < ys.length) walk([...path, [i + a, j + b]]);
    };
    walk([[0, 0]]);
    const weights = paths.map((path) => Math.exp(-path.reduce((s, [i, j]) => s + (xs[i]! - ys[j]!) ** 2, 0) / gamma));
    const all = weights.reduce((a, b) => a + b);
    const dxs = xs.map(() => 0), dys = ys.map(() => 0);
    paths.forEach((path, p) => {
      for (const [i, j] of path) {
        const d = (2 * (xs[i]! - ys[j]!) * weights[p]!) / all;
        dxs[i]! += d;
        dys[j]! -= d;
      }
    });
    const result = grad(xs, ys, gamma);
    near(result.value, -gamma * Math.log(all));
    near(result.dxs, dxs);
    near(result.dys, dys);
  });

  test("hidden Markov model: expected counts over all sequences of states", () => {
    const grad = gradientOf<{ value: number; dinitial: number[]; dtransition: number[][]; demission: number[][] }>("hmm");
    const draw = draws(6), n = 3, symbols = [0, 2, 1, 1, 0];
    const initial = Array.from({ length: n }, draw), transition = matrix(n, n, draw), emission = matrix(n, 3, draw);
    const di = initial.map(() => 0), dt = matrix(n, n, () => 0), de = matrix(n, 3, () => 0);
    let likelihood = 0;
    const each = (visit: (states: number[], weight: number) => void): void => {
      for (let code = 0; code < n ** symbols.length; code++) {
        const states = symbols.map((_, t) => Math.floor(code / n ** t) % n);
        const log = states.reduce((s, state, t) => s + (t === 0 ? initial[state]! : transition[states[t - 1]!]![state]!) + emission[state]![symbols[t]!]!, 0);
        visit(states, Math.exp(log));
      }
    };
    each((_, weight) => { likelihood += weight; });
    each((states, weight) => states.forEach((state, t) => {
      const share = weight / likelihood;
      if (t === 0) di[state]! += share;
      else dt[states[t - 1]!]![state]! += share;
      de[state]![symbols[t]!]! += share;
    }));
    const { value, dinitial, dtransition, demission } = grad(initial, transition, emission, symbols);
    near(value, Math.log(likelihood));
    near(dinitial, di);
    near(dtransition, dt);
    near(demission, de);
  });
});

describe("motion", () => {
  test("Runge-Kutta: alone, prey grow by 1 + z + z²/2 + z³/6 + z⁴/24 a step", () => {
    const grad = gradientOf<{ dstart: number[]; drates: { birth: number; hunt: number } }>("runge-kutta");
    const h = 0.3, steps = 5, birth = 0.7, z = birth * h;
    const factor = 1 + z + z ** 2 / 2 + z ** 3 / 6 + z ** 4 / 24, slope = 1 + z + z ** 2 / 2 + z ** 3 / 6;
    const { dstart, drates } = grad([2, 0], { birth, hunt: 0.5, gain: 0, death: 0 }, 0, h, steps, [0, 0]);
    const end = 2 * factor ** steps;
    // hunters that stay 0 and have no gain: their first-order effect on the prey is through the hunt alone
    near(dstart[0], 2 * end * factor ** steps);
    near(drates.birth, 2 * end * 2 * steps * factor ** (steps - 1) * slope * h);
    near(drates.hunt, 0);
  });

  test("leapfrog: nothing changes when all bodies are moved or turned together", () => {
    type Triple = [number, number, number];
    const grad = gradientOf<{ dstart: { mass: number; position: Triple; velocity: Triple }[] }>("leapfrog");
    const draw = draws(7), triple = (): Triple => [draw(), draw(), draw()];
    const start = Array.from({ length: 5 }, () => ({ mass: 1 + draw() / 2, position: triple(), velocity: triple() }));
    const { dstart } = grad(start, 0.05, 20);
    const sum = (f: (k: number) => number): number => start.reduce((s, _, k) => s + f(k), 0);
    const size = Math.max(...numbers(dstart).map(Math.abs));
    for (const [a, b] of [[0, 1], [1, 2], [2, 0]] as const) {
      expect(Math.abs(sum((k) => dstart[k]!.position[a]))).toBeLessThan(1e-12 * size);
      const turn = sum(
        (k) =>
          start[k]!.position[a] * dstart[k]!.position[b] -
          start[k]!.position[b] * dstart[k]!.position[a] +
          start[k]!.velocity[a] * dstart[k]!.velocity[b] -
          start[k]!.velocity[b] * dstart[k]!.velocity[a],
      );
      expect(Math.abs(turn)).toBeLessThan(1e-12 * size);
    }
    expect(size).toBeGreaterThan(0.1);
  });

  test("heat: a sine stays a sine and shrinks by the same factor in each step", () => {
    const grad = gradientOf<{ dstart: Float64Array; dconductivity: Float64Array }>("heat");
    const width = 6, height = 5, steps = 7, c = 0.2;
    const field = (f: (x: number, y: number) => number): Float64Array =>
      Float64Array.from({ length: width * height }, (_, i) => f(i % width, Math.floor(i / width)));
    const edge = (x: number, y: number): boolean => x === 0 || y === 0 || x === width - 1 || y === height - 1;
    const wave = field((x, y) => (edge(x, y) ? 0 : Math.sin((Math.PI * x) / (width - 1)) * Math.sin((Math.PI * y) / (height - 1))));
    const factor = 1 + c * (2 * Math.cos(Math.PI / (width - 1)) + 2 * Math.cos(Math.PI / (height - 1)) - 4);
    const { dstart, dconductivity } = grad(wave, new Float64Array(width * height).fill(c), width, steps, new Float64Array(width * height));
    // the operator is symmetric inside: its transpose shrinks the wave in the same way
    near(
      Array.from(dstart).filter((_, i) => !edge(i % width, Math.floor(i / width))),
      Array.from(wave, (w) => 2 * factor ** (2 * steps) * w).filter((_, i) => !edge(i % width, Math.floor(i / width))),
    );
    // by a conductivity: in each step its cell's flow, carried to the end
    near(dconductivity, field((x, y) => 2 * steps * factor ** (2 * steps - 1) * ((factor - 1) / c) * wave[y * width + x]! ** 2));
  });

  test("robot arm: each joint moves the hand about its axis", () => {
    const grad = gradientOf<{ dangles: number[] }>("robot-arm");
    const axes = [[0, 0, 1], [0, 1, 0], [0.6, 0, 0.8], [1, 0, 0]] as const;
    const joints = axes.map(([x, y, z], k) => ({ axis: { x, y, z }, length: 1 - 0.2 * k }));
    const angles = [0.3, -0.5, 0.8, 1.1], target = [0.5, 1, -0.2];
    type Triple = readonly [number, number, number];
    const cross = (a: Triple, b: Triple): Triple => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    /** Rodrigues' formula. */
    const turn = (v: Triple, axis: Triple, angle: number): Triple => {
      const across = cross(axis, v), along = dot(axis, v) * (1 - Math.cos(angle));
      return [0, 1, 2].map((k) => v[k]! * Math.cos(angle) + across[k]! * Math.sin(angle) + axis[k]! * along) as unknown as Triple;
    };
    /** A direction of the frame after joint k, in the room. */
    const inRoom = (v: Triple, k: number): Triple => { for (; k >= 0; k--) v = turn(v, axes[k]!, angles[k]!); return v; };
    const parts = joints.map(({ length }, k) => inRoom([length, 0, 0], k));
    const after = (k: number): Triple => [0, 1, 2].map((c) => parts.slice(k).reduce((s, p) => s + p[c]!, 0)) as unknown as Triple;
    const pull = after(0).map((h, c) => 2 * (h - target[c]!)) as unknown as Triple;
    const { dangles } = grad(angles, joints, { x: target[0], y: target[1], z: target[2] });
    near(dangles, angles.map((_, k) => dot(pull, cross(inRoom(axes[k]!, k - 1), after(k)))));
  });
});

describe("curves", () => {
  test("cubic spline: at the knots it is the data, and by the values it is linear", () => {
    const grad = gradientOf<{ value: number; dxs: number[]; dys: number[] }>("cubic-spline");
    const xs = [0, 1, 2.5, 4, 5], ys = [1, -1, 2, 0.5, 3];
    const atKnots = grad(xs, ys, xs.slice(1, -1).map((x) => ({ x, y: 0 })));
    near(atKnots.dys, [0, -2, 4, 1, 0]);
    // squared values are of degree 2 in ys, and of degree 0 in all abscissas together: Euler's identities
    const samples = [0.4, 1.2, 1.9, 3, 4.7].map((x) => ({ x, y: 0 }));
    const { value, dys } = grad(xs, ys, samples);
    near(dys.reduce((s, d, k) => s + d * ys[k]!, 0), 2 * value);
    // the natural spline through the data has no curvature at its ends, so data on a line stay on it
    const line = xs.map((x) => 2 * x - 1);
    near(grad(xs, line, samples.map(({ x }) => ({ x, y: 2 * x - 2 }))).value, samples.length);
  });

  test("Bézier: by a control point its Bernstein polynomial", () => {
    const grad = gradientOf<{ dcontrols: { x: number; y: number }[]; dts: number[] }>("bezier");
    const controls = [{ x: 0, y: 0 }, { x: 1, y: 2 }, { x: 3, y: -1 }, { x: 4, y: 1 }, { x: 5, y: 0 }];
    const ts = [0.2, 0.7, 1], targets = [{ x: 1, y: 0.5 }, { x: 3, y: 0 }, { x: 4, y: 1 }];
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    const weight = (n: number, k: number, t: number): number => (k < 0 || k > n ? 0 : choose(n, k) * t ** k * (1 - t) ** (n - k));
    const curve = (t: number, c: "x" | "y"): number => controls.reduce((s, p, k) => s + weight(4, k, t) * p[c], 0);
    const speed = (t: number, c: "x" | "y"): number => controls.reduce((s, p, k) => s + 4 * (weight(3, k - 1, t) - weight(3, k, t)) * p[c], 0);
    const off = (k: number, c: "x" | "y"): number => 2 * (curve(ts[k]!, c) - targets[k]![c]);
    const { dcontrols, dts } = grad(controls, ts, targets);
    near(
      dcontrols,
      controls.map((_, k) => ({
        x: ts.reduce((s, t, n) => s + off(n, "x") * weight(4, k, t), 0),
        y: ts.reduce((s, t, n) => s + off(n, "y") * weight(4, k, t), 0),
      })),
    );
    near(dts, ts.map((t, n) => off(n, "x") * speed(t, "x") + off(n, "y") * speed(t, "y")));
  });
});

describe("statistics", () => {
  test("k-means: a centroid is pulled to the mean of its points", () => {
    const grad = gradientOf<{ dcentroids: number[][] }>("k-means");
    const { dcentroids } = grad([[0, 0], [2, 1], [9, 9]], [[0.5, 0.2], [1.8, 0.9], [2.5, 1.5], [-1, 0.3]]);
    near(dcentroids, [[2 * (0 - 0.5 + 0 + 1), 2 * (0 - 0.2 + 0 - 0.3)], [2 * (4 - 4.3), 2 * (2 - 2.4)], [0, 0]]);
  });

  test("Gaussian mixture: by the means, each point's share of each component", () => {
    const grad = gradientOf<{ value: number; dalphas: number[]; dmeans: number[][] }>("gaussian-mixture");
    const alphas = [0.2, -0.4], means = [[0, 1], [2, -1]], logDiagonals = [[0.1, -0.2], [0.3, 0]], triangles = [[0.5], [-0.3]];
    const points = [[0.5, 0.2], [1.8, -0.9], [1, 0.4]];
    const roots = alphas.map((_, k) => [[Math.exp(logDiagonals[k]![0]!), 0], [triangles[k]![0]!, Math.exp(logDiagonals[k]![1]!)]]);
    const precisions = roots.map((root) => product(transposed(root), root));
    const away = (x: number[], k: number): number[] => x.map((xi, i) => xi - means[k]![i]!);
    const density = (x: number[], k: number): number =>
      (Math.exp(alphas[k]!) / (Math.exp(0.2) + Math.exp(-0.4))) *
      roots[k]![0]![0]! *
      roots[k]![1]![1]! *
      Math.exp(-0.5 * times(precisions[k]!, away(x, k)).reduce((s, v, i) => s + v * away(x, k)[i]!, 0));
    const all = (x: number[]): number => density(x, 0) + density(x, 1);
    const { value, dalphas, dmeans } = grad(alphas, means, logDiagonals, triangles, points);
    near(value, points.reduce((s, x) => s + Math.log(all(x)), 0));
    near(dmeans, means.map((_, k) => [0, 1].map((i) => points.reduce((s, x) => s + (density(x, k) / all(x)) * times(precisions[k]!, away(x, k))[i]!, 0))));
    near(dalphas, alphas.map((a, k) => points.reduce((s, x) => s + density(x, k) / all(x) - Math.exp(a) / (Math.exp(0.2) + Math.exp(-0.4)), 0)));
  });

  test("Kalman filter: the joint density of all measurements, by its covariance", () => {
    const grad = gradientOf<{ value: number; dnoise: number[][]; dvariance: number }>("kalman");
    const f = [[1, 0.5], [-0.1, 0.9]], noise = [[0.1, 0.02], [0.02, 0.2]], variance = 0.5, zs = [0.3, -0.2, 0.8, 0.1];
    const powers = [[[1, 0], [0, 1]]];
    for (let t = 1; t <= zs.length; t++) powers.push(product(f, powers.at(-1)!));
    // the state at time t is the sum of f^(t-s) times the noise of time s, from s = 0
    const first = (s: number, t: number): number[] => (s > t ? [0, 0] : powers[t - s]![0]!);
    const covariance = matrix(zs.length, zs.length, (i, j) => {
      let c = i === j ? variance : 0;
      for (let s = 0; s <= zs.length; s++) c += first(s, i + 1).reduce((sum, x, k) => sum + x * times(noise, first(s, j + 1))[k]!, 0);
      return c;
    });
    const inv = inverse(covariance), alpha = times(inv, zs);
    /** The derivative of ½ (zᵀ c⁻¹ z + log det c) when the covariance changes by `dc`. */
    const by = (dc: (i: number, j: number) => number): number =>
      zs.reduce((sum, _, i) => sum + zs.reduce((s, __, j) => s + 0.5 * (inv[i]![j]! - alpha[i]! * alpha[j]!) * dc(i, j), 0), 0);
    const { dnoise, dvariance } = grad(f, noise, variance, zs);
    near(dvariance, by((i, j) => (i === j ? 1 : 0)));
    // a covariance is symmetric: only so far do filter and density agree
    const both = (a: number, b: number): number =>
      by((i, j) => zs.concat(0).reduce((s, _, k) => s + first(k, i + 1)[a]! * first(k, j + 1)[b]! + first(k, i + 1)[b]! * first(k, j + 1)[a]!, 0));
    near(matrix(2, 2, (a, b) => dnoise[a]![b]! + dnoise[b]![a]!), matrix(2, 2, both));
  });

  test("ISTA: with orthogonal columns one step of rate 1 shrinks y by lambda", () => {
    const grad = gradientOf<{ value: number; dy: number[]; dlambda: number }>("ista");
    const c = Math.cos(0.7), s = Math.sin(0.7), y = [1.3, -0.8, 0.4];
    const a = [[c, -s, 0], [s, c, 0], [0, 0, 1]];
    const lambda = 0.3, truth = [1, 0.2, 0.1];
    const u = times(transposed(a), y);
    const x = u.map((v) => Math.sign(v) * Math.max(Math.abs(v) - lambda, 0));
    const dx = x.map((v, j) => (v === 0 ? 0 : 2 * (v - truth[j]!)));
    const { value, dy, dlambda } = grad(a, y, lambda, 1, 6, truth);
    near(value, x.reduce((sum, v, j) => sum + (v - truth[j]!) ** 2, 0));
    near(dy, times(a, dx));
    near(dlambda, -dx.reduce((sum, d, j) => sum + d * Math.sign(x[j]!), 0));
  });

  test("PageRank: at the fixed point r = d p r + (1 - d) / n, by solving for it", () => {
    const grad = gradientOf<{ value: number; dstrengths: number[]; ddamping: number }>("page-rank");
    const links = [{ from: 0, to: 1 }, { from: 0, to: 2 }, { from: 1, to: 2 }, { from: 2, to: 0 }, { from: 1, to: 0 }];
    const strengths = [1, 2, 0.5, 1.5, 1], interest = [1, -1, 2], d = 0.8, n = 3;
    const given = [0, 1, 2].map((page) => links.reduce((s, { from }, k) => s + (from === page ? strengths[k]! : 0), 0));
    const p = matrix(n, n, (i, j) => links.reduce((s, { from, to }, k) => s + (from === j && to === i ? strengths[k]! / given[j]! : 0), 0));
    const inv = inverse(p.map((row, i) => row.map((x, j) => (i === j ? 1 : 0) - d * x)));
    const rank = times(inv, [0, 1, 2].map(() => (1 - d) / n));
    const weight = times(transposed(inv), interest); // by what flows into each page
    const { value, dstrengths, ddamping } = grad(strengths, d, links, interest, 300);
    near(value, interest.reduce((s, c, i) => s + c * rank[i]!, 0));
    near(ddamping, weight.reduce((s, w, i) => s + w * (times(p, rank)[i]! - 1 / n), 0));
    const mean = [0, 1, 2].map((j) => weight.reduce((s, w, i) => s + w * p[i]![j]!, 0));
    near(dstrengths, links.map(({ from, to }) => (d * rank[from]! * (weight[to]! - mean[from]!)) / given[from]!));
  });
});

describe("finance", () => {
  test("Black–Scholes: delta, vega and rho", () => {
    const grad = gradientOf<{ value: number; dspot: number; dvolatility: number; drate: number }>("black-scholes");
    const spot = 100, volatility = 0.2, rate = 0.03, strike = 105, years = 0.5;
    const d1 = (Math.log(spot / strike) + (rate + volatility ** 2 / 2) * years) / (volatility * Math.sqrt(years));
    const d2 = d1 - volatility * Math.sqrt(years);
    /** The normal distribution by Simpson's rule. */
    const density = (x: number): number => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    const normal = (x: number): number => {
      const n = 400, h = x / n;
      let sum = density(0) + density(x);
      for (let k = 1; k < n; k++) sum += (k % 2 === 1 ? 4 : 2) * density(k * h);
      return 0.5 + (sum * h) / 3;
    };
    const one = grad(spot, volatility, rate, [{ kind: "call", strike, years, amount: 1 }]);
    // the marked function approximates the normal distribution to 7.5e-8, and its derivative to some 1e-6
    const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(1e-5 * Math.max(1, Math.abs(b)));
    close(one.value, spot * normal(d1) - strike * Math.exp(-rate * years) * normal(d2));
    expect(Math.abs(one.dspot - normal(d1))).toBeLessThan(2e-4);
    expect(Math.abs(one.dvolatility - spot * density(d1) * Math.sqrt(years))).toBeLessThan(1e-2);
    expect(Math.abs(one.drate - strike * years * Math.exp(-rate * years) * normal(d2))).toBeLessThan(1e-2);
    // parity: call - put = spot - discounted strike
    const two = grad(spot, volatility, rate, [{ kind: "call", strike, years, amount: 1 }, { kind: "put", strike, years, amount: -1 }]);
    near([two.dspot, two.drate], [1, strike * years * Math.exp(-rate * years)]);
    expect(Math.abs(two.dvolatility)).toBeLessThan(1e-12);
  });

  test("binomial tree: never exercised early it is the binomial sum, exercised at once it is strike - spot", () => {
    const grad = gradientOf<{ value: number; dspot: number; dstrike: number; drate: number }>("binomial-tree");
    const spot = 100, strike = 103, volatility = 0.25, years = 1, steps = 6, dt = years / steps;
    // without interest an American put is never worth exercising early
    const up = Math.exp(volatility * Math.sqrt(dt)), p = (1 - 1 / up) / (up - 1 / up);
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    let value = 0, dspot = 0, dstrike = 0;
    for (let k = 0; k <= steps; k++) {
      const weight = choose(steps, k) * p ** k * (1 - p) ** (steps - k), end = up ** (2 * k - steps);
      if (spot * end < strike) { value += weight * (strike - spot * end); dspot -= weight * end; dstrike += weight; }
    }
    const european = grad(spot, strike, volatility, 0, years, steps);
    near([european.value, european.dspot, european.dstrike], [value, dspot, dstrike]);
    const deep = grad(50, 200, 0.2, 0.1, 1, steps);
    near([deep.value, deep.dspot, deep.dstrike, deep.drate], [150, -1, 1, 0]);
  });
});

describe("vision and learning", () => {
  test("bundle adjustment: moving cameras and points together changes nothing; by the weights in closed form", () => {
    const grad = gradientOf<{ dcameras: number[][]; dpoints: number[][]; dweights: number[] }>("bundle-adjustment");
    const cameras = [[0.1, -0.1, 0.2, 0.1, 0, -5, 500, 1, 2, 0.05, 0.01], [0.2, 0.1, -0.1, -0.1, 0.1, -4.8, 510, 0, 1, 0.02, 0.01]];
    const points = [[0.3, 0.5, 0.1], [-0.4, 0.2, 0]], weights = [1, 0.9, 1.1];
    const observations = [{ camera: 0, point: 0, x: 30, y: 45 }, { camera: 1, point: 0, x: 20, y: 60 }, { camera: 1, point: 1, x: -35, y: 15 }];
    const { dcameras, dpoints, dweights } = grad(cameras, points, weights, observations);
    const size = Math.max(...numbers(dpoints).map(Math.abs));
    for (let c = 0; c < 3; c++) expect(Math.abs(dcameras[0]![3 + c]! + dcameras[1]![3 + c]! + dpoints[0]![c]! + dpoints[1]![c]!)).toBeLessThan(1e-12 * size);
    // each error is w · off: by w it is 2 w off² - 4 w (1 - w²); by the principal point 2 w² off
    const [dx, dy] = [dcameras[0]![7]!, dcameras[0]![8]!].map((d) => d / (2 * weights[0]! ** 2)) as [number, number];
    near(dweights[0], 2 * weights[0]! * (dx * dx + dy * dy) - 4 * weights[0]! * (1 - weights[0]! ** 2));
  });

  test("LSTM: without weights each state is halved, and the constants of the gates have known derivatives", () => {
    type Gates = Record<"forget" | "input" | "output" | "candidate", number[][]>;
    const grad = gradientOf<{ value: number; dcell: Gates }>("lstm");
    const cell: Gates = { forget: [[0, 0, 0]], input: [[0, 0, 0]], output: [[0, 0, 0]], candidate: [[0, 0, 0.8]] };
    // c = ½ c + ½ tanh 0.8 from 0, h = ½ tanh c, guessed 3
    const a = Math.tanh(0.8), c1 = a / 2, c2 = 0.75 * a, h1 = Math.tanh(c1) / 2, h2 = Math.tanh(c2) / 2;
    const e1 = 2 * (h1 - 3), e2 = 2 * (h2 - 3), s1 = (1 - Math.tanh(c1) ** 2) / 2, s2 = (1 - Math.tanh(c2) ** 2) / 2;
    const { value, dcell } = grad(cell, [[0], [3], [3]]);
    near(value, (h1 - 3) ** 2 + (h2 - 3) ** 2);
    near(dcell.output[0]![2], (e1 * Math.tanh(c1) + e2 * Math.tanh(c2)) / 4);
    near(dcell.candidate[0]![2], (1 - a * a) * (e1 * s1 / 2 + e2 * s2 * 0.75));
    near(dcell.input[0]![2], (a / 4) * (e1 * s1 + e2 * s2 * 1.5));
    near(dcell.forget[0]![2], (e2 * s2 * c1) / 4);
    // by the weights of the state before: as by the constants of the second step, times that state
    near(dcell.output[0]![1], (e2 * Math.tanh(c2) * h1) / 4);
  });
});
