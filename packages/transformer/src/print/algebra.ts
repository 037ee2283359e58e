import { isNamedConstant } from "../ir/build.ts";
import { applyExpr, isLiteral, literalExpr, type ApplyExpr, type Expr, type Variable } from "./tree.ts";
import { mapSubexpressions } from "./walk.ts";

/**
 * Derivative arithmetic as a person writes it: a sum of products, each with its literal first, its sign out and the incoming
 * derivative last; like terms together and common factors out: `-invden * invden * dinvden`, `2 * r * dsum`, `r * (1 - 2 * x) * dx`.
 *
 * Only `free` arithmetic is touched, and what it is made of; anything else in it is an atom. Divisors stay one by one
 * (`a / x / x`): their product could overflow where the quotient does not.
 */
interface Term {
  readonly coefficient: number;
  readonly factors: readonly Expr[];
  readonly divisors: readonly Expr[];
}

/** `self` is the variable being assigned: in `dx = dx + e` it stays apart, for `dx += e`. */
export function normalise(e: Expr, self: Variable | null = null): Expr {
  if (!isArithmetic(e) || !e.free) return simplifyAround(e);
  const terms = sum(e);
  if (self === null) return fromTerms(terms);
  const own = terms.findIndex((t) => t.coefficient === 1 && t.divisors.length === 0 && t.factors.length === 1 && isSelf(t.factors[0], self));
  if (own < 0) return fromTerms(terms);
  const rest = fromTerms(terms.filter((_, k) => k !== own));
  const left: Expr = { kind: "variable", variable: self };
  if (isLiteral(rest, 0)) return left;
  const positive = unsigned(rest);
  return positive ? applyExpr("-", [left, positive], true) : applyExpr("+", [left, rest], true);
}

/** What is negated, if the expression starts with a minus throughout: `a * b` of `-a * b`. */
export function unsigned(e: Expr): Expr | null {
  if (e.kind === "literal") return typeof e.literal.value === "number" && e.literal.value < 0 ? literalExpr(-e.literal.value) : null;
  if (e.kind !== "apply" || !e.free) return null;
  const [a, b] = e.args;
  if (e.op === "neg" && a) return a;
  if ((e.op === "*" || e.op === "/") && a && b) {
    const inner = unsigned(a);
    if (!inner) return null;
    return e.op === "*" && isLiteral(inner, 1) ? b : applyExpr(e.op, [inner, b], true);
  }
  return null;
}

const isSelf = (e: Expr | undefined, self: Variable): boolean => e?.kind === "variable" && e.variable === self;
const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "neg"]);
const isArithmetic = (e: Expr): e is ApplyExpr => e.kind === "apply" && arithmetic.has(e.op) && e.args.length === (e.op === "neg" ? 1 : 2);
const isSum = (e: Expr): boolean => e.kind === "apply" && e.args.length === 2 && (e.op === "+" || e.op === "-");

/** Not arithmetic itself: its operands may be. */
function simplifyAround(e: Expr): Expr {
  const inner = mapSubexpressions(e, (s) => normalise(s));
  if (inner.kind !== "apply") return inner;
  const [a, b, c] = inner.args;
  // What two literals come to needs no test, wherever they came from.
  if ((inner.op === "===" || inner.op === "!==") && a?.kind === "literal" && b?.kind === "literal") {
    return literalExpr((a.literal.value === b.literal.value) === (inner.op === "==="));
  }
  if (inner.op === "?:" && a?.kind === "literal" && b && c) return a.literal.value ? b : c;
  if (!inner.free) return inner;
  // `p ? (q ? a : 0) : 0` is `p && q ? a : 0`.
  if (inner.op === "?:" && a && b?.kind === "apply" && b.op === "?:" && c) {
    const [test, then, otherwise] = b.args;
    if (test && then && otherwise && expressionKey(otherwise) === expressionKey(c)) return applyExpr("?:", [applyExpr("&&", [a, test], true), then, c], true);
  }
  if (inner.op === "**" && a && b && isLiteral(b, 1)) return a;
  if (inner.op === "?:" && b && c && expressionKey(b) === expressionKey(c)) return b;
  return inner;
}

const atom = (e: Expr): Term => ({ coefficient: 1, factors: [e], divisors: [] });
const scale = (t: Term, by: number): Term => ({ ...t, coefficient: t.coefficient * by });

/** The terms of a sum. */
function sum(e: Expr): readonly Term[] {
  if (!isArithmetic(e)) return [product(e)];
  const [a, b] = e.args;
  if (!a) return [];
  if (e.op === "neg") return sum(a).map((t) => scale(t, -1));
  if (!b || !isSum(e)) return [product(e)];
  const terms = [...sum(a), ...sum(b).map((t) => (e.op === "-" ? scale(t, -1) : t))];
  return e.free || !cancels(terms) ? terms : [atom(simplifyAround(e))];
}

/** Of a sum of the user's: something is added and taken away again, to round off. */
function cancels(terms: readonly Term[]): boolean {
  const signs = new Map<string, number>();
  return terms.some((t) => {
    const key = termKey(t), sign = Math.sign(t.coefficient), known = signs.get(key);
    signs.set(key, sign);
    return known !== undefined && known !== sign;
  });
}

/** An expression as one term; a sum in it is one factor. */
function product(e: Expr): Term {
  if (e.kind === "literal" && typeof e.literal.value === "number" && Number.isFinite(e.literal.value) && !isNamedConstant(e.literal)) {
    return { coefficient: e.literal.value, factors: [], divisors: [] };
  }
  if (!isArithmetic(e)) {
    const simple = simplifyAround(e);
    return isArithmetic(simple) || (simple.kind === "literal" && e.kind !== "literal") ? product(simple) : atom(simple);
  }
  const [a, b] = e.args;
  if (!a) return atom(e);
  if (e.op === "neg") return scale(product(a), -1);
  if (!b) return atom(e);
  if (e.op === "*") return multiply(product(a), product(b));
  if (e.op === "/") return divide(product(a), product(b), b);
  if (!e.free) return atom(simplifyAround(e));
  const whole = fromTerms(sum(e));
  return isSum(whole) ? atom(whole) : product(whole);
}

/**
 * A quotient among other factors stays whole: `exp * ((2 * exp) / (1 + t))`. With all factors above the bar a product could overflow
 * where a quotient of them is small, and Infinity / Infinity is NaN.
 */
function multiply(left: Term, right: Term): Term {
  const whole = (t: Term, other: Term): boolean =>
    t.divisors.length > 0 && other.factors.length + other.divisors.length > (t.factors.length === 0 && other.divisors.length === 0 ? 1 : 0);
  const closed = (t: Term): Term => ({ coefficient: t.coefficient, factors: [termExpr({ ...t, coefficient: 1 })], divisors: [] });
  const a = whole(left, right) ? closed(left) : left, b = whole(right, left) ? closed(right) : right;
  const factors = [...a.factors, ...b.factors], divisors = [...a.divisors, ...b.divisors];
  const coefficient = a.coefficient * b.coefficient;
  if (isNice(coefficient, a.coefficient, b.coefficient)) return { coefficient, factors, divisors };
  return { coefficient: a.coefficient, factors: [literalExpr(b.coefficient), ...factors], divisors };
}

function divide(a: Term, b: Term, written: Expr): Term {
  const sign = b.coefficient < 0 ? -1 : 1, positive = scale(b, sign);
  if (positive.coefficient === 1 && positive.factors.length === 0 && positive.divisors.length === 0) return scale(a, sign);
  const keep = sign === 1 && !(isArithmetic(written) && written.free);
  return { ...scale(a, sign), divisors: [...a.divisors, keep ? simplifyAround(written) : termExpr(positive)] };
}

/** 0.5 · 2 is 1, but 0.1 · 3 stays as it is: no digits appear that nobody wrote. */
function isNice(result: number, a: number, b: number): boolean {
  if (!Number.isFinite(result)) return false;
  return String(Math.abs(result)).length <= Math.max(String(Math.abs(a)).length, String(Math.abs(b)).length) + 2;
}

/** Adds up like terms, in order of first appearance. */
function collect(terms: readonly Term[]): readonly Term[] {
  const found = new Map<string, Term>();
  for (const t of terms) {
    const key = termKey(t), earlier = found.get(key);
    if (!earlier) { found.set(key, t); continue; }
    const coefficient = earlier.coefficient + t.coefficient;
    if (isNice(coefficient, earlier.coefficient, t.coefficient)) found.set(key, { ...earlier, coefficient });
    else found.set(`${key} again ${found.size}`, t);
  }
  return [...found.values()].filter((t) => t.coefficient !== 0);
}

function fromTerms(all: readonly Term[]): Expr {
  const terms = collect(all);
  const [first, ...others] = terms;
  if (!first) return literalExpr(0);
  if (others.length === 0) return termExpr(first);
  const factored = factorOut(terms);
  if (factored) return factored;
  // A sum starts with something positive if it can: `y - x`, not `-x + y`.
  const lead = Math.max(0, terms.findIndex((t) => t.coefficient > 0));
  const ordered = lead === 0 ? terms : [...terms.slice(lead, lead + 1), ...terms.slice(0, lead), ...terms.slice(lead + 1)];
  return ordered.slice(1).reduce<Expr>((left, t) => {
    return t.coefficient < 0 ? applyExpr("-", [left, termExpr(scale(t, -1))], true) : applyExpr("+", [left, termExpr(t)], true);
  }, termExpr(ordered[0] ?? first));
}

/** `r * (1 - x) * d - r * x * d` is `r * (1 - 2 * x) * d`. Null if the terms have nothing in common. */
function factorOut(terms: readonly Term[]): Expr | null {
  const [first] = terms;
  if (!first) return null;
  const commonFactors = common(terms.map((t) => t.factors)), commonDivisors = common(terms.map((t) => t.divisors));
  const magnitude = Math.abs(first.coefficient);
  const sameMagnitude = magnitude !== 1 && terms.every((t) => Math.abs(t.coefficient) === magnitude);
  const sign = terms.every((t) => t.coefficient < 0) ? -1 : 1;
  if (commonFactors.size === 0 && commonDivisors.size === 0 && !sameMagnitude) return null;
  const outside = sign * (sameMagnitude ? magnitude : 1);
  const rests = terms.map((t): Term => ({
    coefficient: t.coefficient / outside,
    factors: without(t.factors, commonFactors),
    divisors: without(t.divisors, commonDivisors),
  }));
  const inside = fromTerms(rests.flatMap(opened));
  const kept: Expr[] = [];
  let place = -1;
  const left = new Map(commonFactors);
  for (const f of first.factors) {
    const key = expressionKey(f), count = left.get(key) ?? 0;
    if (count > 0) { kept.push(f); left.set(key, count - 1); }
    else if (place < 0) place = kept.length;
  }
  if (place < 0) place = kept.length;
  const divisors = first.divisors.filter(takeCommon(commonDivisors));
  const insideTerm = isSum(inside) ? atom(inside) : product(inside);
  const before: Term = { coefficient: outside, factors: kept.slice(0, place), divisors: [] };
  const after: Term = { coefficient: 1, factors: kept.slice(place), divisors };
  return termExpr(multiply(multiply(before, insideTerm), after));
}

/** A term that is a sum standing alone, as its terms. */
function opened(t: Term): readonly Term[] {
  const [only] = t.factors;
  if (!only || t.factors.length !== 1 || t.divisors.length > 0 || Math.abs(t.coefficient) !== 1 || !isSum(only)) return [t];
  return sum(only).map((inner) => scale(inner, t.coefficient));
}

/** How often each expression occurs in all of the lists. */
function common(lists: readonly (readonly Expr[])[]): Map<string, number> {
  const [first, ...others] = lists.map((list) => {
    const counts = new Map<string, number>();
    for (const e of list) counts.set(expressionKey(e), (counts.get(expressionKey(e)) ?? 0) + 1);
    return counts;
  });
  const result = new Map<string, number>();
  for (const [key, count] of first ?? []) {
    const least = Math.min(count, ...others.map((o) => o.get(key) ?? 0));
    if (least > 0) result.set(key, least);
  }
  return result;
}

function takeCommon(counts: ReadonlyMap<string, number>): (e: Expr) => boolean {
  const left = new Map(counts);
  return (e) => {
    const key = expressionKey(e), count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count > 0;
  };
}

function without(list: readonly Expr[], counts: ReadonlyMap<string, number>): readonly Expr[] {
  const taken = takeCommon(counts);
  return list.filter((e) => !taken(e));
}

function termExpr(t: Term): Expr {
  const magnitude = Math.abs(t.coefficient);
  if (magnitude === 0) return literalExpr(0);
  // `x / 3`, not `0.3333333333333333 * x`.
  if (String(magnitude).length > 8 && String(1 / magnitude).length < 4)
    return termExpr({ ...t, coefficient: Math.sign(t.coefficient), divisors: [literalExpr(1 / magnitude), ...t.divisors] });
  const factors = magnitude === 1 && t.factors.length > 0 ? t.factors : [literalExpr(magnitude), ...t.factors];
  const [first, ...rest] = factors;
  if (!first) return literalExpr(t.coefficient);
  const signed =
    t.coefficient > 0
      ? first
      : first.kind === "literal" && typeof first.literal.value === "number" && !isNamedConstant(first.literal)
        ? literalExpr(-first.literal.value)
        : applyExpr("neg", [first], true);
  const multiplied = rest.reduce<Expr>((left, f) => applyExpr("*", [left, f], true), signed);
  return t.divisors.reduce<Expr>((left, d) => applyExpr("/", [left, d], true), multiplied);
}

function termKey(t: Term): string {
  return `${t.factors.map(expressionKey).toSorted().join("*")}/${t.divisors.map(expressionKey).toSorted().join("/")}`;
}

/** Equal for expressions with the same text. */
export function expressionKey(e: Expr): string {
  switch (e.kind) {
    case "variable":
      return `v${e.variable.id}`;
    case "literal":
      return typeof e.literal.value === "string" ? JSON.stringify(e.literal.value) : Object.is(e.literal.value, -0) ? "-0" : String(e.literal.value);
    case "apply":
      return `${e.op}(${e.args.map(expressionKey).join(",")})`;
    case "member":
      return `${expressionKey(e.object)}[${typeof e.key === "string" ? `.${e.key}` : expressionKey(e.key)}]`;
    case "array":
      return `${e.constructorName}[${e.elements.map(expressionKey).join(",")}]`;
    case "record":
      return `{${e.fields.map(([n, v]) => `${n}:${expressionKey(v)}`).join(",")}}`;
    case "raw":
      return `raw(${e.parts.map((p) => (typeof p === "string" ? JSON.stringify(p) : expressionKey(p))).join(",")})`;
  }
}

/** `own + a - b` as own and `a - b`, where the order of adding is ours to choose. */
export function restOfSum(e: Expr, isOwn: (e: Expr) => boolean): { readonly own: Expr; readonly others: Expr } | null {
  if (e.kind !== "apply" || !e.free || (e.op !== "+" && e.op !== "-") || e.args.length !== 2) return null;
  const [left, right] = e.args;
  if (!left || !right) return null;
  if (isOwn(left)) return e.op === "+" ? { own: left, others: right } : null;
  const rest = restOfSum(left, isOwn);
  return rest && { own: rest.own, others: applyExpr(e.op, [rest.others, right], true) };
}
