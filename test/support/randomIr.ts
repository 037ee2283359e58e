import { Builder, booleanType, freshAccumulator, freshLabel, freshVar, integerType, makeBlock, numberType } from "../../packages/transformer/src/ir/build.ts";
import type { Ids } from "../../packages/transformer/src/ir/build.ts";
import type { Apply, Block, Instruction, IrFunction, Label, Origin, Read, Type, Var } from "../../packages/transformer/src/ir/ir.ts";

/**
 * `exact`: arithmetic of the user over all kinds of numbers, to be compared to the bit. `free`: the same constructs with arithmetic of
 * derivatives over small whole numbers, where every order of summation gives the same result.
 */
export type Arithmetic = "exact" | "free";

/** A number in [0, 1) from a seed, the same on every machine (mulberry32). */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const origin: Origin = { loc: { fileName: "random.ts", start: 0, end: 0 }, statement: null };
const loc = origin.loc;
const arrayType: Type = { kind: "array", constructorName: "Array", element: numberType };
const matrixType: Type = { kind: "array", constructorName: "Array", element: arrayType };
const tapeType: Type = { kind: "tape", element: numberType };
const recordType: Type = {
  kind: "record",
  text: null,
  fields: [
    { name: "p", type: numberType, optional: false },
    { name: "q", type: numberType, optional: false },
  ],
};

/** What is in sight at a point of the program. Copied for nested Blocks, so that what they define is not used after them. */
interface Scope {
  readonly numbers: readonly Var[];
  readonly booleans: readonly Var[];
  readonly arrays: readonly Var[];
  readonly records: readonly Var[];
  readonly accumulators: readonly Var[];
  readonly tapes: readonly Var[];
  readonly labels: readonly { readonly label: Label; readonly count: number }[];
  /** What was computed or read already and can be asked for again. */
  readonly known: readonly (Apply | Read)[];
}

class Generator {
  readonly ids: Ids = { next: 0 };
  readonly next: () => number;
  readonly arithmetic: Arithmetic;
  /** Instructions still to be written. */
  budget: number;
  /** An array that much of what is computed is pushed to, in half of the programs; in the others most of it is dead. */
  seen: Var | null = null;

  constructor(seed: number, arithmetic: Arithmetic, size: number) {
    this.next = random(seed);
    this.arithmetic = arithmetic;
    this.budget = size;
  }

  below(n: number): number { return Math.floor(this.next() * n); }
  chance(p: number): boolean { return this.next() < p; }
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  name(): string | null { return this.chance(0.3) ? this.pick(["a", "b", "s", "t"]) : null; }
  literal(): Var {
    const values = this.arithmetic === "exact" ? [0, -0, 1, -1, 2, 0.5, NaN, 3] : [0, 1, -1, 2, 3];
    return new Builder(this.ids, origin).literal(this.pick(values));
  }
  number(scope: Scope): Var { return this.chance(0.2) ? this.literal() : this.pick(scope.numbers); }

  /** A number that stays small, so that sums and products of it are exact. */
  wrap(b: Builder, v: Var): Var {
    if (this.arithmetic === "exact") return v;
    return b.apply("%", [b.apply("Math.trunc", [v], numberType), b.literal(97)], numberType);
  }

  expression(b: Builder, scope: Scope): Var {
    if (this.arithmetic === "exact") {
      const unary = this.chance(0.25), op = unary ? this.pick(["neg", "Math.sin", "Math.abs", "pos"]) : this.pick(["+", "-", "*", "/", "Math.max", "%"]);
      const args = unary ? [this.number(scope)] : [this.number(scope), this.number(scope)];
      return b.apply(op, args, numberType, { name: this.name() });
    }
    let v = this.number(scope);
    for (let k = this.below(3) + 1; k > 0; k--) {
      const other = this.number(scope);
      switch (this.below(8)) {
        case 0: v = b.derive("neg", [v]); break;
        case 1: v = b.derive("?:", [this.condition(b, scope), b.literal(this.pick([0, 1])), b.literal(this.pick([0, 1, -1]))]); break;
        case 2: v = b.derive("?:", [b.derive("===", [v, b.literal(0)], booleanType), b.literal(0), other]); break;
        case 3: v = b.derive("/", [v, b.literal(this.pick([1, 2, -1]))]); break;
        case 4: v = b.derive("*", this.chance(0.5) ? [v, other] : [other, v]); break;
        default: v = b.derive(this.pick(["+", "-", "*"]), this.chance(0.5) ? [v, other] : [other, v]); break;
      }
    }
    return this.wrap(b, v);
  }

  condition(b: Builder, scope: Scope): Var {
    if (scope.booleans.length > 0 && this.chance(0.3)) return this.pick(scope.booleans);
    if (this.chance(0.1)) return b.literal(this.chance(0.5));
    return b.apply(this.pick(["<", "<=", "===", ">"]), [this.number(scope), this.number(scope)], booleanType);
  }

  index(b: Builder, scope: Scope): Var {
    if (this.chance(0.6)) return b.literal(this.below(3));
    return b.apply("&", [this.pick(scope.numbers), b.literal(1)], integerType);
  }

  /** A Block of a few instructions. `yields` Vars come out at its end, unless it ends earlier. */
  block(outer: Scope, yields: number, depth: number, begin?: (b: Builder, scope: Scope) => Scope): Block {
    const b = new Builder(this.ids, origin);
    let scope = begin ? begin(b, outer) : outer;
    for (let k = this.below(6) + 1; k > 0 && this.budget > 0; k--) {
      this.budget--;
      scope = this.nextInstruction(b, scope, depth);
      const ended = makeBlock(b.instructions).dead;
      if (ended) return makeBlock(b.instructions);
    }
    if (scope.labels.length > 0 && this.chance(0.15)) {
      this.exit(b, scope);
      return makeBlock(b.instructions);
    }
    return makeBlock(b.instructions, this.some(yields, scope));
  }

  some(count: number, scope: Scope): readonly Var[] { return Array.from({ length: count }, () => this.number(scope)); }

  exit(b: Builder, scope: Scope): void {
    const { label, count } = this.pick(scope.labels);
    b.emit({ kind: "exit", origin, target: label, values: this.some(count, scope) });
  }

  outs(count: number): readonly Var[] { return Array.from({ length: count }, () => freshVar(this.ids, this.name(), numberType)); }

  /** One more instruction, or one that was there before. */
  nextInstruction(b: Builder, scope: Scope, depth: number): Scope {
    if (scope.known.length > 0 && this.chance(0.2)) {
      const known = this.pick(scope.known.slice(-12)), out = freshVar(this.ids, this.name(), known.out.type);
      b.emit({ ...known, out });
      return out.type.kind === "number" ? { ...scope, numbers: [...scope.numbers, this.wrap(b, out)] } : scope;
    }
    const before = b.instructions.length;
    const after = this.instruction(b, scope, depth);
    const newest = after.numbers.at(-1);
    if (this.seen && newest && after.numbers.length > scope.numbers.length && this.chance(0.4) && !makeBlock(b.instructions).dead) {
      b.emit({ kind: "push", origin, ref: this.seen, value: newest });
    }
    const made = b.instructions.slice(before).filter((i) => i.kind === "apply" || i.kind === "read");
    return { ...after, known: [...scope.known, ...made] };
  }

  instruction(b: Builder, scope: Scope, depth: number): Scope {
    const withNumber = (v: Var): Scope => ({ ...scope, numbers: [...scope.numbers, v] });
    const define = (type: Type, make: (out: Var) => Instruction): Var => {
      const out = freshVar(this.ids, this.name(), type);
      b.emit(make(out));
      return out;
    };
    const array = this.pick(scope.arrays);
    const drawn = this.below(depth > 0 ? 26 : 20);
    // Accumulators and tapes show their mistakes only if several instructions meet on one of them.
    const kind = drawn <= 3 && this.arithmetic === "free" && this.chance(0.6) ? this.pick([12, 12, 17]) : drawn;
    // Adjoints are arithmetic of derivatives: a sum of none is 0 whatever the sign.
    if (this.arithmetic === "exact" && kind >= 11 && kind <= 16) return withNumber(this.expression(b, scope));
    switch (kind) {
      case 0:
      case 1:
      case 2:
      case 3:
        return withNumber(this.expression(b, scope));
      case 4: {
        const v = this.expression(b, scope);
        return withNumber(this.chance(0.5) ? v : this.expression(b, { ...scope, numbers: [v, v] }));
      }
      case 5: {
        const key = this.index(b, scope);
        return withNumber(
          this.wrap(
            b,
            define(numberType, (out) => ({ kind: "read", origin, ref: array, key, out })),
          ),
        );
      }
      case 6:
        b.emit({ kind: "write", origin, ref: array, key: this.index(b, scope), value: this.number(scope) });
        return scope;
      case 7: {
        const c = this.condition(b, scope);
        return c.literal ? scope : { ...scope, booleans: [...scope.booleans, c] };
      }
      case 8:
        return { ...scope, arrays: [...scope.arrays, this.newArray(b, scope, define)] };
      case 9: {
        if (scope.records.length === 0 || this.chance(0.3)) {
          const record = define(recordType, (out) => ({
            kind: "record",
            origin,
            fields: [
              ["p", this.number(scope)],
              ["q", this.number(scope)],
            ],
            out,
          }));
          return { ...scope, records: [...scope.records, record] };
        }
        const ref = this.pick(scope.records),
          key = this.pick(["p", "q"]);
        if (this.chance(0.5))
          return withNumber(
            this.wrap(
              b,
              define(numberType, (out) => ({ kind: "read", origin, ref, key, out })),
            ),
          );
        b.emit({ kind: "write", origin, ref, key, value: this.number(scope) });
        return scope;
      }
      case 10:
        if (this.chance(0.4)) b.emit({ kind: "raw", origin, parts: ["log(", this.number(scope), ")"], out: null, pure: false });
        return scope;
      case 11: {
        const accumulator = freshAccumulator(this.ids, this.chance(0.5) ? "dx" : null);
        b.emit({ kind: "declare", origin, accumulator, init: this.chance(0.3) ? this.number(scope) : null });
        return { ...scope, accumulators: [...scope.accumulators, accumulator] };
      }
      case 12:
      case 13:
      case 14:
      case 15: {
        if (scope.accumulators.length === 0) return scope;
        const accumulator = this.pick(scope.accumulators.slice(-2));
        if (this.chance(0.5)) {
          const value = this.chance(0.4) ? scope.numbers.at(-1) : undefined;
          b.emit({ kind: "add", origin, accumulator, value: value ?? this.number(scope) });
          return scope;
        }
        return withNumber(
          this.wrap(
            b,
            define(numberType, (out) => ({ kind: this.chance(0.5) ? "get" : "take", origin, accumulator, out })),
          ),
        );
      }
      case 16: {
        const key = this.index(b, scope);
        if (this.chance(0.5)) {
          b.emit({ kind: "addTo", origin, ref: array, key, value: this.number(scope) });
          return scope;
        }
        return withNumber(
          this.wrap(
            b,
            define(numberType, (out) => ({ kind: "takeFrom", origin, ref: array, key, out })),
          ),
        );
      }
      case 17:
        return this.tape(b, scope, define);
      case 18:
        return withNumber(define(integerType, (out) => ({ kind: "length", origin, ref: array, out })));
      case 19:
        if (scope.labels.length > 0 && this.chance(0.3)) this.leave(b, scope);
        return scope;
      case 20:
      case 21:
        return this.ifElse(b, scope, depth);
      case 22:
      case 23:
        return this.loop(b, scope, depth);
      case 24:
        return this.labelled(b, scope, depth);
      default:
        return this.endless(b, scope, depth);
    }
  }

  newArray(b: Builder, scope: Scope, define: (type: Type, make: (out: Var) => Instruction) => Var): Var {
    const array = this.pick(scope.arrays);
    switch (this.below(5)) {
      case 0: return define(arrayType, (out) => ({ kind: "copy", origin, ref: array, out }));
      case 1: return define(arrayType, (out) => ({ kind: "zeros", origin, like: array, out }));
      case 2: return define(arrayType, (out) => ({ kind: "allocate", origin, length: b.literal(3), out }));
      case 3: {
        // A matrix of shared rows, and one of them again: another name for the same memory.
        const rows = define(matrixType, (out) => ({ kind: "array", origin, elements: [array, this.pick(scope.arrays)], out }));
        const key = b.literal(this.below(2));
        return define(arrayType, (out) => ({ kind: "read", origin, ref: rows, key, out }));
      }
      default: return define(arrayType, (out) => ({ kind: "array", origin, elements: this.some(3, scope), out }));
    }
  }

  tape(b: Builder, scope: Scope, define: (type: Type, make: (out: Var) => Instruction) => Var): Scope {
    if (scope.tapes.length === 0 || this.chance(0.2)) {
      const tape = freshVar(this.ids, "t_", tapeType);
      b.emit({ kind: "tape", origin, tape, length: null, note: null });
      b.emit({ kind: "tapeRecord", origin, tape, index: null, value: this.number(scope) });
      return { ...scope, tapes: [...scope.tapes, tape] };
    }
    const tape = this.pick(scope.tapes.slice(-2));
    switch (this.below(4)) {
      case 0: b.emit({ kind: "tapeRecord", origin, tape, index: null, value: this.number(scope) }); return scope;
      case 1: {
        const index = b.literal(0);
        b.emit({ kind: "tapeRecord", origin, tape, index, value: this.number(scope) });
        const v = define(numberType, (out) => ({ kind: "tapeRecall", origin, tape, index, out }));
        return { ...scope, numbers: [...scope.numbers, v] };
      }
      default: {
        const entries = define(integerType, (out) => ({ kind: "tapeLength", origin, tape, out }));
        const condition = b.apply(">", [entries, b.literal(0)], booleanType), [out] = this.outs(1), recalled = freshVar(this.ids, null, numberType);
        if (!out) return scope;
        const then = makeBlock([{ kind: "tapeRecall", origin, tape, index: null, out: recalled }], [recalled]);
        b.emit({ kind: "if", origin, condition, then, else: makeBlock([], [this.number(scope)]), outs: [out] });
        return { ...scope, numbers: [...scope.numbers, out] };
      }
    }
  }

  /** `if (c) exit L`: the usual way out. */
  leave(b: Builder, scope: Scope): void {
    const condition = this.condition(b, scope), arm = new Builder(this.ids, origin);
    this.exit(arm, scope);
    b.emit({ kind: "if", origin, condition, then: arm.block(), else: makeBlock([]), outs: [] });
  }

  ifElse(b: Builder, scope: Scope, depth: number): Scope {
    const condition = this.condition(b, scope), count = this.below(3);
    const then = this.block(scope, count, depth - 1), otherwise = this.chance(0.3) && count === 0 ? makeBlock([]) : this.block(scope, count, depth - 1);
    const outs = then.dead && otherwise.dead ? [] : this.outs(count);
    b.emit({ kind: "if", origin, condition, then, else: otherwise, outs });
    return { ...scope, numbers: [...scope.numbers, ...outs] };
  }

  /** Params of a loop: the first counts. */
  params(count: number, scope: Scope): { params: readonly Var[]; inits: readonly Var[] } {
    const b = new Builder(this.ids, origin);
    return { params: this.outs(count + 1), inits: [b.literal(0), ...this.some(count, scope)] };
  }

  loop(b: Builder, scope: Scope, depth: number): Scope {
    const count = this.below(3), { params, inits } = this.params(count, scope), [counter] = params;
    if (!counter) return scope;
    const head = new Builder(this.ids, origin);
    const condition = head.apply("<", [counter, head.literal(this.below(4))], booleanType);
    // Some params stay what they are: they are to be found out.
    const inner: Scope = { ...scope, numbers: [...scope.numbers, ...params] };
    const start = this.block(inner, count, depth - 1);
    const body = this.count(start, counter, params);
    const outs = this.outs(count + 1), form = this.pick(["for", "reverse"] as const);
    b.emit({ kind: "loop", origin, form, params, inits, head: head.block(), condition, body, outs });
    return { ...scope, numbers: [...scope.numbers, ...outs] };
  }

  /** The body with the counter's step; some params stay, which is for the passes to find out. */
  count(body: Block, counter: Var, params: readonly Var[]): Block {
    if (body.dead) return body;
    const b = new Builder(this.ids, origin);
    body.instructions.forEach((i) => b.emit(i));
    const next = b.apply("+", [counter, b.literal(1)], numberType);
    const rest = params.slice(1).map((p, k) => (this.chance(0.3) ? p : body.yields[k] ?? p));
    return makeBlock(b.instructions, [next, ...rest]);
  }

  labelled(b: Builder, scope: Scope, depth: number): Scope {
    const count = this.below(3), label = freshLabel(this.ids);
    const body = this.block({ ...scope, labels: [...scope.labels, { label, count }] }, count, depth - 1);
    const isLeft = !body.dead || holdsExit(body, label);
    const outs = isLeft ? this.outs(count) : [];
    b.emit({ kind: "block", origin, label, purpose: "plain", body, outs });
    return { ...scope, numbers: [...scope.numbers, ...outs] };
  }

  /** `for (;;)` inside a block that is left after a few trips. */
  endless(b: Builder, scope: Scope, depth: number): Scope {
    const count = this.below(2), label = freshLabel(this.ids), { params, inits } = this.params(count, scope), [counter] = params;
    if (!counter) return scope;
    const inner: Scope = { ...scope, numbers: [...scope.numbers, ...params], labels: [...scope.labels, { label, count }] };
    const start = this.block(inner, count, depth - 1, (body, s) => {
      const arm = new Builder(this.ids, origin);
      arm.emit({ kind: "exit", origin, target: label, values: this.some(count, s) });
      const condition = body.apply(">=", [counter, body.literal(this.below(3))], booleanType);
      body.emit({ kind: "if", origin, condition, then: arm.block(), else: makeBlock([]), outs: [] });
      return s;
    });
    const body = this.count(start, counter, params);
    const loop: Instruction = { kind: "loop", origin, form: "while", params, inits, head: makeBlock([]), condition: null, body, outs: [] };
    const outs = this.outs(count);
    b.emit({ kind: "block", origin, label, purpose: "break", body: makeBlock([loop]), outs });
    return { ...scope, numbers: [...scope.numbers, ...outs] };
  }
}

function holdsExit(block: Block, label: Label): boolean {
  return block.instructions.some((i) => {
    switch (i.kind) {
      case "exit": return i.target === label;
      case "if": return holdsExit(i.then, label) || holdsExit(i.else, label);
      case "loop": case "block": return holdsExit(i.body, label);
      default: return false;
    }
  });
}

/** A random function of two numbers and two arrays of three; it returns a record of numbers and arrays. */
export function randomFunction(seed: number, arithmetic: Arithmetic, size = 40): IrFunction {
  const g = new Generator(seed, arithmetic, size);
  const x = freshVar(g.ids, "x", numberType), y = freshVar(g.ids, "y", numberType), u = freshVar(g.ids, "u", arrayType), w = freshVar(g.ids, "w", arrayType);
  const b = new Builder(g.ids, origin);
  if (g.chance(0.5)) {
    g.seen = freshVar(g.ids, null, arrayType);
    b.emit({ kind: "array", origin, elements: [], out: g.seen });
  }
  let scope: Scope = { numbers: [x, y], booleans: [], arrays: [u, w], records: [], accumulators: [], tapes: [], labels: [], known: [] };
  while (g.budget-- > 0) scope = g.nextInstruction(b, scope, 3);
  const numbers = g.some(3, scope), array = g.pick(scope.arrays);
  b.emit({
    kind: "return",
    origin,
    fields: [
      ["value", numbers[0] ?? x],
      ["dx", numbers[1] ?? x],
      ["dy", numbers[2] ?? x],
      ["u", array],
      ["seen", g.seen ?? array],
    ],
    value: null,
  });
  return {
    name: "f",
    loc,
    exported: false,
    wrt: null,
    body: b.block(),
    result: { kind: "opaque", text: null },
    typeParameters: "",
    resultText: null,
    nextId: g.ids.next,
    parameters: [x, y, u, w].map((variable) => ({ pattern: { kind: "name", variable }, typeText: null, optional: false, rest: false })),
    inputs: [x, y, u, w].map((variable) => ({ name: variable.name ?? "", variable, paths: null })),
  };
}
