import ts from "typescript";
import type { FieldType, RecordType, Type, Var } from "../ir/ir.ts";
import { numberType } from "../ir/build.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { isVar, type Binding, type Closure, type KnownClass, type KnownObject, type Lowering, type Scope, type Value } from "./lowerState.ts";
import { baseDeclaration, constructorOf, derivedClasses, extended, isAmbientMember, isAssignedIn, isMethodProperty, isReadonlyMember, isStaticMember, memberName, parameterProperties } from "./classTypes.ts";
import { emptyScope, findBinding, isInsideFunction, literalOf, readBinding, skipTypes, symbolOf } from "./lowerNames.ts";
import { expression, shortText, toVar } from "./lowerExpressions.ts";
import { staticKey } from "./lowerAccess.ts";
import { bindArguments, callInPlace, callKnown } from "./lowerInline.ts";
import { fits, isInstance } from "./lowerLiterals.ts";
import { prologue, visibleName } from "./lowerModules.ts";
import { setVariable } from "./lowerPlaces.ts";
import { plainText } from "./lowerOrigin.ts";
import { statementOf } from "./lowerStatements.ts";
import { irType, mayBeAbsent, optional, present } from "./lowerTypes.ts";

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

/** A function found in an object, to be called as its method. */
export const boundTo = (value: Value, receiver: Value): Value => (!isVar(value) && value.kind === "closure" && !ts.isArrowFunction(value.node) ? { ...value, receiver } : value);

/** The fields of an instance that lives in a variable are called after both: `sumX`. */
export function nameFields(value: Value, name: string | null): void {
  if (isVar(value) || value.kind !== "object" || !value.instanceOf || name === null) return;
  for (const [field, binding] of value.fields) {
    const plain = field.replace(/^[#_]+/, "");
    // Until lowering ends nobody else has seen the name.
    if (binding.name === plain || binding.name === field) (binding as { name: string | null }).name = `${name}${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
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

function baseOf(s: Lowering, of: KnownClass): KnownClass | undefined {
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

/** A method, getter or setter of an instance; a value that stands in for it, reported, if it cannot be said which one it is. */
function instanceMember(s: Lowering, node: ts.Node, object: Value, name: string, use: Use): Member | Var | undefined {
  const of = classOf(s, object);
  const found = of && findMember(s, of, name, use, false);
  if (!of || !found || (ts.isPropertyDeclaration(found.member) && !isMethodProperty(found.member))) return undefined;
  // An object that is being made, or holds functions, is of exactly this class.
  if (isVar(object) && isOverridden(s, of, name)) return s.refuse(node, catalogue.overridden, { member: name, owner: className(of) });
  if (ts.isMethodDeclaration(found.member) && isAssignedIn(found.of.node, name)) return s.refuse(node, catalogue.replacedMethod, { member: name, owner: className(found.of) });
  return found.member;
}

const isRefused = (member: Member | Var | undefined): member is Var => member !== undefined && !("kind" in member);

export const className = (of: KnownClass): string => of.node.name?.text ?? (ts.isVariableDeclaration(of.node.parent) && ts.isIdentifier(of.node.parent.name) ? of.node.parent.name.text : "the class");

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
  return ts.isGetAccessorDeclaration(closure.node) ? callKnown(s, asCall(node), closure, []) : ts.isArrowFunction(closure.node) ? closure : { kind: "closure", node: closure.node, scope: closure.scope };
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
  if (!ts.isPropertyDeclaration(member)) return undefined;
  const init = member.initializer && skipTypes(member.initializer);
  const literal = init && isReadonlyMember(member) ? literalOf(init) : undefined;
  if (literal) return s.literal(literal.value, literal.text);
  if (init && (ts.isArrowFunction(init) || ts.isFunctionExpression(init)) && (isReadonlyMember(member) || !isAssignedIn(of.node, name))) {
    const binding = { ...s.temporary(), initial: object };
    return { kind: "closure", node: init, scope: { parent: of.scope, bindings: new Map(), receiver: binding } };
  }
  const symbol = s.checker.getSymbolAtLocation(member.name), known = symbol && s.frame.moduleValues.get(symbol);
  if (known) return known;
  const visible = of.node.name && s.checker.getSymbolAtLocation(of.node.name), text = visible ? visibleName(s, visible) : null;
  if (text === null || !ts.isIdentifier(member.name) || member.modifiers?.some((m) => m.kind === ts.SyntaxKind.PrivateKeyword || m.kind === ts.SyntaxKind.ProtectedKeyword)) return s.refuse(node, catalogue.notVisible, { name: `${className(of)}.${name}` });
  const value = prologue(s, node, `${text}.${name}`, irType(s.reader, s.checker.getTypeAtLocation(member)));
  if (symbol) s.frame.moduleValues.set(symbol, value);
  return value;
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

// ---------------------------------------------------------------- making instances

/** `new C(…)`. */
export function construct(s: Lowering, node: ts.NewExpression, of: KnownClass, args: readonly Value[]): Value {
  const why = notFollowed(s, of);
  if (why !== null) return s.refuse(node, catalogue.classNotFollowed, { name: className(of), why });
  if (s.constructing.filter((c) => c.of.node === of.node).length > 3) return s.refuse(node, catalogue.classNotFollowed, { name: className(of), why: "its constructor makes more instances of it" });
  s.made.add(node);
  const fields = new Map<string, Binding>();
  const object: KnownObject = { kind: "object", fields, isArray: false, node, instanceOf: of };
  for (let at: KnownClass | undefined = of; at; at = baseOf(s, at)) declareFields(s, at, fields);
  const { statement } = s;
  initialise(s, node, of, object, args);
  s.statement = statement;
  return finished(s, node, of, object);
}

/** What stands in the way of knowing all that `new` does. */
function notFollowed(s: Lowering, of: KnownClass): string | null {
  for (let at: KnownClass | undefined = of, n = 0; at && n < 40; n++) {
    if ((ts.canHaveDecorators(at.node) && ts.getDecorators(at.node)?.length) || at.node.members.some((m) => ts.canHaveDecorators(m) && ts.getDecorators(m)?.length)) return "decorators change it";
    if (at.node.members.some((m) => ts.isPropertyDeclaration(m) && !isStaticMember(m) && staticKey(m.name) === undefined && !ts.isPrivateIdentifier(m.name))) return "the name of a field is computed";
    const base = baseOf(s, at);
    if (extended(at.node) && !base) return `it extends \`${shortText(extended(at.node) ?? at.node)}\`, whose text is not known`;
    at = base;
  }
  return null;
}

function declareFields(s: Lowering, of: KnownClass, fields: Map<string, Binding>): void {
  const declare = (name: string | undefined, node: ts.Node): void => {
    if (name === undefined || fields.has(name)) return;
    const type = irType(s.reader, s.checker.getTypeAtLocation(node));
    const binding = { ...s.temporary(name.replace(/^#/, ""), present(type).kind === "opaque" ? null : type), captured: true };
    s.set(binding, s.literal(undefined));
    fields.set(name, binding);
  };
  for (const m of of.node.members) if (isInstanceField(m)) declare(memberName(m.name), m);
  for (const p of parameterProperties(constructorOf(of.node))) declare(memberName(p.name), p);
}

const isInstanceField = (m: ts.ClassElement): m is ts.PropertyDeclaration => ts.isPropertyDeclaration(m) && !isStaticMember(m) && !isAmbientMember(m) && !isMethodProperty(m);

/** Runs the constructor on the object; that of the base where `super(…)` stands. */
function initialise(s: Lowering, node: CallNode, of: KnownClass, object: KnownObject, args: readonly Value[]): void {
  const own = constructorOf(of.node), base = baseOf(s, of);
  const begin = (): void => {
    for (const p of parameterProperties(own)) {
      const name = memberName(p.name), field = name === undefined ? undefined : object.fields.get(name);
      if (field && ts.isIdentifier(p.name)) s.set(field, expression(s, p.name));
    }
    initialiseFields(s, of, object);
  };
  if (!own) {
    if (base) initialise(s, node, base, object, args);
    begin();
    return;
  }
  s.constructing.push({ of, object, begun: begin });
  callInPlace(s, node, { kind: "closure", node: own, scope: of.scope, receiver: object }, () => { bindArguments(s, node, own, args); if (!base) begin(); });
  s.constructing.pop();
}

/** `super(…)`. */
export function superCall(s: Lowering, node: ts.CallExpression, args: readonly Value[]): Value {
  const current = s.constructing.at(-1), base = current && baseOf(s, current.of);
  if (!current || !base) return s.refuse(node, catalogue.thisValue, { text: shortText(node) });
  initialise(s, node, base, current.object, args);
  current.begun();
  return s.literal(undefined);
}

function initialiseFields(s: Lowering, of: KnownClass, object: KnownObject): void {
  const { scope, statement } = s, receiver = { ...s.temporary(), captured: true };
  s.set(receiver, object);
  s.scope = { parent: of.scope, bindings: new Map(), receiver };
  for (const m of of.node.members) {
    const name = isInstanceField(m) ? memberName(m.name) : undefined, field = name === undefined ? undefined : object.fields.get(name);
    if (!isInstanceField(m) || !field || !m.initializer) continue;
    s.statement = statementOf(s, m, null, `this.${name} = ${plainText(m.initializer)}`);
    setVariable(s, m, field, expression(s, m.initializer));
  }
  s.scope = scope;
  s.statement = statement;
}

/**
 * The instance. As long as it only lives in variables it stays what it is while its constructor runs: its fields are variables too.
 * Where it is stored it must be a record, and the function is lowered again with that known (`Lowering.wanted`).
 */
function finished(s: Lowering, node: ts.NewExpression, of: KnownClass, object: KnownObject): Value {
  if (!s.records.has(node)) return object;
  const values = [...object.fields].map(([name, field]) => [name, s.get(field)] as const);
  if (values.some(([, v]) => !isVar(v) && !isInstance(v))) return object; // it holds functions
  const members = values.map(([name, v]) => [name, toVar(s, v, node)] as const);
  const expected = present(irType(s.reader, s.checker.getTypeAtLocation(node)));
  const declared = new Map(expected.kind === "record" ? expected.fields.map((f) => [f.name, f] as const) : []);
  let asDeclared = expected.kind === "record";
  const fields: (readonly [string, Var])[] = [], own: FieldType[] = [];
  for (const [name, value] of members) {
    const field = declared.get(name), v = field && isAbsent(value) && present(field.type).kind === "number" && !mayBeAbsent(field.type) && !field.optional ? s.literal(NaN, "NaN") : value;
    const type = fieldTypeOf(v, field);
    asDeclared &&= field !== undefined && type === field.type;
    if (field?.optional && isAbsent(v)) continue;
    fields.push([name, v]);
    own.push({ name, type, optional: false, ...(field?.hidden ? { hidden: true } : {}) });
  }
  const type: RecordType = asDeclared && expected.kind === "record" ? expected
    : { kind: "record", fields: own, text: null, ...(expected.kind === "record" && expected.instance !== undefined ? { instance: expected.instance } : {}) };
  const out = s.fresh(null, type);
  s.emit({ kind: "record", origin: s.origin(node), fields, out, instance: s.refusal(node, catalogue.instanceEscapes, { name: className(of), text: shortText(node) }) });
  return out;
}

/** An instance that is stored, or goes where only records can. Undefined if it cannot: it holds functions, or is not complete. */
export function asRecord(s: Lowering, node: ts.Node, object: KnownObject): Var | undefined {
  if (!object.instanceOf) return undefined;
  if (s.constructing.some((c) => c.object === object)) return s.refuse(node, catalogue.classNotFollowed, { name: className(object.instanceOf), why: "its constructor hands the unfinished object on" });
  if (s.records.has(object.node)) return undefined;
  s.wanted.add(object.node);
  return s.fresh(null, irType(s.reader, s.checker.getTypeAtLocation(object.node))); // this lowering will be discarded
}

/** Whether an instance was to be a record and could not. */
export const holdsFunctions = (s: Lowering, v: Value): boolean => !isVar(v) && v.kind === "object" && s.records.has(v.node);

const isAbsent = (v: Var): boolean => v.literal !== undefined && (v.literal.value === undefined || v.literal.value === null);

function fieldTypeOf(v: Var, field: FieldType | undefined): Type {
  if (!field) return v.type.kind === "integer" ? numberType : v.type;
  if (isAbsent(v)) return mayBeAbsent(field.type) || field.optional ? field.type : optional(field.type);
  return fits(v.type, field.type) ? field.type : v.type.kind === "integer" ? numberType : v.type;
}

/** The class that an expression after `new` means, if its text is known. */
export function classMeant(s: Lowering, callee: ts.Expression): KnownClass | undefined {
  const node = skipTypes(callee);
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(s, node), declaration = symbol?.valueDeclaration;
    if (!symbol || (!findBinding(s.scope, symbol) && !(declaration && (isClassWithText(declaration) || isConstantClass(declaration))))) return undefined;
  } else if (ts.isPropertyAccessExpression(node) && !isClassLikeValue(s, node)) return undefined;
  const value = expression(s, node);
  return !isVar(value) && value.kind === "class" ? value : undefined;
}

const isClassWithText = (d: ts.Node): boolean => ts.isClassDeclaration(d) && !d.getSourceFile().isDeclarationFile && !isAmbientMember(d);
const isConstantClass = (d: ts.Node): boolean => ts.isVariableDeclaration(d) && d.initializer !== undefined && ts.isClassExpression(skipTypes(d.initializer));

/** `ns.Vec3`, `this.constructor`. */
function isClassLikeValue(s: Lowering, node: ts.PropertyAccessExpression): boolean {
  if (node.name.text === "constructor") return true;
  const symbol = s.checker.getSymbolAtLocation(node.name), declaration = (symbol && symbol.flags & ts.SymbolFlags.Alias ? s.checker.getAliasedSymbol(symbol) : symbol)?.valueDeclaration;
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
  if (before && before !== here) s.report(node, catalogue.classNotFollowed, { name: node.name?.text ?? "class", why: "it is declared anew in each call of a function" });
  s.classScopes.set(node, here);
  return { kind: "class", node, scope: here };
}
