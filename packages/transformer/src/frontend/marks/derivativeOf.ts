import ts from "typescript";
import { findTags, type TagMention } from "./tags.ts";
import { mayHaveTags } from "./tagWords.ts";
import { tagTarget } from "./tagTarget.ts";
import type { FunctionNode } from "../programs/source.ts";

/** The name after `@derivativeOf`, or null. */
export function derivativeName(mention: TagMention): string | null {
  return /^\s*([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)?)/u.exec(mention.after)?.[1] ?? null;
}

/** What a checker says, kept as long as the checker. */
interface Known {
  readonly derivatives: Map<ts.SourceFile, ReadonlyMap<ts.Symbol, FunctionNode>>;
  readonly scopes: Map<ts.SourceFile, ReadonlyMap<string, ts.Symbol>>;
}
const knowledge = new WeakMap<ts.TypeChecker, Known>();

function knownTo(checker: ts.TypeChecker): Known {
  let known = knowledge.get(checker);
  if (!known) { known = { derivatives: new Map(), scopes: new Map() }; knowledge.set(checker, known); }
  return known;
}

/** What the tags `@derivativeOf g` of a file say: `g`, behind imports, with the function that is its derivative. */
export function readDerivativesOf(sourceFile: ts.SourceFile, checker: ts.TypeChecker): ReadonlyMap<ts.Symbol, FunctionNode> {
  const { derivatives } = knownTo(checker), known = derivatives.get(sourceFile);
  if (known) return known;
  const found = new Map<ts.Symbol, FunctionNode>();
  derivatives.set(sourceFile, found);
  if (!mayHaveTags(sourceFile.text)) return found;
  for (const mention of findTags(sourceFile)) {
    if (mention.tag !== "derivativeOf") continue;
    const target = tagTarget(mention.token, sourceFile), name = derivativeName(mention);
    const symbol = name === null || target.kind !== "function" ? undefined : derivativeTarget(name, sourceFile, checker);
    if (symbol && target.kind === "function") found.set(symbol, target.node);
  }
  return found;
}

/** The function that a name of the file stands for, behind imports; of an import that leads nowhere the import. */
export function derivativeTarget(name: string, sourceFile: ts.SourceFile, checker: ts.TypeChecker): ts.Symbol | undefined {
  const [first = "", member] = name.split(".");
  const symbol = inScope(checker, sourceFile).get(first);
  if (!symbol || member === undefined) return symbol;
  const found = checker.getPropertyOfType(checker.getTypeOfSymbolAtLocation(symbol, sourceFile), member);
  return found && behind(checker, found);
}

/** What the top level of a file can name, behind imports. */
export function inScope(checker: ts.TypeChecker, file: ts.SourceFile): ReadonlyMap<string, ts.Symbol> {
  const { scopes } = knownTo(checker);
  let found = scopes.get(file);
  if (!found) {
    found = new Map(
      checker.getSymbolsInScope(file.endOfFileToken, ts.SymbolFlags.Value | ts.SymbolFlags.Alias).map((symbol) => [symbol.name, behind(checker, symbol)]),
    );
    scopes.set(file, found);
  }
  return found;
}

/** What a name stands for, behind imports; of an import that leads nowhere the import itself. */
export function meant(checker: ts.TypeChecker, name: ts.Identifier): ts.Symbol | undefined {
  const local = checker.getSymbolAtLocation(name);
  return local && behind(checker, local);
}

export function behind(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  const exported = checker.getExportSymbolOfSymbol(symbol);
  if ((exported.flags & ts.SymbolFlags.Alias) === 0) return exported;
  const target = checker.getAliasedSymbol(exported);
  return target.declarations && target.declarations.length > 0 ? target : exported;
}
