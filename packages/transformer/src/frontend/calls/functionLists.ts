import ts from "typescript";
import { isAssignment } from "../programs/assignments.ts";
import { isInsideFunction } from "../expressions/lowerNames.ts";
import { findBinding } from "../state/values.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type KnownObject, type Value } from "../state/values.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { expression, shortText } from "../expressions/lowerExpressions.ts";
import { knownObject } from "../objects/lowerLiterals.ts";

/**
 * Lists of functions that are made one after the other: `const layers: Fn[] = []; layers.push(relu);`. A list exists only while compiling, and what a variable
 * holds after a push is another list. That is the same as long as nothing else holds the list.
 */

/** `[]` where functions will be pushed. */
export function isEmptyList(s: Lowering, node: ts.ArrayLiteralExpression): boolean {
  const around = node.parent;
  if (
    node.elements.length > 0 ||
    !(ts.isVariableDeclaration(around) || ts.isPropertyDeclaration(around)) ||
    around.initializer !== node ||
    !ts.isIdentifier(around.name)
  )
    return false;
  const symbol = s.checker.getSymbolAtLocation(around.name);
  return symbol !== undefined && holdsFunctions(s, s.checker.getTypeAtLocation(around.name)) && pushesAlone(s, symbol, node.getSourceFile());
}

/** `layers.push(f, g)`, of a list that only one variable or field holds; undefined for anything else. */
export function pushFunctions(s: Lowering, node: ts.CallExpression, callee: ts.PropertyAccessExpression): Value | undefined {
  if (callee.name.text !== "push" || node.arguments.some((a) => ts.isSpreadElement(a)) || !holdsFunctions(s, s.checker.getTypeAtLocation(callee.expression)))
    return undefined;
  const binding = heldBy(s, skipTypes(callee.expression)), before = binding && s.get(binding);
  if (!binding || binding.frame !== s.frame || !before || isVar(before) || before.kind !== "object" || !before.isArray || before.spread) return undefined;
  const all = [...[...before.fields.values()].map((field) => s.get(field)), ...node.arguments.map((a) => expression(s, a))];
  if (!all.every(isFunction)) return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  // Nobody assigns the elements, so they are what they are behind the arm of an `if` as well.
  const fields = new Map(all.map((initial, k) => [String(k), { ...s.temporary(), initial }] as const));
  s.set(binding, { kind: "object", fields, isArray: true, node });
  return s.integer(fields.size);
}

/** What is the same wherever it is called: a function, with nothing that it is a method of. */
const isFunction = (v: Value): boolean => !isVar(v) && (v.kind === "builtin" || (v.kind === "closure" && v.receiver === undefined && !v.fields));

function heldBy(s: Lowering, node: ts.Expression): Binding | undefined {
  const name = ts.isIdentifier(node) ? node : ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name) ? node.name : undefined;
  const symbol = name && s.checker.getSymbolAtLocation(name), declaration = symbol?.valueDeclaration;
  if (
    !symbol ||
    !declaration ||
    !(ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) ||
    !pushesAlone(s, symbol, declaration.getSourceFile())
  )
    return undefined;
  if (ts.isIdentifier(node)) { const meant = symbolOf(s, node); return meant && findBinding(s.scope, meant); }
  const object = ts.isPropertyAccessExpression(node) ? expression(s, node.expression) : undefined;
  return object && !isVar(object) && object.kind === "object" && name ? object.fields.get(name.text) : undefined;
}

function holdsFunctions(s: Lowering, type: ts.Type): boolean {
  const element = s.checker.isArrayType(type) ? s.checker.getTypeArguments(type as ts.TypeReference)[0] : undefined; // arrays are references to a generic type
  return element !== undefined && element.getCallSignatures().length > 0;
}

const alone = new WeakMap<ts.Symbol, boolean>();

/** Whether no mention of a list hands it on: it is gone through, asked for an element, spread, or one of its methods is called; it is never assigned. */
function pushesAlone(s: Lowering, symbol: ts.Symbol, file: ts.SourceFile): boolean {
  const known = alone.get(symbol);
  if (known !== undefined) return known;
  const declaration = symbol.valueDeclaration;
  let only =
    declaration !== undefined &&
    (ts.isPropertyDeclaration(declaration) || isInsideFunction(declaration)) &&
    !(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Static);
  const visit = (node: ts.Node): void => {
    s.spend(1);
    if (only && ts.isIdentifier(node) && node.text === symbol.name && node.parent !== declaration && s.checker.getSymbolAtLocation(node) === symbol)
      only = isLookedInto(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  alone.set(symbol, only);
  return only;
}

function isLookedInto(name: ts.Identifier): boolean {
  let at: ts.Node = ts.isPropertyAccessExpression(name.parent) && name.parent.name === name ? name.parent : name;
  while (ts.isNonNullExpression(at.parent) || ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (ts.isPropertyAccessExpression(parent))
    return (
      parent.expression === at &&
      !/^(?:pop|shift|unshift|splice|sort|reverse|fill|copyWithin)$/u.test(parent.name.text) &&
      !(parent.name.text === "length" && isAssignment(parent.parent) && parent.parent.left === parent)
    );
  if (ts.isElementAccessExpression(parent)) return parent.expression === at && !(isAssignment(parent.parent) && parent.parent.left === parent);
  return ts.isSpreadElement(parent) || (ts.isForOfStatement(parent) && parent.expression === at);
}

/** `[1, 2, 3].map((k) => (x) => x * k)`: what goes through a list that is written out, and gives functions. */
export function writtenOut(s: Lowering, node: ts.CallExpression, callee: ts.PropertyAccessExpression): KnownObject | null {
  const list = skipTypes(callee.expression);
  if (
    callee.name.text !== "map" ||
    !ts.isArrayLiteralExpression(list) ||
    list.elements.length === 0 ||
    list.elements.length > 16 ||
    list.elements.some((e) => ts.isSpreadElement(e) || ts.isOmittedExpression(e))
  )
    return null;
  return holdsFunctions(s, s.checker.getTypeAtLocation(node))
    ? knownObject(
        s,
        list,
        list.elements.map((e, k) => [String(k), expression(s, e)] as const),
        true,
      )
    : null;
}
