import type { Catcher, Guard, Thrown } from "./lowerTry.ts";
import ts from "typescript";
import type { Instruction, IrFunction, Label, Literal, Loc, Origin, Refusal, Statement, Type, Var } from "../ir/ir.ts";
import { integerType, literalVar, type Ids } from "../ir/build.ts";
import { finding, type CallSite } from "../diagnostics/diagnostic.ts";
import type { Entry } from "../diagnostics/entry.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { Copies, isChange } from "./copies.ts";
import { agreesOnDictionaries } from "../ir/dictionaries.ts";
import type { Budget, LowerContext } from "./source.ts";
import { locOf } from "./lowerOrigin.ts";
import { agreesOnClasses } from "./classTypes.ts";
import { newReader, type TypeReader } from "./lowerTypes.ts";
import { noteGround, type Grounds } from "./overlaps.ts";
import { isCaptured } from "./captured.ts";

// ---------------------------------------------------------------- values

export type CallableNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration;

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
export interface KnownObject { readonly kind: "object"; readonly fields: Map<string, Binding>; readonly isArray: boolean; readonly node: ts.Node; /** What runs where a field of this name is assigned. */ readonly setters?: ReadonlyMap<string, Closure>; /** An instance: of this class. */ readonly instanceOf?: KnownClass; /** The array whose elements are the further arguments of a call. */ readonly spread?: Var }
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

// ---------------------------------------------------------------- budgets

export const defaultBudget: Budget = { callDepth: 40, instructions: 2_700, inlineNodes: 500, inlineTotal: 6_000 };

/** Ends lowering: a limit was passed and has been reported. Never leaves `lower`. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

const maxWork = 4_000_000;

// ---------------------------------------------------------------- state

/** The state of one lowering. */
export class Lowering {
  readonly ids: Ids = { next: 0 };
  readonly budget: Budget;
  readonly reader: TypeReader;
  /** The instructions of the Block being filled. */
  current: Instruction[] = [];
  env: Environment = new Map();
  /** The place being lowered cannot be reached: nothing is emitted. */
  dead = false;
  scope: Scope = { parent: null, bindings: new Map() };
  frame: Frame;
  activation: Activation | null = null;
  targets: Target[] = [];
  /** Around what is being lowered, the innermost last. */
  catchers: Catcher[] = [];
  /** Statements around with `finally`, the innermost last. */
  guards: Guard[] = [];
  statement: Statement | null = null;
  chain: readonly CallSite[] = [];
  /** Conditions whose outcome is known here, because an arm of a test on them is being lowered or the other one has left. */
  facts: ReadonlyMap<Var, boolean> = new Map();
  /** Everything that choices have been made between; the index is its number. */
  readonly options: Value[] = [];
  /** Tests for `undefined` or `null`: of what, and the outcome that says it is absent. */
  readonly absence = new Map<Var, { readonly value: Var; readonly absent: boolean }>();
  /** Of objects that are written out, the functions that their type allows and they have not. */
  readonly withoutFunctions = new WeakMap<Var, ReadonlySet<string>>();
  /** What `typeof` was asked of, by its result. */
  readonly typesAsked = new Map<Var, Var>();
  /** What `!` was applied to, by its result. */
  readonly negated = new Map<Var, Var>();
  failed = false;
  readonly callees = new Map<string, IrFunction>();
  readonly specializations: Specialization[] = [];
  /** Variables of the root's module that its functions assign. */
  readonly moduleState = new Map<ts.Symbol, Binding>();
  /** Constructors being lowered, the innermost last: `super(…)` goes on with the same object. */
  readonly constructing: { readonly of: KnownClass; readonly object: KnownObject; readonly begun: () => void }[] = [];
  /** Where `new` stands whose instances must be records: they are stored, or one variable holds several of them. */
  readonly records: ReadonlySet<ts.Node>;
  /** Such places that turned up: the function is lowered again. */
  readonly wanted = new Set<ts.Node>();
  /** Every place of `new` that was met. */
  readonly made = new Set<ts.Node>();
  /** Numbers and strings that are there for certain: results of operations, declared fields. What an array held need not be. */
  readonly certain = new WeakSet<Var>();
  /** In whose memory arrays lie. */
  readonly grounds: Grounds = new Map();
  /** Arrays that were made without values, and are not seen to be filled: methods with callbacks pass over their holes. */
  readonly holed = new WeakSet<Var>();
  /** Where classes inside functions were declared. */
  readonly classScopes = new Map<ts.Node, Scope>();
  /** Records of numbers that are written out and stay as they are, as far as has been seen: tables that are read where they stand. */
  readonly tables = new WeakSet<Var>();
  /** Types of objects that are written out where no type is expected: all their fields are known. */
  readonly literalTypes = new WeakMap<Type, { /** Fields that were asked for and are not there. */ readonly missed: Set<string> }>();
  /** Types of objects whose fields are not in the order in which the primal makes them. */
  readonly reordered = new WeakSet<Type>();
  /** Maps of generated gradients from shared objects to their gradients. */
  readonly identityMaps = new Set<KnownObject>();
  /** Calls of `fill` that were carried out when their array was made. */
  readonly filled = new Set<ts.Node>();
  /** Results of calls of which not even the type is known: numbers, if they are used as such. */
  readonly unresolved = new Set<Var>();
  readonly recursive = new Map<CallableNode, boolean>();
  /** What methods like `map` make: nobody sees it before it is whole. */
  readonly mapped = new WeakSet<Var>();
  /** Callees that were lowered in place. */
  readonly copies = new Copies();
  /** Callees that are small and stay functions all the same. */
  readonly apart: ReadonlySet<CallableNode>;
  /** The functions whose bodies are being lowered where they are called, the innermost last. */
  readonly inlining: CallableNode[] = [];
  /** Params of loops that turned out to be no variables, with what stands for them. */
  readonly replaced = new Map<Var, Var>();
  /** What a variable holds that nothing has assigned. */
  readonly unassigned: Var;
  statements = 0;
  inlinedNodes = 0;
  emitted = 0;
  loops = 0;
  /** Instructions that change what was there before. */
  changes = 0;
  private failedAt: number | null = null;
  /** Where the last instruction comes from. */
  private place: ts.Node | null = null;
  private work = 0;

  readonly context: LowerContext;
  readonly rootNode: CallableNode;
  readonly rootName: string;

  constructor(context: LowerContext, rootNode: CallableNode, rootName: string, sourceFile: ts.SourceFile, records: ReadonlySet<ts.Node>, apart: ReadonlySet<CallableNode>) {
    this.records = records;
    this.apart = apart;
    this.context = context;
    this.rootNode = rootNode;
    this.rootName = rootName;
    this.budget = { ...defaultBudget, ...context.budget };
    this.reader = newReader(context.checker, sourceFile);
    this.frame = newFrame(rootName, null);
    this.unassigned = literalVar(this.ids, undefined);
  }

  get checker(): ts.TypeChecker { return this.context.checker; }

  /** Whether the types of values say what they are: those of parameters of the marked function are what callers promise, unless it is lowered for one kind. */
  get knowsKinds(): boolean { return this.chain.length > 0 || this.context.narrowing !== undefined; }

  // ------------------------------------------------------------ instructions

  emit(instruction: Instruction): void {
    this.spend(8);
    if (this.dead) return;
    if (++this.emitted > this.budget.instructions) this.stop("instructions", this.budget.instructions);
    // What is wrong has been said: a little more may be found nearby, but not in everything that is called.
    if (this.failedAt !== null && this.emitted > this.failedAt + 2000) throw new Stopped();
    if (this.place && !agreesOnClasses(this.reader, instruction)) this.report(this.place, catalogue.otherClass, { text: shortened(this.place) });
    noteGround(this.grounds, instruction);
    if (this.place && !agreesOnDictionaries(instruction)) this.report(this.place, catalogue.dictionary, { text: shortened(this.place) });
    if (instruction.kind === "loop") this.loops++;
    if (isChange(instruction, this.mapped)) this.changes++;
    this.copies.note(instruction);
    this.current.push(instruction);
  }

  /** Counts work, so that any text gets an answer in bounded time. */
  spend(amount: number): void {
    this.work += amount;
    if (this.work > maxWork) this.stop("steps of compilation", maxWork);
  }

  stop(what: string, limit: number): never {
    this.report(this.rootNode, catalogue.tooLarge, { fn: this.rootName, what, limit });
    throw new Stopped();
  }

  origin(node: ts.Node): Origin { this.place = node; return { loc: this.loc(node), statement: this.statement }; }
  loc(node: ts.Node): Loc { return locOf(node); }

  fresh(name: string | null, type: Type): Var { return { id: this.ids.next++, name, type }; }
  literal(value: Literal["value"], text?: string): Var { return literalVar(this.ids, value, text); }
  integer(value: number): Var { return { id: this.ids.next++, name: null, type: integerType, literal: { value } }; }

  apply(node: ts.Node, op: string, args: readonly Var[], type: Type): Var {
    const out = this.fresh(null, type);
    this.emit({ kind: "apply", origin: this.origin(node), op, args, out });
    if (!passesOn.has(op) || args.every((a) => a.literal ? a.literal.value !== undefined && a.literal.value !== null : this.certain.has(this.resolve(a)))) this.certain.add(out);
    return out;
  }

  /** An inactive expression; `refusal` if numbers go in and the result might be one, `keeps` if they might come out of the object elsewhere. */
  raw(node: ts.Node, parts: readonly (string | Var)[], type: Type | null, pure: boolean, refusal?: Refusal, keeps?: Refusal): Var {
    const out = type && this.fresh(null, type);
    if (!pure && (this.catchers.length > 0 || this.guards.length > 0) && !this.dead && !neverThrows(parts[0])) this.report(node, catalogue.tryCatch, { fn: this.rootName, what: "around what may throw without being seen" });
    this.emit({ kind: "raw", origin: this.origin(node), parts, out, pure, ...(refusal ? { refusal } : {}), ...(keeps ? { keeps } : {}) });
    return out ?? this.unassigned;
  }

  /** Gives a temporary the name of the variable that holds it first. Until lowering ends nobody else has seen its name. */
  name(value: Value, name: string | null): void {
    if (name === null || !isVar(value) || value.literal || value.name !== null) return;
    (value as { name: string | null }).name = name;
  }

  /** Corrects the type of a Var that was made before it could be known. */
  retype(v: Var, type: Type): void {
    if (!v.literal) (v as { type: Type }).type = type; // until lowering ends nobody else has seen it
  }

  // ------------------------------------------------------------ variables

  bind(symbol: ts.Symbol | undefined, name: string | null, type: Type | null): Binding {
    const binding = { ...this.temporary(name, type), ...(symbol && isCaptured(this.checker, symbol) ? { captured: true } : {}) };
    if (symbol) this.scope.bindings.set(symbol, binding);
    return binding;
  }

  temporary(name: string | null = null, type: Type | null = null): Binding { return { name, frame: this.frame, type }; }

  /** The value of a variable here; the parameter that brings it, in a callee that captures it. */
  get(binding: Binding): Value {
    const value = this.env.get(binding) ?? binding.initial ?? this.capture(this.frame, binding);
    return isVar(value) ? this.resolve(value) : value;
  }

  private capture(frame: Frame, binding: Binding): Value {
    if (binding.frame === frame || !frame.outer) return this.dead ? this.unassigned : { kind: "unknown" };
    const known = frame.captures.get(binding) ?? frame.knownCaptures.get(binding);
    if (known) return known;
    const outer = frame.outer.env.get(binding) ?? this.capture(frame.outer.frame, binding);
    if (!isVar(outer) && outer.kind === "choice") return { kind: "unknown" }; // its selector lives in the caller
    if (!isVar(outer) || outer.literal) {
      frame.knownCaptures.set(binding, outer);
      return outer;
    }
    const parameter = this.fresh(binding.name, binding.type ?? this.resolve(outer).type);
    frame.captures.set(binding, parameter);
    return parameter;
  }

  set(binding: Binding, value: Value): void { this.env.set(binding, value); }

  resolve(v: Var): Var {
    let at = v;
    for (let next = this.replaced.get(at); next; next = this.replaced.get(at)) at = next;
    if (at !== v) this.replaced.set(v, at);
    return at;
  }

  /** Whether an outcome of a condition says that a value is neither undefined nor null. */
  isShown(v: Var, condition: Var, outcome: boolean): boolean {
    if (v.type.kind !== "optional") return false;
    const at = this.resolve(condition), inner = this.negated.get(at), test = this.absence.get(at);
    if (inner) return this.isShown(v, inner, !outcome);
    if (at === v) return outcome;
    return test !== undefined && this.resolve(test.value) === v && test.absent !== outcome;
  }

  /** Takes the outcome of a condition as known from here on. */
  assume(condition: Var, outcome: boolean): void {
    const facts = new Map(this.facts).set(condition, outcome), inner = this.negated.get(condition);
    if (inner) facts.set(inner, !outcome);
    this.facts = facts;
  }

  // ------------------------------------------------------------ complaints

  /** Reports a mistake and goes on, so that one run shows all; the result of lowering is discarded. */
  report<P>(node: ts.Node, entry: Entry<P>, data: P): void {
    this.failed = true;
    this.failedAt ??= this.emitted;
    this.context.report(node, entry, data, this.chain);
  }

  /** Reports, and stands in for the value that cannot be had. */
  refuse<P>(node: ts.Node, entry: Entry<P>, data: P): Var {
    this.report(node, entry, data);
    return this.fresh(null, { kind: "opaque", text: null });
  }

  /** A diagnostic that waits until it is known whether a gradient would flow. */
  refusal<P>(node: ts.Node, entry: Entry<P>, data: P): Refusal { return finding(entry, data, this.loc(node), this.chain); }
}

const shortened = (node: ts.Node): string => { const text = node.getText().replace(/\s+/g, " "); return text.length <= 40 ? text : `${text.slice(0, 37)}…`; };

/** Operations that give an operand as it is, be it there or not. */
const passesOn: ReadonlySet<string> = new Set(["?:", "&&", "||", "??", "stopGradient"]);

export function newFrame(name: string, outer: Frame["outer"]): Frame {
  return { name, captures: new Map(), boxes: new Map(), missing: new Set(), knownCaptures: new Map(), outer, prologue: [], moduleValues: new Map(), thrown: new Map() };
}

/** Writing a line and reading a clock do not throw. */
const neverThrows = (text: string | Var | undefined): boolean => typeof text === "string" && /^(?:console|performance|Date)\.|^[\w$.]+ = $/u.test(text);
