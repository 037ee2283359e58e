import { describe, it } from "vitest";
import { steadyAccumulators } from "../../packages/transformer/src/optimise/steadyAccumulators.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

const loop = (body: string): string => `declare ds#10 = x#0
  loop for (i#11: number = 0) {
    #12: boolean = i#11 < n#2
  } while #12 {
    #13: number = take ds#10
${body}
    i#16: number = i#11 + 1
    yield i#16
  } -> i#17: number
  #18: number = get ds#10
  yield #18`;

describe("steadyAccumulators", () => {
  it("makes a value of what every trip takes and gives back", () => {
    expectPass(steadyAccumulators, loop("add ds#10, #13\n a#4[i#11] += #13"), `loop for (i#11: number = 0) {
        #12: boolean = i#11 < n#2
      } while #12 {
        a#4[i#11] += x#0
        i#16: number = i#11 + 1
        yield i#16
      } -> i#17: number
      yield x#0`);
  });

  it("sees through branches that both give it back", () => {
    expectPass(steadyAccumulators, loop(dedent`
      #14: boolean = i#11 < 3
       if #14 {
       add ds#10, #13
       } else {
       a#4[i#11] += #13
       add ds#10, #13
       }
    `), `loop for (i#11: number = 0) {
        #12: boolean = i#11 < n#2
      } while #12 {
        #14: boolean = i#11 < 3
        if #14 {
        } else {
          a#4[i#11] += x#0
        }
        i#16: number = i#11 + 1
        yield i#16
      } -> i#17: number
      yield x#0`);
  });

  it("leaves alone what is changed, lost on one way, given twice or read in between", () => {
    expectUnchanged(steadyAccumulators, loop("#14: number = #13 * 2\n add ds#10, #14"));
    expectUnchanged(steadyAccumulators, loop(dedent`
      #14: boolean = i#11 < 3
       if #14 {
       add ds#10, #13
       } else {
       }
    `));
    expectUnchanged(steadyAccumulators, loop("add ds#10, #13\n add ds#10, #13"));
    expectUnchanged(steadyAccumulators, loop("#14: number = get ds#10\n a#4[i#11] += #14\n add ds#10, #13"));
    expectUnchanged(steadyAccumulators, loop("a#4[i#11] += #13"));
  });
});
