import ts from "typescript";

/** `a = b`, `a += b` and the like. */
export function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
}

/** What an assignment, `++`, `--` or the head of `for…of` and `for…in` sets; undefined if the node sets nothing itself. */
export function targetOf(node: ts.Node): ts.Expression | undefined {
  if (isAssignment(node)) return node.left;
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken ? node.operand : undefined;
  return (ts.isForInStatement(node) || ts.isForOfStatement(node)) && ts.isExpression(node.initializer) ? node.initializer : undefined;
}

/** The variables that a target names, also within patterns; of `a.x` and `a[i]` none. */
export function eachTarget(target: ts.Node, visit: (name: ts.Identifier) => void): void {
  if (ts.isIdentifier(target)) visit(target);
  else if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) ts.forEachChild(target, (child) => eachTarget(child, visit));
}

const knownNames = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/** The names of all variables of a file that something assigns after their declaration. */
export function assignedNames(file: ts.SourceFile): ReadonlySet<string> {
  let found = knownNames.get(file);
  if (!found) {
    const names = new Set<string>(), waiting: ts.Node[] = [file];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const target = targetOf(node);
      if (target) eachTarget(target, (id) => names.add(id.text));
      ts.forEachChild(node, (child) => void waiting.push(child));
    }
    knownNames.set(file, names);
    found = names;
  }
  return found;
}
