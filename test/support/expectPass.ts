import { expect } from "vitest";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { parse } from "../../packages/transformer/src/ir/parse.ts";
import { show } from "../../packages/transformer/src/ir/show.ts";
import { verify } from "../../packages/transformer/src/ir/verify.ts";

/** A function with some parameters and the given instructions: ids from 10 on are free. */
function functionOf(lines: string): IrFunction {
  const fn = parse(
    `function f(x#0: number, y#1: number, n#2: integer, c#3: boolean, a#4: number[], q#5: number[], p#6: {u: number, v: number}) -> opaque {\n${lines}\n}\n`,
  );
  verify(fn);
  return fn;
}

/** The text between the braces. Ids are numbered anew: which ones a pass has used up is no part of its result. */
function bodyOf(fn: IrFunction): string {
  const ids = new Map<string, number>();
  const lines = show(fn).split("\n").slice(1, -2);
  return lines.join("\n").replace(/#(\d{2,})/gu, (id) => {
    const known = ids.get(id) ?? ids.size + 10;
    ids.set(id, known);
    return `#${known}`;
  });
}

/** Expects a pass to make one text of the other. Indentation and ids are not compared; the result is verified, and a second run changes nothing. */
export function expectPass(pass: (fn: IrFunction) => IrFunction, before: string, after: string): void {
  const result = pass(functionOf(before));
  verify(result);
  expect(bodyOf(result)).toBe(bodyOf(functionOf(after)));
  expect(pass(result)).toBe(result);
}

/** Expects a pass to return the very object it was given. */
export function expectUnchanged(pass: (fn: IrFunction) => IrFunction, lines: string): void {
  const fn = functionOf(lines);
  expect(pass(fn)).toBe(fn);
}
