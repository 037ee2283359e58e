import ts from "typescript";
import { eachTarget, targetOf } from "./programs/assignments.ts";
import type { Input, IrFunction, IrModule, Parameter, Pattern, Type, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import type { LowerContext, SourceFunction } from "./programs/source.ts";
import type { Copies } from "./state/copies.ts";
import { closeHidden } from "./types/classTypes.ts";
import { Lowering, Stopped } from "./state/lowerState.ts";
import { type CallableNode, type Value } from "./state/values.ts";
import { nameInNamespaces, prologue } from "./expressions/lowerModules.ts";
import { emptyScope, isInsideFunction, literalOf } from "./expressions/lowerNames.ts";
import { skipTypes, symbolOf } from "./state/symbols.ts";
import { assignedStatic, nameOfState } from "./expressions/lowerStatics.ts";
import { staticKey } from "./expressions/lowerAccess.ts";
import { unfollowedPart } from "./types/kinds.ts";
import { finishFunction } from "./calls/lowerFunction.ts";
import { bindParameter, declaredType, isThisParameter, runBody } from "./calls/lowerInline.ts";
import { bindName, withDefault } from "./statements/lowerPatterns.ts";
import { widenRecords } from "./types/widen.ts";
import { statementOf } from "./statements/lowerStatements.ts";
import { dictionaryParameter, irType } from "./types/lowerTypes.ts";
import { fieldType, elementType, isNumeric, isReference, optional, present } from "./types/irTypes.ts";

/**
 * Lowers a marked function, with everything it calls, to structured SSA.
 *
 * Requires  a program that contains the function; the text may have errors of any kind.
 * Ensures   verified IR that does the same operations in the same order as the function, each effect once; or undefined,
 *           and at least one diagnostic has been reported.
 * Method    ALGORITHMS.md, section 2: an environment from variables to values; copies of it where control parts, outs where it meets.
 */
export function lower(source: SourceFunction, context: LowerContext): IrModule | undefined {
  const whole = settle(source, context, new Set());
  let chosen = withoutCopies(source, context, whole) ?? whole;
  if (chosen === whole && whole.emitted > crowded && whole.inlined > 0) {
    const apart = settle(source, { ...context, budget: { ...context.budget, inlineNodes: smallCallee } }, new Set());
    if (apart.module && (!whole.module || apart.emitted < worthwhile * whole.emitted)) chosen = apart;
  }
  chosen.said.forEach((say) => say());
  return chosen.module;
}

/**
 * A function of more instructions than this, its callees in place, is one that people lose their way in and engines do not optimise. Then
 * callees of more than some statements stay functions of their own, if that makes the whole shorter: they are called from several places.
 */
const crowded = 500, smallCallee = 60, worthwhile = 0.75;

/**
 * A function of more than `crowded / 2` instructions of which the larger part are copies of one callee that computes with loops and changes nothing,
 * as `gate(p, x, h)` of a network does: engines take long for it, and the halves of that one callee cost little.
 */
function withoutCopies(source: SourceFunction, context: LowerContext, whole: Settled): Settled | undefined {
  // Memory is kept from call to call and trips are run again only in one function.
  if (!whole.module || 2 * whole.emitted <= crowded || source.with.length > 0 || hasPieces(whole.module)) return undefined;
  const callee = whole.copies.most(whole.emitted > crowded);
  const apart = callee && settle(source, context, new Set([callee]));
  return apart?.module && apart.emitted < fewer * whole.emitted ? apart : undefined;
}

const fewer = 0.6;

function hasPieces(module: IrModule): boolean {
  let found = false;
  for (const fn of [module.root, ...module.callees.values()]) eachInstruction(fn.body, (i) => { if (i.kind === "loop" && i.form === "pieces") found = true; });
  return found;
}

interface Settled {
  readonly module: IrModule | undefined;
  readonly said: readonly (() => void)[];
  readonly emitted: number;
  readonly inlined: number;
  readonly copies: Copies;
}

function settle(source: SourceFunction, context: LowerContext, apart: ReadonlySet<CallableNode>): Settled {
  const records = new Set<ts.Node>();
  for (let round = 0; ; round++) {
    const said: (() => void)[] = [];
    const attempt: LowerContext = { ...context, report: (...complaint) => said.push(() => context.report(...complaint)) };
    const s = new Lowering(attempt, source.node, source.name, source.sourceFile, records, apart);
    const module = lowerOnce(s, source);
    if (s.wanted.size === 0) return { module, said, emitted: s.emitted, inlined: s.inlinedNodes, copies: s.copies };
    // Some instances that were thought to live in variables must be records.
    for (const node of round < 6 ? s.wanted : s.made) records.add(node);
  }
}

function lowerOnce(s: Lowering, source: SourceFunction): IrModule | undefined {
  try {
    const root = lowerRoot(s, source);
    if (s.failed || !root) return undefined;
    const module: IrModule = { root, callees: s.callees };
    widenRecords(module);
    return module;
  } catch (error) {
    if (error instanceof Stopped) return undefined;
    // The parser nests as deep as the text does; so do we, and the stack has an end.
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      s.report(source.node.name ?? source.node, catalogue.tooLarge, { fn: source.name, what: "levels of nesting that fit on the stack", limit: 1000 });
      return undefined;
    }
    throw error;
  }
}

function lowerRoot(s: Lowering, source: SourceFunction): IrFunction | undefined {
  const { node, name } = source;
  const at = node.name ?? node;
  if (!node.body) { s.report(at, catalogue.unknownFunction, { callee: name }); return undefined; }
  const isGenerator = !ts.isArrowFunction(node) && node.asteriskToken !== undefined;
  if (isGenerator || node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword)) {
    s.report(at, catalogue.asyncOrGenerator, { what: isGenerator ? "a generator" : "asynchronous", name });
    return undefined;
  }
  const receiver = node.parameters.find(isThisParameter);
  if (receiver) { s.report(receiver, catalogue.thisValue, { text: receiver.getText() }); return undefined; }
  declareModuleState(s, source.sourceFile);
  const parameters = node.parameters.map((p, k) => rootParameter(s, p, k, source.wrt !== null));
  const value = runBody(s, node, emptyScope, true, () => parameters.forEach((p) => p.bind()));
  const made = finishFunction(s, { node, name, value, exported: source.exported, parameters: () => parameters.map((p) => p.parameter) });
  for (const input of made.inputs) closeHidden(input.variable.type);
  return { ...made, wrt: source.wrt && inputsOf(made.inputs, source.wrt) };
}

/** The inputs that `wrt` names, with their paths. */
function inputsOf(inputs: readonly Input[], wrt: readonly (readonly string[])[]): readonly Input[] {
  return inputs.flatMap((input) => {
    const mine = wrt.filter(([first]) => first === input.name).map((path) => path.slice(1));
    if (mine.length === 0) return [];
    return [{ ...input, paths: mine.some((path) => path.length === 0) ? null : mine }];
  });
}

// ---------------------------------------------------------------- parameters

interface RootParameter { readonly parameter: Parameter; readonly bind: () => void }

/** Numbers in a parameter whose type says that it holds some, where they are not followed: in dictionaries, and where it may be this or that. */
function doubtConstant(s: Lowering, node: ts.ParameterDeclaration): void {
  const { checker } = s, type = checker.getNonNullableType(checker.getTypeAtLocation(node)), name = node.name.getText();
  const parts = type.isUnion() ? type.types : [type];
  const isDictionary = (t: ts.Type): boolean =>
    checker
      .getIndexInfosOfType(t)
      .some((i) => i.keyType.flags & (ts.TypeFlags.String | ts.TypeFlags.Number) && reachesNumbers(irType(s.reader, checker.getNonNullableType(i.type))));
  const dictionary = parts.some(isDictionary),
    mixed = parts.length > 1 && parts.some((t) => isNumeric(irType(s.reader, t)) || isReference(irType(s.reader, t)));
  if (!dictionary && !mixed) return;
  const instead = dictionary ? "name the fields, `{ low: number[] }`" : `make parameters of their own of what \`${name}\` may be`;
  s.context.report(node, catalogue.constantInput, {
    name,
    fn: s.rootName,
    type: node.type?.getText().replace(/\s+/g, " ") ?? checker.typeToString(type),
    instead,
  });
}

/** The same in a field or an element. */
function doubtPart(s: Lowering, node: ts.ParameterDeclaration): void {
  const part = unfollowedPart(s.reader, node, s.context.narrowing !== undefined);
  if (part)
    s.context.report(node, catalogue.constantInput, {
      name: part.text,
      fn: s.rootName,
      type: s.checker.typeToString(part.type),
      instead: `make fields or parameters of their own of what \`${part.text}\` may be`,
    });
}

/** Whether what stands in a dictionary is a number, or holds numbers at some depth. */
function reachesNumbers(type: Type, inside: readonly Type[] = []): boolean {
  if (inside.includes(type)) return false;
  switch (type.kind) {
    case "number": case "integer": return true;
    case "optional": return reachesNumbers(type.of, inside);
    case "array": return reachesNumbers(type.element, inside);
    case "tuple": return type.elements.some((e) => reachesNumbers(e, inside));
    case "record": return type.fields.some((f) => reachesNumbers(f.type, [...inside, type]));
    default: return false;
  }
}

function rootParameter(s: Lowering, node: ts.ParameterDeclaration, k: number, wrt: boolean): RootParameter {
  const declared = irType(s.reader, s.checker.getTypeAtLocation(node)),
    narrowed = s.context.narrowing?.get(node),
    type = narrowed?.type(declared, s.reader) ?? declared;
  if (!wrt) {
    if (present(type).kind === "opaque") doubtConstant(s, node);
    else doubtPart(s, node);
  }
  // The default of a pattern can stay in the signature if it is constant; others are evaluated in the body.
  const kept = !ts.isIdentifier(node.name) && node.initializer && isConstantLiteral(node.initializer) ? node.initializer.getText() : undefined;
  const mayBeLeftOut = (node.initializer !== undefined && kept === undefined) || node.questionToken !== undefined;
  const written = node.type?.getText() ?? (node.initializer ? s.checker.typeToString(s.checker.getTypeAtLocation(node)) : null);
  // What is asked for its kind is handed on, whether there or not.
  const ofKind = narrowed && ts.isIdentifier(node.name) && type !== declared && present(declared).kind === "opaque",
    maybe = mayBeLeftOut && !(ofKind && type.kind !== "optional" && type.kind !== "undefined");
  const text =
    written !== null && narrowed
      ? narrowed.text(written)
      : written !== null && ts.isIdentifier(node.name)
        ? (dictionaryParameter(s.reader, s.checker.getTypeAtLocation(node)) ?? written)
        : written;
  const typeText =
    s.context.narrowing && maybe && text !== null && !/\bundefined$/u.test(text) ? `${text.includes("=>") ? `(${text})` : text} | undefined` : text;
  const common = {
    typeText,
    optional: maybe && !s.context.narrowing,
    rest: node.dotDotDotToken !== undefined,
    ...(kept === undefined ? {} : { defaultText: kept }),
  };
  const defaults: (() => void)[] = [];
  const pattern = ts.isIdentifier(node.name) || (node.initializer && kept === undefined) ? null : patternOf(s, node.name, present(type), defaults);
  if (pattern) return { parameter: { pattern, ...common }, bind: () => defaults.forEach((f) => f()) };
  const absent = maybe || (node.initializer !== undefined && !ofKind);
  const variable = s.fresh(ts.isIdentifier(node.name) ? node.name.text : `p${k}`, absent ? optional(type) : type);
  s.certain.add(variable);
  s.copies.addInput(variable);
  s.grounds.set(variable, variable); // two of them are asked at entry whether they are one
  return {
    parameter: { pattern: { kind: "name", variable }, typeText, optional: absent && !s.context.narrowing, rest: common.rest },
    bind: () => bindParameter(s, node, narrowed?.literal === undefined ? variable : s.literal(narrowed.literal)),
  };
}

/** Literals all the way down. */
function isConstantLiteral(node: ts.Expression): boolean {
  if (literalOf(node)) return true;
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isConstantLiteral);
  return (
    ts.isObjectLiteralExpression(node) &&
    node.properties.every((p) => ts.isPropertyAssignment(p) && staticKey(p.name) !== undefined && isConstantLiteral(p.initializer))
  );
}

/** A destructured parameter as it is written; defaults are evaluated in the body. Null where that cannot be said in a signature. */
function patternOf(s: Lowering, name: ts.BindingPattern, type: Type, binds: (() => void)[]): Pattern | null {
  const leaf = (element: ts.BindingElement, at: Type): Pattern | null => {
    if (!ts.isIdentifier(element.name)) {
      if (element.initializer && !isConstantLiteral(element.initializer)) return null;
      const inner = patternOf(s, element.name, present(at), binds);
      return inner && inner.kind !== "name" && element.initializer ? { ...inner, defaultText: element.initializer.getText() } : inner;
    }
    // An element of an array need not be there; what has been asked for its kind is.
    const isOfKind = s.context.narrowing !== undefined && type.kind === "record" && at.kind !== "optional" && at.kind !== "undefined";
    const id = element.name,
      variable = s.fresh(id.text, (element.initializer && !isOfKind) || (ts.isArrayBindingPattern(name) && type.kind === "array") ? optional(at) : at);
    s.copies.addInput(variable);
    if (isOfKind) s.certain.add(variable);
    binds.push(() => bindLeaf(s, element, id, variable));
    return { kind: "name", variable };
  };
  let rest: Var | null = null;
  if (ts.isObjectBindingPattern(name)) {
    const entries: { key: string; pattern: Pattern }[] = [];
    for (const element of name.elements) {
      if (element.dotDotDotToken) {
        if (!ts.isIdentifier(element.name)) return null;
        const id = element.name, variable: Var = s.fresh(id.text, irType(s.reader, s.checker.getTypeAtLocation(id)));
        rest = variable;
        binds.push(() => bindLeaf(s, element, id, variable));
        continue;
      }
      const key = staticKey(element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined));
      const field = key === undefined ? undefined : fieldType(type, key);
      const pattern = key === undefined || !field ? null : leaf(element, field.optional ? optional(field.type) : field.type);
      if (key === undefined || !pattern) return null;
      entries.push({ key, pattern });
    }
    return { kind: "object", entries, rest };
  }
  const entries: (Pattern | null)[] = [];
  for (const [k, element] of name.elements.entries()) {
    if (ts.isOmittedExpression(element)) { entries.push(null); continue; }
    if (element.dotDotDotToken) {
      if (!ts.isIdentifier(element.name)) return null;
      const id = element.name, variable: Var = s.fresh(id.text, irType(s.reader, s.checker.getTypeAtLocation(id)));
      rest = variable;
      binds.push(() => bindLeaf(s, element, id, variable));
      continue;
    }
    const pattern = leaf(element, elementType(type, k));
    if (!pattern) return null;
    entries.push(pattern);
  }
  return { kind: "array", entries, rest };
}

function bindLeaf(s: Lowering, element: ts.BindingElement, id: ts.Identifier, variable: Var): void {
  if (element.initializer) s.statement = statementOf(s, element, null);
  const value: Value = withDefault(s, element, variable, element.initializer);
  s.statement = null;
  bindName(s, id, value, (name) => s.bind(symbolOf(s, name), name.text, declaredType(s, name)));
}

// ---------------------------------------------------------------- state of the module

/** Variables of the module, and static fields of its classes, that some function of the file assigns: they are variables of the root as well, written through. */
function declareModuleState(s: Lowering, file: ts.SourceFile): void {
  for (const [symbol, declaration] of stateOf(s, file)) {
    const name = s.moduleState.has(symbol)
      ? null
      : ts.isVariableDeclaration(declaration)
        ? nameInNamespaces(declaration, symbol.name)
        : nameOfState(s, declaration);
    if (name === null) continue;
    const type = irType(s.reader, s.checker.getTypeOfSymbol(symbol));
    const binding = { ...s.temporary(symbol.name, type), moduleName: name };
    s.moduleState.set(symbol, binding);
    s.set(binding, prologue(s, declaration, name, type));
  }
}

type ModuleState = ReadonlyMap<ts.Symbol, ts.VariableDeclaration | ts.PropertyDeclaration>;
const knownState = new WeakMap<ts.TypeChecker, WeakMap<ts.SourceFile, ModuleState>>();

/** The file is gone through once for all its functions: there may be thousands. */
function stateOf(s: Lowering, file: ts.SourceFile): ModuleState {
  const ofFiles = knownState.get(s.checker) ?? new WeakMap<ts.SourceFile, ModuleState>();
  const known = ofFiles.get(file);
  if (known) return known;
  const found = new Map<ts.Symbol, ts.VariableDeclaration | ts.PropertyDeclaration>();
  const note = (id: ts.Identifier): void => {
    const symbol = symbolOf(s, id), declaration = symbol?.valueDeclaration;
    if (!symbol || !declaration || !ts.isVariableDeclaration(declaration)) return;
    if (declaration.getSourceFile() !== file || isInsideFunction(declaration) || (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0) return;
    found.set(symbol, declaration);
  };
  const visit = (node: ts.Node): void => {
    const target = targetOf(node);
    if (target && isInsideFunction(node)) {
      eachTarget(target, note);
      const member = assignedStatic(s.checker, skipTypes(target)), symbol = member && s.checker.getSymbolAtLocation(member.name);
      if (symbol && member.getSourceFile() === file) found.set(symbol, member);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  knownState.set(s.checker, ofFiles.set(file, found));
  return found;
}

