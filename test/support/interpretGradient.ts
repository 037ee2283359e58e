import type { Block, Instruction, IrFunction, Label, NewTape, Type, Var } from "../../packages/transformer/src/ir/ir.ts";
import { assertNever, bug } from "../../packages/transformer/src/diagnostics/bug.ts";
import { bindings } from "../../packages/transformer/src/ir/verify.ts";

/** What the IR computes on: numbers, booleans, strings, and arrays and records of them. */
export type Value = unknown;

/** How a run ended, with every effect on the way: the text of raw effects, calls, throws, in order. */
export interface Outcome { readonly result: Value; readonly trace: readonly string[]; readonly thrown: string | null }

/**
 * Runs the IR of a function, primal or gradient, on arguments. Raw text is not evaluated: an effect is written to the trace, a value is made
 * from the text and its operands. A call writes to the trace and gives a value made from its arguments.
 */
export function interpret(fn: IrFunction, args: readonly Value[], maxSteps = 100_000): Outcome {
  const state: State = { values: new Map(), accumulators: new Map(), trace: [], steps: maxSteps };
  fn.parameters.forEach((p, k) => {
    const [v] = bindings(p.pattern);
    if (p.pattern.kind !== "name" || !v) return bug("the interpreter takes parameters that are names");
    state.values.set(v, args[k]);
  });
  const end = run(fn.body, state);
  switch (end?.kind) {
    case undefined: return { result: fn.body.yields[0] && valueOf(fn.body.yields[0], state), trace: state.trace, thrown: null };
    case "return": return { result: end.value, trace: state.trace, thrown: null };
    case "throw": return { result: undefined, trace: state.trace, thrown: end.text };
    case "exit": return bug("an exit left the function");
    default: return assertNever(end);
  }
}

interface State {
  readonly values: Map<Var, Value>;
  readonly accumulators: Map<Var, number>;
  readonly trace: string[];
  steps: number;
}

/** How control left a Block other than at its end. */
type Leave =
  | { readonly kind: "exit"; readonly target: Label; readonly values: readonly Value[] }
  | { readonly kind: "throw"; readonly text: string }
  | { readonly kind: "return"; readonly value: Value };

function valueOf(v: Var, state: State): Value {
  if (v.literal) return v.literal.value;
  return state.values.has(v) ? state.values.get(v) : bug(`${v.name ?? ""}#${v.id} has no value`);
}

function run(block: Block, state: State): Leave | null {
  for (const i of block.instructions) {
    if (state.steps-- <= 0) return bug("too many steps");
    const left = step(i, state);
    if (left) return left;
  }
  return null;
}

const number = (v: Value): number => (typeof v === "number" ? v : bug(`${String(v)} is no number`));

/** Any reference, by string keys: arrays, typed arrays and records alike. */
function reference(v: Value): Record<string, Value> & { length?: number } {
  // Element access is the same for all of them; what is stored is checked by the verifier.
  return typeof v === "object" && v !== null ? (v as Record<string, Value>) : bug(`${String(v)} is no reference`);
}

function view(v: Value, from: number | null, to: number | null): Value {
  return v instanceof Float64Array ? v.subarray(from ?? 0, to ?? undefined) : bug("a view of what is no typed array");
}

function list(v: Value): Value[] {
  return Array.isArray(v) ? (v as Value[]) : bug(`${String(v)} is no array`);
}

function step(i: Instruction, state: State): Leave | null {
  const get = (v: Var): Value => valueOf(v, state);
  const set = (v: Var, value: Value): null => { state.values.set(v, value); return null; };
  const key = (k: Var | string): string => (typeof k === "string" ? k : String(get(k)));
  const text = (parts: readonly (string | Var)[]): string => parts.map((p) => (typeof p === "string" ? p : show(get(p)))).join("");
  const accumulator = (v: Var): number => state.accumulators.get(v) ?? bug(`the accumulator #${v.id} is not declared`);
  switch (i.kind) {
    case "apply": return set(i.out, operate(i.op, i.args.map(get)));
    case "raw":
      if (!i.pure) state.trace.push(text(i.parts));
      return i.out ? set(i.out, hash(text(i.parts))) : null;
    case "length": return set(i.out, number(reference(get(i.ref)).length));
    case "read": return set(i.out, reference(get(i.ref))[key(i.key)]);
    case "write": reference(get(i.ref))[key(i.key)] = get(i.value); return null;
    case "array": return set(i.out, arrayOf(i.out.type, i.elements.map(get)));
    case "record": return set(i.out, Object.fromEntries(i.fields.map(([n, v]) => [n, get(v)])));
    case "allocate": return set(i.out, arrayOf(i.out.type, new Array<Value>(number(get(i.length))).fill(0)));
    case "view": return set(i.out, view(get(i.ref), i.from && number(get(i.from)), i.to && number(get(i.to))));
    case "copy": {
      const from = get(i.ref);
      return set(i.out, Array.isArray(from) ? [...(from as Value[])] : from instanceof Float64Array ? from.slice() : { ...reference(from) });
    }
    case "push": list(get(i.ref)).push(get(i.value)); return null;
    case "pop": return set(i.out, list(get(i.ref)).pop());
    case "if": {
      const arm = get(i.condition) ? i.then : i.else;
      const left = run(arm, state);
      if (left) return left;
      arm.yields.map(get).forEach((value, k) => { const out = i.outs[k]; if (out) set(out, value); });
      return null;
    }
    case "loop": {
      let next = i.inits.map(get);
      for (;;) {
        if (state.steps-- <= 0) return bug("too many steps");
        next.forEach((value, k) => { const p = i.params[k]; if (p) set(p, value); });
        run(i.head, state);
        if (i.condition && !get(i.condition)) break;
        const left = run(i.body, state);
        if (left) return left;
        next = i.body.yields.map(get);
      }
      i.outs.forEach((out, k) => { const p = i.params[k]; if (p) set(out, get(p)); });
      return null;
    }
    case "block": {
      const left = run(i.body, state);
      if (left && (left.kind !== "exit" || left.target !== i.label)) return left;
      const values = left?.kind === "exit" ? left.values : i.body.yields.map(get);
      i.outs.forEach((out, k) => set(out, values[k]));
      return null;
    }
    case "exit": return { kind: "exit", target: i.target, values: i.values.map(get) };
    case "throw": state.trace.push(`throw ${text(i.parts)}`); return { kind: "throw", text: text(i.parts) };
    case "call": {
      const called = `${i.callee}(${i.args.map((a) => show(get(a))).join(", ")})`;
      state.trace.push(called);
      return i.out ? set(i.out, hash(called)) : null;
    }
    case "declare": state.accumulators.set(i.accumulator, i.init ? number(get(i.init)) : 0); return null;
    case "add": state.accumulators.set(i.accumulator, accumulator(i.accumulator) + number(get(i.value))); return null;
    case "get": return set(i.out, accumulator(i.accumulator));
    case "take": set(i.out, accumulator(i.accumulator)); state.accumulators.set(i.accumulator, 0); return null;
    case "addTo": { const ref = reference(get(i.ref)), k = key(i.key); ref[k] = number(ref[k]) + number(get(i.value)); return null; }
    case "takeFrom": { const ref = reference(get(i.ref)), k = key(i.key); set(i.out, ref[k]); ref[k] = 0; return null; }
    case "zeros": return set(i.out, zerosLike(get(i.like)));
    case "tape": return set(i.tape, newTape(i, get));
    case "tapeRecord": {
      const tape = list(get(i.tape));
      if (i.index) tape[number(get(i.index))] = get(i.value);
      else tape.push(get(i.value));
      return null;
    }
    case "tapeRecall": {
      const tape = list(get(i.tape));
      if (!i.index && tape.length === 0) return bug("recall from an empty tape");
      return set(i.out, i.index ? tape[number(get(i.index))] : tape.pop());
    }
    case "tapeLength": return set(i.out, list(get(i.tape)).length);
    case "return": return { kind: "return", value: i.fields ? Object.fromEntries(i.fields.map(([n, v]) => [n, get(v)])) : i.value && get(i.value) };
    case "heading": return null;
    default: return assertNever(i);
  }
}

function arrayOf(type: Type, elements: readonly Value[]): Value {
  return type.kind === "array" && type.constructorName === "Float64Array" ? Float64Array.from(elements.map(number)) : [...elements];
}

const newTape = (i: NewTape, get: (v: Var) => Value): Value[] => (i.length ? new Array<Value>(number(get(i.length))).fill(0) : []);

function zerosLike(v: Value): Value {
  if (Array.isArray(v)) return v.map(zerosLike);
  if (v instanceof Float64Array) return new Float64Array(v.length);
  return typeof v === "object" && v !== null ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, zerosLike(x)])) : 0;
}

/** A value to the bit: -0 is not 0. */
export function show(v: Value): string {
  if (typeof v === "number") return Object.is(v, -0) ? "-0" : String(v);
  if (v instanceof Float64Array) return `f64[${[...v].map(show).join(" ")}]`;
  if (Array.isArray(v)) return `[${v.map(show).join(" ")}]`;
  return typeof v === "object" && v !== null ? `{${Object.entries(v).map(([k, x]) => `${k}: ${show(x)}`).join(" ")}}` : String(v);
}

function hash(text: string): number {
  let h = 7;
  for (const c of text) h = (h * 31 + (c.codePointAt(0) ?? 0)) % 997;
  return h;
}

/** The meaning of the operations, as TypeScript has them. */
export function operate(op: string, args: readonly Value[]): Value {
  const [x, y, z] = args;
  switch (op) {
    case "?:": return x ? y : z;
    case "!": return !x;
    case "===": return x === y;
    case "!==": return x !== y;
    case "&&": return x && y;
    case "||": return x || y;
    default: break;
  }
  const numbers = args.map(number), [a = NaN, b = NaN] = numbers;
  switch (op) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    case "%": return a % b;
    case "**": return a ** b;
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    case ">=": return a >= b;
    case "&": return a & b;
    case "neg": return -a;
    case "pos": return a;
    default: break;
  }
  const name = op.startsWith("Math.") ? op.slice("Math.".length) : "";
  const known = (Math as unknown as Record<string, unknown>)[name]; // looked up by the operation's own name
  return typeof known === "function" ? (known as (...xs: number[]) => number)(...numbers) : bug(`the interpreter does not know \`${op}\``);
}
