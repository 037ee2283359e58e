/** Arrays made without values that the program fills: numbers from then on, whatever is done with them. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, verify, type Case } from "./trap.ts";

const at: readonly Case[] = [{ at: [[0.5, -1.2, 0.7, 0.3]] }];

/** Right, and `absent` says whether the text asks for elements that are missing. */
function filled(title: string, text: string, cases: readonly Case[], absent = false): void {
  test(title, () => {
    verify(text, cases);
    const generated = compile(text).code.slice(text.length);
    if (absent) expect(generated).toContain("undefined");
    else expect(generated).not.toContain("undefined");
  });
}

describe("seen to be filled", () => {
  filled("by one loop", f("r: number[]", "const n = r.length;\nconst y: number[] = new Array(n);\nfor (let i = 0; i < n; i++) y[i] = Math.sin(r[i]!);\nreturn y.reduce((s, v) => s + v * v, 0);"), at);
  filled("up to its own length", f("r: number[]", "const y = new Array<number>(r.length);\nfor (let i = 0; i < y.length; i++) {\n  const t = r[i]! * 2;\n  y[i] = t * t;\n}\nlet s = 0;\nfor (const v of y) s += v * s + v;\nreturn s;"), at);
  filled("first elements, then a loop that reads them", f("r: number[]", "const n = r.length;\nconst y: number[] = new Array(n);\ny[0] = r[0]! * 2;\ny[1] = r[1]!;\nfor (let i = 2; i < n; i++) y[i] = y[i - 1]! * r[i]! + y[i - 2]!;\nreturn y.map((v) => v * v).reduce((s, v) => s + v, 0) + Math.max(...y);"), at);
  filled("as many as the text says", f("x: number", "const y = new Array<number>(3);\nfor (let k = 0; k < 3; k++) y[k] = x ** (k + 1);\nconst [a, b, c] = y;\nreturn a! * b! + c! * y.length;"), [{ at: [1.3] }]);
});

describe("not seen to be", () => {
  filled("an element too few at the front", f("r: number[]", "const n = r.length;\nconst y: number[] = new Array(n);\nfor (let i = 1; i < n; i++) y[i] = r[i]! * r[i]!;\nlet s = 0;\nfor (const v of y) if (v !== undefined) s += v;\nreturn s;"), at, true);
  filled("a loop that is left", f("r: number[]", "const n = r.length;\nconst y: number[] = new Array(n);\nfor (let i = 0; i < n; i++) {\n  if (r[i]! > 0.6) break;\n  y[i] = r[i]! * r[i]!;\n}\nlet s = 0;\nfor (const v of y) if (v !== undefined) s += v;\nreturn s;"), at, true);
  filled("a trip without", f("r: number[]", "const n = r.length;\nconst y: number[] = new Array(n);\nfor (let i = 0; i < n; i++) {\n  if (r[i]! < 0) continue;\n  y[i] = r[i]! * r[i]!;\n}\nlet s = 0;\nfor (const v of y) if (v !== undefined) s += v;\nreturn s;"), at, true);
  filled("a length that changes", f("r: number[]", "let n = r.length;\nconst y: number[] = new Array(n);\nn = 2;\nfor (let i = 0; i < n; i++) y[i] = r[i]! * r[i]!;\nlet s = 0;\nfor (const v of y) if (v !== undefined) s += v;\nreturn s;"), at, true);
  filled("another counter", f("r: number[]", "const n = r.length;\nconst y: number[] = new Array(n);\nfor (let i = 0; i < n; i++) {\n  y[i] = r[i]! * r[i]!;\n  i++;\n}\nlet s = 0;\nfor (const v of y) if (v !== undefined) s += v;\nreturn s;"), at, true);
});

describe("holes", () => {
  filled("methods with callbacks pass over them", f("x: number, y: number", "const a = new Array<number>(5);\na[0] = x;\na[2] = y * x;\nlet s = 0, n = 0;\na.forEach((v, i) => {\n  s += v * i;\n  n++;\n});\nif (a.some((v) => v > 5)) s += 1;\nreturn a.filter((v) => !(v > 7)).reduce((p, v) => p * v + 1, 2) * n + s + a.reduceRight((p, v) => p * 0.5 + v * v, 0) * (a.every((v) => v > 0) ? x : 1);"), [{ at: [2, 3] }, { at: [-1, 3] }], true);
});
