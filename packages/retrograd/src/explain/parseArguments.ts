import ts from "typescript";
import { UsageError } from "../usage.ts";

/** Values that can be written on the command line. */
export type Value =
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Value[]
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint8Array
  | { readonly [name: string]: Value };

const typedArrays = { Float64Array, Float32Array, Int32Array, Uint8Array };

/**
 * Reads the arguments of a call: numbers (also NaN, Infinity), strings, booleans, arrays, objects, `new Float64Array([1, 2])`.
 * The text is read as data, never run.
 *
 * @throws UsageError that names what is not a literal.
 */
export function parseArguments(text: string): readonly Value[] {
  const file = ts.createSourceFile("at.ts", `[${text}\n];`, ts.ScriptTarget.Latest, true);
  const statement = file.statements[0];
  const isOne =
    file.statements.length === 1 &&
    statement !== undefined &&
    ts.isExpressionStatement(statement) &&
    ts.isArrayLiteralExpression(statement.expression);
  if (!isOne || syntaxErrors(text))
    throw new UsageError(`--at takes arguments as in a call, for example 3,-4 or "[1, 2], 0.5", not ${text}`);
  return statement.expression.elements.map(read);
}

const syntaxErrors = (text: string): boolean =>
  (
    ts.transpileModule(`[${text}\n];`, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.Latest } })
      .diagnostics ?? []
  ).length > 0;

function read(node: ts.Expression): Value {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return read(node.expression);
  if (
    ts.isPrefixUnaryExpression(node) &&
    (node.operator === ts.SyntaxKind.MinusToken || node.operator === ts.SyntaxKind.PlusToken)
  ) {
    const value = read(node.operand);
    if (typeof value === "number") return node.operator === ts.SyntaxKind.MinusToken ? -value : value;
  }
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(read);
  if (ts.isObjectLiteralExpression(node)) return Object.fromEntries(node.properties.map(readProperty));
  if (ts.isNewExpression(node)) return readTyped(node);
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return true;
    case ts.SyntaxKind.FalseKeyword:
      return false;
    case ts.SyntaxKind.NullKeyword:
      return null;
  }
  const names = new Map<string, Value>([
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["undefined", undefined],
  ]);
  if (ts.isIdentifier(node) && names.has(node.text)) return names.get(node.text);
  throw new UsageError(`--at takes literal values only, not ${node.getText()}`);
}

function readProperty(property: ts.ObjectLiteralElementLike): readonly [string, Value] {
  if (
    ts.isPropertyAssignment(property) &&
    (ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name) || ts.isNumericLiteral(property.name))
  )
    return [property.name.text, read(property.initializer)];
  throw new UsageError(`--at takes literal values only, not ${property.getText()}`);
}

function readTyped(node: ts.NewExpression): Value {
  const name = node.expression.getText();
  const [argument] = node.arguments ?? [];
  const elements = argument === undefined ? undefined : read(argument);
  if (
    Object.hasOwn(typedArrays, name) &&
    Array.isArray(elements) &&
    elements.every((element) => typeof element === "number")
  ) {
    return new typedArrays[name as keyof typeof typedArrays](elements); // checked in the line above
  }
  throw new UsageError(`--at takes literal values and typed arrays of numbers, not ${node.getText()}`);
}
