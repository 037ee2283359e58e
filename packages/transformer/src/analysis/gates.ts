import { literalVar } from "../ir/build.ts";
import type { Apply, Block, Instruction, IrFunction, Read, Var } from "../ir/ir.ts";
import { eachInstruction, isPure, mapNested, nestedBlocks } from "../ir/visit.ts";
import type { Formula, GatePattern } from "../rules/rulebook.ts";

/**
 * Finds gates that are written out (`1 / (1 + Math.exp(-x))`) and says so on their last operation.
 *
 * Requires  verified IR, before or after optimisation of the primal (after it, more equal parts are one Var).
 * Ensures   only `gate` fields are added: instructions, operands and so the forward bits stay.
 * Method    each spelling is matched against the tree of definitions above an `apply`. Intermediate results may have other
 *           uses: their adjoints are theirs, the gate's goes straight to its operands. What is visible at a definition is
 *           visible wherever its result is used, so the operands of a gate are visible at its last operation.
 */
export function recogniseGates(fn: IrFunction, patterns: readonly GatePattern[]): IrFunction {
  const one = literalVar({ next: fn.nextId }, 1);
  const matcher = new Matcher(definitions(fn.body), one);
  const here = operationsOf(fn.body);
  const possible = patterns.filter((p) => isPossible(p.spelling, here)).map((pattern) => ({ pattern, root: rootOf(pattern.spelling) }));
  if (possible.length === 0) return fn;
  let changed = false;
  const mapBlock = (block: Block): Block => {
    let same = true;
    const instructions = block.instructions.map((i): Instruction => {
      const next = i.kind === "apply" ? annotate(i) : mapNested(i, mapBlock);
      if (next !== i) same = false;
      return next;
    });
    return same ? block : { ...block, instructions };
  };
  const annotate = (i: Apply): Apply => {
    if (i.gate) return i;
    for (const { pattern, root } of possible) {
      const args = root === i.op || isPower(i.op) ? matcher.find(pattern, i) : null;
      if (args) {
        changed = true;
        return { ...i, gate: { op: pattern.op, args } };
      }
    }
    return i;
  };
  const body = mapBlock(fn.body);
  return changed ? { ...fn, body, nextId: fn.nextId + 1 } : fn;
}

/** A power may be read as an exponential or as a quotient. */
const isPower = (op: string): boolean => op === "**" || op === "Math.pow";

function operationsOf(body: Block): ReadonlySet<string> {
  const found = new Set<string>();
  eachInstruction(body, (i) => { if (i.kind === "apply") found.add(i.op); });
  return found;
}

/** Whether a function with these operations may hold a spelling: most functions have nothing of most gates. */
function isPossible(spelling: Formula, here: ReadonlySet<string>): boolean {
  if (spelling.kind === "literal" || spelling.kind === "name") return true;
  const { op, args } = spelling;
  const known = op === "=" || op === "sum" || here.has(op) || ((op === "Math.exp" || op === "/") && (here.has("**") || here.has("Math.pow")));
  return known && args.every((a) => isPossible(a, here));
}

/** The operation that comes last in a spelling. */
function rootOf(spelling: Formula): string | null {
  if (spelling.kind === "literal" || spelling.kind === "name") return null;
  const [, named] = spelling.args;
  return spelling.op === "=" && named ? rootOf(named) : spelling.op === "sum" ? "+" : spelling.op;
}

/** Whether two Vars of the function surely hold the same number. */
export function equality(fn: IrFunction): (a: Var, b: Var) => boolean {
  const matcher = new Matcher(definitions(fn.body), literalVar({ next: fn.nextId }, 1));
  return (a, b) => matcher.equal(a, b);
}

/** Where a Var is defined. */
interface Definition { readonly instruction: Instruction; readonly block: Block; readonly position: number }

function definitions(body: Block): ReadonlyMap<Var, Definition> {
  const found = new Map<Var, Definition>();
  const visit = (block: Block): void => block.instructions.forEach((instruction, position) => {
    if (instruction.kind === "apply" || instruction.kind === "read") found.set(instruction.out, { instruction, block, position });
    nestedBlocks(instruction).forEach(visit);
  });
  visit(body);
  return found;
}

/** What the names of a pattern stand for; the operand of a `sum` for one Var a term. */
type Bindings = ReadonlyMap<string, readonly Var[]>;
/** What remains to be matched: patterns are matched with backtracking, because operands of `+` and `*` come in either order. */
type Rest = (bindings: Bindings) => Bindings | null;

const commutative: ReadonlySet<string> = new Set(["+", "*", "Math.max", "Math.min"]);
/** Limits, so that any text gets an answer quickly: what lies beyond them is taken for different, or for no sum of a gate. */
const depthOfComparison = 6;
const mostComparisons = 100;
const mostTerms = 200;

class Matcher {
  private readonly defined: ReadonlyMap<Var, Definition>;
  private readonly one: Var;
  private comparisons = 0;

  constructor(defined: ReadonlyMap<Var, Definition>, one: Var) {
    this.defined = defined;
    this.one = one;
  }

  equal(a: Var, b: Var): boolean {
    this.comparisons = 0;
    return this.same(a, b, depthOfComparison);
  }

  /** The operands of the gate if the instruction is its spelling. */
  find(pattern: GatePattern, i: Apply): readonly Var[] | null {
    const each = pattern.rest ? pattern.operands.at(-1) : undefined;
    const bindings = this.match(pattern.spelling, i.out, new Map(), each, (complete) => complete);
    return bindings && pattern.operands.flatMap((name) => bindings.get(name) ?? []);
  }

  private match(pattern: Formula, v: Var, bindings: Bindings, each: string | undefined, rest: Rest): Bindings | null {
    if (pattern.kind === "literal") return this.constantOf(v) === pattern.value ? rest(bindings) : null;
    if (pattern.kind === "name") return this.bind(pattern.name, v, bindings, rest);
    const [first, second] = pattern.args;
    if (pattern.op === "=" && first?.kind === "name" && second) {
      return this.match(second, v, bindings, each, (found) => this.bind(first.name, v, found, rest));
    }
    if (pattern.op === "sum" && first && each !== undefined) return this.matchTerms(first, this.terms(v), bindings, each, [], rest);
    for (const args of this.readings(pattern.op, v)) {
      if (args.length !== pattern.args.length) continue;
      const found = this.matchAll(pattern.args, args, 0, bindings, each, rest)
        ?? (commutative.has(pattern.op) ? this.matchAll(pattern.args, args.toReversed(), 0, bindings, each, rest) : null);
      if (found) return found;
    }
    return null;
  }

  /** Matches patterns and operands from place `k` on. */
  private matchAll(patterns: readonly Formula[], args: readonly Var[], k: number, bindings: Bindings, each: string | undefined, rest: Rest): Bindings | null {
    const pattern = patterns[k], arg = args[k];
    if (!pattern || !arg) return rest(bindings);
    return this.match(pattern, arg, bindings, each, (found) => this.matchAll(patterns, args, k + 1, found, each, rest));
  }

  private matchTerms(pattern: Formula, terms: readonly Var[], bindings: Bindings, each: string, collected: readonly Var[], rest: Rest): Bindings | null {
    const [term, ...left] = terms;
    if (!term) return collected.length > 0 ? rest(new Map([...bindings, [each, collected]])) : null;
    return this.match(pattern, term, bindings, each, (found) => {
      const others = new Map(found);
      others.delete(each);
      return this.matchTerms(pattern, left, others, each, [...collected, ...(found.get(each) ?? [])], rest);
    });
  }

  private bind(name: string, v: Var, bindings: Bindings, rest: Rest): Bindings | null {
    const bound = bindings.get(name)?.[0];
    this.comparisons = 0;
    if (bound) return this.same(bound, v, depthOfComparison) ? rest(bindings) : null;
    return rest(new Map([...bindings, [name, [v]]]));
  }

  /** The operands of `v` read as the operation `op`, in each way it can be read so. */
  private *readings(op: string, v: Var): Iterable<readonly Var[]> {
    const i = this.applied(v);
    if (!i) return;
    if (i.op === op) yield i.args;
    if (i.op !== "**" && i.op !== "Math.pow") return;
    const [base, exponent] = i.args;
    if (!base || !exponent) return;
    if (op === "Math.exp" && this.constantOf(base) === Math.E) yield [exponent];
    if (op === "/" && this.constantOf(exponent) === -1) yield [this.one, base];
  }

  /** The terms of a sum, however it is bracketed; a 0 at its start is none. Nothing if there are too many. */
  private terms(v: Var): readonly Var[] {
    const terms: Var[] = [], left = [v];
    for (let steps = 0; left.length > 0; steps++) {
      const next = left.pop()!; // the list is not empty
      const i = this.applied(next);
      if (steps > 2 * mostTerms) return [];
      if (i?.op === "+") left.push(...i.args.toReversed());
      else if (this.constantOf(next) !== 0) terms.push(next);
    }
    return terms;
  }

  private applied(v: Var): Apply | null {
    const instruction = this.defined.get(v)?.instruction;
    return instruction?.kind === "apply" ? instruction : null;
  }

  private constantOf(v: Var): number | boolean | null {
    const value = v.literal?.value;
    if (typeof value === "number" || typeof value === "boolean") return value;
    const i = this.applied(v);
    const [arg] = i?.args ?? [];
    if (i?.op !== "neg" || !arg) return null;
    const inner = this.constantOf(arg);
    return typeof inner === "number" ? -inner : null;
  }

  /** Whether two Vars surely hold the same number: the same operations on the same operands. */
  private same(a: Var, b: Var, depth: number): boolean {
    if (a === b) return true;
    if (a.literal && b.literal) return Object.is(a.literal.value, b.literal.value);
    const da = this.defined.get(a), db = this.defined.get(b);
    if (depth === 0 || !da || !db || ++this.comparisons > mostComparisons) return false;
    if (da.instruction.kind === "apply" && db.instruction.kind === "apply") {
      const { op, args } = da.instruction, others = db.instruction.args;
      // What is spread may have changed between two reads of it.
      return (
        op === db.instruction.op && !op.endsWith("...") && args.length === others.length && args.every((arg, k) => this.same(arg, others[k] ?? arg, depth - 1))
      );
    }
    return da.instruction.kind === "read" && db.instruction.kind === "read" && this.sameRead(da, db, depth);
  }

  /** Two reads of one place with nothing between them that could write there. */
  private sameRead(a: Definition, b: Definition, depth: number): boolean {
    const first = a.instruction as Read, second = b.instruction as Read; // checked by the caller
    const sameKey = typeof first.key === "string" || typeof second.key === "string" ? first.key === second.key : this.same(first.key, second.key, depth - 1);
    return sameKey && a.block === b.block && this.same(first.ref, second.ref, depth - 1)
      && a.block.instructions.slice(Math.min(a.position, b.position), Math.max(a.position, b.position)).every(isPure);
  }
}
