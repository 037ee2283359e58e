import { isNamedConstant } from "../ir/build.ts";
import { isLiteral, type Expr, type LiteralExpr, type RecordExpr, type Statement, type Store } from "./tree.ts";
import { eachStatement } from "./walk.ts";

/**
 * The longest function that V8 writes into its callers, in bytes of bytecode (`--max-inlined-bytecode-size`), and a little less,
 * because `size` is an estimate. The gradient of a small formula that is longer takes four times as long or more: the call is nothing, but all
 * numbers of the result become objects.
 */
export const inlinable = 456;

/**
 * About how many bytes of bytecode a function has; Infinity if it is none of those that anyone would inline (loops, calls of other functions).
 *
 * Method: what Ignition does for each expression. An operation takes its left side from a register and its right side from the accumulator:
 * so a variable on the left costs nothing and on the right 2, anything else on the left is stored first.
 */
export function size(list: readonly Statement[]): number {
  let locals = 0;
  eachStatement(list, (s) => { if (s.kind === "declare" || (s.kind === "assign" && s.declares !== null)) locals++; });
  return new Counter(locals).list(list);
}

class Counter {
  /** Registers of variables come first, in order of declaration; those of temporaries follow. */
  private readonly locals: number;
  private declared = 0;
  private taken = 0;
  private readonly registers = new Map<number, number>();
  constructor(locals: number) { this.locals = locals; }

  list(list: readonly Statement[]): number {
    return list.reduce((sum, s) => sum + this.statement(s), 0);
  }

  private statement(s: Statement): number {
    switch (s.kind) {
      case "assign": {
        if (s.declares !== null) this.registers.set(s.target.id, this.declared++);
        const own = s.value.kind === "apply" && s.declares === null && s.value.args[0]?.kind === "variable" && s.value.args[0].variable === s.target;
        // `v += e` keeps the old value for a moment.
        const compound = own && s.value.kind === "apply" && s.value.args[1]?.kind !== "literal" ? 3 : 0;
        return this.value(s.value) + compound + this.store(this.registers.get(s.target.id) ?? 16);
      }
      case "declare":
        this.registers.set(s.variable.id, this.declared++);
        return (s.value ? this.value(s.value) : 1) + this.store(this.registers.get(s.variable.id) ?? 16);
      case "store": return this.assignment(s);
      case "effect": return this.value(s.value);
      case "return": return (s.value ? this.value(s.value) : 1) + 1;
      case "if": {
        const otherwise = s.else.length === 0 ? 0 : 2 + this.list(s.else);
        return this.value(s.condition) + 2 + this.list(s.then) + otherwise;
      }
      case "heading": return 0;
      default: return Infinity;
    }
  }

  /** `place = value`, `place += value`. */
  private assignment(s: Store): number {
    const { object, key } = s.place;
    const set = (): number => (s.op === "" ? this.value(s.value) + 4 : (typeof key === "string" ? 4 : 5) + this.aside(() => this.value(s.value) + 7));
    return this.register(object, () => (typeof key === "string" ? set() : this.register(key, set, true)));
  }

  /** Into the accumulator. */
  private value(e: Expr): number {
    switch (e.kind) {
      case "variable": return 2;
      case "literal": return literal(e);
      case "member": { const { key } = e; return this.register(e.object, () => (typeof key === "string" ? 4 : this.value(key) + 3)); }
      case "array": return 4 + e.elements.reduce((sum, x) => sum + (x.kind === "literal" ? 0 : this.value(x) + 4 + 2), 4);
      case "record": return this.record(e);
      case "raw": return Infinity;
      case "apply": return this.apply(e.op, e.args);
    }
  }

  /** Into a register, then what is left to be done while that register is taken. `always`: one that nobody else has. */
  private register(e: Expr, then: () => number = () => 0, always = false): number {
    if (e.kind === "variable" && !always) return then();
    return this.value(e) + this.aside(then);
  }

  /** From the accumulator into a new register. */
  private aside(then: () => number): number {
    const stored = this.store(this.locals + this.taken);
    this.taken++;
    const rest = then();
    this.taken--;
    return stored + rest;
  }

  /** The first sixteen have an instruction of their own. */
  private store(register: number): number { return register < 16 ? 1 : 2; }

  /** `inChain`: `a * b` of `a * b * c`, which is one operation on three operands. */
  private apply(op: string, args: readonly Expr[], inChain = false): number {
    const [a, b, c] = args;
    if (op === "?:" && a && b && c) return this.value(a) + this.value(b) + this.value(c) + 4;
    if ((op === "&&" || op === "||") && a && b) return this.value(a) + 2 + this.value(b);
    if (a && !b && !op.includes(".")) return this.value(a) + (op === "!" ? 1 : 2);
    if (a && b && !op.includes(".")) {
      if (isSmall(b) && !comparisons.has(op)) return this.value(a) + 3;
      if (isSmall(a) && op === "*" && !inChain) return this.value(b) + 3;
      const right = (): number => this.value(b) + 3;
      return a.kind === "apply" && a.op === op && a.args.length === 2 ? this.apply(op, a.args, true) + this.aside(right) : this.register(a, right);
    }
    if (op.endsWith("...") || !op.startsWith("Math.")) return Infinity;
    const operand = (k: number): number => {
      const x = args[k];
      return x ? this.register(x, () => operand(k + 1), args.length > 2) : args.length === 0 ? 4 : args.length === 2 ? 6 : 5;
    };
    return 3 + this.aside(() => 4 + this.aside(() => operand(0)));
  }

  private record(e: RecordExpr): number {
    const computed = e.fields.filter(([, v]) => v.kind !== "literal");
    return 4 + (computed.length === 0 ? 0 : this.aside(() => 2 + computed.reduce((sum, [, v]) => sum + this.value(v) + 4, 0)));
  }
}

const comparisons: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">="]);

/** A literal that fits into an operation. */
const isSmall = (e: Expr): boolean =>
  e.kind === "literal" && typeof e.literal.value === "number" && Number.isInteger(e.literal.value) && Math.abs(e.literal.value) < 128;

function literal(e: LiteralExpr): number {
  const { value } = e.literal;
  if (isNamedConstant(e.literal)) return 9;
  if (typeof value !== "number" || isLiteral(e, 0)) return 1;
  if (!Number.isInteger(value)) return 2;
  return Math.abs(value) < 128 ? 2 : Math.abs(value) < 32768 ? 4 : 6;
}
