import type { Apply, Block, Instruction, IrFunction, Label, Labelled, Loop, Pattern, Type, Var } from "./ir.ts";
import { bug } from "../diagnostics/bug.ts";
import { isFunctionName, prefixes, showInstruction, showType, showVar } from "./show.ts";
import { definitions, isPure, operands } from "./visit.ts";

/**
 * Checks every invariant of ir.ts. Returns nothing; a violation is a CompilerBug naming the function, the instruction and the invariant.
 *
 * Types are checked with leniency where TypeScript narrows and the IR does not: an integer is a number, `optional` is looked
 * through in both directions, `readonly` and field order mean nothing, and an opaque type agrees with any other.
 */
export function verify(fn: IrFunction): void {
  const state: State = { fn, visible: new Set(), byId: new Map(), labels: new Map(), at: null };
  for (const p of fn.parameters) bindings(p.pattern).forEach((v) => define(state, v));
  for (const input of [...fn.inputs, ...(fn.wrt ?? [])]) use(state, input.variable);
  verifyBlock(state, fn.body);
  state.at = null;
  if (fn.body.dead) return;
  const [result] = fn.body.yields;
  if (fn.body.yields.length > 1) fail(state, "a function yields at most one result");
  if (!result && !mayBeAbsent(fn.result)) fail(state, `a function with result ${showType(fn.result)} yields it`);
  if (result) agree(state, result.type, fn.result, result, "the result");
}

interface Target { readonly block: Labelled; exits: number }
interface State {
  readonly fn: IrFunction;
  readonly visible: Set<Var>;
  /** Every definition so far, also those that are out of sight. */
  readonly byId: Map<number, Var | Label>;
  readonly labels: Map<Label, Target>;
  at: Instruction | null;
}

function fail(state: State, invariant: string): never {
  const where = state.at ? ` at \`${showInstruction(state.at)}\`` : "";
  return bug(`IR of ${state.fn.name}${where}: ${invariant}`);
}

function check(state: State, holds: boolean, invariant: string): void {
  if (!holds) fail(state, invariant);
}

export function bindings(p: Pattern): readonly Var[] {
  if (p.kind === "name") return [p.variable];
  const entries = p.kind === "object" ? p.entries.flatMap((e) => bindings(e.pattern)) : p.entries.flatMap((e) => (e ? bindings(e) : []));
  return p.rest ? [...entries, p.rest] : entries;
}

function claim(state: State, id: number, owner: Var | Label, what: string): void {
  check(state, !state.byId.has(id), `${what} is defined exactly once`);
  check(state, id < state.fn.nextId, `${what} is below nextId = ${state.fn.nextId}`);
  state.byId.set(id, owner);
}

function define(state: State, v: Var): void {
  check(state, !v.literal, `a literal (${showVar(v)}) is defined nowhere`);
  claim(state, v.id, v, showVar(v));
  state.visible.add(v);
}

function use(state: State, v: Var): void {
  if (v.literal || state.visible.has(v)) return;
  const same = state.byId.get(v.id);
  fail(state, same === undefined ? `${showVar(v)} is defined before use`
    : same === v ? `${showVar(v)} is used outside the Block that defines it`
    : `${showVar(v)} is another object than the definition with this id`);
}

/** Checks a Block; `atEnd` runs while what it defines is still visible. */
function verifyBlock(state: State, block: Block, atEnd?: () => void): void {
  const defined: Var[] = [];
  let ended = false;
  for (const i of block.instructions) {
    state.at = i;
    check(state, !ended, "nothing follows an instruction that ends its Block");
    ended = verifyInstruction(state, i);
    state.at = i;
    for (const v of definitions(i)) {
      check(state, (v.accumulator === true) === (i.kind === "declare"), "accumulators are what `declare` declares");
      define(state, v);
      defined.push(v);
    }
  }
  check(state, block.dead === ended, `a Block is dead exactly if its last instruction ends it (dead: ${block.dead})`);
  check(state, !block.dead || block.yields.length === 0, "a dead Block yields nothing");
  for (const v of block.yields) { use(state, v); plain(state, v); }
  atEnd?.();
  defined.forEach((v) => state.visible.delete(v));
}

/** Checks an instruction and returns whether it ends its Block. */
function verifyInstruction(state: State, i: Instruction): boolean {
  verifyOperands(state, i);
  switch (i.kind) {
    case "apply":
      verifyApply(state, i);
      return false;
    case "read":
    case "write":
    case "addTo":
    case "takeFrom":
      verifyPlace(state, i);
      return false;
    case "length":
    case "copy":
      check(state, isReference(i.ref.type), "the operand is an array or a record");
      return false;
    case "view":
      check(state, isOf(i.ref.type, ["array", "opaque"]) && isOf(i.out.type, ["array", "opaque"]), "a view is an array over an array");
      for (const v of [i.from, i.to]) if (v) check(state, isOf(v.type, numeric), "a place is a number");
      return false;
    case "array":
      check(state, isOf(i.out.type, ["array", "tuple", "opaque"]), "an array literal is an array or a tuple");
      i.elements.forEach((e, k) => agree(state, e.type, elementType(i.out.type, k), e, "an element"));
      return false;
    case "record": {
      check(state, isOf(i.out.type, ["record", "opaque"]), "a record literal is a record");
      for (const [name, v] of i.fields) agree(state, v.type, fieldType(state, i.out.type, name), v, `field ${name}`);
      return false;
    }
    case "allocate":
      check(state, isOf(i.out.type, ["array", "opaque"]), "what is allocated is an array");
      check(state, isOf(i.length.type, numeric), "a length is a number");
      return false;
    case "push":
    case "pop": {
      check(state, isOf(i.ref.type, ["array", "opaque"]), "push and pop work on arrays");
      const v = i.kind === "push" ? i.value : i.out;
      agree(state, v.type, elementType(i.ref.type, 0), v, "an element");
      return false;
    }
    case "if":
      return verifyIf(state, i);
    case "loop":
      return verifyLoop(state, i);
    case "block":
      return verifyLabelled(state, i);
    case "exit": {
      const target = state.labels.get(i.target) ?? fail(state, "an exit names a block around it");
      target.exits++;
      joins(state, i.values, target.block.outs, "an exit");
      return true;
    }
    case "throw":
    case "return":
      return true;
    case "zeros":
      check(state, isReference(i.out.type) && isReference(i.like.type), "a shadow is a reference like a reference");
      return false;
    case "tape":
      check(state, i.tape.type.kind === "tape", "a tape has a tape type");
      return false;
    case "tapeRecord":
      agree(state, i.value.type, elementOfTape(i.tape.type), i.value, "the recorded value");
      return false;
    case "tapeRecall":
      // A tape of numbers may hold the integers that were recorded.
      if (i.out.type.kind !== "integer" || elementOfTape(i.tape.type)?.kind !== "number")
        agree(state, elementOfTape(i.tape.type), i.out.type, i.out, "the recalled value");
      return false;
    case "add":
      check(state, isOf(i.value.type, i.accumulator.type.kind === "matrix" ? ["matrix"] : numeric), "what is added is of the kind of the sum");
      return false;
    default:
      return false;
  }
}

/** Operands are visible, and accumulators and tapes stand only where they may. */
function verifyOperands(state: State, i: Instruction): void {
  const accumulator = i.kind === "add" || i.kind === "get" || i.kind === "take" ? i.accumulator : null;
  const tape = i.kind === "tapeRecord" || i.kind === "tapeRecall" || i.kind === "tapeLength" ? i.tape : null;
  for (const v of operands(i)) {
    use(state, v);
    if (v === accumulator) check(state, v.accumulator === true, `${showVar(v)} is an accumulator`);
    else if (v === tape) check(state, v.type.kind === "tape", `${showVar(v)} is a tape`);
    else plain(state, v);
  }
  if ((i.kind === "read" || i.kind === "write" || i.kind === "addTo" || i.kind === "takeFrom") && typeof i.key !== "string") {
    check(state, isOf(i.key.type, [...numeric, "string"]), "a key is a number or a name");
  }
  if (i.kind === "apply") i.gate?.args.forEach((v) => { use(state, v); plain(state, v); });
}

function plain(state: State, v: Var): void {
  check(state, v.accumulator !== true, `the accumulator ${showVar(v)} is read only by get and take`);
}

function verifyApply(state: State, i: Apply): void {
  const arity = i.op === "?:" ? 3 : prefixes.has(i.op) || i.op.startsWith(".") ? 1 : isFunctionName.test(i.op) ? null : 2;
  check(state, arity === null || i.args.length === arity, `\`${i.op}\` has ${arity} operands`);
  check(state, i.out.type.kind !== "tape", "an operation results in a value");
  // Comparisons and conditionals may meet a reference that is absent; arithmetic may not.
  if (arithmetic.has(i.op) || i.op.startsWith("Math.")) {
    const spread = i.op.endsWith("...");
    for (const a of i.args)
      if (!spread) check(state, !isReference(a.type) || a.type.kind === "opaque", `\`${i.op}\` works on scalars, not ${showType(a.type)}`);
    check(state, !isOf(i.out.type, ["array", "tuple", "record", "boolean"]), `\`${i.op}\` results in a number`);
  }
  if (comparisons.has(i.op)) check(state, isOf(i.out.type, ["boolean", "opaque"]), `\`${i.op}\` results in a boolean`);
}

type Access = Extract<Instruction, { kind: "read" | "write" | "addTo" | "takeFrom" }>;

function verifyPlace(state: State, i: Access): void {
  check(state, isReference(i.ref.type), `${showVar(i.ref)} is a reference, not ${showType(i.ref.type)}`);
  const ref = strip(i.ref.type);
  let type: Type | null;
  if (typeof i.key === "string") type = fieldType(state, ref, i.key);
  else {
    check(state, ref.kind !== "record" || i.key.type.kind === "string", "an array is indexed, a record has named fields");
    type = elementType(ref, typeof i.key.literal?.value === "number" ? i.key.literal.value : null);
  }
  const v = i.kind === "read" || i.kind === "takeFrom" ? i.out : i.value;
  agree(state, v.type, type, v, i.kind);
}

function verifyIf(state: State, i: Extract<Instruction, { kind: "if" }>): boolean {
  for (const arm of [i.then, i.else]) {
    verifyBlock(state, arm, () => {
      state.at = i;
      if (!arm.dead) joins(state, arm.yields, i.outs, "an arm");
    });
  }
  state.at = i;
  const ends = i.then.dead && i.else.dead;
  check(state, !ends || i.outs.length === 0, "an `if` whose arms are both dead has no outs");
  return ends;
}

function verifyLoop(state: State, i: Loop): boolean {
  check(state, i.params.length === i.inits.length, "every param has an init");
  i.inits.forEach((init, k) => agree(state, init.type, i.params[k]?.type ?? null, init, "an init"));
  i.params.forEach((p) => define(state, p));
  for (const h of i.head.instructions) { state.at = h; check(state, isPure(h), "the head of a loop holds only pure instructions and reads"); }
  verifyBlock(state, i.head, () => { if (i.condition) { state.at = i; use(state, i.condition); plain(state, i.condition); } });
  state.at = i;
  check(state, i.head.yields.length === 0, "the head of a loop yields nothing");
  verifyBlock(state, i.body, () => {
    state.at = i;
    if (!i.body.dead) joins(state, i.body.yields, i.params, "a trip");
  });
  state.at = i;
  i.params.forEach((p) => state.visible.delete(p));
  if (i.condition) joins(state, i.params, i.outs, "a loop");
  else check(state, i.outs.length === 0, "a loop without a condition has no outs");
  return i.condition === null;
}

function verifyLabelled(state: State, i: Labelled): boolean {
  claim(state, i.label.id, i.label, `the label @${i.label.id}`);
  const target: Target = { block: i, exits: 0 };
  state.labels.set(i.label, target);
  verifyBlock(state, i.body, () => {
    state.at = i;
    if (!i.body.dead) joins(state, i.body.yields, i.outs, "the end of a block");
  });
  state.labels.delete(i.label);
  state.at = i;
  const ends = i.body.dead && target.exits === 0;
  check(state, !ends || i.outs.length === 0, "a block that nothing leaves has no outs");
  return ends;
}

function joins(state: State, values: readonly Var[], outs: readonly Var[], what: string): void {
  check(state, values.length === outs.length, `${what} gives one value per out (${values.length} for ${outs.length})`);
  values.forEach((v, k) => agree(state, v.type, outs[k]?.type ?? null, v, what));
}

// ---------------------------------------------------------------- types

const numeric: readonly Type["kind"][] = ["number", "integer", "opaque", "boolean"];
const arithmetic: ReadonlySet<string> = new Set(["-", "*", "/", "%", "**", "neg", "pos", "~", "&", "|", "^", "<<", ">>", ">>>"]);
const comparisons: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "!"]);

function strip(t: Type): Type {
  return t.kind === "optional" ? strip(t.of) : t;
}

const isOf = (t: Type, kinds: readonly Type["kind"][]): boolean => kinds.includes(strip(t).kind);
const isReference = (t: Type): boolean => isOf(t, ["array", "tuple", "record", "opaque"]);
const mayBeAbsent = (t: Type): boolean => t.kind === "optional" || isOf(t, ["undefined", "null", "opaque"]);

/** The type at an index (null: any index); null if nothing is known. */
function elementType(type: Type, index: number | null): Type | null {
  const t = strip(type);
  if (t.kind === "array") return t.element;
  return t.kind === "tuple" && index !== null ? t.elements[index] ?? null : null;
}

function fieldType(state: State, type: Type, name: string): Type | null {
  const t = strip(type);
  // A record with a name and no fields is one whose declaration is text: the record of a forward half.
  if (t.kind !== "record" || (t.text !== null && t.fields.length === 0)) return null;
  const field = t.fields.find((f) => f.name === name) ?? fail(state, `field ${name} is a field of ${showType(t)}`);
  return field.type;
}

const elementOfTape = (t: Type): Type | null => (t.kind === "tape" ? t.element : null);

function agree(state: State, from: Type | null, to: Type | null, v: Var, what: string): void {
  if (!from || !to || assignable(from, to, new Set(), v.literal !== undefined && Number.isInteger(v.literal.value))) return;
  fail(state, `${what} (${showVar(v)}: ${showType(from)}) has type ${showType(to)}`);
}

/** `open` holds the pairs of record types being compared, so that recursive types end. */
function assignable(from: Type, to: Type, open: Set<string>, integer = false): boolean {
  const a = strip(from), b = strip(to);
  if (a === b || a.kind === "opaque" || b.kind === "opaque") return true;
  if (to.kind === "optional" && (to.besides as readonly string[] | undefined)?.includes(a.kind)) return true;
  // `undefined` and `null` arrive where absence is expected, and in joins of variables nothing has assigned yet.
  if (a.kind === "undefined" || a.kind === "null") return to.kind === "optional" || b.kind === a.kind;
  if (b.kind === "undefined" || b.kind === "null") return from.kind === "optional";
  switch (b.kind) {
    case "number": return a.kind === "number" || a.kind === "integer";
    case "integer": return a.kind === "integer" || (a.kind === "number" && integer);
    case "array":
      if (a.kind === "tuple") return b.constructorName === "Array" && a.elements.every((e) => assignable(e, b.element, open));
      return a.kind === "array" && a.constructorName === b.constructorName && assignable(a.element, b.element, open);
    case "tuple":
      if (a.kind === "array") return a.constructorName === "Array";
      return a.kind === "tuple" && a.elements.length === b.elements.length
        && a.elements.every((e, k) => assignable(e, b.elements[k] ?? e, open));
    case "record": {
      if (a.kind !== "record") return false;
      if (a.text !== null && a.text === b.text) return true;
      const pair = `${showType(a)} ${showType(b)}`;
      if (open.has(pair)) return true;
      open.add(pair);
      return b.fields.every((f) => {
        const given = a.fields.find((g) => g.name === f.name);
        return given ? assignable(given.type, f.type, open) : f.optional || f.type.kind === "optional";
      });
    }
    case "tape": return a.kind === "tape" && assignable(a.element, b.element, open);
    default: return a.kind === b.kind;
  }
}
