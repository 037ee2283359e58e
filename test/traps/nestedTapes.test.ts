import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

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
  trap("half of a length", f("x: number, a: number[]", "let s = x;\nfor (let k = 0; k < 3; k++) {\n  const h = a.length / 2;\n  for (let j = 0; j < h; j++) s = s * s * 0.5 + x;\n}\nreturn s;"), [{ at: [0.3, [1, 2, 3]] }, { at: [0.3, []] }]);
  trap("a value from a branch", square("for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) if (s > 0.31)"), points);
  trap("a loop that is left", square("for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) { if (s > 0.4) break;", "}\n"), points);
  trap("two in one trip", f("x: number, n: number", "let s = x;\nlet b = false;\nfor (let i = 0; i < n; i++) {\n  for (let j = 0; j < i; j++) {\n    b = s * s > 0.1;\n    s = b ? s * s * x : s + x * j;\n  }\n}\nreturn s;"), [{ at: [0.3, 4] }, { at: [0.9, 3] }]);

  test("are typed arrays that do not grow", () => {
    const { code } = compile(square("for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++)"));
    expect(code).toContain("new Float64Array(");
    expect(code).not.toContain(".push(");
  });
});
