import { assign, variableExpr, type Statement, type Variable } from "./tree.ts";
import type { Variables } from "./statements.ts";
import { eachStatement, targets } from "./walk.ts";

/**
 * `const value = x` at the end of the forward pass, where the result is a variable whose name the reverse uses again (`x = x_[i]`).
 */
export function saveValue(list: readonly Statement[], fresh: Variables["fresh"]): readonly Statement[] {
  const backward = list.findIndex((s) => s.kind === "heading" && s.text.startsWith("backward")), result = list.at(-1);
  if (backward < 0 || result?.kind !== "return" || result.value?.kind !== "record") return list;
  const field = result.value.fields.find(([name]) => name === "value")?.[1];
  if (field?.kind !== "variable" || field.variable.name === null) return list;
  const { variable } = field;
  if (!setsName(list.slice(backward), variable)) return list;
  const value = fresh({ name: "value", hint: "value", type: variable.type, role: "primal" });
  const forward = { origin: result.origin, derivative: false };
  const fields = result.value.fields.map(([name, v]) => [name, name === "value" ? variableExpr(value) : v] as const);
  return [
    ...list.slice(0, backward), assign(value, field, forward), ...list.slice(backward, -1),
    { ...result, value: { ...result.value, fields } },
  ];
}

function setsName(list: readonly Statement[], variable: Variable): boolean {
  let found = false;
  eachStatement(list, (s) => { if (targets(s).some((t) => t !== variable && t.name === variable.name && t.role !== "adjoint")) found = true; });
  return found;
}
