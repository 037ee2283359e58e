import type { Apply, Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { freshVar, idsOf, literalVar } from "../ir/build.ts";
import { eachInstruction, eachUse, mapNested } from "../ir/visit.ts";

/**
 * Multiplies a temporary of the derivative once by the literal that all its users would multiply it with.
 *
 *     t = 0.5 / y;  dx = 2 * x * t;  dz = 2 * z * t        t = 2 * (0.5 / y);  dx = x * t;  dz = z * t       t is 1 / y for `simplify`
 *
 * Requires  verified IR, simplified (literals stand in front of products).
 * Ensures   values up to rounding; only nameless `free` results change, those that nobody but such products reads. Something is saved: the
 *           temporary has a literal that takes the new one in, or two users.
 */
export function gatherFactors(fn: IrFunction): IrFunction {
  const terms = new Map<Var, Apply>(), users = new Map<Var, Apply[]>(), uses = new Map<Var, number>();
  eachUse(fn.body, (v) => { uses.set(v, (uses.get(v) ?? 0) + 1); });
  eachInstruction(fn.body, (i) => {
    if (i.kind !== "apply" || !i.free) return;
    terms.set(i.out, i);
    for (const v of i.args) users.set(v, [...(users.get(v) ?? []), i]);
  });
  const changes: Changes = { literals: new Map(), scaled: new Map() };
  for (const [v, own] of terms) {
    const found = v.name === null && v.type.kind === "number" ? literalsOf(v, { terms, users, uses }, changes) : null;
    const [first] = found ?? [];
    if (!found || !first || (found.length < 2 && !takesIn(own, terms, uses))) continue;
    for (const { product, literal } of found) changes.literals.set(product, literal / Math.abs(first.literal));
    changes.scaled.set(v, Math.abs(first.literal));
  }
  if (changes.scaled.size === 0) return fn;
  const ids = idsOf(fn);
  const visit = (block: Block): Block => ({ ...block, instructions: block.instructions.flatMap((i): readonly Instruction[] => {
    if (i.kind !== "apply") return [mapNested(i, visit)];
    const literal = changes.literals.get(i), factor = changes.scaled.get(i.out);
    const args = literal === undefined ? i.args : [literalVar(ids, literal), ...i.args.slice(1)];
    if (factor === undefined) return [{ ...i, args }];
    const plain = freshVar(ids, null, i.out.type);
    return [{ ...i, args, out: plain }, { kind: "apply", origin: i.origin, op: "*", args: [literalVar(ids, factor), plain], out: i.out, free: true }];
  }) });
  const body = visit(fn.body);
  return { ...fn, body, nextId: ids.next };
}

interface Facts {
  readonly terms: ReadonlyMap<Var, Apply>;
  readonly users: ReadonlyMap<Var, readonly Apply[]>;
  readonly uses: ReadonlyMap<Var, number>;
}

interface Changes {
  /** Products `literal * x` and the literal they get instead. */
  readonly literals: Map<Apply, number>;
  readonly scaled: Map<Var, number>;
}

/** Where each user of `v` multiplies it by a literal, all by the same one but for the sign; null if one does not. */
function literalsOf(v: Var, facts: Facts, changes: Changes): readonly { readonly product: Apply; readonly literal: number }[] | null {
  const users = facts.users.get(v) ?? [];
  if (users.length === 0 || users.length !== facts.uses.get(v)) return null;
  const found = users.map((user) => {
    const product = user.op === "*" ? leadingProduct(user, v, facts) : null, literal = product && numberOf(product.args[0]);
    return product && literal !== null && !changes.literals.has(product) && !changes.scaled.has(product.out) ? { product, literal } : null;
  });
  const size = Math.abs(found[0]?.literal ?? 1);
  if (size === 1 || size === 0) return null;
  return found.every((f) => f !== null && Math.abs(f.literal) === size) ? found.filter((f) => f !== null) : null;
}

/** The product with the literal in `literal * x * … * v`: each part is read by the next one only. */
function leadingProduct(user: Apply, v: Var, facts: Facts): Apply | null {
  const [a, b] = user.args;
  if (!a || !b || a === b) return null;
  if (numberOf(a) !== null) return user;
  const other = a === v ? b : a, inner = facts.terms.get(other);
  if (inner?.op !== "*" || other.name !== null || facts.uses.get(other) !== 1) return null;
  return leadingProduct(inner, v, facts);
}

/** Whether multiplying by a literal once more costs nothing: there is one already. */
function takesIn(i: Apply, terms: ReadonlyMap<Var, Apply>, uses: ReadonlyMap<Var, number>): boolean {
  const inside = (v: Var | undefined): boolean => {
    const term = v && v.name === null && uses.get(v) === 1 ? terms.get(v) : undefined;
    return term !== undefined && takesIn(term, terms, uses);
  };
  const [a, b, c] = i.args;
  switch (i.op) {
    case "*": return numberOf(a) !== null || inside(a) || inside(b);
    case "/": return numberOf(a) !== null || inside(a);
    case "neg": return inside(a);
    case "?:": return (numberOf(b) === 0 && inside(c)) || (numberOf(c) === 0 && inside(b));
    default: return false;
  }
}

const numberOf = (v: Var | undefined): number | null => (typeof v?.literal?.value === "number" && Number.isFinite(v.literal.value) ? v.literal.value : null);
