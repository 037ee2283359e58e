import ts from "typescript";
import type { Literal } from "../../ir/ir.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { findBinding, isVar, type Binding, type CallableNode, type Scope, type Value } from "../state/values.ts";
import { isConstant } from "../types/constants.ts";
import { settled } from "../state/lowerJoin.ts";
import { moduleValue, visibleName } from "./lowerModules.ts";
import { matrixFunction, runtimeMember } from "../programs/runtimeMembers.ts";
import { importedFromRuntime } from "../programs/runtimeNames.ts";
import { irType } from "../types/lowerTypes.ts";
import { optional, present } from "../types/irTypes.ts";
import { localSymbolOf, symbolOf, skipTypes } from "../state/symbols.ts";

/** What names mean: local variables, globals, what other modules and this one declare; and questions about syntax. */

export const emptyScope: Scope = { parent: null, bindings: new Map() };

export const isCallable = (node: ts.Node): node is CallableNode =>
  ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node) || ts.isMethodDeclaration(node);

/** Whether the name means the global of that name and nothing of the user's. */
export function isGlobal(s: Lowering, node: ts.Expression, name: string): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === name && isGlobal(s, node.expression, "globalThis");
  if (!ts.isIdentifier(node)) return false;
  if (node.text !== name) return name !== "arguments" && isOtherNameOf(s, node, name);
  const local = localSymbolOf(s, node);
  // Imported from a package, the runtime is declared in files that have no bodies, like the globals.
  if (local?.declarations?.some((d) => importedFromRuntime(d) !== undefined)) return false;
  return isGlobalSymbol(symbolOf(s, node)) && !isImportedElsewhere(s, local);
}

/** The name by which what is called stands for the same where the gradient will be; null if there is none. */
export function nameWhereGradientIs(s: Lowering, name: ts.Identifier): string | null {
  if (!isImportedElsewhere(s, localSymbolOf(s, name))) return name.text;
  const symbol = symbolOf(s, name);
  return symbol?.declarations === undefined ? null : visibleName(s, symbol); // all imports that lead nowhere have one symbol
}

/** What another file imports from a package is known there by a name that means nothing where the gradient will stand. */
function isImportedElsewhere(s: Lowering, local: ts.Symbol | undefined): boolean {
  return (
    local !== undefined && (local.flags & ts.SymbolFlags.Alias) !== 0 && (local.declarations ?? []).every((d) => d.getSourceFile() !== s.reader.sourceFile)
  );
}

/** `const m = Math`. */
function isOtherNameOf(s: Lowering, node: ts.Identifier, name: string): boolean {
  const declaration = symbolOf(s, node)?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer || !(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const))
    return false;
  const value = skipTypes(declaration.initializer);
  return ts.isIdentifier(value) && value.text === name && isGlobal(s, value, name);
}

function isGlobalSymbol(symbol: ts.Symbol | undefined): boolean {
  return (symbol?.declarations ?? []).every((d) => d.getSourceFile().isDeclarationFile && !(d.parent && ts.isModuleBlock(d.parent)));
}

const globalFunctions: ReadonlySet<string> = new Set(["Number", "Boolean", "String", "isFinite", "isNaN", "parseInt", "parseFloat"]);

/** Whether a name is that of a function declared without a body, or of an import that leads nowhere. */
export function isWithoutBody(s: Lowering, name: ts.Identifier): boolean {
  const local = localSymbolOf(s, name);
  if (!local || isStopGradient(local) || matrixFunction(local) !== undefined || findBinding(s.scope, local)) return false;
  const isImport = (local.flags & ts.SymbolFlags.Alias) !== 0;
  const declarations = (isImport ? s.checker.getAliasedSymbol(local) : local).declarations ?? [];
  if (declarations.length === 0) return isImport;
  return declarations.every((d) => ts.isFunctionDeclaration(d) && !d.body) && (isImport || declarations.some((d) => !d.getSourceFile().isDeclarationFile));
}

/** What a name holds here. */
export function identifier(s: Lowering, node: ts.Identifier): Value {
  const local = localSymbolOf(s, node);
  if (isStopGradient(local)) return { kind: "builtin", name: "stopGradient" };
  const ofMatrices = matrixFunction(local);
  if (ofMatrices !== undefined) return { kind: "builtin", name: ofMatrices };
  const symbol = local && local.flags & ts.SymbolFlags.Alias ? s.checker.getAliasedSymbol(local) : local;
  const binding = symbol && findBinding(s.scope, symbol);
  if (binding) return readBinding(s, node, binding);
  const state = symbol && s.moduleState.get(symbol);
  if (state) return readBinding(s, node, state);
  if (isGlobalSymbol(symbol) && !isImportedElsewhere(s, local)) return globalValue(s, node);
  return symbol ? moduleValue(s, node, symbol) : globalValue(s, node);
}

export function readBinding(s: Lowering, node: ts.Node, binding: Binding): Value {
  const value = settled(s, s.get(binding));
  if (!isVar(value) && value.kind === "unknown") return s.refuse(node, catalogue.unknownCallee, { callee: binding.name ?? node.getText() });
  if (isVar(value) && !value.literal && (value.type.kind === "undefined" || value.type.kind === "null")) {
    const here = irType(s.reader, s.checker.getTypeAtLocation(node));
    if (present(here).kind !== "opaque") s.retype(value, optional(here));
  }
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
  const { expression: outer } = node;
  const space = ts.isIdentifier(outer) ? outer : ts.isPropertyAccessExpression(outer) && ts.isIdentifier(outer.name) ? outer.name : undefined;
  if (!space || !ts.isIdentifier(node.name)) return undefined;
  const constant = s.checker.getConstantValue(node);
  if (constant !== undefined) return s.literal(constant);
  const option = enumMember(s, node);
  if (option) return option;
  const object = localSymbolOf(s, space);
  const declaration = object?.declarations?.[0];
  if (!declaration || !(ts.isNamespaceImport(declaration) || ts.isModuleDeclaration(declaration))) return undefined;
  const ofRuntime = ts.isNamespaceImport(declaration) && importedFromRuntime(declaration) === "*" ? runtimeMember(node.name.text) : undefined;
  if (ofRuntime !== undefined) return { kind: "builtin", name: ofRuntime };
  const member = symbolOf(s, node.name);
  return member?.valueDeclaration && !member.valueDeclaration.getSourceFile().isDeclarationFile ? moduleValue(s, node, member) : undefined;
}

/** A member of an enum that is in the text: a constant under its own name, since types may ask for that. */
function enumMember(s: Lowering, node: ts.PropertyAccessExpression): Value | undefined {
  const declaration = ts.isIdentifier(node.name) ? symbolOf(s, node.name)?.valueDeclaration : undefined;
  if (!declaration || !ts.isEnumMember(declaration)) return undefined;
  const value = s.checker.getConstantValue(declaration), owner = s.checker.getSymbolAtLocation(declaration.parent.name);
  const name = value !== undefined && owner && isModuleLevel(declaration.parent) ? visibleName(s, owner) : null;
  if (name !== null) return s.literal(value, `${name}.${node.name.text}`);
  // Types take a number for an option of theirs, but no text.
  return typeof value === "number" ? s.literal(value) : undefined;
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
export function isConstantArithmetic(s: Lowering, node: ts.Expression, depth = 0): boolean {
  const e = skipTypes(node);
  if (literalOf(e) || depth > 20) return depth <= 20;
  if (ts.isBinaryExpression(e))
    return e.operatorToken.kind !== ts.SyntaxKind.EqualsToken && isConstantArithmetic(s, e.left, depth + 1) && isConstantArithmetic(s, e.right, depth + 1);
  if (ts.isPrefixUnaryExpression(e)) return isConstantArithmetic(s, e.operand, depth + 1);
  if (ts.isPropertyAccessExpression(e)) return isGlobal(s, e.expression, "Math") || isGlobal(s, e.expression, "Number");
  if (ts.isCallExpression(e)) {
    return ts.isPropertyAccessExpression(e.expression) && isGlobal(s, e.expression.expression, "Math") && e.expression.name.text !== "random"
      && e.arguments.every((a) => isConstantArithmetic(s, a, depth + 1));
  }
  if (!ts.isIdentifier(e)) return false;
  const symbol = symbolOf(s, e), declaration = symbol?.valueDeclaration;
  return (
    symbol !== undefined &&
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    isModuleLevel(declaration) &&
    declaration.initializer !== undefined &&
    isConstant(symbol, declaration, s.context.program) &&
    isConstantArithmetic(s, declaration.initializer, depth + 1)
  );
}

export const isModuleLevel = (node: ts.Node): boolean => !isInsideFunction(node);

export function isInsideFunction(node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (ts.isFunctionLike(at) || ts.isClassLike(at)) return true;
  return false;
}
