import type { Apply, Block, Instruction, IrFunction, Literal, Var } from "../ir/ir.ts";
import { Builder, idsOf, isNamedConstant, literalVar } from "../ir/build.ts";
import { eachInstruction, eachUse, mapNested } from "../ir/visit.ts";
import { foldLiterals } from "./foldLiterals.ts";
import { rewriteExact, rewriteFree } from "./identities.ts";
import type { Term } from "./identities.ts";
import { Replacements } from "./replacements.ts";

/** How the arithmetic of the user looked before the optimiser touched it: the operands of each result. */
export type AsWritten = ReadonlyMap<Var, readonly Var[]>;

/** Notes the arithmetic that `simplify` is to leave alone as long as its operands stay what they are. */
export function asWritten(fn: IrFunction): AsWritten {
  const written = new Map<Var, readonly Var[]>();
  eachInstruction(fn.body, (i) => { if (i.kind === "apply" && !i.free && i.out.type.kind !== "boolean") written.set(i.out, i.args); });
  return written;
}

/**
 * Simplifies arithmetic: `x * 1` → `x`, `neg (neg x)` → `x`, literals folded; in derivatives also `0 * x` → `0` and their like.
 *
 * Requires  verified IR. `written`: arithmetic that stays as it is if its operands are the same, because the output is read beside the source.
 * Ensures   results without `free` keep their bits, -0 and NaN included. `free` ones keep their value up to rounding, wherever the operands are
 *           finite; -0 and 0 are one there.
 * Method    one walk; operands are simplified before their users. What an identity left unread is for eliminateDead.
 */
export function simplify(fn: IrFunction, written: AsWritten = new Map()): IrFunction {
  const ids = idsOf(fn);
  const state: State = { ids, written, replacements: new Replacements(), terms: new Map(), uses: countUses(fn) };
  const body = visit(fn.body, state);
  return body === fn.body ? fn : state.replacements.in({ ...fn, body, nextId: ids.next });
}

interface State {
  readonly ids: { next: number };
  readonly written: AsWritten;
  readonly replacements: Replacements;
  /** The operations so far, by result. */
  readonly terms: Map<Var, Apply>;
  readonly uses: ReadonlyMap<Var, number>;
}

function countUses(fn: IrFunction): Map<Var, number> {
  const uses = new Map<Var, number>();
  eachUse(fn.body, (v) => { uses.set(v, (uses.get(v) ?? 0) + 1); });
  return uses;
}

function visit(block: Block, state: State): Block {
  const instructions: Instruction[] = [];
  for (const i of block.instructions) {
    if (i.kind === "apply") instructions.push(...simplified(i, state));
    else instructions.push(mapNested(i, (b) => visit(b, state)));
  }
  const same = instructions.length === block.instructions.length && instructions.every((i, k) => i === block.instructions[k]);
  return same ? block : { ...block, instructions };
}

/** What takes the place of an operation: itself, a simpler one with what that needs, or nothing if the result is another Var. */
function simplified(i: Apply, state: State): readonly Instruction[] {
  const args = i.args.map((a) => constantOf(state.replacements.resolve(a), i, state));
  let current: Apply = args.every((a, k) => a === i.args[k]) ? i : { ...i, args };
  const before: Instruction[] = [];
  // Each step makes the term smaller or moves a sign outwards; the bound only keeps a mistake in the table from hanging the compiler.
  for (let step = 0; step < 8; step++) {
    const next = rewrite(current, state);
    if (!next) break;
    if ("value" in next) {
      state.replacements.set(i.out, asVar(next, i, state));
      return before;
    }
    const builder = new Builder(state.ids, i.origin);
    const operands = next.args.map((t) => emit(t, i, builder, state));
    before.push(...builder.instructions);
    current = { ...current, op: next.op, args: operands };
  }
  state.terms.set(i.out, current);
  return [...before, current];
}

/**
 * For a derivative, a nameless constant of the user (`2 * 6371`) is its value, if that reads well; for a comparison in any case, since
 * a guard `d === 0` on it is then decided.
 */
function constantOf(v: Var, user: Apply, state: State): Var {
  const term = user.free && v.name === null ? state.terms.get(v) : undefined;
  const folded = term && !term.free ? foldLiterals(term.op, term.args.map((a) => a.literal)) : null;
  return folded && (user.op === "===" || String(folded.value).length <= 8) ? { ...literalVar(state.ids, folded.value), type: v.type } : v;
}

function rewrite(i: Apply, state: State): Term | null {
  const isWritten = isUntouched(i, state.written.get(i.out));
  const keepsName = i.free && arithmetic.has(i.op) && i.args.some((a) => isNamedConstant(a.literal));
  const folded = isWritten || keepsName ? null : foldLiterals(i.op, i.args.map((a) => a.literal));
  if (folded) return { value: folded };
  if (i.free) return rewriteFree(i, { termOf: (v) => freeTerm(v, state), isUsedOnce: (v) => (state.uses.get(v) ?? 0) <= 1 });
  return isWritten ? null : rewriteExact(i, (v) => state.terms.get(v));
}

const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "neg"]);

const isUntouched = (i: Apply, args: readonly Var[] | undefined): boolean => args !== undefined && args.every((a, k) => a === i.args[k]);

/** An operation of a derivative, which others may take apart; the user's own are values like any other. */
function freeTerm(v: Var, state: State): Apply | undefined {
  const term = state.terms.get(v);
  return term?.free && v.name === null ? term : undefined;
}

/** The Var of a result that needs no instruction: an operand or a literal. */
function asVar(term: { readonly value: Var | Literal }, i: Apply, state: State): Var {
  if ("id" in term.value) return term.value;
  return { ...literalVar(state.ids, term.value.value), type: i.out.type };
}

function emit(term: Term | Var, i: Apply, builder: Builder, state: State): Var {
  if ("id" in term) return term;
  if ("value" in term) return asVar(term, i, state);
  const args = term.args.map((t) => emit(t, i, builder, state));
  const out = builder.derive(term.op, args, i.out.type);
  const made = builder.instructions.at(-1);
  if (made?.kind === "apply") state.terms.set(out, made);
  return out;
}
