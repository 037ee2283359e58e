import { describe, expect, it } from "vitest";
import { cancelShifts } from "../packages/transformer/src/analysis/shifts.ts";
import { recogniseGates } from "../packages/transformer/src/analysis/gates.ts";
import { parseFormula } from "../packages/transformer/src/frontend/expressions/formula.ts";
import { parse } from "../packages/transformer/src/ir/parse.ts";
import { show } from "../packages/transformer/src/ir/show.ts";
import { verify } from "../packages/transformer/src/ir/verify.ts";
import { createRulebook } from "../packages/transformer/src/rules/rulebook.ts";
import { formulaFunction } from "./support/formulaFunction.ts";

/** The maximum of xs in m, the sum of exp(x - m) in s. `each` replaces the sum, `rest` follows. */
function program(rest: string, each = "    s1#16: number = s#12 + #15\n"): string {
  return `
function f(xs#0: number[], k#1: integer) -> number {
  n#2: integer = length xs#0
  loop for (i#3: integer = 0:integer, m#4: number = -Infinity) {
    #5: boolean = i#3 < n#2
  } while #5 {
    #6: number = xs#0[i#3]
    m#7: number = Math.max(m#4, #6)
    i#8: integer = i#3 + 1
    yield i#8, m#7
  } -> i#9: integer, m#10: number
  loop for (j#11: integer = 0:integer, s#12: number = 0) {
    #13: boolean = j#11 < n#2
  } while #13 {
    x#17: number = xs#0[j#11]
    t#14: number = x#17 - m#10
    #15: number = Math.exp(t#14)
${each}    j#18: integer = j#11 + 1
    yield j#18, s1#16
  } -> j#19: integer, s#20: number
${rest}}
`;
}

/** The lines that were cut, each as written with what it counts as. */
function cuts(text: string): readonly string[] {
  const before = parse(text), fn = cancelShifts(before);
  verify(fn);
  // But for the gates the function is what it was.
  expect(show(fn).replaceAll(/ gate (pos|neg)\([^)]*\)/g, "")).toBe(show(before));
  return show(fn).split("\n").filter((line) => line.includes(" gate ")).map((line) => line.trim());
}

const shifted = "t#14: number = x#17 - m#10 gate pos(x#17)";

describe("a shift that cancels is cut", () => {
  it("in a log-sum-exp over an array", () => {
    expect(cuts(program(`  #21: number = Math.log(s#20)
  #22: number = m#10 + #21
  yield #22
`))).toEqual([shifted, "#22: number = m#10 + #21 gate pos(#21)"]);
  });

  it("in a log-softmax", () => {
    expect(cuts(program(`  #21: number = Math.log(s#20)
  #22: number = xs#0[k#1]
  #23: number = #22 - m#10
  #24: number = #23 - #21
  yield #24
`))).toEqual([shifted, "#23: number = #22 - m#10 gate pos(#22)"]);
  });

  it("in a quotient of exponentials, and where the sign is turned", () => {
    expect(cuts(program(`  #21: number = xs#0[k#1]
  #22: number = #21 - m#10
  #23: number = Math.exp(#22)
  #24: number = #23 / s#20
  yield #24
`))).toHaveLength(2);
    expect(cuts(program(`  #21: number = Math.log(s#20)
  #22: number = neg #21
  #23: number = m#10 - #22
  #24: number = Math.sin(#23)
  yield #24
`))).toEqual([shifted, "#23: number = m#10 - #22 gate neg(#22)"]);
  });

  it("where a comparison decides which terms count, or a term is weighted", () => {
    const rest = `  #21: number = Math.log(s#20)
  #22: number = m#10 + #21
  yield #22
`;
    expect(cuts(program(rest, `    #30: boolean = t#14 > -30
    if #30 {
      #31: number = s#12 + #15
      yield #31
    } else {
      yield s#12
    } -> s1#16: number
`))).toHaveLength(2);
    expect(cuts(program(rest, `    #30: number = #15 * x#17
    s1#16: number = s#12 + #30
`))).toHaveLength(2);
  });

  it("in every trip of a loop around it", () => {
    expect(cuts(`
function f(a#0: number[], n#1: integer) -> number {
  loop for (i#2: integer = 0:integer, total#3: number = 0) {
    #4: boolean = i#2 < n#1
  } while #4 {
    x#5: number = a#0[i#2]
    z#6: number = total#3 * x#5
    m#7: number = Math.max(x#5, z#6)
    #8: number = x#5 - m#7
    #9: number = Math.exp(#8)
    #10: number = z#6 - m#7
    #11: number = Math.exp(#10)
    #12: number = #9 + #11
    #13: number = Math.log(#12)
    #14: number = #13 + m#7
    total#15: number = total#3 + #14
    i#16: integer = i#2 + 1
    yield i#16, total#15
  } -> i#17: integer, total#18: number
  yield total#18
}
`)).toHaveLength(3);
  });
});

describe("a shift that does not cancel stays", () => {
  it.each<[string, string, string?]>([
    ["it is not added back", "  #21: number = Math.log(s#20)\n  yield #21\n"],
    ["the sum itself is used", "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  #23: number = #22 * s#20\n  yield #23\n"],
    ["it is used for itself", "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  #23: number = #22 * m#10\n  yield #23\n"],
    ["it is returned", "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  yield m#10\n"],
    ["it is added twice", "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  #23: number = #22 + m#10\n  yield #23\n"],
    ["another log", "  #21: number = Math.log2(s#20)\n  #22: number = m#10 + #21\n  yield #22\n"],
    ["the sum starts at 1", "  #21: number = 1 + s#20\n  #22: number = Math.log(#21)\n  #23: number = m#10 + #22\n  yield #23\n"],
    ["it is stored", "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  #23: number[] = [s#20]\n  yield #22\n"],
    [
      "a term is not shifted",
      "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  yield #22\n",
      "    #30: number = #15 + x#17\n    s1#16: number = s#12 + #30\n",
    ],
    ["the terms are multiplied", "  #21: number = Math.log(s#20)\n  #22: number = m#10 + #21\n  yield #22\n", "    s1#16: number = s#12 * #15\n"],
  ])("%s", (_, rest, each) => {
    expect(cuts(program(rest, each))).toEqual([]);
  });

  it("each trip has a shift of its own and the sum runs over the trips", () => {
    expect(cuts(`
function f(a#0: number[], n#1: integer) -> number {
  loop for (i#2: integer = 0:integer, s#3: number = 0, y#20: number = 0) {
    #4: boolean = i#2 < n#1
  } while #4 {
    x#5: number = a#0[i#2]
    m#6: number = x#5 * x#5
    #7: number = x#5 - m#6
    #8: number = Math.exp(#7)
    s#9: number = s#3 + #8
    #10: number = Math.log(s#9)
    y#11: number = #10 + m#6
    i#12: integer = i#2 + 1
    yield i#12, s#9, y#11
  } -> i#13: integer, s#14: number, y#15: number
  yield y#15
}
`)).toEqual([]);
  });

  it("is left to a gate that knows it", () => {
    const { gates } = createRulebook(parseFormula);
    const fn = recogniseGates(formulaFunction(parseFormula("m + Math.log(Math.exp(a - m) + Math.exp(b - m))")), gates);
    expect(cancelShifts(fn)).toBe(fn);
  });
});
