/**
 * Executes the primal instructions of an IrFunction on JavaScript values: what lowering means, told independently of
 * printing and of derivatives. Inactive text (`raw`, `throw`) is evaluated in the scope of the module it comes from.
 */
import { isDictionary } from "../../packages/transformer/src/ir/dictionaries.ts";
import type { ArrayType, Block, Instruction, IrFunction, IrModule, Label, Pattern, Type, Var } from "../../packages/transformer/src/ir/ir.ts";

/** Evaluates JavaScript text in the scope of the module; `h` is an array of values that the text mentions as `h[0]`, … */
export type Evaluate = (code: string, h: readonly unknown[]) => unknown;

interface Leaving { readonly label: Label; readonly values: readonly unknown[] }

const infix: Readonly<Record<string, (a: never, b: never) => unknown>> = {
  "+": (a: number, b: number) => a + b, "-": (a: number, b: number) => a - b, "*": (a: number, b: number) => a * b, "/": (a: number, b: number) => a / b,
  "%": (a: number, b: number) => a % b, "**": (a: number, b: number) => a ** b,
  "===": (a, b) => a === b, "!==": (a, b) => a !== b, "==": (a, b) => a == b, "!=": (a, b) => a != b,
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  "&": (a: number, b: number) => a & b, "|": (a: number, b: number) => a | b, "^": (a: number, b: number) => a ^ b,
  "<<": (a: number, b: number) => a << b, ">>": (a: number, b: number) => a >> b, ">>>": (a: number, b: number) => a >>> b,
  "&&": (a, b) => a && b, "||": (a, b) => a || b,
};

export function interpret(module: IrModule, fn: IrFunction, args: readonly unknown[], evaluate: Evaluate): unknown {
  const values = new Map<Var, unknown>();
  const get = (v: Var): unknown => {
    if (v.literal) return v.literal.value;
    if (!values.has(v)) throw new Error(`#${v.id} (${v.name}) has no value`);
    return values.get(v);
  };
  const set = (v: Var, value: unknown): void => { values.set(v, value); };
  const key = (k: Var | string): PropertyKey => (typeof k === "string" ? k : get(k) as PropertyKey);
  const setAll = (outs: readonly Var[], from: readonly unknown[]): void => outs.forEach((o, n) => set(o, from[n]));

  const text = (parts: readonly (string | Var)[]): unknown => {
    const holes: unknown[] = [];
    const code = parts.map((p) => (typeof p === "string" ? p : `h[${holes.push(get(p)) - 1}]`)).join("");
    return evaluate(code, holes);
  };

  /** Undefined if the end was reached. */
  const run = (block: Block): Leaving | undefined => {
    for (const i of block.instructions) {
      const leaving = step(i);
      if (leaving) return leaving;
    }
    if (block.dead) throw new Error("a dead block was passed");
    return undefined;
  };

  const step = (i: Instruction): Leaving | undefined => {
    switch (i.kind) {
      case "apply":
        set(i.out, apply(i.op, i.args.map(get)));
        return undefined;
      case "raw": {
        const value = text(i.parts);
        if (i.out) set(i.out, value);
        return undefined;
      }
      case "throw":
        throw text(i.parts);
      case "length":
        set(i.out, (get(i.ref) as unknown[]).length);
        return undefined;
      case "read":
        set(i.out, (get(i.ref) as Record<PropertyKey, unknown>)[key(i.key)]);
        return undefined;
      case "write":
        (get(i.ref) as Record<PropertyKey, unknown>)[key(i.key)] = get(i.value);
        return undefined;
      case "array":
        set(i.out, isDictionary(i.out.type) ? {} : arrayFrom(i.out.type, i.elements.map(get)));
        return undefined;
      case "record":
        set(i.out, Object.fromEntries(i.fields.map(([name, v]) => [name, get(v)])));
        return undefined;
      case "allocate":
        set(i.out, allocate(i.out.type, get(i.length) as number));
        return undefined;
      case "view":
        set(i.out, (get(i.ref) as Float64Array).subarray(i.from ? (get(i.from) as number) : 0, i.to ? (get(i.to) as number) : undefined));
        return undefined;
      case "copy":
        set(
          i.out,
          isDictionary(i.out.type) ? { ...(get(i.ref) as Record<string, unknown>) } : arrayFrom(i.out.type, Array.from(get(i.ref) as ArrayLike<unknown>)),
        );
        return undefined;
      case "push":
        (get(i.ref) as unknown[]).push(get(i.value));
        return undefined;
      case "pop":
        set(i.out, (get(i.ref) as unknown[]).pop());
        return undefined;
      case "if": {
        const arm = get(i.condition) ? i.then : i.else;
        const leaving = run(arm);
        if (!leaving) setAll(i.outs, arm.yields.map(get));
        return leaving;
      }
      case "loop": {
        setAll(i.params, i.inits.map(get));
        for (;;) {
          run(i.head);
          if (i.condition && !get(i.condition)) {
            setAll(i.outs, i.params.map(get));
            return undefined;
          }
          const leaving = run(i.body);
          if (leaving) return leaving;
          setAll(i.params, i.body.yields.map(get));
        }
      }
      case "block": {
        const leaving = run(i.body);
        if (leaving && leaving.label !== i.label) return leaving;
        setAll(i.outs, leaving ? leaving.values : i.body.yields.map(get));
        return undefined;
      }
      case "exit":
        return { label: i.target, values: i.values.map(get) };
      case "call": {
        const callee = module.callees.get(i.callee) ?? (module.root.name === i.callee ? module.root : undefined);
        if (!callee) throw new Error(`no callee ${i.callee}`);
        const value = interpret(module, callee, i.args.map(get), evaluate);
        if (i.out) set(i.out, value);
        return undefined;
      }
      default:
        throw new Error(`${i.kind} is not a primal instruction`);
    }
  };

  const bind = (pattern: Pattern, value: unknown): void => {
    if (pattern.kind === "name") { set(pattern.variable, value); return; }
    if (pattern.kind === "object") {
      const { ...rest } = value as Record<string, unknown>;
      for (const { key: name, pattern: inner } of pattern.entries) { bind(inner, rest[name]); delete rest[name]; }
      if (pattern.rest) set(pattern.rest, rest);
      return;
    }
    const all = [...(value as Iterable<unknown>)];
    pattern.entries.forEach((inner, k) => { if (inner) bind(inner, all[k]); });
    if (pattern.rest) set(pattern.rest, all.slice(pattern.entries.length));
  };

  fn.parameters.forEach((p, k) => {
    const given = p.rest ? args.slice(k) : args[k];
    bind(p.pattern, given === undefined && p.defaultText !== undefined ? evaluate(`(${p.defaultText})`, []) : given);
  });
  const leaving = run(fn.body);
  if (leaving) throw new Error("an exit left the function");
  const [result] = fn.body.yields;
  return result && get(result);
}

function apply(op: string, args: readonly unknown[]): unknown {
  const [a, b, c] = args as never[];
  switch (op) {
    case "neg": return -(a as unknown as number);
    case "pos": return +(a as unknown as number);
    case "!": return !a;
    case "~": return ~(a as unknown as number);
    case "?:": return a ? b : c;
    case "stopGradient": return a;
    case "Math.hypot...": return Math.hypot(...(a as unknown as number[]));
    default: break;
  }
  const operator = infix[op];
  if (operator) return operator(a as never, b as never);
  const path = op.split(".");
  const f = path.reduce<unknown>((o, name) => (o as Record<string, unknown>)[name], globalThis) as (...xs: readonly unknown[]) => unknown;
  return f(...args);
}

interface ArrayMaker { new(length: number): unknown[]; from(source: readonly unknown[]): unknown[] }

function maker(type: Type): ArrayMaker | null {
  const t = type.kind === "optional" ? type.of : type;
  const name: ArrayType["constructorName"] = t.kind === "array" ? t.constructorName : "Array";
  return name === "Array" ? null : (globalThis as unknown as Record<string, ArrayMaker>)[name] ?? null;
}

const arrayFrom = (type: Type, elements: readonly unknown[]): unknown[] => maker(type)?.from(elements) ?? [...elements];

function allocate(type: Type, length: number): unknown[] {
  const typed = maker(type);
  return typed ? new typed(length) : new Array<unknown>(length).fill(0);
}
