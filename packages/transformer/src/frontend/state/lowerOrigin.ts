import ts from "typescript";
import type { Loc, Statement } from "../../ir/ir.ts";

/** Where a node stands, without the comments before it. */
export function locOf(node: ts.Node): Loc {
  const file = node.getSourceFile();
  return { fileName: file.fileName, start: node.getStart(file), end: node.getEnd() };
}

/**
 * The text of a node on one line, as comments in generated code quote it: without type annotations and assertions, `!`,
 * declaration keywords, comments and the closing semicolon.
 */
export function plainText(node: ts.Node): string {
  const file = node.getSourceFile();
  const start = node.getStart(file), end = node.getEnd();
  const removed: [number, number][] = [];
  collectTypes(node, file, removed);
  removed.sort((a, b) => a[0] - b[0]);
  let text = "", at = start;
  for (const [from, to] of removed) {
    if (to <= at) continue;
    text += file.text.slice(at, Math.max(at, from));
    at = to;
  }
  text += file.text.slice(at, Math.max(at, end));
  return text.replace(/\s*[\r\n\u2028\u2029]\s*/g, " ").replace(/;\s*$/, "").trim();
}

/** The stretches of text that say nothing about values. */
function collectTypes(root: ts.Node, file: ts.SourceFile, removed: [number, number][]): void {
  const comments = (position: number, ranges: typeof ts.getLeadingCommentRanges): void => {
    for (const range of ranges(file.text, position) ?? []) if (range.pos >= root.getStart(file) && range.end <= root.end) removed.push([range.pos, range.end]);
  };
  const visit = (node: ts.Node): void => {
    if (node !== root && node.pos < node.end) comments(node.pos, ts.getLeadingCommentRanges);
    comments(node.end, ts.getTrailingCommentRanges);
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)) removed.push([node.expression.end, node.end]);
    else if (ts.isTypeAssertionExpression(node)) removed.push([node.getStart(file), node.expression.getStart(file)]);
    else if ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionLike(node)) && node.type) removed.push([node.type.pos - 1, node.type.end]);
    ts.forEachChild(node, (child) => { if (!ts.isTypeNode(child)) visit(child); });
  };
  visit(root);
}

/** The user's own comments around a statement; `@checkpoint` is none, it has been followed. */
export function commentsOf(node: ts.Node): { readonly leading: readonly string[]; readonly trailing: string | null } {
  const file = node.getSourceFile(), { text } = file;
  const written = (r: ts.CommentRange): string => text.slice(r.pos, r.end).replace(/\r\n?/g, "\n"); // line ends are those of what we write
  const leading = (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []).map(written).filter((c) => !/^\/\*\*[\s*]*@checkpoint\b/.test(c));
  const parent = node.parent;
  if (parent && ts.isBlock(parent) && parent.statements[0] === node) {
    // `{ // why`: what follows the brace on its line belongs to the first statement.
    const opened = ts.getTrailingCommentRanges(text, parent.getStart(file) + 1) ?? [];
    leading.unshift(...opened.map(written));
  }
  // What follows `for (…) s += x;` on its line belongs to the inner statement; a jump is none of its own.
  const isJump = ts.isIfStatement(node) && !node.elseStatement && ts.isBreakOrContinueStatement(node.thenStatement);
  const after =
    !isJump && (ts.isIterationStatement(node, false) || ts.isIfStatement(node) || ts.isSwitchStatement(node))
      ? []
      : (ts.getTrailingCommentRanges(text, node.getEnd()) ?? []);
  const last = after.at(-1);
  return { leading, trailing: last ? written(last) : null };
}

/** A statement for origins; `text` where the node's own text would not read well. */
export function makeStatement(id: number, node: ts.Node, text: string, withComments = true): Statement {
  const { leading, trailing } = withComments ? commentsOf(node) : { leading: [], trailing: null };
  return { id, text, leading, trailing, loc: locOf(node) };
}
