import ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type CallableNode, type Closure, type KnownObject, type Scope, type Value } from "../state/values.ts";
import { block, dispatch } from "../state/lowerJoin.ts";
import { isCallable, isModuleLevel } from "../expressions/lowerNames.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { visibleName } from "../expressions/lowerModules.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { readElement } from "../expressions/lowerAccess.ts";
import { catchesOnlyItsOwn, throws } from "../statements/lowerTry.ts";
import { sliceOf } from "../arrays/lowerArrays.ts";
import { applyBuiltin } from "./lowerCalls.ts";
import { receiverBinding, type CallNode } from "../objects/lowerClasses.ts";
import { appendAll, copyArray, knownObject, newArray } from "../objects/lowerLiterals.ts";
import { bindName, withDefault } from "../statements/lowerPatterns.ts";
import { hoistVariables, leaves, returnValue, statementOf, statements } from "../statements/lowerStatements.ts";
import { callOwn } from "./lowerApart.ts";
import { callValueByRule } from "./outsideRules.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, elementType, present } from "../types/irTypes.ts";

/** Calls of functions whose text is known: lowered in place, or as a function of their own if they recur or are large. */

/** Calls a callback with as many of the arguments as it takes; the others are not evaluated. */
export function callWith(s: Lowering, node: ts.CallExpression, fn: Value, args: readonly (() => Value)[]): Value {
  if (isVar(fn)) return s.refuse(node, catalogue.unknownCallee, { callee: shortText(node.arguments[0] ?? node) });
  switch (fn.kind) {
    case "closure": {
      const { parameters } = fn.node;
      const takesAll = parameters.some((p) => p.dotDotDotToken);
      return callClosure(s, node, fn, args.slice(0, takesAll ? args.length : parameters.length).map((arg) => arg()));
    }
    case "builtin": return applyBuiltin(s, node, fn.name, args.slice(0, arityOf(fn.name)).map((arg) => arg()), []);
    case "choice": return dispatch(s, node, fn, (option) => callWith(s, node, option, args));
    default: return s.refuse(node, catalogue.unknownCallee, { callee: shortText(node.arguments[0] ?? node) });
  }
}

/** How many operands an operation takes of those that a method of arrays offers. */
function arityOf(name: string): number {
  if (name === "parseInt" || name === "Number.parseInt" || name === "Math.atan2" || name === "Math.pow" || name === "Math.imul" || name === "Object.is")
    return 2;
  return name === "Math.max" || name === "Math.min" || name === "Math.hypot" ? Infinity : 1;
}

/** The user's name for a parameter of a callback. */
export function parameterName(fn: Value, k: number): string | null {
  if (isVar(fn) || fn.kind !== "closure") return null;
  const name = fn.node.parameters[k]?.name;
  return name && ts.isIdentifier(name) && !name.text.startsWith("_") ? name.text : null;
}

/** `given`: what `arguments` holds, if that may be asked. */
export function callClosure(s: Lowering, node: ts.CallExpression, fn: Value, args: readonly Value[], given: readonly Value[] | null = null): Value {
  if (isVar(fn)) return callAbsent(s, node, fn);
  switch (fn.kind) {
    case "closure": return callKnown(s, node, fn, args, given);
    case "builtin": return applyBuiltin(s, node, fn.name, args, node.arguments);
    case "choice": return dispatch(s, node, fn, (option) => callClosure(s, node, option, args, given));
    default: return s.refuse(node, catalogue.unknownCallee, { callee: shortText(node.expression) });
  }
}

/** On this way nothing is there to be called: JavaScript throws. */
function callAbsent(s: Lowering, node: ts.CallExpression, fn: Var): Var {
  const absent = fn.literal && (fn.literal.value === undefined || fn.literal.value === null);
  if (!absent) return s.refuse(node, catalogue.unknownCallee, { callee: shortText(node.expression) });
  throws(s, node, [`new TypeError(${JSON.stringify(`${shortText(node.expression)} is not a function`)})`]);
  return s.unassigned;
}

export function functionName(node: CallableNode): string {
  if (ts.isConstructorDeclaration(node)) return `new ${node.parent.name?.text ?? "class"}`;
  if (node.name) return node.name.getText();
  const { parent } = node;
  return (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && ts.isIdentifier(parent.name) ? parent.name.text : "the callback";
}

export function callKnown(s: Lowering, node: CallNode, fn: Closure, args: readonly Value[], given: readonly Value[] | null = null): Value {
  const callee = fn.node, name = functionName(callee);
  if (!callee.body) return s.refuse(node, catalogue.unknownFunction, { callee: name });
  const byRule = fn.receiver === undefined ? callValueByRule(s, node, callee, args) : undefined;
  if (byRule) return byRule;
  const apart =
    ts.isFunctionDeclaration(callee) && ts.isCallExpression(node) && tries(callee) && !catchesOnlyItsOwn(s, callee)
      ? callAsWritten(s, node, callee, args)
      : undefined;
  if (apart) return apart;
  if (callee.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword)) return s.refuse(node, catalogue.asyncOrGenerator, { what: "asynchronous", name });
  if (!ts.isArrowFunction(callee) && callee.asteriskToken) return s.refuse(node, catalogue.asyncOrGenerator, { what: "a generator", name });
  const size = nodeCount(callee), isCallback = isInlineCallback(node, callee);
  const large = size > s.budget.inlineNodes || s.inlinedNodes + size > s.budget.inlineTotal;
  // A function that mentions itself in what it gives (`polyIn.exponent = custom`) is not called again by that.
  const recurs = isRecursive(s, callee) && !(givesFunction(s, callee) && !s.inlining.includes(callee));
  const mayBeApart = !isCallback && fn.scope.parent === null && !isBeingMade(s, fn.receiver) && !givesFunction(s, callee);
  if (callee === s.rootNode || recurs || (mayBeApart && (large || s.apart.has(callee)))) return callOwn(s, node, fn, args);
  s.inlinedNodes += size;
  const note = mayBeApart && fn.receiver === undefined && args.every(isVar) ? s.copies.begin(s, callee, args) : null;
  const value = callInPlace(s, node, fn, () => bindArguments(s, node, callee, args), given);
  note?.(value);
  return value;
}

const trying = new WeakMap<ts.Node, boolean>();

/** Whether a function has a `try` of its own. */
function tries(node: ts.FunctionDeclaration): boolean {
  let found = trying.get(node);
  if (found === undefined) {
    found = false;
    const visit = (at: ts.Node): void => {
      if (ts.isTryStatement(at)) found = true;
      else if (!found && !ts.isFunctionLike(at)) ts.forEachChild(at, visit);
    };
    if (node.body) visit(node.body);
    trying.set(node, found);
  }
  return found;
}

/** A call of a function of the module that catches what it throws: it runs as it is, and no gradient may have to flow through it. */
function callAsWritten(s: Lowering, node: ts.CallExpression, callee: ts.FunctionDeclaration, args: readonly Value[]): Value | undefined {
  const symbol = callee.name && symbolOf(s, callee.name), name = symbol && isModuleLevel(callee) ? visibleName(s, symbol) : null;
  const signature = s.checker.getSignatureFromDeclaration(callee);
  if (name === null || name === undefined || !signature || !args.every(isVar) || spreadOf(args)) return undefined;
  const parts = args.flatMap((a, k): readonly (string | Var)[] => (k > 0 ? [", ", a] : [a]));
  const type = irType(s.reader, s.checker.getReturnTypeOfSignature(signature));
  return s.raw(
    node,
    [`${name}(`, ...parts, ")"],
    type.kind === "undefined" || ts.isExpressionStatement(node.parent) ? null : type,
    false,
    s.refusal(node, catalogue.tryCatch, { fn: callee.name?.text ?? name, what: "around values with a gradient" }),
  );
}

/** Lowers the body where it is called; `bind` gives the parameters their values. */
export function callInPlace(s: Lowering, node: CallNode, fn: Closure, bind: () => void, given: readonly Value[] | null = null): Value {
  if (s.chain.length >= s.budget.callDepth) s.stop("nested calls", s.budget.callDepth);
  s.inlining.push(fn.node);
  const value = inChain(s, node, functionName(fn.node), () => runBody(s, fn.node, fn.scope, false, bind, fn.receiver, given));
  s.inlining.pop();
  return value;
}

/** The fields of an object that is being made are variables of the caller. */
export const isBeingMade = (s: Lowering, receiver: Value | undefined): boolean => receiver !== undefined && s.constructing.some((c) => c.object === receiver);

const isInlineCallback = (node: CallNode, callee: CallableNode): boolean => ts.isCallExpression(node) && node.arguments.some((a) => skipTypes(a) === callee);

/** A function that gives a function exists only while compiling. */
function givesFunction(s: Lowering, node: CallableNode): boolean {
  const signature = s.checker.getSignatureFromDeclaration(node);
  return signature !== undefined && s.checker.getReturnTypeOfSignature(signature).getCallSignatures().length > 0;
}

/** Runs with the call added to the chain that diagnostics show. */
export function inChain<T>(s: Lowering, node: ts.Node, callee: string, f: () => T): T {
  const { chain } = s, file = node.getSourceFile();
  const caller = chain[0]?.callee ?? s.frame.name;
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  s.chain = [{ callee, caller, line: line + 1, column: character + 1 }, ...chain];
  try { return f(); } finally { s.chain = chain; }
}

/** Lowers a body in the scope of its function; `bind` gives the parameters their values. */
export function runBody(
  s: Lowering,
  node: CallableNode,
  scope: Scope,
  outermost: boolean,
  bind: () => void,
  self?: Value,
  given: readonly Value[] | null = null,
): Value {
  const saved = { scope: s.scope, targets: s.targets, activation: s.activation, statement: s.statement };
  const result = s.temporary(outermost ? "value" : null);
  const receiver = receiverBinding(s, node, self);
  s.scope = { parent: scope, bindings: new Map(), ...(receiver === undefined ? {} : { receiver }) };
  s.targets = [];
  s.set(result, s.literal(undefined));
  block(s, node, { purpose: "function" }, (target) => {
    s.activation = { target, result, node, outermost, given };
    if (ts.isFunctionExpression(node) && node.name) s.set(s.bind(symbolOf(s, node.name), null, null), { kind: "closure", node, scope });
    hoistVariables(s, node);
    bind();
    const { body } = node;
    if (!body) return;
    if (ts.isBlock(body)) {
      const fallsOut = !body.statements.some(leaves) && mustReturn(s, node);
      statements(s, body.statements, !fallsOut);
      if (fallsOut && !s.dead) {
        // The types say that no call arrives here.
        s.emit({ kind: "throw", origin: s.origin(node), parts: [`new Error("${functionName(node)} ends without a result")`] });
        s.dead = true;
      }
    } else {
      s.statement = statementOf(s, body, outermost ? "value" : null);
      returnValue(s, body, expression(s, body), true);
    }
  });
  Object.assign(s, saved);
  const value = s.get(result);
  s.env.delete(result);
  return value;
}

/** Whether the function is declared to give a result: its end is then out of reach, or the user has been told so. */
function mustReturn(s: Lowering, node: CallableNode): boolean {
  if (!node.type) return false;
  const type = s.checker.getTypeFromTypeNode(node.type);
  return (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.StringLike | ts.TypeFlags.Object)) !== 0;
}

// ---------------------------------------------------------------- parameters

/** Binds the parameters of an inlined function. */
export function bindArguments(s: Lowering, node: ts.Node, callee: CallableNode, args: readonly Value[]): void {
  s.statement = null;
  callee.parameters.filter((p) => !isThisParameter(p)).forEach((parameter, k) => {
    const value = parameter.dotDotDotToken ? restArgument(s, node, parameter, args, k) : argumentAt(s, node, args, k);
    bindParameter(s, parameter, value);
  });
}

export const isThisParameter = (p: ts.ParameterDeclaration): boolean => ts.isIdentifier(p.name) && p.name.text === "this";

export function bindParameter(s: Lowering, parameter: ts.ParameterDeclaration, value: Value): void {
  if (parameter.initializer) s.statement = statementOf(s, parameter, null);
  const given = withDefault(s, parameter, value, parameter.initializer);
  s.statement = null;
  bindName(s, parameter.name, given, (name) => s.bind(symbolOf(s, name), name.text, declaredType(s, name)));
}

/** What the declaration says of a variable's type, if that is plain. */
export function declaredType(s: Lowering, name: ts.Identifier): Type | null {
  const type = irType(s.reader, s.checker.getTypeAtLocation(name));
  return present(type).kind === "opaque" || type.kind === "undefined" || type.kind === "null" ? null : type;
}

/** The k-th argument; from an array that was spread if the plain ones are used up. */
export function argumentAt(s: Lowering, node: ts.Node, args: readonly Value[], k: number): Value {
  const spread = spreadOf(args);
  if (spread && k >= args.length - 1) return readElement(s, node, spread, s.integer(k - (args.length - 1)));
  return args[k] ?? s.literal(undefined);
}

function spreadOf(args: readonly Value[]): Var | undefined {
  const last = args.at(-1);
  return last && !isVar(last) && last.kind === "object" ? (last as KnownObject).spread : undefined;
}

export function restArgument(s: Lowering, node: ts.Node, parameter: ts.ParameterDeclaration, args: readonly Value[], from: number): Value {
  const spread = spreadOf(args);
  if (spread) {
    if (from === args.length - 1) return copyArray(s, node, spread);
    if (from > args.length - 1) return sliceOf(s, node, spread, s.integer(from - (args.length - 1)), null);
    const all = newArray(s, node, args.slice(from, -1).map((v) => toVar(s, v, node)), arrayOf(elementType(spread.type, null)));
    appendAll(s, node, all, spread, "values");
    return all;
  }
  const rest = args.slice(from);
  if (rest.some((v) => !isVar(v))) return knownObject(s, node, rest.map((v, k) => [String(k), v] as const), true);
  return newArray(s, node, rest.map((v) => toVar(s, v, node)), present(irType(s.reader, s.checker.getTypeAtLocation(parameter))));
}

// ---------------------------------------------------------------- questions about functions

const counts = new WeakMap<ts.Node, number>();

/** How many syntax nodes a function has. */
export function nodeCount(node: ts.Node): number {
  const known = counts.get(node);
  if (known !== undefined) return known;
  let count = 1;
  ts.forEachChild(node, (child) => { count += nodeCount(child); });
  counts.set(node, count);
  return count;
}

/** Whether a function can come to call itself, as far as names tell. */
export function isRecursive(s: Lowering, node: CallableNode): boolean {
  const known = s.recursive.get(node);
  if (known !== undefined) return known;
  const seen = new Set<CallableNode>(), work = [...mentioned(s, node)];
  let found = false;
  for (let at = work.pop(); at && !found; at = work.pop()) {
    if (at === node) found = true;
    if (seen.has(at)) continue;
    seen.add(at);
    if (seen.size > 500) break;
    work.push(...mentioned(s, at));
  }
  s.recursive.set(node, found);
  return found;
}

/** The functions that the text of a function names. */
function mentioned(s: Lowering, node: CallableNode): readonly CallableNode[] {
  const found: CallableNode[] = [], seen = new Set<ts.Symbol>();
  const visit = (at: ts.Node): void => {
    s.spend(1);
    if (ts.isIdentifier(at) || ts.isPrivateIdentifier(at)) {
      const symbol = ts.isIdentifier(at) ? symbolOf(s, at) : s.checker.getSymbolAtLocation(at);
      if (symbol && !seen.has(symbol)) {
        seen.add(symbol);
        for (const declaration of symbol.declarations ?? []) collectCallables(declaration, found);
      }
    }
    ts.forEachChild(at, visit);
  };
  if (node.body) visit(node.body);
  for (const p of node.parameters) if (p.initializer) visit(p.initializer);
  return found;
}

function collectCallables(declaration: ts.Declaration, found: CallableNode[]): void {
  if (declaration.getSourceFile().isDeclarationFile) return;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration) || ts.isAccessor(declaration)) found.push(declaration);
  else if (ts.isPropertyDeclaration(declaration) && declaration.initializer) collectFrom(declaration.initializer, found);
  else if (ts.isClassLike(declaration)) found.push(...declaration.members.filter((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m)));
  else if (ts.isFunctionExpression(declaration)) found.push(declaration);
  else if (ts.isVariableDeclaration(declaration) && declaration.initializer) collectFrom(declaration.initializer, found);
  else if (ts.isPropertyAssignment(declaration)) collectFrom(declaration.initializer, found);
}

function collectFrom(node: ts.Expression, found: CallableNode[]): void {
  const e = skipTypes(node);
  if (isCallable(e)) found.push(e);
  else if (ts.isConditionalExpression(e)) { collectFrom(e.whenTrue, found); collectFrom(e.whenFalse, found); }
  else if (ts.isArrayLiteralExpression(e)) e.elements.forEach((x) => collectFrom(x, found));
  else if (ts.isObjectLiteralExpression(e)) {
    for (const p of e.properties) {
      if (ts.isPropertyAssignment(p)) collectFrom(p.initializer, found);
      else if (ts.isMethodDeclaration(p)) found.push(p);
    }
  }
}
