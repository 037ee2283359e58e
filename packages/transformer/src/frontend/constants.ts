import ts from "typescript";

/**
 * Whether a variable of a module holds what it was declared with for good: `const`, or `var` and `let` that nothing in their file
 * assigns (other modules cannot). Code compiled from newer JavaScript declares its constants with `var`.
 */
export function isConstant(symbol: ts.Symbol, declaration: ts.VariableDeclaration, program: ts.Program): boolean {
  if (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) return true;
  const file = declaration.getSourceFile();
  // A `var` in a block or declared twice may be met before it is set.
  if (symbol.declarations?.length !== 1 || declaration.parent.parent.parent !== file) return false;
  // Scripts share their variables.
  const writers = ts.isExternalModule(file) ? [file] : program.getSourceFiles().filter((other) => !other.isDeclarationFile);
  return !writers.some((other) => assignedNames(other).has(symbol.name));
}

const assigned = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/** The names that are assigned anywhere in a file, whatever they mean there. */
function assignedNames(file: ts.SourceFile): ReadonlySet<string> {
  const known = assigned.get(file);
  if (known) return known;
  const names = new Set<string>();
  const target = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) ts.forEachChild(node, target);
  };
  // Without recursion: a sum of a thousand terms is a tree as deep.
  const left: ts.Node[] = [file];
  for (let node = left.pop(); node; node = left.pop()) {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) target(node.left);
    else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) target(node.operand);
    else if ((ts.isForInStatement(node) || ts.isForOfStatement(node)) && ts.isExpression(node.initializer)) target(node.initializer);
    ts.forEachChild(node, (child) => { left.push(child); });
  }
  assigned.set(file, names);
  return names;
}
