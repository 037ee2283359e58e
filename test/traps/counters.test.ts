/** Counters beside the counter of a loop are computed again from it, whatever it starts at; fields that nothing writes are read again. */
import { expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { verify, type Case } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Right, and without a tape for the name. */
function notRecorded(title: string, text: string, cases: readonly Case[], name: string): void {
  test(title, () => {
    verify(text, cases);
    const generated = compile(text).code.slice(text.length);
    expect(generated).not.toMatch(new RegExp(`push\\(${name}\\d*\\)|\\] = ${name}\\d*;`));
  });
}

const packed = (step: string, init: string, head: string): string =>
  `/** @differentiable */\nexport function f(x: number[], w: number): number {\n  let s = 1;\n  let cur = ${init};\n  for (${head}) {\n    s *= Math.sin(x[cur]! * w) + x[cur]!;\n    cur ${step};\n  }\n  return s;\n}\n`;
const at: readonly Case[] = [{ at: [[0.3, 0.8, -0.4, 1.1, 0.6, 0.2, 0.9], 1.3] }];

notRecorded("steps of two from 1, behind a counter from 1", packed("+= 2", "1", "let i = 1; i <= 3; i++"), at, "cur");
notRecorded("downwards, behind a counter that rises", packed("-= 1", "5", "let i = 2; i < 6; i++"), at, "cur");
notRecorded("upwards, behind a counter that falls", packed("+= 1", "1", "let i = 4; i > 0; i--"), at, "cur");
notRecorded("from a number that is known at run time", packed("+= 2", "x.length - 7", "let i = x.length - 4; i < 6; i++"), at, "cur");
notRecorded("from what is whole because it is an index", dedent`
  /** @differentiable wrt x */
  export function f(x: number[], from: number, to: number, width: number): number {
    let s = 1;
    for (let j = from; j < to; j++) {
      let cur = j * width;
      for (let i = from; i < width; i++) {
        s *= Math.cos(x[cur]!);
        cur++;
      }
    }
    return s;
  }

`, [
  { at: [[0.3, 0.8, -0.4, 1.1, 0.6, 0.2, 0.9], 0, 2, 3] }, { at: [[0.3, 0.8, -0.4, 1.1, 0.6, 0.2, 0.9], 1, 2, 3] }, { at: [[0.3], 2, 2, 3] },
], "cur");

test("a start that need not be whole, where elements may be missing, is kept", () => {
  // Nothing says that `k` is whole: at 0.5 no element is there, and the loop goes on.
  verify(dedent`
    /** @differentiable wrt x, w */
    export function f(x: number[], k: number, w: number): number {
      let s = w;
      for (let t = k; t < 3; t += 1) s += (x[t] ?? 0) * w + Math.sin(t * w);
      return s;
    }

  `, [{ at: [[1, 2, 3], 0.1, 0.7] }, { at: [[1, 2, 3], 0, 0.7] }]);
});

notRecorded("a field beside others that are exchanged, in functions that are called", dedent`
  interface Grid { width: number; now: number[]; before: number[] }
  function relax(g: Grid, depth: number): void {
    const { width, now, before } = g;
    for (let i = 1; i < width; i++) before[i] = Math.sin(now[i - 1]!) * now[i]!;
    g.now = before;
    g.before = now;
    if (depth > 0) relax(g, depth - 1);
  }
  /** @differentiable */
  export function f(x: number[]): number {
    const g: Grid = { width: x.length, now: x.slice(), before: x.slice() };
    for (let k = 0; k < 2; k++) relax(g, 1);
    return g.now.reduce((s, v) => s + v * v, 0);
  }

`, [{ at: [[0.5, 1.2, -0.7, 0.4]] }], "width");

test("a field that a called function writes is kept", () => {
  verify(dedent`
    interface Pen { width: number; ink: number }
    function draw(p: Pen, n: number): number {
      const w = p.width;
      p.width += 0.5;
      return n > 0 ? w * p.ink + draw(p, n - 1) : w;
    }
    /** @differentiable */
    export function f(width: number, ink: number): number {
      const p = { width, ink };
      let s = 0;
      for (let k = 0; k < 2; k++) s += p.width * p.width * draw(p, 2);
      return s;
    }

  `, [{ at: [0.7, 1.3] }]);
});
