import type { Apply, Block, Instruction, IrFunction, Loop, Var } from "../ir/ir.ts";
import { freshVar, idsOf, literalVar, numberType, type Ids } from "../ir/build.ts";
import { bindings } from "../ir/verify.ts";
import { definitions, eachInstruction, eachUse, mapNested } from "../ir/visit.ts";

/**
 * Divides once before a loop where each trip of the derivative would divide by the same number.
 *
 *     for … { …; dmu -= dz / sigma }        const invSigma = 1 / sigma;  for … { …; dmu -= dz * invSigma }
 *     t = 1 / d;  …;  dx = dt / d           t = 1 / d;  …;  dx = dt * t          where there is a reciprocal already: the user's, or in a loop
 *
 * Requires  verified IR, simplified.
 * Ensures   values up to rounding; only quotients change that are read by derivatives alone, whose divisor stays the same in a loop and whose
 *           dividend does not (what is the same altogether leaves the loop as it is). A loop without trips computes a reciprocal that nobody reads.
 *           What a choice guards keeps its quotient: near 0 the reciprocal of its divisor may be infinite where the quotient is not.
 * Method    one walk that knows the reciprocals in sight. A new one stands before the outermost loop in which the divisor does not change. It has a name, so that `simplify` leaves it alone.
 */
export function hoistReciprocals(fn: IrFunction): IrFunction {
  const state: State = { ids: idsOf(fn), depths: new Map(), loops: [], derived: derivedQuotients(fn), known: new Map() };
  for (const p of fn.parameters) bindings(p.pattern).forEach((v) => state.depths.set(v, 0));
  const body = visit(fn.body, state);
  return body === fn.body ? fn : { ...fn, body, nextId: state.ids.next };
}

/** Quotients whose bits nobody may rely on: those of derivatives, and nameless ones that only derivatives read. */
function derivedQuotients(fn: IrFunction): ReadonlySet<Apply> {
  const free = new Map<Var, number>(), uses = new Map<Var, number>(), guarded = new Set<Var>(), found = new Set<Apply>();
  eachUse(fn.body, (v) => { uses.set(v, (uses.get(v) ?? 0) + 1); });
  eachInstruction(fn.body, (i) => {
    if (i.kind !== "apply") return;
    if (i.free && i.op !== "?:") for (const v of i.args) free.set(v, (free.get(v) ?? 0) + 1);
    if (i.op === "?:") for (const v of i.args) guarded.add(v);
  });
  eachInstruction(fn.body, (i) => {
    if (i.kind !== "apply" || i.op !== "/" || guarded.has(i.out)) return;
    if (i.free || (i.out.name === null && (uses.get(i.out) ?? 0) > 0 && uses.get(i.out) === free.get(i.out))) found.add(i);
  });
  return found;
}

interface State {
  readonly derived: ReadonlySet<Apply>;
  readonly ids: Ids;
  /** In how many loops each Var is defined. */
  readonly depths: Map<Var, number>;
  /** The loops around, from the outermost, each with the reciprocals that are to stand before it. */
  readonly loops: Map<Var, Apply>[];
  /** Reciprocals in sight, by their divisors. */
  readonly known: Map<Var, Var>;
}

function visit(block: Block, state: State): Block {
  const seen: Var[] = [];
  const instructions = block.instructions.flatMap((i): readonly Instruction[] => {
    const depth = state.loops.length;
    if (i.kind !== "loop") {
      definitions(i).forEach((v) => state.depths.set(v, depth));
      if (i.kind !== "apply") return [mapNested(i, (b) => visit(b, state))];
      const [one, divisor] = i.args;
      // An adjoint that happens to be a reciprocal reads badly as a factor of another one; outside of loops a quotient more is no loss.
      const mayServe = !i.free || (i.out.name === null && depth > 0);
      if (i.op === "/" && one?.literal?.value === 1 && divisor && !divisor.literal && mayServe && !state.known.has(divisor)) {
        state.known.set(divisor, i.out);
        seen.push(divisor);
        return [i];
      }
      return [rewritten(i, state)];
    }
    const before = new Map<Var, Apply>();
    state.loops.push(before);
    i.params.forEach((v) => state.depths.set(v, depth + 1));
    const inner = mapNested(i, (b) => visit(b, state)) as Loop; // keeps the kind
    state.loops.pop();
    i.outs.forEach((v) => state.depths.set(v, depth));
    return [...before.values(), inner];
  });
  seen.forEach((v) => state.known.delete(v));
  const same = instructions.length === block.instructions.length && instructions.every((i, k) => i === block.instructions[k]);
  return same ? block : { ...block, instructions };
}

function rewritten(i: Apply, { ids, depths, loops, derived, known: inSight }: State): Apply {
  const [a, b] = i.args;
  if (!derived.has(i) || !a || !b || b.literal || b.type.kind !== "number") return i;
  const reciprocal = inSight.get(b);
  if (reciprocal) return { ...i, op: "*", args: [a, reciprocal], free: true };
  const inside = (v: Var): boolean => !v.literal && (depths.get(v) ?? 0) >= loops.length;
  if (loops.length === 0 || inside(b) || !inside(a)) return i;
  const outermost = loops[depths.get(b) ?? 0];
  if (!outermost) return i;
  let known = outermost.get(b);
  if (!known) {
    const out = freshVar(ids, nameOf(b), numberType);
    known = { kind: "apply", origin: i.origin, op: "/", args: [literalVar(ids, 1), b], out, free: true };
    outermost.set(b, known);
  }
  return { ...i, op: "*", args: [a, known.out], free: true };
}

/** `invSigma` of `sigma`. */
function nameOf(divisor: Var): string {
  const { name } = divisor;
  return name === null || !/^[a-zA-Z]/.test(name) ? "inverse" : `inv${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
