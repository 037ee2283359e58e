import type { Instruction, IrFunction, Type, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { bindings } from "../ir/verify.ts";
import { rawExpr, type Expr } from "./tree.ts";

/** What makes a matrix in the shape of its arguments, which inference sees where they are literal. */
const shaped: ReadonlySet<string> = new Set(["zeros", "ones", "full", "eye", "fromArray", "reshape", "broadcast"].map((name) => `matrix.${name}`));

/**
 * Whether some matrices of a function have a literal shape and others have not. The shapes that inference finds for gradients are then other
 * ones than those of the values: of `Matrix<3, 4>` times `Matrix` it knows the rows only, and so of what comes back.
 */
export function mixesShapes(fn: IrFunction): boolean {
  let known = false, unknown = false;
  const look = (text: string): void => {
    const shape = /<([^<>]*)>$/u.exec(text)?.[1];
    known ||= shape !== undefined && /\d/u.test(shape);
    unknown ||= shape === undefined || /number/u.test(shape);
  };
  const type = (t: Type, depth = 0): void => {
    if (depth > 4) return;
    switch (t.kind) {
      case "matrix": look(t.text); return;
      case "array": case "tape": type(t.element, depth + 1); return;
      case "optional": type(t.of, depth + 1); return;
      case "tuple": t.elements.forEach((e) => type(e, depth + 1)); return;
      case "record": t.fields.forEach((f) => type(f.type, depth + 1)); return;
      default: return;
    }
  };
  const instruction = (i: Instruction): void => {
    if ((i.kind !== "apply" || i.free) && i.kind !== "raw") return; // what the compiler makes has no type of its own here
    if (i.out) type(i.out.type);
    if (i.kind === "apply" && shaped.has(i.op)) known = true;
  };
  fn.parameters.flatMap((p) => bindings(p.pattern)).forEach((v) => type(v.type));
  eachInstruction(fn.body, instruction);
  return known && unknown;
}

/** The type of a variable that may hold matrices of any shape. */
export function withoutShapes(t: Type): Type {
  switch (t.kind) {
    case "matrix": return { kind: "matrix", text: t.text.replace(/<[^<>]*>$/u, "") };
    case "array": case "tape": return { ...t, element: withoutShapes(t.element) };
    case "optional": return { ...t, of: withoutShapes(t.of) };
    default: return t;
  }
}

type Shape = readonly [rows: string, cols: string];
const anyShape: Shape = ["number", "number"];

function shapeOf(text: string): Shape {
  const [rows, cols] = /<([^<>]*)>$/u.exec(text)?.[1]?.split(",") ?? [];
  return rows !== undefined && cols !== undefined ? [rows.trim(), cols.trim()] : anyShape;
}

/** Results in the shape of the first matrix among the operands, and of the second. */
const likeFirst = /Gradient$|^(?:add|sub|mul|div|neg|scale|exp|log|square|copy|zerosLike|where|divOrZero|routeTo|routePast|negatives)$/u;
const likeSecond = /^(?:sumTo|spread|embed|embedAt|sliceLike)$/u;

/** The shapes that inference finds for what the compiler makes, from the signatures of the runtime; where it is not known here it is any. */
export function inferredShapes(fn: IrFunction): (v: Var) => Shape {
  const shapes = new Map<Var, Shape>();
  const of = (v: Var | undefined): Shape => (v && shapes.get(v)) ?? anyShape;
  const own = (v: Var): void => { if (v.type.kind === "matrix") shapes.set(v, shapeOf(v.type.text)); };
  fn.parameters.flatMap((p) => bindings(p.pattern)).forEach(own);
  eachInstruction(fn.body, (i) => {
    if (i.kind === "read") own(i.out);
    if (i.kind !== "apply" || i.out.type.kind !== "matrix") return;
    if (!i.free) { own(i.out); return; }
    const name = i.op.slice("matrix.".length), [a, b] = i.args, [rows, cols] = of(a), [otherRows, otherCols] = of(b);
    const products: Readonly<Record<string, Shape>> = {
      matmul: [rows, otherCols],
      matmulNT: [rows, otherRows],
      matmulTN: [cols, otherCols],
      outer: [rows, otherRows],
      matvec: [rows, "1"],
      transpose: [cols, rows],
    };
    const made = products[name] ?? (likeSecond.test(name) ? of(b) : likeFirst.test(name) ? of(i.args.find((v) => v.type.kind === "matrix")) : anyShape);
    shapes.set(i.out, made);
  });
  return of;
}

/** What is returned has the shape that the signature says: `type` is its text, `inferred` what inference finds. */
export function asserted(e: Expr, type: string | null, inferred: Shape): Expr {
  if (type === null || !/^(?:[\w$.]|import\("[^"]*"\))*Matrix<[^<>]*\d[^<>]*>$/u.test(type)) return e;
  return shapeOf(type).join() === inferred.join() ? e : rawExpr([e, ` as ${type}`]);
}

/** The text of a field's type in that of an object: of `{ dW: Matrix<3, 4>; dx: Matrix }`. */
export function fieldText(text: string | null, name: string): string | null {
  if (text === null || !text.startsWith("{")) return null;
  let depth = 0, start = 1;
  for (let k = 1; k < text.length; k++) {
    const c = text[k]!;
    if ("{[(<".includes(c)) depth++;
    else if ("}])".includes(c) || (c === ">" && text[k - 1] !== "=")) depth--;
    if (depth > 0 || (c !== ";" && k < text.length - 1)) continue;
    const [, field, type] = /^\s*"?([^":?]+)"?\??: (.*?)\s*$/su.exec(text.slice(start, k)) ?? [];
    if (field === name && type !== undefined) return type;
    start = k + 1;
  }
  return null;
}
