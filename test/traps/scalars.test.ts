/** Records and short arrays that only the function sees are variables; those that something else may see are not. Every case against dual numbers. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

const at = [{ at: [1.5, -0.4, 3] }, { at: [-0.7, 2, 0] }, { at: [0.3, 0.9, -1] }];
const g = (body: string, before = ""): string => f("x: number, y: number, n: number", body, before);
const none = (title: string, text: string): void => test(`${title}: no object is made`, () => {
  expect(compile(text).code.slice(text.length).replaceAll(/\/\/.*/g, "")).not.toMatch(/= (\{ |\[[^\]])/);
});

const turns = g("let q = { w: 1, v: x };\nfor (let i = 0; i < n; i++) q = { w: q.w * y - q.v, v: q.v * y + q.w };\nreturn q.w * q.v;");
const written = g("const p = { a: x, b: y };\nfor (let i = 0; i < n; i++) { if (p.a > 1) p.a *= 0.5; else p.b += p.a * p.b; }\nreturn p.a * p.b;");
const pair = g("const m = [x, y] as [number, number];\nm[0] *= m[1];\nconst [a, b] = m;\nreturn a * b + m.length;");

describe("objects that are variables", () => {
  for (const [title, text] of [["made anew in each trip", turns], ["written in branches of loops", written], ["a pair", pair]] as const) { none(title, text); trap(title, text, at); }
  trap("one in another", g("const s = { p: { x, y }, k: 2 };\ns.p.x *= s.k;\nconst { p: { x: a, y: b } } = s;\ns.p.y = a;\nreturn a * b * s.p.y;"), at);
  trap("either of two, only read", g("const a = { u: x, v: y }, b = { u: y, v: x * x };\nlet c = a;\nif (x > 0) c = b;\nfor (let i = 0; i < n; i++) c = c.u > 1 ? { u: c.v, v: c.u } : { u: c.u * 1.5, v: c.v };\nreturn c.u * c.v + a.u;"), at);
  trap("left early, gone on with", g("const p = { a: x, b: y };\nlet q = { c: 0 };\nfor (let i = 0; i < 4; i++) {\n  p.a *= y;\n  if (p.a > 2) continue;\n  q = { c: q.c + p.a * p.b };\n  p.b = q.c;\n  if (q.c < -1) break;\n}\nreturn q.c * p.a + p.b;"), at);
  trap("an early return out of loops", g("const p = { a: x };\nlet r = { s: y };\nfor (let i = 0; i < n; i++) {\n  for (let j = 0; j < 2; j++) { p.a *= r.s; if (p.a > 3) return p.a * r.s; r = { s: p.a + r.s }; }\n}\nreturn p.a * r.s;"), at);
  trap("labelled loops and a switch", g("const p = { a: x, b: y };\nouter: for (let i = 0; i < n; i++) {\n  for (let j = 0; j < 3; j++) {\n    switch ((i + j) % 3) { case 0: p.a *= y; break; case 1: p.b += p.a; continue outer; default: p.a += p.b * 0.1; }\n    if (p.a > 4) break outer;\n  }\n}\nreturn p.a * p.b;"), at);
  trap("a loop without a condition", g("const p = { a: x * x + 1 };\nlet q = [y, 1];\nfor (;;) { if (p.a > 5) break; p.a *= 1.7; q = [q[1]! * p.a, q[0]!]; }\nreturn q[0]! * q[1]! * p.a;"), at);
  trap("seen by a callback", g("const p = { a: x };\n[1, 2, 3].forEach((k) => { p.a = p.a * y + k; });\nreturn p.a;"), at);
  trap("elements that are no numbers", g("const p = { on: x > 0, a: x, name: 'p' };\nif (p.on) p.a *= y;\np.on = !p.on;\nreturn p.on ? p.a : p.a * 2 + p.name.length;"), at);
  trap("fields that change places", g("const p = { a: x, b: y };\nfor (let i = 0; i < n; i++) { [p.a, p.b] = [p.b, p.a * 1.1]; }\nconst t = p.a; p.a = p.b; p.b = t;\nreturn p.a * p.a * p.b;"), at);
  trap("numbers in objects that are not needed for the derivative", g("const box = { lo: 0, hi: 8 };\nwhile (box.hi - box.lo > 1) { const mid = (box.lo + box.hi) >> 1; if (mid < n) box.lo = mid; else box.hi = mid; }\nreturn x * box.lo + y * box.hi;"), at);
});

describe("objects that something else may see", () => {
  trap("two names, one of them written", g("const a = { u: x }, b = { u: y };\nconst c = x > 0 ? a : b;\nc.u *= 3;\nreturn a.u * b.u;"), at);
  trap("one that becomes another, then written", g("let a = { u: x };\nconst b = { u: y };\nfor (let i = 0; i < n; i++) { if (i === 1) a = b; a.u *= x + 1; }\nreturn a.u * b.u;"), at);
  trap("stored in an array", g("const a = { u: x }, all = [a, { u: y }];\nall[0]!.u *= y;\na.u += 1;\nreturn all[0]!.u * all[1]!.u;"), at);
  trap("found under a subscript", g("const a = [x, y, x * y];\nlet s = 0;\nfor (let i = 0; i < 3; i++) s += a[i]! ** 2;\na[n > 0 ? 1 : 0]! *= 2;\nreturn s * a[1]!;"), at);
  trap("compared", g("const a = { u: x };\nlet b = a;\nif (y > 0) b = { u: x };\nreturn a === b ? a.u : b.u * 2;"), at, { status: "may" });
  trap("perhaps none", g("let best: { u: number } | null = null;\nfor (let i = 0; i < n; i++) if (best === null || best.u < x * i) best = { u: x * i + y };\nreturn best === null ? y : best.u * best.u;"), at);
  trap("a field that may be missing", g("const p: { u: number; v?: number } = x > 0 ? { u: x, v: y } : { u: x };\nreturn p.u * (p.v ?? 3);"), at);
  trap("pushed to", g("const a = [x, y];\na.push(a[0]! * a[1]!);\nreturn a[2]! * a.length;"), at);
  trap("past the end", g("const a = [x, y];\nreturn (a[2] ?? x) * a[1]!;"), at);
  trap("given to a recursive function", g("const p = { u: x, v: y };\nreturn down(p, 3) * p.u;", "function down(p: { u: number; v: number }, k: number): number { if (k === 0) return p.u; p.u *= p.v; return down(p, k - 1) + p.u; }"), at);
  trap("copied, then both written", g("const p = { u: x, v: y }, q = { ...p, v: 2 };\np.u *= 2;\nq.u *= 3;\nreturn p.u * q.u + p.v * q.v;"), at);
  trap("an argument among them", f("p: { u: number }, y: number", "let q = { u: y };\nif (y > 0) q = p;\nreturn q.u * q.u + p.u;"), [{ at: [{ u: 2 }, 1] }, { at: [{ u: 2 }, -1] }]);
});
