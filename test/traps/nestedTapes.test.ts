import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** What is recorded in nested loops goes on a tape as long as the product of the trips: every way to bound them, and bounds that are no trips. */
const square = (loops: string, more = ""): string => f("x: number, n: number, m: number", `let s = x;\n${loops} s = s * s * 0.5 + x;\n${more}return s;`);
const points = [[0.3, 3, 2], [0.3, 2.5, 1.5], [0.3, 0, 4], [0.3, 4, -1], [0.3, -2, -3], [0.3, 1, 5]].map((at) => ({ at }));

describe("tapes of nested loops", () => {
  trap("a rectangle", square("for (let i = 0; i < n; i++) for (let j = 0; j < m; j++)"), points);
  trap("both ends inclusive", square("for (let i = 1; i <= n; i++) for (let j = -1; j <= m; j++)"), points);
  trap("a triangle", square("for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++)"), points);
  trap("the other triangle", square("for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++)"), points);
  trap("from an end that is no integer down", square("for (let i = n - 1; i >= 0; i--) for (let j = 0; j <= i; j++)"), points);
  trap("down, down", square("for (let i = Math.floor(n); i > 0; i--) for (let j = i; j > 1; j--)"), points);
  trap("down under a fraction", square("for (let i = n; i > 1; i--) for (let j = 3; j >= 0; j--)"), points);
  trap("a pyramid", square("for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) for (let k = j; k < i; k++)"), [...points, { at: [0.3, 5, 0] }]);
  trap("twice the counter", square("for (let i = 0; i < n; i++) for (let j = 0; j < i * 2; j++)"), points);
  trap("half of a length", f("x: number, a: number[]", dedent`
    let s = x;
    for (let k = 0; k < 3; k++) {
      const h = a.length / 2;
      for (let j = 0; j < h; j++) s = s * s * 0.5 + x;
    }
    return s;
  `), [{ at: [0.3, [1, 2, 3]] }, { at: [0.3, []] }]);
  trap("a value from a branch", square("for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) if (s > 0.31)"), points);
  trap("a loop that is left", square("for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) { if (s > 0.4) break;", "}\n"), points);
  trap("two in one trip", f("x: number, n: number", dedent`
    let s = x;
    let b = false;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        b = s * s > 0.1;
        s = b ? s * s * x : s + x * j;
      }
    }
    return s;
  `), [{ at: [0.3, 4] }, { at: [0.9, 3] }]);

  trap("one loop, by a number that may be no number", f("x: number, n: number", dedent`
    let s = x;
    for (let i = 0; i < n; i++) s = s * s * 0.5 + x;
    return s;
  `), [...points.map(({ at }) => ({ at: at.slice(0, 2) })), { at: [0.3, NaN] }, { at: [0.3, -1e300] }]);
  trap("one loop, by a rounded number that may be no number", f("x: number, n: number", dedent`
    const m = Math.floor(n);
    let s = x;
    for (let i = 1; i <= m; i++) s = s * s * 0.5 + x * i;
    return s;
  `), [{ at: [0.3, 3.7] }, { at: [0.3, NaN] }, { at: [0.3, -4] }]);
  const starts = [[0.3, 4], [0.3, 3.5], [0.3, 0], [0.3, 0.25], [0.3, -0.5], [0.3, -3], [0.3, NaN], [0.3, 1], [0.3, 2 - 2 ** -52]].map((at) => ({ at }));
  for (const [name, head] of [
    ["to 0", "let k = n - 1; k >= 0; k--"],
    ["above 0", "let k = n; k > 0; k--"],
    ["to 1", "let k = n; k >= 1; k -= 1"],
    ["above 2, said the other way", "let k = n; 2 < k; --k"],
  ] as const) {
    trap(`one loop down from any number ${name}`, f("x: number, n: number", `let s = x;\nfor (${head}) s = s * s * 0.5 + k * x;\nreturn s;`), starts);
    trap(
      `down from any number ${name}, left early`,
      f("x: number, n: number", `let s = x;\nfor (${head}) { if (s > 0.6) break; s = s * s * 0.5 + k * x; }\nreturn s;`),
      starts,
    );
  }
  trap("a countdown of while, the counter used behind it", f("x: number, n: number", dedent`
    let s = x, i = n;
    while (i > 0) { s = s * s * 0.5 + x * i; i--; }
    return s * i;
  `), starts);
  trap("a countdown from an active number", f("x: number", dedent`
    let s = x;
    for (let k = x * 3; k > 0; k--) s = s * s * 0.5 + k;
    return s;
  `), [{ at: [1.1] }, { at: [0.2] }, { at: [-1] }]);
  trap("a countdown in a countdown", f("x: number, n: number", dedent`
    let s = x;
    for (let i = n; i > 0; i--) { let t = s; for (let k = i; k > 0; k--) t = t * t * 0.5 + x; s = t * s + k0(i); }
    return s;
    function k0(a: number): number { return a * 0.1; }
  `), starts);

  const ends = [[0.3, 5, 1], [0.3, 5.5, 2.25], [0.3, 1, 0], [0.3, 0, 0], [0.3, -3, 2], [0.3, 7 - 2 ** -50, 3]].map((at) => ({ at }));
  for (const [outer, inner] of [
    ["let i = 0; i < n; i++", "let j = 0; j < i + 2; j++"],
    ["let i = 1; i <= n; i++", "let j = 1; j <= i; j++"],
    ["let i = 1; i < n; i++", "let j = i - 1; j >= 0; j--"],
    ["let i = 0; i <= n; i++", "let j = i; j <= n; j++"],
    ["let i = 0; i < n; i++", "let j = n - 1; j > i; j--"],
    ["let i = 2; i < n - 1; i++", "let j = i + 2; j <= n; j++"],
    ["let i = n - 2; i > 0; i--", "let j = 1; j < i; j++"],
    ["let i = n; i >= 1; i--", "let j = i; j >= 0; j--"],
    ["let i = 1; i < n; i++", "let j = 0; j < n - i; j++"],
    ["let i = 0; i < n; i++", "let j = 1; j <= n - i; j++"],
    ["let i = 1; i <= n; i++", "let j = n - i; j >= 0; j--"],
    ["let i = 2; i < n; i++", "let j = 0; j < n - 1 - i + 2; j++"],
    ["let i = 0; i < n + 5; i++", "let j = 0; j < n - i; j++"],
    ["let i = -2; i < n; i++", "let j = 0; j < n - i; j++"],
    ["let i = n - 1; i >= 1; i--", "let j = 0; j < n - i; j++"],
    ["let i = 0; i < m; i++", "let j = 0; j < n - i; j++"],
    ["let i = 0; i < n; i++", "let j = 0; j < m - i; j++"],
    ["let i = -2; i < n; i++", "let j = 0; j <= i; j++"],
    ["let i = 0; i < n + 3; i++", "let j = i; j < n; j++"],
    ["let i = m; i < n; i++", "let j = 0; j <= i; j++"],
    ["let i = 0; i < n; i++", "let j = 0; j < n - i; j++"],
  ] as const)
    trap(`of rows that differ by one: ${outer}, ${inner}`, square(`for (${outer}) for (${inner})`), ends);

  for (const [outer, inner] of [
    ["let i = 1; i < n; i++", "let j = 0; j < n - i; j++"],
    ["let i = 0; i < n; i++", "let j = 0; j <= i; j++"],
    ["let i = 0; i < n; i++", "let j = i + 1; j < n; j++"],
    ["let i = n; i > 0; i--", "let j = 0; j < i; j++"],
  ] as const) {
    trap(
      `one for each trip of a loop around them: ${outer}, ${inner}`,
      square(`for (let t = 0; t < m; t++) for (${outer}) for (${inner})`),
      [
        [0.3, 5, 2],
        [0.3, 4.5, 1.5],
        [0.3, 1, 3],
        [0.3, 0, 2],
        [0.3, -2, 2],
        [0.3, 3, 0],
      ].map((at) => ({ at })),
    );
  }
  trap("arrays that each trip makes as long as they were", f("x: number[], n: number", dedent`
    let v = x.slice();
    let m = 0;
    for (let t = 0; t < n; t++) {
      v = v.map((_, j) => { let best = 0.1; for (let i = 0; i < v.length; i++) best = Math.max(best, v[i]! * v[j]!); return best + 0.3; });
      m += v[0] ?? 0;
    }
    return m;
  `), [{ at: [[0.3, 0.7, -0.2], 3] }, { at: [[0.3], 2.5] }, { at: [[], 2] }, { at: [[0.4, 1], 0] }]);
  trap("arrays that some trips make longer", f("x: number[], n: number", dedent`
    let v = x.slice();
    let m = 0;
    for (let t = 0; t < n; t++) {
      v = t % 2 === 0 ? [...v, 0.2] : v.map((a) => a * a);
      for (let i = 0; i < v.length; i++) m = m * m * 0.5 + v[i]!;
    }
    return m;
  `), [{ at: [[0.3, 0.7, -0.2], 5] }, { at: [[], 2] }]);

  for (const inner of [
    "let j = i - 1; j <= i + 1; j++",
    "let j = i; j < i + 3; j++",
    "let j = i + 2; j > i - 2; j--",
    "let j = i - m; j <= i + m; j++",
    "let j = i + 2; j < i; j++",
    "let j = -i; j < i; j++",
  ]) {
    trap(`a window: ${inner}`, square(`for (let i = 0; i < n; i++) for (${inner})`), ends);
    trap(`a window that goes down: ${inner}`, square(`for (let i = n; i > -2; i--) for (${inner})`), ends);
    trap(`a window in a loop: ${inner}`, square(`for (let k = 0; k < 2; k++) for (let i = 1; i <= n; i++) for (${inner})`), ends);
  }
  test("are as wide as a window that moves", () => {
    const { code } = compile(f("x: number[], w: number[]", dedent`
      const v = x.slice();
      let s = 0;
      for (let i = 1; i < x.length - 1; i++) {
        for (let j = i - 1; j <= i + 1; j++) v[i] = v[i]! * v[j]! * w[j]!;
        s += v[i]!;
      }
      return s;
    `));
    expect(code).toContain("const entries = Math.max(0, 3 * (x.length - 2));\n");
  });

  test("are half as long where rows differ by one", () => {
    const { code } = compile(f("x: number[]", dedent`
      const v = x.slice();
      const n = x.length;
      let s = 0;
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) { v[j] = Math.sin(v[j]! * v[i]!); s += v[j]!; }
      return s;
    `));
    expect(code).toContain("const entries = Math.max(0, (row * (row + 1)) / 2);\n");
  });

  test("are arrays that do not grow", () => {
    const { code } = compile(square("for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++)"));
    expect(code).toContain("new Array<number>(");
    expect(code).not.toContain(".push(");
  });
});
