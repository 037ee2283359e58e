import type { Block, Instruction, Label, Var } from "./ir.ts";
import { assertNever } from "../diagnostics/bug.ts";

/** The operands an instruction itself reads, in order of evaluation; not those of nested Blocks, but exit values and loop inits. */
export function operands(i: Instruction): readonly Var[] {
  switch (i.kind) {
    case "apply": case "call": return i.args;
    case "raw": case "throw": return i.parts.filter((p): p is Var => typeof p !== "string");
    case "length": case "copy": return [i.ref];
    case "view": return [i.ref, ...(i.from ? [i.from] : []), ...(i.to ? [i.to] : [])];
    case "read": return keyed(i.ref, i.key);
    case "write": return [...keyed(i.ref, i.key), i.value];
    case "array": return i.elements;
    case "record": return i.fields.map(([, v]) => v);
    case "allocate": return [i.length];
    case "push": return [i.ref, i.value];
    case "pop": return [i.ref];
    case "if": return [i.condition];
    case "loop": return i.inits;
    case "block": return [];
    case "exit": return i.values;
    case "declare": return [...(i.init ? [i.init] : []), ...(i.like ? [i.like] : [])];
    case "add": return [i.accumulator, i.value];
    case "get": case "take": return [i.accumulator];
    case "addTo": return [...keyed(i.ref, i.key), i.value];
    case "takeFrom": return keyed(i.ref, i.key);
    case "zeros": return i.shared ? [i.like, i.shared.made] : [i.like];
    case "tape": return i.length ? [i.length] : [];
    case "tapeRecord": return i.index ? [i.tape, i.index, i.value] : [i.tape, i.value];
    case "tapeRecall": return i.index ? [i.tape, i.index] : [i.tape];
    case "tapeLength": return [i.tape];
    case "return": return i.fields ? i.fields.map(([, v]) => v) : i.value ? [i.value] : [];
    case "heading": return [];
    default: return assertNever(i);
  }
}

const keyed = (ref: Var, key: Var | string): readonly Var[] => (typeof key === "string" ? [ref] : [ref, key]);

/** The Vars an instruction defines in its own Block (outs of constructs, declared accumulators and tapes); not loop params. */
export function definitions(i: Instruction): readonly Var[] {
  switch (i.kind) {
    case "apply": case "length": case "read": case "array": case "record": case "allocate": case "copy": case "view": case "pop":
    case "get": case "take": case "takeFrom": case "zeros": case "tapeRecall": case "tapeLength": return [i.out];
    case "raw": case "call": return i.out ? [i.out] : [];
    case "if": case "loop": case "block": return i.outs;
    case "declare": return [i.accumulator];
    case "tape": return [i.tape];
    case "write": case "push": case "exit": case "throw": case "add": case "addTo": case "tapeRecord": case "return": case "heading": return [];
    default: return assertNever(i);
  }
}

/** The Blocks nested directly in an instruction, in order of execution. */
export function nestedBlocks(i: Instruction): readonly Block[] {
  switch (i.kind) {
    case "if": return [i.then, i.else];
    case "loop": return [i.head, i.body];
    case "block": return [i.body];
    default: return noBlocks;
  }
}

const noBlocks: readonly Block[] = [];

/** Whether there are Blocks in an instruction. Asked before `nestedBlocks` where all instructions of a function are gone through: most hold none. */
const holdsBlocks = (i: Instruction): boolean => i.kind === "if" || i.kind === "loop" || i.kind === "block";

/** Calls `visit` for every instruction of the Block, nested ones after the construct that holds them. */
export function eachInstruction(block: Block, visit: (instruction: Instruction, block: Block) => void): void {
  for (const i of block.instructions) {
    visit(i, block);
    if (holdsBlocks(i)) for (const nested of nestedBlocks(i)) eachInstruction(nested, visit);
  }
}

/** Whether anything in a Block may write memory. */
export function writesMemory(block: Block): boolean {
  let found = false;
  eachInstruction(block, (i) => {
    if (i.kind === "write" || i.kind === "push" || i.kind === "pop" || i.kind === "call" || (i.kind === "raw" && !i.pure)) found = true;
  });
  return found;
}

/** Every use of a Var in the Block: operands, yields, loop conditions. */
export function eachUse(block: Block, visit: (used: Var) => void): void {
  for (const i of block.instructions) {
    operands(i).forEach(visit);
    if (i.kind === "loop" && i.condition) visit(i.condition);
    if (holdsBlocks(i)) for (const nested of nestedBlocks(i)) eachUse(nested, visit);
  }
  block.yields.forEach(visit);
}

/** Rebuilds an instruction with each nested Block replaced; the same object if none changed. */
export function mapNested(i: Instruction, map: (block: Block) => Block): Instruction {
  switch (i.kind) {
    case "if": {
      const then = map(i.then), otherwise = map(i.else);
      return then === i.then && otherwise === i.else ? i : { ...i, then, else: otherwise };
    }
    case "loop": {
      const head = map(i.head), body = map(i.body);
      return head === i.head && body === i.body ? i : { ...i, head, body };
    }
    case "block": {
      const body = map(i.body);
      return body === i.body ? i : { ...i, body };
    }
    default: return i;
  }
}

/** How `rename` replaces what it meets. */
export interface Renaming {
  /** Uses. */
  use(v: Var): Var;
  /** Definitions, params included. */
  define(v: Var): Var;
  label(l: Label): Label;
}

/** A copy of the Block with uses, definitions and labels replaced (definitions before uses, in program order). */
export function renameBlock(block: Block, r: Renaming): Block {
  const instructions = block.instructions.map((i) => renameInstruction(i, r));
  return { instructions, yields: block.yields.map((v) => r.use(v)), dead: block.dead };
}

export function renameInstruction(i: Instruction, r: Renaming): Instruction {
  const u = (v: Var): Var => r.use(v), d = (v: Var): Var => r.define(v);
  const us = (vs: readonly Var[]): readonly Var[] => vs.map(u), ds = (vs: readonly Var[]): readonly Var[] => vs.map(d);
  const key = (k: Var | string): Var | string => (typeof k === "string" ? k : u(k));
  const parts = (ps: readonly (string | Var)[]): readonly (string | Var)[] => ps.map(key);
  switch (i.kind) {
    case "apply": {
      const args = us(i.args);
      return i.gate ? { ...i, args, gate: { op: i.gate.op, args: us(i.gate.args) }, out: d(i.out) } : { ...i, args, out: d(i.out) };
    }
    case "call": {
      const args = us(i.args);
      return { ...i, args, out: i.out && d(i.out) };
    }
    case "raw": {
      const ps = parts(i.parts);
      return { ...i, parts: ps, out: i.out && d(i.out) };
    }
    case "throw":
      return { ...i, parts: parts(i.parts) };
    case "length":
    case "copy": {
      const ref = u(i.ref);
      return { ...i, ref, out: d(i.out) };
    }
    case "view": {
      const ref = u(i.ref),
        from = i.from && u(i.from),
        to = i.to && u(i.to);
      return { ...i, ref, from, to, out: d(i.out) };
    }
    case "read":
    case "takeFrom": {
      const ref = u(i.ref),
        k = key(i.key);
      return { ...i, ref, key: k, out: d(i.out) };
    }
    case "write":
    case "addTo": {
      const ref = u(i.ref),
        k = key(i.key);
      return { ...i, ref, key: k, value: u(i.value) };
    }
    case "array": {
      const elements = us(i.elements);
      return { ...i, elements, out: d(i.out) };
    }
    case "record": {
      const fields = i.fields.map(([n, v]) => [n, u(v)] as const);
      return { ...i, fields, out: d(i.out) };
    }
    case "allocate": {
      const length = u(i.length);
      return { ...i, length, out: d(i.out) };
    }
    case "push": {
      const ref = u(i.ref);
      return { ...i, ref, value: u(i.value) };
    }
    case "pop": {
      const ref = u(i.ref);
      return { ...i, ref, out: d(i.out) };
    }
    case "if": {
      const condition = u(i.condition);
      const then = renameBlock(i.then, r),
        otherwise = renameBlock(i.else, r);
      return { ...i, condition, then, else: otherwise, outs: ds(i.outs) };
    }
    case "loop": {
      const inits = us(i.inits),
        params = ds(i.params);
      const head = renameBlock(i.head, r),
        condition = i.condition && u(i.condition);
      const body = renameBlock(i.body, r);
      return { ...i, inits, params, head, condition, body, outs: ds(i.outs) };
    }
    case "block": {
      const label = r.label(i.label);
      const body = renameBlock(i.body, r);
      return { ...i, label, body, outs: ds(i.outs) };
    }
    case "exit":
      return { ...i, target: r.label(i.target), values: us(i.values) };
    case "declare": {
      const init = i.init && u(i.init),
        like = i.like && u(i.like);
      return { ...i, init, ...(like ? { like } : {}), accumulator: d(i.accumulator) };
    }
    case "add":
      return { ...i, accumulator: u(i.accumulator), value: u(i.value) };
    case "get":
    case "take": {
      const accumulator = u(i.accumulator);
      return { ...i, accumulator, out: d(i.out) };
    }
    case "zeros": {
      const like = u(i.like),
        made = i.shared && u(i.shared.made);
      return { ...i, like, out: d(i.out), ...(i.shared && made ? { shared: { ...i.shared, made } } : {}) };
    }
    case "tape": {
      const length = i.length && u(i.length);
      return { ...i, length, tape: d(i.tape) };
    }
    case "tapeRecord":
      return { ...i, tape: u(i.tape), index: i.index && u(i.index), value: u(i.value) };
    case "tapeRecall": {
      const tape = u(i.tape),
        index = i.index && u(i.index);
      return { ...i, tape, index, out: d(i.out) };
    }
    case "tapeLength": {
      const tape = u(i.tape);
      return { ...i, tape, out: d(i.out) };
    }
    case "return":
      return { ...i, fields: i.fields && i.fields.map(([n, v]) => [n, u(v)] as const), value: i.value && u(i.value) };
    case "heading":
      return i;
    default:
      return assertNever(i);
  }
}

/** Replaces uses only: the usual tool of a pass that found two Vars to be one. */
export function substitute(block: Block, replacement: (v: Var) => Var): Block {
  return renameBlock(block, { use: replacement, define: (v) => v, label: (l) => l });
}

/** Whether an instruction has no effect and may be dropped if its results are unread. */
export function isPure(i: Instruction): boolean {
  switch (i.kind) {
    case "apply": case "length": case "read": case "array": case "record": case "allocate": case "copy": case "view":
    case "get": case "zeros": case "tapeLength": return true;
    case "raw": return i.pure;
    default: return false;
  }
}
