import type { Apply, Block, Instruction, IrFunction, Label, Var } from "../ir/ir.ts";
import { eachInstruction, mapNested } from "../ir/visit.ts";
import { equality } from "./gates.ts";

/** The gate of a root of what is only 0 where its own derivative is 0, and that of a root of what is never 0. */
const norm = "gate:norm", softened = "gate:softenedNorm";

/**
 * Finds norms: roots of sums of squares, also of such that a loop adds up. At the origin the root alone has the partial Infinity and the
 * squares have 0, whose product is NaN; together they are a norm, which has 0 there.
 *
 * Requires  verified IR, gates recognised.
 * Ensures   only `gate` fields are added to `Math.sqrt(s)`, `s ** 0.5` and `Math.pow(s, 0.5)`.
 * Method    s is a sum of squares if every way it comes about is one: a square, a sum or product of such, a number that is not negative.
 *           A variable that a loop carries is taken for one until a way says otherwise.
 */
export function recogniseNorms(fn: IrFunction): IrFunction {
  const sources = sourcesOf(fn);
  const same = equality(fn);
  const mapBlock = (block: Block): Block => {
    let kept = true;
    const instructions = block.instructions.map((i): Instruction => {
      const next = i.kind === "apply" ? annotate(i) : mapNested(i, mapBlock);
      if (next !== i) kept = false;
      return next;
    });
    return kept ? block : { ...block, instructions };
  };
  const annotate = (i: Apply): Apply => {
    const radicand = i.gate ? null : radicandOf(i);
    if (!radicand || !isSumOfSquares(scaled(radicand, sources), sources, same)) return i;
    return { ...i, gate: { op: hasPositiveTerm(radicand, sources) ? softened : norm, args: [radicand] } };
  };
  const body = mapBlock(fn.body);
  return body === fn.body ? fn : { ...fn, body };
}

function radicandOf(i: Apply): Var | null {
  const [base, exponent] = i.args;
  if (i.op === "Math.sqrt") return base ?? null;
  return (i.op === "**" || i.op === "Math.pow") && exponent?.literal?.value === 0.5 ? base ?? null : null;
}

/** A mean of squares, `s / n`: a factor that has no derivative and is not part of a sum may have any sign. */
function scaled(v: Var, sources: Sources): Var {
  const [source] = sources.get(v) ?? [];
  if (!source || !isApply(source)) return v;
  const [a, b] = source.args;
  if (!a || !b) return v;
  if ((source.op === "/" || source.op === "*") && isInactive(b, sources)) return a;
  return source.op === "*" && isInactive(a, sources) ? b : v;
}

/** A number of the text, a length, or what is computed of such: `1 / xs.length`. */
function isInactive(v: Var, sources: Sources, depth = 4): boolean {
  if (v.type.kind === "integer" || typeof v.literal?.value === "number") return true;
  const ways = sources.get(v) ?? [], [source] = ways;
  return depth > 0 && ways.length === 1 && source !== undefined && isApply(source) && source.args.every((a) => isInactive(a, sources, depth - 1));
}

/** How a Var comes about: by an operation, or by one of several ways. */
type Sources = ReadonlyMap<Var, readonly (Apply | Var)[]>;
const isApply = (source: Apply | Var): source is Apply => "kind" in source;

function sourcesOf(fn: IrFunction): Sources {
  const sources = new Map<Var, (Apply | Var)[]>();
  const outsOf = new Map<Label, readonly Var[]>();
  const add = (to: readonly Var[], from: readonly Var[]): void => to.forEach((v, k) => {
    const source = from[k];
    if (!source) return;
    const known = sources.get(v);
    if (known) known.push(source);
    else sources.set(v, [source]);
  });
  eachInstruction(fn.body, (i) => {
    switch (i.kind) {
      case "apply": sources.set(i.out, [i]); break;
      case "if": add(i.outs, i.then.yields); add(i.outs, i.else.yields); break;
      case "loop": add(i.params, i.inits); add(i.params, i.body.yields); add(i.outs, i.params); break;
      case "block": outsOf.set(i.label, i.outs); add(i.outs, i.body.yields); break;
      case "exit": add(outsOf.get(i.target) ?? [], i.values); break;
      default: break;
    }
  });
  return sources;
}

const mostVisits = 200;

function isSumOfSquares(v: Var, sources: Sources, same: (a: Var, b: Var) => boolean): boolean {
  const taken = new Set<Var>(), left = [v];
  let squares = false;
  for (let at = left.pop(); at; at = left.pop()) {
    if (taken.has(at)) continue;
    taken.add(at);
    if (taken.size > mostVisits) return false;
    if (at.literal) {
      if (typeof at.literal.value !== "number" || !(at.literal.value >= 0)) return false;
      continue;
    }
    const ways = sources.get(at);
    if (!ways) return false;
    for (const way of ways) {
      if (!isApply(way)) { left.push(way); continue; }
      const [a, b] = way.args;
      if (!a || !b) return false;
      if (way.op === "+") left.push(a, b);
      else if (way.op === "*" && same(a, b)) squares = true;
      else if (way.op === "*") left.push(a, b);
      else if (isEvenPower(way)) squares = true;
      else if (way.op === "/" && typeof b.literal?.value === "number" && b.literal.value > 0) left.push(a);
      else return false;
    }
  }
  return squares;
}

/** `x * x + 1e-9`: of terms that are not negative one is never 0. */
function hasPositiveTerm(v: Var, sources: Sources): boolean {
  for (let at: Var | undefined = v, other: Var | undefined; at; at = other) {
    const ways: readonly (Apply | Var)[] = sources.get(at) ?? [];
    const [only] = ways;
    if (ways.length !== 1 || !only || !isApply(only) || only.op !== "+") return false;
    const [a, b]: readonly Var[] = only.args;
    if ([a, b].some((term) => typeof term?.literal?.value === "number" && term.literal.value > 0)) return true;
    other = a;
  }
  return false;
}

function isEvenPower(i: Apply): boolean {
  const exponent = i.args[1]?.literal?.value;
  return (i.op === "**" || i.op === "Math.pow") && typeof exponent === "number" && exponent >= 2 && exponent % 2 === 0;
}
