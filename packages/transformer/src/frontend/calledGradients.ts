import ts from "typescript";

/** The functions whose gradients a function names: `g` for a mention of `grad_g`. */
export function calledGradients(root: ts.Node): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting: ts.Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (ts.isIdentifier(node) && node.text.startsWith("grad_")) found.add(node.text.slice("grad_".length));
    ts.forEachChild(node, (child) => void waiting.push(child));
  }
  return found;
}
