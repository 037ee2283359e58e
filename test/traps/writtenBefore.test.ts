/** What was written to a place a moment ago stands for what is read from it: where the place exists, and holds all of it. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const tapes = (text: string): number =>
  new Set(
    compile(text)
      .code.slice(text.length)
      .match(/\b(?:tape\d*|\w+_\d*)(?= = (?:entries\d* < \d+ \? )?new |: [^=]*= \[\])/g),
  ).size;

const american = (kind: string): string =>
  f(
    "s: number, k: number, u: number, n: number",
    `const p = ${kind}(n + 1)${kind.endsWith("Array") ? "" : ".fill(0)"}, v = ${kind}(n + 1)${kind.endsWith("Array") ? "" : ".fill(0)"};
for (let i = 0; i <= n; i++) { p[i] = s + i; v[i] = Math.max(k - p[i]!, 0); }
for (let t = n - 1; t >= 0; t--) {
  for (let i = 0; i <= t; i++) {
    p[i] = p[i]! * u;
    v[i] = 0.4 * v[i + 1]! + 0.5 * v[i]!;
    const now = k - p[i]!;
    if (now > v[i]!) v[i] = now;
  }
}
return v[0]!;`,
  );
const americanAt = [{ at: [1, 4.5, 1.1, 3] }, { at: [1, 2.4, 1.2, 5] }, { at: [1, 2.4, 1.1, 0] }];

describe("read where it was just written", () => {
  for (const kind of ["new Float64Array", "new Array<number>"]) {
    test(`a tree whose nodes are compared and overwritten, ${kind}: two on tapes`, () => { expect(tapes(american(kind))).toBe(2); });
    trap(`a tree whose nodes are compared and overwritten, ${kind}`, american(kind), americanAt);
  }
  trap("a tree whose number of steps is no integer", american("new Float64Array"), [{ at: [1, 4.5, 1.1, 3.5] }, { at: [1, 2.4, 1.2, 4.75] }], {
    oracle: false,
  });
  trap("a place that is not there", f("x: number, n: number, m: number", dedent`
    const a = new Float64Array(m), b = new Float64Array(m);
    let s = x;
    for (let t = 0; t < 2; t++) for (let i = 0; i < n; i++) {
      b[i] = i + 1 - t;
      if (b[i]! > 0) s = Math.sin(s * x) + 0.5;
      b[i] = -1;
    }
    return s + a.length;
  `), [{ at: [0.7, 5, 5] }, { at: [0.7, 5, 2] }, { at: [0.7, 2, 5] }]);
  trap("a place at a length that is cut", f("x: number, m: number", dedent`
    const b = new Float64Array(m);
    let s = x;
    for (let t = 0; t < 2; t++) for (let i = 0; i < m; i++) {
      b[i] = i + 1 - t;
      if (b[i]! > 0) s = Math.sin(s * x) + 0.5;
      b[i] = -1;
    }
    return s;
  `), [{ at: [0.7, 3] }, { at: [0.7, 3.5] }], { oracle: false });
  trap("another place of the same array in between", f("x: number, k: number", dedent`
    const a = [x, x * 2, 3, 4];
    let s = 0;
    for (let t = 0; t < 2; t++) for (let i = 0; i < 3; i++) {
      a[i] = Math.sin(a[i]! * x);
      a[k] = a[i]! * 2 + 1;
      s += a[i]! * a[i]!;
      a[i] = s;
    }
    return s + a[1]!;
  `), [{ at: [0.7, 0] }, { at: [0.7, 1] }, { at: [0.7, 3] }]);
  trap("written in one arm only", f("x: number, n: number", dedent`
    const a = [x, 2, 3, 4];
    let s = 0;
    for (let t = 0; t < n; t++) for (let i = 0; i < 3; i++) {
      if (i > t) a[i] = Math.sin(s + x);
      s += a[i]! * a[i + 1]! * x;
      if (s > 1) { s *= a[i]!; a[i] = s * x; }
      a[i + 1] = Math.cos(s);
    }
    return s;
  `), [{ at: [0.7, 1] }, { at: [0.7, 3] }, { at: [0.7, 0] }]);
  trap("another array that may be the same", f("xs: number[], c: number", dedent`
    const y = xs.slice(), z = c > 0 ? y : xs.slice();
    let s = 0;
    for (let t = 0; t < 2; t++) for (let i = 0; i < 3; i++) {
      y[i] = Math.sin(y[i]! + t);
      z[i] = s + 2;
      s += y[i]! * y[i]!;
      y[i] = s;
    }
    return s + z[1]!;
  `), [{ at: [[1, 2, 0.5], 1] }, { at: [[1, 2, 0.5], -1] }]);
  trap("numbers of fewer bits", f("x: number", dedent`
    const a = new Float32Array(4);
    let s = 0;
    for (let t = 0; t < 2; t++) for (let i = 0; i < 4; i++) {
      a[i] = x * (i + 1) + a[i]!;
      s += a[i]! * a[i]!;
      if (a[i]! > 1.5) a[i] = s;
    }
    return s;
  `), [{ at: [0.7] }], { oracle: false });
  trap("fields of records", f("xs: number[], k: number", dedent`
    const ps = xs.map((x) => ({ x, v: 0.1 }));
    let s = 0;
    for (let t = 0; t < 3; t++) for (const p of ps) {
      p.v = Math.sin(p.x * k) + p.v;
      s += p.v * p.v;
      p.x += p.v;
      if (p.x > 1) p.x = p.x * p.v;
    }
    return s;
  `), [{ at: [[1, 0.2, -0.5], 0.7] }]);
});
