/** Checks a path after `wrt`: it begins with a name that a parameter binds, goes on with fields, and ends at something that has a gradient. */
import ts from "typescript";
import { catalogue } from "../../diagnostics/catalogue.ts";
import type { Entry } from "../../diagnostics/entry.ts";
import type { FunctionNode } from "../programs/source.ts";
import { nearest } from "./tagWords.ts";

type Complain = <P>(entry: Entry<P>, data: P) => void;

/** Types that generate ever new ones (`Nested<T[]>` in `Nested<T>`) end here. */
const manyTypes = 300;

/** Null if the path is fine, otherwise what to complain. */
export function checkWrt(path: string, fn: string, node: FunctionNode, checker: ts.TypeChecker | undefined): ((complain: Complain) => void) | null {
  const bound = bindings(node);
  const names = parameterNames(node);
  const [first = "", ...fields] = path.split(".");
  const binding = bound.find((each) => each.text === first && first !== "this");
  if (binding === undefined) {
    return (complain) => complain(catalogue.tagUnknownParameter, { name: first, fn, parameters: names, nearest: nearest(first, names) });
  }
  if (checker === undefined) return null;
  let type = checker.getTypeAtLocation(binding);
  for (const [index, field] of fields.entries()) {
    const owner = [first, ...fields.slice(0, index)].join(".");
    const holder = checker.getNonNullableType(type);
    if (isAny(holder)) return null; // refused with a message of its own where it is used
    const known = fieldsOf(holder, checker);
    const property = known.find((each) => each.name === field);
    if (property === undefined) {
      const candidates = known.map((each) => each.name);
      const near = nearest(field, candidates);
      return (complain) => complain(catalogue.tagUnknownField, { path, field, owner, fields: candidates, nearest: near === null ? null : `${owner}.${near}` });
    }
    type = checker.getTypeOfSymbolAtLocation(property, binding);
  }
  if (hasGradient(type, checker)) return null;
  const numeric = bound.filter((each) => names.includes(each.text) && hasGradient(checker.getTypeAtLocation(each), checker)).map((each) => each.text);
  return (complain) => complain(catalogue.tagNoGradient, { path, type: checker.typeToString(type), numeric });
}

/** The names the parameters bind, in order: those of a destructured one are its own. */
export function parameterNames(node: FunctionNode): readonly string[] {
  return bindings(node).map((binding) => binding.text).filter((name) => name !== "this");
}

/** The identifiers that the parameters bind. */
function bindings(node: FunctionNode): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const collect = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) found.push(name);
    else for (const element of name.elements) if (ts.isBindingElement(element)) collect(element.name);
  };
  for (const parameter of node.parameters) collect(parameter.name);
  return found;
}

/** The fields of a record; arrays have elements, not fields (`length` and the methods are none). */
function fieldsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Symbol[] {
  if (isArrayLike(type, checker)) return [];
  return checker
    .getPropertiesOfType(checker.getApparentType(type))
    .filter((property) => (property.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) === 0);
}

function isArrayLike(type: ts.Type, checker: ts.TypeChecker): boolean {
  return checker.isArrayLikeType(type) || /^(Float|Int|Uint|BigInt|BigUint)\d+(Clamped)?Array$/.test(type.symbol?.name ?? "");
}

function isAny(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
}

/**
 * Can a value of this type have a gradient? Numbers can, and what holds some. What cannot be told (`any`, a type parameter without
 * constraint) counts as yes: lowering knows more.
 */
export function hasGradient(type: ts.Type, checker: ts.TypeChecker, seen: Set<ts.Type> = new Set()): boolean {
  if (isAny(type) || seen.size > manyTypes) return true;
  if ((type.flags & ts.TypeFlags.NumberLike) !== 0) return true;
  if (type.isUnion()) return type.types.some((each) => hasGradient(each, checker, seen));
  if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint === undefined || hasGradient(constraint, checker, seen);
  }
  if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0 || seen.has(type)) return false;
  // One set for the whole search: a type met before either had none or is being looked at further up.
  seen.add(type);
  const typed = /^(?:(Float)|Int|Uint|BigInt|BigUint)\d+(?:Clamped)?Array$/.exec(type.symbol?.name ?? "");
  if (typed !== null) return typed[1] !== undefined;
  if (checker.isArrayLikeType(type)) {
    const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return element !== undefined && hasGradient(element, checker, seen);
  }
  if (type.getCallSignatures().length > 0) return false;
  const element = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  if (element !== undefined && hasGradient(element, checker, seen)) return true;
  return fieldsOf(type, checker).some((field) => hasGradient(checker.getTypeOfSymbol(field), checker, seen));
}
