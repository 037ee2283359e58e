/** Records and short arrays that only the function sees are variables; those that something else may see are not. Every case against dual numbers. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const at = [{ at: [1.5, -0.4, 3] }, { at: [-0.7, 2, 0] }, { at: [0.3, 0.9, -1] }];
const g = (body: string, before = ""): string => f("x: number, y: number, n: number", body, before);
const none = (title: string, text: string): void => test(`${title}: no object is made`, () => {
  expect(compile(text).code.slice(text.length).replaceAll(/\/\/.*/g, "")).not.toMatch(/= (\{ |\[[^\]])/);
});

const turns = g("let q = { w: 1, v: x };\nfor (let i = 0; i < n; i++) q = { w: q.w * y - q.v, v: q.v * y + q.w };\nreturn q.w * q.v;");
const written = g(dedent`
  const p = { a: x, b: y };
  for (let i = 0; i < n; i++) { if (p.a > 1) p.a *= 0.5; else p.b += p.a * p.b; }
  return p.a * p.b;
`);
const pair = g(dedent`
  const m = [x, y] as [number, number];
  m[0] *= m[1];
  const [a, b] = m;
  return a * b + m.length;
`);

describe("objects that are variables", () => {
  for (const [title, text] of [
    ["made anew in each trip", turns],
    ["written in branches of loops", written],
    ["a pair", pair],
  ] as const) {
    none(title, text);
    trap(title, text, at);
  }
  trap("one in another", g(dedent`
    const s = { p: { x, y }, k: 2 };
    s.p.x *= s.k;
    const { p: { x: a, y: b } } = s;
    s.p.y = a;
    return a * b * s.p.y;
  `), at);
  trap("either of two, only read", g(dedent`
    const a = { u: x, v: y }, b = { u: y, v: x * x };
    let c = a;
    if (x > 0) c = b;
    for (let i = 0; i < n; i++) c = c.u > 1 ? { u: c.v, v: c.u } : { u: c.u * 1.5, v: c.v };
    return c.u * c.v + a.u;
  `), at);
  trap("left early, gone on with", g(dedent`
    const p = { a: x, b: y };
    let q = { c: 0 };
    for (let i = 0; i < 4; i++) {
      p.a *= y;
      if (p.a > 2) continue;
      q = { c: q.c + p.a * p.b };
      p.b = q.c;
      if (q.c < -1) break;
    }
    return q.c * p.a + p.b;
  `), at);
  trap("an early return out of loops", g(dedent`
    const p = { a: x };
    let r = { s: y };
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < 2; j++) { p.a *= r.s; if (p.a > 3) return p.a * r.s; r = { s: p.a + r.s }; }
    }
    return p.a * r.s;
  `), at);
  trap("labelled loops and a switch", g(dedent`
    const p = { a: x, b: y };
    outer: for (let i = 0; i < n; i++) {
      for (let j = 0; j < 3; j++) {
        switch ((i + j) % 3) { case 0: p.a *= y; break; case 1: p.b += p.a; continue outer; default: p.a += p.b * 0.1; }
        if (p.a > 4) break outer;
      }
    }
    return p.a * p.b;
  `), at);
  trap("a loop without a condition", g(dedent`
    const p = { a: x * x + 1 };
    let q = [y, 1];
    for (;;) { if (p.a > 5) break; p.a *= 1.7; q = [q[1]! * p.a, q[0]!]; }
    return q[0]! * q[1]! * p.a;
  `), at);
  trap("seen by a callback", g("const p = { a: x };\n[1, 2, 3].forEach((k) => { p.a = p.a * y + k; });\nreturn p.a;"), at);
  trap("elements that are no numbers", g(dedent`
    const p = { on: x > 0, a: x, name: 'p' };
    if (p.on) p.a *= y;
    p.on = !p.on;
    return p.on ? p.a : p.a * 2 + p.name.length;
  `), at);
  trap("fields that change places", g(dedent`
    const p = { a: x, b: y };
    for (let i = 0; i < n; i++) { [p.a, p.b] = [p.b, p.a * 1.1]; }
    const t = p.a; p.a = p.b; p.b = t;
    return p.a * p.a * p.b;
  `), at);
  trap("numbers in objects that are not needed for the derivative", g(dedent`
    const box = { lo: 0, hi: 8 };
    while (box.hi - box.lo > 1) { const mid = (box.lo + box.hi) >> 1; if (mid < n) box.lo = mid; else box.hi = mid; }
    return x * box.lo + y * box.hi;
  `), at);
});

describe("objects that something else may see", () => {
  trap("two names, one of them written", g(dedent`
    const a = { u: x }, b = { u: y };
    const c = x > 0 ? a : b;
    c.u *= 3;
    return a.u * b.u;
  `), at);
  trap("one that becomes another, then written", g(dedent`
    let a = { u: x };
    const b = { u: y };
    for (let i = 0; i < n; i++) { if (i === 1) a = b; a.u *= x + 1; }
    return a.u * b.u;
  `), at);
  trap("stored in an array", g(dedent`
    const a = { u: x }, all = [a, { u: y }];
    all[0]!.u *= y;
    a.u += 1;
    return all[0]!.u * all[1]!.u;
  `), at);
  trap("found under a subscript", g(dedent`
    const a = [x, y, x * y];
    let s = 0;
    for (let i = 0; i < 3; i++) s += a[i]! ** 2;
    a[n > 0 ? 1 : 0]! *= 2;
    return s * a[1]!;
  `), at);
  trap("compared", g(dedent`
    const a = { u: x };
    let b = a;
    if (y > 0) b = { u: x };
    return a === b ? a.u : b.u * 2;
  `), at, { status: "may" });
  trap("perhaps none", g(dedent`
    let best: { u: number } | null = null;
    for (let i = 0; i < n; i++) if (best === null || best.u < x * i) best = { u: x * i + y };
    return best === null ? y : best.u * best.u;
  `), at);
  trap("a field that may be missing", g(dedent`
    const p: { u: number; v?: number } = x > 0 ? { u: x, v: y } : { u: x };
    return p.u * (p.v ?? 3);
  `), at);
  trap("pushed to", g("const a = [x, y];\na.push(a[0]! * a[1]!);\nreturn a[2]! * a.length;"), at);
  trap("past the end", g("const a = [x, y];\nreturn (a[2] ?? x) * a[1]!;"), at);
  trap("given to a recursive function", g(dedent`
    const p = { u: x, v: y };
    return down(p, 3) * p.u;
  `, "function down(p: { u: number; v: number }, k: number): number { if (k === 0) return p.u; p.u *= p.v; return down(p, k - 1) + p.u; }"), at);
  trap("copied, then both written", g(dedent`
    const p = { u: x, v: y }, q = { ...p, v: 2 };
    p.u *= 2;
    q.u *= 3;
    return p.u * q.u + p.v * q.v;
  `), at);
  trap("an argument among them", f("p: { u: number }, y: number", dedent`
    let q = { u: y };
    if (y > 0) q = p;
    return q.u * q.u + p.u;
  `), [{ at: [{ u: 2 }, 1] }, { at: [{ u: 2 }, -1] }]);
});
