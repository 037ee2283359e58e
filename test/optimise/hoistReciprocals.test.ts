import { describe, it } from "vitest";
import { hoistReciprocals } from "../../packages/transformer/src/optimise/hoistReciprocals.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

/** A loop of n trips around some lines. */
const loop = (lines: string): string => `loop for (i#10: integer = 0) {
  #11: boolean = i#10 < n#2
} while #11 {
  #12: number = a#4[i#10]
  ${lines}
  #19: integer = i#10 + 1
  yield #19
} -> i#20: integer`;

describe("hoistReciprocals", () => {
  it("divides once before the loop, by each divisor", () => {
    expectPass(hoistReciprocals,
      `declare ds#30\n ${loop(dedent`
        #13: number ~= #12 / x#0
         #14: number ~= #13 / x#0
         #15: number ~= #14 / y#1
         add ds#30, #15
      `)}\n #31: number = get ds#30\n yield #31`,
      `declare ds#30\n invX#40: number ~= 1 / x#0\n invY#41: number ~= 1 / y#1\n ${loop(dedent`
        #13: number ~= #12 * invX#40
         #14: number ~= #13 * invX#40
         #15: number ~= #14 * invY#41
         add ds#30, #15
      `)}\n #31: number = get ds#30\n yield #31`);
  });

  it("goes out of all loops in which the divisor stays the same", () => {
    const inner = (line: string): string => `loop for (j#21: integer = 0) {
      #22: boolean = j#21 < n#2
    } while #22 {
      #23: number = a#4[j#21]
      ${line}
      #29: integer = j#21 + 1
      yield #29
    } -> j#28: integer`;
    expectPass(hoistReciprocals,
      `declare ds#30\n ${loop(inner(dedent`
        #24: number ~= #23 / x#0
         #25: number ~= #24 / #12
         add ds#30, #25
      `))}\n #31: number = get ds#30\n yield #31`,
      `declare ds#30\n invX#40: number ~= 1 / x#0\n ${loop(`inverse#41: number ~= 1 / #12\n ${inner(dedent`
        #24: number ~= #23 * invX#40
         #25: number ~= #24 * inverse#41
         add ds#30, #25
      `)}`)}\n #31: number = get ds#30\n yield #31`);
  });

  it("takes a value that is computed again for derivatives alone, but nothing that a choice guards", () => {
    const sum = (line: string): string => `declare ds#30\n ${loop(`${line}\n add ds#30, #13`)}\n #31: number = get ds#30\n yield #31`;
    expectPass(hoistReciprocals, sum("#14: number = #12 / x#0\n #13: number ~= #14 * #14"),
      sum("#14: number ~= #12 * invX#40\n #13: number ~= #14 * #14").replace("loop", "invX#40: number ~= 1 / x#0\n loop"));
    expectUnchanged(hoistReciprocals, sum("#14: number ~= #12 / x#0\n #13: number ~= c#3 ? 0 : #14"));
  });

  it("uses a reciprocal that is in sight, the user's too", () => {
    expectPass(hoistReciprocals, dedent`
      #13: number = 1 / x#0
       #14: number ~= y#1 / x#0
       #15: number = #13 - #14
       yield #15
    `, dedent`
      #13: number = 1 / x#0
       #14: number ~= y#1 * #13
       #15: number = #13 - #14
       yield #15
    `);
    expectUnchanged(hoistReciprocals, dedent`
      if c#3 {
       #13: number = 1 / x#0
       } else {
       }
       #14: number ~= y#1 / x#0
       yield #14
    `);
    expectUnchanged(hoistReciprocals, dedent`
      #14: number ~= y#1 / x#0
       #13: number = 1 / x#0
       #15: number = #13 - #14
       yield #15
    `);
  });

  it("leaves the user's quotients, what changes or stays altogether, literals and lengths, and what stands in no loop", () => {
    const sum = (line: string): string => `declare ds#30\n ${loop(`${line}\n add ds#30, #13`)}\n #31: number = get ds#30\n yield #31`;
    expectUnchanged(hoistReciprocals, sum("#13: number = #12 / x#0"));
    expectUnchanged(hoistReciprocals, sum("#14: number = #12 / x#0\n #13: number = #14 * #14"));
    expectUnchanged(hoistReciprocals, sum("z#14: number = #12 / x#0\n #13: number ~= z#14 * z#14"));
    expectUnchanged(hoistReciprocals, sum("#13: number ~= x#0 / #12"));
    expectUnchanged(hoistReciprocals, sum("#13: number ~= y#1 / x#0"));
    expectUnchanged(hoistReciprocals, sum("#13: number ~= #12 / 3"));
    expectUnchanged(hoistReciprocals, sum("#13: number ~= #12 / n#2"));
    expectUnchanged(hoistReciprocals, "#13: number ~= y#1 / x#0\n yield #13");
  });
});
