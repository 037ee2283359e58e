import type { RecordType, Type } from "../ir/ir.ts";
import type { Expr, Statement, Variable } from "./tree.ts";
import { eachStatement, eachVariable, subexpressions } from "./walk.ts";

/**
 * The variables whose type inference would look for in what is made from them, so that it must be written:
 *
 *     for (…) { const t: number = s.r; s = s.k === 1 ? { k: 2, w: t } : { k: 1, r: t }; }
 *
 * Requires  statements in their last form, variables declared.
 */
export function goingRound(list: readonly Statement[]): ReadonlySet<Variable> {
  return new Set([...putBack(list), ...narrowedFrom(list)]);
}

/**
 * The variables of loops that are made from what is at a place with a constant key (`row[0]!`), and that what is written to such a place is made from,
 * perhaps that one, by way of others.
 */
function putBack(list: readonly Statement[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  eachStatement(list, (loop) => {
    if (loop.kind !== "loop") return;
    const read = new Set<Variable>();
    eachStatement(loop.body, (s) => { if (s.kind === "assign" && readsConstantPlace(s.value)) read.add(s.target); });
    eachStatement(loop.body, (s) => {
      if (s.kind === "store" && typeof s.place.key !== "string" && s.place.key.kind === "literal")
        eachVariable(s.value, (v) => {
          if (read.has(v)) found.add(v);
        });
    });
  });
  return found;
}

const readsConstantPlace = (e: Expr): boolean =>
  (e.kind === "member" && e.assert && typeof e.key !== "string" && e.key.kind === "literal") || subexpressions(e).some(readsConstantPlace);

/**
 * The variables that a loop declares and makes from a variable of a union, of which it also makes what that variable holds next: which of the
 * union it is, the checker asks what it was assigned.
 */
function narrowedFrom(list: readonly Statement[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  for (const loop of outermostLoops(list)) {
    const declared = new Map<Variable, ReadonlySet<Variable>>(), next = new Map<Variable, Set<Variable>>();
    eachStatement([loop], (s) => {
      if (s.kind !== "assign" && s.kind !== "declare") return;
      const target = s.kind === "assign" ? s.target : s.variable, from = new Set<Variable>();
      if (s.value) eachVariable(s.value, (v) => from.add(v));
      if (s.kind === "declare" || s.declares) declared.set(target, from);
      if (isUnion(target.type)) next.set(target, new Set([...next.get(target) ?? [], ...from]));
    });
    for (const [union, from] of next) {
      const made = new Set(from);
      for (const v of made) for (const u of declared.get(v) ?? []) made.add(u);
      for (const v of made) if (declared.get(v)?.has(union)) found.add(v);
    }
  }
  return found;
}

function outermostLoops(list: readonly Statement[]): readonly Statement[] {
  return list.flatMap((s): readonly Statement[] => {
    switch (s.kind) {
      case "loop": return [s];
      case "if": return outermostLoops([...s.then, ...s.else]);
      case "block": return outermostLoops(s.body);
      default: return [];
    }
  });
}

const recordOf = (type: Type): RecordType | null => (type.kind === "optional" ? recordOf(type.of) : type.kind === "record" ? type : null);
const isUnion = (type: Type): boolean => recordOf(type)?.members !== undefined;
