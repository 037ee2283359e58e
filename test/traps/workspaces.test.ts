import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/**
 * Arrays that the trips of a loop use one after the other. Where each trip fills them before it reads them, forward and reverse of a trip
 * may stand in one loop; where it only nearly does so, what one trip leaves to the next has a gradient.
 */
const points = [
  { at: [[0.4, -0.7, 1.2, 0.3], 3, 1.1] },
  { at: [[0.4, -0.7], 2, 0.6] },
  { at: [[0.4], 0, 0.6] },
  { at: [[], 2, 0.6] },
  { at: [[0.4, 0.1], 2.5, -0.3] },
  { at: [[0.4, 0.1], 1, -0.3] },
];
/** Where the number makes an array. */
const whole = points.filter(({ at }) => Number.isInteger(at[1]));
const perSample = (trip: string, make = "const w = new Float64Array(4);", after = "return s;"): string =>
  f("xs: number[], n: number, k: number", `${make}\nlet s = 0;\nfor (let t = 0; t < xs.length; t++) {\n${trip}\n}\n${after}`);
const use = "s += w[0]! * w[1]! + Math.sin(w[2]!) * w[3]!;";

describe("arrays filled anew in each trip", () => {
  trap("in a loop", perSample(`for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nfor (let i = 1; i < 4; i++) w[i] *= w[i - 1]! + k;\n${use}`), points);
  trap("one element after the other", perSample(`w[0] = xs[t]!; w[1] = w[0]! * k; w[2] = w[1]! * w[0]!; w[3] = w[2]! + k;\nw[0] *= w[3]!;\n${use}`), points);
  trap("downwards", perSample(`for (let i = 3; i >= 0; i--) w[i] = xs[t]! * k + i;\nw[1] *= w[2]!;\n${use}`), points);
  trap("each from the one before", perSample(`w[0] = xs[t]! * k;\nfor (let i = 1; i < 4; i++) w[i] = w[i - 1]! * k + 1;\nw[1] *= w[2]!;\n${use}`), points);
  trap(
    "an ordinary array",
    perSample(`for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nw[1] *= w[2]!;\n${use}`, "const w = new Array<number>(4).fill(0);"),
    points,
  );
  trap("as long as a number says", perSample(dedent`
    for (let i = 0; i < n; i++) w[i] = xs[t]! * k + i;
    for (let i = 0; i < n; i++) w[i] *= w[i]!;
    for (let i = 0; i < n; i++) s += w[i]! * k;
  `, "const w = new Float64Array(n);"), whole);
  trap("two, the one from the other", perSample(dedent`
    for (let i = 0; i < n; i++) v[i] = xs[t]! * k + i;
    for (let i = 0; i < n; i++) w[i] = v[i]! * v[i]!;
    for (let i = 0; i < n; i++) { w[i] *= k; s += w[i]! * w[i]!; }
  `, "const v = new Float64Array(n), w = new Float64Array(n);"), whole);
  trap("a triangle of differences", perSample(dedent`
    for (let i = 0; i < n; i++) w[i] = xs[t]! * k + i * i;
    for (let r = 1; r < n; r++) for (let i = 0; i < n - r; i++) w[i] = (1 - k) * w[i]! + k * w[i + 1]! * w[i]!;
    s += w[0]!;
  `, "const w = new Float64Array(8);"), points);
  trap("what was made before the loop and is read in it", perSample(dedent`
    for (let i = 0; i < 4; i++) w[i] = v[i]! * xs[t]!;
    w[1] *= w[2]!;

  ` + use, dedent`
    const v = new Float64Array(4), w = new Float64Array(4);
    for (let i = 0; i < 4; i++) v[i] = Math.sin(k + i);
  `), points);
  trap("rows of a part of it", perSample(dedent`
    for (let i = 0; i < 2; i++) { w[i] = xs[t]! + i; w[i + 2] = xs[t]! * k; }
    w[1] *= w[2]!;

  ` + use), points);
});

describe("arrays that hand something to the next trip", () => {
  trap("not filled to the end", perSample(`for (let i = 0; i < 3; i++) w[i] = xs[t]! * k + i;\nw[3] += w[2]! * k;\n${use}`), points);
  trap("not from the beginning", perSample(`for (let i = 1; i < 4; i++) w[i] = xs[t]! * k + i;\nw[0] += w[2]! * k;\n${use}`), points);
  trap("as long as a number says, which may be less", perSample(`for (let i = 0; i < n; i++) w[i] = xs[t]! * k + i;\nw[1] *= w[2]! + 1;\n${use}`), points);
  trap("filled in some trips", perSample(`if (xs[t]! > 0) for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nw[1] += w[2]! * k + 1;\n${use}`), points);
  trap("filling that stops", perSample(`for (let i = 0; i < 4; i++) { if (i > n) break; w[i] = xs[t]! * k + i; }\nw[1] += w[2]! * k + 1;\n${use}`), points);
  trap(
    "filling that leaves out",
    perSample(`for (let i = 0; i < 4; i++) { if (i === 2) continue; w[i] = xs[t]! * k + i; }\nw[2] += w[1]! * k + 1;\n${use}`),
    points,
  );
  trap("read before it is filled", perSample(`s += w[1]! * k;\nfor (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nw[1] *= w[2]!;\n${use}`), points);
  trap("read in the head", f("xs: number[], n: number, k: number", dedent`
    const w = new Float64Array(4);
    let s = 0;
    for (let t = 0; t < xs.length && w[0]! < 1; t++) {
      for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;
      w[1] *= w[2]!;
      s += w[1]! * w[0]!;
    }
    return s;
  `), points);
  trap(
    "read after the loop",
    perSample(`for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nw[1] *= w[2]!;\n${use}`, undefined, "return s * w[1]! + w[0]!;"),
    points,
  );
  trap("used by a second loop", perSample(`for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nw[1] *= w[2]!;\n${use}`, undefined, dedent`
    for (let t = 0; t < 3; t++) { w[t] *= k; s += w[t]! * w[t]!; }
    return s;
  `), points);
  trap("summed into and never cleared", perSample(`for (let i = 0; i < 4; i++) w[i] += xs[t]! * k + i;\n${use}`), points);
  trap("kept by another name", perSample(dedent`
    for (let i = 0; i < 4; i++) w[i] = xs[t]! * last[1]! + k * i;
    last = w;
    w[1] *= w[2]!;

  ` + use, dedent`
    const w = new Float64Array(4);
    let last = new Float64Array([1, 2, 3]);
  `), points);
  trap("exchanged", perSample(dedent`
    for (let i = 0; i < 4; i++) w[i] = xs[t]! * v[i]! + k * i;
    const h = v; v = w; w = h;
    s += v[0]! * v[1]! + w[3]!;
  `, "let v = new Float64Array([1, 2, 3, 4]), w = new Float64Array(4);"), points);
  trap(
    "by whole parts",
    perSample(`for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nconst h = w.slice();\nfor (let i = 0; i < 4; i++) w[i] = h[3 - i]! * h[i]!;\n${use}`),
    points,
  );
  trap("a table that later trips change", perSample(`for (let i = 0; i < 4; i++) w[i] = v[i]! * xs[t]!;\nv[1] += w[2]! * k;\nw[1] *= w[2]!;\n${use}`, dedent`
    const v = new Float64Array(4), w = new Float64Array(4);
    for (let i = 0; i < 4; i++) v[i] = Math.sin(k + i);
  `), points);
  trap("a table that is changed behind the loop", perSample(`for (let i = 0; i < 4; i++) w[i] = v[i]! * xs[t]!;\nw[1] *= w[2]!;\n${use}`, dedent`
    const v = new Float64Array(4), w = new Float64Array(4);
    for (let i = 0; i < 4; i++) v[i] = Math.sin(k + i);
  `, dedent`
    v[0] = v[1]! * v[0]!;
    for (let i = 1; i < 4; i++) { v[i] = v[i - 1]! * v[i]!; s += v[i]!; }
    return s;
  `), points);
});

test("forward and reverse of a trip that fills its arrays stand in one loop", () => {
  const { code } = compile(perSample(`for (let i = 0; i < 4; i++) w[i] = xs[t]! * k + i;\nfor (let i = 1; i < 4; i++) w[i] *= w[i - 1]! + k;\n${use}`));
  expect(code).not.toContain("backward pass");
  expect(code.slice(code.indexOf("grad_f")).match(/new Float64Array\(4\)/g)).toHaveLength(2);
});
