import type { Instruction, IrFunction, Label, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { heap, shadow, type Region } from "./tree.ts";

/**
 * Which memory a reference may point into: arrays of the primal and shadows never meet, so that reading `xs[i]` does not depend
 * on `dxs[i] += …`. References that flow into each other (joins, elements, fields) are one class; a class is shadows only
 * if a shadow is made or added to in it and nothing from outside is.
 */
export function regionsOf(fn: IrFunction): (ref: Var) => readonly Region[] {
  const parent = new Map<Var, Var>();
  const find = (v: Var): Var => {
    let root = v;
    for (let up = parent.get(root); up; up = parent.get(root)) root = up;
    if (root !== v) parent.set(v, root);
    return root;
  };
  const unite = (a: Var | undefined, b: Var | undefined): void => {
    if (!a || !b || !isReference(a) || !isReference(b)) return;
    const x = find(a), y = find(b);
    if (x !== y) parent.set(x, y);
  };
  const pairs = (xs: readonly Var[], ys: readonly Var[]): void => xs.forEach((x, k) => unite(x, ys[k]));

  const shadows = new Set<Var>(), primals = new Set<Var>(fn.inputs.map((i) => i.variable));
  const blocks = new Map<Label, readonly Var[]>();
  eachInstruction(fn.body, (i) => { if (i.kind === "block") blocks.set(i.label, i.outs); });
  eachInstruction(fn.body, (i: Instruction) => {
    switch (i.kind) {
      case "read": unite(i.ref, i.out); break;
      case "write": case "push": unite(i.ref, i.value); break;
      case "pop": case "copy": unite(i.ref, i.out); break;
      case "takeFrom": unite(i.ref, i.out); shadows.add(i.ref); break;
      case "array": i.elements.forEach((e) => unite(e, i.out)); break;
      case "record": i.fields.forEach(([, v]) => unite(v, i.out)); break;
      case "if": pairs(i.then.yields, i.outs); pairs(i.else.yields, i.outs); break;
      case "loop": pairs(i.inits, i.params); pairs(i.body.yields, i.params); pairs(i.params, i.outs); break;
      case "block": pairs(i.body.yields, i.outs); break;
      case "exit": pairs(i.values, blocks.get(i.target) ?? []); break;
      case "raw": i.parts.forEach((p) => { if (typeof p !== "string") { unite(p, i.out ?? p); primals.add(p); } }); if (i.out) primals.add(i.out); break;
      case "call":
        for (const v of [...i.args, ...(i.out ? [i.out] : [])]) { unite(v, i.args[0]); primals.add(v); shadows.add(v); }
        break;
      case "zeros": shadows.add(i.out); break;
      case "addTo": shadows.add(i.ref); break;
      case "tapeRecord": unite(i.tape, i.value); break;
      case "tapeRecall": unite(i.tape, i.out); break;
      default: break;
    }
  });
  const shadowRoots = new Set([...shadows].map(find)), primalRoots = new Set([...primals].map(find));
  return (ref) => {
    const root = find(ref);
    if (!shadowRoots.has(root)) return [heap];
    return primalRoots.has(root) ? [heap, shadow] : [shadow];
  };
}

function isReference(v: Var): boolean {
  switch (v.type.kind) {
    case "number": case "integer": case "boolean": case "string": case "undefined": case "null": return false;
    default: return true;
  }
}
