import ts from "typescript";
import type { Var } from "../../ir/ir.ts";
import { booleanType, integerType } from "../../ir/build.ts";
import type { Lowering } from "../state/lowerState.ts";
import { block, branch } from "../state/lowerJoin.ts";
import { literalOf } from "../expressions/lowerNames.ts";
import { skipTypes } from "../state/symbols.ts";
import { operand, toVar, truth } from "../expressions/lowerExpressions.ts";
import { plainText } from "../state/lowerOrigin.ts";
import { inScope, leaves, statementOf, statements } from "./lowerStatements.ts";

/** `switch`: a chain of tests where no clause runs into the next, otherwise an index of the clause to enter. */

export function switchStatement(s: Lowering, node: ts.SwitchStatement, labels: readonly string[]): void {
  s.statement = statementOf(s, node, null, `switch (${plainText(node.expression)})`);
  const subject = operand(s, node.expression);
  block(s, node, { purpose: "switch", names: labels, breaks: true }, () => inScope(s, () => {
    const groups = separateGroups(node.caseBlock.clauses);
    if (groups) chain(s, subject, isExhaustive(s, node) ? lastIsDefault(groups) : groups);
    else fallThrough(s, node, subject);
  }));
}

/** Labels that share statements. */
interface Group {
  readonly tests: readonly ts.Expression[];
  readonly isDefault: boolean;
  readonly body: readonly ts.Statement[];
  readonly node: ts.CaseOrDefaultClause;
}

/** The groups of a switch in which each ends by leaving and the default can be asked last; null for any other. */
function separateGroups(clauses: readonly ts.CaseOrDefaultClause[]): readonly Group[] | null {
  const groups: Group[] = [];
  let tests: ts.Expression[] = [], isDefault = false;
  for (const [k, clause] of clauses.entries()) {
    if (ts.isCaseClause(clause)) tests.push(clause.expression);
    else isDefault = true;
    const last = k === clauses.length - 1;
    if (clause.statements.length === 0 && !last) continue;
    // Declarations are seen by all clauses: only where each has its own block may they be lowered apart.
    if (clause.statements.some((st) => ts.isVariableStatement(st) && (st.declarationList.flags & ts.NodeFlags.BlockScoped) === 0)) return null;
    if (!last && !endsClause(clause.statements)) return null;
    if (isDefault && tests.some((t) => !literalOf(skipTypes(t)))) return null;
    groups.push({ tests, isDefault, body: clause.statements, node: clause });
    tests = [];
    isDefault = false;
  }
  // `case 3: default: …` in the middle would be asked too late.
  return groups.every((g, k) => !g.isDefault || g.tests.length === 0 || k === groups.length - 1) ? groups : null;
}

/** Whether the cases name every value that the type of the subject allows: then the last one needs no test, and nothing falls out. */
function isExhaustive(s: Lowering, node: ts.SwitchStatement): boolean {
  const type = s.checker.getTypeAtLocation(node.expression);
  const members = type.isUnion() ? type.types : [type];
  const cases = node.caseBlock.clauses.flatMap((c) => (ts.isCaseClause(c) ? [s.checker.getTypeAtLocation(c.expression)] : []));
  const values = (t: ts.Type): unknown => (t.isLiteral() ? t.value : t.flags & ts.TypeFlags.BooleanLiteral ? s.checker.typeToString(t) : undefined);
  return members.every((m) => {
    const value = values(m);
    return value !== undefined && cases.some((c) => values(c) === value);
  });
}

function lastIsDefault(groups: readonly Group[]): readonly Group[] {
  if (groups.some((g) => g.isDefault)) return groups;
  return groups.map((g, k) => (k === groups.length - 1 ? { ...g, isDefault: true } : g));
}

function endsClause(body: readonly ts.Statement[]): boolean {
  const last = body.at(-1);
  return last !== undefined && (leaves(last) || ts.isBreakStatement(last) || ts.isContinueStatement(last) || (ts.isBlock(last) && endsClause(last.statements)));
}

function chain(s: Lowering, subject: Var, groups: readonly Group[]): void {
  const fallback = groups.find((g) => g.isDefault), tested = groups.filter((g) => !g.isDefault);
  const run = (group: Group): void => lowerClause(s, group.body);
  const from = (k: number): void => {
    const group = tested[k];
    if (!group) { if (fallback) run(fallback); return; }
    branch(s, group.node, anyOf(s, subject, group), () => run(group), () => from(k + 1));
  };
  from(0);
}

function anyOf(s: Lowering, subject: Var, group: Group): Var {
  const result = s.temporary(null, booleanType);
  const test = (k: number): Var => {
    const e = group.tests[k];
    if (!e) return s.literal(false);
    const equal = s.apply(e, "===", [subject, operand(s, e)], booleanType);
    if (k === group.tests.length - 1) return equal;
    if (group.tests.slice(k + 1).every((t) => literalOf(skipTypes(t)))) return s.apply(e, "||", [equal, test(k + 1)], booleanType);
    s.set(result, s.literal(true));
    branch(s, e, equal, () => undefined, () => s.set(result, test(k + 1)));
    return truth(s, s.get(result), e);
  };
  const value = test(0);
  s.env.delete(result);
  return value;
}

/** A clause without the `break` at its end, which only says that the next one is not entered. */
function lowerClause(s: Lowering, body: readonly ts.Statement[]): void {
  const last = body.at(-1);
  if (last && ts.isBreakStatement(last) && !last.label) { inScope(s, () => statements(s, body.slice(0, -1), false)); return; }
  if (body.length === 1 && last && ts.isBlock(last)) { inScope(s, () => lowerClause(s, last.statements)); return; }
  inScope(s, () => statements(s, body, false));
}

/** Which clause is entered is found first; then each runs if it is that one or comes after it. */
function fallThrough(s: Lowering, node: ts.SwitchStatement, subject: Var): void {
  const { clauses } = node.caseBlock;
  const entered = s.temporary(null, integerType);
  const fallback = clauses.findIndex((c) => ts.isDefaultClause(c));
  s.set(entered, s.integer(fallback < 0 ? clauses.length : fallback));
  const find = (k: number): void => {
    const c = clauses[k];
    if (!c) return;
    if (!ts.isCaseClause(c)) { find(k + 1); return; }
    const equal = s.apply(c, "===", [subject, operand(s, c.expression)], booleanType);
    branch(s, c, equal, () => s.set(entered, s.integer(k)), () => find(k + 1));
  };
  find(0);
  const index = toVar(s, s.get(entered), node);
  clauses.forEach((c, k) => {
    if (c.statements.length === 0 || s.dead) return;
    branch(s, c, s.apply(c, "<=", [index, s.integer(k)], booleanType), () => statements(s, c.statements, false), () => undefined);
  });
  s.env.delete(entered);
}
