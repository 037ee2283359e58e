import { isReference } from "../analysis/aliases.ts";
import { freshVar, numberType, type Builder } from "../ir/build.ts";
import { bug } from "../diagnostics/bug.ts";
import type { OutsideRule, Raw, Type, Var } from "../ir/ir.ts";
import { operands } from "../ir/visit.ts";
import { times } from "../adjoint/instantiate.ts";
import type { MadeTangents } from "./context.ts";
import { plus } from "./linear.ts";

/** The tangent of a call with a derivative written by hand: what that gives for each argument, times the tangents of the arguments. */
export function tangentOfRuled(t: MadeTangents, i: Raw, rule: OutsideRule, b: Builder): Var | null {
  const args = i.parts.slice(1), seeded = rule.kind === "vjp";
  const result = freshVar(t.ids, "part", rule.result);
  const terms: (() => Var | null)[] = [];
  operands(i).forEach((a, n) => {
    const field = rule.fields[n], type = rule.result.fields.find((f) => f.name === field)?.type;
    if (field == null || !type) return;
    const part = (): Var => {
      const out = freshVar(t.ids, null, type);
      b.emit({ kind: "read", origin: i.origin, ref: result, key: field, out });
      return out;
    };
    if (isReference(a.type)) {
      if (t.hasShadow(a)) terms.push(() => product(t, b, part(), t.shadow(a)));
    } else {
      const d = t.of(a);
      if (d) terms.push(() => times(b, part(), d));
    }
  });
  if (terms.length === 0) return null;
  b.emit({
    kind: "raw",
    origin: i.origin,
    parts: [`${rule.name}(`, ...(seeded ? ["1", ...(args.length > 1 ? [", "] : [])] : []), ...args],
    out: result,
    pure: true,
  });
  let sum: Var | null = null;
  for (const term of terms) {
    const more = term();
    if (more) sum = plus(b, sum, more);
  }
  return sum;
}

/** The sum of the products of the numbers in a gradient and in a shadow of its shape. */
function product(t: MadeTangents, b: Builder, gradient: Var, shadow: Var): Var | null {
  const { origin } = b, { type } = gradient;
  const element = (at: Builder, key: Var | string, of: Type): Var | null => {
    if (of.kind !== "number" && !isReference(of)) return null;
    const g = freshVar(t.ids, null, of), d = freshVar(t.ids, null, of);
    at.emit({ kind: "read", origin, ref: gradient, key, out: g });
    at.emit({ kind: "read", origin, ref: shadow, key, out: d });
    return isReference(of) ? product(t, at, g, d) : at.derive("*", [g, d], numberType);
  };
  const added = (parts: readonly (Var | null)[]): Var | null => parts.reduce<Var | null>((sum, p) => (p ? plus(b, sum, p) : sum), null);
  switch (type.kind) {
    case "array": return t.sumOver(b, gradient, (trip, k) => element(trip, k, type.element));
    case "tuple": return added(type.elements.map((e, n) => element(b, b.literal(n), e)));
    case "record": return added(type.fields.map((f) => element(b, f.name, f.type)));
    default: return bug("a gradient that is neither a number nor holds any");
  }
}
