/** Finds what looks like a tag of ours in the comments of a file, and reads what a tag says. */
import ts from "typescript";
import { knownTag, tagWords, type TagName } from "./tagWords.ts";

/** Something in a comment that is, or was meant to be, a tag. */
export interface TagMention {
  /** The word as written, with its `@`. */
  readonly word: string;
  /** Which tag it is, or null for a misspelling of `@differentiable`. */
  readonly tag: TagName | null;
  readonly start: number;
  readonly end: number;
  /** What follows up to the end of the comment or the next tag, without the stars of the margin; offsets are kept by `offsets`. */
  readonly after: string;
  /** The offset in the file of each character of `after`, and of its end. */
  readonly offsets: readonly number[];
  readonly comment: "jsdoc" | "block" | "line";
  /** Nothing but the margin stands before it on its line of the comment. */
  readonly first: boolean;
  /** The token that follows the comment. */
  readonly token: ts.Node;
}

/** Everything in the comments of a file that looks like a tag, in the order of the text. Parents must be set. */
export function findTags(sourceFile: ts.SourceFile): readonly TagMention[] {
  const text = sourceFile.text;
  const mentions: TagMention[] = [];
  for (const match of text.matchAll(tagWords)) {
    const name = match[1] ?? "";
    const tag = knownTag(name);
    const spaced = match[0].length !== name.length + 1;
    if (tag === undefined || (spaced && tag !== null && tag !== "differentiable")) continue;
    const place = commentAt(sourceFile, match.index);
    if (place === undefined) continue;
    const { range, token } = place;
    const isLine = range.kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const isJsDoc = !isLine && text.startsWith("/**", range.pos) && range.end - range.pos > 4;
    const before = text.slice(text.lastIndexOf("\n", match.index - 1) + 1, match.index);
    const margin = match.index - before.length < range.pos ? text.slice(range.pos, match.index) : before;
    // `user@differentiable.org` and `{@link …}` are no tags.
    if (/[\p{L}\p{N}_.`"'{]$/u.test(margin)) continue;
    mentions.push({
      word: match[0], tag: spaced ? null : tag, start: match.index, end: match.index + match[0].length,
      ...textAfter(text, match.index + match[0].length, isLine ? range.end : range.end - 2),
      comment: isLine ? "line" : isJsDoc ? "jsdoc" : "block",
      first: /^\s*(\/\/+|\/\*+)?[\s*]*$/.test(margin), token,
    });
  }
  return mentions;
}

/** The comment around an offset and the token after it; undefined if the offset is in code, a string, a template or JSX text. */
function commentAt(sourceFile: ts.SourceFile, offset: number): { readonly range: ts.CommentRange; readonly token: ts.Node } | undefined {
  let node: ts.Node = sourceFile;
  for (;;) {
    const inside: ts.Node | undefined = node.getChildren(sourceFile).find((child) => !isDoc(child) && child.pos <= offset && offset < child.end);
    // The end-of-file token is empty, so that a comment before it lies in nothing else.
    if (inside === undefined) {
      if (node !== sourceFile) break;
      node = sourceFile.endOfFileToken;
      break;
    }
    node = inside;
  }
  const text = sourceFile.text;
  const from = node.pos;
  const ranges = [...(ts.getTrailingCommentRanges(text, from) ?? []), ...(ts.getLeadingCommentRanges(text, from) ?? [])];
  const range = ranges.find((candidate) => candidate.pos <= offset && offset < candidate.end);
  return range === undefined || node.kind === ts.SyntaxKind.JsxText ? undefined : { range, token: node };
}

function isDoc(node: ts.Node): boolean {
  return node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode;
}

/** The text of a comment from an offset to the next tag, without margins, line ends as `\n`. */
function textAfter(text: string, start: number, end: number): { readonly after: string; readonly offsets: readonly number[] } {
  let after = "";
  const offsets: number[] = [];
  let lineStart = false;
  for (let at = start; at < end; at++) {
    const char = text.charAt(at);
    if (char === "\r") continue;
    if (lineStart && (char === " " || char === "\t" || char === "*")) continue;
    if (lineStart && char === "@") break;
    lineStart = char === "\n";
    after += char;
    offsets.push(at);
  }
  offsets.push(end);
  return { after, offsets };
}

// ---------------------------------------------------------------- what a tag says

/** A stretch of `after`. */
export interface Word { readonly text: string; readonly start: number; readonly end: number }

export interface TagText {
  readonly wrt: readonly Word[] | null;
  readonly with: readonly Word[] | null;
  /** The first word that fits nowhere, with the clause it follows. */
  readonly stray: { readonly word: Word; readonly clause: "wrt" | "with" | null } | null;
  /** A clause without names. */
  readonly empty: { readonly clause: "wrt" | "with"; readonly word: Word } | null;
}

/**
 * Reads `wrt w, model.b with into - prose`. The clauses stand on the line of the tag; they go on to the next line after a comma
 * or when that line begins with `wrt` or `with`. Everything after ` - `, or on later lines, is prose.
 */
export function readTag(after: string): TagText {
  const tokens = [...after.matchAll(/\n|,|-+(?=\s|$)|[^\s,]+/gu)].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
  let clause: "wrt" | "with" | null = null;
  let clauseWord: Word | null = null;
  const found: Record<"wrt" | "with", Word[] | null> = { wrt: null, with: null };
  let comma = true; // a name may follow
  let empty: TagText["empty"] = null;
  const close = (): void => {
    if (clause !== null && clauseWord !== null && (found[clause]?.length ?? 0) === 0) empty ??= { clause, word: clauseWord };
  };
  for (const [index, token] of tokens.entries()) {
    if (token.text === "\n") {
      const next = tokens[index + 1]?.text;
      const goesOn = next === "wrt" || next === "with" || (clause !== null && comma && (found[clause]?.length ?? 0) > 0);
      if (goesOn) continue;
      break;
    }
    if (/^(-+|–|—)$/.test(token.text)) break;
    if (token.text === "wrt" || token.text === "with") {
      close();
      clause = token.text;
      clauseWord = token;
      found[clause] ??= [];
      comma = true;
    } else if (token.text === ",") {
      if (clause === null || comma) return { ...found, stray: { word: token, clause }, empty };
      comma = true;
    } else if (clause === null || !comma) {
      return { ...found, stray: { word: token, clause }, empty };
    } else {
      found[clause]!.push(token);
      comma = false;
    }
  }
  close();
  return { ...found, stray: null, empty };
}
