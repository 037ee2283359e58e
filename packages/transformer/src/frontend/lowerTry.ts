import ts from "typescript";
import type { Type, Var } from "../ir/ir.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { block, exit, runGuards } from "./lowerJoin.ts";
import { shortText } from "./lowerExpressions.ts";
import { symbolOf } from "./lowerNames.ts";
import { inScope, statements } from "./lowerStatements.ts";
import { irType, isReference } from "./lowerTypes.ts";
import type { Binding, Lowering, Target } from "./lowerState.ts";

/** What `finally` says. */
export interface Guard { readonly run: () => void }

/** Where what is thrown goes, and the variable that holds it there. */
export interface Catcher { readonly target: Target; readonly error: Binding }

const unknownType: Type = { kind: "opaque", text: "unknown" };

/**
 * `try { … } catch (e) { … }` around code whose exceptions the program throws itself, also in functions that it calls: such a `throw` is a
 * jump behind the `try`, with what was assigned until then.
 *
 *     block end { block catch { …; exit catch at each throw; exit end }  what catches }
 *
 * What an engine throws by itself (a field of undefined) is not seen: it passes through the gradient.
 *
 * What `finally` says stands behind the `try` and at every way out of it: `return`, jumps, what is thrown.
 */
export function tryStatement(s: Lowering, node: ts.TryStatement): void {
  const { finallyBlock } = node;
  if (!finallyBlock) { caught(s, node); return; }
  const { scope, activation, targets, catchers, chain } = s;
  s.guards.push({ run: () => {
    // Who leaves may be a function that is called in there.
    const here = { scope: s.scope, activation: s.activation, targets: s.targets, catchers: s.catchers, chain: s.chain, statement: s.statement };
    Object.assign(s, { scope, activation, targets, catchers: [...catchers], chain });
    inScope(s, () => statements(s, finallyBlock.statements, false));
    Object.assign(s, here);
  } });
  if (node.catchClause) caught(s, node);
  else inScope(s, () => statements(s, node.tryBlock.statements, false));
  const guard = s.guards.pop();
  if (!s.dead) guard?.run();
}

function caught(s: Lowering, node: ts.TryStatement): void {
  const { catchClause } = node, declared = catchClause?.variableDeclaration?.name;
  if (!catchClause || (declared && !ts.isIdentifier(declared))) {
    s.report(node, catalogue.tryCatch, { fn: s.rootName, what: "that takes the error apart" });
    return;
  }
  const error = s.temporary(declared?.text ?? null);
  s.set(error, s.unassigned);
  block(s, node, { purpose: "plain", name: "tried" }, (end) => {
    block(s, node, { purpose: "plain", name: "failed" }, (target) => {
      s.catchers.push({ target, error });
      inScope(s, () => statements(s, node.tryBlock.statements, false));
      s.catchers.pop();
      if (!s.dead) exit(s, node, end);
    });
    if (s.dead) return;
    inScope(s, () => {
      if (declared) s.set(s.bind(symbolOf(s, declared), declared.text, unknownType), s.get(error));
      statements(s, catchClause.block.statements, false);
    });
  });
  s.env.delete(error);
}

/** The program throws here. */
export function throws(s: Lowering, node: ts.Node, parts: readonly (string | Var)[]): void {
  const catcher = s.catchers.at(-1);
  if (!catcher) {
    runGuards(s, 0);
    s.emit({ kind: "throw", origin: s.origin(node), parts });
    s.dead = true;
    return;
  }
  if (s.dead) return;
  const [only] = parts;
  s.set(catcher.error, parts.length === 1 && only !== undefined && typeof only !== "string" ? only : s.raw(node, parts, unknownType, true));
  exit(s, node, catcher.target);
}

/** Refuses what may throw without our seeing it, where somebody would catch it. */
export function mayThrow(s: Lowering, node: ts.Node): void {
  if ((s.catchers.length > 0 || s.guards.length > 0) && !s.dead) s.report(node, catalogue.tryCatch, { fn: s.rootName, what: `around \`${shortText(node)}\`, which may throw` });
}

/** Whether the methods of a value are those of arrays. */
function isArray(s: Lowering, node: ts.Expression): boolean {
  return isReference(irType(s.reader, s.checker.getTypeAtLocation(node))) && s.checker.getIndexInfoOfType(s.checker.getTypeAtLocation(node), ts.IndexKind.Number) !== undefined;
}

/** Whether every `try` in a function is around code that is followed, as far as its text tells. */
export function catchesOnlyItsOwn(s: Lowering, node: ts.Node): boolean {
  let fine = true;
  const isKnown = (callee: ts.Expression): boolean => {
    if (ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.expression) && callee.expression.text === "Math") return true;
    if (ts.isPropertyAccessExpression(callee)) return isArray(s, callee.expression);
    const symbol = ts.isIdentifier(callee) ? symbolOf(s, callee) : undefined;
    return symbol?.valueDeclaration !== undefined && !symbol.valueDeclaration.getSourceFile().isDeclarationFile;
  };
  const inTry = (at: ts.Node): void => {
    if (ts.isThrowStatement(at)) return;
    if (ts.isCallExpression(at) && !isKnown(at.expression)) fine = false;
    if (ts.isNewExpression(at) || ts.isAwaitExpression(at)) fine = false;
    ts.forEachChild(at, inTry);
  };
  const visit = (at: ts.Node): void => {
    if (ts.isTryStatement(at)) inTry(at.tryBlock);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return fine;
}
