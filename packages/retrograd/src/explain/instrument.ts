import ts from "typescript";
import { probes } from "./record.ts";

/** A statement of a gradient that gives a variable a value. */
export interface Stage {
  readonly id: number;
  /** The variable or element as written: `dx`, `dxs[i]`. */
  readonly target: string;
  /** The variable alone. */
  readonly variable: string;
  /** The right-hand side as written, without `!`. */
  readonly right: string;
  /** `=`, `+=` … */
  readonly operator: string;
  readonly rightNode: ts.Expression;
  /** Texts of what the right-hand side reads; their values are kept in this order. */
  readonly operands: readonly string[];
  /** The comment line before it, if it names a statement of the function: `value = num * invden`. */
  readonly reverseOf: string | null;
  /** After the heading of the backward pass. */
  readonly inBackward: boolean;
  /** For a `return { … }`, which counts as a stage too: its fields. */
  readonly fields: readonly Field[] | null;
}

/** `dx` (shorthand) or `dx0: dx` in the record that is returned. */
export interface Field {
  readonly name: string;
  readonly expression: ts.Expression;
}

export interface Instrumented {
  readonly text: string;
  readonly stages: readonly Stage[];
}

/**
 * The module with probes in one of its functions: before each assignment what it reads, then the right-hand side, then the
 * variable. Nothing is evaluated twice and nothing in another order, so the run is the run of the gradient itself.
 */
export function instrument(code: string, functionName: string): Instrumented | null {
  const file = ts.createSourceFile("gradient.ts", code, ts.ScriptTarget.Latest, true);
  const fn = file.statements.findLast(
    (statement): statement is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(statement) && statement.name?.text === functionName,
  );
  if (fn?.body === undefined) return null;
  const stages: Stage[] = [];
  const insertions: { readonly at: number; readonly text: string }[] = [];
  const backwardFrom = backwardStart(code, fn.body);
  let reverseOf: string | null = null;

  const probe = (
    statement: ts.Statement,
    target: ts.Expression | ts.BindingName,
    operator: string,
    right: ts.Expression,
  ): void => {
    const id = stages.length;
    const operands = operandsOf(right);
    const targetText = clean(target.getText());
    stages.push({
      id,
      target: targetText,
      variable: /^[\w$]+/.exec(targetText)?.[0] ?? targetText,
      right: clean(right.getText()),
      operator,
      rightNode: right,
      operands,
      reverseOf,
      inBackward: backwardFrom !== null && statement.getStart() > backwardFrom,
      fields: null,
    });
    insertions.push({ at: statement.getStart(), text: `${probes.before}(${id}, () => [${operands.join(", ")}]); ` });
    insertions.push({ at: right.getStart(), text: `${probes.right}(${id}, ` }, { at: right.end, text: ")" });
    insertions.push({ at: statement.end, text: `; ${probes.after}(${id}, () => ${target.getText()});` });
  };
  const probeReturn = (record: ts.ObjectLiteralExpression): void => {
    const fields = record.properties.flatMap((property): readonly Field[] => {
      if (ts.isShorthandPropertyAssignment(property)) return [{ name: property.name.text, expression: property.name }];
      return ts.isPropertyAssignment(property)
        ? [{ name: property.name.getText(), expression: property.initializer }]
        : [];
    });
    const id = stages.length;
    stages.push({
      id,
      target: "return",
      variable: "return",
      right: clean(record.getText()),
      operator: "=",
      rightNode: record,
      operands: [],
      reverseOf: null,
      inBackward: true,
      fields,
    });
    insertions.push({ at: record.getStart(), text: `${probes.right}(${id}, ` }, { at: record.end, text: ")" });
  };
  const visit = (statement: ts.Statement): void => {
    if (ts.isFunctionLike(statement)) return;
    reverseOf = commentBefore(code, statement) ?? reverseOf;
    if (ts.isVariableStatement(statement)) {
      const [declaration, ...more] = statement.declarationList.declarations;
      if (declaration?.initializer !== undefined && more.length === 0 && ts.isIdentifier(declaration.name))
        probe(statement, declaration.name, "=", declaration.initializer);
    } else if (ts.isExpressionStatement(statement) && ts.isBinaryExpression(statement.expression)) {
      const { left, operatorToken, right } = statement.expression;
      const operator = operatorToken.getText();
      if (
        /^(?:[-+*/%]|\*\*)?=$/.test(operator) &&
        !ts.isArrayLiteralExpression(left) &&
        !ts.isObjectLiteralExpression(left)
      )
        probe(statement, left, operator, right);
    } else if (
      ts.isReturnStatement(statement) &&
      statement.expression !== undefined &&
      ts.isObjectLiteralExpression(statement.expression)
    ) {
      probeReturn(statement.expression);
    } else {
      eachNestedStatement(statement, (nested) => {
        // A probe beside the only statement of an arm or of a loop needs braces; a label must stay on its loop.
        const isAlone = ts.isIfStatement(nested.parent) || ts.isIterationStatement(nested.parent, false);
        const needsBraces = isAlone && !ts.isBlock(nested);
        if (needsBraces) insertions.push({ at: nested.getStart(), text: "{ " });
        visit(nested);
        if (needsBraces) insertions.push({ at: nested.end, text: " }" });
      });
    }
  };
  for (const statement of fn.body.statements) visit(statement);
  return { text: insertAll(code, insertions), stages };
}

/** Insertions at the same place stay in the order in which they were made. */
function insertAll(code: string, insertions: readonly { readonly at: number; readonly text: string }[]): string {
  const ordered = insertions
    .map((insertion, index) => ({ ...insertion, index }))
    .sort((a, b) => a.at - b.at || a.index - b.index);
  let result = "";
  let from = 0;
  for (const { at, text } of ordered) {
    result += code.slice(from, at) + text;
    from = at;
  }
  return result + code.slice(from);
}

function eachNestedStatement(node: ts.Node, visit: (statement: ts.Statement) => void): void {
  ts.forEachChild(node, (child) => {
    if (ts.isFunctionLike(child) || ts.isVariableDeclarationList(child) || ts.isExpression(child)) return;
    if (ts.isStatement(child)) visit(child);
    else eachNestedStatement(child, visit);
  });
}

/** Names, and chains like `p.x`, `xs[i]`, that an expression reads; not the functions it calls. */
function operandsOf(expression: ts.Expression): readonly string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      node.arguments?.forEach(visit);
      if (ts.isPropertyAccessExpression(node.expression) && !/^Math$/.test(node.expression.expression.getText()))
        visit(node.expression.expression);
      return;
    }
    if (isChain(node)) found.add(clean(node.getText()));
    else if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else if (ts.isIdentifier(node)) found.add(node.text);
    else ts.forEachChild(node, visit);
  };
  visit(expression);
  return [...found].filter((text) => !/^(?:Math|Number|Infinity|NaN|undefined)\b/.test(text));
}

/** `a`, `a.b`, `a[i]`, `a[0].b[i]`: reading it again changes nothing. */
function isChain(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return true;
  if (ts.isNonNullExpression(node)) return isChain(node.expression);
  if (ts.isPropertyAccessExpression(node)) return isChain(node.expression);
  if (!ts.isElementAccessExpression(node)) return false;
  const index = node.argumentExpression;
  return isChain(node.expression) && (ts.isNumericLiteral(index) || ts.isStringLiteral(index) || isSimpleIndex(index));
}

const isSimpleIndex = (node: ts.Expression): boolean =>
  ts.isIdentifier(node) ||
  ts.isNumericLiteral(node) ||
  (ts.isBinaryExpression(node) &&
    /^[-+*]$/.test(node.operatorToken.getText()) &&
    isSimpleIndex(node.left) &&
    isSimpleIndex(node.right));

/** The primal statement that a comment line before a statement of the backward pass names. */
function commentBefore(code: string, statement: ts.Statement): string | null {
  const comments = (ts.getLeadingCommentRanges(code, statement.getFullStart()) ?? []).map((range) =>
    code.slice(range.pos, range.end),
  );
  const last = comments.at(-1);
  const text = last?.startsWith("//") === true ? last.slice(2).trim() : "";
  return /^[\w$.[\]\s+-]+(?:[-+*/%]|\*\*)?=[^=]/.test(text) ? text : null;
}

function backwardStart(code: string, body: ts.Block): number | null {
  const index = code.indexOf("// backward pass", body.getStart());
  return index < 0 || index > body.end ? null : index;
}

/** Without the assertions that nothing is missing: they are for the type checker. */
export const clean = (text: string): string => text.replace(/(?<=[\w\])])!(?!=)/g, "").replace(/\s+/g, " ");
