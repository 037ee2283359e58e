import { Builder, idsOf } from "../ir/build.ts";
import type { Apply, Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { mapNested } from "../ir/visit.ts";
import { Replacements } from "./replacements.ts";

/**
 * Simplifies derivatives of matrices: a number spread over a matrix, as the gradient of a sum is, is multiplied by as a number.
 *
 *     squareGradient(a, spread(s, a))  →  scale(a, 2 * s)
 *     mul(a, spread(s, a))             →  scale(a, s)
 *     scale(a, 1)                      →  a
 *
 * Requires  verified IR.
 * Ensures   only `free` operations change, and their values at most by rounding.
 */
export function simplifyMatrices(fn: IrFunction): IrFunction {
  const ids = idsOf(fn), replacements = new Replacements(), terms = new Map<Var, Apply>();
  const rewrite = (i: Apply, b: Builder): Apply | Var => {
    const args = i.args.map((a) => replacements.resolve(a)), [first, second] = args;
    const spreadOf = (v: Var | undefined): Apply | undefined => {
      const term = v && terms.get(v);
      return term?.op === "matrix.spread" && term.args[0]?.type.kind === "number" ? term : undefined;
    };
    const same: Apply = args.every((a, k) => a === i.args[k]) ? i : { ...i, args };
    if (!first) return same;
    const scaled = (of: Var, factor: Var): Apply | Var => (factor.literal?.value === 1 ? of : { ...same, op: "matrix.scale", args: [of, factor] });
    const product = (a: Var, k: Var): Var =>
      a.literal?.value === 1
        ? k
        : k.literal?.value === 1
          ? a
          : typeof a.literal?.value === "number" && typeof k.literal?.value === "number"
            ? b.literal(a.literal.value * k.literal.value)
            : b.derive("*", [a, k]);
    const by = spreadOf(second), of = spreadOf(first);
    switch (same.op) {
      case "matrix.squareGradient":
        return by ? scaled(first, product(b.literal(2), by.args[0]!)) : same;
      case "matrix.mul":
        return by ? scaled(first, by.args[0]!) : same;
      case "matrix.scale": {
        if (!second) return same;
        if (of) return { ...same, op: "matrix.spread", args: [product(of.args[0]!, second), of.args[1]!] };
        return second.literal?.value === 1 ? first : same;
      }
      case "matrix.neg":
        return of ? { ...same, op: "matrix.spread", args: [product(b.literal(-1), of.args[0]!), of.args[1]!] } : same;
      // What the runtime takes it to be if it is left out.
      case "matrix.crossEntropyGradient":
      case "matrix.hingeGradient":
        return args.length > 2 && args.at(-1)?.literal?.value === 1 && (same.op !== "matrix.hingeGradient" || args.length === 4)
          ? { ...same, args: args.slice(0, -1) }
          : same;
      default:
        return same;
    }
  };
  let changed = false;
  const visit = (block: Block): Block => {
    const instructions = block.instructions.flatMap((i): readonly Instruction[] => {
      if (i.kind !== "apply") return [mapNested(i, visit)];
      if (i.free !== true || !i.op.startsWith("matrix.")) return [i];
      const b = new Builder(ids, i.origin), made = rewrite(i, b);
      if (made === i) { terms.set(i.out, i); return [i]; }
      changed = true;
      if (!("kind" in made)) { replacements.set(i.out, made); return []; }
      terms.set(i.out, made);
      return [...b.instructions, made];
    });
    return instructions.length === block.instructions.length && instructions.every((i, k) => i === block.instructions[k]) ? block : { ...block, instructions };
  };
  const body = visit(fn.body);
  return changed ? replacements.in({ ...fn, body, nextId: ids.next }) : fn;
}
