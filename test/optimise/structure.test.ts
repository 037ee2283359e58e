import { describe, it } from "vitest";
import { dropEmptyBlocks } from "../../packages/transformer/src/optimise/dropEmptyBlocks.ts";
import { hoistInvariants } from "../../packages/transformer/src/optimise/hoistInvariants.ts";
import { pruneJoins } from "../../packages/transformer/src/optimise/pruneJoins.ts";
import { pruneParams } from "../../packages/transformer/src/optimise/pruneParams.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";

const count = (params: string, head: string, body: string, yields: string, outs: string, form = "for"): string =>
  `loop ${form} (i#10: number = 0${params}) {\n ${head}#11: boolean = i#10 < n#2\n } while #11 {\n ${body}#12: number = i#10 + 1\n yield #12${yields}\n } -> i#13: number${outs}`;

describe("pruneParams", () => {
  it("replaces a param that stays itself, and its out, by the init", () => {
    expectPass(pruneParams, `${count(", s#20: number = x#0", "", "a#4[i#10] = s#20\n ", ", s#20", ", s#21: number")}\n yield s#21`, `${count("", "", "a#4[i#10] = x#0\n ", "", "")}\n yield x#0`);
  });

  it("replaces a param that is the same literal on every trip", () => {
    expectPass(pruneParams, `${count(", s#20: number = 2", "", "a#4[i#10] = s#20\n ", ", 2", ", s#21: number")}\n yield s#21`, `${count("", "", "a#4[i#10] = 2\n ", "", "")}\n yield 2`);
    expectUnchanged(pruneParams, `${count(", s#20: number = 0", "", "", ", -0", ", s#21: number")}\n yield s#21`);
  });

  it("finds params that are constant because others are", () => {
    expectPass(pruneParams, `${count(", s#20: number = x#0, t#21: number = x#0", "", "", ", t#21, t#21", ", s#22: number, t#23: number")}\n yield s#22`, `${count("", "", "", "", "")}\n yield x#0`);
  });

  it("keeps params that trade places", () => {
    expectUnchanged(pruneParams, `${count(", s#20: number = x#0, t#21: number = y#1", "", "", ", t#21, s#20", ", s#22: number, t#23: number")}\n yield s#22`);
  });
});

describe("pruneJoins", () => {
  it("reads the source where both arms, or all exits, give the same", () => {
    expectPass(pruneJoins, "if c#3 {\n yield x#0, 1\n } else {\n yield x#0, 1\n } -> u#10: number, v#11: number\n #12: number = u#10 + v#11\n yield #12",
      "if c#3 {\n yield x#0, 1\n } else {\n yield x#0, 1\n } -> u#10: number, v#11: number\n #12: number = x#0 + 1\n yield #12");
    expectPass(pruneJoins, "block plain @10 {\n if c#3 {\n exit @10 x#0\n } else {\n }\n yield x#0\n } -> u#11: number\n yield u#11",
      "block plain @10 {\n if c#3 {\n exit @10 x#0\n } else {\n }\n yield x#0\n } -> u#11: number\n yield x#0");
    expectPass(pruneJoins, 'if c#3 {\n throw "no"\n } else {\n yield x#0\n } -> u#10: number\n yield u#10', 'if c#3 {\n throw "no"\n } else {\n yield x#0\n } -> u#10: number\n yield x#0');
  });

  it("leaves a source that is not visible outside", () => {
    expectUnchanged(pruneJoins, 'if c#3 {\n throw "no"\n } else {\n #10: number = neg x#0\n yield #10\n } -> u#11: number\n yield u#11');
    expectUnchanged(pruneJoins, "if c#3 {\n yield x#0\n } else {\n yield y#1\n } -> u#10: number\n yield u#10");
  });
});

describe("dropEmptyBlocks", () => {
  it("opens blocks that nobody leaves early", () => {
    expectPass(dropEmptyBlocks, "block plain @10 {\n #11: number = neg x#0\n yield #11\n } -> u#12: number\n yield u#12", "#11: number = neg x#0\n yield #11");
    expectPass(dropEmptyBlocks, "block function value@10 {\n #11: number = neg x#0\n exit value@10 #11\n } -> u#12: number\n yield u#12", "#11: number = neg x#0\n yield #11");
    expectUnchanged(dropEmptyBlocks, "block plain @10 {\n if c#3 {\n exit @10 x#0\n } else {\n }\n yield y#1\n } -> u#11: number\n yield u#11");
  });

  it("takes the arm that a literal chooses", () => {
    expectPass(dropEmptyBlocks, "if false {\n yield x#0\n } else {\n #10: number = neg x#0\n yield #10\n } -> u#11: number\n yield u#11", "#10: number = neg x#0\n yield #10");
  });

  it("forgets what comes after, and the exits in it", () => {
    expectPass(dropEmptyBlocks, 'block plain @10 {\n if true {\n throw "stop"\n } else {\n }\n exit @10 x#0\n } -> u#11: number\n a#4[0] = u#11', 'throw "stop"');
  });

  it("lets an if end whose arms both end now", () => {
    expectPass(dropEmptyBlocks, 'if c#3 {\n if true {\n throw "a"\n } else {\n }\n yield x#0\n } else {\n throw "b"\n } -> u#10: number\n a#4[0] = u#10', 'if c#3 {\n throw "a"\n } else {\n throw "b"\n }');
  });

  it("decides loops on literals", () => {
    expectPass(dropEmptyBlocks, "loop while (s#10: number = x#0) {\n } while false {\n yield y#1\n } -> s#11: number\n yield s#11", "yield x#0");
    expectPass(dropEmptyBlocks, "loop while (s#10: number = x#0) {\n } while true {\n a#4[0] = s#10\n yield y#1\n } -> s#11: number\n yield s#11", "loop while (s#10: number = x#0) {\n } forever {\n a#4[0] = s#10\n yield y#1\n }");
  });

  it("makes one exit of two arms that do nothing else", () => {
    expectPass(dropEmptyBlocks, "block plain @10 {\n if c#3 {\n exit @10\n } else {\n exit @10\n }\n }\n yield x#0", "yield x#0");
  });
});

describe("hoistInvariants", () => {
  it("moves dear arithmetic of derivatives out, with the cheap parts it needs", () => {
    expectPass(hoistInvariants, count("", "", "#20: number ~= x#0 + 1\n #21: number ~= y#1 / #20\n a#4[i#10] += #21\n ", "", ""), `#20: number ~= x#0 + 1\n #21: number ~= y#1 / #20\n ${count("", "", "a#4[i#10] += #21\n ", "", "")}`);
  });

  it("leaves cheap arithmetic, what changes, and what the user wrote", () => {
    expectUnchanged(hoistInvariants, count("", "", "#20: number ~= 2 * x#0\n a#4[i#10] += #20\n ", "", ""));
    expectUnchanged(hoistInvariants, count("", "", "#20: number ~= x#0 / i#10\n a#4[i#10] += #20\n ", "", ""));
    expectUnchanged(hoistInvariants, count("", "", "#20: number = Math.exp(x#0)\n a#4[i#10] = #20\n ", "", ""));
  });

  it("moves lengths and reads of unwritten memory out of reverse loops with what needs them", () => {
    expectPass(hoistInvariants, count("", "", "#20: integer = length q#5\n #21: number = p#6.u\n #22: number ~= #21 / #20\n add #30, #22\n ", "", "", "reverse").replace("loop", "declare #30\n loop"),
      `declare #30\n #20: integer = length q#5\n #21: number = p#6.u\n #22: number ~= #21 / #20\n ${count("", "", "add #30, #22\n ", "", "", "reverse")}`);
    // a may be q.
    expectUnchanged(hoistInvariants, count("", "", "#20: number = q#5[0]\n #21: number ~= #20 / x#0\n a#4[i#10] += #21\n ", "", "", "reverse"));
  });

  it("leaves nested loops one by one", () => {
    const inner = (body: string): string => `loop reverse (j#20: number = 0) {\n #21: boolean = j#20 < n#2\n } while #21 {\n ${body}#22: number = j#20 + 1\n yield #22\n } -> j#23: number\n `;
    expectPass(hoistInvariants, count("", "", inner("#30: number ~= x#0 / i#10\n #31: number ~= x#0 / y#1\n a#4[0] += #30\n a#4[1] += #31\n "), "", "", "reverse"),
      `#31: number ~= x#0 / y#1\n ${count("", "", `#30: number ~= x#0 / i#10\n ${inner("a#4[0] += #30\n a#4[1] += #31\n ")}`, "", "", "reverse")}`);
  });

  it("never reads where a loop without trips would not have read", () => {
    // A row of a matrix may be missing.
    expectUnchanged(hoistInvariants, `m#40: number[][] = [a#4]\n r#41: number[] = m#40[n#2]\n ${count("", "", "#20: number = r#41[0]\n #21: number ~= #20 / x#0\n q#5[i#10] += #21\n ", "", "", "reverse")}`);
  });
});
