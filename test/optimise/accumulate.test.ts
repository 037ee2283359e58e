import { describe, it } from "vitest";
import { accumulate } from "../../packages/transformer/src/optimise/accumulate.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

const pass = (before: string, after: string): void => expectPass(accumulate, before, after);
const same = (lines: string): void => expectUnchanged(accumulate, lines);

describe("accumulate", () => {
  it("makes a value of a single addition, under the accumulator's name", () => {
    pass(dedent`
      declare dx#10
       #11: number ~= x#0 * 2
       add dx#10, #11
       #12: number = get dx#10
       #13: number ~= #12 * y#1
       yield #13
    `, dedent`
      dx#11: number ~= x#0 * 2
       #13: number ~= dx#11 * y#1
       yield #13
    `);
    pass(dedent`
      declare #10
       add #10, x#0
       #11: number = get #10
       yield #11
    `, "yield x#0");
    pass(dedent`
      declare dv#10
       add dv#10, 1
       if c#3 {
       #11: number = get dv#10
       a#4[0] = #11
       } else {
       }
    `, "if c#3 {\n a#4[0] = 1\n } else {\n }");
  });

  it("keeps a second name for a value as a declaration", () => {
    pass(dedent`
      declare dnum#10
       add dnum#10, x#0
       #11: number = get dnum#10
       yield #11
    `, dedent`
      declare dnum#10 = x#0
       #11: number = get dnum#10
       yield #11
    `);
    pass(dedent`
      declare da#10
       declare db#11
       #12: number ~= x#0 * 2
       add da#10, #12
       add db#11, #12
       #13: number = get da#10
       #14: number = get db#11
       #15: number ~= #13 * #14
       yield #15
    `,
      dedent`
        da#12: number ~= x#0 * 2
         declare db#11 = da#12
         #14: number = get db#11
         #15: number ~= da#12 * #14
         yield #15
      `);
  });

  it("begins an accumulator with its first addition", () => {
    pass(dedent`
      declare dx#10
       #11: number ~= x#0 * 2
       add dx#10, #11
       if c#3 {
       add dx#10, y#1
       } else {
       }
       #12: number = get dx#10
       yield #12
    `,
      dedent`
        #11: number ~= x#0 * 2
         declare dx#10 = #11
         if c#3 {
         add dx#10, y#1
         } else {
         }
         #12: number = get dx#10
         yield #12
      `);
  });

  it("knows that nothing was added yet, and stops knowing at the first construct that adds", () => {
    pass(dedent`
      declare dx#10
       #11: number = take dx#10
       #12: number = get dx#10
       a#4[0] = #11
       a#4[1] = #12
    `, "declare dx#10\n a#4[0] = 0\n a#4[1] = 0");
    same(dedent`
      declare dx#10
       if c#3 {
       add dx#10, x#0
       } else {
       }
       add dx#10, y#1
       #11: number = get dx#10
       yield #11
    `);
    same(dedent`
      declare dx#10
       loop reverse (k#11: number = 3) {
       #12: boolean = k#11 >= 0
       } while #12 {
       #13: number = take dx#10
       add dx#10, x#0
       a#4[0] += #13
       #14: number = k#11 - 1
       yield #14
       } -> k#15: number
       #16: number = get dx#10
       yield #16
    `);
  });

  it("knows that nothing is ever added", () => {
    pass(dedent`
      declare dx#10
       if c#3 {
       #11: number = take dx#10
       a#4[0] += #11
       a#4[1] = #11
       } else {
       }
    `, dedent`
      declare dx#10
       if c#3 {
       a#4[1] = 0
       } else {
       }
    `);
  });

  it("drops additions of 0", () => {
    pass(dedent`
      declare dx#10 = x#0
       add dx#10, 0
       add dx#10, -0
       a#4[0] += 0
       if c#3 {
       add dx#10, y#1
       } else {
       }
       #11: number = get dx#10
       yield #11
    `, dedent`
      declare dx#10 = x#0
       if c#3 {
       add dx#10, y#1
       } else {
       }
       #11: number = get dx#10
       yield #11
    `);
  });

  it("adds twice the value instead of the value twice, unless it is read between", () => {
    pass(dedent`
      declare dx#10 = y#1
       add dx#10, x#0
       add dx#10, x#0
       #11: number = get dx#10
       yield #11
    `, dedent`
      declare dx#10 = y#1
       #12: number ~= 2 * x#0
       add dx#10, #12
       #11: number = get dx#10
       yield #11
    `);
    same(dedent`
      declare dx#10 = y#1
       add dx#10, x#0
       #11: number = get dx#10
       a#4[0] = #11
       add dx#10, x#0
       #12: number = get dx#10
       yield #12
    `);
  });
});
