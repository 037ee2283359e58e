/** Arrays made without values that the program fills: numbers from then on, whatever is done with them. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, verify, type Case } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

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
  filled("by one loop", f("r: number[]", dedent`
    const n = r.length;
    const y: number[] = new Array(n);
    for (let i = 0; i < n; i++) y[i] = Math.sin(r[i]!);
    return y.reduce((s, v) => s + v * v, 0);
  `), at);
  filled("up to its own length", f("r: number[]", dedent`
    const y = new Array<number>(r.length);
    for (let i = 0; i < y.length; i++) {
      const t = r[i]! * 2;
      y[i] = t * t;
    }
    let s = 0;
    for (const v of y) s += v * s + v;
    return s;
  `), at);
  filled("first elements, then a loop that reads them", f("r: number[]", dedent`
    const n = r.length;
    const y: number[] = new Array(n);
    y[0] = r[0]! * 2;
    y[1] = r[1]!;
    for (let i = 2; i < n; i++) y[i] = y[i - 1]! * r[i]! + y[i - 2]!;
    return y.map((v) => v * v).reduce((s, v) => s + v, 0) + Math.max(...y);
  `), at);
  filled("as many as the text says", f("x: number", dedent`
    const y = new Array<number>(3);
    for (let k = 0; k < 3; k++) y[k] = x ** (k + 1);
    const [a, b, c] = y;
    return a! * b! + c! * y.length;
  `), [{ at: [1.3] }]);
});

describe("not seen to be", () => {
  filled("an element too few at the front", f("r: number[]", dedent`
    const n = r.length;
    const y: number[] = new Array(n);
    for (let i = 1; i < n; i++) y[i] = r[i]! * r[i]!;
    let s = 0;
    for (const v of y) if (v !== undefined) s += v;
    return s;
  `), at, true);
  filled("a loop that is left", f("r: number[]", dedent`
    const n = r.length;
    const y: number[] = new Array(n);
    for (let i = 0; i < n; i++) {
      if (r[i]! > 0.6) break;
      y[i] = r[i]! * r[i]!;
    }
    let s = 0;
    for (const v of y) if (v !== undefined) s += v;
    return s;
  `), at, true);
  filled("a trip without", f("r: number[]", dedent`
    const n = r.length;
    const y: number[] = new Array(n);
    for (let i = 0; i < n; i++) {
      if (r[i]! < 0) continue;
      y[i] = r[i]! * r[i]!;
    }
    let s = 0;
    for (const v of y) if (v !== undefined) s += v;
    return s;
  `), at, true);
  filled("a length that changes", f("r: number[]", dedent`
    let n = r.length;
    const y: number[] = new Array(n);
    n = 2;
    for (let i = 0; i < n; i++) y[i] = r[i]! * r[i]!;
    let s = 0;
    for (const v of y) if (v !== undefined) s += v;
    return s;
  `), at, true);
  filled("another counter", f("r: number[]", dedent`
    const n = r.length;
    const y: number[] = new Array(n);
    for (let i = 0; i < n; i++) {
      y[i] = r[i]! * r[i]!;
      i++;
    }
    let s = 0;
    for (const v of y) if (v !== undefined) s += v;
    return s;
  `), at, true);
});

describe("holes", () => {
  filled("methods with callbacks pass over them", f("x: number, y: number", dedent`
    const a = new Array<number>(5);
    a[0] = x;
    a[2] = y * x;
    let s = 0, n = 0;
    a.forEach((v, i) => {
      s += v * i;
      n++;
    });
    if (a.some((v) => v > 5)) s += 1;
    return a.filter((v) => !(v > 7)).reduce((p, v) => p * v + 1, 2) * n + s + a.reduceRight((p, v) => p * 0.5 + v * v, 0) * (a.every((v) => v > 0) ? x : 1);
  `), [{ at: [2, 3] }, { at: [-1, 3] }], true);
});
