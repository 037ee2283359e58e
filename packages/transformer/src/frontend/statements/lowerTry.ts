import ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import { booleanType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { block, branch, exit, runGuards } from "../state/lowerJoin.ts";
import { toVar } from "../expressions/lowerExpressions.ts";
import { setVariable } from "./lowerPlaces.ts";
import { symbolOf } from "../state/symbols.ts";
import { inScope, statements } from "./lowerStatements.ts";
import { irType } from "../types/lowerTypes.ts";
import { isReference } from "../types/irTypes.ts";
import type { Lowering } from "../state/lowerState.ts";
import type { Frame, Thrown } from "../state/values.ts";

const unknownType: Type = { kind: "opaque", text: "unknown", final: true };

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
  const { scope, activation, targets, chain } = s, catchers = [...s.catchers];
  s.guards.push({ node, run: () => {
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
      s.catchers.push({ target, error, node });
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
  const [only] = parts, error = parts.length === 1 && only !== undefined && typeof only !== "string" ? only : s.raw(node, parts, unknownType, true);
  if (catcher.returns && catcher.thrown) {
    setVariable(s, node, catcher.thrown.error, error);
    setVariable(s, node, catcher.thrown.failed, s.literal(true));
    s.set(catcher.returns, s.literal(catcher.returns.type?.kind === "number" ? 0 : catcher.returns.type?.kind === "boolean" ? false : undefined));
  } else s.set(catcher.error, error);
  exit(s, node, catcher.target);
}

/** Where a function that is lowered apart and called here says that it has thrown; null where nobody would know the difference. */
export function thrownHere(s: Lowering): Thrown | null {
  const around = s.catchers.at(-1) ?? s.guards.at(-1);
  if (!around) return null;
  const thrown = around.thrown ?? thrownIn(s, around.node);
  s.set(thrown.failed, s.literal(false));
  s.set(thrown.error, s.literal(undefined));
  return thrown;
}

/** One for a `try`, also where it is in a function that calls itself in there. */
function thrownIn(s: Lowering, node: ts.Node): Thrown {
  for (let frame: Frame | undefined = s.frame; frame; frame = frame.outer?.frame) {
    const known = frame.thrown.get(node);
    if (known) return known;
  }
  const made: Thrown = { failed: s.temporary("failed", booleanType), error: s.temporary("thrown", unknownType) };
  s.frame.thrown.set(node, made);
  return made;
}

/** What a call that may have thrown is followed by. */
export function throwAgain(s: Lowering, node: ts.Node, { failed, error }: Thrown): void {
  branch(s, node, toVar(s, s.get(failed), node), () => {
    const what = toVar(s, s.get(error), node);
    s.set(failed, s.literal(false));
    throws(s, node, [what]);
  }, () => undefined);
}

/** In a function that is lowered apart, what it throws is what its caller finds in those variables. Its result is then nobody's. */
export function throwsTo(s: Lowering, thrown: Thrown, result: Type): void {
  const { activation } = s;
  if (activation)
    s.catchers.push({
      target: activation.target,
      error: thrown.error,
      thrown,
      node: activation.node,
      returns: Object.assign(activation.result, { type: result }),
    });
}

/** Whether the methods of a value are those of arrays. */
function isArray(s: Lowering, node: ts.Expression): boolean {
  return (
    isReference(irType(s.reader, s.checker.getTypeAtLocation(node))) &&
    s.checker.getIndexInfoOfType(s.checker.getTypeAtLocation(node), ts.IndexKind.Number) !== undefined
  );
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
