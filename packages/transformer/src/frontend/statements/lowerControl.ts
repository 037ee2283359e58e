import ts from "typescript";
import type { Statement, Var } from "../../ir/ir.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Value } from "../state/values.ts";
import { block } from "../state/lowerJoin.ts";
import { loop as plainLoop, type LoopParts } from "../state/lowerLoop.ts";
import { checkpointedLoop } from "./lowerCheckpoint.ts";
import { isCheckpointed } from "../marks/checkpoints.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { condition, expression, shortText } from "../expressions/lowerExpressions.ts";
import { lengthOf, readElement } from "../expressions/lowerAccess.ts";
import { countLoop, iteration, knownElement, type Iteration } from "../arrays/lowerEach.ts";
import { declaredType } from "../calls/lowerInline.ts";
import { keysOf, namesWrittenOut } from "../objects/lowerKeys.ts";
import { knownObject, newArray } from "../objects/lowerLiterals.ts";
import { plainText } from "../state/lowerOrigin.ts";
import { assignParts, bindName } from "./lowerPatterns.ts";
import { place, setPlace } from "./lowerPlaces.ts";
import { declarations, inScope, statement, statementOf } from "./lowerStatements.ts";
import { numberType, stringType } from "../../ir/build.ts";
import { isDictionary } from "../types/irTypes.ts";

/** Loops. */

/** Runs with the statement that instructions come from. */
function at<T>(s: Lowering, origin: Statement, f: () => T): T {
  const saved = s.statement;
  s.statement = origin;
  const result = f();
  s.statement = saved;
  return result;
}

function loop(s: Lowering, node: ts.IterationStatement, parts: LoopParts): void {
  (isCheckpointed(node) ? checkpointedLoop : plainLoop)(s, node, parts);
}

export function whileStatement(s: Lowering, node: ts.WhileStatement, labels: readonly string[]): void {
  const head = statementOf(s, node, null, `while (${plainText(node.expression)})`);
  s.statement = head;
  loop(s, node, {
    form: "while", names: labels,
    head: () => at(s, head, () => condition(s, node.expression)),
    body: () => inScope(s, () => statement(s, node.statement)),
  });
}

export function doStatement(s: Lowering, node: ts.DoStatement, labels: readonly string[]): void {
  const head = statementOf(s, node, null, `while (${plainText(node.expression)})`);
  s.statement = head;
  loop(s, node, {
    form: "do", names: labels,
    body: () => inScope(s, () => statement(s, node.statement)),
    post: () => at(s, head, () => condition(s, node.expression)),
  });
}

export function forStatement(s: Lowering, node: ts.ForStatement, labels: readonly string[]): void {
  const { initializer, condition: test, incrementor } = node;
  const parts = [initializer, test, incrementor].map((part) => (part ? plainText(part) : ""));
  const head = statementOf(s, node, null, `for (${parts.join("; ")})`);
  inScope(s, () => {
    if (initializer && ts.isVariableDeclarationList(initializer)) declarations(s, initializer, initializer);
    else if (initializer) { s.statement = statementOf(s, initializer, null); expression(s, initializer); }
    s.statement = head;
    loop(s, node, {
      form: "for", names: labels,
      ...(test ? { head: () => at(s, head, () => condition(s, test)) } : {}),
      body: () => inScope(s, () => statement(s, node.statement)),
      ...(incrementor ? { update: () => at(s, statementOf(s, incrementor, null), () => { expression(s, incrementor); }) } : {}),
    });
  });
}

export function forOfStatement(s: Lowering, node: ts.ForOfStatement, labels: readonly string[]): void {
  if (node.awaitModifier) { s.report(node, catalogue.asyncOrGenerator, { what: "asynchronous (`for await`)", name: s.rootName }); return; }
  const head = statementOf(s, node, null, `for (${plainText(node.initializer)} of ${plainText(node.expression)})`);
  s.statement = head;
  const names = namesWrittenOut(s, node.expression, node.statement);
  const from: Iteration = names ? { kind: "values", source: names } : iteration(s, node.expression);
  const body = (value: () => Value): void => inScope(s, () => {
    s.statement = head;
    bindElement(s, node.initializer, value());
    statement(s, node.statement);
  });
  if (!isVar(from.source)) { unroll(s, node, from.source, labels, body); return; }
  const source = from.source, pair = pairNames(node.initializer);
  countLoop(s, node, () => at(s, head, () => lengthOf(s, node, source)), (index) => {
    const element = (): Var => readElement(s, node, source, index, knownElement(source));
    if (from.kind === "values") body(element);
    else if (from.kind === "keys") body(() => index);
    // `[i, x]` is taken apart at once; only a name for the pair needs an array.
    else
      body(() =>
        pair
          ? knownObject(
              s,
              node,
              [
                ["0", index],
                ["1", element()],
              ],
              true,
            )
          : newArray(s, node, [index, element()], { kind: "tuple", elements: [numberType, knownElement(source)] }),
      );
  }, { names: labels, loop: (_s, _node, parts) => loop(s, node, parts), ...(from.kind === "entries" && pair?.[0] ? { name: pair[0] } : {}) });
}

/** The names of `[i, x]`, if the variable of the loop is such a pattern without a rest. */
function pairNames(initializer: ts.ForInitializer): readonly (string | null)[] | null {
  const name = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : undefined;
  if (!name || !ts.isArrayBindingPattern(name) || name.elements.some((e) => ts.isBindingElement(e) && e.dotDotDotToken)) return null;
  return name.elements.map((e) => (ts.isBindingElement(e) && ts.isIdentifier(e.name) ? e.name.text : null));
}

function bindElement(s: Lowering, initializer: ts.ForInitializer, value: Value): void {
  if (ts.isVariableDeclarationList(initializer)) {
    const name = initializer.declarations[0]?.name;
    if (name) bindName(s, name, value, (id) => s.bind(symbolOf(s, id), id.text, declaredType(s, id)));
    return;
  }
  const target = skipTypes(initializer);
  if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target)) assignParts(s, target, value);
  else setPlace(s, target, place(s, target), value);
}

/** Over an array of functions: one trip after the other. */
function unroll(s: Lowering, node: ts.ForOfStatement | ts.ForInStatement, source: Value, labels: readonly string[], body: (value: () => Value) => void): void {
  if (isVar(source) || source.kind !== "object" || !source.isArray) {
    s.report(node.expression, catalogue.functionAsValue, { text: shortText(node.expression) });
    return;
  }
  block(s, node, { purpose: "break", names: labels, breaks: true }, () => {
    for (const field of source.fields.values())
      block(s, node, { purpose: "continue", name: null, names: labels, continues: true }, () => body(() => s.get(field)));
  });
}

/** Over the names of the fields of a record, or of an object known while compiling. */
export function forInStatement(s: Lowering, node: ts.ForInStatement, labels: readonly string[]): void {
  const head = statementOf(s, node, null, `for (${plainText(node.initializer)} in ${plainText(node.expression)})`);
  s.statement = head;
  const object = expression(s, node.expression);
  const body = (name: () => Value): void => inScope(s, () => {
    s.statement = head;
    bindElement(s, node.initializer, name());
    statement(s, node.statement);
  });
  if (!isVar(object) && object.kind === "object" && !object.instanceOf && !object.isArray) {
    unroll(s, node, knownObject(s, node, [...object.fields.keys()].map((name, k) => [String(k), s.literal(name)] as const), true), labels, body);
    return;
  }
  if (isVar(object) && ((object.type.kind === "record" && object.type.instance === undefined) || isDictionary(object.type))) {
    const keys = keysOf(s, node, object);
    countLoop(
      s,
      node,
      () => at(s, head, () => lengthOf(s, node, keys)),
      (index) => body(() => readElement(s, node, keys, index, stringType)),
      { names: labels },
    );
    return;
  }
  s.report(node, catalogue.unsupportedSyntax, {
    text: `for (… in ${shortText(node.expression)})`,
    what: "goes through the names of an object that is no plain record",
    instead: `go through an array of numbers: \`for (const v of ${shortText(node.expression)})\``,
  });
}

