import { describe, it } from "vitest";
import { eliminateDead } from "../../packages/transformer/src/optimise/eliminateDead.ts";
import { gatherFactors } from "../../packages/transformer/src/optimise/gatherFactors.ts";
import { simplify } from "../../packages/transformer/src/optimise/simplify.ts";
import { untilStable } from "../../packages/transformer/src/optimise/optimise.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";

const tidied = (fn: IrFunction): IrFunction =>
  untilStable(fn, [{ name: "simplify", run: simplify }, { name: "gatherFactors", run: gatherFactors }, { name: "eliminateDead", run: eliminateDead }]);
/** Two partial derivatives with a common factor. */
const both = (a: string, b: string): string =>
  `#20: number ~= 2 * x#0\n #21: number ~= #20 * ${a}\n #22: number ~= 2 * y#1\n #23: number ~= #22 * ${b}\n #24: number = #21 - #23\n yield #24`;
const bare = (factor: string): string => `#21: number ~= x#0 * ${factor}\n #23: number ~= y#1 * ${factor}\n #24: number = #21 - #23\n yield #24`;

describe("gatherFactors", () => {
  it("multiplies the temporary once, with the literal it has already", () => {
    expectPass(tidied, `#10: number ~= 0.5 / n#2\n ${both("#10", "#10")}`, `#10: number ~= 1 / n#2\n ${bare("#10")}`);
    expectPass(tidied, `#10: number ~= 0.5 * n#2\n ${both("#10", "#10")}`, bare("n#2"));
    expectPass(
      tidied,
      `#15: number ~= 0.5 / n#2\n #10: number ~= c#3 ? 0 : #15\n ${both("#10", "#10")}`,
      `#15: number ~= 1 / n#2\n #10: number ~= c#3 ? 0 : #15\n ${bare("#10")}`,
    );
    expectPass(tidied, `#14: number ~= 0.5 * n#2\n #15: number ~= #14 / y#1\n #10: number ~= neg #15\n #11: number ~= c#3 ? 0 : #10\n ${both("#11", "#11")}`,
      `#14: number ~= n#2 / y#1\n #15: number ~= neg #14\n #11: number ~= c#3 ? 0 : #15\n ${bare("#11")}`);
  });

  it("multiplies a temporary once instead of each of two products", () => {
    expectPass(
      tidied,
      `#15: number ~= n#2 / y#1\n #10: number ~= #15 + x#0\n ${both("#10", "#10")}`,
      `#15: number ~= n#2 / y#1\n #10: number ~= #15 + x#0\n #11: number ~= 2 * #10\n ${bare("#11")}`,
    );
  });

  it("leaves what something else reads, what has a name, the user's own, and literals that differ", () => {
    const product = "#20: number ~= 2 * x#0\n #21: number ~= #20 * #10";
    expectUnchanged(gatherFactors, `#10: number ~= 0.5 / n#2\n ${product}\n #22: number = #21 - #10\n yield #22`);
    expectUnchanged(gatherFactors, `dz#10: number ~= 0.5 / n#2\n ${product.replace("#10", "dz#10")}\n yield #21`);
    expectUnchanged(gatherFactors, `#10: number = 0.5 / n#2\n ${product}\n yield #21`);
    expectUnchanged(gatherFactors, `#10: number ~= 0.5 / n#2\n ${product}\n #22: number ~= 3 * #10\n #23: number = #21 - #22\n yield #23`);
    // Nothing would be saved.
    expectUnchanged(gatherFactors, `#10: number ~= y#1 + n#2\n ${product}\n yield #21`);
  });

  it("keeps guards: what is chosen beside a zero is scaled, the zero is not", () => {
    expectUnchanged(gatherFactors, `#15: number ~= 0.5 / n#2\n #10: number ~= c#3 ? y#1 : #15\n #20: number ~= 2 * x#0\n #21: number ~= #20 * #10\n yield #21`);
  });
});
