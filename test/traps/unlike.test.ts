/** Array literals of unlike lengths that meet in one variable: what is read, and the length, are those of the one that is there. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const cases = [{ at: [2, -1], value: -6, da: -3, db: 6 }, { at: [2, 1], value: 2, da: 1, db: 2 }];

describe("array literals of unlike lengths", () => {
  trap("chosen, the longer first", f("a: number, b: number", "const o = b < 0 ? [a, b, a] : [a];\nreturn o.length * o[0]! * b;"), cases);
  trap("chosen, the shorter first", f("a: number, b: number", "const o = b >= 0 ? [a] : [a, b, a];\nreturn o.length * o[0]! * b;"), cases);
  trap("assigned in an arm", f("a: number, b: number", "let o = [a];\nif (b < 0) o = [a, b, a];\nreturn o.length * o[0]! * b;"), cases);
  trap("assigned in a loop", f("a: number, b: number", dedent`
    let o = [a];
    for (let i = b; i < 0; i++) o = [a, b, a];
    return o.length * o[0]! * b;
  `), cases);
  for (const [title, first, second] of [["shorter", "[p]", "[p, p, q - p]"], ["longer", "[p, p, q - p]", "[p]"]] as const) {
    trap(`returned early, the ${title} first; an element that only one has`, f("a: number, b: number", dedent`
      const o = roots(a, b);
      return o.length > 2 ? o[0]! * o[2]! : o[0]! * b;
    `, `function roots(p: number, q: number): number[] {\n  if (q < 0) return ${first};\n  return ${second};\n}`), [{ at: [2, -1] }, { at: [2, 3] }]);
  }
  trap("an element past the end of the shorter", f("a: number, b: number", dedent`
    const o = b < 0 ? [a] : [a, b, b - a];
    return (o[2] ?? 4) * a;
  `), [{ at: [2, -1], value: 8, da: 4 }, { at: [2, 5], value: 6, da: 1, db: 2 }]);
  trap("records of unlike fields", f("a: number, b: number", dedent`
    const o: { x: number; y?: number } = b < 0 ? { x: a } : { x: a, y: b };
    return o.x * (o.y ?? 3);
  `), [{ at: [2, -1], da: 3, db: 0 }, { at: [2, 5], da: 5, db: 2 }]);
});
