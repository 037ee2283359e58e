import ts from "typescript";
import { eachTarget, targetOf } from "../programs/assignments.ts";

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
  // Without recursion: a sum of a thousand terms is a tree as deep.
  const left: ts.Node[] = [file];
  for (let node = left.pop(); node; node = left.pop()) {
    const target = targetOf(node);
    if (target) eachTarget(target, (name) => names.add(name.text));
    ts.forEachChild(node, (child) => { left.push(child); });
  }
  assigned.set(file, names);
  return names;
}
