import ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import { numberType, stringType } from "../../ir/build.ts";
import { isDictionary } from "../../ir/dictionaries.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Value } from "../state/values.ts";
import { readElement } from "../expressions/lowerAccess.ts";
import { eachElement } from "../arrays/lowerEach.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { declaredType } from "../calls/lowerInline.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { bindName } from "../statements/lowerPatterns.ts";
import { writeElement } from "../statements/lowerPlaces.ts";
import { inScope } from "../statements/lowerStatements.ts";
import { isNumeric, present } from "../types/irTypes.ts";

/** The key of a dictionary as the text that it is: `d[3]` is `d["3"]`. */
export function nameOf(s: Lowering, node: ts.Node, key: Var): Var | null {
  if (key.type.kind === "string") return key;
  if (!isNumeric(key.type) || key.type.kind === "optional") return null;
  return key.literal ? s.literal(String(key.literal.value)) : s.raw(node, ["String(", key, ")"], stringType, true);
}

export function newDictionary(s: Lowering, node: ts.Node): Var {
  const out = s.fresh(null, { kind: "array", constructorName: "Dictionary", element: numberType });
  s.emit({ kind: "array", origin: s.origin(node), elements: [], out });
  return out;
}

/** `Object.fromEntries(keys.map((k) => [k, x]))`, or of an array of pairs; null if it makes something else than a dictionary. */
export function fromEntries(s: Lowering, node: ts.CallExpression, type: Type): Value | null {
  const [given] = node.arguments;
  if (!given || node.arguments.length !== 1 || !isDictionary(type)) return null;
  const map = skipTypes(given), pair = ts.isCallExpression(map) ? pairOf(map) : null;
  if (pair && ts.isCallExpression(map) && ts.isPropertyAccessExpression(map.expression)) {
    const list = expression(s, map.expression.expression);
    if (!isVar(list) || present(list.type).kind !== "array" || isDictionary(present(list.type))) return null;
    const out = newDictionary(s, node);
    eachElement(s, node, list, (element, index) => inScope(s, () => {
      pair.parameters.forEach((p, k) => bindName(s, p.name, k === 0 ? element() : index, (id) => s.bind(symbolOf(s, id), id.text, declaredType(s, id))));
      const key = toVar(s, expression(s, pair.key), pair.key), value = toVar(s, expression(s, pair.value), pair.value), name = nameOf(s, pair.key, key);
      if (name) writeElement(s, node, out, name, value);
      else s.report(pair.key, catalogue.dynamicField, { text: shortText(pair.key) });
    }));
    return out;
  }
  const list = expression(s, given);
  if (!isVar(list)) return null;
  const of = present(list.type);
  if (of.kind !== "array" || of.element.kind !== "tuple" || of.element.elements.length !== 2 || !isNumeric(of.element.elements[1] ?? stringType)) return null;
  const out = newDictionary(s, node);
  eachElement(s, node, list, (element) => {
    const at = element();
    writeElement(s, node, out, readElement(s, node, at, s.integer(0), stringType), readElement(s, node, at, s.integer(1)));
  });
  return out;
}

/** `(k) => [k, x]`, of a call of `map`. */
function pairOf(
  node: ts.CallExpression,
): { readonly parameters: readonly ts.ParameterDeclaration[]; readonly key: ts.Expression; readonly value: ts.Expression } | null {
  const [fn] = node.arguments,
    { expression: callee } = node;
  if (
    !fn ||
    node.arguments.length !== 1 ||
    !ts.isArrowFunction(fn) ||
    ts.isBlock(fn.body) ||
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "map"
  )
    return null;
  const body = skipTypes(fn.body),
    [key, value] = ts.isArrayLiteralExpression(body) ? body.elements : [];
  if (!key || !value || !ts.isArrayLiteralExpression(body) || body.elements.length !== 2 || body.elements.some((e) => ts.isSpreadElement(e))) return null;
  return fn.parameters.length <= 2 && fn.parameters.every((p) => !p.initializer && !p.dotDotDotToken) ? { parameters: fn.parameters, key, value } : null;
}
