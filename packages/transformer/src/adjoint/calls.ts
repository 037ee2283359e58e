import type { Call } from "../ir/ir.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { adjointOf, contribute, isActive } from "./state.ts";
import { freshVar, literalVar, numberType } from "../ir/build.ts";

/** The reverse of a call that was not inlined: the backward half of the callee, on the record of this activation. */
export function reverseCall(r: ReverseState, i: Call, scope: Scope): void {
  const half = r.halves.ofForward.get(i.callee);
  const record = i.out;
  if (!half || !record) return;
  const result = r.halves.results.get(record);
  const seed = half.seeded && result ? adjointOf(r, scope, result) : null;
  if (half.seeded && !seed && !half.writes) return;
  const bare = half.scalars.length === 1;
  const results = half.scalars.length > 0 ? freshVar(r.ids, null, bare ? numberType : half.gradientType) : null;
  const args = half.seeded ? [record, seed ?? literalVar(r.ids, 0)] : [record];
  scope.builder.emit({ kind: "call", origin: i.origin, callee: half.backward, args, out: results });
  if (!results) return;
  for (const { index, field } of half.scalars) {
    const a = i.args[index];
    if (!a || !isActive(r, a)) continue;
    if (bare) { contribute(r, scope, a, results); continue; }
    const d = freshVar(r.ids, null, numberType);
    scope.builder.emit({ kind: "read", origin: i.origin, ref: results, key: field, out: d });
    contribute(r, scope, a, d);
  }
}
