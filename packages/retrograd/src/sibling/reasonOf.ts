import type { Diagnostic } from "../compiler.ts";
import type { MarkedFunction } from "./markedFunctions.ts";

/** The first error inside the function, else one that names it (in a callee), else any error of the file. */
export function reasonOf(fn: MarkedFunction, diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  const errors = diagnostics.filter((diagnostic) => diagnostic.category === "error");
  const { fileName } = fn.node.getSourceFile();
  const inside = (diagnostic: Diagnostic): boolean =>
    diagnostic.fileName === fileName &&
    diagnostic.start >= fn.statement.getFullStart() &&
    diagnostic.start < fn.statement.end;
  const named = (diagnostic: Diagnostic): boolean =>
    new RegExp(`\`(?:grad_|vjp_|jvp_)?${fn.name.replace(/\$/g, "\\$")}\``).test(diagnostic.message);
  return errors.find(inside) ?? errors.find(named) ?? errors[0];
}
