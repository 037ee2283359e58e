import ts from "typescript";
import { contribution, type Source } from "./contribution.ts";
import { clean, type Stage } from "./instrument.ts";
import type { StageRecord } from "./record.ts";

/** A share of a gradient with its size. */
export interface Share extends Source {
  readonly value: number | null;
  /** How often it was added. */
  readonly count: number;
}

/** One stage of the function. */
export interface Row {
  /** In the source file; null for what the compiler made. */
  readonly line: number | null;
  readonly statement: string;
  readonly variable: string;
  readonly value: unknown;
  /** How often it ran; the values are those of the last time. */
  readonly count: number;
  readonly gradient: unknown;
  readonly shares: readonly Share[];
}

/**
 * The stages of a run, as rows: the assignments of the forward pass with the adjoint of what they assign, then the inputs.
 *
 * Which names are adjoints is told by their form: `dx` where `x` is a name of the function and `dx` is not.
 */
export function rows(
  stages: readonly Stage[],
  records: readonly StageRecord[],
  source: SourceStatements,
): { readonly stages: readonly Row[]; readonly inputs: readonly Row[] } {
  const adjoints = adjointNames(stages, source);
  const isAdjoint = (stage: Stage): boolean => adjoints.has(stage.variable);
  const returned = stages.find((stage) => stage.fields !== null && (records[stage.id]?.count ?? 0) > 0);
  const sharesOf = (variable: string): readonly Share[] => {
    const ran = stages.filter(
      (stage) => adjoints.get(stage.variable) === variable && (records[stage.id]?.count ?? 0) > 0,
    );
    // An assignment replaces what was there (a recurrence carries its adjoint from trip to trip): only what comes after it is added to it.
    const from = ran.findLastIndex((stage) => stage.operator === "=");
    return ran
      .slice(Math.max(0, from))
      .filter((stage) => !isStart(stage))
      .map((stage): Share => {
        const { right, rightSum, count } = records[stage.id] ?? { right: undefined, rightSum: 0, count: 0 };
        return {
          ...contribution(stage, adjoints),
          value: typeof right === "number" ? (stage.operator === "=" ? right : rightSum) : null,
          count,
        };
      });
  };
  const gradientOf = (variable: string): unknown =>
    stages
      .filter((stage) => adjoints.get(stage.variable) === variable && (records[stage.id]?.count ?? 0) > 0)
      .map((stage) => records[stage.id]?.value)
      .at(-1);

  const forward = stages.filter(
    (stage) =>
      !isAdjoint(stage) &&
      !stage.inBackward &&
      (records[stage.id]?.count ?? 0) > 0 &&
      (stage.variable === "value" || source.names.has(stage.variable) || isTemporary(stage, records)),
  );
  const taken = new Set<number>();
  const made = forward.map((stage): Row => {
    const statement = `${stage.target} ${stage.operator} ${stage.right}`;
    const record = records[stage.id];
    const line = source.lineOf(statement, stage.variable, taken);
    const isResult = stage.variable === "value";
    return {
      line,
      statement,
      variable: stage.variable,
      value: record?.value,
      count: record?.count ?? 0,
      gradient: isResult ? 1 : gradientOf(stage.variable),
      shares: isResult ? [] : sharesOf(stage.variable),
    };
  });
  if (!made.some((row) => row.variable === "value")) made.push(resultRow(returned, records, source, taken));
  return {
    stages: made,
    inputs: source.inputs.map((name) => inputRow(name, returned, records, adjoints, { gradientOf, sharesOf })),
  };
}

/** The result, where the gradient returns it without a statement of its own: `return { value: sum / n, … }`. */
function resultRow(
  returned: Stage | undefined,
  records: readonly StageRecord[],
  source: SourceStatements,
  taken: Set<number>,
): Row {
  const text = clean(returned?.fields?.find((field) => field.name === "value")?.expression.getText() ?? "");
  const statement = `value = ${text}`;
  return {
    line: source.lineOf(statement, "value", taken),
    statement,
    variable: "value",
    value: fieldOf(returned, records, "value"),
    count: 1,
    gradient: 1,
    shares: [],
  };
}

interface Flows {
  gradientOf(variable: string): unknown;
  sharesOf(variable: string): readonly Share[];
}

/** A parameter: its gradient is what the function returned, whatever variable it was gathered in (`dx0: dx`, `dr: r`). */
function inputRow(
  name: string,
  returned: Stage | undefined,
  records: readonly StageRecord[],
  adjoints: ReadonlyMap<string, string>,
  flows: Flows,
): Row {
  const expression = returned?.fields?.find((field) => field.name === `d${name}`)?.expression;
  const gradient = fieldOf(returned, records, `d${name}`);
  const gathered = expression !== undefined && ts.isIdentifier(expression) ? adjoints.get(expression.text) : undefined;
  const row = { line: null, statement: name, variable: name, value: undefined, count: 1, gradient };
  if (gathered !== undefined) return { ...row, shares: flows.sharesOf(gathered) };
  if (expression === undefined || ts.isNumericLiteral(expression)) return { ...row, shares: [] };
  const direct = contribution(
    { rightNode: expression, right: clean(expression.getText()), operator: "=", variable: `d${name}`, reverseOf: null },
    adjoints,
  );
  return { ...row, shares: [{ ...direct, value: typeof gradient === "number" ? gradient : null, count: 1 }] };
}

function fieldOf(returned: Stage | undefined, records: readonly StageRecord[], name: string): unknown {
  const record = returned === undefined ? undefined : records[returned.id]?.right;
  return typeof record === "object" && record !== null ? (record as Record<string, unknown>)[name] : undefined; // an object: any field may be asked
}

/** A number that the compiler gave a name because it is needed twice; not a tape, which is written by element. */
const isTemporary = (stage: Stage, records: readonly StageRecord[]): boolean =>
  stage.target === stage.variable && typeof records[stage.id]?.value === "number";

/** `let dx = 0`: nothing has flowed yet. */
const isStart = (stage: Stage): boolean => stage.operator === "=" && /^0$/.test(stage.right);

function adjointNames(stages: readonly Stage[], source: SourceStatements): ReadonlyMap<string, string> {
  const primal = new Set(["value", ...source.names]);
  const found = new Map<string, string>();
  for (const { variable } of stages) {
    const of = /^d(.+?)_?$/.exec(variable)?.[1];
    if (of !== undefined && primal.has(of) && !source.names.has(variable)) found.set(variable, of);
  }
  return found;
}

/** What the source says: its names, and where its statements stand. */
export interface SourceStatements {
  readonly names: ReadonlySet<string>;
  /** The names its parameters bind. */
  readonly inputs: readonly string[];
  /** The line of a statement, by its text, else by what it assigns; each line is given to one stage. */
  lineOf(statement: string, variable: string, taken: Set<number>): number | null;
}

export function sourceStatements(fn: ts.FunctionLikeDeclaration): SourceStatements {
  const file = fn.getSourceFile();
  const names = new Set<string>();
  const statements: { readonly text: string; readonly variable: string; readonly line: number }[] = [];
  const add = (node: ts.Node, target: string, operator: string, right: string): void => {
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    statements.push({
      text: `${clean(target)} ${operator} ${clean(right)}`,
      variable: /^[\w$]+/.exec(target)?.[0] ?? target,
      line,
    });
  };
  const visit = (node: ts.Node): void => {
    if (
      (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
      ts.isIdentifier(node.name)
    )
      names.add(node.name.text);
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined)
      add(node, node.name.getText(), "=", node.initializer.getText());
    if (ts.isBinaryExpression(node) && /^(?:[-+*/%]|\*\*)?=$/.test(node.operatorToken.getText()))
      add(node, node.left.getText(), node.operatorToken.getText(), node.right.getText());
    if (ts.isReturnStatement(node) && node.expression !== undefined) add(node, "value", "=", node.expression.getText());
    ts.forEachChild(node, visit);
  };
  visit(fn);
  if (ts.isArrowFunction(fn) && !ts.isBlock(fn.body)) add(fn.body, "value", "=", fn.body.getText());
  const inputs: string[] = [];
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) inputs.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const parameter of fn.parameters) bind(parameter.name);
  return {
    names,
    inputs,
    lineOf(statement, variable, taken) {
      const free = statements.map((each, index) => ({ ...each, index })).filter(({ index }) => !taken.has(index));
      const found = free.find((each) => each.text === statement) ?? free.find((each) => each.variable === variable);
      if (found === undefined) return null;
      taken.add(found.index);
      return found.line;
    },
  };
}
