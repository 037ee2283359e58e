import ts from "typescript";

/** The derivatives that a function names, `grad_g`, `vjp_g` or `jvp_g`, with the function each is of. */
export function calledGradients(root: ts.Node): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting: ts.Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const of = ts.isIdentifier(node) ? /^(?:grad|vjp|jvp)_(.+)$/u.exec(node.text)?.[1] : undefined;
    if (of !== undefined && ts.isIdentifier(node)) found.set(node.text, of);
    ts.forEachChild(node, (child) => void waiting.push(child));
  }
  return found;
}
