import ts from "typescript";
import type { Var } from "../../ir/ir.ts";
import { booleanType, integerType, isMatrixOperation, numberType, stringType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Builtin, type Closure, type Value } from "../state/values.ts";
import { dispatch } from "../state/lowerJoin.ts";
import { gradientOfShared, identityMap } from "./lowerIdentity.ts";
import { namesWrittenOut, objectFunction } from "../objects/lowerKeys.ts";
import { identifier, isCallable, isGlobal, nameWhereGradientIs, isWithoutBody } from "../expressions/lowerNames.ts";
import { findBinding } from "../state/values.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { expression, operand, shortText, toVar, truth } from "../expressions/lowerExpressions.ts";
import { getProperty, lengthOf, propertyAccess, readElement } from "../expressions/lowerAccess.ts";
import { pushFunctions, writtenOut } from "./functionLists.ts";
import { arrayMethod, knownArrayMethod } from "../arrays/lowerArrays.ts";
import { boundTo, classMeant, meansClass, methodOf, readMember, superMember } from "../objects/lowerClasses.ts";
import { addInPlace, applyMatrix } from "../arrays/lowerMatrices.ts";
import { construct, superCall } from "../objects/lowerConstruct.ts";
import { callClosure } from "./lowerInline.ts";
import { arrayConstructor } from "../expressions/lowerModules.ts";
import { countLoop, iteration, knownElement } from "../arrays/lowerEach.ts";
import { appendAll, copyArray, newArray, pushElement } from "../objects/lowerLiterals.ts";
import { deepCopy } from "../arrays/lowerReorder.ts";
import { argumentParts, asNumber, isPureMethod, rawCall, toNumber, unknownRefusal } from "./lowerRaw.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, isArrayConstructorName, isDictionary, isNumeric, isReference, present } from "../types/irTypes.ts";
import { callByRule } from "./outsideRules.ts";
import { newArrayOf, newTypedArray, arrayFunction, typedArrayFunction } from "./lowerMaking.ts";

/** Which operation, method or function a call means. */

export function callExpression(s: Lowering, node: ts.CallExpression): Value {
  const callee = skipTypes(node.expression);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return superCall(s, node, argumentsOf(s, node));
  if (callee.kind === ts.SyntaxKind.ImportKeyword) {
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "is not a call of a function",
      instead: "call a function of this project",
    });
  }
  const byRule = callByRule(s, node, callee);
  if (byRule) return byRule;
  const shared = s.identityMaps.size > 0 ? gradientOfShared(s, node) : undefined;
  if (shared) return shared;
  if (ts.isPropertyAccessExpression(callee)) return methodCall(s, node, callee);
  if (ts.isIdentifier(callee)) {
    if (callee.text === "eval" && isGlobal(s, callee, "eval")) return s.refuse(node, catalogue.dynamicCode, { text: shortText(node) });
    if (callee.text === "Array" && isGlobal(s, callee, "Array")) return newArrayOf(s, node);
    const copied = callee.text === "structuredClone" && isGlobal(s, callee, "structuredClone") ? cloned(s, node) : null;
    if (copied) return copied;
    if (isWithoutBody(s, callee)) {
      const name = nameWhereGradientIs(s, callee);
      return name === null ? s.refuse(callee, catalogue.notVisible, { name: callee.text }) : rawCall(s, node, [name], node.arguments, callee.text, false);
    }
    if (isUnknownGlobal(s, callee)) return rawCall(s, node, [callee.text], node.arguments, callee.text, false);
    return callValue(s, node, identifier(s, callee));
  }
  return callValue(s, node, methodInBrackets(s, node, callee) ?? expression(s, callee));
}

/** `View["table"](…)`: so text outside a class calls its private methods. */
function methodInBrackets(s: Lowering, node: ts.CallExpression, callee: ts.Expression): Value | undefined {
  if (!ts.isElementAccessExpression(callee) || !ts.isStringLiteralLike(callee.argumentExpression)) return undefined;
  const object = skipTypes(callee.expression), symbol = ts.isIdentifier(object) ? symbolOf(s, object) : undefined;
  // Where it is no method the object is evaluated once more: it must be a name.
  const isName = object.kind === ts.SyntaxKind.ThisKeyword || (symbol !== undefined && findBinding(s.scope, symbol) !== undefined) || meansClass(s, object);
  const value = isName ? expression(s, object) : undefined;
  const name = callee.argumentExpression.text;
  const own =
    value && !isVar(value) && value.kind === "object" && !value.isArray && value.fields.has(name)
      ? getProperty(s, callee, callee.expression, value, name)
      : undefined;
  return own && value && !isVar(own) && own.kind === "closure" ? boundTo(own, value) : value && methodOf(s, node, value, name);
}

function cloned(s: Lowering, node: ts.CallExpression): Value | null {
  const [first] = node.arguments;
  if (node.arguments.length !== 1 || !first || ts.isSpreadElement(first)) return null;
  const value = expression(s, first);
  return isVar(value) ? deepCopy(s, node, value) : null;
}

const meaningfulGlobals: ReadonlySet<string> = new Set(["Number", "Boolean", "isFinite", "isNaN", "parseInt", "parseFloat", "String"]);

function isUnknownGlobal(s: Lowering, callee: ts.Identifier): boolean {
  return !meaningfulGlobals.has(callee.text) && isGlobal(s, callee, callee.text);
}

function methodCall(s: Lowering, node: ts.CallExpression, callee: ts.PropertyAccessExpression): Value {
  const object = callee.expression;
  if (isGlobal(s, object, "Array")) return arrayFunction(s, node, callee.name.text);
  if (isGlobal(s, object, "Object") && callee.name.text === "freeze" && node.arguments.length === 1 && node.arguments[0])
    return expression(s, node.arguments[0]);
  const ofObject = isGlobal(s, object, "Object") ? objectFunction(s, node, callee.name.text) : null;
  if (ofObject) return ofObject;
  if (ts.isIdentifier(object) && isArrayConstructorName(object.text) && isGlobal(s, object, object.text))
    return typedArrayFunction(s, node, object.text, callee.name.text);
  if (isGlobal(s, object, "Math") && callee.name.text === "random") return s.raw(node, ["Math.random()"], numberType, false);
  if (isGlobal(s, object, "Math") || isGlobal(s, object, "Number") || (isGlobal(s, object, "Object") && callee.name.text === "is")) {
    const known = propertyAccess(s, callee);
    if (!isVar(known)) return callValue(s, node, known);
    return rawCall(s, node, [callee.getText()], node.arguments, callee.getText(), false);
  }
  if (ts.isIdentifier(object) && isGlobal(s, object, object.text))
    return rawCall(
      s,
      node,
      [`${object.text}.${callee.name.text}`],
      node.arguments,
      `${object.text}.${callee.name.text}`,
      object.text === "JSON" && callee.name.text === "stringify",
    );
  const member = expressionOfMember(s, callee);
  if (member) return callValue(s, node, member);
  if (object.kind === ts.SyntaxKind.SuperKeyword) {
    const method = superMember(s, node, callee.name.text);
    return method ? callValue(s, node, method) : s.refuse(node, catalogue.thisValue, { text: shortText(node) });
  }
  const pushed = pushFunctions(s, node, callee);
  if (pushed) return pushed;
  const fn = node.arguments[0] && skipTypes(node.arguments[0]);
  const names = fn && isCallable(fn) && goesThrough.has(callee.name.text) ? namesWrittenOut(s, object, fn) : null;
  return callMember(s, node, callee, names ?? writtenOut(s, node, callee) ?? expression(s, object));
}

/** The methods that arrays known while compiling have as well. */
const goesThrough: ReadonlySet<string> = new Set(["forEach", "map", "reduce", "reduceRight", "some", "every"]);

/** `m.g` of a namespace import, `Outer.Inner.g` of a namespace. */
function expressionOfMember(s: Lowering, callee: ts.PropertyAccessExpression): Value | undefined {
  const space = ts.isPropertyAccessExpression(callee.expression) ? callee.expression.name : callee.expression;
  if (!ts.isIdentifier(space)) return undefined;
  const declaration = s.checker.getSymbolAtLocation(space)?.declarations?.[0];
  return declaration && (ts.isNamespaceImport(declaration) || ts.isModuleDeclaration(declaration)) ? expression(s, callee) : undefined;
}

/** `object.name(…)`, the object evaluated. */
export function callMember(s: Lowering, node: ts.CallExpression, callee: ts.PropertyAccessExpression, object: Value): Value {
  const name = callee.name.text;
  if (!isVar(object)) {
    if (object.kind === "object") {
      if (object.isArray && !object.fields.has(name)) return knownArrayMethod(s, node, object, name);
      if (name === "hasOwnProperty" && !object.fields.has(name) && node.arguments[0]) {
        const key = operand(s, node.arguments[0]);
        if (key.literal) return s.literal(object.fields.has(String(key.literal.value)));
        return [...object.fields.keys()]
          .map((k) => s.apply(node, "===", [key, s.literal(k)], booleanType))
          .reduce((a, b) => s.apply(node, "||", [a, b], booleanType), s.literal(false));
      }
      const value = (object.fields.has(name) ? undefined : methodOf(s, node, object, name)) ?? getProperty(s, callee, callee.expression, object, name);
      const call = (v: Value): Value => callValue(s, node, boundTo(v, object));
      return !isVar(value) && value.kind === "choice" ? dispatch(s, node, value, call) : call(value);
    }
    if (object.kind === "choice") return dispatch(s, node, object, (option) => callMember(s, node, callee, option));
    if (object.kind === "class") {
      const method = methodOf(s, node, object, name);
      return method ? callValue(s, node, method) : s.refuse(node, catalogue.unknownCallee, { callee: callee.getText() });
    }
    if (object.kind === "closure" && object.fields?.has(name))
      return callValue(s, node, boundTo(getProperty(s, callee, callee.expression, object, name), object));
    if (name === "apply" && (object.kind === "closure" || object.kind === "builtin")) return applied(s, node, object);
    if (name === "call" && object.kind === "builtin") return callBuiltin(s, node, object.name, node.arguments.slice(1));
    if (name === "bind" && node.arguments.length === 1 && node.arguments[0]) return boundTo(object, expression(s, node.arguments[0]));
    if (name === "call") {
      const [self, ...rest] = node.arguments.map((a) => expression(s, a));
      return callClosure(s, node, self ? boundTo(object, self) : object, rest);
    }
    const member = object.kind === "closure" ? getProperty(s, callee, callee.expression, object, name) : undefined;
    if (member && !isVar(member)) return callValue(s, node, member);
    return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  }
  const type = present(object.type);
  if ((type.kind === "array" && !isDictionary(type)) || type.kind === "tuple") return arrayMethod(s, node, object, name);
  if (type.kind === "record") {
    const method = methodOf(s, node, object, name) ?? readMember(s, node, object, name);
    if (method) return callValue(s, node, method);
  }
  if (type.kind === "record") return s.refuse(node, catalogue.unknownCallee, { callee: callee.getText() });
  if (name === "valueOf" && isNumeric(type) && object.type.kind !== "optional") return object;
  if (name === "hasOwnProperty" || (type.kind === "opaque" && isNumberText(s, callee)))
    return rawCall(s, node, [object, `.${name}`], node.arguments, callee.getText(), false);
  const scalar = type.kind === "string" || type.kind === "number" || type.kind === "integer" || type.kind === "boolean";
  return rawCall(s, node, [object, `.${name}`], node.arguments, callee.getText(), scalar && isPureMethod(name));
}

/** `f.apply(self, args)`. */
function applied(s: Lowering, node: ts.CallExpression, fn: Closure | Builtin): Value {
  const [self, list] = node.arguments;
  if (node.arguments.some((a) => ts.isSpreadElement(a))) return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  const spread = list ? [ts.setTextRange(ts.factory.createSpreadElement(list), list)] : [];
  if (fn.kind === "builtin") return callBuiltin(s, node, fn.name, spread);
  const receiver = self && expression(s, self);
  const args = argumentsIn(s, spread);
  return callClosure(s, node, receiver ? boundTo(fn, receiver) : fn, args, given(args));
}

const isNumberText = (s: Lowering, callee: ts.PropertyAccessExpression): boolean => isNumeric(irType(s.reader, s.checker.getTypeAtLocation(callee.expression)));

/** The arguments that `arguments` holds, unless an array is spread among them. */
const given = (args: readonly Value[]): readonly Value[] | null => (args.some((a) => !isVar(a) && a.kind === "object" && a.spread) ? null : args);

/** `callee(…)`, the callee evaluated. */
export function callValue(s: Lowering, node: ts.CallExpression, callee: Value): Value {
  if (isVar(callee)) return callUnknown(s, node, callee);
  switch (callee.kind) {
    case "builtin": return callBuiltin(s, node, callee.name);
    case "closure": case "choice": { const args = argumentsOf(s, node); return callClosure(s, node, callee, args, given(args)); }
    default: return s.refuse(node, catalogue.unknownCallee, { callee: shortText(node.expression) });
  }
}

/** A function that is a value only when the program runs: inactive, or refused. */
function callUnknown(s: Lowering, node: ts.CallExpression, callee: Var): Var {
  const name = shortText(node.expression);
  if (callee.literal) return s.refuse(node, catalogue.unknownCallee, { callee: name });
  const parts = argumentParts(s, node.arguments);
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  const refusal = s.refusal(node, catalogue.unknownCallee, { callee: name });
  return s.raw(node, [callee, "(", ...parts, ")"], ts.isExpressionStatement(node.parent) ? null : type, false, refusal);
}

/** The arguments of a call; a spread tuple is as many as it has elements, a spread array must come last. */
function argumentsOf(s: Lowering, node: ts.CallExpression | ts.NewExpression): Value[] {
  return argumentsIn(s, node.arguments ?? []);
}

function argumentsIn(s: Lowering, args: readonly ts.Expression[]): Value[] {
  const values: Value[] = [];
  const list = plainArguments(args);
  for (const arg of list) {
    if (!ts.isSpreadElement(arg)) { values.push(expression(s, arg)); continue; }
    const from = iteration(s, arg.expression);
    if (!isVar(from.source)) {
      if (from.source.kind === "object" && from.source.isArray) for (const field of from.source.fields.values()) values.push(s.get(field));
      else s.report(arg, catalogue.functionAsValue, { text: shortText(arg) });
      continue;
    }
    const type = present(from.source.type);
    if (type.kind === "tuple" && from.kind === "values") type.elements.forEach((_, k) => values.push(readElement(s, arg, from.source as Var, s.integer(k))));
    else if (arg === list.at(-1) && from.kind === "values") values.push({ kind: "object", fields: new Map(), isArray: true, node: arg, spread: from.source });
    else {
      // All from here on, in one array that is spread last.
      const all = copyArray(s, arg, from.source);
      for (const other of list.slice(list.indexOf(arg) + 1)) {
        if (ts.isSpreadElement(other)) appendAll(s, other, all, spreadSource(s, other), "values");
        else pushElement(s, other, all, operand(s, other));
      }
      values.push({ kind: "object", fields: new Map(), isArray: true, node: arg, spread: all });
      break;
    }
  }
  return values;
}

// ---------------------------------------------------------------- operations of the language

const constantOfNothing = new Map<string, number>([["Math.max", -Infinity], ["Math.min", Infinity], ["Math.hypot", 0]]);

/** An operand, or an array of operands. */
interface Item { readonly value: Value; readonly node: ts.Expression; readonly spread: boolean }

function callBuiltin(s: Lowering, node: ts.CallExpression, name: string, passed: readonly ts.Expression[] = node.arguments): Value {
  if (name === "matrix.addTo") return addInPlace(s, node);
  const items = plainArguments(passed).flatMap((arg): readonly Item[] => {
    if (!ts.isSpreadElement(arg)) return [{ value: expression(s, arg), node: arg, spread: false }];
    const value = spreadSource(s, arg), type = present(value.type), at = arg.expression;
    if (type.kind !== "tuple") return [{ value, node: at, spread: true }];
    return type.elements.map((_, k) => ({ value: readElement(s, arg, value, s.integer(k)), node: at, spread: false }));
  });
  if (isMatrixOperation(name) && items.some((item) => item.spread))
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "spreads an array into an operation",
      instead: "pass the operands one by one",
    });
  if (items.some((item) => item.spread)) return callSpread(s, node, name, items);
  return applyBuiltin(s, node, name, items.map((item) => item.value), items.map((item) => item.node));
}

/** The arguments with literals that are spread on the spot written out. */
function plainArguments(args: readonly ts.Expression[]): readonly ts.Expression[] {
  return args.flatMap((arg) => {
    const literal = ts.isSpreadElement(arg) ? skipTypes(arg.expression) : undefined;
    return literal && ts.isArrayLiteralExpression(literal) && !literal.elements.some((e) => ts.isOmittedExpression(e))
      ? plainArguments(literal.elements)
      : [arg];
  });
}

/** An operation applied to values; `nodes` are where they come from, for messages. */
export function applyBuiltin(s: Lowering, node: ts.Node, name: string, values: readonly Value[], nodes: readonly ts.Expression[]): Value {
  const args = values.map((v, k) => toVar(s, v, nodes[k] ?? node));
  const [first] = args;
  if (isMatrixOperation(name)) return applyMatrix(s, node, name, args, nodes);
  switch (name) {
    case "stopGradient": return first ? stopGradient(s, node, first) : s.unassigned;
    case "Boolean": return first ? s.apply(node, "!", [s.apply(node, "!", [truth(s, first, node)], booleanType)], booleanType) : s.literal(false);
    case "String": return s.raw(node, first ? ["String(", first, ")"] : ['""'], stringType, true);
    case "Number": {
      if (!first) return s.literal(0);
      return first.type.kind === "number" || first.type.kind === "integer" || first.type.kind === "boolean"
        ? s.apply(node, "Number", [first], first.type.kind === "integer" ? integerType : numberType)
        : numberFromOther(s, node, name, first);
    }
    case "Object.is": return args.length === 2 ? s.apply(node, name, args, booleanType) : s.literal(false);
    case "Math.random": return s.raw(node, ["Math.random()"], numberType, false);
    default: break;
  }
  const test = /^(Number\.)?is[A-Z]/.test(name);
  if (!name.startsWith("Math.")) {
    if (test && first && args.length === 1) return s.apply(node, name, [first], booleanType);
    if (first && args.length === 1 && isNumeric(first.type)) return s.apply(node, name, [first], numberType);
    const parts = args.flatMap((a, k) => (k > 0 ? [", ", a] : [a]));
    return s.raw(
      node,
      [`${name}(`, ...parts, ")"],
      test ? booleanType : numberType,
      true,
      test || args.length === 0 ? undefined : unknownRefusal(s, node, name),
    );
  }
  const arity = name === "Math.max" || name === "Math.min" || name === "Math.hypot" ? null : Math.max(1, functionLength(name));
  if (args.length === 0) return s.literal(constantOfNothing.get(name) ?? NaN, String(constantOfNothing.get(name) ?? NaN));
  const used = arity === null ? args : args.slice(0, arity);
  if (arity !== null && used.length < arity) return s.literal(NaN, "NaN"); // an operand is undefined
  const numbers = used.map((a, k) => toNumber(s, nodes[k] ?? (node as ts.Expression), a)); // only its position is used
  return s.apply(node, name, numbers, name === "Math.imul" || name === "Math.clz32" ? integerType : numberType);
}

const functionLength = (name: string): number => (Math as unknown as Record<string, { readonly length: number } | undefined>)[name.slice(5)]?.length ?? 1; // a namespace of functions

/** The gradient ends at scalars by an operation; a reference is copied by text, so that what is reached through it is cut off too. */
function stopGradient(s: Lowering, node: ts.Node, value: Var): Var {
  asNumber(s, value);
  if (!isReference(value.type)) return s.apply(node, "stopGradient", [value], value.type);
  return s.raw(node, ["stopGradient(", value, ")"], value.type, true);
}

function numberFromOther(s: Lowering, node: ts.Node, name: string, value: Var): Var {
  return s.raw(node, [`${name}(`, value, ")"], numberType, true, unknownRefusal(s, node, name));
}

/** `Math.max(...xs)` as the maximum of two again and again (a tie goes to the first); `Math.hypot(...xs)` is one operation. */
function callSpread(s: Lowering, node: ts.CallExpression, name: string, items: readonly Item[]): Value {
  if (name === "Math.max" || name === "Math.min") return foldSpread(s, node, name, items);
  if (name === "Math.hypot") {
    const [only] = items;
    if (items.length === 1 && only) return s.apply(node, "Math.hypot...", [toVar(s, only.value, node)], numberType);
    const all = newArray(s, node, [], arrayOf(numberType));
    for (const item of items) {
      const v = toVar(s, item.value, item.node);
      if (item.spread) appendAll(s, node, all, v, "values");
      else pushElement(s, node, all, v);
    }
    return s.apply(node, "Math.hypot...", [all], numberType);
  }
  const [first] = items;
  if (!first?.spread)
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "spreads an array into an operation",
      instead: "pass the operands one by one",
    });
  const source = toVar(s, first.value, first.node), arity = Math.max(1, name.startsWith("Math.") ? functionLength(name) : 1);
  const values = Array.from({ length: arity }, (_, k) => readElement(s, node, source, s.integer(k), knownElement(source)));
  return applyBuiltin(s, node, name, values, [first.node]);
}

function foldSpread(s: Lowering, node: ts.CallExpression, name: string, items: readonly Item[]): Var {
  // The loop that is written out carries the user's name for its result.
  const { parent } = node, declared = ts.isVariableDeclaration(parent) && parent.initializer === node && ts.isIdentifier(parent.name) ? parent.name.text : null;
  const result = s.temporary(declared, numberType), start = constantOfNothing.get(name) ?? 0;
  s.set(result, s.literal(start, String(start)));
  const combine = (v: Var, at: ts.Expression): void => {
    const before = toVar(s, s.get(result), node), value = toNumber(s, at, v);
    s.set(result, before.literal ? value : s.apply(node, name, [before, value], numberType));
  };
  for (const item of items) {
    const v = toVar(s, item.value, item.node);
    if (!item.spread) { combine(v, item.node); continue; }
    const length = lengthOf(s, node, v);
    countLoop(s, node, () => length, (k) => combine(readElement(s, node, v, k, knownElement(v)), item.node));
  }
  const value = toVar(s, s.get(result), node);
  s.env.delete(result);
  return value;
}

function spreadSource(s: Lowering, arg: ts.SpreadElement): Var {
  const from = iteration(s, arg.expression), source = toVar(s, from.source, arg);
  if (from.kind === "values") return source;
  return s.refuse(arg, catalogue.unsupportedSyntax, {
    text: shortText(arg),
    what: "spreads pairs of an index and an element",
    instead: "spread the array itself",
  });
}

// ---------------------------------------------------------------- new

export function newExpression(s: Lowering, node: ts.NewExpression): Value {
  const callee = skipTypes(node.expression), args = node.arguments ?? [];
  const kind = ts.isIdentifier(callee) && isGlobal(s, callee, callee.text) ? undefined : arrayConstructor(s, callee);
  if (kind) return kind === "Array" ? newArrayOf(s, node) : newTypedArray(s, node, kind, args);
  if (ts.isIdentifier(callee) && isGlobal(s, callee, callee.text)) {
    if (callee.text === "Array") return newArrayOf(s, node);
    if (isArrayConstructorName(callee.text)) return newTypedArray(s, node, callee.text, args);
    const map = callee.text === "Map" ? identityMap(s, node) : undefined;
    if (map) return map;
    if (callee.text === "Function") return s.refuse(node, catalogue.dynamicCode, { text: shortText(node) });
    return rawCall(s, node, [`new ${callee.text}`], args, callee.text, false);
  }
  const known = classMeant(s, callee);
  if (known) return construct(s, node, known, argumentsOf(s, node));
  return s.raw(node, [`new ${callee.getText()}(`, ...argumentParts(s, args), ")"], { kind: "opaque", text: shortText(callee) }, false,
    s.refusal(node, catalogue.classInstance, { text: shortText(node) }));
}
