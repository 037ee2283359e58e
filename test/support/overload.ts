/**
 * Runs TypeScript text over dual numbers: the fuzzer's, the traps' and the fixtures' exact oracle.
 *
 * Operators are rewritten to calls (`a + b` → `$.add(a, b)`), everything else (scopes, closures, control flow, aliasing,
 * evaluation order) is left to JavaScript itself. So the oracle's only knowledge of the language is the list of operators,
 * and nothing is shared with the compiler but TypeScript's parser.
 */
import ts from "typescript";
import { exportsOf, stripTypes } from "./stripTypes.ts";
import { operations, globals } from "./overloaded.ts";

const arithmetic: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusToken, "plus"], [ts.SyntaxKind.MinusToken, "sub"], [ts.SyntaxKind.AsteriskToken, "mul"],
  [ts.SyntaxKind.SlashToken, "div"], [ts.SyntaxKind.PercentToken, "mod"], [ts.SyntaxKind.AsteriskAsteriskToken, "pow"],
  [ts.SyntaxKind.AmpersandToken, "bitAnd"], [ts.SyntaxKind.BarToken, "bitOr"], [ts.SyntaxKind.CaretToken, "bitXor"],
  [ts.SyntaxKind.LessThanLessThanToken, "shl"], [ts.SyntaxKind.GreaterThanGreaterThanToken, "shr"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, "ushr"],
]);
const comparison: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, "lt"], [ts.SyntaxKind.LessThanEqualsToken, "le"], [ts.SyntaxKind.GreaterThanToken, "gt"],
  [ts.SyntaxKind.GreaterThanEqualsToken, "ge"], [ts.SyntaxKind.EqualsEqualsToken, "looseEq"],
  [ts.SyntaxKind.ExclamationEqualsToken, "looseNe"], [ts.SyntaxKind.EqualsEqualsEqualsToken, "eq"],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "ne"],
]);
const compound: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusEqualsToken, "plus"], [ts.SyntaxKind.MinusEqualsToken, "sub"], [ts.SyntaxKind.AsteriskEqualsToken, "mul"],
  [ts.SyntaxKind.SlashEqualsToken, "div"], [ts.SyntaxKind.PercentEqualsToken, "mod"],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, "pow"], [ts.SyntaxKind.AmpersandEqualsToken, "bitAnd"],
  [ts.SyntaxKind.BarEqualsToken, "bitOr"], [ts.SyntaxKind.CaretEqualsToken, "bitXor"],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, "shl"], [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, "shr"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, "ushr"],
]);
const lazy: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.AmpersandAmpersandToken, "and"], [ts.SyntaxKind.BarBarToken, "or"], [ts.SyntaxKind.QuestionQuestionToken, "coalesce"],
]);
const lazyCompound: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "and"], [ts.SyntaxKind.BarBarEqualsToken, "or"],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, "coalesce"],
]);
const predicates = new Set(["filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex"]);

/** The place behind `a[i]!`, `(x as number)`, `(x)`. */
function bare(e: ts.Expression): ts.Expression {
  while (ts.isParenthesizedExpression(e) || ts.isNonNullExpression(e) || ts.isAsExpression(e) || ts.isSatisfiesExpression(e)) e = e.expression;
  return e;
}

const overload: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const f = context.factory;
  const call = (name: string, ...args: ts.Expression[]): ts.Expression =>
    f.createCallExpression(f.createPropertyAccessExpression(f.createIdentifier("$"), name), undefined, args);
  const arrow = (body: ts.Expression, parameter?: string): ts.Expression =>
    f.createArrowFunction(
      undefined,
      undefined,
      parameter ? [f.createParameterDeclaration(undefined, undefined, parameter)] : [],
      undefined,
      undefined,
      f.createParenthesizedExpression(body),
    );
  const visitE = (e: ts.Expression): ts.Expression => ts.visitNode(e, visit) as ts.Expression;

  /** object and key of a place that is not a variable, each evaluated once */
  const place = (e: ts.Expression): [ts.Expression, ts.Expression] | undefined => {
    if (ts.isPropertyAccessExpression(e) && ts.isPrivateIdentifier(e.name)) return undefined; // no key says it: `this.#x = $.plus(this.#x, …)`
    if (ts.isPropertyAccessExpression(e)) return [visitE(e.expression), f.createStringLiteral(e.name.text)];
    if (ts.isElementAccessExpression(e)) return [visitE(e.expression), visitE(e.argumentExpression)];
    return undefined;
  };

  function assignment(node: ts.BinaryExpression): ts.Expression | undefined {
    const target = bare(node.left);
    const op = compound.get(node.operatorToken.kind);
    const shortCircuit = lazyCompound.get(node.operatorToken.kind);
    if (op === undefined && shortCircuit === undefined) return undefined;
    const where = place(target);
    const right = visitE(node.right);
    if (op !== undefined) {
      if (where) return call("update", ...where, arrow(call(op, f.createIdentifier("$old"), right), "$old"));
      return f.createParenthesizedExpression(f.createAssignment(target, call(op, target, right)));
    }
    if (where) return call("updateLazily", f.createStringLiteral(shortCircuit!), ...where, arrow(right));
    return call(shortCircuit!, target, arrow(f.createAssignment(target, right)));
  }

  function step(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): ts.Expression {
    const by = f.createNumericLiteral(1);
    const op = node.operator === ts.SyntaxKind.PlusPlusToken ? "add" : "sub";
    const target = bare(node.operand);
    const where = place(target);
    const postfix = ts.isPostfixUnaryExpression(node);
    if (where) return call(postfix ? "updateAfter" : "update", ...where, arrow(call(op, f.createIdentifier("$old"), by), "$old"));
    const assigned = f.createAssignment(target, call(op, target, by));
    return postfix ? call("first", target, assigned) : f.createParenthesizedExpression(assigned);
  }

  const visit = (node: ts.Node): ts.Node => {
    if (ts.isTypeNode(node)) return node;
    if (ts.isBinaryExpression(node)) {
      const eager = arithmetic.get(node.operatorToken.kind) ?? comparison.get(node.operatorToken.kind);
      if (eager !== undefined) return call(eager, visitE(node.left), visitE(node.right));
      const late = lazy.get(node.operatorToken.kind);
      if (late !== undefined) return call(late, visitE(node.left), arrow(visitE(node.right)));
      return assignment(node) ?? ts.visitEachChild(node, visit, context);
    }
    if (ts.isPrefixUnaryExpression(node)) {
      switch (node.operator) {
        case ts.SyntaxKind.MinusToken: return call("neg", visitE(node.operand));
        case ts.SyntaxKind.PlusToken: return call("toNumber", visitE(node.operand));
        case ts.SyntaxKind.ExclamationToken: return call("not", visitE(node.operand));
        case ts.SyntaxKind.TildeToken: return call("bitNot", visitE(node.operand));
        default: return step(node);
      }
    }
    if (ts.isPostfixUnaryExpression(node)) return step(node);
    if (ts.isTypeOfExpression(node)) return call("typeOf", visitE(node.expression));
    if (ts.isConditionalExpression(node)) {
      return f.updateConditionalExpression(
        node,
        call("truthy", visitE(node.condition)),
        node.questionToken,
        visitE(node.whenTrue),
        node.colonToken,
        visitE(node.whenFalse),
      );
    }
    if (ts.isElementAccessExpression(node)) {
      const key = call("key", visitE(node.argumentExpression));
      return ts.isElementAccessChain(node)
        ? f.updateElementAccessChain(node, visitE(node.expression), node.questionDotToken, key)
        : f.updateElementAccessExpression(node, visitE(node.expression), key);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && predicates.has(node.expression.name.text) && node.arguments[0]) {
      const [first, ...rest] = node.arguments;
      return f.updateCallExpression(node, visitE(node.expression), node.typeArguments, [call("predicate", visitE(first!)), ...rest.map(visitE)]);
    }
    const seen = ts.visitEachChild(node, visit, context);
    if (ts.isIfStatement(seen)) return f.updateIfStatement(seen, call("truthy", seen.expression), seen.thenStatement, seen.elseStatement);
    if (ts.isWhileStatement(seen)) return f.updateWhileStatement(seen, call("truthy", seen.expression), seen.statement);
    if (ts.isDoStatement(seen)) return f.updateDoStatement(seen, seen.statement, call("truthy", seen.expression));
    if (ts.isForStatement(seen) && seen.condition)
      return f.updateForStatement(seen, seen.initializer, call("truthy", seen.condition), seen.incrementor, seen.statement);
    if (ts.isSwitchStatement(seen)) return f.updateSwitchStatement(seen, call("primal", seen.expression), seen.caseBlock);
    if (ts.isCaseClause(seen)) return f.updateCaseClause(seen, call("primal", seen.expression), seen.statements);
    return seen;
  };
  return (file) => ts.visitNode(file, visit) as ts.SourceFile;
};

/** The exports of a module evaluated over dual numbers. `random` replaces Math.random, so that both runs draw the same. */
export function evaluateOverDuals(text: string, random: () => number = Math.random): Record<string, (...args: unknown[]) => unknown> {
  const js = overDuals(text);
  const exports: Record<string, (...args: unknown[]) => unknown> = {};
  const names = Object.keys(globals);
  const values = names.map((name) => (name === "Math" ? { ...globals["Math"] as object, random } : globals[name]));
  new Function("exports", "require", "$", ...names, js)(exports, requireOver, operations, ...values);
  return exports;
}

const printer = ts.createPrinter({ removeComments: true });

function overDuals(text: string): string {
  const stripped = stripTypes(text);
  if (!stripped) {
    return ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, alwaysStrict: true },
      transformers: { before: [overload] },
    }).outputText;
  }
  const file = ts.createSourceFile("program.js", stripped.js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const { transformed } = ts.transform(file, [overload]);
  return `"use strict";${printer.printFile(transformed[0]!)}\n${exportsOf(stripped.exported)}`;
}

/** What a program may import: the runtime's marker functions, over duals. */
function requireOver(name: string): unknown {
  if (name !== "@retrograd/runtime") throw new Error(`the oracle cannot import ${JSON.stringify(name)}`);
  return { stopGradient: operations.primal };
}
