import { describe, it } from "vitest";
import { sinkIntoArms } from "../../packages/transformer/src/optimise/sinkIntoArms.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

const start = "declare dd#10\n declare dt#11\n";
const arms = (then: string, otherwise: string): string => `if c#3 {\n ${then}\n } else {\n ${otherwise}\n }\n`;
const end = " #40: number = get dd#10\n yield #40";
/** `dt` is set in one arm. */
const one = start + arms("add dd#10, x#0", "add dt#11, y#1");
const rest = dedent`
  #20: number = get dt#11
   #21: number ~= Math.sign(x#0)
   #22: number ~= #21 * #20
   add dd#10, #22

`;

describe("sinkIntoArms", () => {
  it("takes what an adjoint leads to into the arm that sets it", () => {
    expectPass(sinkIntoArms, one + rest + end, `declare dd#10\n ${arms("add dd#10, x#0", `declare dt#11\n add dt#11, y#1\n ${rest}`)}${end}`);
    expectPass(sinkIntoArms, `${one}#20: number = get dt#11\n #22: number ~= neg #20\n q#5[0] += #22\n q#5[1] += #20\n${end}`,
      `declare dd#10\n ${arms("add dd#10, x#0", dedent`
        declare dt#11
         add dt#11, y#1
         #20: number = get dt#11
         #22: number ~= neg #20
         q#5[0] += #22
         q#5[1] += #20
      `)}${end}`);
  });

  /** A loop that adds what is read, times something, in each trip. */
  const loop = (trip: string): string =>
    `#20: number = get dt#11\n loop for (i#50: number = 0) {\n #51: boolean = i#50 < y#1\n } while #51 {\n ${trip}\n i#52: number = i#50 + 1\n yield i#52\n } -> i#53: number\n`;
  it("takes loops along that only add what it leads to", () => {
    for (const trip of [dedent`
      #21: number = q#5[i#50]
       #22: number ~= #21 * #20
       q#5[i#50] += #22
       add dd#10, #22
    `, dedent`
      declare ds#60
       #22: number ~= x#0 * #20
       add ds#60, #22
       #23: number = get ds#60
       q#5[0] += #23
    `]) {
      expectPass(
        sinkIntoArms,
        `${one}${loop(trip)}${end}`,
        `declare dd#10\n ${arms("add dd#10, x#0", `declare dt#11\n add dt#11, y#1\n ${loop(trip)}`)}${end}`,
      );
    }
  });

  it("leaves loops that do something else", () => {
    const product = "#22: number ~= x#0 * #20\n q#5[0] += #22\n";
    for (const trip of [
      `${product}q#5[1] = x#0`,
      `${product}add dd#10, x#0`,
      `${product}declare ds#60\n add ds#60, #22\n add ds#60, x#0\n #23: number = get ds#60\n q#5[0] += #23`,
    ]) {
      expectUnchanged(sinkIntoArms, `${one}${loop(trip)}${end}`);
    }
    expectUnchanged(sinkIntoArms, `${one}${loop(product)}add dd#10, i#53\n${end}`);
    expectUnchanged(sinkIntoArms, `${one}#12: number = get dd#10\n ${loop("#22: number ~= x#0 * #20\n add dd#10, #22")}q#5[1] += #12\n${end}`);
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
    expectUnchanged(
      sinkIntoArms,
      `${one}#21: number ~= x#0 * y#1\n #20: number = get dt#11\n #22: number ~= #21 * #20\n add dd#10, #22\n add dd#10, #21\n${end}`,
    );
  });
});
