import ts from "typescript";
import type { Var } from "../../ir/ir.ts";
import { booleanType, integerType, stringType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Value } from "../state/values.ts";
import { loop } from "../state/lowerLoop.ts";
import { skipTypes } from "../state/symbols.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { isInstance } from "../objects/lowerLiterals.ts";
import { lengthOf, readElement } from "../expressions/lowerAccess.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, elementType, isAny, present, unknownType } from "../types/irTypes.ts";

/** Loops that the compiler makes: over the indices of arrays. */

export function whileLoop(s: Lowering, node: ts.Node, head: () => Var, body: () => void): void {
  loop(s, node, { form: "while", head, body });
}

export interface CountOptions { readonly from?: Var; readonly name?: string | null; readonly names?: readonly string[]; readonly loop?: typeof loop }

/** `for (let i = from; i < limit(); i++) body(i)` with an integer of our own; `limit` is evaluated before each trip. */
export function countLoop(s: Lowering, node: ts.Node, limit: () => Var, body: (index: Var) => void, options: CountOptions = {}): void {
  const counter = s.temporary(options.name ?? "i", integerType);
  s.set(counter, options.from ?? s.integer(0));
  const index = (): Var => toVar(s, s.get(counter), node);
  (options.loop ?? loop)(s, node, {
    form: "each", names: options.names ?? [],
    head: () => { const n = limit(); return s.apply(node, "<", [index(), n], booleanType); },
    body: () => body(index()),
    update: () => { const next = s.apply(node, "+", [index(), s.integer(1)], integerType); s.name(next, counter.name); s.set(counter, next); },
  });
  s.env.delete(counter);
}

/** What a `for…of`, a spread or `Array.from` goes through. */
export interface Iteration { readonly kind: "values" | "entries" | "keys"; readonly source: Value }

/** The array behind an iterable: `xs`, `xs.entries()`, `xs.keys()`, a string, any other iterable as it is now. */
export function iteration(s: Lowering, node: ts.Expression): Iteration {
  const inner = skipTypes(node);
  if (ts.isCallExpression(inner) && ts.isPropertyAccessExpression(inner.expression) && inner.arguments.length === 0 && !inner.questionDotToken) {
    const name = inner.expression.name.text;
    if ((name === "entries" || name === "keys" || name === "values") && isArrayType(s, inner.expression.expression)) {
      return { kind: name, source: expression(s, inner.expression.expression) };
    }
  }
  const source = expression(s, inner);
  if (isInstance(source))
    return {
      kind: "values",
      source: s.refuse(node, catalogue.unsupportedSyntax, {
        text: shortText(node),
        what: "goes through an object by an iterator of its class",
        instead: "go through its numbers: `for (const v of o.items)`",
      }),
    };
  if (!isVar(source)) return { kind: "values", source };
  const { kind } = present(source.type);
  return { kind: "values", source: kind === "array" || kind === "tuple" ? source : iterableAsArray(s, node, source) };
}

function isArrayType(s: Lowering, node: ts.Expression): boolean {
  const { kind } = present(irType(s.reader, s.checker.getTypeAtLocation(node)));
  return kind === "array" || kind === "tuple" || kind === "opaque" && s.checker.isArrayLikeType(s.checker.getTypeAtLocation(node));
}

/** Strings and other iterables as an array made once. */
export function iterableAsArray(s: Lowering, node: ts.Node, value: Var): Var {
  const type = present(value.type);
  if (type.kind === "string") return s.raw(node, ["[...", value, "]"], arrayOf(stringType), true);
  if (type.kind !== "opaque")
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "goes through something that is not an array",
      instead: "go through an array: `for (const x of xs)`",
    });
  const element = elementOfIterable(s, node);
  return s.raw(
    node,
    ["[...", value, "]"],
    arrayOf(element),
    false,
    s.refusal(node, catalogue.inactiveOnly, { text: shortText(node), what: "which is not an array" }),
  );
}

function elementOfIterable(s: Lowering, node: ts.Node): ReturnType<typeof irType> {
  if (!ts.isExpression(node)) return unknownType;
  const type = s.checker.getTypeAtLocation(node) as ts.TypeReference; // Set<T>, Map<K, V>: the arguments say what comes out
  const args = type.flags & ts.TypeFlags.Object && type.target ? s.checker.getTypeArguments(type) : [];
  const types = args.map((t) => irType(s.reader, t));
  if (types.length === 1 && types[0]) return types[0];
  return types.length === 2 && type.symbol?.name === "Map" ? { kind: "tuple", elements: types } : unknownType;
}

export interface EachOptions { readonly name?: string | null; readonly backwards?: boolean }

/** Runs `body` for each element of an array whose length is taken once, as the methods of arrays do; backwards on demand. */
export function eachElement(s: Lowering, node: ts.Node, ref: Var, body: (element: () => Var, index: Var) => void, options: EachOptions = {}): void {
  const length = lengthOf(s, node, ref);
  countLoop(s, node, () => length, (k) => {
    const index = options.backwards ? s.apply(node, "-", [s.apply(node, "-", [length, s.integer(1)], integerType), k], integerType) : k;
    body(() => readElement(s, node, ref, index, knownElement(ref)), index);
  }, options.name ? { name: options.name } : {});
}

export function knownElement(ref: Var): ReturnType<typeof elementType> {
  const type = elementType(ref.type, null);
  return isAny(type) ? unknownType : type;
}
