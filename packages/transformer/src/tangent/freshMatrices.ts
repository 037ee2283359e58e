import { freshVar, matrixType, type Ids } from "../ir/build.ts";
import type { Block, Instruction, Label, Type, Var } from "../ir/ir.ts";
import { eachInstruction, mapNested } from "../ir/visit.ts";

/**
 * Copies of matrices of the caller where they would leave with the result: nothing changes a matrix, so tangents are handed on as they are,
 * but what is returned is the caller's to change.
 *
 * `given`: the tangents of the caller; arrays and records that hold matrices among them.
 */
export function withFreshMatrices(block: Block, given: ReadonlySet<Var>, ids: Ids): Block {
  const outsOf = new Map<Label, readonly Var[]>(), theirs = new Set(given);
  eachInstruction(block, (i) => { if (i.kind === "block") outsOf.set(i.label, i.outs); });
  for (let size = -1; size !== theirs.size;) {
    size = theirs.size;
    const flow = (from: readonly Var[], to: readonly Var[]): void => to.forEach((t, n) => { const f = from[n]; if (f && theirs.has(f)) theirs.add(t); });
    eachInstruction(block, (i) => {
      switch (i.kind) {
        case "read": case "pop": case "copy": if (theirs.has(i.ref)) theirs.add(i.out); break;
        case "raw": if (i.out && i.parts.some((p) => typeof p !== "string" && theirs.has(p))) theirs.add(i.out); break;
        case "call": if (i.out && i.args.some((a) => theirs.has(a))) theirs.add(i.out); break;
        case "if": flow(i.then.yields, i.outs); flow(i.else.yields, i.outs); break;
        case "block": flow(i.body.yields, i.outs); break;
        case "loop": flow(i.inits, i.params); flow(i.body.yields, i.params); flow(i.params, i.outs); break;
        case "exit": flow(i.values, outsOf.get(i.target) ?? []); break;
        default: break;
      }
    });
  }
  const visit = (b: Block): Block => ({ ...b, instructions: b.instructions.flatMap(stored) });
  const stored = (i: Instruction): readonly Instruction[] => {
    const made: Instruction[] = [];
    const own = (v: Var): Var => {
      const type = theirs.has(v) ? matrixType(v.type) : null;
      if (!type) return v;
      const out = freshVar(ids, null, type);
      made.push({ kind: "apply", origin: i.origin, op: "matrix.copy", args: [v], out, free: true });
      return out;
    };
    switch (i.kind) {
      case "array": return withCopies(made, { ...i, elements: i.elements.map(own) });
      case "record": return withCopies(made, { ...i, fields: i.fields.map(([name, v]) => [name, own(v)] as const) });
      case "write": case "push": return withCopies(made, { ...i, value: own(i.value) });
      case "return": return withCopies(made, { ...i, fields: i.fields && i.fields.map(([name, v]) => [name, own(v)] as const) });
      default: return [mapNested(i, visit)];
    }
  };
  return visit(block);
}

const withCopies = (copies: readonly Instruction[], i: Instruction): readonly Instruction[] => [...copies, i];

/** Whether a type holds matrices. */
export function holdsMatrix(type: Type, inside: readonly Type[] = []): boolean {
  if (inside.includes(type)) return false;
  switch (type.kind) {
    case "matrix": return true;
    case "optional": return holdsMatrix(type.of, inside);
    case "array": return holdsMatrix(type.element, inside);
    case "tuple": return type.elements.some((e) => holdsMatrix(e, inside));
    case "record": return type.fields.some((f) => holdsMatrix(f.type, [...inside, type]));
    default: return false;
  }
}
