import { expect, it } from "vitest";
import { createReporter } from "../../diagnostics/reporter.ts";
import { findMarked } from "../marks/find.ts";
import { createProgramForText } from "./program.ts";
import { withoutSyntaxErrors } from "./syntaxErrors.ts";

function check(text: string): { readonly kept: readonly string[]; readonly said: readonly string[] } {
  const { program, sourceFile, checker } = createProgramForText(text, "f.ts");
  const reporter = createReporter(() => text);
  const kept = withoutSyntaxErrors(program, sourceFile, findMarked(sourceFile, checker, reporter.report), reporter.report);
  return { kept: kept.map((each) => each.name), said: reporter.diagnostics().map((each) => `${each.code} ${each.line}:${each.column} ${each.message}`) };
}

it("leaves out the function that does not parse, and only that one", () => {
  const good = "/** @differentiable */\nfunction good(x: number): number { return x; }\n";
  expect(check(`${good}/** @differentiable */\nfunction bad(x: number): number { return x * ; }\n`)).toEqual({
    kept: ["good"], said: ["RG1101 4:46 Mistake: `bad` does not parse: Expression expected"],
  });
});

it("shows the function that is not closed", () => {
  expect(check("/** @differentiable */\nfunction bad(x: number): number { return x;")).toEqual({
    kept: [],
    said: ["RG1101 2:43 Mistake: `bad` does not parse: '}' expected"],
  });
});

it("has nothing to say about errors outside", () => {
  expect(check("const = 1;\n/** @differentiable */\nfunction good(x: number): number { return x; }\n")).toEqual({ kept: ["good"], said: [] });
});
