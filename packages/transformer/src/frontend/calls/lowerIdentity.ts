import ts from "typescript";
import { booleanType, integerType } from "../../ir/build.ts";
import type { Type } from "../../ir/ir.ts";
import { isInGenerated } from "../marks/existing.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type KnownObject, type Value } from "../state/values.ts";
import { operand } from "../expressions/lowerExpressions.ts";
import { lengthOf, readElement } from "../expressions/lowerAccess.ts";
import { whileLoop } from "../arrays/lowerEach.ts";
import { knownObject, newArray, newRecord, pushElement } from "../objects/lowerLiterals.ts";
import { isGlobal } from "../expressions/lowerNames.ts";
import { findBinding } from "../state/values.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf } from "../types/irTypes.ts";

/**
 * The map of a generated gradient from shared objects to their gradients, in a gradient of that gradient. A map has no derivative; what it
 * does has one: each object gets a number in the order in which objects are met, and its gradient stands in a list at that place.
 */

/** `new Map<object, unknown>()` of a generated gradient: the numbers, and a list for each function that makes gradients of objects. */
export function identityMap(s: Lowering, node: ts.NewExpression): KnownObject | undefined {
  if (!ts.isIdentifier(node.expression) || !isGlobal(s, node.expression, "Map") || (node.arguments?.length ?? 0) > 0 || !isInGenerated(node)) return undefined;
  const makers = new Map<string, ts.FunctionDeclaration>();
  let other = false;
  const visit = (at: ts.Node): void => {
    if (ts.isCallExpression(at)) {
      const maker = makerOf(s, at);
      if (maker && recordMade(s, maker)) makers.set(maker.name?.text ?? "", maker);
      else if (maker) other = true;
    }
    ts.forEachChild(at, visit);
  };
  let fn: ts.Node = node;
  while (fn.parent && !ts.isSourceFile(fn.parent)) fn = fn.parent;
  visit(fn);
  if (other || makers.size === 0) return undefined;
  const numbers = s.raw(node, ["new Map<object, unknown>()"], { kind: "opaque", text: "Map<object, unknown>" }, false);
  s.name(numbers, "numbers");
  const map = knownObject(
    s,
    node,
    [["map", numbers], ...[...makers].map(([name, maker]) => [name, newArray(s, node, [], arrayOf(recordMade(s, maker) ?? { kind: "undefined" }))] as const)],
    false,
  );
  s.identityMaps.add(map);
  return map;
}

/** The function of this module that a call names, if it makes gradients of shared objects: `gradientOfNode(node, shadows)`. */
function makerOf(s: Lowering, node: ts.CallExpression): ts.FunctionDeclaration | undefined {
  const callee = skipTypes(node.expression);
  if (!ts.isIdentifier(callee) || !callee.text.startsWith("gradientOf") || node.arguments.length !== 2) return undefined;
  const declaration = symbolOf(s, callee)?.valueDeclaration;
  return declaration && ts.isFunctionDeclaration(declaration) && declaration.parameters[1]?.type?.getText() === "Map<object, unknown>"
    ? declaration
    : undefined;
}

/** The record of numbers that a maker makes; undefined for one that holds more. */
function recordMade(s: Lowering, maker: ts.FunctionDeclaration): Extract<Type, { kind: "record" }> | undefined {
  const signature = s.checker.getSignatureFromDeclaration(maker);
  const type = signature && irType(s.reader, s.checker.getReturnTypeOfSignature(signature));
  return type?.kind === "record" && type.fields.every((f) => f.type.kind === "number" && !f.optional) ? type : undefined;
}

/** A call of a maker with a map that is known here. */
export function gradientOfShared(s: Lowering, node: ts.CallExpression): Value | undefined {
  const maker = makerOf(s, node), [first, second] = node.arguments;
  if (!maker || !first || !second || !ts.isIdentifier(second)) return undefined;
  const map = mapHere(s, second), binding = map?.fields.get(maker.name?.text ?? ""), numbering = map?.fields.get("map");
  if (!binding || !numbering) return undefined;
  const list = s.get(binding), numbers = s.get(numbering);
  if (!isVar(list) || !isVar(numbers)) return undefined;
  const object = operand(s, first), type = recordMade(s, maker);
  if (!type) return undefined;
  // Asked again it gives the same number, so it may be moved and repeated like a computation.
  const at = s.raw(
    node,
    ["((", numbers, ".get(", object, ") as number | undefined) ?? ", numbers, ".set(", object, ", ", numbers, ".size).size - 1)"],
    integerType,
    true,
  );
  s.name(at, "at");
  whileLoop(
    s,
    node,
    () => s.apply(node, "<=", [lengthOf(s, node, list), at], booleanType),
    () =>
      pushElement(
        s,
        node,
        list,
        newRecord(
          s,
          node,
          type.fields.map((f) => [f.name, s.literal(0)] as const),
          type,
        ),
      ),
  );
  return readElement(s, node, list, at, type);
}

function mapHere(s: Lowering, name: ts.Identifier): KnownObject | undefined {
  const symbol = symbolOf(s, name), binding = symbol && findBinding(s.scope, symbol), value = binding && s.get(binding);
  return value && !isVar(value) && value.kind === "object" && s.identityMaps.has(value) ? value : undefined;
}

