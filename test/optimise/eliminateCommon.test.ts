import { describe, it } from "vitest";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { eliminateCommon } from "../../packages/transformer/src/optimise/eliminateCommon.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

const gradient = (fn: IrFunction): IrFunction => eliminateCommon(fn, "gradient");
const primal = (fn: IrFunction): IrFunction => eliminateCommon(fn, "primal");

describe("eliminateCommon", () => {
  it("computes the same operation once, operands of + and * in any order", () => {
    expectPass(primal, dedent`
      #10: number = x#0 * y#1
       #11: number = y#1 * x#0
       #12: number = #10 + #11
       yield #12
    `, dedent`
      #10: number = x#0 * y#1
       #12: number = #10 + #10
       yield #12
    `);
    expectUnchanged(primal, dedent`
      #10: number = x#0 - y#1
       #11: number = y#1 - x#0
       #12: number = #10 + #11
       yield #12
    `);
  });

  it("tells 0 from -0 and a gate from plain arithmetic", () => {
    expectUnchanged(primal, dedent`
      #10: number = x#0 + 0
       #11: number = x#0 + -0
       #12: number = 1 / y#1
       #13: number = 1 / y#1 gate sigmoid(x#0)
    `);
  });

  it("merges into names, and passes names on to what has none", () => {
    expectPass(primal, dedent`
      s#10: number = Math.sin(x#0)
       #11: number = Math.sin(x#0)
       yield #11
    `, "s#10: number = Math.sin(x#0)\n yield s#10");
    expectPass(primal, dedent`
      #10: number = Math.sin(x#0)
       #11: number = neg #10
       s#12: number = Math.sin(x#0)
       a#4[0] = #11
       yield s#12
    `, dedent`
      s#10: number = Math.sin(x#0)
       #11: number = neg s#10
       a#4[0] = #11
       yield s#10
    `);
  });

  it("leaves two names two, and still sees that they are equal", () => {
    expectPass(primal, dedent`
      s#10: number = Math.sin(x#0)
       t#11: number = Math.sin(x#0)
       #12: number = s#10 * y#1
       #13: number = t#11 * y#1
       yield #13
    `,
      dedent`
        s#10: number = Math.sin(x#0)
         t#11: number = Math.sin(x#0)
         #12: number = s#10 * y#1
         yield #12
      `);
  });

  it("reads an element once until something may have written it", () => {
    expectPass(primal, dedent`
      #10: number = a#4[n#2]
       #11: number = a#4[n#2]
       #12: number = #10 * #11
       yield #12
    `, dedent`
      #10: number = a#4[n#2]
       #12: number = #10 * #10
       yield #12
    `);
    // q may be the same array as a.
    expectUnchanged(primal, dedent`
      #10: number = a#4[n#2]
       q#5[0] = x#0
       #11: number = a#4[n#2]
       #12: number = #10 * #11
       yield #12
    `);
    expectUnchanged(primal, dedent`
      #10: number = a#4[n#2]
       raw "shuffle(" a#4 ")"
       #11: number = a#4[n#2]
       #12: number = #10 * #11
       yield #12
    `);
  });

  it("reads the elements of a spread array", () => {
    expectUnchanged(primal, dedent`
      #10: number = Math.hypot...(a#4)
       a#4[0] = x#0
       #11: number = Math.hypot...(a#4)
       #12: number = #10 * #11
       yield #12
    `);
    expectPass(primal, dedent`
      #10: number = Math.hypot...(a#4)
       #11: number = Math.hypot...(a#4)
       #12: number = #10 * #11
       yield #12
    `, dedent`
      #10: number = Math.hypot...(a#4)
       #12: number = #10 * #10
       yield #12
    `);
  });

  it("knows that fields are not elements, and that a new array is nobody else's", () => {
    expectPass(primal, dedent`
      #10: number = p#6.u
       p#6.v = x#0
       b#11: number[] = [x#0]
       b#11[0] = y#1
       #12: number = p#6.u
       #13: number = #10 * #12
       yield #13
    `,
      dedent`
        #10: number = p#6.u
         p#6.v = x#0
         b#11: number[] = [x#0]
         b#11[0] = y#1
         #13: number = #10 * #10
         yield #13
      `);
  });

  it("sees in an arm what was before it, and after it nothing of the arm", () => {
    expectPass(primal, dedent`
      #10: number = x#0 * y#1
       if c#3 {
       #11: number = x#0 * y#1
       yield #11
       } else {
       #12: number = x#0 / y#1
       yield #12
       } -> #13: number
       #14: number = x#0 / y#1
       #15: number = #10 + #14
       #16: number = #13 + #15
       yield #16
    `,
      dedent`
        #10: number = x#0 * y#1
         if c#3 {
         yield #10
         } else {
         #12: number = x#0 / y#1
         yield #12
         } -> #13: number
         #14: number = x#0 / y#1
         #15: number = #10 + #14
         #16: number = #13 + #15
         yield #16
      `);
  });

  it("takes into account what later trips write", () => {
    expectUnchanged(primal, dedent`
      #10: number = a#4[0]
       loop for (s#11: number = #10) {
       #12: boolean = s#11 < 1
       } while #12 {
       #13: number = a#4[0]
       #14: number = #13 + x#0
       a#4[0] = #14
       yield #14
       } -> s#15: number
       yield s#15
    `);
  });

  it("forgets what an arm wrote that never comes back", () => {
    expectPass(primal, dedent`
      #10: number = a#4[0]
       if c#3 {
       a#4[0] = x#0
       throw "done"
       } else {
       }
       #11: number = a#4[0]
       #12: number = #10 * #11
       yield #12
    `,
      dedent`
        #10: number = a#4[0]
         if c#3 {
         a#4[0] = x#0
         throw "done"
         } else {
         }
         #12: number = #10 * #10
         yield #12
      `);
  });

  it("says lengths and index arithmetic again, but sees through them", () => {
    expectPass(primal, dedent`
      #10: integer = n#2 - 1
       #11: number = a#4[#10]
       #12: integer = n#2 - 1
       #13: number = a#4[#12]
       q#5[#12] = #13
       yield #11
    `,
      dedent`
        #10: integer = n#2 - 1
         #11: number = a#4[#10]
         #12: integer = n#2 - 1
         q#5[#12] = #11
         yield #11
      `);
    expectUnchanged(primal, dedent`
      #10: integer = length a#4
       #11: integer = length a#4
       #12: integer = #10 * #11
       yield #12
    `);
  });

  it("in a gradient leaves cheap parts of the user's statements to them, and shares what is dear", () => {
    expectUnchanged(gradient, dedent`
      #10: number = x#0 * y#1
       a#4[0] = #10
       #11: number ~= x#0 * y#1
       yield #11
    `);
    expectUnchanged(gradient, dedent`
      #10: number = q#5[0]
       a#4[1] = #10
       #11: number = q#5[0]
       yield #11
    `);
    expectPass(gradient, dedent`
      #10: number = Math.exp(x#0)
       a#4[0] = #10
       #11: number ~= Math.exp(x#0)
       yield #11
    `, dedent`
      #10: number = Math.exp(x#0)
       a#4[0] = #10
       yield #10
    `);
    expectPass(gradient, dedent`
      #10: number ~= x#0 * y#1
       #11: number ~= y#1 * x#0
       #12: number ~= #10 + #11
       yield #12
    `, dedent`
      #10: number ~= x#0 * y#1
       #12: number ~= #10 + #10
       yield #12
    `);
  });

  it("never computes the user's value from a derivative's", () => {
    expectUnchanged(primal, dedent`
      #10: number ~= Math.exp(x#0)
       #11: number = Math.exp(x#0)
       #12: number = #10 + #11
       yield #12
    `);
  });

  it("recalls an entry once until the tape is written", () => {
    expectPass(gradient, dedent`
      tape t#10: tape<number> length n#2
       record t#10[0], x#0
       #11: number = recall t#10[0]
       #12: number = recall t#10[0]
       #13: number ~= #11 * #12
       yield #13
    `,
      dedent`
        tape t#10: tape<number> length n#2
         record t#10[0], x#0
         #11: number = recall t#10[0]
         #13: number ~= #11 * #11
         yield #13
      `);
  });
});
