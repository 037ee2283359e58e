/** Arrays that are pushed to and written past their end: lengths and places stay those of the primal. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";

describe("arrays that grow in both ways", () => {
  trap("pushes, then a write past the end", f("x: number, n: number", "const p: number[] = [];\nfor (let i = 0; i < n; i++) p.push(x * (i + 1));\np[n] = x * x;\nlet s = 0;\nfor (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);\nreturn s;"), [{ at: [2, 3], dx: 1 + 4 + 9 + 4 * 2 * 2 }, { at: [0.5, 0] }]);
  trap("both, and pops, in a loop", f("x: number, n: number", "const p: number[] = [x];\nfor (let i = 0; i < n; i++) {\n  p[p.length] = x * i;\n  p[p.length - 1] = x * x * i;\n  p.push(x * x);\n  if (i % 2 === 0) p.pop();\n}\nlet s = 0;\nfor (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);\nreturn s;"), [{ at: [1.5, 4] }, { at: [0.5, 1] }]);
  trap("a place counted from a length that the write changes", f("x: number", "const p: number[] = [x, 2 * x];\np[p.length + 1] = x * x;\np[2] = 3 * x;\nlet s = 0;\nfor (let i = 0; i < p.length; i++) s += p[i]! * (i + 1);\nreturn s;"), [{ at: [2], dx: 1 + 4 + 9 + 16 }]);
  trap("a constant pushed to an array of the caller, where another that may be it grows", f("u: number[], x: number, n: number", "const list = [x, x];\nconst alias = x > 3 ? list : u;\nu.push(1);\nalias[n] = x * x;\nreturn u[0]! * alias[0]!;"), [{ at: [[0.4, 0.7, 1], 0.5, 1], du: [0.8, 0, 0] }, { at: [[0.4, 0.7, 1], 4, 2], du: [4, 0, 0] }]);
});
