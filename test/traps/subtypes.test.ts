/** An object that goes where another type is said: with fields more or fewer, with `readonly` or not. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const point = "interface Point { x: number; y: number; z?: number }\ninterface Flat { x: number; y: number }";
const p = { x: 1.5, y: 0.5 }, q = { x: 0.7, y: 2, z: 3 };

describe("fields that need not be there", () => {
  trap("of a default", f("p: Point, o: { center?: Point }", dedent`
    const c = o.center ?? defaults.center;
    return (p.x - c.x) * c.y;
  `, `${point}\nconst defaults = { center: { x: 0.1, y: -0.2 } };`), [{ at: [p, {}], value: 1.4 * -0.2 }, { at: [p, { center: q }], dp: { x: 2 } }]);
  trap("of what is chosen", f("p: Point, k: number", dedent`
    const q: Flat = { x: k, y: 2 };
    const c: Point = k > 0 ? p : q;
    return c.x * c.y + (c.z ?? k);
  `, point), [{ at: [q, 1], value: 4.4 }, { at: [q, -1], value: -3, dk: 3 }]);
  trap("of another parameter", f("p: Point, q: Flat, k: number", dedent`
    let c: Point = q;
    if (k > 0) c = p;
    return c.x * c.y + (c.z ?? 0.2) * k;
  `, point), [{ at: [q, p, 1] }, { at: [q, p, -1] }]);
  trap("of elements", f("p: Point, q: Flat", dedent`
    const ps: Point[] = [p];
    ps.push(q);
    let s = 0;
    for (const c of ps) s += c.x * c.y + (c.z ?? 0.2);
    return s;
  `, point), [{ at: [q, p] }, { at: [p, p] }]);
  trap("of what a function gives", f("xs: number[]", dedent`
    let b: Belief = { mean: 0.2, cov: 1 };
    let ll = 0;
    for (const x of xs) {
      if (x < 0) continue;
      const c = correct(b, x);
      b = c;
      ll += c.loglik;
    }
    return ll + b.mean ** 2 * b.cov;
  `, dedent`
    interface Belief { mean: number; cov: number }
    const correct = (b: Belief, z: number): Belief & { loglik: number } => ({ mean: b.mean + z, cov: z * b.cov, loglik: b.mean * z });
  `), [{ at: [[1.5, -1, 0.7]] }, { at: [[]] }]);
});

describe("what types have seen is not asked for again", () => {
  const shapes = dedent`
    type Shape = { kind: "a"; r: number } | { kind: "b"; w: number };
    function never(x: never): never {
      throw new Error(\`shape \${JSON.stringify(x)}\`);
    }
    function area(s: Shape): number {
      if (s.kind === "a") return s.r * s.r;
      else if (s.kind === "b") return s.w;
      return never(s);
    }
  `;
  trap("a tag that nothing has", f("s: Shape[], k: number", "return s.reduce((p, q) => p + area(q) * k, 0);", shapes), [
    {
      at: [
        [
          { kind: "a", r: 3 },
          { kind: "b", w: 2 },
        ],
        0.5,
      ],
      value: 5.5,
      dk: 11,
    },
  ]);
});

describe("errors of a class of the program", () => {
  const full = dedent`
    class Full extends Error {
      constructor(readonly at: number) {
        super(\`full at \${at}\`);
      }
    }
  `;
  trap("are told from others", f("xs: number[], k: number", dedent`
    let t = 0;
    for (let i = 0; i < xs.length; i++) {
      try {
        if (i >= 2) throw new Full(i);
        t += xs[i]! * k;
      } catch (e) {
        if (!(e instanceof Full) || e.at > 3) throw e;
        t += e.at * k * k;
      }
    }
    return t;
  `, full), [{ at: [[1, 2, 3], 0.5], value: 2, dk: 5, dxs: [0.5, 0.5, 0] }]);
  trap("and others are thrown again", f("x: number", dedent`
    try {
      try {
        if (x > 2) throw new Full(1);
        throw new RangeError("x");
      } catch (e) {
        if (e instanceof Full) return x * x;
        throw e;
      }
    } catch {
      return 5 * x;
    }
  `, full), [{ at: [3], dx: 6 }, { at: [1], dx: 5 }]);
});

describe("texts of a list of texts", () => {
  trap("that a loop sets and a table is asked for", f("t0: number, k: number", dedent`
    const room: Room = { temp: t0, mode: "idle", used: 0 };
    for (let i = 0; i < 6; i++) {
      room.mode = next(room);
      const p = power[room.mode];
      room.temp += 0.1 * (p - k * room.temp);
      room.used += Math.abs(p) * room.temp;
    }
    return room.temp ** 2 + room.used;
  `, dedent`
    type Mode = "idle" | "heat" | "cool";
    interface Room { temp: number; mode: Mode; used: number }
    const power: Record<Mode, number> = { idle: 0, heat: 1.5, cool: -1 };
    function next(room: Room): Mode {
      switch (room.mode) {
        case "idle": return room.temp < 0.4 ? "heat" : "idle";
        case "heat": return room.temp > 1 ? "cool" : "heat";
        case "cool": return "idle";
      }
    }
  `), [{ at: [0.3, 0.5] }, { at: [2, 0.1] }]);
  trap("that a field gives, or its default", f("layers: Layer[], x: number", dedent`
    let h = x;
    for (let i = 0; i < layers.length; i++) {
      const { w, act = "tanh" } = layers[i]!;
      h = w.map((v) => acts(act, v * h)).reduce((a, b) => a + b, 0);
    }
    return h;
  `, dedent`
    interface Layer { w: number[]; act?: "relu" | "tanh" }
    function acts(a: "relu" | "tanh", v: number): number {
      return a === "relu" ? (v > 0 ? v : 0) : Math.tanh(v);
    }
  `), [{ at: [[{ w: [0.5, 2] }, { w: [1, -1], act: "relu" }], 0.7] }]);
  trap("in rows that are filled", f("a: number[], b: number[]", dedent`
    const back: ("d" | "u" | "")[][] = Array.from({ length: 3 }, () => Array(3).fill(""));
    let s = 0;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) back[i]![j] = a[i]! > b[j]! ? "d" : "u";
    for (let i = 0; i < 3; i++) if (back[i]![1] === "d") s += a[i]! * b[i]!;
    return s;
  `), [{ at: [[1, 2, 3], [0, 1.5, 2]] }]);
});

describe("tests that the type checker does not follow", () => {
  trap("of a length", f("x: number, c: { taps?: readonly number[] }", dedent`
    let y = x;
    if (c.taps?.length) y += c.taps.reduce((p, q) => p * q);
    return y * y;
  `), [{ at: [2, { taps: [3, 0.5] }] }, { at: [2, {}] }, { at: [2, { taps: [] }] }]);
});

describe("lists and pairs", () => {
  trap("a list that begins as a pair", f("y0: readonly [number, number], k: number", dedent`
    let y: readonly number[] = y0;
    for (let i = 0; i < 3; i++) y = y.map((v) => v * k + Math.sin(v));
    return y[0]! * y[1]!;
  `), [{ at: [[0.5, 1.5], 0.7] }]);
  trap("an error that is made before it is thrown", f("x: number", dedent`
    const e = new Full(2);
    try {
      if (x > 2) throw e;
      return x * x;
    } catch (e) {
      if (e instanceof Full) return x * e.at * x;
      throw e;
    }
  `, dedent`
    class Full extends Error {
      constructor(readonly at: number) {
        super(\`full at \${at}\`);
      }
    }
  `), [{ at: [1], dx: 2 }, { at: [3], value: 18, dx: 12 }]);
  test.each([
    [
      "of other records",
      "qs: readonly { readonly value: number; readonly unit: string }[], k: number",
      "return qs.reduce((s, q) => s + q.value * q.value * k, 0);",
      "",
    ],
    [
      "of a union",
      "qs: Shape[], k: number",
      dedent`
        let t = 0;
        for (const s of qs) t += k * (s.kind === "a" ? s.r : s.w * s.w);
        return t;
      `,
      'type Shape = { readonly kind: "a"; r: number } | { readonly kind: "b"; w: number };',
    ],
  ])("arrays %s are compared with those of the caller", (_what, parameters, body, before) => {
    const text = f(parameters, body, before).replace("@differentiable", "@differentiable with into"),
      { code, diagnostics } = compile(text);
    expect(diagnostics).toEqual([]);
    expect(showTypeErrors(typeErrors(code, text.length))).toBe("");
  });
});
