import type { Literal, LoopForm, Origin, Statement as Stage, Type } from "../ir/ir.ts";

/**
 * The statement tree: TypeScript in the making. Unlike the IR its variables are mutable, its values are trees, and every rewrite is
 * justified by what statements read and write (effects.ts).
 *
 *     IR ─lower─▶ three-address tree ─accumulate, fold, coalesce, control─▶ tree as a person would write it ─declare, name─▶ text
 */

/** A variable of the printed function. At first one for each Var; coalescing merges them. */
export interface Variable {
  readonly id: number;
  /** The name it must have if it can: the user's, or `dx`. Null for a temporary. */
  readonly name: string | null;
  /** What a temporary is called if it must be named. */
  readonly hint: string;
  readonly type: Type;
  readonly role: Role;
  /** Captured by a function in the user's text: keeps its one value, so nothing else may live in it. */
  readonly pinned: boolean;
  /** A parameter that is a tangent: a variable of the derivative, as adjoints are. */
  readonly tangent?: true;
}
export type Role = "parameter" | "primal" | "adjoint" | "tape";

// ---------------------------------------------------------------- expressions

export interface VariableExpr { readonly kind: "variable"; readonly variable: Variable }
export interface LiteralExpr { readonly kind: "literal"; readonly literal: Literal }
/** An operation in its surface form, as in the IR. */
export interface ApplyExpr {
  readonly kind: "apply";
  readonly op: string;
  readonly args: readonly Expr[];
  readonly free: boolean;
  /** The memory it reads: elements of arrays that are operands. */
  readonly reads?: readonly Region[];
}
/** `object[key]`, `object.key`. */
export interface MemberExpr {
  readonly kind: "member"; readonly object: Expr; readonly key: string | Expr;
  /** Needs a `!`: the type checker thinks it may be undefined. */
  readonly assert: boolean;
  /** Its type says that it may be absent: where a value is needed it gets a `!`. */
  readonly mayBeAbsent?: boolean;
  /** The memory it reads. */
  readonly regions: readonly Region[];
  /** It may hold something else than a number. */
  readonly mixed?: true;
  /** What its object is said to be, where the type checker knows less: `(shape as { r: number }).r`. */
  readonly of?: string;
}
export interface ArrayExpr { readonly kind: "array"; readonly elements: readonly Expr[]; readonly constructorName: string }
export interface RecordExpr {
  readonly kind: "record";
  readonly fields: readonly (readonly [string, Expr])[];
  /** Fields whose values are numbers that are there. */
  readonly numbers?: ReadonlySet<string>;
}
/** Text with holes: the user's own, or ours (`new Float64Array(‹n›)`). */
export interface RawExpr {
  readonly kind: "raw"; readonly parts: readonly (string | Expr)[];
  /** Makes an object, which must not be made twice. */
  readonly fresh: boolean;
  /** Of what is made: `undefined` where something else is missing. */
  readonly mayBeAbsent?: true;
  readonly reads: readonly Region[];
  readonly writes: readonly Region[];
  /** A call: which parts are numbers that are there. */
  readonly numbers?: ReadonlySet<number>;
}
export type Expr = VariableExpr | LiteralExpr | ApplyExpr | MemberExpr | ArrayExpr | RecordExpr | RawExpr;

/** A part of memory: what a variable holds is its id, the contents of a tape `tapeRegion(id)`. */
export type Region = number;
/** In what is read: any place in memory, so whatever changes all of it. */
export const anyRead: Region = -1;
/** In what is written: any place in memory, so whatever reads all of it. */
export const anyWrite: Region = -2;
/** The world. */
export const world: Region = -3;
export const tapeRegion = (id: number): Region => -10 - id;

// ---------------------------------------------------------------- statements

interface Base {
  readonly origin: Origin | null;
  /** Part of the reverse: computes or moves derivatives. */
  readonly derivative: boolean;
  /** What was written into it from the reverse of other statements of the user (in a text that must be short). */
  readonly stages?: readonly Stage[];
}
/** `target = value`; a declaration if `declares` says so. */
export interface Assign extends Base {
  readonly kind: "assign"; readonly target: Variable; readonly value: Expr;
  readonly declares: "const" | "let" | null;
  /** A comment of ours after it: what a tape holds. */
  readonly note: string | null;
}
/** All values are computed, then all targets are set. */
export interface Parallel extends Base { readonly kind: "parallel"; readonly targets: readonly Variable[]; readonly values: readonly Expr[] }
/** `place = value` or `place op= value`. */
export interface Store extends Base {
  readonly kind: "store";
  readonly place: MemberExpr;
  readonly op: string;
  readonly value: Expr;
  /** The value is there, whatever its type says. */
  readonly there?: true;
}
/** An expression for its effect. */
export interface Effect extends Base { readonly kind: "effect"; readonly value: Expr }
/** `let variable: T;` */
export interface DeclareOnly extends Base { readonly kind: "declare"; readonly variable: Variable; readonly value: Expr | null }
export interface IfStatement extends Base {
  readonly kind: "if";
  readonly condition: Expr;
  readonly then: readonly Statement[];
  readonly else: readonly Statement[];
}
export interface LoopStatement extends Base {
  readonly kind: "loop"; readonly form: LoopForm;
  /** `for` heads; empty until found. */
  readonly init: readonly Assign[];
  /** Runs before each test. Empty once folded into the condition. */
  readonly head: readonly Statement[];
  readonly condition: Expr | null;
  readonly test: "before" | "after";
  readonly body: readonly Statement[];
  readonly update: readonly Assign[];
  /** Set if some `break` or `continue` names it. */
  readonly label: Target | null;
}
export interface BlockStatement extends Base { readonly kind: "block"; readonly label: Target; readonly body: readonly Statement[] }
/** Leaves the block of that label. Becomes `break`, `continue`, `return` or nothing. */
export interface ExitStatement extends Base { readonly kind: "exit"; readonly label: Target }
export interface JumpStatement extends Base { readonly kind: "jump"; readonly word: "break" | "continue"; readonly label: Target | null }
export interface ReturnStatement extends Base { readonly kind: "return"; readonly value: Expr | null }
export interface ThrowStatement extends Base { readonly kind: "throw"; readonly value: RawExpr }
export interface HeadingStatement extends Base { readonly kind: "heading"; readonly text: string }

export type Statement =
  | Assign | Parallel | Store | Effect | DeclareOnly | IfStatement | LoopStatement | BlockStatement | ExitStatement | JumpStatement
  | ReturnStatement | ThrowStatement | HeadingStatement;

/** What a jump goes to. */
export interface Target {
  readonly id: number;
  readonly name: string;
  readonly purpose: "function" | "break" | "continue" | "switch" | "plain" | "loop";
  /** The name is the user's. */
  readonly user: boolean;
}

// ---------------------------------------------------------------- making them

export const variableExpr = (variable: Variable): VariableExpr => ({ kind: "variable", variable });
export const literalExpr = (value: Literal["value"]): LiteralExpr => ({ kind: "literal", literal: { value } });
export const applyExpr = (op: string, args: readonly Expr[], free: boolean): ApplyExpr => ({ kind: "apply", op, args, free });
export const rawExpr = (parts: readonly (string | Expr)[], extra: Partial<Pick<RawExpr, "fresh" | "mayBeAbsent" | "reads" | "writes">> = {}): RawExpr =>
  ({ kind: "raw", parts, fresh: false, reads: [], writes: [], ...extra });

export function assign(target: Variable, value: Expr, base: Base): Assign {
  return { kind: "assign", target, value, declares: null, note: null, origin: base.origin, derivative: base.derivative };
}

/** A statement into which another one was written. */
export function withStagesOf<S extends Statement>(s: S, other: Statement): S {
  const stages = [...(other.stages ?? []), ...(other.origin?.statement ? [other.origin.statement] : []), ...(s.stages ?? [])];
  const others = [...new Set(stages)].filter((stage) => stage.id !== s.origin?.statement?.id);
  return others.length === 0 ? s : { ...s, stages: others };
}

export const isLiteral = (e: Expr, value: Literal["value"]): boolean => e.kind === "literal" && Object.is(e.literal.value, value);
export const isTrivial = (e: Expr): boolean => e.kind === "variable" || e.kind === "literal";
export const isVariable = (e: Expr, v: Variable): boolean => e.kind === "variable" && e.variable === v;

/** Operations of ours: the length of a tape from a trip count. How much care that takes is seen when its operand is known (expr.ts). */
export const tapeEntries = { exact: "tape entries, known", integer: "tape entries", number: "tape entries, rounded up" } as const;
