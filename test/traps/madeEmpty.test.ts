/** `new Array(n)`: what it holds is found out from what is put into it, also where the array is handed on. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Too long to be inlined. */
const long = (at: string): string => Array.from({ length: 60 }, (_, k) => `  s = Math.sin(s) + ${at} * ${k + 1};`).join("\n");

const positive = (made: string, result: string): string => `function positive(xs: number[])${result} {
  const out = ${made};
  let count = 0;
  for (const x of xs) if (x > 0) out[count++] = x * x;
  out.length = count;
  return out;
}`;

const sum = dedent`
  function sum(xs: number[]): number {
    let s = 0;
    for (const x of xs) s += x;
    return s;
  }
`;

describe("arrays made without values that are handed on", () => {
  for (const [title, made, result] of [
    ["typed", "new Array<number>(xs.length)", ": number[]"],
    ["of any, returned as numbers", "new Array(xs.length)", ": number[]"],
    ["of any", "new Array(xs.length)", ""],
  ] as const) {
    const before = `${positive(made, result)}\n${sum}`;
    trap(
      `${title}: into a variable that holds another array before`,
      f(
        "xs: number[], k: number",
        dedent`
          let r = xs;
          for (let i = 0; i < 2; i++) r = positive(r);
          return sum(r) * k;
        `,
        before,
      ),
      [{ at: [[0.5, -1, 1.5], 2], value: 2 * (0.5 ** 4 + 1.5 ** 4), dxs: [8 * 0.125, 0, 8 * 3.375] }],
    );
    trap(
      `${title}: as a row, chosen, in a record`,
      f(
        "xs: number[], k: number",
        dedent`
          const rows: number[][] = [];
          rows.push(positive(xs));
          rows.push(k > 0 ? positive(rows[0]!) : xs);
          const o = { row: positive(xs) };
          return sum(rows[0]!) + k * sum(rows[1]!) + o.row[0]!;
        `,
        before,
      ),
      [{ at: [[0.5, -1, 1.5], 2] }, { at: [[0.5, -1, 1.5], -2] }],
    );
  }

  trap(
    "from a function of any[] that is too long to be inlined",
    f(
      "xs: number[]",
      dedent`
        let r = [xs[0]!, xs[1]!];
        for (let i = 1; i < xs.length; i++) r = grown(r, xs[i]!);
        return r[0]! * r[1]!;
      `,
      `function grown(xs: number[], x: number) {\n  const out = new Array(xs.length + 1);\n  let s = x;\n${long("x")}\n  for (let i = 0; i < xs.length; i++) out[i] = xs[i]! * 0.5;\n  out[xs.length] = s;\n  return out;\n}`,
    ),
    [{ at: [[0.5, 0.25, 0.125]] }],
  );

  trap("an array that grows past the length in the text", f("x: number", dedent`
    const out = grown(x);
    return out[0]! * out[2]!;
  `, dedent`
    function grown(x: number): number[] {
      const out = new Array<number>(2);
      out[0] = x;
      out[1] = 1;
      out[2] = x * x;
      return out;
    }
  `), [{ at: [3], dx: 27 }]);
});
