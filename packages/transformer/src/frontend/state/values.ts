import type ts from "typescript";
import type { Var, Type, Instruction, Label } from "../../ir/ir.ts";

// ---------------------------------------------------------------- values

export type CallableNode =
  ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration;

/** A function whose text and surroundings are known: calling it lowers its body in place. */
export interface Closure {
  readonly kind: "closure"; readonly node: CallableNode; readonly scope: Scope;
  /** What `this` is inside, where it was called as a method. */
  readonly receiver?: Value;
  /** What was assigned to it as to an object: `forward.invert = …`. */
  fields?: Map<string, Binding>;
}

/** A class: it exists only while compiling. */
export interface KnownClass { readonly kind: "class"; readonly node: ts.ClassLikeDeclaration; readonly scope: Scope }

/** A function of the language or of the runtime, by the name operations have in the IR. */
export interface Builtin { readonly kind: "builtin"; readonly name: string }

/** An object or array literal that holds functions: it exists only while compiling; its fields are variables. */
export interface KnownObject {
  readonly kind: "object";
  readonly fields: Map<string, Binding>;
  readonly isArray: boolean;
  readonly node: ts.Node;
  /** What runs where a field of this name is assigned. */
  readonly setters?: ReadonlyMap<string, Closure>;
  /** An instance: of this class. */
  readonly instanceOf?: KnownClass;
  /** The array whose elements are the further arguments of a call. */
  readonly spread?: Var;
}

/** One of several things known while compiling (functions, or nothing): which, the selector says when the program runs. */
export interface Choice {
  readonly kind: "choice";
  /** The number of the option (`Lowering.options`), the same for every choice that has it. */
  readonly selector: Var;
  readonly options: readonly Value[];
  /** Of two options: true for the first. Reads better than the selector, where it is visible. */
  readonly condition: Var | null;
}

/** Different values came together that no Var can hold. */
export interface Unknown { readonly kind: "unknown" }

export type Known = Closure | Builtin | KnownObject | KnownClass | Choice | Unknown;

export type Value = Var | Known;

export const isVar = (value: Value): value is Var => !("kind" in value);

// ---------------------------------------------------------------- variables

/** One activation's variable. Never the symbol: two activations of a function have two. */
export interface Binding {
  readonly name: string | null;
  readonly frame: Frame;
  /** The declared type, where there is one that says something. */
  readonly type: Type | null;
  /** Set for state of the module: assignments are carried out there too. */
  readonly moduleName?: string;
  /** A function inside its own mentions it, and may be called where its block has ended. */
  readonly captured?: boolean;
  /** What it holds where no environment says otherwise: a field of an object of the module, which nobody assigns. */
  readonly initial?: Value;
}

export interface Scope {
  readonly parent: Scope | null;
  readonly bindings: Map<ts.Symbol, Binding>;
  /** `this`: absent where that of the surrounding scope is meant, null where there is none. */
  readonly receiver?: Binding | null;
}

export type Environment = Map<Binding, Value>;

/** A way to arrive where control comes together: the environment, and the list that takes the values of the outs. */
export interface End { readonly env: Environment; readonly values: Var[]; readonly exit: Instruction | null }

/** Something that can be left by `break`, `continue` or `return`. */
export interface Target {
  readonly label: Label;
  readonly ends: End[];
  readonly breaks: boolean;
  readonly continues: boolean;
  /** Labels of the user that name it. */
  readonly names: readonly string[];
  /** How many statements with `finally` are around it: who leaves it from within more runs theirs. */
  readonly guards: number;
}

/** A function that becomes an IrFunction of its own: the root, or a callee that is called and not inlined. */
export interface Frame {
  readonly name: string;
  /** Variables of surrounding activations that the callee reads, with the parameters that bring them. */
  readonly captures: Map<Binding, Var>;
  /** Variables of surrounding activations that it changes, with the one-element arrays that carry them in and out. */
  readonly boxes: Map<Binding, Var>;
  /** Such variables that turned up without a box: the body is lowered again. */
  readonly missing: Set<Binding>;
  /** Variables of surrounding activations whose value was known while compiling: the callee was lowered for these. */
  readonly knownCaptures: Map<Binding, Value>;
  /** The place where a callee was first called; null for the root. */
  readonly outer: { readonly env: Environment; readonly frame: Frame } | null;
  /** What is evaluated once, before the body: references to tables of the module. */
  readonly prologue: Instruction[];
  readonly moduleValues: Map<ts.Symbol, Value>;
  /** By `try`: where functions that are called in there say that they have thrown. */
  readonly thrown: Map<ts.Node, Thrown>;
}

/** Where `return` goes in the function being lowered, inlined or not. */
export interface Activation {
  readonly target: Target;
  readonly result: Binding;
  readonly node: CallableNode;
  /** The root or a callee of its own, not an inlined function. */
  readonly outermost: boolean;
  /** The arguments it was called with, where it is known while compiling how many they are. */
  readonly given: readonly Value[] | null;
}

/** A callee with an IrFunction of its own, for one choice of the functions it is handed and of the types that its own do not fix. */
export interface Specialization {
  readonly node: CallableNode;
  readonly scope: Scope;
  readonly name: string;
  /** What `this` is: known while compiling, the type of a parameter that brings it, or null. */
  readonly receiver: { readonly known: Known } | { readonly type: Type } | null;
  /** By parameter: what is known while compiling, or null. */
  readonly known: readonly (Value | null)[];
  readonly types: readonly Type[];
  /** Where it says that it has thrown, if somebody would catch that. */
  readonly thrown: Thrown | null;
  /** Variables of surrounding activations, handed over after the parameters. */
  captures: readonly Binding[];
  knownCaptures: ReadonlyMap<Binding, Value>;
  /** Those it changes, handed over in one-element arrays after the captures. */
  boxed: readonly Binding[];
  /** Being lowered: a call of it is a recursion. */
  open: boolean;
  calledWhileOpen: boolean;
  result: Type;
}

export function newFrame(name: string, outer: Frame["outer"]): Frame {
  return {
    name,
    captures: new Map(),
    boxes: new Map(),
    missing: new Set(),
    knownCaptures: new Map(),
    outer,
    prologue: [],
    moduleValues: new Map(),
    thrown: new Map(),
  };
}

/** What `finally` says. */
export interface Guard { readonly run: () => void; readonly node: ts.Node; readonly thrown?: Thrown }

/**
 * Where what is thrown goes, and the variable that holds it there. In a function that is lowered apart that is its end: it `returns` something,
 * and says in a variable of its caller that it has thrown.
 */
export interface Catcher { readonly target: Target; readonly error: Binding; readonly node: ts.Node; readonly returns?: Binding; readonly thrown?: Thrown }

/** Whether a function that was called has thrown, and what. */
export interface Thrown { readonly failed: Binding; readonly error: Binding }

export function findBinding(scope: Scope, symbol: ts.Symbol): Binding | undefined {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const binding = at.bindings.get(symbol);
    if (binding) return binding;
  }
  return undefined;
}
