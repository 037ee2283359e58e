import { describe, it } from "vitest";
import { accumulate } from "../../packages/transformer/src/optimise/accumulate.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";

const pass = (before: string, after: string): void => expectPass(accumulate, before, after);
const same = (lines: string): void => expectUnchanged(accumulate, lines);

describe("accumulate", () => {
  it("makes a value of a single addition, under the accumulator's name", () => {
    pass("declare dx#10\n #11: number ~= x#0 * 2\n add dx#10, #11\n #12: number = get dx#10\n #13: number ~= #12 * y#1\n yield #13", "dx#11: number ~= x#0 * 2\n #13: number ~= dx#11 * y#1\n yield #13");
    pass("declare #10\n add #10, x#0\n #11: number = get #10\n yield #11", "yield x#0");
    pass("declare dv#10\n add dv#10, 1\n if c#3 {\n #11: number = get dv#10\n a#4[0] = #11\n } else {\n }", "if c#3 {\n a#4[0] = 1\n } else {\n }");
  });

  it("keeps a second name for a value as a declaration", () => {
    pass("declare dnum#10\n add dnum#10, x#0\n #11: number = get dnum#10\n yield #11", "declare dnum#10 = x#0\n #11: number = get dnum#10\n yield #11");
    pass("declare da#10\n declare db#11\n #12: number ~= x#0 * 2\n add da#10, #12\n add db#11, #12\n #13: number = get da#10\n #14: number = get db#11\n #15: number ~= #13 * #14\n yield #15",
      "da#12: number ~= x#0 * 2\n declare db#11 = da#12\n #14: number = get db#11\n #15: number ~= da#12 * #14\n yield #15");
  });

  it("begins an accumulator with its first addition", () => {
    pass("declare dx#10\n #11: number ~= x#0 * 2\n add dx#10, #11\n if c#3 {\n add dx#10, y#1\n } else {\n }\n #12: number = get dx#10\n yield #12",
      "#11: number ~= x#0 * 2\n declare dx#10 = #11\n if c#3 {\n add dx#10, y#1\n } else {\n }\n #12: number = get dx#10\n yield #12");
  });

  it("knows that nothing was added yet, and stops knowing at the first construct that adds", () => {
    pass("declare dx#10\n #11: number = take dx#10\n #12: number = get dx#10\n a#4[0] = #11\n a#4[1] = #12", "declare dx#10\n a#4[0] = 0\n a#4[1] = 0");
    same("declare dx#10\n if c#3 {\n add dx#10, x#0\n } else {\n }\n add dx#10, y#1\n #11: number = get dx#10\n yield #11");
    same("declare dx#10\n loop reverse (k#11: number = 3) {\n #12: boolean = k#11 >= 0\n } while #12 {\n #13: number = take dx#10\n add dx#10, x#0\n a#4[0] += #13\n #14: number = k#11 - 1\n yield #14\n } -> k#15: number\n #16: number = get dx#10\n yield #16");
  });

  it("knows that nothing is ever added", () => {
    pass("declare dx#10\n if c#3 {\n #11: number = take dx#10\n a#4[0] += #11\n a#4[1] = #11\n } else {\n }", "declare dx#10\n if c#3 {\n a#4[1] = 0\n } else {\n }");
  });

  it("drops additions of 0", () => {
    pass("declare dx#10 = x#0\n add dx#10, 0\n add dx#10, -0\n a#4[0] += 0\n if c#3 {\n add dx#10, y#1\n } else {\n }\n #11: number = get dx#10\n yield #11", "declare dx#10 = x#0\n if c#3 {\n add dx#10, y#1\n } else {\n }\n #11: number = get dx#10\n yield #11");
  });

  it("adds twice the value instead of the value twice, unless it is read between", () => {
    pass("declare dx#10 = y#1\n add dx#10, x#0\n add dx#10, x#0\n #11: number = get dx#10\n yield #11", "declare dx#10 = y#1\n #12: number ~= 2 * x#0\n add dx#10, #12\n #11: number = get dx#10\n yield #11");
    same("declare dx#10 = y#1\n add dx#10, x#0\n #11: number = get dx#10\n a#4[0] = #11\n add dx#10, x#0\n #12: number = get dx#10\n yield #12");
  });
});
