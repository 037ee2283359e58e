import ts from "typescript";
import type { Diagnostic } from "../compiler.ts";
import { gradientType } from "../sibling/gradientType.ts";
import type { MarkedFunction } from "../sibling/markedFunctions.ts";
import { exact, short } from "./show.ts";
import type { RunResult } from "./record.ts";
import type { Row } from "./rows.ts";

export interface WhyInput {
  readonly parameter: string;
  readonly fn: MarkedFunction;
  readonly checker: ts.TypeChecker;
  readonly run: Extract<RunResult, { readonly kind: "ran" }>;
  readonly input: Row | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Says why the gradient by a parameter is missing or zero, or that it is neither. */
export function why({ parameter, fn, checker, run, input, diagnostics }: WhyInput): string {
  const field = `d${parameter}`;
  const name = parameterName(fn, parameter);
  if (name === undefined) return `${fn.name} has no parameter ${parameter}`;
  const uses = usesOf(fn, parameter);
  if (!Object.hasOwn(run.result, field)) {
    const type = checker.getTypeAtLocation(name);
    if (fn.wrt !== null && !fn.wrt.includes(parameter))
      return `there is no ${field}: the tag says \`wrt ${fn.wrt.join(", ")}\`, which leaves ${parameter} out`;
    if (gradientType(type, checker) === null)
      return `there is no ${field}: ${parameter} is of type ${checker.typeToString(type)}, whose values do not vary continuously`;
    return `there is no ${field}: ${parameter} acts only as an integer (a bound, an index, a comparison${uses.length > 0 ? `; line ${uses.join(", ")}` : ""}). Name it after \`wrt\` to have one all the same`;
  }
  const value = run.result[field];
  const warning = diagnostics.find(
    (diagnostic) => diagnostic.category === "warning" && diagnostic.message.includes(`\`${parameter}\``),
  );
  if (!isZero(value)) return `${field} is neither missing nor zero: it is ${exact(value)}`;
  if (uses.length === 0) return `${field} is 0: ${parameter} is not used`;
  if (warning !== undefined) return `${field} is 0: ${warning.message}`;
  const shares = (input?.shares ?? []).filter((share) => share.value !== null);
  if (shares.length === 0)
    return `${field} is 0: nothing flowed to ${parameter} in this run. It is used at line ${uses.join(", ")}, in a branch or a trip that was not taken, or only to decide`;
  if (shares.every((share) => share.value === 0))
    return `${field} is 0: every share of it is zero: ${shares.map((share) => `${share.from === null ? share.factor : `${share.from}: × ${share.factor}`} = 0`).join(", ")}`;
  return `${field} is 0 because its shares cancel: ${shares.map((share) => short(share.value)).join(" + ")}`;
}

const isZero = (value: unknown): boolean =>
  typeof value === "number"
    ? value === 0
    : typeof value === "object" && value !== null && Object.values(value).every(isZero);

function parameterName(fn: MarkedFunction, parameter: string): ts.Identifier | undefined {
  const find = (name: ts.BindingName): ts.Identifier | undefined => {
    if (ts.isIdentifier(name)) return name.text === parameter ? name : undefined;
    for (const element of name.elements) {
      const found = ts.isBindingElement(element) ? find(element.name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return fn.node.parameters.map((each) => find(each.name)).find((found) => found !== undefined);
}

/** The lines of the body that mention a parameter. */
function usesOf(fn: MarkedFunction, parameter: string): readonly number[] {
  const file = fn.node.getSourceFile();
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === parameter)
      lines.add(file.getLineAndCharacterOfPosition(node.getStart()).line + 1);
    ts.forEachChild(node, visit);
  };
  if (fn.node.body !== undefined) visit(fn.node.body);
  return [...lines];
}
