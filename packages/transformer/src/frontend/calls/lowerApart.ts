import ts from "typescript";
import { numberType, undefinedType } from "../../ir/build.ts";
import type { Type, Var } from "../../ir/ir.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { readElement } from "../expressions/lowerAccess.ts";
import type { CallNode } from "../objects/lowerClasses.ts";
import { holdsFunctions } from "../objects/lowerConstruct.ts";
import { shortText, toVar } from "../expressions/lowerExpressions.ts";
import { finishFunction } from "./lowerFunction.ts";
import { inferredResult, isOpen } from "../state/lowerInferred.ts";
import { dispatch, same } from "../state/lowerJoin.ts";
import { isInstance, newArray } from "../objects/lowerLiterals.ts";
import { writeElement } from "../statements/lowerPlaces.ts";
import { type Lowering } from "../state/lowerState.ts";
import { type Binding, type CallableNode, type Closure, type Specialization, type Value, isVar, newFrame } from "../state/values.ts";
import { throwAgain, thrownHere, throwsTo } from "../statements/lowerTry.ts";
import { type Thrown } from "../state/values.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, isAny, isReference, mayBeAbsent, optional, present, typeKey } from "../types/irTypes.ts";
import { argumentAt, bindParameter, functionName, inChain, isBeingMade, isThisParameter, restArgument, runBody } from "./lowerInline.ts";

/** Calls of functions that are not lowered where they are called: recursive ones and large ones. Each is lowered once for every way in which it is called. */

export function callOwn(s: Lowering, node: CallNode, fn: Closure, args: readonly Value[]): Value {
  const given = ts.isArrowFunction(fn.node) ? undefined : fn.receiver;
  const self = given && isInstance(given) && !holdsFunctions(s, given) && !isBeingMade(s, given) ? toVar(s, given, node) : given;
  // Which function it is given must be known: a call for each.
  for (const [k, arg] of args.entries()) {
    if (!isVar(arg) && arg.kind === "choice") return dispatch(s, node, arg, (option) => callOwn(s, node, fn, args.map((a, n) => (n === k ? option : a))));
  }
  const parameters = fn.node.parameters.filter((p) => !isThisParameter(p));
  const values = parameters
    .map((p, k) => (p.dotDotDotToken ? restArgument(s, node, p, args, k) : argumentAt(s, node, args, k)))
    .map((v) => (isInstance(v) && !holdsFunctions(s, v) ? toVar(s, v, node) : v));
  // That no function is given is known while compiling too.
  const known = values.map((v, k) => (isVar(v) && !(v.literal && v.literal.value === undefined && takesFunction(s, parameters[k])) ? null : v));
  const types = parameters.map((p, k) => parameterType(s, p, values[k]));
  if (self && !isVar(self) && self.kind === "choice") return dispatch(s, node, self, (option) => callOwn(s, node, { ...fn, receiver: option }, args));
  const receiver = self && (isVar(self) ? { type: self.type } : { known: self });
  const thrown = thrownHere(s);
  const specialization =
    findSpecialization(s, fn, receiver ?? null, known, types, thrown) ?? makeSpecialization(s, node, fn, receiver ?? null, known, types, thrown);
  if (specialization.open) specialization.calledWhileOpen = true;
  const operands = [...(self && isVar(self) ? [self] : []), ...values.filter((v, k): v is Var => isVar(v) && known[k] === null)];
  for (const captured of specialization.captures) operands.push(toVar(s, s.get(captured), node));
  const boxes = specialization.boxed.map((binding) => boxFor(s, node, binding));
  operands.push(...boxes);
  const out = specialization.result.kind === "undefined" ? null : s.fresh(null, specialization.result);
  s.emit({ kind: "call", origin: s.origin(node), callee: specialization.name, args: operands, out });
  boxes.forEach((box, k) => { const binding = specialization.boxed[k]; if (binding) s.set(binding, fromBox(s, node, binding, box)); });
  if (thrown && specialization.boxed.includes(thrown.failed)) {
    if (out && out.type.kind !== "number" && out.type.kind !== "boolean")
      s.report(node, catalogue.tryCatch, { fn: s.rootName, what: `around \`${shortText(node)}\`, which may throw and returns no number` });
    throwAgain(s, node, thrown);
  }
  return out ?? s.literal(undefined);
}

/** The array in which a callee finds a variable that it changes: our own box, if we were handed the variable in one. */
function boxFor(s: Lowering, node: ts.Node, binding: Binding): Var {
  const own = s.frame.boxes.get(binding);
  if (own) {
    writeElement(s, node, own, s.integer(0), toVar(s, s.get(binding), node));
    return own;
  }
  if (binding.frame !== s.frame) s.frame.missing.add(binding);
  const value = toVar(s, s.get(binding), node);
  return newArray(s, node, [value === s.unassigned && boxType(binding).kind === "number" ? s.literal(0) : value], arrayOf(boxType(binding)));
}

function fromBox(s: Lowering, node: ts.Node, binding: Binding, box: Var): Var {
  const value = readElement(s, node, box, s.integer(0));
  s.name(value, binding.name);
  return value;
}

const boxType = (binding: Binding): Type => (binding.type?.kind === "integer" ? numberType : binding.type ?? numberType);

/** The declared type where it is plain, else that of the argument. */
function parameterType(s: Lowering, p: ts.ParameterDeclaration, value: Value | undefined): Type {
  const declared = irType(s.reader, s.checker.getTypeAtLocation(p));
  const given = value && isVar(value) ? value.type : undefinedType;
  const plain = present(declared).kind === "opaque" || (isReference(declared) && isReference(given) && typeKey(present(declared)) !== typeKey(present(given)))
    ? (given.kind === "integer" ? { kind: "number" } as const : given) : declared;
  if (!p.initializer && !p.questionToken) return plain;
  const type = optional(plain), told = s.checker.getTypeAtLocation(p);
  const mayBeNull = told.isUnion() && told.types.some((t) => t.flags & ts.TypeFlags.Null);
  return type.kind === "optional" && !type.besides && !mayBeNull ? { ...type, neverNull: true } : type;
}

/** Whether the parameter may be of several kinds, and its callers hand over one of them: what it is need not be asked. */
function isOfOneKind(s: Lowering, p: ts.ParameterDeclaration, type: Type): boolean {
  const declared = s.checker.getTypeAtLocation(p);
  return (
    declared.isUnion() &&
    !mayBeAbsent(type) &&
    irType(s.reader, declared).kind === "opaque" &&
    !declared.types.some((t) => t.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null))
  );
}

function takesFunction(s: Lowering, p: ts.ParameterDeclaration | undefined): boolean {
  const type = p && s.checker.getTypeAtLocation(p);
  return type !== undefined && s.checker.getNonNullableType(type).getCallSignatures().length > 0;
}

function findSpecialization(
  s: Lowering,
  fn: Closure,
  receiver: Specialization["receiver"],
  known: readonly (Value | null)[],
  types: readonly Type[],
  thrown: Thrown | null,
): Specialization | undefined {
  return s.specializations.find(
    (sp) =>
      sp.node === fn.node &&
      sp.thrown === thrown &&
      sp.scope === fn.scope &&
      sameReceiver(s, sp.receiver, receiver) &&
      sp.known.every((v, k) => {
        const other = known[k] ?? null;
        return v === other || (v !== null && other !== null && same(s, v, other));
      }) &&
      sp.types.every((t, k) => known[k] !== null || typeKey(t) === typeKey(types[k] ?? t)) &&
      [...sp.knownCaptures].every(([binding, value]) => same(s, s.get(binding), value)),
  );
}

function sameReceiver(s: Lowering, a: Specialization["receiver"], b: Specialization["receiver"]): boolean {
  if (!a || !b) return a === b;
  if ("known" in a) return "known" in b && same(s, a.known, b.known);
  return "type" in b && typeKey(a.type) === typeKey(b.type);
}

const maxRounds = 6;

function makeSpecialization(
  s: Lowering,
  node: CallNode,
  fn: Closure,
  receiver: Specialization["receiver"],
  known: readonly (Value | null)[],
  types: readonly Type[],
  thrown: Thrown | null,
): Specialization {
  if (s.specializations.length >= 60) s.stop("versions of called functions", 60);
  const signature = s.checker.getSignatureFromDeclaration(fn.node);
  const told = signature ? irType(s.reader, s.checker.getReturnTypeOfSignature(signature)) : undefinedType;
  const declared = (isAny(told) ? inferredResult(s, fn.node) : null) ?? told;
  const specialization: Specialization = {
    node: fn.node,
    scope: fn.scope,
    name: freshName(s, functionName(fn.node)),
    receiver,
    known,
    types,
    thrown,
    captures: [],
    boxed: [],
    knownCaptures: new Map(),
    open: true,
    calledWhileOpen: false,
    result: declared,
  };
  s.specializations.push(specialization);
  // What a recursive callee captures is known only after its body: a call inside it that came too early is lowered again.
  for (let round = 0; round < maxRounds; round++) {
    const first = s.specializations.length,
      before = specialization.captures.length,
      { result } = specialization;
    specialization.calledWhileOpen = false;
    specialization.knownCaptures = new Map(); // those of the last round may have become variables
    const missing = lowerOwn(s, node, fn, specialization);
    if (
      missing.size === 0 &&
      (!specialization.calledWhileOpen || (specialization.captures.length === before && typeKey(result) === typeKey(specialization.result)))
    )
      break;
    specialization.boxed = [...specialization.boxed, ...missing];
    specialization.captures = specialization.captures.filter((b) => !missing.has(b));
    if (round === maxRounds - 1) s.stop("rounds over a recursive function", maxRounds);
    for (const dropped of s.specializations.splice(first)) s.callees.delete(dropped.name);
  }
  specialization.open = false;
  return specialization;
}

/** By which name the file can call a function that it declares; not with a rest parameter, which is one argument here. */
function standingName(s: Lowering, node: CallableNode): string | null {
  if (node.getSourceFile() !== s.reader.sourceFile || node.parameters.some((p) => p.dotDotDotToken)) return null;
  if (ts.isFunctionDeclaration(node)) return ts.isSourceFile(node.parent) ? node.name?.text ?? null : null;
  const { parent } = node;
  const isOfModule = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) && ts.isSourceFile(parent.parent.parent.parent);
  return isOfModule && ts.isIdentifier(parent.name) ? parent.name.text : null;
}

/** A name no other function of the module has. */
function freshName(s: Lowering, wanted: string): string {
  const base = /^[A-Za-z_$][\w$]*$/.test(wanted) ? wanted : "callback";
  const taken = (name: string): boolean => s.specializations.some((sp) => sp.name === name);
  let name = base;
  for (let k = 2; taken(name); k++) name = `${base}${k}`;
  return name;
}

/** Lowers the body; gives the variables for which a box was missing. */
function lowerOwn(s: Lowering, node: CallNode, fn: Closure, specialization: Specialization): ReadonlySet<Binding> {
  const saved = {
    current: s.current,
    env: s.env,
    dead: s.dead,
    scope: s.scope,
    frame: s.frame,
    activation: s.activation,
    targets: s.targets,
    statement: s.statement,
    catchers: s.catchers,
    guards: s.guards,
  };
  const frame = newFrame(specialization.name, { env: s.env, frame: s.frame });
  const { receiver } = specialization, self = receiver && ("known" in receiver ? receiver.known : s.fresh("self", receiver.type));
  const variables: Var[] = self && isVar(self) ? [self] : [], bound: (readonly [ts.ParameterDeclaration, Value])[] = [];
  fn.node.parameters.filter((p) => !isThisParameter(p)).forEach((p, k) => {
    const given = specialization.known[k];
    if (given) { bound.push([p, given]); return; }
    const type = specialization.types[k] ?? undefinedType;
    const variable = s.fresh(ts.isIdentifier(p.name) ? p.name.text : `p${k}`, type);
    if (isOfOneKind(s, p, type)) s.certain.add(variable);
    variables.push(variable);
    bound.push([p, variable]);
  });
  Object.assign(s, { current: [], env: new Map(), dead: false, frame, statement: null, catchers: [], guards: [] });
  for (const binding of specialization.boxed) {
    const box = s.fresh(binding.name, arrayOf(boxType(binding)));
    frame.boxes.set(binding, box);
    s.set(binding, fromBox(s, node, binding, box));
  }
  for (const captured of specialization.captures) s.get(captured);
  const value = inChain(s, node, specialization.name, () => runBody(s, fn.node, fn.scope, true, () => {
    if (specialization.thrown) throwsTo(s, specialization.thrown, specialization.result);
    for (const [p, v] of bound) bindParameter(s, p, v);
  }, self ?? undefined));
  if (!s.dead) for (const [binding, box] of frame.boxes) writeElement(s, node, box, s.integer(0), toVar(s, s.get(binding), node));
  const made = finishFunction(s, {
    node: fn.node,
    name: specialization.name,
    value,
    exported: false,
    parameters: (captures) =>
      [...variables, ...captures, ...frame.boxes.values()].map((variable) => ({
        pattern: { kind: "name", variable },
        typeText: null,
        optional: mayBeAbsent(variable.type) && variable.type.kind === "optional",
        rest: false,
      })),
  });
  specialization.captures = [...frame.captures.keys()];
  specialization.knownCaptures = frame.knownCaptures;
  if (isOpen(specialization.result)) specialization.result = made.result;
  const isPlain =
    !receiver && specialization.known.every((v) => v === null) && frame.captures.size === 0 && frame.knownCaptures.size === 0 && frame.boxes.size === 0;
  const standing = isPlain ? standingName(s, fn.node) : null;
  s.callees.set(specialization.name, { ...made, result: specialization.result, ...(standing === null ? {} : { standing }) });
  Object.assign(s, saved);
  return frame.missing;
}
