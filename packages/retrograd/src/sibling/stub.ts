import ts from "typescript";
import type { Diagnostic } from "../compiler.ts";
import { gradientType } from "./gradientType.ts";
import type { MarkedFunction } from "./markedFunctions.ts";

/** A stand-in for a gradient that could not be made. */
export interface Stub {
  readonly text: string;
  /** The functions it declares. */
  readonly names: readonly string[];
}

/**
 * Functions with the signatures the derivatives would have, which throw the diagnostic: so nobody goes on with yesterday's gradient,
 * and what imports it still type-checks. They take their parameters from `typeof f`, and have a `d` field for every parameter that may
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
  const seed = isNumber || result === undefined ? "number" : (gradientType(result, checker) ?? "never");
  const value = isNumber ? "number" : `ReturnType<typeof ${fn.name}>`;
  const fields = fn.node.parameters
    .flatMap((parameter) => boundNames(parameter.name))
    .flatMap((name) => {
      if (fn.wrt !== null && !fn.wrt.includes(name.text)) return [];
      const type = gradientType(checker.getTypeAtLocation(name), checker);
      return type === null ? [] : [`d${name.text}: ${type}`];
    });
  const also = ["vjp", "into", "jvp"].filter((kind) => fn.with.includes(kind));
  const kinds = isNumber ? ["grad", ...also] : ["vjp", ...also.filter((kind) => kind === "jvp")];
  const reason =
    diagnostic === undefined
      ? `${sourceName}: ${fn.name} could not be differentiated`
      : `${sourceName}:${diagnostic.line}:${diagnostic.column} ${diagnostic.code} ${diagnostic.message}${diagnostic.help === "" ? "" : `\nhelp: ${diagnostic.help}`}`;
  const nameOf = (kind: string): string => (kind === "into" ? `grad_${fn.name}_into` : `${kind}_${fn.name}`);
  const texts = kinds.map((kind) => {
    const record = `{ ${fields.join("; ")} }`;
    const first =
      kind === "vjp"
        ? `dvalue: ${seed}`
        : kind === "into"
          ? `out: ${record}`
          : kind === "jvp"
            ? `tangents: ${record}`
            : null;
    const parameters =
      first === null ? `Parameters<typeof ${fn.name}>` : `[${first}, ...Parameters<typeof ${fn.name}>]`;
    const derivatives = kind === "jvp" ? [`dvalue: ${seed}`] : fields;
    const returns = kind === "into" ? value : `{ ${[`value: ${value}`, ...derivatives].join("; ")} }`;
    return [
      `/** There is no gradient of {@link ${fn.name}}: calling this throws the reason. */`,
      `export function ${nameOf(kind)}(..._parameters: ${parameters}): ${returns} {`,
      `  throw new Error(${JSON.stringify(reason)});`,
      "}",
    ].join("\n");
  });
  return { text: texts.join("\n\n"), names: kinds.map(nameOf) };
}

function boundNames(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}
