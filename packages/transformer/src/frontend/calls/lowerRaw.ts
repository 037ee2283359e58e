import ts from "typescript";
import { isAssignment } from "../programs/assignments.ts";
import type { Refusal, Type, Var } from "../../ir/ir.ts";
import { booleanType, numberType, stringType, undefinedType } from "../../ir/build.ts";
import { isInGenerated } from "../marks/existing.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Closure, type Value } from "../state/values.ts";
import { throws } from "../statements/lowerTry.ts";
import { findBinding } from "../state/values.ts";
import { symbolOf } from "../state/symbols.ts";
import { instanceTest } from "../objects/lowerClasses.ts";
import { expression, operand, retyped, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { irType } from "../types/lowerTypes.ts";
import { isAny, isNumeric, isPrimitive, present } from "../types/irTypes.ts";

/** Inactive expressions: the user's own text with holes for what is lowered. */

/** Anything without a meaning of its own here. Refused at once if it never can have one, otherwise when a gradient reaches it. */
export function rawExpression(s: Lowering, node: ts.Expression): Value {
  switch (node.kind) {
    case ts.SyntaxKind.RegularExpressionLiteral:
    case ts.SyntaxKind.BigIntLiteral:
      return s.raw(node, [node.getText()], irType(s.reader, s.checker.getTypeAtLocation(node)), true);
    case ts.SyntaxKind.BinaryExpression:
      return binaryWord(s, node as ts.BinaryExpression);
    case ts.SyntaxKind.TaggedTemplateExpression:
      return taggedTemplate(s, node as ts.TaggedTemplateExpression);
    case ts.SyntaxKind.DeleteExpression:
      return s.refuse(node, catalogue.unsupportedSyntax, {
        text: shortText(node),
        what: "removes a field while the function runs",
        instead: `give the field another value: \`${shortText((node as ts.DeleteExpression).expression)} = undefined\``,
      });
    case ts.SyntaxKind.MetaProperty:
      return s.raw(node, [node.getText()], irType(s.reader, s.checker.getTypeAtLocation(node)), true);
    case ts.SyntaxKind.OmittedExpression:
      return s.literal(undefined);
    default:
      return s.refuse(node, catalogue.unsupportedSyntax, {
        text: shortText(node),
        what: "is not a computation with numbers",
        instead: "compute with numbers, arrays and records",
      });
  }
}

/** `key in object`, `object instanceof Class`. */
function binaryWord(s: Lowering, node: ts.BinaryExpression): Value {
  const { kind } = node.operatorToken;
  if (kind !== ts.SyntaxKind.InKeyword && kind !== ts.SyntaxKind.InstanceOfKeyword)
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "is not an operator of numbers",
      instead: "compute with `+ - * / % **`",
    });
  if (ts.isPrivateIdentifier(node.left)) return s.refuse(node, catalogue.thisValue, { text: shortText(node) });
  const value = expression(s, node.left), known = kind === ts.SyntaxKind.InstanceOfKeyword ? instanceTest(s, node, value) : undefined;
  if (known) return known;
  const left = toVar(s, value, node.left), right = operand(s, node.right);
  const field = kind === ts.SyntaxKind.InKeyword && typeof left.literal?.value === "string" ? hasField(s, right, left.literal.value) : undefined;
  if (field !== undefined) return s.literal(field);
  if (kind === ts.SyntaxKind.InKeyword && s.knowsKinds && isPrimitive(present(right.type))) {
    throws(s, node, ['new TypeError("Cannot use \'in\' operator in what is no object")']); // as JavaScript does, for a missing element too
    return s.literal(false);
  }
  return s.raw(node, [left, ` ${node.operatorToken.getText()} `, right], booleanType, true);
}

/** Whether an object that was written out in this function has a field; undefined where that is not certain. */
function hasField(s: Lowering, object: Var, name: string): boolean | undefined {
  const own = object.type.kind === "record" ? s.literalTypes.get(object.type) : undefined;
  if (!own || object.type.kind !== "record") return undefined;
  const field = object.type.fields.find((f) => f.name === name);
  if (!field) { own.missed.add(name); return name in Object.prototype ? undefined : false; }
  return field.optional ? undefined : true;
}

function taggedTemplate(s: Lowering, node: ts.TaggedTemplateExpression): Value {
  const holes = ts.isTemplateExpression(node.template) ? node.template.templateSpans.map((span) => operand(s, span.expression)) : [];
  if (holes.length === 0) return s.raw(node, [node.getText()], irType(s.reader, s.checker.getTypeAtLocation(node)), false);
  return s.refuse(node, catalogue.unsupportedSyntax, {
    text: shortText(node),
    what: "hands values to a template function",
    instead: "call a function: `tag(x)`",
  });
}

/** `text ${value}`: parts of the text itself stay as written. */
export function templateExpression(s: Lowering, node: ts.TemplateExpression): Var {
  const file = node.getSourceFile();
  const parts: (string | Var)[] = [`${file.text.slice(node.head.getStart(file), node.head.end)}`];
  for (const span of node.templateSpans) {
    parts.push(operand(s, span.expression), file.text.slice(span.literal.getStart(file), span.literal.end));
  }
  return s.raw(node, parts, stringType, true);
}

/** A value as the number JavaScript makes of it. */
export function toNumber(s: Lowering, node: ts.Expression, v: Var): Var {
  const type = present(v.type);
  switch (type.kind) {
    case "number": case "integer": case "boolean": case "undefined": case "null": return v;
    case "opaque": {
      if (type.text === null) return v; // stands for something already refused
      if (asNumber(s, v)) return v;
      const here = irType(s.reader, s.checker.getTypeAtLocation(node));
      if (isNumeric(here)) return retyped(s, node, v, numberType, "number");
      if (isAny(type)) return s.refuse(node, catalogue.anyValue, { text: shortText(node) });
      break;
    }
    default: break;
  }
  return s.raw(node, ["Number(", v, ")"], numberType, true, s.refusal(node, catalogue.inactiveOnly, { text: shortText(node), what: "which is not a number" }));
}

/** Takes the result of an unknown function as the number it is used as; its refusal waits there. */
export function asNumber(s: Lowering, v: Var): boolean {
  if (!s.unresolved.has(v)) return false;
  s.retype(v, numberType);
  return true;
}

export function bigIntArithmetic(s: Lowering, node: ts.Node, op: string, a: Var | null, b: Var): Var {
  return s.raw(node, a ? [a, ` ${op} `, b] : [op, b], { kind: "opaque", text: "bigint" }, true);
}

// ---------------------------------------------------------------- calls whose body is not known

/** Whether the type might carry a number out. */
export function mayCarryNumbers(type: Type): boolean {
  const t = present(type);
  return t.kind !== "string" && t.kind !== "boolean" && t.kind !== "undefined" && t.kind !== "null" && t.kind !== "integer"
    && !(t.kind === "array" && (t.element.kind === "integer" || t.element.kind === "string" || t.element.kind === "boolean"));
}

/** Functions of the platform that only look: they change nothing and give the same for the same. */
const pureMethods: ReadonlySet<string> = new Set([
  "toFixed",
  "toString",
  "toPrecision",
  "toExponential",
  "toLocaleString",
  "charCodeAt",
  "codePointAt",
  "charAt",
  "at",
  "indexOf",
  "lastIndexOf",
  "includes",
  "startsWith",
  "endsWith",
  "slice",
  "substring",
  "trim",
  "toUpperCase",
  "toLowerCase",
  "split",
  "padStart",
  "padEnd",
  "repeat",
  "replace",
  "concat",
  "has",
  "get",
  "join",
]);

export const isPureMethod = (name: string): boolean => pureMethods.has(name);

/** The parts of an argument list; functions among them are written out if they see no variable that changes. */
export function argumentParts(s: Lowering, args: readonly ts.Expression[], separator = ", "): (string | Var)[] {
  const parts: (string | Var)[] = [];
  args.forEach((arg, k) => {
    if (k > 0) parts.push(separator);
    if (ts.isSpreadElement(arg)) parts.push("...", operand(s, arg.expression));
    else parts.push(...valueParts(s, expression(s, arg), arg));
  });
  return parts;
}

function valueParts(s: Lowering, value: Value, node: ts.Node): (string | Var)[] {
  if (isVar(value)) return [value];
  if (value.kind === "builtin") return [value.name];
  if (value.kind === "closure") return closureParts(s, value);
  return [toVar(s, value, node)];
}

/** A function as text, with holes where it mentions variables of ours. */
export function closureParts(s: Lowering, closure: Closure): (string | Var)[] {
  const { node } = closure;
  const { holes, known } = holesOf(s, closure, node);
  const declared = ts.isFunctionDeclaration(node) && node.name ? node.name.text : undefined;
  if (declared !== undefined && holes.length === 0 && known && node.parent.kind === ts.SyntaxKind.SourceFile) return [declared];
  if (!known || !ts.isExpression(node)) return [s.refuse(node, catalogue.functionAsValue, { text: shortText(node) })];
  return withHoles(node, holes);
}

/** What a generated gradient asks of its arguments before anything else, whether they share memory, as it stands: there is nothing to differentiate. */
export function sharingTest(s: Lowering, node: ts.IfStatement): Var | null {
  if (
    node.elseStatement ||
    !isInGenerated(node) ||
    !/\bnew Set\b|\.buffer\b/u.test(node.expression.getText()) ||
    !/^\{\s*throw new Error\("/u.test(node.thenStatement.getText())
  )
    return null;
  const { holes, known } = holesOf(s, { scope: s.scope }, node.expression);
  return known ? s.raw(node.expression, withHoles(node.expression, holes), booleanType, true) : null;
}

interface Hole { readonly at: ts.Identifier; readonly parts: readonly (string | Var)[] }

/** The text of a node with something else in the place of names. */
function withHoles(node: ts.Node, holes: readonly Hole[]): (string | Var)[] {
  const file = node.getSourceFile(), parts: (string | Var)[] = [];
  let at = node.getStart(file);
  for (const hole of holes) {
    parts.push(file.text.slice(at, hole.at.getStart(file)), ...hole.parts);
    at = hole.at.end;
  }
  return [...parts, file.text.slice(at, node.end)];
}

/** Where a function mentions variables of ours, in order; not `known` if it does so in a way that no hole can stand for. */
function holesOf(
  s: Lowering,
  closure: Pick<Closure, "scope">,
  node: ts.Node,
  ownNames: ReadonlyMap<ts.Symbol, readonly (string | Var)[]> = new Map(),
): { readonly holes: readonly Hole[]; readonly known: boolean } {
  const holes: Hole[] = [];
  let known = true;
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at) && !isNameOnly(at)) {
      const symbol = symbolOf(s, at),
        own = symbol && ownNames.get(symbol),
        binding = symbol && !own && findBinding(closure.scope, symbol);
      if (own || binding) {
        const value = binding && s.get(binding),
          parts = own ?? (value && isVar(value) ? [value] : null);
        if (parts && !ts.isShorthandPropertyAssignment(at.parent) && !isWritten(at)) holes.push({ at, parts });
        else known = false;
      }
    }
    ts.forEachChild(at, visit);
  };
  visit(node);
  return { holes, known };
}

/**
 * The text of a function of two elements as one of two indices: `(p, q) => p.k - q.k` as `(p, q) => xs[p]!.k - xs[q]!.k`; null if it
 * cannot be written so.
 */
export function comparisonOfIndices(s: Lowering, compare: Value, ref: Var): readonly (string | Var)[] | null {
  const element = (name: string): readonly (string | Var)[] => [ref, `[${name}]!`];
  const called = (parts: readonly (string | Var)[]): readonly (string | Var)[] => ["(p, q) => ", ...parts, "(", ...element("p"), ", ", ...element("q"), ")"];
  if (isVar(compare)) return compare.literal ? null : called([compare]);
  if (compare.kind === "builtin") return called([compare.name]);
  if (compare.kind !== "closure") return null;
  const { node } = compare;
  if (ts.isFunctionDeclaration(node)) {
    const { holes, known } = holesOf(s, compare, node);
    return known && holes.length === 0 && node.name && node.parent.kind === ts.SyntaxKind.SourceFile && node.getSourceFile() === s.rootNode.getSourceFile()
      ? called([node.name.text])
      : null;
  }
  if (!node.body || node.getSourceFile() !== s.rootNode.getSourceFile() || node.parameters.length === 0 || node.parameters.length > 2) return null;
  const names = new Map<ts.Symbol, readonly (string | Var)[]>(), written: string[] = [];
  for (const parameter of node.parameters) {
    const { name } = parameter, symbol = ts.isIdentifier(name) ? symbolOf(s, name) : undefined;
    if (parameter.initializer || parameter.dotDotDotToken) return null;
    if (ts.isObjectBindingPattern(name)) {
      const index = ["p", "q", "p1", "q1"].find((n) => !written.includes(n) && !new RegExp(`\\b${n}\\b`).test(node.body?.getText() ?? ""));
      if (index === undefined || !fieldsOfPattern(s, name, element(index), names)) return null;
      written.push(index);
      continue;
    }
    if (!ts.isIdentifier(name) || !symbol) return null;
    names.set(symbol, element(name.text));
    written.push(name.text);
  }
  const { holes, known } = holesOf(s, compare, node.body, names);
  return known ? [`(${written.join(", ")}) => `, ...withHoles(node.body, holes)] : null;
}

/** `({ k: a }, { k: b }) => a - b`: a name means the field of the element. */
function fieldsOfPattern(
  s: Lowering,
  pattern: ts.ObjectBindingPattern,
  of: readonly (string | Var)[],
  names: Map<ts.Symbol, readonly (string | Var)[]>,
): boolean {
  return pattern.elements.every((e) => {
    const key = e.propertyName ?? e.name,
      symbol = ts.isIdentifier(e.name) ? symbolOf(s, e.name) : undefined;
    if (!symbol || !ts.isIdentifier(key) || e.initializer || e.dotDotDotToken) return false;
    names.set(symbol, [...of, `.${key.text}`]);
    return true;
  });
}

const isNameOnly = (node: ts.Identifier): boolean => {
  const { parent } = node;
  return (ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node) || ts.isParameter(parent)
    || ts.isTypeNode(parent) || (ts.isVariableDeclaration(parent) && parent.name === node);
};

function isWritten(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  return isAssignment(parent) && parent.left === node;
}

/** A call in the user's text: `callee` is all before the parenthesis. */
export function rawCall(
  s: Lowering,
  node: ts.CallExpression | ts.NewExpression,
  callee: readonly (string | Var)[],
  args: readonly ts.Expression[],
  name: string,
  pure: boolean,
): Var {
  const values = argumentParts(s, args);
  const parts = [...callee, "(", ...values, ")"];
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  const isStatement = ts.isExpressionStatement(node.parent);
  const inputs = parts.some((p) => typeof p !== "string");
  // What goes into a reference may come out of it again, and what comes out as a number may have gone in.
  const refused = inputs && (mayCarryNumbers(type) || values.some((p) => typeof p !== "string" && mayBeChanged(p.type))) && !isHarmlessCall(name);
  const refusal = refused ? unknownRefusal(s, node, name) : undefined;
  if (isStatement || type.kind === "undefined") {
    const mayKeep =
      !refused &&
      ts.isPropertyAccessExpression(node.expression) &&
      values.some((p) => typeof p !== "string" && mayCarryNumbers(p.type)) &&
      !isHarmlessCall(name);
    return s.raw(node, parts, isStatement ? null : undefinedType, false, refusal, mayKeep ? unknownRefusal(s, node, name) : undefined);
  }
  const out = s.raw(node, parts, type, pure, refusal);
  if (isAny(type) && refused) s.unresolved.add(out);
  return out;
}

/** A number or text handed over cannot be changed by the callee; what a reference holds can. */
const mayBeChanged = (type: Type): boolean => {
  const t = present(type);
  return t.kind === "array" || t.kind === "tuple" || t.kind === "record" || t.kind === "matrix" || t.kind === "opaque";
};

const isHarmlessCall = (name: string): boolean =>
  /^(console|performance|process\.hrtime)\b/.test(name) || name === "String" || name === "JSON.stringify" || name === "Error" || /^[A-Z]\w*Error$/.test(name);

export function unknownRefusal(s: Lowering, node: ts.Node, callee: string): Refusal {
  return s.refusal(node, catalogue.unknownFunction, { callee });
}
