import ts from "typescript";
import { eachTarget, targetOf } from "../programs/assignments.ts";
import { booleanType, integerType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import type { Var } from "../../ir/ir.ts";
import type { Lowering } from "../state/lowerState.ts";
import type { Binding } from "../state/values.ts";
import { block, branch, exitLoop } from "../state/lowerJoin.ts";
import { loop, type LoopParts } from "../state/lowerLoop.ts";
import { joinTypes } from "../types/irTypes.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";

/**
 * Loops behind `@checkpoint`: cut into pieces of 1, 2, 3, … trips. The reverse sweep keeps what is there at the beginning of each piece,
 * and runs the piece again before it reverses it: n trips have about √(2n) pieces, none longer than √(2n), whether n is known or not.
 * Each trip is executed once more than without.
 */
export function checkpointedLoop(s: Lowering, node: ts.IterationStatement, parts: LoopParts): void {
  const out = wayOut(node.statement, parts.names ?? []);
  if (out) s.report(out, catalogue.checkpointLeft, { text: shortText(out) });
  const size = s.temporary("size", integerType);
  s.set(size, s.integer(1));
  const counted = ts.isForStatement(node) ? countedBy(s, node) : null;
  if (counted) overCounter(s, node, parts, size, counted);
  else untilLeft(s, node, parts, size);
  s.env.delete(size);
}

const value = (s: Lowering, node: ts.Node, binding: Binding): Var => toVar(s, s.get(binding), node);

function grow(s: Lowering, node: ts.Node, size: Binding): void {
  const next = s.apply(node, "+", [value(s, node, size), s.integer(1)], integerType);
  s.name(next, size.name);
  s.set(size, next);
}

/** `for (; i < n; i++)`: pieces that end at `Math.min(i + size, n)`. */
function overCounter(s: Lowering, node: ts.IterationStatement, parts: LoopParts, size: Binding, { counter, limit }: Counted): void {
  loop(s, node, {
    form: "pieces",
    ...(parts.head ? { head: parts.head } : {}),
    body: () => {
      const i = toVar(s, expression(s, counter), node), n = toVar(s, expression(s, limit), node);
      const end = s.apply(node, "Math.min", [s.apply(node, "+", [i, value(s, node, size)], i.type), n], joinTypes(i.type, n.type));
      s.name(end, "end");
      loop(s, node, { ...parts, head: () => s.apply(node, "<", [toVar(s, expression(s, counter), node), end], booleanType) });
    },
    update: () => grow(s, node, size),
  });
}

/** Any other: a piece whose last trip was not whole is the last one. */
function untilLeft(s: Lowering, node: ts.IterationStatement, parts: LoopParts, size: Binding): void {
  const whole = s.temporary("whole", booleanType), trip = s.temporary("trip", integerType), names = parts.names ?? [];
  s.set(whole, s.literal(true));
  loop(s, node, {
    form: "pieces",
    head: () => value(s, node, whole),
    body: () => {
      s.set(trip, s.integer(0));
      loop(s, node, {
        form: "each", names,
        head: () => s.apply(node, "<", [value(s, node, trip), value(s, node, size)], booleanType),
        body: () => {
          s.set(whole, s.literal(false));
          if (parts.head) branch(s, node, parts.head(), () => undefined, () => exitLoop(s, node));
          block(s, node, { purpose: "continue", name: null, names, continues: true }, parts.body);
          if (!s.dead) parts.update?.();
          if (parts.post && !s.dead) branch(s, node, parts.post(), () => undefined, () => exitLoop(s, node));
          if (!s.dead) s.set(whole, s.literal(true));
        },
        update: () => grow(s, node, trip),
      });
    },
    update: () => grow(s, node, size),
  });
  s.env.delete(whole);
  s.env.delete(trip);
}

interface Counted { readonly counter: ts.Identifier; readonly limit: ts.Expression }

/** `i < n` and `i++`, if nothing else changes either and nothing leaves the loop. */
function countedBy(s: Lowering, { condition, incrementor, statement }: ts.ForStatement): Counted | null {
  if (!condition || !ts.isBinaryExpression(condition) || condition.operatorToken.kind !== ts.SyntaxKind.LessThanToken || !incrementor) return null;
  const counter = skipTypes(condition.left), limit = skipTypes(condition.right);
  if (!ts.isIdentifier(counter) || !isStepOf(s, incrementor, counter) || leavesLoop(statement)) return null;
  if (!ts.isNumericLiteral(limit) && !ts.isIdentifier(limit)) return null;
  const fixed = ts.isIdentifier(limit) ? [counter, limit] : [counter];
  return fixed.some((name) => isAssigned(s, symbolOf(s, name), incrementor)) ? null : { counter, limit };
}

function isStepOf(s: Lowering, step: ts.Expression, counter: ts.Identifier): boolean {
  const of = (e: ts.Expression): boolean => ts.isIdentifier(e) && symbolOf(s, e) === symbolOf(s, counter);
  if (ts.isPrefixUnaryExpression(step) || ts.isPostfixUnaryExpression(step)) return step.operator === ts.SyntaxKind.PlusPlusToken && of(step.operand);
  return ts.isBinaryExpression(step) && step.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken && of(step.left) && step.right.getText() === "1";
}

/** Whether anything in the function that declares a variable assigns it, but for one expression. */
function isAssigned(s: Lowering, symbol: ts.Symbol | undefined, except: ts.Expression): boolean {
  const declaration = symbol?.valueDeclaration;
  const home = declaration && ts.findAncestor(declaration, (n) => ts.isFunctionLike(n) || ts.isSourceFile(n));
  if (!home) return true;
  let found = false;
  const visit = (node: ts.Node): void => {
    if (node === except) return;
    const target = targetOf(node);
    if (target) eachTarget(target, (name) => { found ||= symbolOf(s, name) === symbol; });
    ts.forEachChild(node, visit);
  };
  visit(home);
  return found;
}

/** Whether `break` leaves the loop whose body this is. */
function leavesLoop(body: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node, inner: boolean): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isBreakStatement(node) && (node.label || !inner)) found = true;
    const breakable = inner || ts.isIterationStatement(node, false) || ts.isSwitchStatement(node);
    ts.forEachChild(node, (child) => visit(child, breakable));
  };
  visit(body, false);
  return found;
}

/** A `return`, or a jump to a label outside: control must come to the end of the loop. */
function wayOut(body: ts.Node, names: readonly string[]): ts.Node | null {
  let found: ts.Node | null = null;
  const visit = (node: ts.Node, labels: readonly string[]): void => {
    if (found || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node)) found = node;
    if (ts.isBreakOrContinueStatement(node) && node.label && !labels.includes(node.label.text)) found = node;
    const inner = ts.isLabeledStatement(node) ? [...labels, node.label.text] : labels;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(body, names);
  return found;
}
