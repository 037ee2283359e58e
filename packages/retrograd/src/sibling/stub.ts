import ts from "typescript";
import type { Diagnostic } from "../compiler.ts";
import { gradientType } from "./gradientType.ts";
import type { MarkedFunction } from "./markedFunctions.ts";

/** A stand-in for a gradient that could not be made. */
export interface Stub {
  readonly gradientName: string;
  readonly text: string;
}

/**
 * A function with the signature the gradient would have, which throws the diagnostic: so nobody goes on with yesterday's gradient,
 * and what imports it still type-checks. It takes its parameters from `typeof f`, and has a `d` field for every parameter that may
 * have a gradient (also for numbers that turn out to act as integers: that is only known of a function that could be read).
 */
export function stub(
  fn: MarkedFunction,
  sourceName: string,
  checker: ts.TypeChecker,
  diagnostic: Diagnostic | undefined,
): Stub {
  const signature = checker.getSignatureFromDeclaration(fn.node);
  const result = signature === undefined ? undefined : checker.getReturnTypeOfSignature(signature);
  const isNumber =
    result === undefined || (result.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.Any | ts.TypeFlags.Never)) !== 0;
  const seed = isNumber || result === undefined ? null : (gradientType(result, checker) ?? "never");
  const parameters =
    seed === null ? `Parameters<typeof ${fn.name}>` : `[dvalue: ${seed}, ...Parameters<typeof ${fn.name}>]`;
  const value = isNumber ? "number" : `ReturnType<typeof ${fn.name}>`;
  const fields = fn.node.parameters
    .flatMap((parameter) => boundNames(parameter.name))
    .flatMap((name) => {
      if (fn.wrt !== null && !fn.wrt.includes(name.text)) return [];
      const type = gradientType(checker.getTypeAtLocation(name), checker);
      return type === null ? [] : [`d${name.text}: ${type}`];
    });
  const gradientName = `${seed === null ? "grad" : "vjp"}_${fn.name}`;
  const reason =
    diagnostic === undefined
      ? `${sourceName}: ${fn.name} could not be differentiated`
      : `${sourceName}:${diagnostic.line}:${diagnostic.column} ${diagnostic.code} ${diagnostic.message}${diagnostic.help === "" ? "" : `\nhelp: ${diagnostic.help}`}`;
  return {
    gradientName,
    text: [
      `/** There is no gradient of {@link ${fn.name}}: calling this throws the reason. */`,
      `export function ${gradientName}(..._parameters: ${parameters}): { ${[`value: ${value}`, ...fields].join("; ")} } {`,
      `  throw new Error(${JSON.stringify(reason)});`,
      "}",
    ].join("\n"),
  };
}

function boundNames(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}
