import type { Apply, Block, If, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { Builder, booleanType, freshVar, idsOf, makeBlock, numberType } from "../ir/build.ts";
import { eachInstruction, isPure, mapNested, renameInstruction } from "../ir/visit.ts";
import { equality } from "./gates.ts";

/**
 * Gives the guards of generated gradients, `d === 0 ? 0 : partial * d`, the derivative of the product where they hold: the partial by `d`,
 * unless that is infinite. Read as any other branch it would be 0 there, and the second derivative by what makes `d` zero would be lost.
 *
 * Requires  verified IR of the primal; an `if` that stands in generated code is marked `generated`.
 * Ensures   forward values keep their bits; the arm of the 0 computes the partial, and its 0 counts as `d * partial` (a `gate`).
 * Method    the other arm must be a product and a quotient of factors among which are all of `d`: what is left of them is the partial.
 */
export function openGuards(fn: IrFunction): IrFunction {
  const applied = new Map<Var, Apply>();
  let any = false;
  eachInstruction(fn.body, (i) => {
    if (i.kind === "apply") applied.set(i.out, i);
    if (i.kind === "if" && i.generated) any = true;
  });
  if (!any) return fn;
  const ids = idsOf(fn), same = equality(fn);
  const visit = (block: Block): Block => {
    const instructions = block.instructions.map((i): Instruction => {
      const next = mapNested(i, visit);
      return next.kind === "if" && next.generated ? opened(next) : next;
    });
    return instructions.every((i, k) => i === block.instructions[k]) ? block : { ...block, instructions };
  };
  const opened = (i: If): If => {
    const test = applied.get(i.condition), [a, b] = test?.args ?? [];
    const d = a && isZero(b) ? a : b && isZero(a) ? b : undefined;
    if (!d || i.outs.length !== 1 || (test?.op !== "===" && test?.op !== "!==")) return i;
    const held = test.op === "===" ? i.then : i.else, product = test.op === "===" ? i.else : i.then;
    const result = product.yields[0];
    if (held.dead || product.dead || held.instructions.length > 0 || !isZero(held.yields[0]) || !result) return i;
    if (!product.instructions.every((p) => isPure(p) && p.kind !== "raw")) return i;
    const partial = quotient(factors(result, applied), factors(d, applied), same);
    if (!partial) return i;
    const arm = zeroWithDerivative(d, partial, product, new Builder(ids, i.origin));
    return test.op === "===" ? { ...i, then: arm } : { ...i, else: arm };
  };
  const body = visit(fn.body);
  return body === fn.body ? fn : { ...fn, body, nextId: ids.next };
}

const isZero = (v: Var | undefined): boolean => v?.literal?.value === 0;

/** A product of powers 1 and -1; constants are factors like any other, signs are one. */
interface Factors { readonly above: readonly Var[]; readonly below: readonly Var[]; readonly negative: boolean }

function factors(v: Var, applied: ReadonlyMap<Var, Apply>): Factors {
  const i = applied.get(v), [a, b] = i?.args ?? [];
  if (!i || !a) return { above: [v], below: [], negative: false };
  const first = factors(a, applied);
  if (i.op === "neg") return { ...first, negative: !first.negative };
  if (i.op === "pos") return first;
  if ((i.op !== "*" && i.op !== "/") || !b) return { above: [v], below: [], negative: false };
  const second = factors(b, applied), negative = first.negative !== second.negative;
  return i.op === "*"
    ? { above: [...first.above, ...second.above], below: [...first.below, ...second.below], negative }
    : { above: [...first.above, ...second.below], below: [...first.below, ...second.above], negative };
}

/** `of / by`, if each factor above the line of `by` is one of `of`; constants need not be. */
function quotient(of: Factors, by: Factors, same: (a: Var, b: Var) => boolean): Factors | null {
  const above = [...of.above], below = [...of.below];
  const without = (list: Var[], v: Var): boolean => {
    const at = list.findIndex((x) => x === v || same(x, v));
    if (at >= 0) list.splice(at, 1);
    return at >= 0;
  };
  for (const v of by.above) {
    if (without(above, v)) continue;
    if (!v.literal) return null;
    below.push(v);
  }
  for (const v of by.below) if (!without(below, v)) above.push(v);
  return { above, below, negative: of.negative !== by.negative };
}

/** `partial = …; finite = Number.isFinite(partial) ? partial : 0;` and a 0 that counts as `d * finite`. */
function zeroWithDerivative(d: Var, partial: Factors, product: Block, b: Builder): Block {
  const copies = new Map<Var, Var>();
  for (const i of product.instructions) {
    b.emit(renameInstruction(i, {
      use: (v) => copies.get(v) ?? v, label: (l) => l,
      define: (v) => { const copy = freshVar(b.ids, null, v.type); copies.set(v, copy); return copy; },
    }));
  }
  const use = (v: Var): Var => copies.get(v) ?? v;
  const times = (list: readonly Var[]): Var | null => list.map(use).reduce<Var | null>((so, v) => (so ? b.derive("*", [so, v]) : v), null);
  const above = times(partial.above) ?? b.literal(1), below = times(partial.below);
  const ratio = below ? b.derive("/", [above, below]) : above;
  const signed = partial.negative ? b.derive("neg", [ratio]) : ratio;
  const isFinite = b.derive("Number.isFinite", [signed], booleanType), finite = freshVar(b.ids, null, numberType);
  b.emit({ kind: "if", origin: b.origin, condition: isFinite, then: makeBlock([], [signed]), else: makeBlock([], [b.literal(0)]), outs: [finite] });
  const zero = b.apply("+", [b.literal(0), b.literal(0)], numberType, { free: true, gate: { op: "gate:vanishing", args: [d, finite] } });
  return makeBlock(b.instructions, [zero]);
}
