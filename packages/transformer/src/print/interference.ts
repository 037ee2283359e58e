import { assertNever } from "../diagnostics/bug.ts";
import { addBit, addBits, hasBit, haveCommonBit, noBits, removeBit, type Bits } from "./bits.ts";
import type { Expr, LoopStatement, Statement, Variable } from "./tree.ts";
import { eachVariable, ownExpressions } from "./walk.ts";

/** What is needed at the same time, for classes of variables that grow as they are merged; a class goes by any of its variables that was kept. */
export interface Interference {
  conflict(a: Variable, b: Variable): boolean;
  merge(kept: Variable, gone: Variable): void;
}

/**
 * Which of the given variables are needed at the same time: one is set while the other holds a value still to be read. A copy
 * does not count against its source, for then they hold the same.
 *
 * Method: liveness backwards over the tree; an exit needs what is needed after its block; loops are walked until nothing is added.
 */
export function interference(list: readonly Statement[], wanted: ReadonlySet<Variable>): Interference {
  const numbers = new Map<Variable, number>();
  for (const v of wanted) numbers.set(v, numbers.size);
  const size = numbers.size;
  /** For each variable those that are needed where it is set. */
  const found = Array.from(numbers, () => noBits(size));
  const labels = new Map<number, Bits>();
  const starts = new Map<LoopStatement, Bits>();

  const set = (v: Variable, live: Bits, copied: Variable | null): void => {
    const n = numbers.get(v), row = n === undefined ? undefined : found[n];
    if (n === undefined || !row) return;
    const source = copied && numbers.get(copied);
    const known = typeof source === "number" && hasBit(row, source);
    addBits(row, live);
    removeBit(row, n);
    if (typeof source === "number" && !known) removeBit(row, source);
  };
  /** These add to the set they are given. */
  const read = (live: Bits, expressions: readonly Expr[]): Bits => {
    for (const e of expressions) {
      eachVariable(e, (v) => {
        const n = numbers.get(v);
        if (n !== undefined) addBit(live, n);
      });
    }
    return live;
  };
  const drop = (live: Bits, vs: readonly Variable[]): Bits => {
    for (const v of vs) {
      const n = numbers.get(v);
      if (n !== undefined) removeBit(live, n);
    }
    return live;
  };
  const source = (e: Expr | undefined): Variable | null => (e?.kind === "variable" ? e.variable : null);

  /** What is needed before the statements; the set given is not changed, the one returned is new. */
  const walk = (statements: readonly Statement[], after: Bits): Bits => {
    let live: Bits = after.slice();
    for (let k = statements.length - 1; k >= 0; k--) live = step(statements[k] as Statement, live);
    return live;
  };

  /** May change the set it is given. */
  const step = (s: Statement, live: Bits): Bits => {
    switch (s.kind) {
      case "assign":
        set(s.target, live, source(s.value));
        return read(drop(live, [s.target]), [s.value]);
      case "parallel": {
        // Targets conflict with each other, also if one is copied from another: that one gets a new value here.
        const all = read(live.slice(), s.targets.map((variable) => ({ kind: "variable", variable })));
        const changed = new Set(s.targets);
        s.targets.forEach((t, k) => {
          const from = source(s.values[k]);
          set(t, all, from && !changed.has(from) ? from : null);
        });
        return read(drop(live, s.targets), s.values);
      }
      case "if": {
        const before = walk(s.then, live);
        addBits(before, walk(s.else, live));
        return read(before, [s.condition]);
      }
      case "block":
        labels.set(s.label.id, live);
        return walk(s.body, live);
      case "exit": return labels.get(s.label.id)?.slice() ?? noBits(size);
      case "loop": return loop(s, live);
      case "return": case "throw": return read(noBits(size), ownExpressions(s));
      case "store": case "effect": return read(live, ownExpressions(s));
      case "declare": case "jump": case "heading": return live;
      default: return assertNever(s);
    }
  };

  const loop = (s: LoopStatement, after: Bits): Bits => {
    const condition = s.condition ? [s.condition] : [];
    // From where the last visit ended (what is needed only grows): a nest of loops would otherwise take exponential time.
    const start = starts.get(s) ?? noBits(size);
    starts.set(s, start);
    for (;;) {
      const next = walk(s.body, start);
      if (s.condition) addBits(next, after);
      if (!addBits(start, walk(s.head, read(next, condition)))) return start.slice();
    }
  };

  walk(list, noBits(size));

  const members = Array.from(numbers, (_, n) => {
    const own = noBits(size);
    addBit(own, n);
    return own;
  });
  const needed = (a: Variable, b: Variable): boolean => {
    const row = found[numbers.get(a) ?? -1], others = members[numbers.get(b) ?? -1];
    return row !== undefined && others !== undefined && haveCommonBit(row, others);
  };
  return {
    conflict: (a, b) => needed(a, b) || needed(b, a),
    merge(kept, gone) {
      const k = numbers.get(kept) ?? -1, g = numbers.get(gone) ?? -1;
      for (const rows of [found, members]) {
        const mine = rows[k], its = rows[g];
        if (mine && its) addBits(mine, its);
      }
    },
  };
}
