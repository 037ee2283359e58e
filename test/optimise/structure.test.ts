import { describe, it } from "vitest";
import { dropEmptyBlocks } from "../../packages/transformer/src/optimise/dropEmptyBlocks.ts";
import { hoistInvariants } from "../../packages/transformer/src/optimise/hoistInvariants.ts";
import { pruneJoins } from "../../packages/transformer/src/optimise/pruneJoins.ts";
import { pruneParams } from "../../packages/transformer/src/optimise/pruneParams.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

const count = (params: string, head: string, body: string, yields: string, outs: string, form = "for"): string =>
  `loop ${form} (i#10: number = 0${params}) {\n ${head}#11: boolean = i#10 < n#2\n } while #11 {\n ${body}#12: number = i#10 + 1\n yield #12${yields}\n } -> i#13: number${outs}`;

describe("pruneParams", () => {
  it("replaces a param that stays itself, and its out, by the init", () => {
    expectPass(
      pruneParams,
      `${count(", s#20: number = x#0", "", "a#4[i#10] = s#20\n ", ", s#20", ", s#21: number")}\n yield s#21`,
      `${count("", "", "a#4[i#10] = x#0\n ", "", "")}\n yield x#0`,
    );
  });

  it("replaces a param that is the same literal on every trip", () => {
    expectPass(
      pruneParams,
      `${count(", s#20: number = 2", "", "a#4[i#10] = s#20\n ", ", 2", ", s#21: number")}\n yield s#21`,
      `${count("", "", "a#4[i#10] = 2\n ", "", "")}\n yield 2`,
    );
    expectUnchanged(pruneParams, `${count(", s#20: number = 0", "", "", ", -0", ", s#21: number")}\n yield s#21`);
  });

  it("finds params that are constant because others are", () => {
    expectPass(
      pruneParams,
      `${count(", s#20: number = x#0, t#21: number = x#0", "", "", ", t#21, t#21", ", s#22: number, t#23: number")}\n yield s#22`,
      `${count("", "", "", "", "")}\n yield x#0`,
    );
  });

  it("keeps params that trade places", () => {
    expectUnchanged(pruneParams, `${count(", s#20: number = x#0, t#21: number = y#1", "", "", ", t#21, s#20", ", s#22: number, t#23: number")}\n yield s#22`);
  });
});

describe("pruneJoins", () => {
  it("reads the source where both arms, or all exits, give the same", () => {
    expectPass(pruneJoins, dedent`
      if c#3 {
       yield x#0, 1
       } else {
       yield x#0, 1
       } -> u#10: number, v#11: number
       #12: number = u#10 + v#11
       yield #12
    `,
      dedent`
        if c#3 {
         yield x#0, 1
         } else {
         yield x#0, 1
         } -> u#10: number, v#11: number
         #12: number = x#0 + 1
         yield #12
      `);
    expectPass(pruneJoins, dedent`
      block plain @10 {
       if c#3 {
       exit @10 x#0
       } else {
       }
       yield x#0
       } -> u#11: number
       yield u#11
    `,
      dedent`
        block plain @10 {
         if c#3 {
         exit @10 x#0
         } else {
         }
         yield x#0
         } -> u#11: number
         yield x#0
      `);
    expectPass(pruneJoins, dedent`
      if c#3 {
       throw "no"
       } else {
       yield x#0
       } -> u#10: number
       yield u#10
    `, dedent`
      if c#3 {
       throw "no"
       } else {
       yield x#0
       } -> u#10: number
       yield x#0
    `);
  });

  it("leaves a source that is not visible outside", () => {
    expectUnchanged(pruneJoins, dedent`
      if c#3 {
       throw "no"
       } else {
       #10: number = neg x#0
       yield #10
       } -> u#11: number
       yield u#11
    `);
    expectUnchanged(pruneJoins, dedent`
      if c#3 {
       yield x#0
       } else {
       yield y#1
       } -> u#10: number
       yield u#10
    `);
  });
});

describe("dropEmptyBlocks", () => {
  it("opens blocks that nobody leaves early", () => {
    expectPass(dropEmptyBlocks, dedent`
      block plain @10 {
       #11: number = neg x#0
       yield #11
       } -> u#12: number
       yield u#12
    `, "#11: number = neg x#0\n yield #11");
    expectPass(dropEmptyBlocks, dedent`
      block function value@10 {
       #11: number = neg x#0
       exit value@10 #11
       } -> u#12: number
       yield u#12
    `, "#11: number = neg x#0\n yield #11");
    expectUnchanged(dropEmptyBlocks, dedent`
      block plain @10 {
       if c#3 {
       exit @10 x#0
       } else {
       }
       yield y#1
       } -> u#11: number
       yield u#11
    `);
  });

  it("takes the arm that a literal chooses", () => {
    expectPass(dropEmptyBlocks, dedent`
      if false {
       yield x#0
       } else {
       #10: number = neg x#0
       yield #10
       } -> u#11: number
       yield u#11
    `, "#10: number = neg x#0\n yield #10");
  });

  it("forgets what comes after, and the exits in it", () => {
    expectPass(dropEmptyBlocks, dedent`
      block plain @10 {
       if true {
       throw "stop"
       } else {
       }
       exit @10 x#0
       } -> u#11: number
       a#4[0] = u#11
    `, 'throw "stop"');
  });

  it("lets an if end whose arms both end now", () => {
    expectPass(dropEmptyBlocks, dedent`
      if c#3 {
       if true {
       throw "a"
       } else {
       }
       yield x#0
       } else {
       throw "b"
       } -> u#10: number
       a#4[0] = u#10
    `, dedent`
      if c#3 {
       throw "a"
       } else {
       throw "b"
       }
    `);
  });

  it("decides loops on literals", () => {
    expectPass(dropEmptyBlocks, dedent`
      loop while (s#10: number = x#0) {
       } while false {
       yield y#1
       } -> s#11: number
       yield s#11
    `, "yield x#0");
    expectPass(dropEmptyBlocks, dedent`
      loop while (s#10: number = x#0) {
       } while true {
       a#4[0] = s#10
       yield y#1
       } -> s#11: number
       yield s#11
    `, dedent`
      loop while (s#10: number = x#0) {
       } forever {
       a#4[0] = s#10
       yield y#1
       }
    `);
  });

  it("makes one exit of two arms that do nothing else", () => {
    expectPass(dropEmptyBlocks, dedent`
      block plain @10 {
       if c#3 {
       exit @10
       } else {
       exit @10
       }
       }
       yield x#0
    `, "yield x#0");
  });
});

describe("hoistInvariants", () => {
  it("moves dear arithmetic of derivatives out, with the cheap parts it needs", () => {
    expectPass(hoistInvariants, count("", "", dedent`
      #20: number ~= x#0 + 1
       #21: number ~= y#1 / #20
       a#4[i#10] += #21

    `, "", ""), `#20: number ~= x#0 + 1\n #21: number ~= y#1 / #20\n ${count("", "", "a#4[i#10] += #21\n ", "", "")}`);
  });

  it("leaves cheap arithmetic, what changes, and what the user wrote", () => {
    expectUnchanged(hoistInvariants, count("", "", "#20: number ~= 2 * x#0\n a#4[i#10] += #20\n ", "", ""));
    expectUnchanged(hoistInvariants, count("", "", "#20: number ~= x#0 / i#10\n a#4[i#10] += #20\n ", "", ""));
    expectUnchanged(hoistInvariants, count("", "", "#20: number = Math.exp(x#0)\n a#4[i#10] = #20\n ", "", ""));
  });

  it("moves lengths and reads of unwritten memory out of reverse loops with what needs them", () => {
    expectPass(hoistInvariants, count("", "", dedent`
      #20: integer = length q#5
       #21: number = p#6.u
       #22: number ~= #21 / #20
       add #30, #22

    `, "", "", "reverse").replace("loop", "declare #30\n loop"),
      `declare #30\n #20: integer = length q#5\n #21: number = p#6.u\n #22: number ~= #21 / #20\n ${count("", "", "add #30, #22\n ", "", "", "reverse")}`);
    // a may be q.
    expectUnchanged(hoistInvariants, count("", "", dedent`
      #20: number = q#5[0]
       #21: number ~= #20 / x#0
       a#4[i#10] += #21

    `, "", "", "reverse"));
  });

  it("leaves nested loops one by one", () => {
    const inner = (body: string): string =>
      `loop reverse (j#20: number = 0) {\n #21: boolean = j#20 < n#2\n } while #21 {\n ${body}#22: number = j#20 + 1\n yield #22\n } -> j#23: number\n `;
    expectPass(hoistInvariants, count("", "", inner(dedent`
      #30: number ~= x#0 / i#10
       #31: number ~= x#0 / y#1
       a#4[0] += #30
       a#4[1] += #31

    `), "", "", "reverse"),
      `#31: number ~= x#0 / y#1\n ${count("", "", `#30: number ~= x#0 / i#10\n ${inner("a#4[0] += #30\n a#4[1] += #31\n ")}`, "", "", "reverse")}`);
  });

  it("never reads where a loop without trips would not have read", () => {
    // A row of a matrix may be missing.
    expectUnchanged(hoistInvariants, `m#40: number[][] = [a#4]\n r#41: number[] = m#40[n#2]\n ${count("", "", dedent`
      #20: number = r#41[0]
       #21: number ~= #20 / x#0
       q#5[i#10] += #21

    `, "", "", "reverse")}`);
  });
});
