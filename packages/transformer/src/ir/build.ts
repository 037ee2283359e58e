import { exitsTo } from "./exits.ts";
import type { Apply, Block, Instruction, IrFunction, Label, Literal, MatrixType, Origin, Type, Var } from "./ir.ts";

export const numberType: Type = { kind: "number" };
export const integerType: Type = { kind: "integer" };
export const booleanType: Type = { kind: "boolean" };
export const stringType: Type = { kind: "string" };
export const undefinedType: Type = { kind: "undefined" };
export const nullType: Type = { kind: "null" };
/** The matrix that a value is, or is where it is there. */
export const matrixType = (type: Type): MatrixType | null => (type.kind === "matrix" ? type : type.kind === "optional" ? matrixType(type.of) : null);
/** The type of the adjoint of a value that is no reference. */
export const adjointType = (type: Type): Type => matrixType(type) ?? numberType;
/** Whether an operation is one of the runtime's, on matrices. */
export const isMatrixOperation = (op: string): boolean => op.startsWith("matrix.");
export const emptyBlock: Block = { instructions: [], yields: [], dead: false };
export const deadBlock: Block = { instructions: [], yields: [], dead: true };

/** Hands out the ids of one function; the only mutable thing that passes share. */
export interface Ids { next: number }

export const idsOf = (fn: IrFunction): Ids => ({ next: fn.nextId });

export function freshVar(ids: Ids, name: string | null, type: Type): Var {
  return { id: ids.next++, name, type };
}

export function freshLabel(ids: Ids, name: string | null = null): Label {
  return { id: ids.next++, name };
}

export function freshAccumulator(ids: Ids, name: string | null, type: Type = numberType): Var {
  return { id: ids.next++, name, type, accumulator: true };
}

/** A constant. Integers have type `integer` only if asked for: `1` in `1 / x` is a number like any other. */
export function literalVar(ids: Ids, value: Literal["value"], text?: string): Var {
  return { id: ids.next++, name: null, type: typeOfLiteral(value), literal: text === undefined ? { value } : { value, text } };
}

/** `Math.PI`, `Mode.Fast`: a number under the name that the language or the program has for it, which derivatives keep as well. */
export const isNamedConstant = (l: Literal | undefined): boolean => l?.text !== undefined && /^[\p{ID_Start}$_][\p{ID_Continue}$]*\./u.test(l.text);

function typeOfLiteral(value: Literal["value"]): Type {
  switch (typeof value) {
    case "number": return numberType;
    case "boolean": return booleanType;
    case "string": return stringType;
    case "undefined": return undefinedType;
    default: return nullType;
  }
}

/** Whether control cannot pass the end of the Block: decided by its last instruction. */
export function endsBlock(instruction: Instruction | undefined): boolean {
  if (!instruction) return false;
  switch (instruction.kind) {
    case "exit": case "throw": case "return": return true;
    case "if": return instruction.then.dead && instruction.else.dead;
    case "loop": return instruction.condition === null;
    case "block": return instruction.body.dead && !exitsTo(instruction.body, instruction.label);
    default: return false;
  }
}

/** A Block from instructions; dead if its last instruction ends it. */
export function makeBlock(instructions: readonly Instruction[], yields: readonly Var[] = []): Block {
  const dead = endsBlock(instructions.at(-1));
  return { instructions, yields: dead ? [] : yields, dead };
}

/** Appends instructions to a growing list: how passes make code. */
export class Builder {
  readonly instructions: Instruction[] = [];
  readonly ids: Ids;
  origin: Origin;

  constructor(ids: Ids, origin: Origin) {
    this.ids = ids;
    this.origin = origin;
  }

  emit(instruction: Instruction): void { this.instructions.push(instruction); }
  literal(value: Literal["value"], text?: string): Var { return literalVar(this.ids, value, text); }

  apply(op: string, args: readonly Var[], type: Type, extra: Partial<Pick<Apply, "free" | "gate">> & { name?: string | null } = {}): Var {
    const { name = null, ...rest } = extra;
    const out = freshVar(this.ids, name, type);
    this.emit({ kind: "apply", origin: this.origin, op, args, out, ...rest });
    return out;
  }

  /** Arithmetic of derivatives (`free`): its bits are not promised. */
  derive(op: string, args: readonly Var[], type: Type = numberType): Var { return this.apply(op, args, type, { free: true }); }

  nested(): Builder { return new Builder(this.ids, this.origin); }
  block(yields: readonly Var[] = []): Block { return makeBlock(this.instructions, yields); }
}
