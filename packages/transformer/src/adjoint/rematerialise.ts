import type { Ids } from "../ir/build.ts";
import { freshVar, idsOf } from "../ir/build.ts";
import type { Apply, Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { eachInstruction, eachUse, mapNested, operands, renameInstruction } from "../ir/visit.ts";

/** Up to this many operations an unnamed part of a user's expression is written again rather than given a name. */
const operationLimit = 2;

const cheap = new Set(["+", "-", "*", "neg", "<", "<=", ">", ">=", "===", "!==", "!", "Math.abs"]);

/** `v + c - c`: what is added and taken away again is there to round off, and a copy must not be taken apart. */
function roundsOff(v: Var, definitions: ReadonlyMap<Var, Apply>): boolean {
  const signs = new Map<Var | null, number>();
  const cancels = (at: Var, sign: number): boolean => {
    const d = definitions.get(at), [a, b] = d?.args ?? [];
    if (d && a && b && (at === v || at.name === null) && (d.op === "+" || d.op === "-")) return cancels(a, sign) || cancels(b, d.op === "-" ? -sign : sign);
    const key = at.literal ? null : at,
      signed = at.literal && typeof at.literal.value === "number" && at.literal.value < 0 ? -sign : sign,
      known = signs.get(key);
    signs.set(key, signed);
    return known !== undefined && known !== signed;
  };
  return cancels(v, 1);
}

/**
 * Keeps the user's statements as they were written: an unnamed part that the reverse needs too (`x * y` in `Math.sin(x * y)`) is computed
 * again there if that is cheap, so that the forward statement stays one expression.
 *
 * Requires  the optimised gradient (afterwards common subexpressions would be merged again).
 * Ensures   the same values; only unnamed parts used once by the forward pass and otherwise by derivative arithmetic are copied.
 */
export function rematerialise(fn: IrFunction): IrFunction {
  const uses = new Map<Var, { forward: number; derived: number; elsewhere: number }>();
  const definitions = new Map<Var, Apply>();
  const count = (v: Var, kind: "forward" | "derived" | "elsewhere"): void => {
    const u = uses.get(v) ?? { forward: 0, derived: 0, elsewhere: 0 };
    u[kind]++;
    uses.set(v, u);
  };
  const total = new Map<Var, number>();
  eachUse(fn.body, (v) => { total.set(v, (total.get(v) ?? 0) + 1); });
  eachInstruction(fn.body, (i) => {
    if (i.kind === "apply") definitions.set(i.out, i);
    for (const v of operands(i)) count(v, i.kind === "apply" ? (i.free ? "derived" : "forward") : "elsewhere");
  });

  const costOf = (v: Var): number => {
    const d = definitions.get(v);
    if (!d || v.name !== null || d.free || !cheap.has(d.op)) return v.name !== null || v.literal || !d ? 0 : Infinity;
    return 1 + d.args.reduce((n, a) => n + costOf(a), 0);
  };
  const chosen = new Set<Var>();
  for (const [v, u] of uses) {
    const d = definitions.get(v);
    if (!d || d.free || v.name !== null || u.derived === 0 || u.forward + u.elsewhere !== 1 || total.get(v) !== u.derived + u.forward + u.elsewhere) continue;
    if (costOf(v) <= operationLimit && !roundsOff(v, definitions)) chosen.add(v);
  }
  if (chosen.size === 0) return fn;

  const ids: Ids = idsOf(fn);
  // A comparison asks for the bits (which operand of a maximum it was); arithmetic of the derivative may take a copy apart.
  const again = (v: Var, out: Instruction[], exact: boolean): Var => {
    const d = definitions.get(v);
    if (!d || !(chosen.has(v) || (v.name === null && !d.free && cheap.has(d.op)))) return v;
    const copy = freshVar(ids, null, v.type);
    const args = d.args.map((a) => again(a, out, exact));
    out.push({ kind: "apply", origin: d.origin, op: d.op, args, out: copy, ...(exact ? {} : { free: true }) });
    return copy;
  };
  const visit = (b: Block): Block => {
    const instructions = b.instructions.flatMap((i): readonly Instruction[] => {
      const nested = mapNested(i, visit);
      if (nested.kind !== "apply" || !nested.free || !nested.args.some((a) => chosen.has(a))) return [nested];
      const before: Instruction[] = [], exact = nested.out.type.kind === "boolean";
      const renamed = renameInstruction(nested, { use: (v) => (chosen.has(v) ? again(v, before, exact) : v), define: (v) => v, label: (l) => l });
      return [...before, renamed];
    });
    return { ...b, instructions };
  };
  const body = visit(fn.body);
  return { ...fn, body, nextId: ids.next };
}
