import ts from "typescript";
import type { ArrayType, Type, Var } from "../../ir/ir.ts";
import { booleanType, integerType, numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type KnownObject, type Value } from "../state/values.ts";
import { block, branch, choose, exit } from "../state/lowerJoin.ts";
import { expression, shortText, toVar, truth } from "../expressions/lowerExpressions.ts";
import { logical } from "../expressions/lowerLogical.ts";
import { lengthOf, readElement } from "../expressions/lowerAccess.ts";
import { callWith, parameterName } from "../calls/lowerInline.ts";
import { countLoop, eachElement, iteration, knownElement, type EachOptions } from "./lowerEach.ts";
import { mayShorten } from "../state/shortening.ts";
import { appendAll, contextualType, copyArray, knownObject, newArray, plainArrayOf, pushElement } from "../objects/lowerLiterals.ts";
import { popElement, stored, writeElement } from "../statements/lowerPlaces.ts";
import { learnElement } from "../types/learnedTypes.ts";
import { argumentParts } from "../calls/lowerRaw.ts";
import { throws } from "../statements/lowerTry.ts";
import * as reorder from "./lowerReorder.ts";
import { irType } from "../types/lowerTypes.ts";
import { isReference, present } from "../types/irTypes.ts";

/** Methods of arrays as loops over indices; the callback is lowered inside. */

interface Call {
  readonly node: ts.CallExpression;
  readonly ref: Var;
  /** The arguments, evaluated; spread ones are handled by the methods that take them. */
  readonly args: readonly Value[];
}

type Method = (s: Lowering, call: Call) => Value;

const methods: Readonly<Record<string, Method>> = {
  forEach: (s, call) => {
    const { node, ref, args } = call;
    eachPresent(s, call, (element, index) => { callback(s, node, args[0], [element, () => index, () => ref]); }, indexName(args[0], 1));
    return s.literal(undefined);
  },
  map, filter, reduce: (s, call) => reduce(s, call, false), reduceRight: (s, call) => reduce(s, call, true),
  some: (s, call) => search(s, call, s.literal(false), () => s.literal(true), true, false, true),
  every: (s, call) => search(s, call, s.literal(true), () => s.literal(false), false, false, true),
  find: (s, call) => search(s, call, s.literal(undefined), (element) => element, true),
  findIndex: (s, call) => search(s, call, s.integer(-1), (_, index) => index, true),
  findLast: (s, call) => search(s, call, s.literal(undefined), (element) => element, true, true),
  findLastIndex: (s, call) => search(s, call, s.integer(-1), (_, index) => index, true, true),
  includes: (s, call) => compare(s, call, s.literal(false), () => s.literal(true), true),
  indexOf: (s, call) => compare(s, call, s.integer(-1), (index) => index, false),
  push: (s, { node, ref, args }) => { args.forEach((a, k) => pushElement(s, node, ref, argument(s, node, a, k))); return newLength(s, node, ref); },
  pop: (s, call) => takeOne(s, call, () => popElement(s, call.node, call.ref)),
  shift: (s, call) => takeOne(s, call, () => shift(s, call)), slice, concat, fill, flatMap, reverse,
  lastIndexOf: (s, call) => compare(s, call, s.integer(-1), (index) => index, false, true),
  sort: (s, { node, ref, args }) => reorder.sorted(s, node, ref, args[0], true) ?? unknownMethod(s, node, ref, "sort"),
  toSorted: (s, { node, ref, args }) => reorder.sorted(s, node, ref, args[0], false) ?? unknownMethod(s, node, ref, "toSorted"),
  copyWithin: (s, { node, ref, args }) => reorder.copyWithin(s, node, ref, args.map((a, k) => argument(s, node, a, k))),
  with: (s, { node, ref, args }) => reorder.replaced(s, node, ref, argument(s, node, args[0], 0), argument(s, node, args[1], 1)),
  flat: (s, { node, ref, args }) => {
    const depth = args[0] ? argument(s, node, args[0], 0).literal?.value : 1;
    return (typeof depth === "number" ? reorder.flat(s, node, ref, depth) : null) ?? unknownMethod(s, node, ref, "flat");
  },
  toReversed: (s, call) => reverse(s, { ...call, ref: copyArray(s, call.node, call.ref) }),
  at: (s, { node, ref, args }) => {
    const at = args[0] ? argument(s, node, args[0], 0) : s.integer(0);
    return readElement(s, node, ref, relative(s, node, at, () => lengthOf(s, node, ref), false));
  },
  subarray,
};

/** Those that take their own arguments, which may be spread. */
const spreadMethods: Readonly<Record<string, (s: Lowering, node: ts.CallExpression, ref: Var) => Value>> = {
  splice: reorder.splice, toSpliced: reorder.toSpliced, unshift: reorder.unshift,
};

/** `xs.name(…)` on an array, or undefined if the method has no meaning here. */
export function arrayMethod(s: Lowering, node: ts.CallExpression, ref: Var, name: string): Value {
  if (s.filled.has(node)) return ref;
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (name === "push" && node.arguments.some((a) => ts.isSpreadElement(a))) {
    for (const a of node.arguments) {
      if (ts.isSpreadElement(a)) pushAll(s, node, ref, a);
      else pushElement(s, node, ref, toVar(s, expression(s, a), a));
    }
    return newLength(s, node, ref);
  }
  if (name === "set" && isTyped(ref.type)) { const done = reorder.setAll(s, node, ref); if (done) return done; }
  const own = Object.hasOwn(spreadMethods, name) ? spreadMethods[name] : undefined;
  if (own && !isTyped(ref.type) && !reorder.hasSpread(node.arguments.slice(0, name === "unshift" ? 0 : 2))) return own(s, node, ref);
  if (!method || (name === "subarray" && !isTyped(ref.type)) || node.arguments.some((a) => ts.isSpreadElement(a))) return unknownMethod(s, node, ref, name);
  return method(s, { node, ref, args: node.arguments.map((a) => expression(s, a)) });
}

function unknownMethod(s: Lowering, node: ts.CallExpression, ref: Var, name: string): Var {
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  const values = argumentParts(s, node.arguments);
  const looksOnly = type.kind === "string" || type.kind === "boolean";
  return s.raw(node, [ref, `.${name}(`, ...values, ")"], ts.isExpressionStatement(node.parent) ? null : type, false,
    looksOnly ? undefined : s.refusal(node, catalogue.arrayMethod, { method: name, text: shortText(node) }));
}

/** The values are taken before the first is pushed: `a.push(...a)` ends. */
function pushAll(s: Lowering, node: ts.Node, ref: Var, spread: ts.SpreadElement): void {
  const from = iteration(s, spread.expression), source = toVar(s, from.source, spread);
  const length = lengthOf(s, node, source);
  if (from.kind !== "values") { appendAll(s, node, ref, source, from.kind); return; }
  countLoop(s, node, () => length, (index) => pushElement(s, node, ref, readElement(s, node, source, index)));
}

const isTyped = (type: Type): boolean => { const t = present(type); return t.kind === "array" && t.constructorName !== "Array"; };

function argument(s: Lowering, node: ts.CallExpression, value: Value | undefined, k: number): Var {
  return value ? toVar(s, value, node.arguments[k] ?? node) : s.literal(undefined);
}

const newLength = (s: Lowering, node: ts.CallExpression, ref: Var): Var => (ts.isExpressionStatement(node.parent) ? s.unassigned : lengthOf(s, node, ref));

const indexName = (fn: Value | undefined, k: number): { name: string | null } => ({ name: (fn && parameterName(fn, k)) ?? null });

/** Calls a callback with as many of the arguments as it takes. */
function callback(s: Lowering, node: ts.CallExpression, fn: Value | undefined, args: readonly (() => Var)[]): Value {
  return callWith(s, node, fn ?? s.literal(undefined), args);
}

/** Does what is to be done with an element unless it is a hole. */
function whereThere(s: Lowering, node: ts.Node, element: Var, body: (element: () => Var) => void): void {
  branch(s, node, s.apply(node, "!==", [element, s.literal(undefined)], booleanType), () => body(() => element), () => undefined);
}

/** As methods with callbacks go through an array: not to its holes, nor to what the callback has taken out of it. */
const eachPresent = (s: Lowering, { node, ref, args }: Call, body: (element: () => Var, index: Var) => void, options: EachOptions = {}): void => {
  const shortens = mayShorten(s, args[0], ref);
  eachElement(s, node, ref, (element, index) => {
    if (s.holed.has(ref)) whereThere(s, node, element(), (there) => body(there, index));
    else if (shortens) stillThere(s, node, ref, index, () => body(element, index));
    else body(element, index);
  }, options);
};

function stillThere(s: Lowering, node: ts.Node, ref: Var, index: Var, body: () => void): void {
  branch(s, node, s.apply(node, "<", [index, lengthOf(s, node, ref)], booleanType), body, () => undefined);
}

function map(s: Lowering, { node, ref, args }: Call): Value {
  const type = present(ref.type);
  if (type.kind === "array" && type.constructorName !== "Array") {
    const out = allocate(s, node, lengthOf(s, node, ref), type);
    s.mapped.add(out);
    eachElement(s, node, ref, (element, index) => {
      const v = toVar(s, callback(s, node, args[0], [element, () => index, () => ref]), node);
      writeElement(s, node, out, index, v);
    }, indexName(args[0], 1));
    return out;
  }
  const out = newArray(s, node, [], contextualType(s, node)), shortens = mayShorten(s, args[0], ref);
  s.mapped.add(out);
  eachElement(s, node, ref, (element, index) => {
    const one = (): void => pushElement(s, node, out, toVar(s, callback(s, node, args[0], [element, () => index, () => ref]), node));
    // A hole is left for what has been taken out; nobody who asks for it gets a number.
    if (shortens)
      branch(s, node, s.apply(node, "<", [index, lengthOf(s, node, ref)], booleanType), one, () =>
        pushElement(s, node, out, s.literal(Number.NaN, "Number.NaN")),
      );
    else one();
  }, indexName(args[0], 1));
  return out;
}

export function allocate(s: Lowering, node: ts.Node, length: Var, type: Type, hollow = false): Var {
  const out = s.fresh(null, type);
  s.emit({ kind: "allocate", origin: s.origin(node), length, ...(hollow ? { hollow: true } : {}), out });
  return out;
}

function filter(s: Lowering, call: Call): Value {
  const { node, ref, args } = call, out = newArray(s, node, [], plainArrayOf(ref.type));
  eachPresent(s, call, (element, index) => {
    const v = element();
    const keep = truth(s, callback(s, node, args[0], [() => v, () => index, () => ref]), node);
    branch(s, node, keep, () => pushElement(s, node, out, v), () => undefined);
  }, indexName(args[0], 1));
  return isTyped(ref.type) ? copyArray(s, node, out, present(ref.type)) : out;
}

function reduce(s: Lowering, { node, ref, args }: Call, backwards: boolean): Value {
  const [fn, start] = args, shortens = mayShorten(s, fn, ref);
  const name = (fn && parameterName(fn, 0)) ?? null;
  const result = s.temporary(name, typeOfReduction(s, node));
  const length = lengthOf(s, node, ref), last = (): Var => s.apply(node, "-", [length, s.integer(1)], integerType);
  if (start) {
    s.name(start, name);
    s.set(result, start);
  } else {
    branch(s, node, s.apply(node, "===", [length, s.integer(0)], booleanType), () => {
      throws(s, node, ['new TypeError("Reduce of empty array with no initial value")']);
    }, () => undefined);
    const first = readElement(s, node, ref, backwards ? last() : s.integer(0), knownElement(ref));
    s.set(result, first);
  }
  countLoop(s, node, () => length, (k) => {
    const index = backwards ? s.apply(node, "-", [last(), k], integerType) : k;
    const read = (): Var => readElement(s, node, ref, index, knownElement(ref));
    const step = (element: () => Var): void => {
      const before = s.get(result);
      const after = callWith(s, node, fn ?? s.literal(undefined), [() => before, element, () => index, () => ref]);
      s.name(after, name);
      s.set(result, after);
    };
    if (s.holed.has(ref)) whereThere(s, node, read(), step);
    else if (shortens) stillThere(s, node, ref, index, () => step(read));
    else step(read);
  }, { ...(start ? {} : { from: s.integer(1) }), ...indexName(fn, 2) });
  const value = s.get(result);
  s.env.delete(result);
  return value;
}

function typeOfReduction(s: Lowering, node: ts.CallExpression): Type | null {
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  return present(type).kind === "opaque" ? null : type;
}

/** Looks for the first element on which the callback says `wanted`. */
function search(
  s: Lowering,
  call: Call,
  otherwise: Value,
  found: (element: Var, index: Var) => Value,
  wanted: boolean,
  backwards = false,
  onlyThere = false,
): Value {
  const { node, ref, args } = call,
    result = s.temporary();
  s.set(result, otherwise);
  block(s, node, { purpose: "break" }, (target) => {
    const one = (element: () => Var, index: Var): void => {
      const v = element();
      const says = truth(s, callback(s, node, args[0], [() => v, () => index, () => ref]), node);
      const hit = (): void => {
        s.set(result, found(v, index));
        exit(s, node, target);
      };
      branch(s, node, says, wanted ? hit : () => undefined, wanted ? () => undefined : hit);
    };
    const options = { ...indexName(args[0], 1), backwards };
    if (onlyThere) eachPresent(s, call, one, options);
    else eachElement(s, node, ref, one, options);
  });
  const value = s.get(result);
  s.env.delete(result);
  return value;
}

/** Looks for an element equal to the argument; `includes` finds NaN, `indexOf` does not. */
function compare(s: Lowering, { node, ref, args }: Call, otherwise: Value, found: (index: Var) => Value, findsNaN: boolean, backwards = false): Value {
  const wanted = argument(s, node, args[0], 0);
  if (args.length > 1) return unknownMethod(s, node, ref, findsNaN ? "includes" : backwards ? "lastIndexOf" : "indexOf");
  const isNaN = wanted.literal !== undefined && Number.isNaN(wanted.literal.value);
  if (isNaN && !findsNaN) return otherwise;
  const result = s.temporary();
  s.set(result, otherwise);
  block(s, node, { purpose: "break" }, (target) => {
    eachElement(s, node, ref, (element, index) => {
      const v = element();
      const nan = (x: Var): Var => s.apply(node, "!==", [x, x], booleanType);
      const equal = isNaN ? nan(v) : s.apply(node, "===", [v, wanted], booleanType);
      const hit =
        findsNaN && v.type.kind === "number" && !wanted.literal
          ? s.apply(node, "||", [equal, s.apply(node, "&&", [nan(v), nan(wanted)], booleanType)], booleanType)
          : equal;
      branch(s, node, hit, () => { s.set(result, found(index)); exit(s, node, target); }, () => undefined);
    }, { backwards });
  });
  const value = s.get(result);
  s.env.delete(result);
  return value;
}

/** `pop` and `shift` of an array that may be empty: then they take nothing. Where the text says that something comes out (`!`) it is taken for granted. */
function takeOne(s: Lowering, { node, ref }: Call, take: () => Value): Value {
  if (ts.isNonNullExpression(node.parent)) return take();
  return choose(s, node, s.apply(node, ">", [lengthOf(s, node, ref), s.integer(0)], booleanType), take, () => s.literal(undefined));
}

function shift(s: Lowering, { node, ref }: Call): Value {
  const first = readElement(s, node, ref, s.integer(0));
  const length = lengthOf(s, node, ref);
  countLoop(s, node, () => length, (index) => {
    writeElement(s, node, ref, s.apply(node, "-", [index, s.integer(1)], integerType), readElement(s, node, ref, index));
  }, { from: s.integer(1) });
  popElement(s, node, ref);
  return first;
}

/** An index that counts from the end if it is negative; `clamp` keeps it at 0 or more, as `slice` does. */
export function relative(s: Lowering, node: ts.Node, at: Var, length: () => Var, clamp: boolean): Var {
  const { literal } = at;
  if (literal && typeof literal.value === "number" && Number.isInteger(literal.value)) {
    if (literal.value >= 0) return s.integer(literal.value);
    const back = s.apply(node, "-", [length(), s.integer(-literal.value)], integerType);
    return clamp ? s.apply(node, "Math.max", [back, s.integer(0)], integerType) : back;
  }
  const whole = at.type.kind === "integer" ? at : s.apply(node, "Math.trunc", [at], integerType);
  const back = s.apply(node, "+", [length(), whole], integerType);
  const negative = s.apply(node, "<", [whole, s.integer(0)], booleanType);
  return s.apply(node, "?:", [negative, clamp ? s.apply(node, "Math.max", [back, s.integer(0)], integerType) : back, whole], integerType);
}

/** `ref.slice(from, to)`; `to` null: to the end. */
export function sliceOf(s: Lowering, node: ts.Node, ref: Var, from: Var, to: Var | null): Var {
  const length = lengthOf(s, node, ref);
  const start = relative(s, node, from, () => length, true);
  const end = to ? s.apply(node, "Math.min", [relative(s, node, to, () => length, true), length], integerType) : length;
  const type = present(ref.type);
  if (type.kind === "array" && type.constructorName !== "Array") {
    const size = s.apply(node, "Math.max", [s.apply(node, "-", [end, start], integerType), s.integer(0)], integerType);
    const out = allocate(s, node, size, type);
    countLoop(s, node, () => size, (k) => writeElement(s, node, out, k, readElement(s, node, ref, s.apply(node, "+", [start, k], integerType))));
    return out;
  }
  const out = newArray(s, node, [], plainArrayOf(ref.type));
  countLoop(s, node, () => end, (k) => pushElement(s, node, out, readElement(s, node, ref, k)), { from: start });
  return out;
}

function slice(s: Lowering, { node, ref, args }: Call): Value {
  const from = args[0] ? argument(s, node, args[0], 0) : s.integer(0), to = args[1] ? argument(s, node, args[1], 1) : null;
  const whole = from.literal?.value === 0 && (!to || to.literal?.value === undefined && to.literal !== undefined);
  if (whole) return copyArray(s, node, ref, isTyped(ref.type) ? present(ref.type) : plainArrayOf(ref.type));
  return sliceOf(s, node, ref, from, to?.literal?.value === undefined && to?.literal ? null : to);
}

/** `ref.subarray(from, to)`: what it means with negative places, or without them, is left to JavaScript. */
function subarray(s: Lowering, { node, ref, args }: Call): Value {
  const [from, to] = [0, 1].map((k) => {
    const at = args[k] && argument(s, node, args[k], k);
    return at && !(at.literal && at.literal.value === undefined) ? at : null;
  });
  const { readonly: _, ...type } = present(ref.type) as ArrayType; // asked before: it is a typed array
  const out = s.fresh(null, type);
  s.emit({ kind: "view", origin: s.origin(node), ref, from: from ?? null, to: to ?? null, out });
  return out;
}

function concat(s: Lowering, { node, ref, args }: Call): Value {
  const values = args.map((a, k) => argument(s, node, a, k));
  const out = copyArray(s, node, ref);
  values.forEach((v) => {
    if (present(v.type).kind === "array" || present(v.type).kind === "tuple") eachElement(s, node, v, (element) => pushElement(s, node, out, element()));
    else pushElement(s, node, out, v);
  });
  return out;
}

function fill(s: Lowering, { node, ref, args }: Call): Value {
  const value = stored(s, node, ref.type, argument(s, node, args[0], 0)), length = lengthOf(s, node, ref);
  learnElement(ref.type, value.type);
  const from = args[1] ? relative(s, node, argument(s, node, args[1], 1), () => length, true) : s.integer(0);
  const to = args[2] ? s.apply(node, "Math.min", [relative(s, node, argument(s, node, args[2], 2), () => length, true), length], integerType) : length;
  countLoop(s, node, () => to, (k) => s.emit({ kind: "write", origin: s.origin(node), ref, key: k, value }), { from });
  return ref;
}

function flatMap(s: Lowering, { node, ref, args }: Call): Value {
  const out = newArray(s, node, [], contextualType(s, node));
  s.mapped.add(out);
  eachElement(s, node, ref, (element, index) => {
    const v = toVar(s, callback(s, node, args[0], [element, () => index, () => ref]), node);
    if (isReference(v.type)) eachElement(s, node, v, (e) => pushElement(s, node, out, e()));
    else pushElement(s, node, out, v);
  }, indexName(args[0], 1));
  return out;
}

function reverse(s: Lowering, { node, ref }: Call): Value {
  const last = s.apply(node, "-", [lengthOf(s, node, ref), s.integer(1)], integerType);
  const half = s.apply(node, "/", [last, s.integer(2)], numberType);
  countLoop(s, node, () => half, (k) => {
    const other = s.apply(node, "-", [last, k], integerType);
    const a = readElement(s, node, ref, k), b = readElement(s, node, ref, other);
    s.emit({ kind: "write", origin: s.origin(node), ref, key: k, value: b });
    s.emit({ kind: "write", origin: s.origin(node), ref, key: other, value: a });
  });
  return ref;
}

// ---------------------------------------------------------------- arrays of functions

/** Methods of an array that exists only while compiling: one call after the other. */
export function knownArrayMethod(s: Lowering, node: ts.CallExpression, object: KnownObject, name: string): Value {
  const args = node.arguments.map((a) => expression(s, a)), [fn, start] = args;
  const fields = [...object.fields.values()];
  const call = (before: readonly (() => Value)[], k: number): Value => {
    const field = fields[k];
    return callWith(s, node, fn ?? s.literal(undefined), [...before, () => (field ? s.get(field) : s.literal(undefined)), () => s.integer(k), () => object]);
  };
  switch (name) {
    case "forEach": fields.forEach((_, k) => call([], k)); return s.literal(undefined);
    case "map": {
      const values = fields.map((_, k) => [String(k), call([], k)] as const);
      return values.every(([, v]) => isVar(v))
        ? newArray(
            s,
            node,
            values.map(([, v]) => toVar(s, v, node)),
            contextualType(s, node),
          )
        : knownObject(s, node, values, true);
    }
    case "reduce": case "reduceRight": {
      const order = fields.map((_, k) => (name === "reduce" ? k : fields.length - 1 - k)), first = fields[order[0] ?? -1];
      let value: Value | undefined = start ?? (first && s.get(first));
      if (!value) return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
      for (const k of order.slice(start ? 0 : 1)) { const before: Value = value; value = call([() => before], k); }
      return value;
    }
    case "some": case "every": {
      const from = (k: number): Value =>
        k === fields.length ? s.literal(name === "every") : logical(s, node, name === "some" ? "||" : "&&", truth(s, call([], k), node), () => from(k + 1));
      return from(0);
    }
    default: return s.refuse(node, catalogue.arrayMethod, { method: name, text: shortText(node) });
  }
}

