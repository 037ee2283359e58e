import { statementEffects } from "./effects.ts";
import type { Type } from "../ir/ir.ts";
import { rawExpr, type Expr, type Statement, type Variable } from "./tree.ts";
import { eachStatement, isDead, mapNestedLists, mapOwnExpressions, mapSubexpressions } from "./walk.ts";

/** The variable whose absence an expression tests: `p === undefined`, `p !== undefined`. */
export function testedForAbsence(e: Expr): Variable | null {
  if (e.kind !== "apply") return null;
  const [a, b] = e.args;
  if (e.op === "!" && a) return testedForAbsence(a);
  if (!["===", "!==", "==", "!="].includes(e.op) || a?.kind !== "variable" || b?.kind !== "literal") return null;
  return b.literal.value === undefined || b.literal.value === null ? a.variable : null;
}

/**
 * The variables that are set under a test of an optional one, `if (p === undefined) { q = 2 } else { q = p }`: there, and only there, the
 * type checker follows if both are one variable.
 */
export function setUnderTest(list: readonly Statement[]): ReadonlyMap<Variable, ReadonlySet<Variable>> {
  const found = new Map<Variable, Set<Variable>>();
  const add = (target: Variable, tested: Variable): void => {
    const known = found.get(target);
    if (known) known.add(tested); else found.set(target, new Set([tested]));
  };
  eachStatement(list, (s) => {
    if (s.kind === "assign" && s.value.kind === "apply" && s.value.op === "?:") {
      const tested = s.value.args[0] && testedForAbsence(s.value.args[0]);
      if (tested) add(s.target, tested);
    }
    if (s.kind !== "if") return;
    const tested = testedForAbsence(s.condition);
    if (!tested) return;
    for (const arm of [s.then, s.else]) for (const inner of arm) if (inner.kind === "parallel") inner.targets.forEach((t) => add(t, tested));
  });
  return found;
}

/**
 * `p!` where an optional value is known to be there and the type checker does not see why: it follows tests written out at the place,
 * not those kept in a variable.
 */
export function assertPresent(list: readonly Statement[], nullParameters: ReadonlySet<Variable>, returned: Type): readonly Statement[] {
  return inList(list, { there: new Set(), nullable: nullable(list, nullParameters), returned });
}

/**
 * Variables whose type is written `| null | undefined`: `v !== undefined` does not tell the type checker that they hold a value. What is inferred from
 * the user's types says which of the two it may be, and the user asked for that one.
 */
function nullable(list: readonly Statement[], nullParameters: ReadonlySet<Variable>): ReadonlySet<Variable> {
  const values = new Map<Variable, (Expr | null)[]>();
  eachStatement(list, (s) => {
    const set = (v: Variable, value: Expr | null): void => {
      if (v.type.kind === "optional" && !v.type.besides) values.set(v, [...(values.get(v) ?? []), value]);
    };
    if (s.kind === "assign") set(s.target, s.value);
    if (s.kind === "parallel") s.targets.forEach((t) => set(t, null));
  });
  const written = (e: Expr | null | undefined): boolean => {
    if (e?.kind !== "member" || e.object.kind !== "variable") return false;
    const { variable } = e.object, { type } = variable;
    if (variable.role === "parameter") return nullParameters.has(variable);
    return (type.kind === "array" || type.kind === "tape") && type.element.kind === "optional";
  };
  const found = new Set(nullParameters);
  for (const [v, set] of values) if (v.role !== "parameter" && (set.length > 1 || written(set[0]))) found.add(v);
  return found;
}

function inList(list: readonly Statement[], known: Present): readonly Statement[] {
  let present = known;
  return list.map((s) => {
    const written = statementEffects(s).writes;
    if (s.kind === "loop") present = without(present, written);
    let result: Statement = mapOwnExpressions(s, (e) => inside(e, present));
    if (result.kind === "assign" && needsValue(result.target)) result = { ...result, value: asValue(result.value, present) };
    if (result.kind === "assign" && result.value.kind === "array" && isNumberArray(result.target.type))
      result = { ...result, value: { ...result.value, elements: result.value.elements.map((e) => (mayBeTruth(e) ? asNumber(e) : e)) } };
    if (result.kind === "store" && (result.op !== "" || !result.place.mayBeAbsent || result.there))
      result = { ...result, value: asValue(result.value, present) };
    if (result.kind === "store" && typeof result.place.key !== "string" && isOptionalNumber(result.place.key))
      result = { ...result, place: { ...result.place, key: asValue(result.place.key, present) } };
    if (result.kind === "effect" && result.value.kind === "raw" && result.value.parts[1] === ".length = ")
      result = { ...result, value: { ...result.value, parts: result.value.parts.map((p, k) => (k === 0 && typeof p !== "string" ? asValue(p, present) : p)) } };
    else if (result.kind === "effect" && result.value.kind === "raw") result = { ...result, value: pushed(result.value, present) };
    if (result.kind === "return" && result.value && result.value.kind !== "record" && needsValue({ type: present.returned }))
      result = { ...result, value: asValue(result.value, present) };
    if (result.kind === "return" && result.value?.kind === "record")
      result = {
        ...result,
        value: {
          ...result.value,
          fields: result.value.fields.map(([name, v]) => [name, isOptionalNumber(v) || promises(present.returned, name) ? asValue(v, present) : v] as const),
        },
      };
    if (result.kind === "parallel") {
      const { targets } = result;
      result = { ...result, values: result.values.map((v, k) => { const t = targets[k]; return t && needsValue(t) ? asValue(v, present) : v; }) };
    }
    if (result.kind === "if") {
      const then = after(present, result.condition, true), otherwise = after(present, result.condition, false);
      result = { ...result, then: inList(result.then, then), else: inList(result.else, otherwise) };
      present = without(isDead(result.then) ? otherwise : isDead(result.else) ? then : present, written);
    } else {
      const here = present;
      result = mapNestedLists(result, (inner) => inList(inner, here));
      if (result.kind === "loop" && result.condition) result = { ...result, condition: inside(result.condition, here) };
      present = without(present, written);
    }
    if (result.kind === "assign" && result.target.type.kind === "optional" && isValue(result.value)) present = and(present, result.target);
    return result;
  });
}

/** Variables that the type checker knows to hold a value, and those that it must be told of `null` as well. */
interface Present {
  readonly there: ReadonlySet<Variable>;
  readonly nullable: ReadonlySet<Variable>;
  /** The type of the function's result. */
  readonly returned: Type;
}

const and = (present: Present, v: Variable): Present => ({ ...present, there: new Set([...present.there, v]) });

function without(present: Present, written: ReadonlySet<number>): Present {
  return present.there.size === 0 ? present : { ...present, there: new Set([...present.there].filter((v) => !written.has(v.id))) };
}

/** What is present besides if the condition is so. */
function after(present: Present, condition: Expr, so: boolean): Present {
  if (condition.kind === "variable" && so && condition.variable.type.kind === "optional" && !condition.variable.type.besides)
    return and(present, condition.variable);
  if (condition.kind !== "apply") return present;
  const [a, b] = condition.args;
  if (condition.op === "!" && a) return after(present, a, !so);
  if (a && b && condition.op === (so ? "&&" : "||")) return after(after(present, a, so), b, so);
  const tested = testedForAbsence(condition);
  if (!tested || (condition.op.length === 3 && present.nullable.has(tested))) return present;
  return (condition.op === "!==" || condition.op === "!=") === so ? and(present, tested) : present;
}

const isOptionalNumber = (e: Expr): boolean => e.kind === "variable" && e.variable.type.kind === "optional" && e.variable.type.of.kind === "number";
const needsValue = (v: Pick<Variable, "type">): boolean =>
  v.type.kind === "number" ||
  v.type.kind === "integer" ||
  v.type.kind === "matrix" ||
  v.type.kind === "array" ||
  v.type.kind === "record" ||
  v.type.kind === "tuple" ||
  v.type.kind === "string";
/** Whether the type of what is returned says that an object is in the field. */
const promises = (returned: Type, name: string): boolean =>
  returned.kind === "record" && returned.fields.some((f) => f.name === name && !f.optional && f.type.kind !== "number" && needsValue(f));
const isValue = (e: Expr): boolean => (e.kind === "literal" && e.literal.value != null) || (e.kind === "apply" && takesNumbers(e.op));
const takesNumbers = (op: string): boolean =>
  ["+", "-", "*", "/", "%", "**", "neg", "pos", "<", "<=", ">", ">=", "&", "|", "^", "<<", ">>", ">>>", "~"].includes(op) || op.startsWith("Math.");

/** `k in xs`, where `xs` must be there. */
const isMembership = (e: Expr): boolean => e.kind === "raw" && e.parts.length === 3 && e.parts[1] === " in ";

/** `tape.push(x)`, `rows.push(row)`, where what is pushed to keeps numbers, arrays or records. */
function pushed(e: Extract<Expr, { kind: "raw" }>, present: Present): Expr {
  const [tape, call, value] = e.parts;
  if (typeof tape !== "object" || tape.kind !== "variable" || call !== ".push(" || typeof value !== "object") return e;
  const { type } = tape.variable;
  return (type.kind === "tape" || type.kind === "array") && needsValue({ type: type.element })
    ? { ...e, parts: e.parts.map((p) => (p === value ? asValue(value, present) : p)) }
    : e;
}

/** An operand as a number or an object. */
function asValue(e: Expr, present: Present): Expr {
  if (e.kind === "variable") {
    const { type } = e.variable;
    if (type.kind !== "optional" || present.there.has(e.variable)) return e;
    return type.besides ? rawExpr(["(", e, " as number)"]) : rawExpr([e, "!"]);
  }
  if (e.kind === "member" && e.mayBeAbsent) return { ...e, assert: true };
  if (e.kind === "member" && e.mixed) return rawExpr(["(", e, " as number)"]);
  // The type of a copy is that of what is copied.
  if (e.kind === "raw" && e.parts[0] === "structuredClone(") return mapSubexpressions(e, (s) => asValue(s, present));
  if (e.kind !== "apply" || e.op !== "?:") return e;
  if (mayBeTruth(e)) return asNumber(e);
  const [c, a, b] = e.args;
  return c && a && b ? { ...e, args: [c, asValue(a, after(present, c, true)), asValue(b, after(present, c, false))] } : e;
}

const asNumber = (e: Expr): Expr => rawExpr(["(", e, " as number)"]);
const isNumberArray = (type: Type): boolean => type.kind === "array" && type.element.kind === "number";

/** A choice of which one side is true or false, the number that `c && x` is where that counts. */
function mayBeTruth(e: Expr): boolean {
  if (e.kind !== "apply" || e.op !== "?:") return false;
  return e.args
    .slice(1)
    .some(
      (arm) =>
        mayBeTruth(arm) ||
        (arm.kind === "variable" && arm.variable.type.kind === "boolean") ||
        (arm.kind === "literal" && typeof arm.literal.value === "boolean"),
    );
}

/** An expression whose arithmetic has its operands as numbers. */
function inside(e: Expr, present: Present): Expr {
  if (e.kind === "member" && typeof e.key !== "string" && isOptionalNumber(e.key))
    return mapSubexpressions({ ...e, key: asValue(e.key, present) }, (s) => inside(s, present));
  if (isMembership(e)) return mapSubexpressions(e, (s) => asValue(inside(s, present), present));
  if (e.kind === "raw" && e.numbers)
    return {
      ...e,
      parts: e.parts.map((p, k) =>
        typeof p === "string" ? p : e.numbers?.has(k) && p.kind === "apply" ? asValue(inside(p, present), present) : inside(p, present),
      ),
    };
  if (e.kind === "record" && e.numbers)
    return {
      ...e,
      fields: e.fields.map(
        ([name, v]) => [name, e.numbers?.has(name) && v.kind === "apply" ? asValue(inside(v, present), present) : inside(v, present)] as const,
      ),
    };
  if (e.kind !== "apply") return mapSubexpressions(e, (s) => inside(s, present));
  const [a, b, c] = e.args;
  if (a && b && (e.op === "?:" || e.op === "&&" || e.op === "||")) {
    const then = inside(b, after(present, a, e.op !== "||"));
    return { ...e, args: c ? [inside(a, present), then, inside(c, after(present, a, false))] : [inside(a, present), then] };
  }
  const inner = mapSubexpressions(e, (s) => inside(s, present));
  return inner.kind === "apply" && takesNumbers(inner.op) ? mapSubexpressions(inner, (s) => asValue(s, present)) : inner;
}
