import type { Apply, Block, Instruction, IrFunction, Label, Labelled, Type, Var } from "../ir/ir.ts";
import { isMatrixOperation } from "../ir/build.ts";
import { bindings } from "../ir/verify.ts";
import { eachInstruction } from "../ir/visit.ts";

/**
 * References that may be one object, or reach one another, form a group.
 *
 * `isExternal`: the caller, a callee or the user's own text may hold it too. All external references are one group, because a caller may
 * pass one array for two parameters. `isReturned`: read after the end of the function.
 */
export interface Group { readonly id: number; readonly isExternal: boolean; readonly isReturned: boolean }

export interface Memory { groupOf(ref: Var): Group }

/**
 * The groups of a function, by unification (no flow, no fields). Tapes are memory like any other.
 *
 * `callees`: functions that only this one calls, so that what is passed to them stays inside.
 *
 * Source: Steensgaard, Points-to analysis in almost linear time, POPL 1996, with a container and its contents in one class.
 */
export function memory(fn: IrFunction, callees?: ReadonlyMap<string, IrFunction>): Memory {
  if (callees) return findGroups(fn, callees);
  const groups = known.get(fn) ?? findGroups(fn);
  known.set(fn, groups);
  return groups;
}

/** Several passes ask of the same function. */
const known = new WeakMap<IrFunction, Memory>();

function findGroups(fn: IrFunction, callees?: ReadonlyMap<string, IrFunction>): Memory {
  const nodes = new Map<Var, Node>();
  const external = makeNode(0);
  external.isExternal = true;
  const nodeOf = (v: Var): Node => {
    let node = nodes.get(v);
    if (!node) nodes.set(v, (node = makeNode(v.id + 1)));
    return find(node);
  };
  const same = (a: Var | undefined, b: Var | undefined): void => {
    if (a && b && isReference(a.type) && isReference(b.type)) unite(nodeOf(a), nodeOf(b));
  };
  const escape = (v: Var | string | null): void => { if (v && typeof v !== "string" && isReference(v.type)) unite(nodeOf(v), external); };
  const giveBack = (v: Var | null): void => { if (v && isReference(v.type)) nodeOf(v).isReturned = true; };

  fn.parameters.forEach((p) => bindings(p.pattern).forEach(escape));
  const results = new Map<IrFunction, Node>();
  const resultOf = (callee: IrFunction): Node => {
    let node = results.get(callee);
    if (!node) results.set(callee, (node = makeNode(-1 - results.size)));
    return node;
  };
  const visit = (of: IrFunction, end: (v: Var | null) => void): void => {
    const labels = new Map<Label, Labelled>();
    eachInstruction(of.body, (i) => {
      if (i.kind === "block") labels.set(i.label, i);
      const callee = i.kind === "call" ? callees?.get(i.callee) : undefined;
      // Asking whether an element is there lets nothing out.
      if (callees && i.kind === "raw" && i.pure && i.parts[1] === " in ") return;
      if (i.kind !== "call" || !callee) { relate(i, labels, same, escape, end); return; }
      callee.parameters.flatMap((p) => bindings(p.pattern)).forEach((p, k) => same(p, i.args[k]));
      if (i.out && isReference(i.out.type)) unite(nodeOf(i.out), resultOf(callee));
    });
    of.body.yields.forEach(end);
  };
  visit(fn, giveBack);
  for (const callee of callees?.values() ?? []) visit(callee, (v) => { if (v && isReference(v.type)) unite(nodeOf(v), resultOf(callee)); });
  return { groupOf: nodeOf };
}

/** Whether values of a type are references: then assigning them shares memory. */
export function isReference(t: Type): boolean {
  switch (t.kind) {
    case "optional": return isReference(t.of);
    case "array": case "tuple": case "record": case "opaque": case "tape": return true;
    default: return false;
  }
}

/** Whether an operation reads the elements of an operand: `Math.hypot(...xs)`, `gatherRows(m, places)`. */
export const isSpread = (i: Apply): boolean => i.op.endsWith("...") || (isMatrixOperation(i.op) && i.args.some((a) => isReference(a.type)));

interface Node { readonly id: number; isExternal: boolean; isReturned: boolean; parent: Node | null; rank: number }

const makeNode = (id: number): Node => ({ id, isExternal: false, isReturned: false, parent: null, rank: 0 });

function find(node: Node): Node {
  let root = node;
  while (root.parent) root = root.parent;
  for (let n = node; n.parent; ) { const next = n.parent; n.parent = root; n = next; }
  return root;
}

function unite(a: Node, b: Node): void {
  const x = find(a), y = find(b);
  if (x === y) return;
  const [root, child] = x.rank >= y.rank ? [x, y] : [y, x];
  child.parent = root;
  if (root.rank === child.rank) root.rank++;
  root.isExternal ||= child.isExternal;
  root.isReturned ||= child.isReturned;
}

type Relation = (a: Var | undefined, b: Var | undefined) => void;

/** Tells which values are one where control parts or meets. */
export function joinsOf(i: Instruction, labels: ReadonlyMap<Label, Labelled>, same: Relation): void {
  const joins = (block: Block, outs: readonly Var[]): void => { block.yields.forEach((v, k) => same(v, outs[k])); };
  switch (i.kind) {
    case "if": joins(i.then, i.outs); joins(i.else, i.outs); break;
    case "block": joins(i.body, i.outs); break;
    case "exit": i.values.forEach((v, k) => same(v, labels.get(i.target)?.outs[k])); break;
    case "loop":
      i.params.forEach((p, k) => { same(p, i.inits[k]); same(p, i.outs[k]); });
      joins(i.body, i.params);
      break;
    default: break;
  }
}

function relate(
  i: Instruction,
  labels: ReadonlyMap<Label, Labelled>,
  same: Relation,
  escape: (v: Var | string | null) => void,
  giveBack: (v: Var | null) => void,
): void {
  switch (i.kind) {
    case "apply":
      if (isReference(i.out.type)) i.args.forEach((a) => same(a, i.out));
      break;
    case "raw":
      i.parts.forEach(escape);
      escape(i.out);
      break;
    case "throw":
      i.parts.forEach(escape);
      break;
    case "call":
      i.args.forEach(escape);
      escape(i.out);
      break;
    case "read":
    case "takeFrom":
    case "pop":
      same(i.ref, i.out);
      break;
    case "write":
    case "push":
    case "addTo":
      same(i.ref, i.value);
      break;
    case "array":
      i.elements.forEach((e) => same(e, i.out));
      break;
    case "record":
      i.fields.forEach(([, v]) => same(v, i.out));
      break;
    case "copy":
      if (!holdsScalars(i.ref.type)) same(i.ref, i.out);
      break;
    case "view":
      same(i.ref, i.out);
      break;
    case "zeros":
      if (i.shared) same(i.shared.made, i.out);
      break;
    case "tapeRecord":
      same(i.tape, i.value);
      break;
    case "tapeRecall":
      same(i.tape, i.out);
      break;
    case "if":
    case "block":
    case "exit":
    case "loop":
      joinsOf(i, labels, same);
      break;
    case "return":
      i.fields?.forEach(([, v]) => giveBack(v));
      giveBack(i.value);
      break;
    default:
      break;
  }
}

/** Whether a shallow copy of such an object shares nothing with it. */
function holdsScalars(t: Type): boolean {
  switch (t.kind) {
    case "optional": return holdsScalars(t.of);
    case "array": return !isReference(t.element);
    case "tuple": return !t.elements.some(isReference);
    case "record": return !t.fields.some((f) => isReference(f.type));
    default: return false;
  }
}

// ---------------------------------------------------------------- effects

/**
 * What an instruction itself may change, as names of places: a whole group, a field of a group, the elements of a group, an accumulator.
 * `placeOf` gives the same names, so two instructions are in conflict exactly if one's places are among the other's effects.
 */
export function effectsOf(i: Instruction, mem: Memory): readonly string[] {
  switch (i.kind) {
    case "write": case "addTo": case "takeFrom": {
      const anyField = typeof i.key !== "string" && i.key.type.kind === "string";
      return [anyField ? whole(mem.groupOf(i.ref)) : placeOf(i.ref, i.key, mem)];
    }
    case "push": case "pop": return [lengthOf(i.ref, mem)];
    case "tapeRecord": return [lengthOf(i.tape, mem)];
    case "tapeRecall": return i.index ? [] : [lengthOf(i.tape, mem)];
    case "call": return [externalGroup];
    case "raw": return i.pure ? [] : [externalGroup];
    case "add": case "take": return [`acc${i.accumulator.id}`];
    default: return [];
  }
}

/** All external references are one group, whatever its root happens to be. */
const externalGroup = "external";
export const whole = (g: Group): string => (g.isExternal ? externalGroup : `group${g.id}`);

/** The length of an array is changed by whatever changes its elements: a write past the end makes a plain array longer. */
export const lengthOf = (ref: Var, mem: Memory): string => `${whole(mem.groupOf(ref))}[]`;

/** The name of a place: `.x` of a group, or its elements (and length). */
export function placeOf(ref: Var, key: Var | string, mem: Memory): string {
  return typeof key === "string" ? `${whole(mem.groupOf(ref))}.${key}` : lengthOf(ref, mem);
}
