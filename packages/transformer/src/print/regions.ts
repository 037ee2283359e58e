import type { Instruction, IrFunction, Label, Type, Var } from "../ir/ir.ts";
import { overrunningWrites } from "../ir/overruns.ts";
import { bindings } from "../ir/verify.ts";
import { eachInstruction } from "../ir/visit.ts";
import { anyRead, anyWrite, type Region } from "./tree.ts";

/** Which memory a place is in, for reading and for writing. */
export interface Regions {
  read(ref: Var, key: Var | string, type: Type): readonly Region[];
  write(ref: Var, key: Var | string, type: Type): readonly Region[];
  /** `push`, `pop`: what changes of the length and the elements read and write. */
  resize(ref: Var, type: Type): { readonly reads: readonly Region[]; readonly writes: readonly Region[] };
  /** Made by the reverse, for derivatives only. */
  isShadow(ref: Var): boolean;
}

/**
 * Memory in parts that never meet, so that `xs[i]` can be read again after `dxs[i] += …`. References that flow into each other (joins,
 * elements, fields) are one class; what comes from outside (parameters, the user's text, calls) is all one class. Within a class a field
 * is apart from other fields and from elements, and elements that are numbers are apart from elements that are references.
 *
 * `tangents`: of forward mode, what the caller gives, which is never written, and copies of that. Nothing of the primal is among it.
 */
export function regionsOf(fn: IrFunction, tangents: ReadonlySet<Var> = new Set()): Regions {
  const parent = new Map<Var, Var>();
  const find = (v: Var): Var => {
    let root = v;
    for (let up = parent.get(root); up; up = parent.get(root)) root = up;
    if (root !== v) parent.set(v, root);
    return root;
  };
  const unite = (a: Var | undefined, b: Var | undefined): void => {
    if (!a || !b || isScalar(a.type) || isScalar(b.type)) return;
    const x = find(a), y = find(b);
    if (x !== y) parent.set(x, y);
  };
  const pairs = (xs: readonly Var[], ys: readonly Var[]): void => xs.forEach((x, k) => unite(x, ys[k]));

  const shadows = new Set<Var>(), outside = new Set<Var>(fn.parameters.flatMap((p) => bindings(p.pattern)));
  const blocks = new Map<Label, readonly Var[]>();
  eachInstruction(fn.body, (i) => { if (i.kind === "block") blocks.set(i.label, i.outs); });
  eachInstruction(fn.body, (i: Instruction) => {
    switch (i.kind) {
      case "read": unite(i.ref, i.out); break;
      case "write": case "push": unite(i.ref, i.value); break;
      case "pop": unite(i.ref, i.out); break;
      case "copy": if (!holdsScalars(i.out.type)) unite(i.ref, i.out); break;
      case "view": unite(i.ref, i.out); break;
      case "takeFrom": unite(i.ref, i.out); shadows.add(i.ref); break;
      case "array": i.elements.forEach((e) => unite(e, i.out)); break;
      case "record": i.fields.forEach(([, v]) => unite(v, i.out)); break;
      case "if": pairs(i.then.yields, i.outs); pairs(i.else.yields, i.outs); break;
      case "loop": pairs(i.inits, i.params); pairs(i.body.yields, i.params); pairs(i.params, i.outs); break;
      case "block": pairs(i.body.yields, i.outs); break;
      case "exit": pairs(i.values, blocks.get(i.target) ?? []); break;
      case "raw": if (!i.fresh) i.parts.forEach((p) => { if (typeof p !== "string") outside.add(p); }); if (i.out && !i.fresh) outside.add(i.out); break;
      case "call": [...i.args, ...(i.out ? [i.out] : [])].forEach((v) => outside.add(v)); break;
      case "zeros": shadows.add(i.out); if (i.shared) unite(i.shared.made, i.out); break;
      case "addTo": shadows.add(i.ref); break;
      case "tapeRecord": unite(i.tape, i.value); break;
      case "tapeRecall": unite(i.tape, i.out); break;
      default: break;
    }
  });
  const defined = new Set<Var>(parent.keys());
  eachInstruction(fn.body, (i) => { if ("out" in i && i.out) defined.add(i.out); });
  // Arrays made as literals, those that become shorter, here or elsewhere, and those whose end is written are what a write past their end makes longer.
  const growing = new Set<Var>();
  eachInstruction(fn.body, (i) => {
    switch (i.kind) {
      case "array": if (i.out.type.kind === "array") growing.add(find(i.out)); break;
      case "raw": if (i.out && i.fresh === "growing") growing.add(find(i.out)); break;
      case "push": case "pop": growing.add(find(i.ref)); break;
      case "call": for (const a of i.args) growing.add(find(a)); break;
      default: break;
    }
  });
  for (const i of overrunningWrites(fn)) growing.add(find(i.ref));
  const outsideRoots = new Set([...outside].map(find)), shadowRoots = new Set([...shadows].map(find));

  const tangentRoots = new Set([...tangents].map(find));
  // What is known of nothing may hold both.
  const areApart = [...outside].every((v) => tangents.has(v) || !tangentRoots.has(find(v)));
  const numbers = new Map<string, Region>();
  const number = (name: string): Region => {
    const known = numbers.get(name) ?? -1000 - numbers.size;
    numbers.set(name, known);
    return known;
  };
  const base = (ref: Var): string => {
    const root = find(ref);
    if (areApart && tangentRoots.has(root)) return "tangents";
    return outsideRoots.has(root) || !defined.has(root) ? "outside" : String(root.id);
  };
  const parts = (ref: Var, key: Var | string, type: Type): readonly Region[] => {
    const at = base(ref);
    if (typeof key === "string") return [number(`${at}.${key}`)];
    if (isScalar(type)) return [number(`${at}[number]`)];
    return isReference(type) ? [number(`${at}[reference]`)] : [number(`${at}[number]`), number(`${at}[reference]`)];
  };
  return {
    read: (ref, key, type) => [...parts(ref, key, type), anyRead],
    write: (ref, key, type) => [
      ...parts(ref, key, type),
      ...(typeof key !== "string" && growing.has(find(ref)) ? [number(`${base(ref)}.length`)] : []),
      anyWrite,
    ],
    resize: (ref, type) => {
      const changed = [...parts(ref, ref, type), number(`${base(ref)}.length`)];
      return { reads: [...changed, anyRead], writes: [...changed, anyWrite] };
    },
    isShadow: (ref) => shadowRoots.has(find(ref)) && !outsideRoots.has(find(ref)),
  };
}

function isScalar(type: Type): boolean {
  switch (type.kind) {
    case "number": case "integer": case "matrix": case "boolean": case "string": case "undefined": case "null": return true;
    default: return false;
  }
}

const isReference = (type: Type): boolean => type.kind === "array" || type.kind === "tuple" || type.kind === "record";

function holdsScalars(type: Type): boolean {
  switch (type.kind) {
    case "array": return isScalar(type.element);
    case "tuple": return type.elements.every(isScalar);
    case "record": return type.fields.every((f) => isScalar(f.type));
    default: return false;
  }
}
