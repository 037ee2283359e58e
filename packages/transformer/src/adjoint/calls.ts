import type { Call } from "../ir/ir.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { adjointOf, contribute, isActive } from "./state.ts";
import { freshVar, literalVar } from "../ir/build.ts";
import { zeroLike } from "./instantiate.ts";

/** The reverse of a call that was not inlined: the backward half of the callee, on what this activation kept. */
export function reverseCall(r: ReverseState, i: Call, scope: Scope): void {
  const half = r.halves.ofForward.get(i.callee);
  if (!half) return;
  const { flat, tape, passed } = half.shape;
  const record = flat ? null : i.out;
  const result = record ? r.halves.results.get(record) : i.out;
  const seed = half.seeded && result ? adjointOf(r, scope, result) : null;
  // What was pushed on the tape must come off it, whatever the seed.
  if (half.seeded && !seed && !half.writes && !tape) return;
  const bare = half.scalars.length === 1;
  const results = half.scalars.length > 0 ? freshVar(r.ids, null, bare ? half.scalars[0]!.type : half.gradientType) : null;
  const args = [
    ...i.args.filter((_, n) => passed.has(n)),
    ...(record ? [record] : []),
    ...(tape ? [r.tape] : []),
    ...(half.seeded ? [seed ?? (result ? zeroLike(scope.builder, result) : literalVar(r.ids, 0))] : []),
  ];
  scope.builder.emit({ kind: "call", origin: i.origin, callee: half.backward, args, out: results });
  if (!results) return;
  for (const { index, field, type } of half.scalars) {
    const a = i.args[index];
    if (!a || !isActive(r, a)) continue;
    if (bare) { contribute(r, scope, a, results); continue; }
    const d = freshVar(r.ids, null, type);
    scope.builder.emit({ kind: "read", origin: i.origin, ref: results, key: field, out: d });
    contribute(r, scope, a, d);
  }
}
