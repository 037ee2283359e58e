import ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import { booleanType } from "../../ir/build.ts";
import { isConstant } from "../types/constants.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type Closure, type KnownClass, type Scope, type Value } from "../state/values.ts";
import {
  baseDeclaration,
  constructorOf,
  derivedClasses,
  extended,
  isAmbientMember,
  isAssignedIn,
  isClassWithText,
  isMethodProperty,
  isStaticMember,
  memberName,
  parameterProperties,
} from "../types/classTypes.ts";
import { emptyScope, isInsideFunction, readBinding } from "../expressions/lowerNames.ts";
import { findBinding } from "../state/values.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { expression, shortText } from "../expressions/lowerExpressions.ts";
import { callKnown } from "../calls/lowerInline.ts";
import { staticField } from "../expressions/lowerStatics.ts";
import { irType } from "../types/lowerTypes.ts";
import { present } from "../types/irTypes.ts";

/**
 * Classes. An instance is a record of its fields; which class it is of is known while compiling, by its type. A method is a function
 * with `this` as a hidden parameter. While its constructor runs, an instance exists in the compiler only: its fields are variables.
 */

/** A place in the text from which a method is run: a call, `new`, or the field that a getter stands for. */
export type CallNode = ts.CallExpression | ts.NewExpression | ts.PropertyAccessExpression | ts.ElementAccessExpression;

// ---------------------------------------------------------------- this

/** What `this` is here. */
export function thisValue(s: Lowering, node: ts.Node): Value {
  for (let at: Scope | null = s.scope; at; at = at.parent) {
    if (at.receiver) return readBinding(s, node, at.receiver);
    if (at.receiver === null) break;
  }
  return s.refuse(node, catalogue.thisValue, { text: shortText(node) });
}

/** Functions, other than arrows, have a `this` of their own. */
export function receiverBinding(s: Lowering, node: ts.Node, receiver: Value | undefined): Binding | null | undefined {
  if (ts.isArrowFunction(node)) return undefined;
  if (!receiver) return null;
  const binding = { ...s.temporary(), ...(isCapturedThis(node) ? { captured: true } : {}) };
  s.set(binding, receiver);
  return binding;
}

/** Whether an arrow function inside mentions the `this` of the function. */
function isCapturedThis(node: ts.Node): boolean {
  let found = false;
  const visit = (at: ts.Node, inside: boolean): void => {
    if (found) return;
    if (inside && at.kind === ts.SyntaxKind.ThisKeyword) found = true;
    else if (at === node || ts.isArrowFunction(at) || !ts.isFunctionLike(at)) ts.forEachChild(at, (child) => visit(child, inside || ts.isArrowFunction(at)));
  };
  visit(node, false);
  return found;
}

/** A function found in an object, to be called as its method; one that is bound already stays so. */
export const boundTo = (value: Value, receiver: Value): Value =>
  !isVar(value) && value.kind === "closure" && !value.receiver && !ts.isArrowFunction(value.node) ? { ...value, receiver } : value;

/** The fields of an instance that lives in a variable are called after both: `sumX`. */
export function nameFields(value: Value, name: string | null): void {
  if (isVar(value) || value.kind !== "object" || !value.instanceOf || name === null) return;
  for (const [field, binding] of value.fields) {
    const plain = field.replace(/^[#_]+/, "");
    // Until lowering ends nobody else has seen the name.
    if (binding.name === plain || binding.name === field)
      (binding as { name: string | null }).name = `${name}${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
  }
}

// ---------------------------------------------------------------- which class

export const knownClass = (s: Lowering, node: ts.ClassLikeDeclaration): KnownClass => ({ kind: "class", node, scope: s.classScopes.get(node) ?? emptyScope });

/** The class of an instance, as far as types tell: the object may be of one that extends it. */
export function classOf(s: Lowering, object: Value): KnownClass | undefined {
  if (!isVar(object)) return object.kind === "object" ? object.instanceOf : undefined;
  const type = present(object.type);
  const node = type.kind === "record" && type.instance !== undefined ? s.reader.classes.get(type.instance) : undefined;
  return node && knownClass(s, node);
}

export function baseOf(s: Lowering, of: KnownClass): KnownClass | undefined {
  const node = baseDeclaration(s.checker, of.node);
  return node && knownClass(s, node);
}

type Use = "get" | "set";
type Member = ts.MethodDeclaration | ts.AccessorDeclaration | ts.PropertyDeclaration;

function findMember(s: Lowering, of: KnownClass, name: string, use: Use, isStatic: boolean): { readonly member: Member; readonly of: KnownClass } | undefined {
  for (let at: KnownClass | undefined = of, n = 0; at && n < 40; at = baseOf(s, at), n++) {
    const member = at.node.members.find((m): m is Member => isStaticMember(m) === isStatic && memberName(m.name) === name && answers(m, use));
    if (member) return { member, of: at };
  }
  return undefined;
}

function answers(m: ts.ClassElement, use: Use): boolean {
  if (ts.isPropertyDeclaration(m)) return !isAmbientMember(m);
  return use === "get" ? (ts.isMethodDeclaration(m) && m.body !== undefined) || ts.isGetAccessorDeclaration(m) : ts.isSetAccessorDeclaration(m);
}

/** Whether a class that extends this one has a member of its own by that name: which one is meant depends on the object. */
function isOverridden(s: Lowering, of: KnownClass, name: string): boolean {
  return derivedClasses(s.context.program, s.checker, of.node).some((c) => c.members.some((m) => !isStaticMember(m) && memberName(m.name) === name)
    || parameterProperties(constructorOf(c)).some((p) => memberName(p.name) === name));
}

/** Whether the class, or one that extends it, declares anything by that name. */
export function hasMember(s: Lowering, of: KnownClass, name: string): boolean {
  const declares = (node: ts.ClassLikeDeclaration): boolean =>
    node.members.some((m) => memberName(m.name) === name) || parameterProperties(constructorOf(node)).some((p) => memberName(p.name) === name);
  for (let at: KnownClass | undefined = of, n = 0; at && n < 40; at = baseOf(s, at), n++) if (declares(at.node)) return true;
  return name in Object.prototype || derivedClasses(s.context.program, s.checker, of.node).some(declares);
}

/** A method, getter or setter of an instance; a value that stands in for it, reported, if it cannot be said which one it is. */
function instanceMember(s: Lowering, node: ts.Node, object: Value, name: string, use: Use): Member | Var | undefined {
  const of = classOf(s, object);
  const found = of && findMember(s, of, name, use, false);
  if (!of || !found || (ts.isPropertyDeclaration(found.member) && !isMethodProperty(found.member))) return undefined;
  // An object that is being made, or holds functions, is of exactly this class.
  if (isVar(object) && isOverridden(s, of, name)) return s.refuse(node, catalogue.overridden, { member: name, owner: className(of) });
  if (isVar(object) && ts.isMethodDeclaration(found.member) && mayBeReplaced(s, of, found.of, name))
    return s.refuse(node, catalogue.replacedMethod, { member: name, owner: className(found.of) });
  return found.member;
}

/**
 * Whether some object of the class may hold another function by the name of a method: the class has the text for it, and objects come
 * from outside, or text of this file runs it. (In an object that lives in variables the assignment would be seen.)
 */
function mayBeReplaced(s: Lowering, of: KnownClass, owner: KnownClass, name: string): boolean {
  if (!isAssignedIn(owner.node, name)) return false;
  const file = s.reader.sourceFile, ownText = owner.node.getSourceFile() === file ? owner.node : undefined;
  const before = file.text.slice(0, ownText?.pos ?? 0), after = file.text.slice(ownText?.end ?? 0);
  const runs = owner.node.members.some(
    (m) => m.name && ts.isIdentifier(m.name) && assignsMember(m, name) && [before, after].some((text) => text.includes(`.${m.name?.getText() ?? ""}(`)),
  );
  return runs || (of.node.name !== undefined && outsideClasses(s).has(of.node));
}

function assignsMember(member: ts.Node, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    found ||=
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(node.left) &&
      node.left.name.text === name;
    ts.forEachChild(node, visit);
  };
  visit(member);
  return found;
}

/** The classes of which the marked function is handed objects. */
function outsideClasses(s: Lowering): ReadonlySet<ts.Node> {
  const found = new Set<ts.Node>(), seen = new Set<Type>();
  const visit = (type: Type): void => {
    if (seen.has(type)) return;
    seen.add(type);
    switch (type.kind) {
      case "optional": visit(type.of); break;
      case "array": visit(type.element); break;
      case "tuple": type.elements.forEach(visit); break;
      case "record": {
        const node = type.instance === undefined ? undefined : s.reader.classes.get(type.instance);
        if (node) found.add(node);
        for (const f of type.fields) visit(f.type);
        break;
      }
      default: break;
    }
  };
  for (const p of s.rootNode.parameters) visit(irType(s.reader, s.checker.getTypeAtLocation(p)));
  return found;
}

/** `value instanceof C`, where types tell. */
export function instanceTest(s: Lowering, node: ts.BinaryExpression, value: Value): Value | undefined {
  const of = classMeant(s, node.right);
  if (!of) return undefined;
  const here = classOf(s, value),
    extending = (base: ts.Node): boolean => derivedClasses(s.context.program, s.checker, of.node).includes(base as ts.ClassLikeDeclaration);
  if (here && (here.node === of.node || extending(here.node))) return s.literal(true);
  const scalar = isVar(value) && (value.literal !== undefined || ["number", "integer", "boolean", "string", "array", "tuple"].includes(value.type.kind));
  const other = here !== undefined && (!isVar(value) || !derivedClasses(s.context.program, s.checker, here.node).some((c) => c === of.node || extending(c)));
  if (scalar || other || (!isVar(value) && value.kind !== "choice")) return s.literal(false);
  // What is caught is the object that was thrown, of a class that is more than its fields.
  if (isVar(value) && value.type.kind === "opaque" && extendsForeign(s, of) && of.node.parent === s.rootNode.getSourceFile())
    return s.raw(node, [value, ` instanceof ${className(of)}`], booleanType, true);
  return s.refuse(node, catalogue.unsupportedSyntax, {
    text: shortText(node),
    what: "asks for the class of an object, which is known only when the program runs",
    instead: 'keep a field that tells the kinds apart: `kind: "circle"`',
  });
}

/** Whether its text tells all that its instances are: `class Full extends Error` does not, so they stay as they are. */
export function extendsForeign(s: Lowering, of: KnownClass): boolean {
  for (let at: KnownClass | undefined = of, n = 0; at && n < 40; n++) {
    const base = baseOf(s, at);
    if (!base) return extended(at.node) !== undefined;
    at = base;
  }
  return false;
}

const isRefused = (member: Member | Var | undefined): member is Var => member !== undefined && !("kind" in member);

export const className = (of: KnownClass): string =>
  of.node.name?.text ?? (ts.isVariableDeclaration(of.node.parent) && ts.isIdentifier(of.node.parent.name) ? of.node.parent.name.text : "the class");

function closureOf(s: Lowering, member: Member, receiver: Value): Closure | undefined {
  const owner = member.parent;
  if (!ts.isClassLike(owner)) return undefined;
  const of = knownClass(s, owner);
  if (!ts.isPropertyDeclaration(member)) return { kind: "closure", node: member, scope: of.scope, receiver };
  if (!isMethodProperty(member)) return undefined;
  // An arrow sees the `this` of the constructor.
  const binding = { ...s.temporary(), captured: true };
  s.set(binding, receiver);
  return { kind: "closure", node: member.initializer, scope: { parent: of.scope, bindings: new Map(), receiver: binding } };
}

// ---------------------------------------------------------------- members

/** `object.name` where that is more than a field: a method, the result of a getter, the class itself. */
export function readMember(s: Lowering, node: ts.Node, object: Value, name: string): Value | undefined {
  if (!isVar(object) && object.kind === "class") return readStatic(s, node, object, name);
  const of = classOf(s, object);
  if (!of) return undefined;
  if (name === "constructor") return derivedClasses(s.context.program, s.checker, of.node).length === 0 || !isVar(object) ? of : undefined;
  const member = instanceMember(s, node, object, name, "get");
  if (isRefused(member)) return member;
  const closure = member && closureOf(s, member, object);
  if (!closure) return undefined;
  return ts.isGetAccessorDeclaration(closure.node)
    ? callKnown(s, asCall(node), closure, [])
    : ts.isArrowFunction(closure.node)
      ? closure
      : { kind: "closure", node: closure.node, scope: closure.scope };
}

/** The function that `object.name(…)` calls, with the object as its `this`. */
export function methodOf(s: Lowering, node: ts.Node, object: Value, name: string): Value | undefined {
  if (!isVar(object) && object.kind === "class") { const value = readStatic(s, node, object, name); return value && boundTo(value, object); }
  const member = instanceMember(s, node, object, name, "get");
  if (isRefused(member)) return member;
  if (!member || ts.isGetAccessorDeclaration(member)) return undefined;
  return closureOf(s, member, object);
}

/** `object.name = value` where a setter stands behind it. */
export function writeMember(s: Lowering, node: ts.Node, object: Value, name: string, value: Value): boolean {
  const member = instanceMember(s, node, object, name, "set");
  if (isRefused(member)) return true;
  if (!member || !ts.isSetAccessorDeclaration(member)) return false;
  const closure = closureOf(s, member, object);
  if (closure) callKnown(s, asCall(node), closure, [value]);
  return closure !== undefined;
}

/** Only the position and, of calls, the arguments are asked for. */
const asCall = (node: ts.Node): CallNode => node as CallNode;

function readStatic(s: Lowering, node: ts.Node, object: KnownClass, name: string): Value | undefined {
  const found = findMember(s, object, name, "get", true);
  if (!found) return undefined;
  const { member, of } = found;
  if (ts.isMethodDeclaration(member)) return { kind: "closure", node: member, scope: of.scope };
  if (ts.isGetAccessorDeclaration(member)) return callKnown(s, asCall(node), { kind: "closure", node: member, scope: of.scope, receiver: object }, []);
  return ts.isPropertyDeclaration(member) ? staticField(s, node, object, of, member, name) : undefined;
}

/** `super.name` in the text of a class. */
export function superMember(s: Lowering, node: ts.PropertyAccessExpression | ts.CallExpression, name: string): Value | undefined {
  let owner: ts.Node = node.parent, inStatic = false;
  while (owner && !ts.isClassLike(owner)) { inStatic = isStaticMember(owner); owner = owner.parent; }
  const base = owner && baseOf(s, knownClass(s, owner)), found = base && findMember(s, base, name, "get", inStatic);
  const self = thisValue(s, node), closure = found && closureOf(s, found.member, self);
  if (!closure) return undefined;
  return ts.isGetAccessorDeclaration(closure.node) ? callKnown(s, asCall(node), closure, []) : closure;
}

// ---------------------------------------------------------------- declarations

/** The class that an expression after `new` means, if its text is known. */
export function classMeant(s: Lowering, callee: ts.Expression): KnownClass | undefined {
  const node = skipTypes(callee);
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(s, node), declaration = symbol?.valueDeclaration;
    if (!symbol || (!findBinding(s.scope, symbol) && !(declaration && (isClassWithText(declaration) || isConstantClass(declaration) || meansClass(s, node)))))
      return undefined;
  } else if (ts.isPropertyAccessExpression(node) && !isClassLikeValue(s, node)) return undefined;
  const value = expression(s, node);
  return !isVar(value) && value.kind === "class" ? value : undefined;
}

const isConstantClass = (d: ts.Node): boolean => ts.isVariableDeclaration(d) && d.initializer !== undefined && ts.isClassExpression(skipTypes(d.initializer));

/** Whether a name is that of a class whose text is known, or of a constant that holds one: `const Point = Vec2`, `var Vec_default = Vec`. */
export function meansClass(s: Lowering, node: ts.Expression, depth = 8): boolean {
  const symbol = ts.isIdentifier(node) ? symbolOf(s, node) : undefined, d = symbol?.valueDeclaration;
  if (!symbol || !d || isClassWithText(d)) return d !== undefined;
  if (!ts.isVariableDeclaration(d) || !d.initializer || depth === 0) return false;
  const isFixed = isInsideFunction(d) ? (ts.getCombinedNodeFlags(d) & ts.NodeFlags.Const) !== 0 : isConstant(symbol, d, s.context.program);
  return isFixed && (isConstantClass(d) || meansClass(s, skipTypes(d.initializer), depth - 1));
}

/** `ns.Vec3`, `this.constructor`. */
function isClassLikeValue(s: Lowering, node: ts.PropertyAccessExpression): boolean {
  if (node.name.text === "constructor") return true;
  const symbol = s.checker.getSymbolAtLocation(node.name),
    declaration = (symbol && symbol.flags & ts.SymbolFlags.Alias ? s.checker.getAliasedSymbol(symbol) : symbol)?.valueDeclaration;
  return declaration !== undefined && isClassWithText(declaration);
}

/** A class inside a function sees its variables. */
export function declareClass(s: Lowering, node: ts.ClassDeclaration): void {
  const value = classExpression(s, node);
  if (node.name) s.set(s.bind(symbolOf(s, node.name), node.name.text, null), value);
}

export function classExpression(s: Lowering, node: ts.ClassLikeDeclaration): KnownClass {
  const before = s.classScopes.get(node), here = node.parent && isInsideFunction(node) ? s.scope : emptyScope;
  // An instance says of which declaration it is, not of which run of it.
  if (before && before !== here)
    s.report(node, catalogue.classNotFollowed, { name: node.name?.text ?? "class", why: "it is declared anew in each call of a function" });
  s.classScopes.set(node, here);
  return { kind: "class", node, scope: here };
}
