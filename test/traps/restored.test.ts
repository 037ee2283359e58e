/** Elements that are overwritten and put back in the reverse sweep instead of being recorded at each read. Every case against dual numbers. */
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
const records = (title: string, text: string, count: number): void => test(`${title}: ${count} on tapes`, () => { expect(tapes(text)).toBe(count); });

const points = [[1.5, 2, -0.5, 0.75]];
const at = [{ at: points }];
const copy = "const y = xs.slice();\n";
const end = "\nreturn y[0]! * y[1]! * y[2]! + y[3]!;";
const tree = f(
  "xs: number[], u: number",
  `${copy}for (let n = 3; n > 0; n--) for (let j = 0; j < n; j++) y[j] = Math.max(u * y[j + 1]! * y[j]!, y[j]!);\nreturn y[0]!;`,
);
const casteljau = f("xs: number[], t: number", dedent`
  const p = xs.map((x, i) => ({ x, y: x * i }));
  for (let left = p.length - 1; left > 0; left--) {
    for (let i = 0; i < left; i++) {
      const a = p[i]!, b = p[i + 1]!;
      a.x = (1 - t) * a.x + t * b.x * b.y;
      a.y = (1 - t) * a.y + t * b.y;
    }
  }
  return p[0]!.x + p[0]!.y;
`);

describe("put back instead of recorded", () => {
  records("a tree in one array", tree, 1);
  trap("a tree in one array", tree, [{ at: [points[0], 0.8] }, { at: [[1, 1, 1, 1], 1] }]);
  records("points moved in place", casteljau, 2);
  trap("points moved in place", casteljau, [{ at: [points[0], 0.3] }, { at: [[2], 0.3] }]);
  trap(
    "neighbours on both sides, many times",
    f("xs: number[], n: number", `${copy}for (let k = 0; k < n; k++) for (let i = 1; i < 3; i++) y[i] = Math.sin(y[i - 1]! * y[i + 1]! * y[i]!);${end}`),
    [{ at: [points[0], 3] }, { at: [points[0], 0] }, { at: [points[0], -1] }, { at: [points[0], NaN] }],
  );
});

describe("what must not be read too late, or too early", () => {
  trap(
    "written twice in a trip",
    f(
      "xs: number[]",
      `${copy}for (let i = 0; i < 3; i++) { y[i] = y[i]! * y[i + 1]!; y[i] = y[i]! * y[i + 1]! + y[0]!; y[i + 1] = Math.sin(y[i]! * y[i + 1]!); }${end}`,
    ),
    at,
  );
  trap(
    "under subscripts that may be equal",
    f("xs: number[], k: number", `${copy}for (let i = 0; i < 4; i++) { const a = y[k]! * y[i]!; y[i] = Math.sin(a * y[3 - i]!); y[k]! *= y[i]! + a; }${end}`),
    [{ at: [points[0], 0] }, { at: [points[0], 2] }],
  );
  trap(
    "in a branch",
    f(
      "xs: number[]",
      `${copy}for (let i = 0; i < 3; i++) { if (y[i]! > 0) { y[i + 1] = Math.sin(y[i]! * y[i + 1]!); } else { y[i] = y[i + 1]! * y[i]!; } y[i]! *= y[i + 1]!; }${end}`,
    ),
    [...at, { at: [[-1, 2, -3, 0.5]] }],
  );
  trap(
    "in nested branches and loops of no trips",
    f(
      "xs: number[], n: number",
      `${copy}for (let i = 0; i < 3; i++) { const b = y[i + 1]! * y[i]!; for (let k = 0; k < n; k++) { if (b > y[k]!) y[k] = Math.cos(b * y[k]!) * y[i]!; } y[i + 1] = b * y[i]!; }${end}`,
    ),
    [{ at: [points[0], 3] }, { at: [points[0], 0] }, { at: [points[0], -2] }],
  );
  trap(
    "a loop that is left",
    f("xs: number[]", `${copy}for (let i = 0; i < 3; i++) { y[i] = y[i]! * y[i + 1]!; if (y[i]! > 2.5) break; y[i + 1] = Math.sin(y[i]! * y[i + 1]!); }${end}`),
    [...at, { at: [[2, 2, 2, 2]] }],
  );
  trap(
    "a trip that ends early",
    f(
      "xs: number[]",
      `${copy}for (let t = 0; t < 2; t++) for (let i = 0; i < 3; i++) { y[i] = y[i]! * y[i + 1]!; if (y[i]! > 2.5) continue; y[i + 1] = Math.sin(y[i]! * y[i + 1]!); }${end}`,
    ),
    [...at, { at: [[2, 2, 2, 2]] }],
  );
  trap(
    "an early return",
    f(
      "xs: number[], n: number",
      `${copy}for (let t = 0; t < n; t++) { for (let i = 0; i < 3; i++) y[i] = Math.sin(y[i]! * y[i + 1]!); if (y[0]! < 0.2) return y[0]! * y[1]!; }${end}`,
    ),
    [{ at: [points[0], 4] }, { at: [points[0], 1] }],
  );
  trap(
    "another name for the array",
    f(
      "xs: number[], c: number",
      `${copy}const z = c > 0 ? y : [1, 2, 3, 4];\nfor (let t = 0; t < 2; t++) for (let i = 1; i < 4; i++) { y[i]! *= Math.sin(z[3 - i]! * y[i - 1]!); z[i]! *= y[i]!; }${end}`,
    ),
    [{ at: [points[0], 1] }, { at: [points[0], -1] }],
  );
  trap(
    "arrays that change places",
    f(
      "xs: number[], n: number",
      `let a = xs.slice(), b = xs.map((x) => x + 1);\nfor (let t = 0; t < n; t++) { for (let i = 1; i < 4; i++) a[i] = Math.sin(a[i]! * b[i - 1]! * a[i - 1]!); const c = a; a = b; b = c; }\nreturn a[1]! * b[2]! + a[3]!;`,
    ),
    [{ at: [points[0], 3] }, { at: [points[0], 0] }],
  );
  trap("made anew in each trip", f("xs: number[], n: number", dedent`
    let s = 0;
    for (let t = 0; t < n; t++) {
      const y = xs.map((x) => x * (s + 1));
      for (let k = 0; k < 2; k++) for (let i = 0; i < 3; i++) y[i] = Math.sin(y[i]! * y[i + 1]!) + y[i + 1]!;
      s += y[0]! * y[3]!;
    }
    return s;
  `), [{ at: [points[0], 3] }, { at: [points[0], 0] }]);
  trap("summed up in a loop that is reversed at once", f("xs: number[], n: number", dedent`
    let s = 0;
    for (let t = 0; t < n; t++) {
      const y = xs.map((x) => x * t);
      for (let k = 0; k < 2; k++) for (let i = 0; i < 3; i++) y[i] = Math.sin(y[i]! * y[i + 1]!) + y[i + 1]!;
      s += y[0]! * y[3]!;
    }
    return s;
  `), [{ at: [points[0], 3] }, { at: [points[0], 0] }]);
  trap("the argument itself is not touched again", f("xs: number[]", dedent`
    for (let t = 0; t < 2; t++) for (let i = 0; i < 3; i++) xs[i] = Math.sin(xs[i]! * xs[i + 1]!);
    return xs[0]! * xs[1]! + xs[3]!;
  `), at);
  trap("rows of an argument in a container of one's own", f("m: number[][]", dedent`
    const rows = [m[0]!, m[1]!.slice()];
    for (let t = 0; t < 2; t++) for (let i = 0; i < 2; i++) rows[1]![i] = Math.sin(rows[0]![i]! * rows[1]![1 - i]! * rows[1]![i]!);
    return rows[1]![0]! * rows[1]![1]!;
  `), [{ at: [[[1, 2], [0.5, 0.25]]] }]);
  trap(
    "a callee that writes",
    f(
      "xs: number[]",
      `${copy}for (let t = 0; t < 3; t++) turn(y, t);${end}`,
      "function turn(y: number[], t: number): void { for (let i = 0; i < 3; i++) y[i] = Math.sin(y[i]! * y[i + 1]!) * (t + 1); }",
    ),
    at,
  );
  trap(
    "a recursive callee that writes",
    f(
      "xs: number[]",
      `${copy}turn(y, 3);\nfor (let i = 0; i < 3; i++) y[i]! *= y[i + 1]! * y[i]!;${end}`,
      "function turn(y: number[], t: number): void { if (t === 0) return; for (let i = 0; i < 3; i++) y[i] = Math.sin(y[i]! * y[i + 1]!); turn(y, t - 1); }",
    ),
    at,
  );
  trap("single precision and a counter beside it", f("xs: number[]", dedent`
    const y = Float32Array.from(xs), seen = new Int32Array(4);
    for (let t = 0; t < 2; t++) for (let i = 0; i < 3; i++) { seen[i]! += 1; y[i] = y[i]! * y[i + 1]! * seen[i]!; }
    return y[0]! * y[1]! + y[2]! * y[3]!;
  `), [{ at: [[1.5, 2, -0.5, 0.75]] }], { oracle: false });
  trap(
    "flags that are overwritten",
    f(
      "xs: number[]",
      `${copy}const on = [true, false, true, false];\nfor (let t = 0; t < 3; t++) for (let i = 0; i < 3; i++) { if (on[i]!) y[i] = Math.sin(y[i]! * y[i + 1]!); on[i] = !on[i]!; }${end}`,
    ),
    at,
  );
  trap(
    "a spread of what is overwritten",
    f(
      "xs: number[]",
      `${copy}let s = 0;\nfor (let t = 0; t < 3; t++) { s += Math.hypot(...y); for (let i = 0; i < 3; i++) y[i] = Math.sin(y[i]! * y[i + 1]!) + 1; }\nreturn s * y[0]!;`,
    ),
    at,
  );
  trap(
    "a spread of what is made and overwritten in the trip",
    f(
      "xs: number[]",
      `let s = 0;\nfor (let t = 0; t < 3; t++) { const y = xs.map((x) => x * (t + 1)); s += Math.hypot(...y); y[0] = 9; y[1]! *= y[0]!; s += y[1]! * y[2]!; }\nreturn s;`,
    ),
    at,
  );
  trap("a spread of what is pushed to", f("xs: number[]", `${copy}const a = Math.hypot(...y);\ny.push(a);\nreturn Math.hypot(...y) * a;`), at);
  trap(
    "infinite and missing numbers",
    f("xs: number[]", `${copy}for (let t = 0; t < 2; t++) for (let i = 0; i < 3; i++) y[i] = Math.max(y[i]! * y[i + 1]!, y[i]!);\nreturn y[0]!;`),
    [{ at: [[1, 2, 3, 4]] }, { at: [[-0, 0, 1, 2]] }],
  );
});
