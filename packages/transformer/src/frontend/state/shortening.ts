import ts from "typescript";
import type { Var } from "../../ir/ir.ts";

import { findBinding } from "./values.ts";
import { skipTypes, symbolOf } from "./symbols.ts";
import { type Lowering } from "./lowerState.ts";
import { isVar, type Value } from "./values.ts";
import { targetOf } from "../programs/assignments.ts";

const removing = new Set(["pop", "shift", "splice"]);

/**
 * Whether a callback takes elements out of the array that it is called for, as `xs.forEach(() => { xs.pop(); })` does: the elements that
 * are no longer there are then passed over. Seen in the text of the callback alone; another array that has a name is told apart.
 */
export function mayShorten(s: Lowering, fn: Value | undefined, ref: Var): boolean {
  if (!fn || isVar(fn) || fn.kind !== "closure") return false;
  const isOther = (receiver: ts.Expression): boolean => {
    const name = skipTypes(receiver), symbol = ts.isIdentifier(name) ? symbolOf(s, name) : undefined;
    const binding = symbol && findBinding(s.scope, symbol), value = binding && s.env.get(binding);
    return value !== undefined && isVar(value) && s.resolve(value) !== s.resolve(ref);
  };
  const visit = (node: ts.Node): boolean => {
    const call =
      ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && removing.has(node.expression.name.text) ? node.expression : undefined;
    const target = targetOf(node), length = target && ts.isPropertyAccessExpression(target) && target.name.text === "length" ? target : undefined;
    const access = call ?? length;
    return (access !== undefined && !isOther(access.expression)) || ts.forEachChild(node, visit) === true;
  };
  return visit(fn.node);
}
