import ts from "typescript";
import type { Literal, Var } from "../ir/ir.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { isVar, type Binding, type CallableNode, type Lowering, type Scope, type Value } from "./lowerState.ts";
import { expression } from "./lowerExpressions.ts";
import { settled } from "./lowerJoin.ts";
import { irType, isAny } from "./lowerTypes.ts";

/** What names mean: local variables, tables, constants and state of the module, functions of this and of other files, globals. */

export const emptyScope: Scope = { parent: null, bindings: new Map() };

/** An expression without parentheses, type assertions and `!`. */
export function skipTypes(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at) || ts.isNonNullExpression(at)
    || ts.isTypeAssertionExpression(at) || ts.isExpressionWithTypeArguments(at) || ts.isPartiallyEmittedExpression(at)) at = at.expression;
  return at;
}

export const isCallable = (node: ts.Node): node is CallableNode =>
  ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node) || ts.isMethodDeclaration(node);

/** The symbol a name refers to, imports followed. */
export function symbolOf(s: Lowering, name: ts.Identifier): ts.Symbol | undefined {
  const symbol = localSymbolOf(s, name);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? s.checker.getAliasedSymbol(symbol) : symbol;
}

function localSymbolOf(s: Lowering, name: ts.Identifier): ts.Symbol | undefined {
  const { parent } = name;
  if (parent && ts.isShorthandPropertyAssignment(parent) && parent.name === name) return s.checker.getShorthandAssignmentValueSymbol(parent);
  return s.checker.getSymbolAtLocation(name);
}

export function findBinding(scope: Scope, symbol: ts.Symbol): Binding | undefined {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const binding = at.bindings.get(symbol);
    if (binding) return binding;
  }
  return undefined;
}

/** Whether the name means the global of that name and nothing of the user's. */
export function isGlobal(s: Lowering, node: ts.Expression, name: string): boolean {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  return isGlobalSymbol(symbolOf(s, node));
}

function isGlobalSymbol(symbol: ts.Symbol | undefined): boolean {
  return (symbol?.declarations ?? []).every((d) => d.getSourceFile().isDeclarationFile && !ts.isModuleBlock(d.parent));
}

const globalFunctions: ReadonlySet<string> = new Set(["Number", "Boolean", "String", "isFinite", "isNaN", "parseInt", "parseFloat"]);

/** Whether a name is that of a function declared without a body, or of an import that leads nowhere. */
export function isWithoutBody(s: Lowering, name: ts.Identifier): boolean {
  const local = localSymbolOf(s, name);
  if (!local || isStopGradient(local) || findBinding(s.scope, local)) return false;
  const isImport = (local.flags & ts.SymbolFlags.Alias) !== 0;
  const declarations = (isImport ? s.checker.getAliasedSymbol(local) : local).declarations ?? [];
  if (declarations.length === 0) return isImport;
  return declarations.every((d) => ts.isFunctionDeclaration(d) && !d.body) && (isImport || declarations.some((d) => !d.getSourceFile().isDeclarationFile));
}

/** What a name holds here. */
export function identifier(s: Lowering, node: ts.Identifier): Value {
  const local = localSymbolOf(s, node);
  if (isStopGradient(local)) return { kind: "builtin", name: "stopGradient" };
  const symbol = local && local.flags & ts.SymbolFlags.Alias ? s.checker.getAliasedSymbol(local) : local;
  const binding = symbol && findBinding(s.scope, symbol);
  if (binding) return readBinding(s, node, binding);
  const state = symbol && s.moduleState.get(symbol);
  if (state) return readBinding(s, node, state);
  if (isGlobalSymbol(symbol)) return globalValue(s, node);
  return symbol ? moduleValue(s, node, symbol) : globalValue(s, node);
}

export function readBinding(s: Lowering, node: ts.Node, binding: Binding): Value {
  const value = settled(s, s.get(binding));
  if (!isVar(value) && value.kind === "unknown") return s.refuse(node, catalogue.unknownCallee, { callee: binding.name ?? node.getText() });
  return value;
}

function globalValue(s: Lowering, node: ts.Identifier): Value {
  switch (node.text) {
    case "undefined": return s.literal(undefined);
    case "NaN": return s.literal(NaN, "NaN");
    case "Infinity": return s.literal(Infinity, "Infinity");
    case "arguments": return s.refuse(node, catalogue.argumentsObject, {});
    case "eval": return s.refuse(node, catalogue.dynamicCode, { text: "eval" });
    default: break;
  }
  if (globalFunctions.has(node.text)) return { kind: "builtin", name: node.text };
  return s.raw(node, [node.text], irType(s.reader, s.checker.getTypeAtLocation(node)), true);
}

function isStopGradient(symbol: ts.Symbol | undefined): boolean {
  return (symbol?.declarations ?? []).some((d) => {
    if (!ts.isImportSpecifier(d) || (d.propertyName ?? d.name).text !== "stopGradient") return false;
    const from = d.parent.parent.parent.moduleSpecifier;
    return ts.isStringLiteral(from) && from.text.startsWith("@retrograd/runtime");
  });
}

/** A member of a namespace import or an enum: `m.g`, `Mode.Fast`. Undefined if the object is neither. */
export function memberValue(s: Lowering, node: ts.PropertyAccessExpression): Value | undefined {
  if (!ts.isIdentifier(node.expression) || !ts.isIdentifier(node.name)) return undefined;
  const constant = s.checker.getConstantValue(node);
  if (constant !== undefined) return s.literal(constant);
  const object = localSymbolOf(s, node.expression);
  const declaration = object?.declarations?.[0];
  if (!declaration || !(ts.isNamespaceImport(declaration) || ts.isModuleDeclaration(declaration))) return undefined;
  const member = symbolOf(s, node.name);
  return member?.valueDeclaration && !member.valueDeclaration.getSourceFile().isDeclarationFile ? moduleValue(s, node, member) : undefined;
}

// ---------------------------------------------------------------- names of modules

/** A name declared outside every function that is being lowered. */
function moduleValue(s: Lowering, node: ts.Node, symbol: ts.Symbol): Value {
  const known = s.frame.moduleValues.get(symbol);
  if (known) return known;
  const value = findModuleValue(s, node, symbol);
  s.frame.moduleValues.set(symbol, value);
  return value;
}

function findModuleValue(s: Lowering, node: ts.Node, symbol: ts.Symbol): Value {
  const declarations = symbol.declarations ?? [];
  const fn = declarations.find((d): d is ts.FunctionDeclaration => ts.isFunctionDeclaration(d) && d.body !== undefined);
  if (fn) return { kind: "closure", node: fn, scope: scopeAround(s, fn) };
  const declaration = declarations.find((d) => ts.isVariableDeclaration(d) || ts.isBindingElement(d)) ?? declarations[0];
  if (!declaration) return s.refuse(node, catalogue.unresolvedName, { name: symbol.name });
  if (ts.isVariableDeclaration(declaration) && isModuleLevel(declaration)) return moduleVariable(s, node, symbol, declaration);
  if (ts.isBindingElement(declaration)) {
    const math = fromMath(s, declaration);
    if (math) return math;
  }
  if (isInsideFunction(declaration)) return s.refuse(node, catalogue.usedBeforeDeclared, { name: symbol.name });
  return reference(s, node, symbol);
}

/** Functions of the module see no local variables. */
function scopeAround(s: Lowering, fn: ts.FunctionDeclaration): Scope {
  return isInsideFunction(fn) ? s.scope : emptyScope;
}

function moduleVariable(s: Lowering, node: ts.Node, symbol: ts.Symbol, declaration: ts.VariableDeclaration): Value {
  const constant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  const init = declaration.initializer && skipTypes(declaration.initializer);
  if (constant && init) {
    const literal = literalOf(init);
    if (literal) return s.literal(literal.value, literal.text);
    if (isCallable(init)) return { kind: "closure", node: init, scope: emptyScope };
    if (ts.isObjectLiteralExpression(init) || ts.isArrayLiteralExpression(init)) {
      const object = objectOfFunctions(s, symbol.name, init);
      if (object) return object;
    }
    const type = s.checker.getTypeOfSymbol(symbol);
    const isFunction = s.checker.getSignaturesOfType(type, ts.SignatureKind.Call).length > 0;
    if (isFunction && (ts.isIdentifier(init) || ts.isPropertyAccessExpression(init))) return inModule(s, () => expression(s, init));
    if (declaration.getSourceFile() !== s.reader.sourceFile && isConstantArithmetic(s, init)) return inModule(s, () => expression(s, init));
  }
  return reference(s, node, symbol);
}

/** Evaluates what stands outside functions: no local variable is in sight. */
function inModule<T>(s: Lowering, f: () => T): T {
  const { scope } = s;
  s.scope = emptyScope;
  try { return f(); } finally { s.scope = scope; }
}

/** `const { sin, cos: c } = Math`. */
export function fromMath(s: Lowering, element: ts.BindingElement): Value | undefined {
  const declaration = element.parent.parent;
  if (!ts.isObjectBindingPattern(element.parent) || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  if (!isGlobal(s, skipTypes(declaration.initializer), "Math")) return undefined;
  const key = element.propertyName ?? element.name;
  return ts.isIdentifier(key) ? mathMember(s, key.text) : undefined;
}

const mathFunctions: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Math).filter((name) => name.charAt(0) === name.charAt(0).toLowerCase()));

/** `Math.PI` as a number that keeps its name, `Math.sin` as an operation. */
export function mathMember(s: Lowering, name: string): Value | undefined {
  if (mathFunctions.has(name)) return { kind: "builtin", name: `Math.${name}` };
  const value: unknown = (Math as unknown as Record<string, unknown>)[name]; // a namespace of numbers and functions
  return typeof value === "number" ? s.literal(value, `Math.${name}`) : undefined;
}

const numberConstants: ReadonlySet<string> = new Set(["EPSILON", "MAX_VALUE", "MIN_VALUE", "MAX_SAFE_INTEGER", "MIN_SAFE_INTEGER", "POSITIVE_INFINITY", "NEGATIVE_INFINITY", "NaN"]);
const numberFunctions: ReadonlySet<string> = new Set(["isFinite", "isInteger", "isNaN", "isSafeInteger", "parseInt", "parseFloat"]);

export function numberMember(s: Lowering, name: string): Value | undefined {
  if (numberFunctions.has(name)) return { kind: "builtin", name: `Number.${name}` };
  if (!numberConstants.has(name)) return undefined;
  return s.literal((Number as unknown as Record<string, number>)[name] ?? NaN, `Number.${name}`); // exactly the numeric members
}

/** An object or array of the module that holds functions: each function is known, other fields are read where they stand. */
function objectOfFunctions(s: Lowering, name: string, init: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression): Value | undefined {
  const fields = new Map<string, Binding>(), isArray = ts.isArrayLiteralExpression(init);
  const members: [string, ts.Expression | ts.MethodDeclaration][] = [];
  if (isArray) {
    init.elements.forEach((e, k) => members.push([String(k), e]));
  } else {
    for (const p of init.properties) {
      const key = p.name && (ts.isIdentifier(p.name) || ts.isStringLiteral(p.name)) ? p.name.text : undefined;
      if (key === undefined) return undefined;
      if (ts.isPropertyAssignment(p)) members.push([key, p.initializer]);
      else if (ts.isShorthandPropertyAssignment(p)) members.push([key, p.name]);
      else if (ts.isMethodDeclaration(p)) members.push([key, p]);
      else return undefined;
    }
  }
  const isFunction = (m: ts.Node): boolean => s.checker.getTypeAtLocation(m).getCallSignatures().length > 0;
  if (!members.some(([, m]) => isFunction(m))) return undefined;
  for (const [key, member] of members) {
    const at = isArray ? `${name}[${key}]` : `${name}.${key}`;
    const value = ts.isMethodDeclaration(member) ? { kind: "closure" as const, node: member, scope: emptyScope }
      : isFunction(member) ? inModule(s, () => expression(s, member))
      : prologue(s, member, at);
    fields.set(key, { ...s.temporary(key), initial: value });
  }
  return { kind: "object", fields, isArray, node: init };
}

/** A reference to what the module holds under that name, taken once per function so that aliases are seen. */
function reference(s: Lowering, node: ts.Node, symbol: ts.Symbol): Value {
  const name = visibleName(s, symbol);
  if (name === null) return s.refuse(node, catalogue.notVisible, { name: symbol.name });
  const type = irType(s.reader, s.checker.getTypeOfSymbol(symbol));
  return prologue(s, node, name, isAny(type) ? irType(s.reader, s.checker.getTypeAtLocation(node)) : type);
}

export function prologue(s: Lowering, node: ts.Node, text: string, type = irType(s.reader, s.checker.getTypeAtLocation(node))): Var {
  const out = s.fresh(null, type);
  s.frame.prologue.push({ kind: "raw", origin: { loc: s.loc(node), statement: null }, parts: [text], out, pure: true });
  return out;
}

/** The name under which the file of the root sees something of a module. */
function visibleName(s: Lowering, symbol: ts.Symbol): string | null {
  const { sourceFile } = s.reader;
  if (symbol.declarations?.some((d) => d.getSourceFile() === sourceFile)) return symbol.name;
  for (const statement of sourceFile.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const clause = statement.importClause, bindings = clause?.namedBindings;
    const names = [...(clause?.name ? [clause.name] : []), ...(bindings && ts.isNamedImports(bindings) ? bindings.elements.map((e) => e.name) : [])];
    for (const name of names) if (symbolOf(s, name) === symbol) return name.text;
  }
  return null;
}

// ---------------------------------------------------------------- questions about syntax

/** The value of a literal, `-1` included. */
export function literalOf(node: ts.Expression): Literal | undefined {
  if (ts.isNumericLiteral(node)) return numberLiteral(Number(node.text), node.getText());
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand)) {
    return numberLiteral(-Number(node.operand.text), `-${node.operand.getText()}`);
  }
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return { value: node.text };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (node.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  return undefined;
}

/** The spelling is kept where it is not the one JavaScript would print. */
const numberLiteral = (value: number, text: string): Literal => (String(value) === text ? { value } : { value, text });

/** Arithmetic on literals and constants only: it may be evaluated anywhere, with the same bits. */
function isConstantArithmetic(s: Lowering, node: ts.Expression, depth = 0): boolean {
  const e = skipTypes(node);
  if (literalOf(e) || depth > 20) return depth <= 20;
  if (ts.isBinaryExpression(e)) return e.operatorToken.kind !== ts.SyntaxKind.EqualsToken && isConstantArithmetic(s, e.left, depth + 1) && isConstantArithmetic(s, e.right, depth + 1);
  if (ts.isPrefixUnaryExpression(e)) return isConstantArithmetic(s, e.operand, depth + 1);
  if (ts.isPropertyAccessExpression(e)) return isGlobal(s, e.expression, "Math") || isGlobal(s, e.expression, "Number");
  if (ts.isCallExpression(e)) {
    return ts.isPropertyAccessExpression(e.expression) && isGlobal(s, e.expression.expression, "Math") && e.expression.name.text !== "random"
      && e.arguments.every((a) => isConstantArithmetic(s, a, depth + 1));
  }
  if (!ts.isIdentifier(e)) return false;
  const declaration = symbolOf(s, e)?.valueDeclaration;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && isModuleLevel(declaration) && declaration.initializer !== undefined
    && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 && isConstantArithmetic(s, declaration.initializer, depth + 1);
}

export const isModuleLevel = (node: ts.Node): boolean => !isInsideFunction(node);

export function isInsideFunction(node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (ts.isFunctionLike(at) || ts.isClassLike(at)) return true;
  return false;
}
