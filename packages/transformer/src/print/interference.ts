import { assertNever } from "../diagnostics/bug.ts";
import type { Expr, LoopStatement, Statement, Variable } from "./tree.ts";
import { eachVariable, ownExpressions } from "./walk.ts";

export type Interference = Map<Variable, Set<Variable>>;
type Live = ReadonlySet<Variable>;

/**
 * Which of the given variables are needed at the same time: one is set while the other holds a value still to be read. A copy
 * does not count against its source, for then they hold the same.
 *
 * Method: liveness backwards over the tree; an exit needs what is needed after its block; loops are walked until nothing is added.
 */
export function interference(list: readonly Statement[], wanted: Live): Interference {
  const found: Interference = new Map();
  const labels = new Map<number, Live>();
  const starts = new Map<LoopStatement, Live>();

  const set = (v: Variable, live: Live, copied: Variable | null): void => {
    if (!wanted.has(v)) return;
    for (const other of live) {
      if (other === v || other === copied) continue;
      add(found, v, other);
      add(found, other, v);
    }
  };
  const withReads = (live: Live, expressions: readonly Expr[]): Live => {
    const result = new Set(live);
    for (const e of expressions) eachVariable(e, (v) => { if (wanted.has(v)) result.add(v); });
    return result;
  };
  const source = (e: Expr | undefined): Variable | null => (e?.kind === "variable" ? e.variable : null);
  const without = (live: Live, vs: readonly Variable[]): Live => {
    const result = new Set(live);
    for (const v of vs) result.delete(v);
    return result;
  };

  const walk = (statements: readonly Statement[], after: Live): Live => statements.reduceRight((live, s) => step(s, live), after);

  const step = (s: Statement, live: Live): Live => {
    switch (s.kind) {
      case "assign":
        set(s.target, live, source(s.value));
        return withReads(without(live, [s.target]), [s.value]);
      case "parallel": {
        // Targets conflict with each other, also if one is copied from another: that one gets a new value here.
        const all = new Set([...live, ...s.targets.filter((t) => wanted.has(t))]);
        const changed = new Set(s.targets);
        s.targets.forEach((t, k) => {
          const from = source(s.values[k]);
          set(t, all, from && !changed.has(from) ? from : null);
        });
        return withReads(without(live, s.targets), s.values);
      }
      case "if": return withReads(new Set([...walk(s.then, live), ...walk(s.else, live)]), [s.condition]);
      case "block":
        labels.set(s.label.id, live);
        return walk(s.body, live);
      case "exit": return labels.get(s.label.id) ?? new Set();
      case "loop": return loop(s, live);
      case "return": case "throw": return withReads(new Set(), ownExpressions(s));
      case "store": case "effect": return withReads(live, ownExpressions(s));
      case "declare": case "jump": case "heading": return live;
      default: return assertNever(s);
    }
  };

  const loop = (s: LoopStatement, after: Live): Live => {
    const leaving: Live = s.condition ? after : new Set();
    const condition = s.condition ? [s.condition] : [];
    // From where the last visit ended (what is needed only grows): a nest of loops would otherwise take exponential time.
    let start: Live = starts.get(s) ?? new Set();
    for (;;) {
      const next = walk(s.head, withReads(new Set([...leaving, ...walk(s.body, start)]), condition));
      if (next.size === start.size) { starts.set(s, next); return next; }
      start = next;
    }
  };

  walk(list, new Set());
  return found;
}

function add(map: Interference, a: Variable, b: Variable): void {
  const known = map.get(a);
  if (known) known.add(b); else map.set(a, new Set([b]));
}
