/** An object that goes where another type is said: with fields more or fewer, with `readonly` or not. */
import { describe } from "vitest";
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
