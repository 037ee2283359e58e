import { gates } from "../../packages/transformer/src/rules/gates.ts";
import { globals } from "../../packages/transformer/src/rules/globals.ts";
import { matrices } from "../../packages/transformer/src/rules/matrices.ts";
import { math } from "../../packages/transformer/src/rules/math.ts";
import { operators } from "../../packages/transformer/src/rules/operators.ts";
import type { Rule } from "../../packages/transformer/src/rules/rule.ts";
import { code, page, table } from "./markdown.ts";

/** docs/reference/rules.md: every entry of every rule table. */
export function rulesPage(): string {
  const gateRows = Object.values(gates).map(({ rule, spellings }): readonly string[] => [
    spellings.map(code).join("<br>"), code(callOf(rule)), derivative(rule), about(rule),
  ]);
  return page("Rules", "the tables in packages/transformer/src/rules", [
    "In a formula `y` is the result and `dy` its adjoint; the other names are operands. *Guarded*: the partial may be infinite where the value is finite, " +
      "so an incoming gradient of zero stays zero there.",
    "## Operators",
    tableOf(operators),
    "## `Math`",
    tableOf(math),
    "## Other functions",
    tableOf(globals),
    "## Gates",
    "Recognised where they are written out. The value keeps the bits of what is written; the derivative is that of the gate.",
    table(["written", "gate", "derivative", "source and edges"], gateRows),
    "## Matrices",
    "The functions of `@retrograd/runtime`, from the dimension argument and the derivative of each element (of the linear algebra: Giles, An extended collection of matrix derivative results, 2008). `sumTo(…, b)` sums over what was repeated of `b`.",
    table(["call", "contributions"], matrixRows()),
  ]);
}

function matrixRows(): readonly (readonly string[])[] {
  return Object.entries(matrices).map(([name, { operands, formulas }]) => [
    code(`${name.split(" ")[0] ?? name}(${operands.join(", ")})`),
    Object.entries(formulas).map(([operand, formula]) => (formula === null ? `none by ${code(operand)}` : `d${operand} = ${code(formula)}`)).join("<br>"),
  ]);
}

function tableOf(rules: Readonly<Record<string, Rule>>): string {
  return table(["call", "derivative", "source and edges"], Object.values(rules).map((rule) => [code(callOf(rule)), derivative(rule), about(rule)]));
}

function callOf(rule: Rule): string {
  return rule.call;
}

function derivative(rule: Rule): string {
  switch (rule.kind) {
    case "zero": return `0: ${rule.why}`;
    case "unsupported": return `refused: ${rule.why}`;
    case "choice": return `to the first operand where ${code(rule.condition)}, else to the other`;
    case "partials":
    case "pullback": {
      const guarded = rule.kind === "partials" ? rule.guarded : [];
      const wanted = rule.kind === "partials" ? "∂y/∂" : "d";
      return Object.entries(rule.formulas)
        .map(([operand, formula]) =>
          formula === null ? `none by ${code(operand)}` : `${wanted}${operand} = ${code(formula)}${guarded.includes(operand) ? " (guarded)" : ""}`,
        )
        .join("<br>");
    }
  }
}

function about(rule: Rule): string {
  if (rule.kind === "zero" || rule.kind === "unsupported") return "";
  const edges = rule.at.map(([point, partials]) => `at ${assignments(point)}: ${assignments(partials)}`);
  return [rule.source, ...edges].join("<br>");
}

function assignments(values: Readonly<Record<string, number>>): string {
  return Object.entries(values).map(([name, value]) => `${name} ${Object.is(value, -0) ? "-0" : value}`).join(", ");
}
