import ts from "typescript";
import type { FieldType, RecordType, Type, Var } from "../../ir/ir.ts";
import { numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type KnownClass, type KnownObject, type Value } from "../state/values.ts";
import { constructorOf, extended, isAmbientMember, isMethodProperty, isStaticMember, memberName, parameterProperties } from "../types/classTypes.ts";
import { isRecursive } from "../../ir/recursive.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { staticKey } from "../expressions/lowerAccess.ts";
import { baseOf, className, extendsForeign, type CallNode } from "./lowerClasses.ts";
import { bindArguments, callInPlace } from "../calls/lowerInline.ts";
import { fits, isInstance } from "./lowerLiterals.ts";
import { setVariable } from "../statements/lowerPlaces.ts";
import { plainText } from "../state/lowerOrigin.ts";
import { statementOf } from "../statements/lowerStatements.ts";
import { irType } from "../types/lowerTypes.ts";
import { mayBeAbsent, optional, present } from "../types/irTypes.ts";

/** Making instances: constructors, the initialisers of fields, and what becomes of an instance that is stored. */

/** `new C(…)`. */
export function construct(s: Lowering, node: ts.NewExpression, of: KnownClass, args: readonly Value[]): Value {
  const why = notFollowed(s, of);
  // An error of the program is made as it is written, and nothing comes out of it that a gradient goes through.
  if (why !== null && extendsForeign(s, of) && of.node.parent === s.rootNode.getSourceFile()) {
    const parts = [`new ${className(of)}(`, ...args.flatMap((a, k) => [...(k > 0 ? [", "] : []), toVar(s, a, node.arguments?.[k] ?? node)]), ")"];
    return s.raw(node, parts, { kind: "opaque", text: className(of) }, false, s.refusal(node, catalogue.classNotFollowed, { name: className(of), why }));
  }
  if (why !== null) return s.refuse(node, catalogue.classNotFollowed, { name: className(of), why });
  if (s.constructing.filter((c) => c.of.node === of.node).length > 3)
    return s.refuse(node, catalogue.classNotFollowed, { name: className(of), why: "its constructor makes more instances of it" });
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
    if (
      (ts.canHaveDecorators(at.node) && ts.getDecorators(at.node)?.length) ||
      at.node.members.some((m) => ts.canHaveDecorators(m) && ts.getDecorators(m)?.length)
    )
      return "decorators change it";
    if (at.node.members.some((m) => ts.isPropertyDeclaration(m) && !isStaticMember(m) && staticKey(m.name) === undefined && !ts.isPrivateIdentifier(m.name)))
      return "the name of a field is computed";
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

const isInstanceField = (m: ts.ClassElement): m is ts.PropertyDeclaration =>
  ts.isPropertyDeclaration(m) && !isStaticMember(m) && !isAmbientMember(m) && !isMethodProperty(m);

/** Runs the constructor on the object; that of the base where `super(…)` stands. */
function initialise(s: Lowering, node: CallNode, of: KnownClass, object: KnownObject, args: readonly Value[]): void {
  const own = constructorOf(of.node), base = baseOf(s, of);
  // As class fields are defined in JavaScript they are there before the parameters; older targets assign them after.
  const { useDefineForClassFields, target } = s.context.program.getCompilerOptions();
  const defines = useDefineForClassFields ?? (target ?? ts.ScriptTarget.ES2022) >= ts.ScriptTarget.ES2022;
  if (defines) checkInitialisers(s, of, own);
  const assign = (): void => {
    for (const p of parameterProperties(own)) {
      const name = memberName(p.name), field = name === undefined ? undefined : object.fields.get(name);
      if (field && ts.isIdentifier(p.name)) s.set(field, expression(s, p.name));
    }
  };
  const begin = (): void => {
    if (defines) initialiseFields(s, of, object);
    assign();
    if (!defines) initialiseFields(s, of, object);
  };
  if (!own) {
    if (base) initialise(s, node, base, object, args);
    begin();
    return;
  }
  s.constructing.push({ of, object, begun: begin });
  callInPlace(s, node, { kind: "closure", node: own, scope: of.scope, receiver: object }, () => {
    if (defines && !base) initialiseFields(s, of, object);
    bindArguments(s, node, own, args);
    if (base) return; // `super(…)` begins
    assign();
    if (!defines) initialiseFields(s, of, object);
  });
  s.constructing.pop();
}

/** An initialiser that reads a parameter property would find nothing there yet. */
function checkInitialisers(s: Lowering, of: KnownClass, own: ts.ConstructorDeclaration | undefined): void {
  const names = new Set(parameterProperties(own).map((p) => memberName(p.name)));
  if (names.size === 0) return;
  const visit = (node: ts.Node, field: string): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword && names.has(node.name.text)) {
      s.report(node, catalogue.classNotFollowed, {
        name: className(of),
        why: `\`${field}\` is computed from \`this.${node.name.text}\` before that is assigned`,
      });
    }
    ts.forEachChild(node, (child) => visit(child, field));
  };
  for (const m of of.node.members) if (isInstanceField(m) && m.initializer) visit(m.initializer, memberName(m.name) ?? "");
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
  for (const field of object.fields.values()) s.env.delete(field);
  const expected = present(irType(s.reader, s.checker.getTypeAtLocation(node)));
  if (isRecursive(expected) && expected.kind === "record" && (expected.text === null || expected.fields.some((f) => f.hidden))) {
    return s.refuse(node, catalogue.classNotFollowed, {
      name: className(of),
      why: `it holds objects of its own class, ${expected.text === null ? "which has no name here" : "and has private fields"}`,
    });
  }
  const declared = new Map(expected.kind === "record" ? expected.fields.map((f) => [f.name, f] as const) : []);
  let asDeclared = expected.kind === "record";
  const fields: (readonly [string, Var])[] = [], own: FieldType[] = [];
  for (const [name, value] of members) {
    const field = declared.get(name),
      v = field && isAbsent(value) && present(field.type).kind === "number" && !mayBeAbsent(field.type) && !field.optional ? s.literal(NaN, "NaN") : value;
    const type = fieldTypeOf(v, field);
    asDeclared &&= field !== undefined && type === field.type;
    if (field?.optional && isAbsent(v)) continue;
    fields.push([name, v]);
    own.push({ name, type, optional: false, ...(field?.hidden ? { hidden: true } : {}) });
  }
  const type: RecordType = asDeclared && expected.kind === "record" ? expected
    : { kind: "record", fields: own, text: null, ...(expected.kind === "record" && expected.instance !== undefined ? { instance: expected.instance } : {}) };
  const out = s.fresh(null, type);
  s.emit({
    kind: "record",
    origin: s.origin(node),
    fields,
    out,
    instance: s.refusal(node, catalogue.instanceEscapes, { name: className(of), text: shortText(node) }),
  });
  return out;
}

/** An instance that is stored, or goes where only records can. Undefined if it cannot: it holds functions, or is not complete. */
export function asRecord(s: Lowering, node: ts.Node, object: KnownObject): Var | undefined {
  if (!object.instanceOf) return undefined;
  if (s.constructing.some((c) => c.object === object))
    return s.refuse(node, catalogue.classNotFollowed, { name: className(object.instanceOf), why: "its constructor hands the unfinished object on" });
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
