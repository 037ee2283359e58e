import type { Apply, Literal, Var } from "../ir/ir.ts";
import { isNamedConstant } from "../ir/build.ts";

/** What an identity puts in place of an operation: a value, or an operation on terms. */
export type Term =
  | { readonly value: Var | Literal }
  | { readonly op: string; readonly args: readonly (Term | Var)[] };

const value = (v: Var): Term => ({ value: v });
const constant = (v: number | boolean): Term => ({ value: { value: v } });
const term = (op: string, ...args: readonly (Term | Var)[]): Term => ({ op, args });

const is = (v: Var | undefined, n: number | boolean): boolean => v?.literal !== undefined && Object.is(v.literal.value, n);
const isZero = (v: Var): boolean => v.literal !== undefined && v.literal.value === 0;
const isNumber = (v: Var): boolean => v.type.kind === "number" || v.type.kind === "integer";
/** A literal that products may take in; `Math.PI` keeps its name. */
const numberOf = (v: Var | undefined): number | null => (typeof v?.literal?.value === "number" && !isNamedConstant(v.literal) ? v.literal.value : null);

/** Identities that keep every bit: -0, NaN and infinities included. */
export function rewriteExact(i: Apply, termOf: (v: Var) => Apply | undefined): Term | null {
  const [a, b, c] = i.args;
  if (!a) return null;
  const inner = termOf(a);
  switch (i.op) {
    case "*": return b && is(b, 1) && isNumber(a) ? value(a) : b && is(a, 1) && isNumber(b) ? value(b) : null;
    case "/": return is(b, 1) && isNumber(a) ? value(a) : null;
    case "-": return is(b, 0) && isNumber(a) ? value(a) : null;
    // x + 0 is not among them: -0 + 0 is 0. x + -0 is.
    case "+": return b && is(b, -0) && isNumber(a) ? value(a) : b && is(a, -0) && isNumber(b) ? value(b) : null;
    case "pos": return isNumber(a) ? value(a) : null;
    case "neg": return inner?.op === "neg" && inner.args[0] && isNumber(inner.args[0]) ? value(inner.args[0]) : null;
    case "!": return inner?.op === "!" && inner.args[0]?.type.kind === "boolean" ? value(inner.args[0]) : null;
    case "&&": return b && a.literal ? value(a.literal.value ? b : a) : null;
    case "||": return b && a.literal ? value(a.literal.value ? a : b) : null;
    case "?:": {
      if (!b || !c) return null;
      if (a.literal) return value(a.literal.value ? b : c);
      if (b === c || (b.literal && c.literal && Object.is(b.literal.value, c.literal.value))) return value(b);
      return inner?.op === "!" && inner.args[0] ? term("?:", inner.args[0], c, b) : null;
    }
    default: return null;
  }
}

/** What an identity of derivatives may ask about operands. */
export interface Context {
  /** The operation behind an operand, if it too is arithmetic of derivatives and only a temporary. */
  readonly termOf: (v: Var) => Apply | undefined;
  /** Taking apart what is read elsewhere too would compute it twice. */
  readonly isUsedOnce: (v: Var) => boolean;
}

/**
 * Identities of derivative arithmetic, which promises no bits: zeros annihilate, signs move outwards (so that `acc += -t` becomes
 * `acc -= t`), literals gather in front of products, and products lean to the left (`a * b * c` needs no parentheses).
 */
export function rewriteFree(i: Apply, context: Context): Term | null {
  const exact = rewriteExact(i, context.termOf);
  if (exact) return exact;
  const [a, b, c] = i.args;
  if (!a) return null;
  if (i.op === "?:") return b && c && isZero(b) && isZero(c) ? constant(0) : null;
  if (i.op === "neg") return rewriteNegation(a, context);
  if ((i.op === "===" || i.op === "!==") && b && isZero(b)) {
    const positive = negated(a, context);
    return positive && term(i.op, positive, b);
  }
  if (!b || !isNumber(a) || !isNumber(b)) return null;
  switch (i.op) {
    case "*": return rewriteProduct(a, b, context);
    case "/": return rewriteQuotient(a, b, context);
    case "+": return rewriteSum(a, b, context);
    case "-": return rewriteDifference(a, b, context);
    case "**": return rewritePower(a, b);
    default: return null;
  }
}

/** The operand of a negation that may be taken apart. */
function negated(v: Var, context: Context): Var | null {
  const t = context.termOf(v);
  return t?.op === "neg" ? t.args[0] ?? null : null;
}

/** The operands of an operation that may be taken apart without computing it twice. */
function operandsOf(v: Var, op: string, context: Context): readonly [Var, Var] | null {
  const t = context.termOf(v);
  const [a, b] = t?.op === op && context.isUsedOnce(v) ? t.args : [];
  return a && b ? [a, b] : null;
}

function rewriteNegation(a: Var, context: Context): Term | null {
  const difference = operandsOf(a, "-", context);
  if (difference) return term("-", difference[1], difference[0]);
  const product = operandsOf(a, "*", context), factor = product && numberOf(product[0]);
  return product && factor !== null ? term("*", constant(-factor), product[1]) : null;
}

function rewriteProduct(a: Var, b: Var, context: Context): Term | null {
  if (isZero(a) || isZero(b)) return constant(0);
  if (is(a, -1)) return term("neg", b);
  if (is(b, -1)) return term("neg", a);
  const na = negated(a, context), nb = negated(b, context);
  if (na && nb) return term("*", na, nb);
  if (na) return numberOf(b) === null ? term("neg", term("*", na, b)) : term("*", constant(-(numberOf(b) ?? 0)), na);
  if (nb) return numberOf(a) === null ? term("neg", term("*", a, nb)) : term("*", constant(-(numberOf(a) ?? 0)), nb);
  // A literal stands in front, and one is enough.
  if (numberOf(b) !== null) return numberOf(a) === null ? term("*", b, a) : null;
  const factor = numberOf(a), product = operandsOf(b, "*", context);
  if (factor !== null && product) {
    const second = numberOf(product[0]);
    if (second !== null) return isShort(factor * second) ? term("*", constant(factor * second), product[1]) : null;
  }
  if (factor !== null) {
    const inner = scaledInside(factor, b, context);
    if (inner) return inner;
  }
  const left = operandsOf(a, "*", context), leading = left && numberOf(left[0]);
  if (left && leading !== null && product) {
    const second = numberOf(product[0]);
    if (second !== null && isShort(leading * second)) return term("*", term("*", constant(leading * second), left[1]), product[1]);
  }
  // a * (1 / d) is a / d; a * (c ? 1 : 0) is c ? a : 0.
  const other = factor === null ? chosenOrInverse(a, b, context) ?? chosenOrInverse(b, a, context) : null;
  if (other) return other;
  return product ? term("*", term("*", a, product[0]), product[1]) : null;
}

/** A literal goes to the literal that is there already: `2 * (0.5 / y)`, `2 * (c ? 0 : 0.5 / y)`, `2 * (0.5 * x / y)`. */
function scaledInside(factor: number, v: Var, context: Context): Term | null {
  if (!context.isUsedOnce(v)) return null;
  const inner = context.termOf(v), [a, b, c] = inner?.args ?? [];
  switch (inner?.op) {
    case "neg": return (a && scaledInside(-factor, a, context)) ?? null;
    case "*": {
      const scaled = a && scaledInside(factor, a, context);
      return scaled && b ? term("*", scaled, b) : null;
    }
    case "/": {
      if (!a || !b) return null;
      const own = numberOf(a);
      if (own !== null) return isShort(factor * own) ? term("/", constant(factor * own), b) : null;
      const product = operandsOf(a, "*", context), leading = product && numberOf(product[0]);
      return product && leading !== null && isShort(factor * leading) ? term("/", term("*", constant(factor * leading), product[1]), b) : null;
    }
    case "?:": {
      if (!a || !b || !c || (!isZero(b) && !isZero(c))) return null;
      const chosen = isZero(b) ? c : b,
        own = numberOf(chosen),
        scaled = own === null ? scaledInside(factor, chosen, context) : isShort(factor * own) ? constant(factor * own) : null;
      return scaled && (isZero(b) ? term("?:", a, constant(0), scaled) : term("?:", a, scaled, constant(0)));
    }
    default: return null;
  }
}

function chosenOrInverse(a: Var, b: Var, context: Context): Term | null {
  const inverse = operandsOf(b, "/", context);
  if (inverse && is(inverse[0], 1)) return term("/", a, inverse[1]);
  const choice = context.termOf(b);
  if (choice?.op !== "?:" || !context.isUsedOnce(b)) return null;
  const [c, yes, no] = choice.args;
  if (!c || !yes || !no || !isUnit(yes) || !isUnit(no) || (!isZero(yes) && !isZero(no))) return null;
  const scaled = (unit: Var): Term => (is(unit, 1) ? value(a) : isZero(unit) ? constant(0) : term("neg", a));
  return term("?:", c, scaled(yes), scaled(no));
}

const isUnit = (v: Var): boolean => isZero(v) || is(v, 1) || is(v, -1);

/** Whether a literal reads well: products of the user's constants do not become `0.30000000000000004`. */
const isShort = (n: number): boolean => String(n).length <= 8;

function rewriteQuotient(a: Var, b: Var, context: Context): Term | null {
  if (isZero(a)) return constant(0);
  if (is(b, -1)) return term("neg", a);
  const na = negated(a, context), nb = negated(b, context);
  if (na && nb) return term("/", na, nb);
  return na ? term("neg", term("/", na, b)) : nb ? term("neg", term("/", a, nb)) : null;
}

function rewriteSum(a: Var, b: Var, context: Context): Term | null {
  if (isZero(a)) return value(b);
  if (isZero(b)) return value(a);
  if (a === b) return term("*", constant(2), a);
  const na = negated(a, context), nb = negated(b, context);
  if (nb) return term("-", a, nb);
  return na ? term("-", b, na) : null;
}

function rewriteDifference(a: Var, b: Var, context: Context): Term | null {
  if (isZero(a)) return term("neg", b);
  if (isZero(b)) return value(a);
  const na = negated(a, context), nb = negated(b, context);
  if (nb) return na ? term("-", nb, na) : term("+", a, nb);
  return na ? term("neg", term("+", na, b)) : null;
}

/** Small powers are products: engines call `pow` for them, which takes fifty times as long. The square they know. */
function rewritePower(a: Var, b: Var): Term | null {
  switch (numberOf(b)) {
    case 0: return constant(1);
    case 1: return value(a);
    case 3: return term("*", term("*", a, a), a);
    case 4: return term("**", term("**", a, two), two);
    case -1: return term("/", one, a);
    case -2: return term("/", one, term("**", a, two));
    default: return null;
  }
}

const one = constant(1), two = constant(2);
