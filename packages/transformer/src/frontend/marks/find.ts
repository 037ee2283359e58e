/**
 * Finds the marked functions of a file. A tag is never ignored: it is followed, or a finding says where it stands and what to write.
 */
import ts from "typescript";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { finding, type Finding, type Place } from "../../diagnostics/diagnostic.ts";
import type { Entry } from "../../diagnostics/entry.ts";
import { derivativeName, derivativeTarget } from "./derivativeOf.ts";
import { readExisting, type Existing } from "./existing.ts";
import { isJavaScript } from "../programs/program.ts";
import type { FunctionNode, SourceFunction } from "../programs/source.ts";
import { findTags, readTag, type TagMention, type Word } from "./tags.ts";
import { mayHaveTags, nearest } from "./tagWords.ts";
import { isCallable, tagTarget, type TagTarget } from "./tagTarget.ts";
import { checkWrt, parameterNames } from "./wrt.ts";

/** The derivative functions `with` may ask for. */
const withWords = ["jvp", "into", "vjp"];

/**
 * The functions of the file that are marked and may be lowered, in the order of the text. Tags that cannot be followed are
 * reported; their functions are left out. Without a checker fields after `wrt` are not checked.
 *
 * @example
 * findMarked(sourceFile, checker, reporter.report) // → [{ name: "f", wrt: [["model", "b"]], … }]
 */
export function findMarked(sourceFile: ts.SourceFile, checker: ts.TypeChecker | undefined, report: (finding: Finding) => void): readonly SourceFunction[] {
  if (!mayHaveTags(sourceFile.text)) return [];
  const marked = new Map<ts.Node, SourceFunction | null>();
  for (const mention of findTags(sourceFile)) {
    const target = tagTarget(mention.token, sourceFile);
    if (isProse(mention, target)) continue;
    const complain = <P>(entry: Entry<P>, data: P, place: Place = placeOf(mention, sourceFile)): void => report(finding(entry, data, place));
    const found = follow(mention, target, { sourceFile, checker, complain, earlier: marked });
    if (target.kind !== "function" || mention.tag === "derivativeOf" || mention.tag === "checkpoint") continue;
    // A second tag, or a broken one, takes the function out.
    marked.set(target.node, marked.has(target.node) ? null : found);
  }
  const existing = readExisting(sourceFile);
  return [...marked.values()].filter((each) => each !== null).filter((each) => isFree(each, existing, report)).sort((a, b) => a.node.pos - b.node.pos);
}

/** The names of the functions that carry a tag, whether or not it can be followed, in the order of the text. */
export function taggedNames(sourceFile: ts.SourceFile): readonly string[] {
  if (!mayHaveTags(sourceFile.text)) return [];
  const names = findTags(sourceFile).flatMap((mention) => {
    if (mention.tag !== "differentiable" && mention.tag !== null) return [];
    const target = tagTarget(mention.token, sourceFile);
    return target.kind === "function" && target.name !== null && !isProse(mention, target) ? [target.name] : [];
  });
  return [...new Set(names)];
}

/** Is there room for the derivative beside the function? One of an earlier run is there already: nothing is left to do. */
function isFree({ name, node, sourceFile, with: also }: SourceFunction, existing: Existing, report: (finding: Finding) => void): boolean {
  const siblings = [`grad_${name}`, `vjp_${name}`, `grad_${name}_into`, ...(also.includes("jvp") ? [`jvp_${name}`] : [])];
  const taken = siblings.find((sibling) => existing.author(sibling) === "person");
  if (taken !== undefined) {
    const at = (ts.isVariableDeclaration(node.parent) ? node.parent.name : node.name) ?? node;
    report(finding(catalogue.siblingTaken, { name, sibling: taken }, { fileName: sourceFile.fileName, start: at.getStart(sourceFile), end: at.end }));
    return false;
  }
  return siblings.every((sibling) => existing.author(sibling) === "nobody");
}

/**
 * A mention in the middle of a sentence: counts as a tag only if it stands directly on something callable and nothing but the
 * clauses of a tag follow. ("Used by the `@differentiable` functions below" is prose; the same words without "functions below" are not.)
 */
function isProse(mention: TagMention, target: TagTarget): boolean {
  if (mention.first) return false;
  return !isCallable(target) || !/^\s*$|^\s+(wrt|with|-)(\s|$)|^\s*\*\/\s*$/.test(mention.after.split("\n", 1)[0] ?? "");
}

interface Following {
  readonly sourceFile: ts.SourceFile;
  readonly checker: ts.TypeChecker | undefined;
  readonly complain: <P>(entry: Entry<P>, data: P, place?: Place) => void;
  readonly earlier: ReadonlyMap<ts.Node, SourceFunction | null>;
}

/** `@checkpoint` stands on a loop, in a comment that is a tag; what loops it can do is said where they are lowered. */
function checkCheckpoint(mention: TagMention, target: TagTarget, complain: Following["complain"]): void {
  if (mention.comment !== "jsdoc" || target.kind !== "other" || !target.loop) complain(catalogue.checkpointOnNoLoop, { comment: mention.comment === "jsdoc" });
}

/** What the tag marks, or null with a complaint. */
function follow(mention: TagMention, target: TagTarget, { sourceFile, checker, complain, earlier }: Following): SourceFunction | null {
  const name = "name" in target ? target.name : null;
  if (mention.tag === "checkpoint") return checkCheckpoint(mention, target, complain), null;
  if (mention.tag === "derivativeOf") return checkDerivativeOf(mention, target, { sourceFile, checker, complain, earlier }), null;
  if (isJavaScript(sourceFile.fileName)) {
    return complain(catalogue.tagInJavaScript, { fileName: sourceFile.fileName, renamed: sourceFile.fileName.replace(/\.([mc]?)js(x?)$/i, ".$1ts$2") }), null;
  }
  if (mention.tag === null) return complain(catalogue.tagMisspelt, { found: mention.word, target: name }), null;
  if (mention.comment !== "jsdoc") {
    const comment = mention.comment === "line" ? "`//`" : "`/* */`";
    return complain(catalogue.tagInPlainComment, { comment, rest: clausesOf(mention) }), null;
  }
  switch (target.kind) {
    case "nothing": return complain(catalogue.tagOnNothing, {}), null;
    case "other": return complain(catalogue.tagOnNoFunction, { what: target.what }), null;
    case "many": return complain(catalogue.tagOnMany, { names: target.names }), null;
    case "variable": return complain(catalogue.tagOnVariable, { name: target.name, keyword: target.keyword }), null;
    case "member": return complain(catalogue.tagOnMember, { what: target.what, name: target.name }), null;
    case "inner": return complain(catalogue.tagOnInner, { name: target.name, outer: target.outer }), null;
    case "signature": return complain(catalogue.tagOnSignature, { what: target.what, name: target.name }), null;
    case "function": break;
  }
  const { node } = target;
  if (target.name === null) return complain(catalogue.tagNoName, {}), null;
  if (earlier.has(node)) return complain(catalogue.tagTwice, { name: target.name }), null;
  const wrong = oneRun(node);
  if (wrong !== null) return complain(catalogue.asyncOrGenerator, { what: wrong, name: target.name }), null;

  // From here on every clause is read, so that one compile shows all that is wrong with a tag.
  const says = readTag(mention.after);
  let good = true;
  const refuse = <P>(entry: Entry<P>, data: P, word: Word): void => {
    good = false;
    complain(entry, data, { fileName: sourceFile.fileName, start: mention.offsets[word.start]!, end: mention.offsets[word.end - 1]! + 1 });
  };
  if (says.stray !== null) {
    const { word, clause } = says.stray;
    refuse(catalogue.tagUnknownWord, { word: word.text, clause, rest: (mention.after.slice(word.start).split("\n", 1)[0] ?? "").trim() }, word);
  }
  if (says.empty !== null)
    refuse(
      catalogue.tagMissingName,
      { word: says.empty.clause, fix: says.empty.clause === "with" ? "with vjp" : `wrt ${parameterNames(node).join(", ")}` },
      says.empty.word,
    );
  for (const word of says.with ?? []) {
    if (!withWords.includes(word.text)) refuse(catalogue.tagUnknownWith, { word: word.text, nearest: nearest(word.text, withWords) }, word);
  }
  const wrt: (readonly string[])[] = [];
  for (const word of says.wrt ?? []) {
    const problem = checkWrt(word.text, target.name, node, checker);
    if (problem !== null) problem((entry, data) => refuse(entry, data, word));
    else wrt.push(word.text.split("."));
  }
  if (!good) return null;
  return {
    name: target.name,
    node,
    sourceFile,
    exported: target.exported,
    wrt: says.wrt === null ? null : wrt,
    with: (says.with ?? []).map((word) => word.text),
  };
}

/** A tag that names no function, or stands on none, says nothing. */
function checkDerivativeOf(mention: TagMention, target: TagTarget, { sourceFile, checker, complain }: Following): void {
  const name = derivativeName(mention);
  const means = name !== null && (checker === undefined || derivativeTarget(name, sourceFile, checker) !== undefined);
  if (target.kind !== "function" || !means || target.name === name)
    complain(catalogue.derivativeOf, {
      name,
      target: target.kind === "function",
      nearest: name === null ? null : means ? name : nearest(name, [...readExisting(sourceFile).declared]),
    });
}

/** The words of `wrt` and `with` to repeat in a suggestion: nothing if they are prose. */
function clausesOf(mention: TagMention): string {
  const line = (mention.after.split("\n", 1)[0] ?? "").trim();
  return line === "" || readTag(line).stray !== null ? "" : ` ${line}`;
}

/** Why the result of a function does not come from one run, or null. */
function oneRun(node: FunctionNode): string | null {
  const isAsync = node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) === true;
  const isGenerator = node.asteriskToken !== undefined;
  if (isAsync) return isGenerator ? "an asynchronous generator" : "asynchronous";
  return isGenerator ? "a generator" : null;
}

function placeOf(mention: TagMention, sourceFile: ts.SourceFile): Place {
  return { fileName: sourceFile.fileName, start: mention.start, end: mention.end };
}
