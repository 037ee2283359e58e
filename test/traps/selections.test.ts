import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Places that a search finds: what is written there may be what was read before, unless the search only goes up. */
const points = [{ at: [[0.4, -0.7, 1.2, 0.3, -1.1, 0.8, 0.2, -0.9, 0.6], 1.3] }, { at: [[2, 1, 3, 1.5, 2.5, 0.5, -1, 0.7, 0.1], 0.2] }];
const flat = (search: string, n = "3"): string =>
  f(
    "x: number[], k: number",
    `const a = x.slice(), n = ${n};\nfor (let c = 0; c < 3; c++) {\n  ${search}\n  for (let j = 0; j < 3; j++) {\n    const t = a[c * n + j]!;\n    a[c * n + j] = a[p * n + j]!;\n    a[p * n + j] = t;\n  }\n  for (let i = c + 1; i < 3; i++) for (let j = 0; j < 3; j++) a[i * n + j]! -= a[i * n + c]! * a[c * n + j]! * k;\n}\nlet s = 0;\nfor (let i = 0; i < 9; i++) s += a[i]! * a[i]! * (i + 1);\nreturn s;`,
  );

describe("a place found by a search", () => {
  trap("upwards", flat("let p = c;\n  for (let i = c + 1; i < 3; i++) if (a[i * n + c]! > a[p * n + c]!) p = i;"), points);
  trap("in all rows", flat("let p = c;\n  for (let i = 0; i < 3; i++) if (a[i * n + c]! > a[p * n + c]!) p = i;"), points);
  trap("downwards", flat("let p = c;\n  for (let i = c; i >= 0; i--) if (a[i * n + c]! > a[p * n + c]!) p = i;"), points);
  trap("downwards from the last", flat("let p = c;\n  for (let i = 2; i > c; i--) if (a[i * n + c]! > a[p * n + c]!) p = i;"), points);
  trap("among three", flat("let p = c;\n  for (let i = c + 1; i < 3; i++) p = a[i * n]! > 1 ? i : a[i * n + 1]! > 0.5 ? 0 : p;"), points);
  trap("above where it begins by less than a row", flat(dedent`
    let p = c;
      for (let i = c + 1; i < 3; i++) if (a[i * n + c]! > a[p * n + c]!) p = i;
  `, "2"), points);
  trap("beginning elsewhere", flat("let p = 0;\n  for (let i = c + 1; i < 3; i++) if (a[i * n + c]! > a[p * n + c]!) p = i;"), points);
  trap("and counted on", flat("let p = c;\n  for (let i = c + 1; i < 3; i++) if (a[i * n + c]! > 0.3) p = p + 1;"), points);
  trap("and counted back", flat("let p = 2;\n  for (let i = c + 1; i < 3; i++) if (a[i * n + c]! > 0.3) p = p - 1;"), points);
});
