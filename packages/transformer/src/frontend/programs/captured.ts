import ts from "typescript";

const mentionedInside = new WeakMap<ts.Node, ReadonlySet<ts.Symbol>>();

/** Whether a function nested in the one that declares the variable mentions it. */
export function isCaptured(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  let owner: ts.Node | undefined = symbol.valueDeclaration?.parent;
  while (owner && !ts.isFunctionLike(owner)) owner = owner.parent;
  if (!owner) return false;
  let found = mentionedInside.get(owner);
  if (!found) {
    const symbols = new Set<ts.Symbol>();
    const collect = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const shorthand = ts.isShorthandPropertyAssignment(node.parent) ? checker.getShorthandAssignmentValueSymbol(node.parent) : undefined;
        const mentioned = shorthand ?? checker.getSymbolAtLocation(node);
        if (mentioned) symbols.add(mentioned);
      }
      ts.forEachChild(node, collect);
    };
    const visit = (node: ts.Node): void => { if (node !== owner && ts.isFunctionLike(node)) collect(node); else ts.forEachChild(node, visit); };
    visit(owner);
    found = symbols;
    mentionedInside.set(owner, found);
  }
  return found.has(symbol);
}
