import type { Type } from "../ir/ir.ts";
import { applyExpr, isLiteral, type Expr } from "./tree.ts";

const comparisons: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "!"]);

/** Whether an expression is true or false and nothing else. */
export function isBoolean(e: Expr): boolean {
  switch (e.kind) {
    case "variable": return e.variable.type.kind === "boolean";
    case "literal": return typeof e.literal.value === "boolean";
    case "apply": return comparisons.has(e.op) || ((e.op === "&&" || e.op === "||") && e.args.every(isBoolean));
    default: return false;
  }
}

/** `c ? a : b`, or what it comes to. */
export function conditional(c: Expr, a: Expr, b: Expr, type: Type): Expr {
  if (type.kind === "boolean" && isBoolean(c)) {
    if (isLiteral(a, true)) return isLiteral(b, false) ? c : applyExpr("||", [c, b], false);
    if (isLiteral(b, false)) return applyExpr("&&", [c, a], false);
    if (isLiteral(a, false)) return isLiteral(b, true) ? negate(c) : applyExpr("&&", [negate(c), b], false);
    if (isLiteral(b, true)) return applyExpr("||", [negate(c), a], false);
  }
  return applyExpr("?:", [c, a, b], false);
}

const opposites: Readonly<Record<string, string>> = { "===": "!==", "!==": "===", "==": "!=", "!=": "==" };
const integerOpposites: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/** The opposite of a condition. `a < b` becomes `a >= b` only if neither can be NaN. */
export function negate(c: Expr): Expr {
  if (c.kind === "literal") return { kind: "literal", literal: { value: !c.literal.value } };
  if (c.kind === "apply") {
    const [a, b] = c.args;
    if (c.op === "!" && a && isBoolean(a)) return a;
    const opposite = opposites[c.op] ?? (a && b && isInteger(a) && isInteger(b) ? integerOpposites[c.op] : undefined);
    if (opposite !== undefined) return applyExpr(opposite, c.args, c.free);
  }
  return applyExpr("!", [c], false);
}

function isInteger(e: Expr): boolean {
  switch (e.kind) {
    case "variable": return e.variable.type.kind === "integer";
    case "literal": return Number.isInteger(e.literal.value);
    case "member": return e.key === "length";
    default: return false;
  }
}
