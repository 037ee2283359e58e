import { describe, expect, it } from "vitest";
import { parse } from "../../packages/transformer/src/ir/parse.ts";
import { show } from "../../packages/transformer/src/ir/show.ts";
import { foldLiterals } from "../../packages/transformer/src/optimise/foldLiterals.ts";
import { eliminateDead } from "../../packages/transformer/src/optimise/eliminateDead.ts";
import { asWritten, simplify } from "../../packages/transformer/src/optimise/simplify.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

/** To a fixpoint and without what became unread, as in the list of passes. */
const pass = (before: string, after: string): void => expectPass((fn) => {
  let current = fn;
  for (let next = eliminateDead(simplify(current)); next !== current; next = eliminateDead(simplify(current))) current = next;
  return current;
}, before, after);

/** One derivative: what `#10: number ~= left` becomes. */
const free = (left: string, right: string): void => pass(`#10: number ~= ${left}\n yield #10`, `#10: number ~= ${right}\n yield #10`);
const value = (left: string, right: string): void => pass(`#10: number ~= ${left}\n yield #10`, `yield ${right}`);

describe("simplify, of the user's arithmetic", () => {
  it("uses identities that keep every bit", () => {
    pass(dedent`
      #10: number = x#0 * 1
       #11: number = 1 * #10
       #12: number = #11 / 1
       #13: number = #12 - 0
       #14: number = #13 + -0
       #15: number = pos #14
       #16: number = neg #15
       #17: number = neg #16
       yield #17
    `, "yield x#0");
  });

  it("leaves what would change -0 or NaN", () => {
    expectUnchanged(simplify, dedent`
      #10: number = x#0 + 0
       #11: number = 0 - #10
       #12: number = #11 * 0
       #13: number = #12 - #12
       #14: number = #13 / #13
       #15: number = #14 * 2
       #16: number = 2 * #15
       yield #16
    `);
  });

  it("decides conditionals on literals, and turns a negated one around", () => {
    pass("#10: boolean = 2 > 1\n #11: number = #10 ? x#0 : y#1\n yield #11", "yield x#0");
    pass("#10: boolean = ! c#3\n #11: number = #10 ? x#0 : y#1\n yield #11", "#11: number = c#3 ? y#1 : x#0\n yield #11");
    pass(dedent`
      #10: boolean = true && c#3
       #11: boolean = #10 || false
       #12: boolean = false || #11
       yield #12
    `, "#11: boolean = c#3 || false\n yield #11");
  });

  it("leaves arithmetic as written, until its operands became others", () => {
    const text = (operand: string): string =>
      `function f(x#0: number) -> number {\n  #1: number = x#0 / 1\n  #2: number = ${operand} * 1\n  #3: number = 1 / 3\n  #4: number = #2 + #3\n  yield #4\n}\n`;
    const fn = parse(text("#1"));
    expect(simplify(fn, asWritten(fn))).toBe(fn);
    // Had `#2` other operands when the user wrote it, it would go; the rest stays.
    const written = new Map([...asWritten(fn)].filter(([out]) => out.id !== 2));
    expect(show(simplify(fn, written))).toBe(text("#1").replace("  #2: number = #1 * 1\n", "").replace("#2 +", "#1 +"));
  });
});

describe("simplify, of derivatives", () => {
  it("annihilates with zeros", () => {
    value("0 * x#0", "0");
    value("x#0 * -0", "0");
    value("0 / x#0", "0");
    value("x#0 + 0", "x#0");
    value("x#0 - 0", "x#0");
    value("c#3 ? 0 : 0", "0");
    free("0 - x#0", "neg x#0");
  });

  it("moves signs outwards and into sums", () => {
    free("x#0 * -1", "neg x#0");
    free("x#0 / -1", "neg x#0");
    pass(dedent`
      #10: number ~= neg x#0
       #11: number ~= #10 * y#1
       #12: number ~= #11 * n#2
       yield #12
    `, dedent`
      #13: number ~= x#0 * y#1
       #14: number ~= #13 * n#2
       #12: number ~= neg #14
       yield #12
    `);
    pass(dedent`
      #10: number ~= neg x#0
       #11: number ~= neg y#1
       #12: number ~= #10 * #11
       yield #12
    `, "#12: number ~= x#0 * y#1\n yield #12");
    pass("#10: number ~= neg x#0\n #11: number ~= y#1 + #10\n yield #11", "#11: number ~= y#1 - x#0\n yield #11");
    pass("#10: number ~= neg x#0\n #11: number ~= y#1 - #10\n yield #11", "#11: number ~= y#1 + x#0\n yield #11");
    pass("#10: number ~= x#0 - y#1\n #11: number ~= neg #10\n yield #11", "#11: number ~= y#1 - x#0\n yield #11");
    pass("#10: number ~= neg x#0\n #11: number ~= #10 * 2\n yield #11", "#11: number ~= -2 * x#0\n yield #11");
  });

  it("gathers literals in front", () => {
    free("x#0 * 2", "2 * x#0");
    free("x#0 + x#0", "2 * x#0");
    pass("#10: number ~= 2 * x#0\n #11: number ~= 0.5 * #10\n yield #11", "yield x#0");
    pass("#10: number ~= x#0 * y#1\n #11: number ~= 2 * #10\n yield #11", "#12: number ~= 2 * x#0\n #11: number ~= #12 * y#1\n yield #11");
    // No user wrote 0.30000000000000004.
    expectUnchanged(simplify, "#10: number ~= 0.1 * x#0\n #11: number ~= 3 * #10\n yield #11");
  });

  it("takes a literal to the one that is there already", () => {
    pass("#10: number ~= 0.5 / y#1\n #11: number ~= 2 * #10\n yield #11", "#11: number ~= 1 / y#1\n yield #11");
    pass(dedent`
      #10: number ~= 0.5 * x#0
       #11: number ~= #10 / y#1
       #12: number ~= 4 * #11
       yield #12
    `, dedent`
      #10: number ~= 2 * x#0
       #12: number ~= #10 / y#1
       yield #12
    `);
    pass(dedent`
      #10: number ~= 0.5 / y#1
       #11: number ~= c#3 ? 0 : #10
       #12: number ~= 2 * #11
       yield #12
    `, dedent`
      #10: number ~= 1 / y#1
       #12: number ~= c#3 ? 0 : #10
       yield #12
    `);
    // Where nothing meets, the literal stays in front.
    expectUnchanged(simplify, "#10: number ~= x#0 / y#1\n #11: number ~= 2 * #10\n yield #11");
    expectUnchanged(simplify, "#10: number ~= c#3 ? 1 : 3\n #11: number ~= 2 * #10\n yield #11");
  });

  it("compares a negated value with zero as it is", () => {
    pass("#10: number ~= neg x#0\n #11: boolean ~= #10 === 0\n yield #11", "#11: boolean ~= x#0 === 0\n yield #11");
  });

  it("makes products of quotients and choices what a person would write", () => {
    pass("#10: number ~= 1 / y#1\n #11: number ~= x#0 * #10\n yield #11", "#11: number ~= x#0 / y#1\n yield #11");
    pass("#10: number ~= c#3 ? 1 : 0\n #11: number ~= #10 * x#0\n yield #11", "#11: number ~= c#3 ? x#0 : 0\n yield #11");
    pass(dedent`
      #10: number ~= c#3 ? -1 : 0
       #11: number ~= x#0 * #10
       yield #11
    `, dedent`
      #12: number ~= neg x#0
       #11: number ~= c#3 ? #12 : 0
       yield #11
    `);
    pass(dedent`
      #10: number ~= y#1 * n#2
       #11: number ~= x#0 * #10
       yield #11
    `, dedent`
      #12: number ~= x#0 * y#1
       #11: number ~= #12 * n#2
       yield #11
    `);
  });

  it("knows the value of the user's constants, and writes it where it is short", () => {
    pass(dedent`
      #10: number = 2 * 6371
       #11: boolean ~= #10 === 0
       #12: number ~= #10 * x#0
       #13: number ~= #11 ? 0 : #12
       yield #13
    `, "#12: number ~= 12742 * x#0\n yield #12");
    const third = "#10: number = 1 / 3\n #12: number ~= #10 * x#0\n yield #12";
    expectUnchanged((fn) => simplify(fn, asWritten(fn)), third);
  });

  it("drops a guard whose adjoint is known not to be 0", () => {
    pass(dedent`
      #10: boolean ~= 1 === 0
       #11: number ~= x#0 * 1
       #12: number ~= #10 ? 0 : #11
       yield #12
    `, "yield x#0");
    pass(dedent`
      #10: boolean ~= 0 === 0
       #11: number ~= x#0 * 0
       #12: number ~= #10 ? 0 : #11
       yield #12
    `, "yield 0");
  });

  it("writes small powers as products", () => {
    value("x#0 ** 0", "1");
    value("x#0 ** 1", "x#0");
    pass(dedent`
      #10: number ~= 2 - 1
       #11: number ~= x#0 ** #10
       #12: number ~= 2 * #11
       yield #12
    `, "#12: number ~= 2 * x#0\n yield #12");
    pass("#10: number ~= x#0 ** 3\n yield #10", "#11: number ~= x#0 * x#0\n #10: number ~= #11 * x#0\n yield #10");
    expectUnchanged(simplify, "#10: number ~= x#0 ** 2\n yield #10");
  });

  it("does not take apart what is read twice, what has a name, or what the user computed", () => {
    expectUnchanged(simplify, dedent`
      #10: number ~= 1 / y#1
       #11: number ~= x#0 * #10
       #12: number ~= #11 + #10
       yield #12
    `);
    expectUnchanged(simplify, "d#10: number ~= 1 / y#1\n #11: number ~= x#0 * d#10\n yield #11");
    expectUnchanged(simplify, "#10: number = neg y#1\n #11: number ~= x#0 + #10\n yield #11");
  });
});

describe("foldLiterals", () => {
  const fold = (op: string, ...args: readonly (number | boolean)[]): unknown => foldLiterals(op, args.map((v) => ({ value: v })))?.value;

  it("folds what the language defines to the bit", () => {
    expect(fold("+", 0.1, 0.2)).toBe(0.1 + 0.2);
    expect(fold("*", -1, 0)).toBe(-0);
    expect(fold("neg", 0)).toBe(-0);
    expect(fold("<", 1, 2)).toBe(true);
    expect(fold("%", -5, 3)).toBe(-2);
    expect(fold(">>>", -1, 28)).toBe(15);
    expect(fold("!", false)).toBe(true);
  });

  it("leaves to the engine what is the engine's, and to nobody what is not known", () => {
    expect(foldLiterals("**", [{ value: 2 }, { value: 0.5 }])).toBeNull();
    expect(foldLiterals("Math.sin", [{ value: 1 }])).toBeNull();
    expect(foldLiterals("+", [{ value: 1 }, undefined])).toBeNull();
    expect(foldLiterals("+", [{ value: "a" }, { value: 1 }])).toBeNull();
  });
});
