/** Makes a failing program small: deletes and simplifies pieces of its text while the failure stays the same. */
import ts from "typescript";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Tries edits, largest gain first, until none helps or the trials or the time are used up. `fails` must hold for `text`. */
export function minimise(text: string, fails: (candidate: string) => boolean, budget = 600, milliseconds = 20_000): string {
  let best = text;
  let trials = 0;
  const end = performance.now() + milliseconds;
  for (let progress = true; progress && trials < budget; ) {
    progress = false;
    const edits = candidates(best).sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length));
    for (const edit of edits) {
      if (trials >= budget || performance.now() > end) return tidy(best);
      const candidate = best.slice(0, edit.start) + edit.text + best.slice(edit.end);
      if (candidate.length >= best.length) continue;
      trials++;
      if (!fails(candidate)) continue;
      best = candidate;
      progress = true;
      break;
    }
  }
  return tidy(best);
}

const tidy = (text: string): string => text.replace(/^\s*\n/gm, "");

function candidates(text: string): Edit[] {
  const file = ts.createSourceFile("program.ts", text, ts.ScriptTarget.ES2022, true);
  const edits: Edit[] = [];
  const replace = (node: ts.Node, by: string): void => { edits.push({ start: node.getStart(file), end: node.end, text: by }); };
  const inner = (s: ts.Statement): string => (ts.isBlock(s) ? s.statements.map((t) => t.getText(file)).join("\n") : s.getText(file));
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isFunctionDeclaration(node) && node.name?.text === "f") {
      if (node.body) ts.forEachChild(node.body, visit);
      return;
    }
    if (ts.isStatement(node) && !ts.isReturnStatement(node) && !(ts.isBlock(node) && !ts.isBlock(node.parent) && !ts.isSourceFile(node.parent)))
      replace(node, "");
    if (ts.isIfStatement(node)) {
      replace(node, inner(node.thenStatement));
      if (node.elseStatement) {
        replace(node, inner(node.elseStatement));
        replace(node, `if (${node.expression.getText(file)}) ${node.thenStatement.getText(file)}`);
      }
    }
    if (ts.isIterationStatement(node, false)) replace(node, inner(node.statement));
    if (ts.isLabeledStatement(node)) replace(node, node.statement.getText(file));
    if (ts.isCaseOrDefaultClause(node)) replace(node, "");
    if (ts.isBlock(node) && ts.isBlock(node.parent)) replace(node, inner(node));
    if (ts.isExpression(node) && !ts.isIdentifier(node) && !ts.isLiteralExpression(node) && isValue(node)) {
      const parts: ts.Expression[] = [];
      ts.forEachChild(node, (child) => { if (ts.isExpression(child)) parts.push(child); });
      for (const part of parts)
        if (!ts.isFunctionLike(part)) replace(node, ts.isIdentifier(part) || ts.isNumericLiteral(part) ? part.text : `(${part.getText(file)})`);
      replace(node, "x");
      replace(node, "1");
      if (ts.isParenthesizedExpression(node)) replace(node, node.expression.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

/** Whether an expression stands where its value is taken (not as a callee, a target or a callback). */
function isValue(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(parent) && parent.expression === node) return false;
  if ((ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node) return false;
  if (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  )
    return false;
  if (ts.isExpressionStatement(parent) || ts.isForOfStatement(parent) || ts.isSpreadElement(parent)) return false;
  return !(
    ts.isVariableDeclarationList(node.parent) ||
    ts.isPostfixUnaryExpression(parent) ||
    (ts.isPrefixUnaryExpression(parent) && parent.operator >= ts.SyntaxKind.PlusPlusToken && parent.operator <= ts.SyntaxKind.MinusMinusToken)
  );
}
