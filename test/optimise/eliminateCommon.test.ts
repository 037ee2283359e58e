import { describe, it } from "vitest";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { eliminateCommon } from "../../packages/transformer/src/optimise/eliminateCommon.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";

const gradient = (fn: IrFunction): IrFunction => eliminateCommon(fn, "gradient");
const primal = (fn: IrFunction): IrFunction => eliminateCommon(fn, "primal");

describe("eliminateCommon", () => {
  it("computes the same operation once, operands of + and * in any order", () => {
    expectPass(primal, "#10: number = x#0 * y#1\n #11: number = y#1 * x#0\n #12: number = #10 + #11\n yield #12", "#10: number = x#0 * y#1\n #12: number = #10 + #10\n yield #12");
    expectUnchanged(primal, "#10: number = x#0 - y#1\n #11: number = y#1 - x#0\n #12: number = #10 + #11\n yield #12");
  });

  it("tells 0 from -0 and a gate from plain arithmetic", () => {
    expectUnchanged(primal, "#10: number = x#0 + 0\n #11: number = x#0 + -0\n #12: number = 1 / y#1\n #13: number = 1 / y#1 gate sigmoid(x#0)");
  });

  it("merges into names, and passes names on to what has none", () => {
    expectPass(primal, "s#10: number = Math.sin(x#0)\n #11: number = Math.sin(x#0)\n yield #11", "s#10: number = Math.sin(x#0)\n yield s#10");
    expectPass(primal, "#10: number = Math.sin(x#0)\n #11: number = neg #10\n s#12: number = Math.sin(x#0)\n a#4[0] = #11\n yield s#12", "s#10: number = Math.sin(x#0)\n #11: number = neg s#10\n a#4[0] = #11\n yield s#10");
  });

  it("leaves two names two, and still sees that they are equal", () => {
    expectPass(primal, "s#10: number = Math.sin(x#0)\n t#11: number = Math.sin(x#0)\n #12: number = s#10 * y#1\n #13: number = t#11 * y#1\n yield #13",
      "s#10: number = Math.sin(x#0)\n t#11: number = Math.sin(x#0)\n #12: number = s#10 * y#1\n yield #12");
  });

  it("reads an element once until something may have written it", () => {
    expectPass(primal, "#10: number = a#4[n#2]\n #11: number = a#4[n#2]\n #12: number = #10 * #11\n yield #12", "#10: number = a#4[n#2]\n #12: number = #10 * #10\n yield #12");
    // q may be the same array as a.
    expectUnchanged(primal, "#10: number = a#4[n#2]\n q#5[0] = x#0\n #11: number = a#4[n#2]\n #12: number = #10 * #11\n yield #12");
    expectUnchanged(primal, '#10: number = a#4[n#2]\n raw "shuffle(" a#4 ")"\n #11: number = a#4[n#2]\n #12: number = #10 * #11\n yield #12');
  });

  it("reads the elements of a spread array", () => {
    expectUnchanged(primal, "#10: number = Math.hypot...(a#4)\n a#4[0] = x#0\n #11: number = Math.hypot...(a#4)\n #12: number = #10 * #11\n yield #12");
    expectPass(primal, "#10: number = Math.hypot...(a#4)\n #11: number = Math.hypot...(a#4)\n #12: number = #10 * #11\n yield #12", "#10: number = Math.hypot...(a#4)\n #12: number = #10 * #10\n yield #12");
  });

  it("knows that fields are not elements, and that a new array is nobody else's", () => {
    expectPass(primal, "#10: number = p#6.u\n p#6.v = x#0\n b#11: number[] = [x#0]\n b#11[0] = y#1\n #12: number = p#6.u\n #13: number = #10 * #12\n yield #13",
      "#10: number = p#6.u\n p#6.v = x#0\n b#11: number[] = [x#0]\n b#11[0] = y#1\n #13: number = #10 * #10\n yield #13");
  });

  it("sees in an arm what was before it, and after it nothing of the arm", () => {
    expectPass(primal, "#10: number = x#0 * y#1\n if c#3 {\n #11: number = x#0 * y#1\n yield #11\n } else {\n #12: number = x#0 / y#1\n yield #12\n } -> #13: number\n #14: number = x#0 / y#1\n #15: number = #10 + #14\n #16: number = #13 + #15\n yield #16",
      "#10: number = x#0 * y#1\n if c#3 {\n yield #10\n } else {\n #12: number = x#0 / y#1\n yield #12\n } -> #13: number\n #14: number = x#0 / y#1\n #15: number = #10 + #14\n #16: number = #13 + #15\n yield #16");
  });

  it("takes into account what later trips write", () => {
    expectUnchanged(primal, "#10: number = a#4[0]\n loop for (s#11: number = #10) {\n #12: boolean = s#11 < 1\n } while #12 {\n #13: number = a#4[0]\n #14: number = #13 + x#0\n a#4[0] = #14\n yield #14\n } -> s#15: number\n yield s#15");
  });

  it("forgets what an arm wrote that never comes back", () => {
    expectPass(primal, '#10: number = a#4[0]\n if c#3 {\n a#4[0] = x#0\n throw "done"\n } else {\n }\n #11: number = a#4[0]\n #12: number = #10 * #11\n yield #12',
      '#10: number = a#4[0]\n if c#3 {\n a#4[0] = x#0\n throw "done"\n } else {\n }\n #12: number = #10 * #10\n yield #12');
  });

  it("says lengths and index arithmetic again, but sees through them", () => {
    expectPass(primal, "#10: integer = n#2 - 1\n #11: number = a#4[#10]\n #12: integer = n#2 - 1\n #13: number = a#4[#12]\n q#5[#12] = #13\n yield #11",
      "#10: integer = n#2 - 1\n #11: number = a#4[#10]\n #12: integer = n#2 - 1\n q#5[#12] = #11\n yield #11");
    expectUnchanged(primal, "#10: integer = length a#4\n #11: integer = length a#4\n #12: integer = #10 * #11\n yield #12");
  });

  it("in a gradient leaves cheap parts of the user's statements to them, and shares what is dear", () => {
    expectUnchanged(gradient, "#10: number = x#0 * y#1\n a#4[0] = #10\n #11: number ~= x#0 * y#1\n yield #11");
    expectUnchanged(gradient, "#10: number = q#5[0]\n a#4[1] = #10\n #11: number = q#5[0]\n yield #11");
    expectPass(gradient, "#10: number = Math.exp(x#0)\n a#4[0] = #10\n #11: number ~= Math.exp(x#0)\n yield #11", "#10: number = Math.exp(x#0)\n a#4[0] = #10\n yield #10");
    expectPass(gradient, "#10: number ~= x#0 * y#1\n #11: number ~= y#1 * x#0\n #12: number ~= #10 + #11\n yield #12", "#10: number ~= x#0 * y#1\n #12: number ~= #10 + #10\n yield #12");
  });

  it("never computes the user's value from a derivative's", () => {
    expectUnchanged(primal, "#10: number ~= Math.exp(x#0)\n #11: number = Math.exp(x#0)\n #12: number = #10 + #11\n yield #12");
  });

  it("recalls an entry once until the tape is written", () => {
    expectPass(gradient, "tape t#10: tape<number> length n#2\n record t#10[0], x#0\n #11: number = recall t#10[0]\n #12: number = recall t#10[0]\n #13: number ~= #11 * #12\n yield #13",
      "tape t#10: tape<number> length n#2\n record t#10[0], x#0\n #11: number = recall t#10[0]\n #13: number ~= #11 * #11\n yield #13");
  });
});
