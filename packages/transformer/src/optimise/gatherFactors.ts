import type { Apply, Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { freshVar, idsOf, isNamedConstant, literalVar, type Ids } from "../ir/build.ts";
import { eachInstruction, eachUse, mapNested } from "../ir/visit.ts";

/**
 * Multiplies a temporary of the derivative once by the literal that all its users would multiply it with.
 *
 *     t = 0.5 / y;  dx = 2 * x * t;  dz = 2 * z * t        t = 2 * (0.5 / y);  dx = x * t;  dz = z * t       t is 1 / y for `simplify`
 *
 * Requires  verified IR, simplified (literals stand in front of products).
 * Ensures   values up to rounding; only nameless `free` results change, those that nobody but such products reads. Something is saved: the
 *           temporary has a literal that takes the new one in, or two users. With `named` also what has a name, and what only some of the
 *           users multiply so: it stays as it is, and they read its multiple.
 */
export function gatherFactors(fn: IrFunction, named = false): IrFunction {
  const terms = new Map<Var, Apply>(), users = new Map<Var, Apply[]>(), uses = new Map<Var, number>();
  eachUse(fn.body, (v) => { uses.set(v, (uses.get(v) ?? 0) + 1); });
  eachInstruction(fn.body, (i) => {
    if (i.kind !== "apply" || !i.free) return;
    terms.set(i.out, i);
    for (const v of i.args) users.set(v, [...(users.get(v) ?? []), i]);
  });
  const changes: Changes = { literals: new Map(), scaled: new Map(), multiples: new Map(), read: new Map() };
  const ids = idsOf(fn);
  for (const [v, own] of terms) {
    const found = v.name === null && v.type.kind === "number" ? literalsOf(v, { terms, users, uses }, changes) : null;
    const [first] = found ?? [];
    if (named && v.type.kind === "number" && !found) shareMultiple(v, { terms, users, uses }, changes, ids);
    if (!found || !first || (found.length < 2 && !takesIn(own, terms, uses))) continue;
    for (const { product, literal } of found) changes.literals.set(product, literal / Math.abs(first.literal));
    changes.scaled.set(v, Math.abs(first.literal));
  }
  if (changes.scaled.size === 0 && changes.multiples.size === 0) return fn;
  const visit = (block: Block): Block => ({ ...block, instructions: block.instructions.flatMap((i): readonly Instruction[] => {
    if (i.kind !== "apply") return [mapNested(i, visit)];
    const literal = changes.literals.get(i), factor = changes.scaled.get(i.out);
    const scaled = literal === undefined ? i.args : [literalVar(ids, literal), ...i.args.slice(1)];
    const read = changes.read.get(i), args = read ? scaled.map((a) => (a === read.of ? read.multiple : a)) : scaled;
    const multiple = changes.multiples.get(i.out);
    if (multiple)
      return [
        { ...i, args },
        { kind: "apply", origin: i.origin, op: "*", args: [literalVar(ids, multiple.factor), i.out], out: multiple.variable, free: true },
      ];
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
  /** What has a multiple beside it from now on, and who reads that. */
  readonly multiples: Map<Var, { readonly variable: Var; readonly factor: number }>;
  readonly read: Map<Apply, { readonly of: Var; readonly multiple: Var }>;
}

/** `t = 2 * dc` for those that read `2 * x * dc`, if they are two or more. */
function shareMultiple(v: Var, facts: Facts, changes: Changes, ids: Ids): void {
  const groups = new Map<number, { readonly user: Apply; readonly product: Apply; readonly literal: number }[]>();
  for (const user of facts.users.get(v) ?? []) {
    const found = user.args[0] === user.args[1] ? null : scaledUser(user, v, facts, changes);
    // `2 * v` itself is the multiple.
    if (!found || found.product === user || Math.abs(found.literal) === 1 || changes.read.has(user)) continue;
    const size = Math.abs(found.literal);
    groups.set(size, [...(groups.get(size) ?? []), { user, ...found }]);
  }
  const [largest] = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  if (!largest || largest[1].length < 2) return;
  const [factor, users] = largest, variable = freshVar(ids, null, v.type);
  changes.multiples.set(v, { variable, factor });
  for (const { user, product, literal } of users) {
    changes.literals.set(product, literal / factor);
    changes.read.set(user, { of: v, multiple: variable });
  }
}

function scaledUser(user: Apply, v: Var, facts: Facts, changes: Changes): { readonly product: Apply; readonly literal: number } | null {
  const product = user.op === "*" ? leadingProduct(user, v, facts) : null, literal = product && numberOf(product.args[0]);
  return product && literal !== null && literal !== 0 && !changes.literals.has(product) && !changes.scaled.has(product.out) ? { product, literal } : null;
}

/** Where each user of `v` multiplies it by a literal, all by the same one but for the sign; null if one does not. */
function literalsOf(v: Var, facts: Facts, changes: Changes): readonly { readonly product: Apply; readonly literal: number }[] | null {
  const users = facts.users.get(v) ?? [];
  if (users.length === 0 || users.length !== facts.uses.get(v)) return null;
  const found = users.map((user) => scaledUser(user, v, facts, changes));
  const size = Math.abs(found[0]?.literal ?? 1);
  if (size === 1) return null;
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

const numberOf = (v: Var | undefined): number | null =>
  typeof v?.literal?.value === "number" && Number.isFinite(v.literal.value) && !isNamedConstant(v.literal) ? v.literal.value : null;
