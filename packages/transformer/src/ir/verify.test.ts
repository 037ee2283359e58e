import { describe, expect, it } from "vitest";
import type { Apply, Instruction, IrFunction } from "./ir.ts";
import { parse } from "./parse.ts";
import { verify } from "./verify.ts";

const inside = (...lines: readonly string[]): IrFunction =>
  parse(`function f(x#0: number, a#1: number[], p#2: {x: number}, c#3: boolean) -> undefined {\n${lines.join("\n")}\n}\n`);

/** Programs whose text can be read but that break one invariant, and a part of the message. */
const broken: readonly (readonly [invariant: string, message: string, lines: readonly string[]])[] = [
  ["an arm's Var outside the arm", "used outside the Block that defines it", ["if c#3 {", "#4: number = x#0 * 2", "} else {", "}", "#5: number = neg #4"]],
  [
    "a head's Var in the body",
    "used outside the Block that defines it",
    ["loop while () {", "#4: boolean = x#0 < 2", "} while #4 {", "#5: boolean = ! #4", "}"],
  ],
  [
    "a param after the loop",
    "used outside the Block that defines it",
    ["loop for (i#4: number = 0) {", "} while c#3 {", "yield i#4", "} -> #5: number", "#6: number = neg i#4"],
  ],
  ["code after an exit", "nothing follows", ["block plain @4 {", "exit @4", "#5: number = neg x#0", "}"]],
  ["code after an endless loop", "nothing follows", ["loop while () {", "} forever {", "}", "#5: number = neg x#0"]],
  ["an arm without a yield", "one value per out (0 for 1)", ["if c#3 {", "yield x#0", "} else {", "} -> #4: number"]],
  ["outs of an if that ends", "both dead has no outs", ["block plain @4 {", "if c#3 {", "exit @4", "} else {", "exit @4", "} -> #5: number", "}"]],
  [
    "an exit without its value",
    "an exit gives one value per out (0 for 1)",
    ["block plain @4 {", "if c#3 {", "exit @4", "} else {", "}", "yield x#0", "} -> #5: number"],
  ],
  ["an exit from outside", "a block around it", ["block plain @4 {", "exit @4", "}", "if c#3 {", "exit @4", "} else {", "}"]],
  ["an effect in a head", "holds only pure instructions", ["loop while () {", "push a#1, 1", "} while c#3 {", "}"]],
  ["outs of an endless loop", "without a condition has no outs", ["loop while (i#4: number = 0) {", "} forever {", "yield i#4", "} -> #5: number"]],
  ["a trip without its value", "a trip gives one value per out (0 for 1)", ["loop while (i#4: number = 0) {", "} while c#3 {", "} -> #5: number"]],
  ["an accumulator as an operand", "read only by get and take", ["declare d#4", "#5: number = neg d#4"]],
  ["an addition to a value", "is an accumulator", ["add x#0, 1"]],
  ["a recall from a value", "is a tape", ["#4: number = recall x#0"]],
  ["a tape of another block", "used outside the Block that defines it", ["if c#3 {", "tape t#4: tape<number>", "} else {", "}", "#5: number = recall t#4"]],
  ["a recorded boolean on a tape of numbers", "the recorded value", ["tape t#4: tape<number>", "record t#4, c#3"]],
  ["arithmetic on an array", "works on scalars", ["#4: number = a#1 * 2"]],
  ["a comparison that is a number", "results in a boolean", ["#4: number = x#0 < 2"]],
  ["a field that is none", "field y is a field of {x: number}", ["#4: number = p#2.y"]],
  ["a boolean in an array of numbers", "has type number", ["a#1[0] = c#3"]],
  ["a fraction as a counter", "has type integer", ["if c#3 {", "yield 0.5", "} else {", "yield 1", "} -> i#4: integer"]],
  ["an index into a number", "is a reference", ["#4: number = x#0[0]"]],
  ["a text added", "what is added is of the kind of the sum", ["declare d#4", '#5: string = raw pure "s"', "add d#4, #5"]],
];

describe("verify", () => {
  for (const [invariant, message, lines] of broken) {
    it(`refuses ${invariant}`, () => { expect(() => verify(inside(...lines))).toThrow(message); });
  }

  it("names the function, the instruction and the invariant", () => {
    expect(() => verify(inside("#4: number = a#1 * 2"))).toThrow("IR of f at `#4: number = a#1 * 2`: `*` works on scalars, not number[]");
  });

  it("looks through optional, takes integers for numbers and a tuple for an array", () => {
    verify(inside("if c#3 {", "yield 1:integer, undefined", "} else {", "yield 0.5, x#0", "} -> #4: number, #5: number?",
      "#6: [number, integer] = [#4, 2]", "#7: number[][] = [a#1]", "#7[0] = #6", "#8: number = #5 * 2", "#9: number = Math.hypot...(a#1)"));
  });

  const replaceFirst = (fn: IrFunction, change: (i: Apply) => Instruction): IrFunction => {
    const [first, ...rest] = fn.body.instructions;
    if (first?.kind !== "apply") throw new Error("the program begins with an operation");
    return { ...fn, body: { ...fn.body, instructions: [change(first), ...rest] } };
  };

  it("refuses what text cannot express: identity, ids, dead flags, arity", () => {
    const fn = inside("#4: number = x#0 * 2", "#5: number = neg #4");
    expect(() => verify({ ...fn, nextId: 5 })).toThrow("#5 is below nextId");
    expect(() => verify({ ...fn, body: { ...fn.body, dead: true } })).toThrow("dead exactly if");
    expect(() => verify(replaceFirst(fn, (i) => ({ ...i, out: { ...i.out } })))).toThrow("another object than the definition");
    expect(() => verify(replaceFirst(fn, (i) => ({ ...i, out: { ...i.out, id: 0 } })))).toThrow("defined exactly once");
    expect(() => verify(replaceFirst(fn, (i) => ({ ...i, args: i.args.slice(1) })))).toThrow("`*` has 2 operands");
  });
});
