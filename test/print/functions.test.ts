import { describe, expect, it } from "vitest";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { print } from "../../packages/transformer/src/print/print.ts";
import { parseWithStatements } from "../support/irText.ts";
import { plainOptions, printed } from "../support/runPrinted.ts";

describe("functions", () => {
  it("a swap of what a loop carries", () => {
    const fn = parseWithStatements(`
function f(x#0: number as "number", n#9: integer as "number") -> number {
  loop for (i#1: integer = 0, a#2: number = x#0, b#3: number = 1) {
    #4: boolean = i#1 < n#9
  } while #4 {
    #5: number = a#2 * b#3 ;; [a, b] = [b, a * b]
    #6: integer = i#1 + 1 ;; i++
    yield #6, b#3, #5
  } -> i#7: integer, a#8: number, b#10: number
  #11: number = a#8 * b#10
  yield #11
}
`);
    expect(printed(fn)).toBe(`
function f(x: number, n: number): number {
  let a = x;
  let b = 1;
  for (let i = 0; i < n; i++) {
    const t = a;
    a = b;
    b = t * b;
  }
  return a * b;
}
`.trim());
  });

  it("continue, return and break in one loop", () => {
    const fn = parseWithStatements(`
function f(xs#0: number[] as "number[]", limit#1: number as "number") -> number {
  block function @2 {
    block break @3 {
      loop for (i#4: integer = 0, s#5: number = 0) {
        #6: integer = length xs#0
        #7: boolean = i#4 < #6
      } while #7 {
        block continue @8 {
          #9: number = xs#0[i#4]
          #10: boolean = #9 < 0
          if #10 {
            exit @8 s#5
          } else {
          }
          s#11: number = s#5 + #9
          #12: boolean = s#11 > limit#1
          if #12 {
            exit @2 s#11
          } else {
          }
          #13: boolean = s#11 === 7
          if #13 {
            exit @3 s#11
          } else {
          }
          yield s#11
        } -> s#14: number
        #15: integer = i#4 + 1
        yield #15, s#14
      } -> i#16: integer, s#17: number
      yield s#17
    } -> s#18: number
    #19: number = s#18 + 1
    yield #19
  } -> #20: number
  yield #20
}
`);
    expect(printed(fn)).toBe(`
function f(xs: number[], limit: number): number {
  let s = 0;
  for (let i = 0; i < xs.length; i++) {
    if (xs[i]! < 0) {
      continue;
    }
    s += xs[i]!;
    if (s > limit) {
      return s;
    }
    if (s === 7) {
      break;
    }
  }
  return s + 1;
}
`.trim());
  });

  it("loops left from within, without labels", () => {
    const fn = parseWithStatements(`
function f(n#0: number as "number", x#1: number as "number") -> number {
  block break @2 {
    loop while (i#3: number = 0, s#4: number = x#1) {
    } forever {
      block break @5 {
        loop while (j#6: number = 0, s#7: number = s#4) {
        } forever {
          #8: boolean = j#6 < 3
          if #8 {
          } else {
            exit @5 s#7
          }
          s#9: number = s#7 * x#1
          #10: boolean = s#9 > 100
          if #10 {
            exit @2 s#9
          } else {
          }
          j#11: number = j#6 + 1
          yield j#11, s#9
        }
      } -> s#12: number
      i#13: number = i#3 + 1
      #14: boolean = i#13 >= n#0
      if #14 {
        exit @2 s#12
      } else {
      }
      yield i#13, s#12
    }
  } -> s#15: number
  yield s#15
}
`);
    expect(printed(fn)).toBe(`
function f(n: number, x: number): number {
  let i = 0;
  let s = x;
  while (true) {
    let j = 0;
    while (j < 3) {
      s *= x;
      if (s > 100) {
        return s;
      }
      j++;
    }
    i++;
    if (i >= n) {
      return s;
    }
  }
}
`.trim());
  });

  it("arms as returns", () => {
    const fn = parseWithStatements(`
function f(x#0: number as "number", k#1: integer as "number") -> number {
  #2: boolean = k#1 === 0
  if #2 {
    #3: number = Math.sin(x#0)
    yield #3
  } else {
    #4: boolean = k#1 === 1
    if #4 {
      a#5: number = x#0 * x#0
      #6: number = a#5 * a#5
      yield #6
    } else {
      yield x#0
    } -> #7: number
    yield #7
  } -> #8: number
  yield #8
}
`);
    expect(printed(fn)).toBe(`
function f(x: number, k: number): number {
  if (k === 0) {
    return Math.sin(x);
  }
  if (k === 1) {
    const a = x * x;
    return a * a;
  }
  return x;
}
`.trim());
  });

  it("names: text of the user, a parameter called Math, a word of the language", () => {
    const fn = parseWithStatements(`
function f(x#0: number as "number", Math#1: number as "number") -> number {
  t#2: number = Math.sin(x#0)
  raw "console.log('x', t1, " t#2 ")"
  t#3: number = t#2 * Math#1
  if#4: number = t#3 + t#2
  yield if#4
}
`);
    expect(printed(fn, { shadowedGlobals: new Set(["Number"]) })).toBe(`
function f(x: number, Math: number): number {
  const t = globalThis.Math.sin(x);
  console.log('x', t1, t);
  const t2 = t * Math;
  const if1 = t2 + t;
  return if1;
}
`.trim());
  });

  it("zeros of every shape", () => {
    const fn = parseWithStatements(`
function f(p#0: "P"{xs: number[], o?: number, q: [number, number], ys: readonly Float64Array, ps: {x: number, y: number}[], m: number[][]} as "P") -> opaque as "unknown" {
  dp#1: {xs: number[], o?: number, q: [number, number], ys: Float64Array, ps: {x: number, y: number}[], m: number[][]} = zeros p#0
  return { value: 0, dp: dp#1 }
}
`);
    expect(printed(fn)).toBe(
      `
function f(p: P): unknown {
  const dp: { xs: number[]; o?: number; q: [number, number]; ys: Float64Array; ps: { x: number; y: number }[]; m: number[][] } = { xs: new Array<number>(p.xs.length).fill(0), q: [0, 0], ys: new Float64Array(p.ys.length), ps: p.ps.map(() => ({ x: 0, y: 0 })), m: p.m.map((row) => new Array<number>(row.length).fill(0)), ...(p.o == null ? {} : { o: 0 }) };
  return { value: 0, dp };
}
`.trim(),
    );
  });

  it("a function in the text of the user keeps the variable it sees", () => {
    const fn = parseWithStatements(`
function f(x#0: number as "number", xs#1: number[] as "number[]") -> number {
  y#2: number = neg x#0
  #3: opaque = raw pure "xs.filter((v) => v > " y#2 ")"
  #5: number = raw pure #3 ".length"
  x#6: number = x#0 + #5
  yield x#6
}
`);
    expect(printed(fn)).toBe(`
function f(x: number, _xs: number[]): number {
  const y = -x;
  x += xs.filter((v) => v > y).length;
  return x;
}
`.trim());
  });

  it("arrays, joined references, elements", () => {
    const fn = parseWithStatements(`
function f(x#0: number as "number", c#9: boolean as "boolean") -> number {
  a#1: number[] = [x#0, 2]
  e#2: number[] = []
  push e#2, x#0
  #3: number[] = allocate 3
  if c#9 {
    yield a#1
  } else {
    yield e#2
  } -> b#4: number[]
  b#4[0] = 7
  #5: number = b#4[1]
  #6: number = #5 * x#0
  b#4[1] = #6
  #7: number = a#1[0]
  #8: number = pop e#2
  #10: number = #7 + #8
  #3[1] = #10
  #11: number = #3[1]
  yield #11
}
`);
    expect(printed(fn)).toBe(`
function f(x: number, c: boolean): number {
  const a = [x, 2];
  const e: number[] = [];
  e.push(x);
  const part = new Array<number>(3).fill(0);
  const b = c ? a : e;
  b[0] = 7;
  b[1]! *= x;
  const t = a[0]!;
  part[1] = t + e.pop()!;
  return part[1]!;
}
`.trim());
  });

});

describe("the text around", () => {
  const square = (): IrFunction => parseWithStatements(`
function f(x#0: number as "number", y#1: number as "number") -> number {
  a#2: number = x#0 * x#0 ;; a = x * x // square
  b#3: number = a#2 + 1 ;; b = a + 1
  yield b#3
}`);

  it("has the comments of the user once, a comment before the function, and places for the source map", () => {
    const { text, lines } = print(square(), { ...plainOptions, doc: ["What it is."], exported: true });
    expect(text).toBe(`
/**
 * What it is.
 */
export function f(x: number, _y: number): number {
  const a = x * x; // square
  const b = a + 1;
  return b;
}
`.trim());
    expect(lines).toEqual([0, 0, 0, 0, 1, 2, 2, 0]);
    expect(lines.length).toBe(text.split("\n").length);
  });

  it("is plain three-address code on request", () => {
    const fn = parseWithStatements(`
function f(x#0: number as "number") -> number {
  #1: number = x#0 * 2
  #2: number ~= #1 * 1
  #3: number = #2 + #1
  yield #3
}`);
    expect(printed(fn, { debugNoTidy: true })).toBe(`
function f(x: number): number {
  const t = x * 2;
  const dt = t * 1;
  const t1 = dt + t;
  return t1;
}
`.trim());
  });
});
