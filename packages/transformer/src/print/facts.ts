import type { Literal } from "../ir/ir.ts";
import { isBoolean, negate } from "./conditions.ts";
import { expressionEffects, meets, readsVariable, statementEffects } from "./effects.ts";
import { applyExpr, literalExpr, type Expr, type MemberExpr, type Statement, type Variable } from "./tree.ts";
import { isDead, mapNestedLists, mapOwnExpressions, mapSubexpressions } from "./walk.ts";

/** Variables known to equal a literal, and variables that hold a comparison. */
interface Facts {
  readonly equal: ReadonlyMap<Variable, Literal["value"]>;
  readonly tests: ReadonlyMap<Variable, Expr>;
}

/**
 * Comparisons that the place decides: under `if (k === 2)` there is no `k === 1`. The type checker knows too, and would complain.
 */
export function decideComparisons(list: readonly Statement[]): readonly Statement[] {
  return inList(list, { equal: new Map(), tests: new Map() });
}

function inList(list: readonly Statement[], outer: Facts): readonly Statement[] {
  let facts = outer;
  return list.flatMap((s): readonly Statement[] => {
    const decided = withinTuple(mapOwnExpressions(s, (e) => decide(e, facts)), facts);
    const written = statementEffects(s).writes;
    // A loop may come back to its start after it has written.
    if (s.kind === "loop") facts = without(facts, written);
    let result: readonly Statement[];
    if (decided.kind === "if") {
      const { condition } = decided;
      if (condition.kind === "literal") {
        result = inList(condition.literal.value ? decided.then : decided.else, facts);
      } else {
        const then = inList(decided.then, learn(facts, condition, true)), otherwise = inList(decided.else, learn(facts, condition, false));
        result = [{ ...decided, then, else: otherwise }];
        facts = without(facts, written);
        if (isDead(then)) facts = learn(facts, condition, false, written);
        else if (isDead(otherwise)) facts = learn(facts, condition, true, written);
      }
    } else {
      const inside = facts;
      // What the condition says holds as long as the trip changes none of it.
      const trip = decided.kind === "loop" && decided.condition && decided.test === "before" ? learn(inside, decided.condition, true) : inside;
      const body = decided.kind === "loop" ? decided.body : null;
      const inner = mapNestedLists(decided, (nested) => inList(nested, nested === body ? trip : inside));
      result = [inner.kind === "loop" && inner.condition ? { ...inner, condition: decide(inner.condition, inside) } : inner];
    }
    facts = without(facts, written);
    if (decided.kind === "assign" && decided.value.kind === "apply" && isTest(decided.value) && !readsVariable(decided.value, decided.target.id)) {
      facts = { ...facts, tests: new Map([...facts.tests, [decided.target, decided.value]]) };
    }
    return result;
  });
}

const isTest = (e: Expr): boolean => e.kind === "apply" && ["===", "!==", "!", "&&", "||"].includes(e.op);

function without(facts: Facts, written: ReadonlySet<number>): Facts {
  if (facts.equal.size === 0 && facts.tests.size === 0) return facts;
  const equal = [...facts.equal].filter(([v]) => !written.has(v.id));
  const tests = [...facts.tests].filter(([v, e]) => !written.has(v.id) && !meets(expressionEffects(e).reads, written));
  return equal.length === facts.equal.size && tests.length === facts.tests.size ? facts : { equal: new Map(equal), tests: new Map(tests) };
}

/** What is known besides if the condition is so. */
function learn(facts: Facts, condition: Expr, so: boolean, written: ReadonlySet<number> = new Set()): Facts {
  if (condition.kind === "variable") {
    const test = facts.tests.get(condition.variable);
    return test ? learn(facts, test, so, written) : facts;
  }
  if (condition.kind !== "apply") return facts;
  const [a, b] = condition.args;
  if (condition.op === "&&" && so && a && b) return learn(learn(facts, a, true, written), b, true, written);
  if (condition.op === "||" && !so && a && b) return learn(learn(facts, a, false, written), b, false, written);
  if ((condition.op === "&&" || condition.op === "||") && a && b) {
    // One of the two, and it is not known which: what both say.
    const left = learn(facts, a, so, written), right = learn(learn(facts, a, !so, written), b, so, written);
    return { ...facts, equal: new Map([...left.equal].filter(([v, value]) => right.equal.has(v) && right.equal.get(v) === value)) };
  }
  if (condition.op === "!" && a) return learn(facts, a, !so, written);
  if (condition.op !== (so ? "===" : "!==") || a?.kind !== "variable" || b?.kind !== "literal" || written.has(a.variable.id)) return facts;
  return { ...facts, equal: new Map([...facts.equal, [a.variable, b.literal.value]]) };
}

/** `pair[+k]` where `k` is known to be 3: control does not come there, but the type checker knows that there is no such element. */
function outOfTuple(place: MemberExpr, facts: Facts): MemberExpr {
  const { object, key } = place;
  if (object.kind !== "variable" || object.variable.type.kind !== "tuple" || typeof key === "string" || key.kind !== "variable") return place;
  const known = facts.equal.get(key.variable);
  return typeof known === "number" && object.variable.type.elements[known] === undefined ? { ...place, key: applyExpr("pos", [key], false) } : place;
}

function withinTuple(s: Statement, facts: Facts): Statement {
  const place = s.kind === "store" ? outOfTuple(s.place, facts) : null;
  return s.kind === "store" && place && place !== s.place ? { ...s, place } : s;
}

function decide(e: Expr, facts: Facts): Expr {
  if (e.kind === "member" && outOfTuple(e, facts) !== e) return outOfTuple(e, facts);
  if (e.kind !== "apply") return facts.equal.size === 0 ? e : mapSubexpressions(e, (s) => decide(s, facts));
  const [test, yes, no] = e.args;
  if (e.op === "?:" && test && yes && no) {
    const t = decide(test, facts);
    if (t.kind === "literal") return decide(t.literal.value ? yes : no, facts);
    const then = decide(yes, learn(facts, t, true)), otherwise = decide(no, learn(facts, t, false));
    return t === test && then === yes && otherwise === no ? e : { ...e, args: [t, then, otherwise] };
  }
  if ((e.op === "&&" || e.op === "||") && test && yes) {
    const left = decide(test, facts), right = decide(yes, learn(facts, left, e.op === "&&"));
    if (typeof (left.kind === "literal" ? left.literal.value : null) === "boolean") return isTrue(left) === (e.op === "&&") ? right : left;
    // Neutral on the right, where both sides are truth values.
    if (right.kind === "literal" && right.literal.value === (e.op === "&&") && isBoolean(left)) return left;
    return left === test && right === yes ? e : { ...e, args: [left, right] };
  }
  const inner = mapSubexpressions(e, (s) => decide(s, facts));
  if (inner.kind !== "apply" || (inner.op !== "===" && inner.op !== "!==")) return inner;
  const [a, b] = inner.args;
  // `true === (k === 0)`, from `switch (true)`.
  for (const [truth, other] of [[a, b], [b, a]] as const) {
    if (truth?.kind !== "literal" || typeof truth.literal.value !== "boolean" || !other || other.kind === "literal" || !isBoolean(other)) continue;
    return truth.literal.value === (inner.op === "===") ? other : negate(other);
  }
  const known = a?.kind === "variable" && facts.equal.has(a.variable) ? { value: facts.equal.get(a.variable) } : a?.kind === "literal" ? a.literal : null;
  if (known === null || b?.kind !== "literal") return inner;
  return literalExpr((known.value === b.literal.value) === (inner.op === "==="));
}

const isTrue = (e: Expr): boolean => e.kind === "literal" && e.literal.value === true;
