import ts from "typescript";
import type { Statement, Var } from "../../ir/ir.ts";
import { throws, tryStatement } from "./lowerTry.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { declareClass } from "../objects/lowerClasses.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type CallableNode, type Value } from "../state/values.ts";
import { block, branch, exit } from "../state/lowerJoin.ts";
import { fromMath } from "../expressions/lowerModules.ts";
import { isGlobal } from "../expressions/lowerNames.ts";
import { findBinding } from "../state/values.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { condition, expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { doStatement, forInStatement, forOfStatement, forStatement, whileStatement } from "./lowerControl.ts";
import { switchStatement } from "./lowerSwitch.ts";
import { declaredType } from "../calls/lowerInline.ts";
import { makeStatement, plainText } from "../state/lowerOrigin.ts";
import { bindName, partsOf } from "./lowerPatterns.ts";
import { argumentParts, asNumber, sharingTest } from "../calls/lowerRaw.ts";
import { irType } from "../types/lowerTypes.ts";
import { isNumeric, mayBeAbsent, present } from "../types/irTypes.ts";

/** Statements: each gives the instructions it makes its text and comments. */

/** The record of a statement for origins; `assigns` puts `value = ` before it. */
export function statementOf(s: Lowering, node: ts.Node, assigns: string | null, text = plainText(node), withComments = true): Statement {
  return makeStatement(s.statements++, node, assigns === null ? text : `${assigns} = ${text}`, withComments);
}

/** Lowers statements in order. `tail`: what follows the last one is the end of the function. */
export function statements(s: Lowering, list: readonly ts.Statement[], tail: boolean): void {
  hoistFunctions(s, list);
  for (let k = 0; k < list.length; k++) {
    const node = list[k];
    if (!node || s.dead) return;
    const last = k === list.length - 1;
    // In an inlined function `if (c) return a; return b;` is a choice; a function of its own keeps the early return as written.
    if (tail && !last && ts.isIfStatement(node) && !node.elseStatement && s.activation?.outermost === false && leaves(node.thenStatement)) {
      s.statement = statementOf(s, node, null, `if (${plainText(node.expression)})`);
      const test = sharingTest(s, node) ?? condition(s, node.expression);
      branch(s, node, test, () => inScope(s, () => statement(s, node.thenStatement, [], true)), () => statements(s, list.slice(k + 1), true));
      return;
    }
    statement(s, node, [], tail && last);
    if (tail && leaves(node)) return;
  }
}

/** Whether control never passes the end of a statement, as its form shows. */
export function leaves(node: ts.Statement): boolean {
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
  if (ts.isBlock(node)) return node.statements.some(leaves);
  return ts.isIfStatement(node) && node.elseStatement !== undefined && leaves(node.thenStatement) && leaves(node.elseStatement);
}

export function inScope(s: Lowering, f: () => void): void {
  const { scope } = s;
  s.scope = { parent: scope, bindings: new Map() };
  f();
  s.scope = scope;
}

/** Functions may be called before their declaration. */
function hoistFunctions(s: Lowering, list: readonly ts.Statement[]): void {
  for (const node of list) {
    if (!ts.isFunctionDeclaration(node) || !node.name || !node.body) continue;
    const binding = s.bind(symbolOf(s, node.name), node.name.text, null);
    s.set(binding, { kind: "closure", node, scope: s.scope });
  }
}

/** `var` belongs to the function. */
export function hoistVariables(s: Lowering, fn: CallableNode): void {
  const visit = (node: ts.Node): void => {
    if (node !== fn && (ts.isFunctionLike(node) || ts.isClassLike(node))) return;
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped))
      for (const d of node.declarations) declareNames(s, d.name, beforeAssignment(s, d));
    ts.forEachChild(node, visit);
  };
  if (fn.body) visit(fn.body);
}

function declareNames(s: Lowering, name: ts.BindingName, value: Var): void {
  if (!ts.isIdentifier(name)) {
    for (const element of name.elements) if (ts.isBindingElement(element)) declareNames(s, element.name, value);
    return;
  }
  const symbol = symbolOf(s, name);
  if (!symbol || s.scope.bindings.has(symbol)) return;
  s.set(s.bind(symbol, name.text, declaredType(s, name)), value);
}

/** What a variable holds before it is assigned: undefined, unless its type says that nobody reads it then. */
function beforeAssignment(s: Lowering, node: ts.VariableDeclaration): Var {
  if (node.exclamationToken) return s.unassigned;
  if (!node.type) return s.literal(undefined);
  return mayBeAbsent(irType(s.reader, s.checker.getTypeFromTypeNode(node.type))) ? s.literal(undefined) : s.unassigned;
}

/** One statement; `labels` are the user's labels before it. */
export function statement(s: Lowering, node: ts.Statement, labels: readonly string[] = [], tail = false): void {
  if (s.dead) return;
  s.spend(1);
  switch (node.kind) {
    case ts.SyntaxKind.VariableStatement:
      declarations(s, (node as ts.VariableStatement).declarationList, node);
      return;
    case ts.SyntaxKind.ExpressionStatement:
      s.statement = statementOf(s, node, null);
      expression(s, (node as ts.ExpressionStatement).expression);
      return;
    case ts.SyntaxKind.ReturnStatement:
      returnStatement(s, node as ts.ReturnStatement, tail);
      return;
    case ts.SyntaxKind.IfStatement:
      ifStatement(s, node as ts.IfStatement, tail);
      return;
    case ts.SyntaxKind.Block:
      plainBlock(s, node as ts.Block, labels, tail);
      return;
    case ts.SyntaxKind.ForStatement:
      forStatement(s, node as ts.ForStatement, labels);
      return;
    case ts.SyntaxKind.WhileStatement:
      whileStatement(s, node as ts.WhileStatement, labels);
      return;
    case ts.SyntaxKind.DoStatement:
      doStatement(s, node as ts.DoStatement, labels);
      return;
    case ts.SyntaxKind.ForOfStatement:
      forOfStatement(s, node as ts.ForOfStatement, labels);
      return;
    case ts.SyntaxKind.ForInStatement:
      forInStatement(s, node as ts.ForInStatement, labels);
      return;
    case ts.SyntaxKind.SwitchStatement:
      switchStatement(s, node as ts.SwitchStatement, labels);
      return;
    case ts.SyntaxKind.LabeledStatement:
      labelled(s, node as ts.LabeledStatement, labels);
      return;
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
      jump(s, node as ts.BreakOrContinueStatement);
      return;
    case ts.SyntaxKind.ThrowStatement:
      throwStatement(s, node as ts.ThrowStatement);
      return;
    case ts.SyntaxKind.TryStatement:
      tryStatement(s, node as ts.TryStatement);
      return;
    case ts.SyntaxKind.WithStatement:
      s.report(node, catalogue.unsupportedSyntax, { text: "with", what: "makes names mean what an object holds", instead: "name the object: `o.x`" });
      return;
    case ts.SyntaxKind.ClassDeclaration:
      declareClass(s, node as ts.ClassDeclaration);
      return;
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.EmptyStatement:
    case ts.SyntaxKind.DebuggerStatement:
    case ts.SyntaxKind.InterfaceDeclaration:
    case ts.SyntaxKind.TypeAliasDeclaration:
    case ts.SyntaxKind.EnumDeclaration:
    case ts.SyntaxKind.NotEmittedStatement:
      return;
    default:
      s.report(node, catalogue.unsupportedSyntax, {
        text: shortText(node),
        what: "is not a statement of a differentiated function",
        instead: "move it out of the function",
      });
  }
}

// ---------------------------------------------------------------- declarations

export function declarations(s: Lowering, list: ts.VariableDeclarationList, node: ts.Node): void {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using || (list.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) {
    s.report(list, catalogue.unsupportedSyntax, { text: shortText(list), what: "is released when its block ends", instead: "declare it with `const`" });
    return;
  }
  const isVariable = !(list.flags & ts.NodeFlags.BlockScoped);
  list.declarations.forEach((declaration, k) => {
    // The comments around the statement go with its first declaration.
    s.statement = statementOf(s, k === 0 ? node : declaration, null, plainText(declaration), k === 0);
    declare(s, declaration, isVariable);
  });
}

function declare(s: Lowering, node: ts.VariableDeclaration, isVariable: boolean): void {
  const { name, initializer } = node;
  const bind = (id: ts.Identifier): ReturnType<Lowering["bind"]> => {
    const symbol = symbolOf(s, id);
    const hoisted = isVariable && symbol ? findBinding(s.scope, symbol) : undefined;
    return hoisted ?? s.bind(symbol, id.text, declaredType(s, id));
  };
  if (!initializer) {
    if (ts.isIdentifier(name) && !isVariable) s.set(bind(name), beforeAssignment(s, node));
    return;
  }
  if (ts.isObjectBindingPattern(name) && isGlobal(s, skipTypes(initializer), "Math")) {
    for (const element of name.elements) {
      const value = fromMath(s, element);
      if (value && ts.isIdentifier(element.name)) s.set(bind(element.name), value);
      else s.report(element, catalogue.unknownFunction, { callee: `Math.${shortText(element)}` });
    }
    return;
  }
  const value = (ts.isIdentifier(name) ? null : partsOf(s, initializer, name)) ?? expression(s, initializer);
  bindName(s, name, value, bind);
}

// ---------------------------------------------------------------- leaving

function returnStatement(s: Lowering, node: ts.ReturnStatement, tail: boolean): void {
  const { expression: e } = node, activation = s.activation;
  s.statement = e && activation?.outermost ? statementOf(s, node, "value", plainText(e)) : statementOf(s, node, null);
  returnValue(s, node, e ? expression(s, e) : s.literal(undefined), tail);
}

/** Sets the result and goes to the end of the function. */
export function returnValue(s: Lowering, node: ts.Node, value: Value, tail: boolean): void {
  const { activation } = s;
  if (!activation || s.dead) return;
  if (isVar(value) && present(value.type).kind === "opaque" && returnsNumber(s, activation.node)) asNumber(s, value);
  checkResult(s, node, value);
  s.name(value, activation.result.name);
  s.set(activation.result, value);
  if (!tail) exit(s, node, activation.target);
}

function returnsNumber(s: Lowering, node: CallableNode): boolean {
  const signature = s.checker.getSignatureFromDeclaration(node);
  return signature !== undefined && (s.checker.getReturnTypeOfSignature(signature).flags & ts.TypeFlags.NumberLike) !== 0;
}

/** A function of numbers that gives something else on this path has nothing to differentiate there. */
function checkResult(s: Lowering, node: ts.Node, value: Value): void {
  if (s.activation?.node !== s.rootNode || !s.activation.outermost || !isVar(value)) return;
  const signature = s.checker.getSignatureFromDeclaration(s.rootNode);
  const type = signature && s.checker.getReturnTypeOfSignature(signature);
  if (!type?.isUnion() || !type.types.some((t) => t.flags & ts.TypeFlags.NumberLike)) return;
  if (isNumeric(value.type) && value.type.kind !== "optional") return;
  const { kind } = value.type;
  if (kind === "undefined" || kind === "null" || kind === "boolean" || kind === "string") {
    s.report(node, catalogue.resultSometimesMissing, { fn: s.rootName, type: value.literal ? String(value.literal.value) : kind });
  }
}

function throwStatement(s: Lowering, node: ts.ThrowStatement): void {
  s.statement = statementOf(s, node, null);
  const thrown = skipTypes(node.expression);
  let parts: readonly (string | Var)[];
  if (ts.isNewExpression(thrown) && ts.isIdentifier(thrown.expression))
    parts = [`new ${thrown.expression.text}(`, ...argumentParts(s, thrown.arguments ?? []), ")"];
  else parts = [toVar(s, expression(s, thrown), thrown)];
  throws(s, node, parts);
}

function jump(s: Lowering, node: ts.BreakOrContinueStatement): void {
  const isBreak = ts.isBreakStatement(node), label = node.label?.text;
  for (let k = s.targets.length - 1; k >= 0; k--) {
    const target = s.targets[k];
    if (!target) continue;
    const fits = label === undefined ? (isBreak ? target.breaks : target.continues)
      : target.names.includes(label) && target.continues === !isBreak;
    if (fits) { exit(s, node, target); return; }
  }
  s.report(node, catalogue.unsupportedSyntax, { text: shortText(node), what: "has no loop or label to leave", instead: "remove it" });
}

// ---------------------------------------------------------------- branches and blocks

function ifStatement(s: Lowering, node: ts.IfStatement, tail: boolean): void {
  s.statement = statementOf(s, node, null, `if (${plainText(node.expression)})`);
  const test = sharingTest(s, node) ?? condition(s, node.expression), at = s.statement;
  branch(s, node, test,
    () => inScope(s, () => statement(s, node.thenStatement, [], tail)),
    () => { if (node.elseStatement) { const e = node.elseStatement; inScope(s, () => statement(s, e, [], tail)); } });
  s.statement = at;
}

function plainBlock(s: Lowering, node: ts.Block, labels: readonly string[], tail: boolean): void {
  if (labels.length === 0) { inScope(s, () => statements(s, node.statements, tail)); return; }
  block(s, node, { purpose: "plain", names: labels }, () => inScope(s, () => statements(s, node.statements, false)));
}

function labelled(s: Lowering, node: ts.LabeledStatement, labels: readonly string[]): void {
  const names = [...labels, node.label.text], inner = node.statement;
  if (ts.isLabeledStatement(inner) || ts.isIterationStatement(inner, false) || ts.isSwitchStatement(inner) || ts.isBlock(inner)) {
    statement(s, inner, names);
    return;
  }
  block(s, node, { purpose: "plain", names }, () => statement(s, inner));
}
