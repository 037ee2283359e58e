import { describe, it } from "vitest";
import { sinkIntoArms } from "../../packages/transformer/src/optimise/sinkIntoArms.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";

const start = "declare dd#10\n declare dt#11\n";
const arms = (then: string, otherwise: string): string => `if c#3 {\n ${then}\n } else {\n ${otherwise}\n }\n`;
const end = " #40: number = get dd#10\n yield #40";
/** `dt` is set in one arm. */
const one = start + arms("add dd#10, x#0", "add dt#11, y#1");
const rest = "#20: number = get dt#11\n #21: number ~= Math.sign(x#0)\n #22: number ~= #21 * #20\n add dd#10, #22\n";

describe("sinkIntoArms", () => {
  it("takes what an adjoint leads to into the arm that sets it", () => {
    expectPass(sinkIntoArms, one + rest + end, `declare dd#10\n ${arms("add dd#10, x#0", `declare dt#11\n add dt#11, y#1\n ${rest}`)}${end}`);
    expectPass(sinkIntoArms, `${one}#20: number = get dt#11\n #22: number ~= neg #20\n q#5[0] += #22\n q#5[1] += #20\n${end}`,
      `declare dd#10\n ${arms("add dd#10, x#0", "declare dt#11\n add dt#11, y#1\n #20: number = get dt#11\n #22: number ~= neg #20\n q#5[0] += #22\n q#5[1] += #20")}${end}`);
  });

  it("leaves what both arms set, what is read elsewhere, and what is not 0 with it", () => {
    expectUnchanged(sinkIntoArms, start + arms("add dt#11, x#0", "add dt#11, y#1") + rest + end);
    expectUnchanged(sinkIntoArms, `${one}${rest}#30: number = get dt#11\n add dd#10, #30\n${end}`);
    expectUnchanged(sinkIntoArms, `${one}#20: number = get dt#11\n #22: number ~= #20 + x#0\n add dd#10, #22\n${end}`);
    expectUnchanged(sinkIntoArms, `${one}#20: number = get dt#11\n #22: number ~= x#0 / #20\n add dd#10, #22\n${end}`);
    expectUnchanged(sinkIntoArms, `${one.replace("declare dt#11", "declare dt#11 = x#0")}${rest}${end}`);
  });

  it("leaves what something between reads or changes", () => {
    expectUnchanged(sinkIntoArms, `${one}#12: number = q#5[0]\n #20: number = get dt#11\n q#5[0] += #20\n add dd#10, #12\n${end}`);
    expectUnchanged(sinkIntoArms, `${one}#12: number = get dd#10\n #20: number = get dt#11\n add dd#10, #20\n q#5[0] += #12\n${end}`);
    expectUnchanged(sinkIntoArms, `${one}#20: number = get dt#11\n q#5[0] = #20\n${end}`);
    // Computed for others too.
    expectUnchanged(sinkIntoArms, `${one}#21: number ~= x#0 * y#1\n #20: number = get dt#11\n #22: number ~= #21 * #20\n add dd#10, #22\n add dd#10, #21\n${end}`);
  });
});
