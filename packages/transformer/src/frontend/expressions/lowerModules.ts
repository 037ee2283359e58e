import ts from "typescript";
import { isAssignment } from "../programs/assignments.ts";
import type { ArrayConstructorName, Var } from "../../ir/ir.ts";
import { numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type Scope, type Value } from "../state/values.ts";
import { isClassWithText } from "../types/classTypes.ts";
import { knownClass, meansClass } from "../objects/lowerClasses.ts";
import { expression } from "./lowerExpressions.ts";
import { isConstant } from "../types/constants.ts";
import { emptyScope, isCallable, isConstantArithmetic, isGlobal, isInsideFunction, isModuleLevel, literalOf } from "./lowerNames.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { irType } from "../types/lowerTypes.ts";
import { isAny, isArrayConstructorName } from "../types/irTypes.ts";

/** What is declared outside every function: functions, constants, tables; and the members of `Math` and `Number`. */

/** A name declared outside every function that is being lowered. */
export function moduleValue(s: Lowering, node: ts.Node, symbol: ts.Symbol): Value {
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
  // The name of a class expression is known inside it: `const Vec = class _Vec { … }`.
  const ofClass = declarations.find(isClassWithText);
  if (ofClass) return knownClass(s, ofClass);
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
  const constant = isConstant(symbol, declaration, s.context.program);
  const init = declaration.initializer && unfrozen(s, declaration.initializer);
  if (constant && init) {
    const literal = literalOf(init);
    if (literal) return s.literal(literal.value, literal.text);
    if (isCallable(init)) return { kind: "closure", node: init, scope: emptyScope };
    if (ts.isClassExpression(init)) return knownClass(s, init);
    if (ts.isObjectLiteralExpression(init) || ts.isArrayLiteralExpression(init)) {
      const object = objectOfFunctions(s, symbol.name, init);
      if (object) return object;
    }
    const type = s.checker.getTypeOfSymbol(symbol);
    const isFunction = s.checker.getSignaturesOfType(type, ts.SignatureKind.Call).length > 0;
    // `const Point = Vec2`, `var dms_default = Dms`: another name for a function or a class.
    const isClass = ts.isIdentifier(init) && s.checker.getSignaturesOfType(type, ts.SignatureKind.Construct).length > 0 && meansClass(s, init);
    if ((isFunction && isChosen(init)) || isClass) return inModule(s, () => expression(s, init));
    const made = ts.isCallExpression(init) && (isFunction || holdsFunctions(s, type)) ? madeByCall(s, init) : undefined;
    if (made) return made;
    if (visibleName(s, symbol) === null) {
      if (isConstantArithmetic(s, init)) return inModule(s, () => expression(s, init));
      if (isTable(init) && isOnlyRead(s, symbol, declaration)) return prologueTable(s, init);
    }
  }
  return reference(s, node, symbol);
}

/** What `Object.freeze` is given: it is what it gives. */
function unfrozen(s: Lowering, node: ts.Expression): ts.Expression {
  const e = skipTypes(node);
  if (
    !ts.isCallExpression(e) ||
    !ts.isPropertyAccessExpression(e.expression) ||
    e.expression.name.text !== "freeze" ||
    !isGlobal(s, e.expression.expression, "Object")
  )
    return e;
  const [frozen] = e.arguments;
  return frozen && e.arguments.length === 1 && !ts.isSpreadElement(frozen) ? unfrozen(s, frozen) : e;
}

/** What the module assigns to a field of one of its functions: `forward.invert = function …`, once. Undefined if it does not, or does more than that. */
export function assignedInModule(s: Lowering, fn: ts.Node, name: string): Value | undefined {
  const declaration = ts.isFunctionDeclaration(fn) ? fn : ts.isVariableDeclaration(fn.parent) ? fn.parent : undefined;
  const symbol = declaration?.name && ts.isIdentifier(declaration.name) ? symbolOf(s, declaration.name) : undefined;
  if (!symbol || !declaration) return undefined;
  const found: ts.Expression[] = [];
  let elsewhere = false;
  const visit = (node: ts.Node): void => {
    s.spend(1);
    if (isAssignment(node)) {
      const target = skipTypes(node.left),
        object = ts.isPropertyAccessExpression(target) && target.name.text === name ? skipTypes(target.expression) : undefined;
      if (object && ts.isIdentifier(object) && object.text === symbol.name && symbolOf(s, object) === symbol) {
        if (ts.isExpressionStatement(node.parent) && ts.isSourceFile(node.parent.parent) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
          found.push(node.right);
        else elsewhere = true;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration.getSourceFile());
  const [value] = found;
  if (!value || found.length > 1 || elsewhere) return undefined;
  const e = skipTypes(value);
  if (isCallable(e)) return { kind: "closure", node: e, scope: emptyScope };
  return literalOf(e) || ts.isIdentifier(e) ? inModule(s, () => expression(s, e)) : undefined;
}

/** The name of a function, or a choice that is made while compiling: `Math.sign || function (x) { … }`. */
function isChosen(node: ts.Expression): boolean {
  const e = skipTypes(node);
  if (ts.isIdentifier(e) || ts.isPropertyAccessExpression(e) || isCallable(e)) return true;
  if (ts.isConditionalExpression(e)) return isChosen(e.condition) && isChosen(e.whenTrue) && isChosen(e.whenFalse);
  const kind = ts.isBinaryExpression(e) ? e.operatorToken.kind : undefined;
  return (
    ts.isBinaryExpression(e) && (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken) && isChosen(e.left) && isChosen(e.right)
  );
}

const holdsFunctions = (s: Lowering, type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  s.checker
    .getPropertiesOfType(type)
    .some((p) => p.declarations?.every((d) => !d.getSourceFile().isDeclarationFile) && s.checker.getTypeOfSymbol(p).getCallSignatures().length > 0);

/**
 * What a call in the module gives: `const ease = (function () { … return function (t) { … }; })()`, a function or an object of functions, if
 * making it takes arithmetic only and what it closes over is never assigned later. Undefined if it takes more: that is state of the module.
 */
function madeByCall(s: Lowering, init: ts.CallExpression): Value | undefined {
  const callee = skipTypes(init.expression), symbol = ts.isIdentifier(callee) ? symbolOf(s, callee) : undefined;
  const declared = symbol?.valueDeclaration,
    source = isCallable(callee) ? callee : declared && ts.isVariableDeclaration(declared) && declared.initializer ? skipTypes(declared.initializer) : declared;
  if (!source || !isCallable(source) || !source.body || source.getSourceFile().isDeclarationFile || keepsState(s, source.body)) return undefined;
  const { current, env, dead, statement, failed } = s;
  s.current = [];
  s.env = new Map(env);
  const value = inModule(s, () => expression(s, init));
  const made = s.current, bound = s.env, wasDead = s.dead;
  Object.assign(s, { current, env, dead, statement });
  if (s.failed && !failed) return value;
  if (wasDead || isVar(value) || (value.kind !== "closure" && value.kind !== "object" && value.kind !== "builtin") || !made.every((i) => i.kind === "apply"))
    return undefined;
  s.frame.prologue.push(...made.map((i) => ({ ...i, origin: { ...i.origin, statement: null } })));
  for (const [binding, held] of bound) if (!env.has(binding)) (binding as { initial?: Value }).initial = held; // made just now
  return value;
}

/** Whether a function inside assigns what it did not declare, or a field of anything. */
function keepsState(s: Lowering, body: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node, inner: ts.Node | null): void => {
    s.spend(1);
    const target = isAssignment(node)
      ? skipTypes(node.left)
      : (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
          (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
        ? skipTypes(node.operand)
        : undefined;
    if (inner && target) {
      const declaration = ts.isIdentifier(target) ? symbolOf(s, target)?.valueDeclaration : undefined;
      if (!declaration || declaration.pos < inner.pos || declaration.end > inner.end) found = true;
    }
    ts.forEachChild(node, (child) => visit(child, inner ?? (ts.isFunctionLike(node) ? node : null)));
  };
  ts.forEachChild(body, (child) => visit(child, null));
  return found;
}

/** Evaluates what stands outside functions: no local variable is in sight. */
export function inModule<T>(s: Lowering, f: () => T): T {
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

const numberConstants: ReadonlySet<string> = new Set([
  "EPSILON",
  "MAX_VALUE",
  "MIN_VALUE",
  "MAX_SAFE_INTEGER",
  "MIN_SAFE_INTEGER",
  "POSITIVE_INFINITY",
  "NEGATIVE_INFINITY",
  "NaN",
]);
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
      const key = p.name && (ts.isIdentifier(p.name) || ts.isStringLiteral(p.name)) ? p.name.text : enumKey(s, p.name);
      if (key === undefined) return undefined;
      if (ts.isPropertyAssignment(p)) members.push([key, p.initializer]);
      else if (ts.isShorthandPropertyAssignment(p)) members.push([key, p.name]);
      else if (ts.isMethodDeclaration(p)) members.push([key, p]);
      else return undefined;
    }
  }
  const isFunction = (m: ts.Node): boolean => s.checker.getTypeAtLocation(m).getCallSignatures().length > 0;
  const inner = new Map<ts.Node, Value>();
  for (const [key, m] of members) {
    const e = ts.isMethodDeclaration(m) ? m : unfrozen(s, m);
    const object =
      ts.isObjectLiteralExpression(e) || ts.isArrayLiteralExpression(e) ? objectOfFunctions(s, isArray ? `${name}[${key}]` : `${name}.${key}`, e) : undefined;
    if (object) inner.set(m, object);
  }
  if (inner.size === 0 && !members.some(([, m]) => isFunction(m))) return undefined;
  for (const [key, member] of members) {
    const at = isArray ? `${name}[${key}]` : `${name}.${key}`;
    const value = inner.get(member) ?? (ts.isMethodDeclaration(member) ? { kind: "closure" as const, node: member, scope: emptyScope }
      : isFunction(member) ? inModule(s, () => expression(s, member))
      : prologue(s, member, at));
    fields.set(key, { ...s.temporary(key), initial: value });
  }
  return { kind: "object", fields, isArray, node: init };
}

/** `[Mode.Fast]`: the value of the member. */
function enumKey(s: Lowering, name: ts.PropertyName | undefined): string | undefined {
  if (!name || !ts.isComputedPropertyName(name)) return undefined;
  const e = skipTypes(name.expression);
  const type = s.checker.getTypeAtLocation(e);
  return type.isStringLiteral() || type.isNumberLiteral() ? String(type.value) : undefined;
}

/**
 * The kind of array that a name of a module stands for: `const Vec = Float32Array`, and `typeof Float32Array !== "undefined" ? Float32Array : Array`,
 * of which every platform that runs this has the first.
 */
export function arrayConstructor(s: Lowering, node: ts.Expression, depth = 0): ArrayConstructorName | undefined {
  const e = skipTypes(node);
  if (depth > 4) return undefined;
  if (ts.isConditionalExpression(e)) return asksForArrays(s, e.condition) ? arrayConstructor(s, e.whenTrue, depth + 1) : undefined;
  const name = ts.isIdentifier(e) ? e : ts.isPropertyAccessExpression(e) && ts.isIdentifier(e.name) ? e.name : undefined;
  if (!name) return undefined;
  if (isArrayConstructorName(name.text) && isGlobal(s, name, name.text)) return name.text;
  const symbol = symbolOf(s, name), declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer || !isModuleLevel(declaration)) return undefined;
  return isConstant(symbol, declaration, s.context.program) ? arrayConstructor(s, declaration.initializer, depth + 1) : undefined;
}

/** `typeof Float32Array !== "undefined"`. */
function asksForArrays(s: Lowering, node: ts.Expression): boolean {
  const test = skipTypes(node);
  if (!ts.isBinaryExpression(test) || !ts.isTypeOfExpression(test.left) || !ts.isStringLiteral(test.right)) return false;
  const negated = test.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || test.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken;
  const { expression: asked } = test.left;
  return (
    test.right.text === (negated ? "undefined" : "function") && ts.isIdentifier(asked) && isArrayConstructorName(asked.text) && isGlobal(s, asked, asked.text)
  );
}

/** A reference to what the module holds under that name, taken once per function so that aliases are seen. */
function reference(s: Lowering, node: ts.Node, symbol: ts.Symbol): Value {
  const name = visibleName(s, symbol);
  if (name === null) return s.refuse(node, catalogue.notVisible, { name: symbol.name });
  const type = irType(s.reader, s.checker.getTypeOfSymbol(symbol));
  return prologue(s, node, name, isAny(type) ? irType(s.reader, s.checker.getTypeAtLocation(node)) : type);
}

export function prologue(
  s: Lowering,
  node: ts.Node,
  text: string,
  type = irType(s.reader, s.checker.getTypeAtLocation(node)),
  name: string | null = null,
): Var {
  const out = s.fresh(name, type);
  s.frame.prologue.push({ kind: "raw", origin: { loc: s.loc(node), statement: null }, parts: [text], out, pure: true });
  return out;
}

/** Numbers in arrays, written out. */
export function isTable(node: ts.Expression): boolean {
  const e = skipTypes(node);
  return ts.isArrayLiteralExpression(e) && e.elements.every((x) => typeof literalOf(skipTypes(x))?.value === "number" || isTable(x));
}

/** Whether every mention of a table in its file reads an element or the length; one that others may see may be changed there. */
function isOnlyRead(s: Lowering, symbol: ts.Symbol, declaration: ts.VariableDeclaration): boolean {
  let only = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) === 0;
  const visit = (node: ts.Node): void => {
    s.spend(1);
    if (ts.isIdentifier(node) && node !== declaration.name && node.text === symbol.name && symbolOf(s, node) === symbol) only &&= isReadOf(node);
    ts.forEachChild(node, visit);
  };
  visit(declaration.getSourceFile());
  return only;
}

/** Whether a mention of a table reads an element, the length, or all of it. */
export function isReadOf(node: ts.Identifier | ts.PropertyAccessExpression): boolean {
  let at: ts.Node = node, { parent } = node;
  if (ts.isForOfStatement(parent)) return parent.expression === node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node && parent.name.text === "length";
  while (ts.isElementAccessExpression(parent) && parent.expression === at) {
    at = parent;
    while (ts.isNonNullExpression(at.parent)) at = at.parent;
    parent = at.parent as typeof parent; // any node: only asked what it is
    const isTarget = (isAssignment(parent) && parent.left === at)
      || ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent) || ts.isCallExpression(parent);
    if (isTarget) return false;
  }
  return at !== node;
}

/** A table of another file, made anew. */
export function prologueTable(s: Lowering, node: ts.Expression, name: string | null = null): Var {
  const e = skipTypes(node) as ts.ArrayLiteralExpression; // isTable
  const elements = e.elements.map((x) => {
    const literal = literalOf(skipTypes(x));
    return literal ? s.literal(literal.value, literal.text) : prologueTable(s, x);
  });
  const out = s.fresh(name, { kind: "array", constructorName: "Array", element: elements[0]?.type ?? numberType });
  s.frame.prologue.push({ kind: "array", origin: { loc: s.loc(node), statement: null }, elements, out });
  return out;
}

/** `Physics.g` for what a namespace of the file exports; null for what it keeps to itself. */
export function nameInNamespaces(declaration: ts.Declaration, name: string): string | null {
  let text = name;
  let at: ts.Declaration = declaration;
  for (let up: ts.Node = declaration.parent; up; up = up.parent) {
    if (!ts.isModuleBlock(up)) continue;
    if (!ts.isIdentifier(up.parent.name) || (ts.getCombinedModifierFlags(at) & ts.ModifierFlags.Export) === 0) return null;
    at = up.parent;
    text = `${up.parent.name.text}.${text}`;
  }
  return text;
}

/** The name under which the file of the root sees something of a module. */
export function visibleName(s: Lowering, symbol: ts.Symbol): string | null {
  const { sourceFile } = s.reader;
  const here = symbol.declarations?.find((d) => d.getSourceFile() === sourceFile);
  if (here) return nameInNamespaces(here, symbol.name);
  for (const statement of sourceFile.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const clause = statement.importClause, bindings = clause?.namedBindings;
    const names = [...(clause?.name ? [clause.name] : []), ...(bindings && ts.isNamedImports(bindings) ? bindings.elements.map((e) => e.name) : [])];
    for (const name of names) if (symbolOf(s, name) === symbol) return name.text;
  }
  return null;
}
