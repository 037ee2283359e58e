/** An object that goes where another type is said: with fields more or fewer, with `readonly` or not. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";

const point = "interface Point { x: number; y: number; z?: number }\ninterface Flat { x: number; y: number }";
const p = { x: 1.5, y: 0.5 }, q = { x: 0.7, y: 2, z: 3 };

describe("fields that need not be there", () => {
  trap("of a default", f("p: Point, o: { center?: Point }", "const c = o.center ?? defaults.center;\nreturn (p.x - c.x) * c.y;", `${point}\nconst defaults = { center: { x: 0.1, y: -0.2 } };`), [{ at: [p, {}], value: 1.4 * -0.2 }, { at: [p, { center: q }], dp: { x: 2 } }]);
  trap("of what is chosen", f("p: Point, k: number", "const q: Flat = { x: k, y: 2 };\nconst c: Point = k > 0 ? p : q;\nreturn c.x * c.y + (c.z ?? k);", point), [{ at: [q, 1], value: 4.4 }, { at: [q, -1], value: -3, dk: 3 }]);
  trap("of another parameter", f("p: Point, q: Flat, k: number", "let c: Point = q;\nif (k > 0) c = p;\nreturn c.x * c.y + (c.z ?? 0.2) * k;", point), [{ at: [q, p, 1] }, { at: [q, p, -1] }]);
  trap("of elements", f("p: Point, q: Flat", "const ps: Point[] = [p];\nps.push(q);\nlet s = 0;\nfor (const c of ps) s += c.x * c.y + (c.z ?? 0.2);\nreturn s;", point), [{ at: [q, p] }, { at: [p, p] }]);
  trap("of what a function gives", f("xs: number[]", "let b: Belief = { mean: 0.2, cov: 1 };\nlet ll = 0;\nfor (const x of xs) {\n  if (x < 0) continue;\n  const c = correct(b, x);\n  b = c;\n  ll += c.loglik;\n}\nreturn ll + b.mean ** 2 * b.cov;", "interface Belief { mean: number; cov: number }\nconst correct = (b: Belief, z: number): Belief & { loglik: number } => ({ mean: b.mean + z, cov: z * b.cov, loglik: b.mean * z });"), [{ at: [[1.5, -1, 0.7]] }, { at: [[]] }]);
});

describe("what types have seen is not asked for again", () => {
  const shapes = "type Shape = { kind: \"a\"; r: number } | { kind: \"b\"; w: number };\nfunction never(x: never): never {\n  throw new Error(`shape ${JSON.stringify(x)}`);\n}\nfunction area(s: Shape): number {\n  if (s.kind === \"a\") return s.r * s.r;\n  else if (s.kind === \"b\") return s.w;\n  return never(s);\n}";
  trap("a tag that nothing has", f("s: Shape[], k: number", "return s.reduce((p, q) => p + area(q) * k, 0);", shapes), [{ at: [[{ kind: "a", r: 3 }, { kind: "b", w: 2 }], 0.5], value: 5.5, dk: 11 }]);
});

describe("errors of a class of the program", () => {
  const full = "class Full extends Error {\n  constructor(readonly at: number) {\n    super(`full at ${at}`);\n  }\n}";
  trap("are told from others", f("xs: number[], k: number", "let t = 0;\nfor (let i = 0; i < xs.length; i++) {\n  try {\n    if (i >= 2) throw new Full(i);\n    t += xs[i]! * k;\n  } catch (e) {\n    if (!(e instanceof Full) || e.at > 3) throw e;\n    t += e.at * k * k;\n  }\n}\nreturn t;", full), [{ at: [[1, 2, 3], 0.5], value: 2, dk: 5, dxs: [0.5, 0.5, 0] }]);
  trap("and others are thrown again", f("x: number", "try {\n  try {\n    if (x > 2) throw new Full(1);\n    throw new RangeError(\"x\");\n  } catch (e) {\n    if (e instanceof Full) return x * x;\n    throw e;\n  }\n} catch {\n  return 5 * x;\n}", full), [{ at: [3], dx: 6 }, { at: [1], dx: 5 }]);
});

describe("texts of a list of texts", () => {
  trap("that a loop sets and a table is asked for", f("t0: number, k: number", "const room: Room = { temp: t0, mode: \"idle\", used: 0 };\nfor (let i = 0; i < 6; i++) {\n  room.mode = next(room);\n  const p = power[room.mode];\n  room.temp += 0.1 * (p - k * room.temp);\n  room.used += Math.abs(p) * room.temp;\n}\nreturn room.temp ** 2 + room.used;", "type Mode = \"idle\" | \"heat\" | \"cool\";\ninterface Room { temp: number; mode: Mode; used: number }\nconst power: Record<Mode, number> = { idle: 0, heat: 1.5, cool: -1 };\nfunction next(room: Room): Mode {\n  switch (room.mode) {\n    case \"idle\": return room.temp < 0.4 ? \"heat\" : \"idle\";\n    case \"heat\": return room.temp > 1 ? \"cool\" : \"heat\";\n    case \"cool\": return \"idle\";\n  }\n}"), [{ at: [0.3, 0.5] }, { at: [2, 0.1] }]);
  trap("that a field gives, or its default", f("layers: Layer[], x: number", "let h = x;\nfor (let i = 0; i < layers.length; i++) {\n  const { w, act = \"tanh\" } = layers[i]!;\n  h = w.map((v) => acts(act, v * h)).reduce((a, b) => a + b, 0);\n}\nreturn h;", "interface Layer { w: number[]; act?: \"relu\" | \"tanh\" }\nfunction acts(a: \"relu\" | \"tanh\", v: number): number {\n  return a === \"relu\" ? (v > 0 ? v : 0) : Math.tanh(v);\n}"), [{ at: [[{ w: [0.5, 2] }, { w: [1, -1], act: "relu" }], 0.7] }]);
  trap("in rows that are filled", f("a: number[], b: number[]", "const back: (\"d\" | \"u\" | \"\")[][] = Array.from({ length: 3 }, () => Array(3).fill(\"\"));\nlet s = 0;\nfor (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) back[i]![j] = a[i]! > b[j]! ? \"d\" : \"u\";\nfor (let i = 0; i < 3; i++) if (back[i]![1] === \"d\") s += a[i]! * b[i]!;\nreturn s;"), [{ at: [[1, 2, 3], [0, 1.5, 2]] }]);
});

describe("tests that the type checker does not follow", () => {
  trap("of a length", f("x: number, c: { taps?: readonly number[] }", "let y = x;\nif (c.taps?.length) y += c.taps.reduce((p, q) => p * q);\nreturn y * y;"), [{ at: [2, { taps: [3, 0.5] }] }, { at: [2, {}] }, { at: [2, { taps: [] }] }]);
});

describe("lists and pairs", () => {
  trap("a list that begins as a pair", f("y0: readonly [number, number], k: number", "let y: readonly number[] = y0;\nfor (let i = 0; i < 3; i++) y = y.map((v) => v * k + Math.sin(v));\nreturn y[0]! * y[1]!;"), [{ at: [[0.5, 1.5], 0.7] }]);
  trap("an error that is made before it is thrown", f("x: number", "const e = new Full(2);\ntry {\n  if (x > 2) throw e;\n  return x * x;\n} catch (e) {\n  if (e instanceof Full) return x * e.at * x;\n  throw e;\n}", "class Full extends Error {\n  constructor(readonly at: number) {\n    super(`full at ${at}`);\n  }\n}"), [{ at: [1], dx: 2 }, { at: [3], value: 18, dx: 12 }]);
  test.each([
    ["of other records", "qs: readonly { readonly value: number; readonly unit: string }[], k: number", "return qs.reduce((s, q) => s + q.value * q.value * k, 0);", ""],
    ["of a union", "qs: Shape[], k: number", "let t = 0;\nfor (const s of qs) t += k * (s.kind === \"a\" ? s.r : s.w * s.w);\nreturn t;", "type Shape = { readonly kind: \"a\"; r: number } | { readonly kind: \"b\"; w: number };"],
  ])("arrays %s are compared with those of the caller", (_what, parameters, body, before) => {
    const text = f(parameters, body, before).replace("@differentiable", "@differentiable with into"), { code, diagnostics } = compile(text);
    expect(diagnostics).toEqual([]);
    expect(showTypeErrors(typeErrors(code, text.length))).toBe("");
  });
});
