import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Formula } from "../../rules/formula.ts";
import { gates } from "../../rules/gates.ts";
import { matrices } from "../../rules/matrices.ts";
import { tables } from "../../rules/rulebook.ts";
import { parseFormula } from "./formula.ts";

/** The same as TypeScript's parser reads it. */
function asTypeScript(text: string): Formula {
  const source = ts.createSourceFile("formula.ts", `(${text});`, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS);
  const statement = source.statements[0];
  return source.statements.length === 1 && statement && ts.isExpressionStatement(statement) && statement.end === text.length + 3
    ? convert(statement.expression)
    : fail();
}

const fail = (): never => { throw new Error("not a formula"); };

function convert(node: ts.Expression): Formula {
  const sub = (part: ts.Expression): Formula => convert(part);
  const apply = (op: string, ...args: readonly ts.Expression[]): Formula => ({ kind: "apply", op, args: args.map(sub) });
  if (ts.isParenthesizedExpression(node)) return sub(node.expression);
  if (ts.isNumericLiteral(node)) return { kind: "literal", value: Number(node.text) };
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return { kind: "literal", value: node.kind === ts.SyntaxKind.TrueKeyword };
  if (ts.isStringLiteral(node)) return { kind: "literal", value: node.text };
  if (ts.isIdentifier(node)) {
    if (node.text === "Infinity" || node.text === "NaN") return { kind: "literal", value: Number(node.text), text: node.text };
    // The parser puts an empty name where an operand is missing.
    return node.text === "" ? fail() : { kind: "name", name: node.text };
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (node.name.text === "rows" || node.name.text === "cols") return apply(`.${node.name.text}`, node.expression);
    const value: unknown = Object.getOwnPropertyDescriptor(Math, node.name.text)?.value;
    const spelling = `Math.${node.name.text}`;
    return typeof value === "number" && nameOf(node) === spelling ? { kind: "literal", value, text: spelling } : fail();
  }
  if (ts.isCallExpression(node)) {
    const callee = nameOf(node.expression);
    return callee === null || node.arguments.some(ts.isSpreadElement) ? fail() : apply(callee, ...node.arguments);
  }
  if (ts.isPrefixUnaryExpression(node)) {
    const op = prefixes.get(node.operator) ?? fail();
    // `-1` is a number, as in the text of a user.
    if (op === "neg" && ts.isNumericLiteral(node.operand)) return { kind: "literal", value: -Number(node.operand.text) };
    return apply(op, node.operand);
  }
  if (ts.isBinaryExpression(node)) return apply(ts.tokenToString(node.operatorToken.kind) ?? fail(), node.left, node.right);
  if (ts.isConditionalExpression(node)) return apply("?:", node.condition, node.whenTrue, node.whenFalse);
  return fail();
}

const prefixes: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.MinusToken, "neg"], [ts.SyntaxKind.PlusToken, "pos"], [ts.SyntaxKind.ExclamationToken, "!"], [ts.SyntaxKind.TildeToken, "~"],
]);

/** `f` or `Math.f`; null for anything else. */
function nameOf(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) ? `${node.expression.text}.${node.name.text}` : null;
}

describe("formulas", () => {
  const texts = (table: object): readonly string[] =>
    Object.values(table).flatMap((rule: object) =>
      Object.entries(rule).flatMap(([name, value]: [string, unknown]) => {
        if (name === "formulas" || name === "tangents") return Object.values(value ?? {}).filter((each): each is string => typeof each === "string");
        return name === "spellings" ? (value as readonly string[]) : name === "rule" ? texts({ value }) : [];
      }),
    );

  it("of the tables are read as TypeScript reads them", () => {
    const all = new Set([...texts(tables), ...texts(matrices), ...texts(gates)]);
    expect(all.size).toBeGreaterThan(150);
    for (const text of all) expect(parseFormula(text), text).toEqual(asTypeScript(text));
  });

  it("have the operators of TypeScript, which bind as there", () => {
    const operators = ["+", "-", "*", "/", "%", "**", "&&", "||", "===", "!==", "<", "<=", ">", ">=", "<<", ">>", ">>>", "&", "|", "^"];
    for (const a of operators)
      // `a < b > c` and `a << (b) > (c)` might be the beginning of a call with types.
      for (const b of operators.filter((other) => !(a.startsWith("<") && other.startsWith(">"))))
        for (const text of [`a ${a} b ${b} c`, `-f(a) * 1 ${a} (!b) ${b} (s = -2.5e-3)`, `(a ${a} b).rows ? Math.max(a ${b} b, Math.PI) : s = NaN ${b} true`])
          expect(parseFormula(text), text).toEqual(asTypeScript(text));
  });

  it("are nothing else", () => {
    for (const text of ["", "(", "a b", "1 +", "f(", "f(,)", "a.b", "Math.foo", "Math", "a ? b", "--a", "-a ** b", "a, b", "#", "a[0]", "'a'"])
      expect(() => parseFormula(text), text).toThrow();
  });
});
