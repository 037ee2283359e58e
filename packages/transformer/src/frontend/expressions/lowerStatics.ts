import ts from "typescript";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { isAssignedIn, isHidden, isReadonlyMember, isStaticMember, memberName } from "../types/classTypes.ts";
import { expression, shortText } from "./lowerExpressions.ts";
import { inModule, isReadOf, isTable, prologue, prologueTable, visibleName } from "./lowerModules.ts";
import { isConstantArithmetic, isModuleLevel, literalOf, readBinding } from "./lowerNames.ts";
import { skipTypes } from "../state/symbols.ts";
import type { Lowering } from "../state/lowerState.ts";
import type { KnownClass, Value } from "../state/values.ts";
import { irType } from "../types/lowerTypes.ts";

/** What a static field of a class holds: known while compiling, or read where the gradient begins. */
export function staticField(s: Lowering, node: ts.Node, object: KnownClass, of: KnownClass, member: ts.PropertyDeclaration, name: string): Value {
  const symbol = s.checker.getSymbolAtLocation(member.name), state = symbol && s.moduleState.get(symbol);
  if (state) return readBinding(s, node, state);
  const init = member.initializer && skipTypes(member.initializer);
  const literal = init && isReadonlyMember(member) ? literalOf(init) : undefined;
  if (literal) return s.literal(literal.value, literal.text);
  const isFixed = isReadonlyMember(member) || !isAssignedIn(of.node, name);
  if (init && (ts.isArrowFunction(init) || ts.isFunctionExpression(init)) && isFixed) {
    const binding = { ...s.temporary(), initial: object };
    return { kind: "closure", node: init, scope: { parent: of.scope, bindings: new Map(), receiver: binding } };
  }
  const known = symbol && s.frame.moduleValues.get(symbol);
  if (known) return known;
  const value = readOutside(s, node, of, member) ?? (init && isFixed ? written(s, of, member, symbol, init) : undefined) ?? refused(s, node, of, member, name);
  if (symbol) s.frame.moduleValues.set(symbol, value);
  return value;
}

/** By its name where the gradient will stand: `View.table`, and `View["table"]` of what is `private` there. */
function readOutside(s: Lowering, node: ts.Node, of: KnownClass, member: ts.PropertyDeclaration): Value | undefined {
  const text = textOf(s, of.node, member), type = irType(s.reader, s.checker.getTypeAtLocation(member));
  return text === null ? undefined : isHidden(member) ? prologue(s, node, text, type, memberName(member.name)) : prologue(s, node, text, type);
}

function textOf(s: Lowering, of: ts.ClassLikeDeclaration, member: ts.PropertyDeclaration): string | null {
  const visible = isModuleLevel(of) ? nameOf(of) : undefined,
    symbol = visible && s.checker.getSymbolAtLocation(visible),
    owner = symbol ? visibleName(s, symbol) : null;
  if (owner === null || !ts.isIdentifier(member.name)) return null;
  return isHidden(member) ? `${owner}[${JSON.stringify(member.name.text)}]` : `${owner}.${member.name.text}`;
}

/** `Particle.count` of `Particle.count++` in a function: by its name it is read and written as a variable of the module is. Null: it has none. */
export const nameOfState = (s: Lowering, member: ts.PropertyDeclaration): string | null => textOf(s, member.parent, member);

/** The static field that `P.count`, or `this.count` in a static method, names as a place to assign to. */
export function assignedStatic(checker: ts.TypeChecker, target: ts.Node): ts.PropertyDeclaration | undefined {
  const declaration = ts.isPropertyAccessExpression(target) ? checker.getSymbolAtLocation(target.name)?.valueDeclaration : undefined;
  return declaration &&
    ts.isPropertyDeclaration(declaration) &&
    isStaticMember(declaration) &&
    ts.isIdentifier(declaration.name) &&
    isModuleLevel(declaration.parent)
    ? declaration
    : undefined;
}

/** What no name reaches is written out, if it stays as it was declared: numbers and tables of them. */
function written(s: Lowering, of: KnownClass, member: ts.PropertyDeclaration, symbol: ts.Symbol | undefined, init: ts.Expression): Value | undefined {
  const isOwn = ts.isPrivateIdentifier(member.name) || !isModuleLevel(of.node);
  if ((isOwn || isReadonlyMember(member)) && isConstantArithmetic(s, init)) return inModule(s, () => expression(s, init));
  return isOwn && symbol && isTable(init) && isOnlyRead(s, symbol, member)
    ? prologueTable(s, init, memberName(member.name)?.replace(/^#/, "") ?? null)
    : undefined;
}

/** Whether every mention of a table reads an element or the length. */
function isOnlyRead(s: Lowering, symbol: ts.Symbol, member: ts.PropertyDeclaration): boolean {
  let only = true;
  const name = memberName(member.name);
  const visit = (node: ts.Node): void => {
    s.spend(1);
    if (ts.isPropertyAccessExpression(node)) {
      if (s.checker.getSymbolAtLocation(node.name) === symbol) only &&= isReadOf(node);
      visit(node.expression);
      return;
    }
    // `View["table"]`, `const { table } = View`, or something else of that name.
    if ((ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && node.text === name) only &&= node === member.name;
    ts.forEachChild(node, visit);
  };
  visit(member.getSourceFile());
  return only;
}

function refused(s: Lowering, node: ts.Node, of: KnownClass, member: ts.PropertyDeclaration, name: string): Value {
  const what = ts.isPrivateIdentifier(member.name)
    ? "reads a field that nothing outside its class can read, where the gradient will stand, and that is no constant"
    : isModuleLevel(of.node)
      ? undefined
      : "reads a static field of a class that is declared in a function, and that is no constant";
  if (what === undefined) return s.refuse(node, catalogue.notVisible, { name: nameOf(of.node)?.text ?? name });
  return s.refuse(node, catalogue.unsupportedSyntax, {
    text: shortText(node),
    what,
    instead: `declare it beside the class, outside of functions: \`const ${name.replace(/^#/, "")} = …\``,
  });
}

/** By which a class is known outside: `Vec` of `const Vec = class _Vec { … }`. */
const nameOf = (node: ts.ClassLikeDeclaration): ts.Identifier | undefined =>
  (ts.isClassExpression(node) ? (ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name) ? node.parent.name : undefined) : node.name);
