import type ts from "typescript";
import { integerType } from "../../ir/build.ts";
import type { Type } from "../../ir/ir.ts";
import { draws } from "../../rules/matrices.ts";
import { matrixEntry } from "../../rules/rulebook.ts";
import { importedFromRuntime } from "./runtimeNames.ts";

/** Matrices of `@retrograd/runtime`: values that its functions make and take. */

/** The function of the runtime that a name stands for, if it is one with a meaning here: `matrix.matmul`. */
export function matrixFunction(symbol: ts.Symbol | undefined): string | undefined {
  for (const d of symbol?.declarations ?? []) {
    const name = importedFromRuntime(d);
    const member = name === undefined || name === "stopGradient" ? undefined : runtimeMember(name);
    if (member !== undefined) return member;
  }
  return undefined;
}

/** The same for `rt.matmul`. */
export const runtimeMember = (name: string): string | undefined => (name === "stopGradient" ? name : isKnown(name) ? `matrix.${name}` : undefined);

const isKnown = (name: string): boolean => name === "addTo" || draws.has(name) || others.has(name) || [1, 2, 3, 4, 5].some((n) => matrixEntry(name, n));

/** Functions that no gradient flows through, and what they give. */
export const others: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["argmax", integerType], ["random", { kind: "opaque", text: null }], ["fromRows", { kind: "matrix", text: "Matrix" }],
]);
