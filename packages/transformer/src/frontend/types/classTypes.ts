import ts from "typescript";
import { targetOf } from "../programs/assignments.ts";
import type { Instruction, Type } from "../../ir/ir.ts";
import type { TypeReader } from "./typeReader.ts";

/** What the declarations of classes say of types: questions about syntax, asked before anything is lowered. */

/** A name as it is among the fields of a record: `#x` keeps its mark. */
export function memberName(name: ts.PropertyName | ts.BindingName | undefined): string | undefined {
  if (!name) return undefined;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : undefined;
}

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean => ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((m) => m.kind === kind) ?? false);
export const isStaticMember = (node: ts.Node): boolean => has(node, ts.SyntaxKind.StaticKeyword);
/** A class whose methods have bodies, those of an abstract one that are not abstract too. */
export const isClassWithText = (d: ts.Node): d is ts.ClassLikeDeclaration =>
  ts.isClassExpression(d) ||
  (ts.isClassDeclaration(d) && !d.getSourceFile().isDeclarationFile && (ts.getCombinedModifierFlags(d) & ts.ModifierFlags.Ambient) === 0);
export const isAmbientMember = (node: ts.Node): boolean => has(node, ts.SyntaxKind.DeclareKeyword) || has(node, ts.SyntaxKind.AbstractKeyword);
export const isReadonlyMember = (node: ts.Node): boolean => has(node, ts.SyntaxKind.ReadonlyKeyword);

/** A member that text outside the class cannot name. */
export function isHidden(declaration: ts.Declaration | undefined): boolean {
  if (!declaration) return false;
  if (has(declaration, ts.SyntaxKind.PrivateKeyword) || has(declaration, ts.SyntaxKind.ProtectedKeyword)) return true;
  return ts.isPropertyDeclaration(declaration) && ts.isPrivateIdentifier(declaration.name);
}

/** The parameters of a constructor that are fields as well. */
export const parameterProperties = (node: ts.ConstructorDeclaration | undefined): readonly ts.ParameterDeclaration[] =>
  node?.parameters.filter((p) => ts.isParameterPropertyDeclaration(p, node)) ?? [];

export const constructorOf = (node: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined =>
  node.members.find((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined);

const methodProperties = new WeakMap<ts.Node, boolean>();

/** `scale = (k: number) => …`: a function that each instance holds, the same in all of them because nothing assigns another. */
export function isMethodProperty(node: ts.Node): node is ts.PropertyDeclaration & { readonly initializer: ts.ArrowFunction | ts.FunctionExpression } {
  if (!ts.isPropertyDeclaration(node) || !node.initializer || isStaticMember(node) || !ts.isClassLike(node.parent)) return false;
  if (!ts.isArrowFunction(node.initializer) && !ts.isFunctionExpression(node.initializer)) return false;
  const known = methodProperties.get(node);
  if (known !== undefined) return known;
  const name = memberName(node.name);
  const fixed = name !== undefined && (isReadonlyMember(node) || !isAssignedIn(node.parent, name));
  methodProperties.set(node, fixed);
  return fixed;
}

/** The names of fields that a target sets, also within patterns. */
function eachField(target: ts.Node, visit: (name: string) => void): void {
  if (ts.isPropertyAccessExpression(target)) visit(target.name.text);
  else if (ts.isElementAccessExpression(target)) { if (ts.isStringLiteralLike(target.argumentExpression)) visit(target.argumentExpression.text); }
  else ts.forEachChild(target, (child) => eachField(child, visit));
}

const assigned = new WeakMap<ts.Node, ReadonlySet<string>>();

/** Whether the text of a class assigns a member of that name, of whatever object. */
export function isAssignedIn(owner: ts.ClassLikeDeclaration, name: string): boolean {
  let names = assigned.get(owner);
  if (!names) {
    const found = new Set<string>();
    const visit = (node: ts.Node): void => {
      const target = targetOf(node);
      if (target) eachField(target, (field) => found.add(field));
      ts.forEachChild(node, visit);
    };
    visit(owner);
    names = found;
    assigned.set(owner, names);
  }
  return names.has(name);
}

/** The class of a type's instances, with its text. */
export function classOfType(type: ts.Type): ts.ClassLikeDeclaration | undefined {
  if (!(type.symbol?.flags & ts.SymbolFlags.Class)) return undefined;
  const declaration = type.symbol.valueDeclaration;
  return declaration && ts.isClassLike(declaration) && !declaration.getSourceFile().isDeclarationFile && !has(declaration, ts.SyntaxKind.DeclareKeyword)
    ? declaration
    : undefined;
}

/** The name of a class in types, or null if its instances are no more than their fields. */
export function instanceKey(reader: TypeReader, type: ts.Type): string | null {
  const declaration = classOfType(type);
  if (!declaration) return null;
  const more = reader.checker
    .getPropertiesOfType(type)
    .some(
      (p) =>
        (p.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) !== 0 ||
        isHidden(p.valueDeclaration) ||
        (p.valueDeclaration && isMethodProperty(p.valueDeclaration)),
    );
  if (!more) return null;
  const key = keyOf(declaration);
  reader.classes.set(key, declaration);
  return key;
}

const keyOf = (node: ts.ClassLikeDeclaration): string => `${node.name?.text ?? "class"}@${node.getSourceFile().fileName}:${node.pos}`;

// ---------------------------------------------------------------- where instances are stored

/** Whether what is stored is of the class that the type of its place names: whoever reads it there calls the methods of that class. */
export function agreesOnClasses(reader: TypeReader, i: Instruction): boolean {
  switch (i.kind) {
    case "write": return agrees(reader, i.value.type, slotType(i.ref.type, typeof i.key === "string" ? i.key : null), 0);
    case "push": return agrees(reader, i.value.type, slotType(i.ref.type, null), 0);
    case "array": return i.elements.every((e, k) => agrees(reader, e.type, slotType(i.out.type, String(k)), 0));
    case "record": return i.fields.every(([name, v]) => agrees(reader, v.type, slotType(i.out.type, name), 0));
    default: return true;
  }
}

function slotType(type: Type, name: string | null): Type | undefined {
  switch (type.kind) {
    case "optional": return slotType(type.of, name);
    case "array": return type.element;
    case "tuple": return name === null ? type.elements[0] : type.elements[Number(name)];
    case "record": return type.fields.find((f) => f.name === name)?.type;
    default: return undefined;
  }
}

function agrees(reader: TypeReader, from: Type, to: Type | undefined, depth: number): boolean {
  if (!to || from === to || depth > 4) return true;
  if (from.kind === "optional") return agrees(reader, from.of, to, depth);
  if (to.kind === "optional") return agrees(reader, from, to.of, depth);
  if (to.kind === "record" && from.kind === "record") {
    if (to.instance !== undefined) return from.instance !== undefined && isKindOf(reader, from.instance, to.instance);
    return to.fields.every((f) => {
      const given = from.fields.find((g) => g.name === f.name);
      return !given || agrees(reader, given.type, f.type, depth + 1);
    });
  }
  if (to.kind === "array" && (from.kind === "array" || from.kind === "tuple"))
    return (from.kind === "array" ? [from.element] : from.elements).every((e) => agrees(reader, e, to.element, depth + 1));
  if (to.kind === "tuple" && from.kind === "tuple") return to.elements.every((e, k) => agrees(reader, from.elements[k] ?? e, e, depth + 1));
  return true;
}

/** Whether one class is the other or extends it. */
export function isKindOf(reader: TypeReader, key: string, base: string): boolean {
  let at = reader.classes.get(key);
  for (let n = 0; at && n < 40; n++) {
    if (keyOf(at) === base) return true;
    at = baseDeclaration(reader.checker, at);
  }
  return false;
}

/** The expression after `extends`. */
export const extended = (node: ts.ClassLikeDeclaration): ts.Expression | undefined =>
  node.heritageClauses?.find((c) => c.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;

export function baseDeclaration(checker: ts.TypeChecker, node: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration | undefined {
  const base = extended(node);
  if (!base) return undefined;
  const found = checker.getSymbolAtLocation(base);
  const symbol = found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const declaration = symbol?.valueDeclaration;
  if (declaration && ts.isClassLike(declaration)) return declaration.getSourceFile().isDeclarationFile ? undefined : declaration;
  const init = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return init && ts.isClassExpression(init) ? init : undefined;
}

// ---------------------------------------------------------------- overriding

const subclasses = new WeakMap<ts.Program, ReadonlyMap<ts.Node, readonly ts.ClassLikeDeclaration[]>>();

/** The classes of the program that extend this one, and those that extend them. */
export function derivedClasses(program: ts.Program, checker: ts.TypeChecker, node: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
  let all = subclasses.get(program);
  if (!all) {
    const found = new Map<ts.Node, ts.ClassLikeDeclaration[]>();
    const visit = (at: ts.Node): void => {
      if (ts.isClassLike(at)) {
        const base = baseDeclaration(checker, at);
        if (base) found.set(base, [...(found.get(base) ?? []), at]);
      }
      ts.forEachChild(at, visit);
    };
    for (const file of program.getSourceFiles()) if (!file.isDeclarationFile && file.text.includes("extends")) visit(file);
    all = found;
    subclasses.set(program, all);
  }
  const result: ts.ClassLikeDeclaration[] = [], work = [...(all.get(node) ?? [])];
  for (let at = work.pop(); at && result.length < 1000; at = work.pop()) {
    result.push(at);
    work.push(...(all.get(at) ?? []));
  }
  return result;
}

/** Objects from outside keep their private fields to themselves: there is no gradient by them. (Using one is reported.) */
export function closeHidden(type: Type, seen = new Set<Type>()): void {
  if (seen.has(type)) return;
  seen.add(type);
  switch (type.kind) {
    case "optional": closeHidden(type.of, seen); break;
    case "array": closeHidden(type.element, seen); break;
    case "tuple": type.elements.forEach((e) => closeHidden(e, seen)); break;
    case "record":
      if (type.fields.some((f) => f.hidden)) type.fields = type.fields.map((f) => (f.hidden ? { ...f, type: { kind: "opaque", text: null } } : f));
      type.fields.forEach((f) => closeHidden(f.type, seen));
      break;
    default: break;
  }
}
