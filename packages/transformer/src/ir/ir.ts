/**
 * The intermediate representation all passes speak: structured SSA with references.
 *
 *     source text ─frontend─▶ IR ─analysis─▶ facts ─adjoint─▶ IR ─optimise─▶ IR ─print─▶ text + map
 *
 *     function f(x, n)                         block function -> value {
 *       let s = x;                               loop (i = 0, s = x) while { c = i < n } {
 *       for (let i = 0; i < n; i++) {              b = s > 9
 *         if (s > 9) return s;                     if b { exit function(s) }
 *         s *= x;                                  s1 = s * x
 *       }                                          i1 = i + 1
 *       return s + 1;                              yield i1, s1
 *     }                                          } -> i2, s2
 *                                                t = s2 + 1
 *                                                yield t
 *                                              }
 *
 * Scalars and references are SSA values (`Var`); arrays and records are references whose memory is read and written by
 * instructions in program order. Operations are open (`apply` with an operation name); constructs are closed (this union).
 *
 * Everything here is immutable: a pass returns new blocks and keeps what did not change. Vars and Labels are compared by identity.
 *
 * Invariants (ir/verify.ts):
 * - A Var is defined exactly once: by an instruction, as a parameter of the function, or it is a literal (defined nowhere, visible everywhere).
 * - A Var defined in a Block is visible in that Block after its definition and in Blocks nested there, nowhere else. What leaves goes through `outs`.
 * - `if`: each arm that is not dead yields one value per out. If both arms are dead, `outs` is empty and the `if` ends its Block (which is dead).
 * - `exit.values` and (if the body is not dead) `body.yields` agree with the `outs` of the block of that label. `exit`, `throw`, `return` end their Block.
 * - `loop`: `params[i]` starts as `inits[i]`, becomes `body.yields[i]` after each full trip. `head` runs before each trip, holds only pure
 *   instructions and reads; when `condition` is false the loop ends and `outs[i]` is the last `params[i]`. With `condition: null` the loop
 *   is left only through exits, has no outs, and nothing follows it in its Block. If the body is dead it has no yields (at most one trip).
 * - Accumulators are Vars declared by `declare`, changed only by `add` and `take`, read only by `get` and `take`, and may be used in any nested Block.
 */

// ---------------------------------------------------------------- types

export type ArrayConstructorName =
  | "Array" | "Dictionary" | "Float64Array" | "Float32Array" | "Int8Array" | "Uint8Array" | "Uint8ClampedArray"
  | "Int16Array" | "Uint16Array" | "Int32Array" | "Uint32Array";

export interface NumberType { readonly kind: "number" }
/** A number known to be an integer that carries no gradient: `length`, a counter. */
export interface IntegerType { readonly kind: "integer" }
export interface BooleanType { readonly kind: "boolean" }
/** `text`: the type as it is written, where that lists the texts: `Mode`, `"soft" | "hard"`. */
export interface StringType { readonly kind: "string"; readonly text?: string }
export interface UndefinedType { readonly kind: "undefined" }
export interface NullType { readonly kind: "null" }
/** What a number may be instead. */
export type Alternative = "boolean" | "string" | "undefined" | "null";
/**
 * `of | undefined` (or `| null`): an optional parameter, a missing field. With `besides` (of a number only): all that it may be
 * instead, `number | boolean`; the gradient is that of the number, and there is none where it is something else.
 */
export interface OptionalType {
  readonly kind: "optional";
  readonly of: Type;
  readonly besides?: readonly Alternative[];
  /** Said of a parameter, and of an element of a tuple: where it is missing it is `undefined`. */
  readonly neverNull?: true;
}
/**
 * With the constructor name `Dictionary`: numbers by names that are known when the program runs, `Record<string, number>`. Its keys are texts, it has
 * no length, and is neither pushed to nor popped.
 */
export interface ArrayType {
  readonly kind: "array";
  readonly constructorName: ArrayConstructorName;
  readonly element: Type;
  readonly readonly?: boolean;
}
export interface TupleType { readonly kind: "tuple"; readonly elements: readonly Type[]; readonly readonly?: boolean }
export interface FieldType {
  readonly name: string;
  readonly type: Type;
  readonly optional: boolean;
  /** The user's text may not assign it. */
  readonly readonly?: true;
  /** Only methods of the class see it. */
  readonly hidden?: true;
  /** Where it is missing it is `undefined`, not `null`. */
  readonly neverNull?: true;
}
export interface RecordType {
  readonly kind: "record";
  /** Filled after creation for recursive types; read-only once the frontend is done. */
  fields: readonly FieldType[];
  /** How to write the type in generated code (`Point`), or null to write it out. */
  readonly text: string | null;
  /** What it is called where it was declared, if generated code cannot see that name. */
  readonly called?: string;
  /** The class it is an instance of, if that has methods: equal fields do not make types equal. */
  readonly instance?: string;
  /** Of a union of records, what the user's type says of each: the fields of all of them are `fields`, optional where some have them not. */
  readonly members?: readonly UnionMember[];
}
/** A record of a union: which fields it has, and what those may be whose type lists their values (`"circle"`). */
export interface UnionMember {
  readonly fields: readonly string[];
  readonly tags: ReadonlyMap<string, readonly Literal["value"][]>;
  /** How such a type is written where it is of an enum: `Kind.Circle`. */
  readonly texts?: ReadonlyMap<string, string>;
}
/** Any other value, always inactive: `text` is its type as written, or null if it need not be written. */
export interface OpaqueType {
  readonly kind: "opaque";
  readonly text: string | null;
  /** Said of `unknown`: nothing else will be known of it. */
  readonly final?: true;
}
/**
 * A matrix of the runtime. To the compiler it is one value, like a number: nothing changes it, its operations make new ones, and its
 * adjoint is a matrix. `text`: its type as it is written in the file.
 */
export interface MatrixType { readonly kind: "matrix"; readonly text: string }
/** A tape: values kept for the reverse sweep. */
export interface TapeType { readonly kind: "tape"; readonly element: Type }

export type Type =
  | NumberType | IntegerType | BooleanType | StringType | UndefinedType | NullType | OptionalType
  | ArrayType | TupleType | RecordType | OpaqueType | MatrixType | TapeType;

// ---------------------------------------------------------------- places in the user's text

export interface Loc { readonly fileName: string; readonly start: number; readonly end: number }

/** A statement of the user: the comment above its reverse, and the bearer of the user's own comments. */
export interface Statement {
  readonly id: number;
  /** One line, no declaration keyword, no semicolon, no `!`: `num = x + sigy`; a return reads `value = num * invden`. */
  readonly text: string;
  /** Comment lines before the statement, each complete with its `//` or `/* *\/`. */
  readonly leading: readonly string[];
  /** The comment after it on the same line, complete with `//`, or null. */
  readonly trailing: string | null;
  readonly loc: Loc;
}

/** Where an instruction comes from; generated ones carry the origin of what they were made from. */
export interface Origin { readonly loc: Loc; readonly statement: Statement | null }

// ---------------------------------------------------------------- values

export interface Literal {
  readonly value: number | boolean | string | null | undefined;
  /** The user's spelling (`1.0`, `0xff`), when it should be kept. */
  readonly text?: string;
}

export interface Var {
  /** Unique in the function, ascending in order of creation. */
  readonly id: number;
  /** The user's name for it, or a suggested one; null for a temporary. Not unique: versions of a variable share it. */
  readonly name: string | null;
  readonly type: Type;
  /** Set for constants. */
  readonly literal?: Literal;
  /** An accumulator: a mutable number (see `declare`). */
  readonly accumulator?: true;
}

/** Identity of a `block`, the target of exits. */
export interface Label {
  readonly id: number;
  /** The user's label, if it had one. */
  readonly name: string | null;
}

export interface Block {
  readonly instructions: readonly Instruction[];
  readonly yields: readonly Var[];
  /** Its end cannot be reached; then `yields` is empty. */
  readonly dead: boolean;
}

// ---------------------------------------------------------------- instructions of the primal

/**
 * `out = op(args)`: pure, scalars in, scalar out. `op` is the surface form:
 * infix `+ - * / % ** === !== == != < <= > >= & | ^ << >> >>> && ||` (the last two only on values free of effects),
 * prefix `neg` `pos` `!` `~`, the ternary `?:` (three operands), functions by name `Math.sin`, `Number.isFinite`. Of matrices:
 * `matrix.matmul`, a function of the runtime, whose operands may also be arrays that it reads; `.rows` and `.cols`.
 */
export interface Apply {
  readonly kind: "apply"; readonly origin: Origin;
  readonly op: string; readonly args: readonly Var[]; readonly out: Var;
  /** Set by gate recognition: the derivative is that of this operation (`sigmoid(x)`), whatever the forward arithmetic. */
  readonly gate?: { readonly op: string; readonly args: readonly Var[] };
  /** Arithmetic of derivatives: may be re-associated and simplified. Absent: the bits of this result are promised. */
  readonly free?: true;
}
/**
 * An inactive expression or effect in the user's own text with holes: `console.log(`, x, `)`. Printed verbatim.
 * Strings, templates, typeof, calls without a body, `new Error(...)`, random draws.
 */
export interface Raw {
  readonly kind: "raw"; readonly origin: Origin;
  readonly parts: readonly (string | Var)[];
  /** null: a statement for its effect only. */
  readonly out: Var | null;
  /** Pure: may be dropped if unread and moved. Impure: exactly once, in order, never recomputed. */
  readonly pure: boolean;
  /** Reported if a varied value flows in and the result (or memory reachable from a reference among the parts) is useful. */
  readonly refusal?: Refusal;
  /** Reported if a varied value flows in and the object whose method it is, which may keep it, gives a useful one elsewhere. */
  readonly keeps?: Refusal;
  /** It gives memory that nothing else refers to, and has no effect that anything else sees; `growing`: as a literal does. */
  readonly fresh?: "sized" | "growing";
  /** A call whose derivative is written by hand; its operands are the arguments, in order. */
  readonly rule?: OutsideRule;
}
/** `name(…arguments)`, or `name(seed, …arguments)` for a vjp, gives a record with the gradients by the arguments. */
export interface OutsideRule {
  readonly name: string; readonly kind: "grad" | "vjp";
  /** For each argument its field, or null if it has no gradient. */
  readonly fields: readonly (string | null)[];
  readonly result: RecordType;
}
/** A diagnostic kept until activity is known (structurally a `Diagnostic` of diagnostics/). */
export interface Refusal { readonly code: string; readonly message: string; readonly help: string; readonly loc: Loc }

export interface Length { readonly kind: "length"; readonly origin: Origin; readonly ref: Var; readonly out: Var }
/** `out = ref[key]` (key a Var) or `ref.key` (key a string); `out` may itself be a reference. */
export interface Read { readonly kind: "read"; readonly origin: Origin; readonly ref: Var; readonly key: Var | string; readonly out: Var }
export interface Write { readonly kind: "write"; readonly origin: Origin; readonly ref: Var; readonly key: Var | string; readonly value: Var;
  /** The first of a place: nothing has read what was there before. */
  readonly first?: true;
  /** The value is there, whatever its type says. */
  readonly there?: true }
/** An array or tuple literal (`out.type` tells which; a typed array of a literal too). */
export interface NewArray { readonly kind: "array"; readonly origin: Origin; readonly elements: readonly Var[]; readonly out: Var;
  /** The tape of all activations of the halves that are called. */
  readonly tape?: true }
export interface NewRecord { readonly kind: "record"; readonly origin: Origin; readonly fields: readonly (readonly [string, Var])[]; readonly out: Var;
  /** An instance of a class, made as a plain record: reported where something would see the difference. */
  readonly instance?: Refusal;
  /** A shadow: fields of its type that are not given are zeros. */
  readonly shadow?: true }
/** `new Float64Array(n)`, `new Array<number>(n).fill(0)`: zero-filled, length known at run time. */
export interface Allocate {
  readonly kind: "allocate"; readonly origin: Origin; readonly length: Var;
  /** `new Array<number>(n)`: not filled, each element is written before it is read. */
  readonly hollow?: true;
  /** Made in a trip that writes its elements before it reads them, and used by nothing else: one serves all trips. */
  readonly workspace?: true;
  readonly out: Var;
}
/** `slice()`, `[...a]`, `Float64Array.from(a)`: a shallow copy of the whole. */
export interface Copy { readonly kind: "copy"; readonly origin: Origin; readonly ref: Var; readonly out: Var }
/** `ref.subarray(from, to)`: a typed array over a part of the memory of another; null: from the beginning, to the end. */
export interface View {
  readonly kind: "view";
  readonly origin: Origin;
  readonly ref: Var;
  readonly from: Var | null;
  readonly to: Var | null;
  readonly out: Var;
  /** What gives it in place of `subarray`, up to its arguments: `view_f(0, `. */
  readonly kept?: string;
}
export interface Push { readonly kind: "push"; readonly origin: Origin; readonly ref: Var; readonly value: Var }
export interface Pop { readonly kind: "pop"; readonly origin: Origin; readonly ref: Var; readonly out: Var }

export interface If {
  readonly kind: "if"; readonly origin: Origin;
  readonly condition: Var; readonly then: Block; readonly else: Block; readonly outs: readonly Var[];
  /** A `?:` of the text of a gradient that we made: it may be a guard (analysis/guards.ts). */
  readonly generated?: true;
}
/**
 * What the user wrote, for the printer: `for` (with an update at the end of the body), `while`, `do`, `each` (for…of, map, forEach: index loop),
 * `pieces` (around a loop with `@checkpoint`: each trip is a piece of it, which the reverse sweep runs again).
 */
export type LoopForm = "for" | "while" | "do" | "each" | "pieces" | "reverse";
export interface Loop {
  readonly kind: "loop"; readonly origin: Origin; readonly form: LoopForm;
  readonly params: readonly Var[]; readonly inits: readonly Var[];
  readonly head: Block; readonly condition: Var | null;
  /** `body.yields[i]` is the next value of `params[i]`. */
  readonly body: Block; readonly outs: readonly Var[];
}
export interface Labelled {
  readonly kind: "block"; readonly origin: Origin; readonly label: Label;
  /** Why it is there: the body of a function (exits are returns), a loop (break), the body of a loop (continue), a switch, or a labelled block of the user. */
  readonly purpose: "function" | "break" | "continue" | "switch" | "plain";
  readonly body: Block; readonly outs: readonly Var[];
}
export interface Exit { readonly kind: "exit"; readonly origin: Origin; readonly target: Label; readonly values: readonly Var[] }
/** `throw` with the thrown expression in the user's text. */
export interface Throw { readonly kind: "throw"; readonly origin: Origin; readonly parts: readonly (string | Var)[] }
/**
 * A call that is not inlined (recursion, size): `out = callee(args)`. In the primal `callee` names a function of the IrModule;
 * in gradient code its forward or backward half.
 */
export interface Call { readonly kind: "call"; readonly origin: Origin; readonly callee: string; readonly args: readonly Var[]; readonly out: Var | null }

// ---------------------------------------------------------------- instructions of the gradient

/** `let acc = init` (a null init is 0; of a matrix, zeros in the shape of `like`, or nothing if it is `hollow`: what comes next sets it). */
export interface Declare {
  readonly kind: "declare";
  readonly origin: Origin;
  readonly accumulator: Var;
  readonly init: Var | null;
  readonly like?: Var;
  readonly hollow?: true;
}
/** `acc += value`. Of a matrix `inPlace` if nothing else holds what `acc` holds, `first` if that is 0. */
export interface Add {
  readonly kind: "add";
  readonly origin: Origin;
  readonly accumulator: Var;
  readonly value: Var;
  readonly inPlace?: true;
  readonly first?: true;
}
/** `out = acc`, at this moment. */
export interface Get { readonly kind: "get"; readonly origin: Origin; readonly accumulator: Var; readonly out: Var }
/** `out = acc; acc = 0`; `hollow`: what comes next sets it. */
export interface Take { readonly kind: "take"; readonly origin: Origin; readonly accumulator: Var; readonly out: Var; readonly hollow?: true }
/** `ref[key] += value` on a shadow. */
export interface AddTo { readonly kind: "addTo"; readonly origin: Origin; readonly ref: Var; readonly key: Var | string; readonly value: Var }
/** `out = ref[key]; ref[key] = 0` on a shadow. */
export interface TakeFrom { readonly kind: "takeFrom"; readonly origin: Origin; readonly ref: Var; readonly key: Var | string; readonly out: Var }
/**
 * A shadow of the shape of `like`, all zeros (`out.type` is its type: only the differentiable parts). With `shared`, records of some types
 * have theirs made once and found in a map by whoever meets them next.
 */
export interface Zeros { readonly kind: "zeros"; readonly origin: Origin; readonly like: Var; readonly out: Var; readonly shared?: SharedZeros }
export interface SharedZeros { readonly made: Var; /** The functions that make them. */ readonly makers: ReadonlyMap<RecordType, string> }
/**
 * Declares a tape. With `length`: an array of that many entries addressed by index, typed unless `plain`; null: growing, `record` pushes.
 */
export interface NewTape {
  readonly kind: "tape"; readonly origin: Origin; readonly tape: Var; readonly length: Var | null;
  /** An ordinary array, of exactly `length` entries: short ones are made much faster than typed arrays. */
  readonly plain?: true;
  /** An ordinary array if `length` is small when the function runs, else a typed one. `length` is a number of entries: not negative, not a fraction. */
  readonly either?: true;
  /** Where it comes from instead of being made, up to the number of entries: `tape_f(0, `. */
  readonly from?: string;
  /** For the comment: `x at the start of each trip`. */
  readonly note: string | null;
}
/** `tape[index] = value`, or `tape.push(value)` if index is null. */
export interface Record_ { readonly kind: "tapeRecord"; readonly origin: Origin; readonly tape: Var; readonly index: Var | null; readonly value: Var }
/** `out = tape[index]`, or `tape.pop()` if index is null. */
export interface Recall { readonly kind: "tapeRecall"; readonly origin: Origin; readonly tape: Var; readonly index: Var | null; readonly out: Var }
/** The number of entries of a tape (integer). */
export interface TapeLength { readonly kind: "tapeLength"; readonly origin: Origin; readonly tape: Var; readonly out: Var }
/** Leaves the generated function with a record `{ name: value, … }` (fields) or a bare value (fields null). Ends its Block. */
export interface Return {
  readonly kind: "return";
  readonly origin: Origin;
  readonly fields: readonly (readonly [string, Var])[] | null;
  readonly value: Var | null;
}
/** A heading between parts: `forward pass`, `backward pass`, `the trip again`. Printed as a comment. */
export interface Heading { readonly kind: "heading"; readonly origin: Origin; readonly text: string }

export type Instruction =
  | Apply | Raw | Length | Read | Write | NewArray | NewRecord | Allocate | Copy | View | Push | Pop
  | If | Loop | Labelled | Exit | Throw | Call
  | Declare | Add | Get | Take | AddTo | TakeFrom | Zeros | NewTape | Record_ | Recall | TapeLength | Return | Heading;

export type InstructionKind = Instruction["kind"];
/** The constructs with nested blocks. */
export type Construct = If | Loop | Labelled;

// ---------------------------------------------------------------- functions

/** How a parameter is written in the signature, with the Vars it binds. A pattern inside another may have a default that is constant, as written. */
export type Pattern =
  | { readonly kind: "name"; readonly variable: Var }
  | {
      readonly kind: "object";
      readonly entries: readonly { readonly key: string; readonly pattern: Pattern }[];
      readonly rest: Var | null;
      readonly defaultText?: string;
    }
  | { readonly kind: "array"; readonly entries: readonly (Pattern | null)[]; readonly rest: Var | null; readonly defaultText?: string };

export interface Parameter {
  readonly pattern: Pattern;
  /** As written after the colon: `number`, `readonly Point[]`. Null if the user wrote none (contextual). */
  readonly typeText: string | null;
  /** `y?: number`, also for a parameter with a default: the default is evaluated in the body. */
  readonly optional: boolean;
  readonly rest: boolean;
  /** The default of a destructured parameter, constant and as written (`{ x: 1 }`): it stands in the signature, so that the names stay inputs. */
  readonly defaultText?: string;
}

/** A differentiable input: a parameter (or the name a destructured parameter binds). */
export interface Input {
  readonly name: string;
  readonly variable: Var;
  /** Fields named by `wrt model.b`; null: the whole. */
  readonly paths: readonly (readonly string[])[] | null;
}

export interface IrFunction {
  readonly name: string;
  readonly loc: Loc;
  readonly exported: boolean;
  readonly parameters: readonly Parameter[];
  /** Every Var the parameters bind, in order, with the user's names. */
  readonly inputs: readonly Input[];
  /** Names given after `wrt`, or null. */
  readonly wrt: readonly Input[] | null;
  /** Yields the result (one Var), or nothing for a function without one. */
  readonly body: Block;
  readonly result: Type;
  /** The type parameters as written, `<T extends Point>`, or "". */
  readonly typeParameters: string;
  /** As written, or made: `{ value: number; dx: number }`. Null until known. */
  readonly resultText: string | null;
  /** Of a callee: the name of the function of the module that it is, unchanged, with the same parameters. */
  readonly standing?: string;
  /** The next free id for Vars and Labels. */
  readonly nextId: number;
}

/** A root and the functions it calls that were not inlined. */
export interface IrModule {
  readonly root: IrFunction;
  readonly callees: ReadonlyMap<string, IrFunction>;
}
