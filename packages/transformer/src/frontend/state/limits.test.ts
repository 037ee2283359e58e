import { expect, it } from "vitest";
import { createReporter } from "../../diagnostics/reporter.ts";
import { findMarked } from "../marks/find.ts";
import { deepest, openText, withinDepth } from "./limits.ts";

const returning = (expression: string): string => `/** @differentiable */\nexport function f(x: number): number { return ${expression}; }\n`;

function answer(text: string): { readonly kept: number; readonly said: readonly string[] } {
  const reporter = createReporter(() => text);
  const opened = openText(text, "f.ts", reporter.report);
  const kept = opened === null ? 0 : withinDepth(findMarked(opened.sourceFile, opened.checker, reporter.report), reporter.report).length;
  return { kept, said: reporter.diagnostics().map((each) => each.code) };
}

it.each([
  ["parentheses", returning("(".repeat(20_000) + "x" + ")".repeat(20_000))],
  ["signs", returning(`${"- ".repeat(20_000)}x`)],
  ["calls", returning(`${"f(".repeat(5000)}x${")".repeat(5000)}`)],
  ["blocks", `/** @differentiable */\nfunction f(x: number): number { ${"{".repeat(20_000)}${"}".repeat(20_000)} return x; }`],
  ["a long sum", returning(`${"x + ".repeat(50_000)}x`)],
])("answers to %s nested too deep", (_, text) => {
  expect(answer(text)).toEqual({ kept: 0, said: ["RG2109"] });
});

it("takes what is just within the limit, also after a text that was too deep", () => {
  expect(answer(returning(`${"x + ".repeat(deepest - 10)}x`))).toEqual({ kept: 1, said: [] });
});

it("leaves the other functions of the file", () => {
  expect(answer(`${returning(`${"x + ".repeat(2000)}x`)}/** @differentiable */\nexport function g(x: number): number { return x; }\n`)).toEqual({
    kept: 1,
    said: ["RG2109"],
  });
});

it("has nothing to say about a deep text without a tag", () => {
  expect(answer(`const a = ${"(".repeat(20_000)}1${")".repeat(20_000)};`)).toEqual({ kept: 0, said: [] });
});
