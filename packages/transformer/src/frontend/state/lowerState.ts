import type { Catcher, Guard } from "./values.ts";
import ts from "typescript";
import type { Instruction, IrFunction, Literal, Loc, Origin, Refusal, Statement, Type, Var } from "../../ir/ir.ts";
import { integerType, literalVar, type Ids } from "../../ir/build.ts";
import { finding, type CallSite } from "../../diagnostics/diagnostic.ts";
import type { Entry } from "../../diagnostics/entry.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { Copies, isChange } from "./copies.ts";
import { agreesOnDictionaries } from "../../ir/dictionaries.ts";
import type { Budget, LowerContext } from "../programs/source.ts";
import { locOf } from "./lowerOrigin.ts";
import { agreesOnClasses } from "../types/classTypes.ts";
import { newReader } from "../types/lowerTypes.ts";
import { type TypeReader } from "../types/typeReader.ts";
import { noteGround, type Grounds } from "./grounds.ts";
import { isCaptured } from "../programs/captured.ts";
import {
  type Environment,
  type Scope,
  type Frame,
  type Activation,
  type Target,
  type Value,
  type Specialization,
  type Binding,
  type KnownClass,
  type KnownObject,
  type CallableNode,
  newFrame,
  isVar,
} from "./values.ts";

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

  constructor(
    context: LowerContext,
    rootNode: CallableNode,
    rootName: string,
    sourceFile: ts.SourceFile,
    records: ReadonlySet<ts.Node>,
    apart: ReadonlySet<CallableNode>,
  ) {
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

  get checker(): ts.TypeChecker {
    return this.context.checker;
  }

  /** Whether the types of values say what they are: those of parameters of the marked function are what callers promise, unless it is lowered for one kind. */
  get knowsKinds(): boolean {
    return this.chain.length > 0 || this.context.narrowing !== undefined;
  }

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

  origin(node: ts.Node): Origin {
    this.place = node;
    return { loc: this.loc(node), statement: this.statement };
  }
  loc(node: ts.Node): Loc {
    return locOf(node);
  }

  fresh(name: string | null, type: Type): Var {
    return { id: this.ids.next++, name, type };
  }
  literal(value: Literal["value"], text?: string): Var {
    return literalVar(this.ids, value, text);
  }
  integer(value: number): Var {
    return { id: this.ids.next++, name: null, type: integerType, literal: { value } };
  }

  apply(node: ts.Node, op: string, args: readonly Var[], type: Type): Var {
    const out = this.fresh(null, type);
    this.emit({ kind: "apply", origin: this.origin(node), op, args, out });
    if (!passesOn.has(op) || args.every((a) => (a.literal ? a.literal.value !== undefined && a.literal.value !== null : this.certain.has(this.resolve(a)))))
      this.certain.add(out);
    return out;
  }

  /** An inactive expression; `refusal` if numbers go in and the result might be one, `keeps` if they might come out of the object elsewhere. */
  raw(node: ts.Node, parts: readonly (string | Var)[], type: Type | null, pure: boolean, refusal?: Refusal, keeps?: Refusal): Var {
    const out = type && this.fresh(null, type);
    if (!pure && (this.catchers.length > 0 || this.guards.length > 0) && !this.dead && !neverThrows(parts[0]))
      this.report(node, catalogue.tryCatch, { fn: this.rootName, what: "around what may throw without being seen" });
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

  temporary(name: string | null = null, type: Type | null = null): Binding {
    return { name, frame: this.frame, type };
  }

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

  set(binding: Binding, value: Value): void {
    this.env.set(binding, value);
  }

  resolve(v: Var): Var {
    let at = v;
    for (let next = this.replaced.get(at); next; next = this.replaced.get(at)) at = next;
    if (at !== v) this.replaced.set(v, at);
    return at;
  }

  /** Whether an outcome of a condition says that a value is neither undefined nor null. */
  isShown(v: Var, condition: Var, outcome: boolean): boolean {
    if (v.type.kind !== "optional") return false;
    const at = this.resolve(condition),
      inner = this.negated.get(at),
      test = this.absence.get(at);
    if (inner) return this.isShown(v, inner, !outcome);
    if (at === v) return outcome;
    return test !== undefined && this.resolve(test.value) === v && test.absent !== outcome;
  }

  /** Takes the outcome of a condition as known from here on. */
  assume(condition: Var, outcome: boolean): void {
    const facts = new Map(this.facts).set(condition, outcome),
      inner = this.negated.get(condition);
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
  refusal<P>(node: ts.Node, entry: Entry<P>, data: P): Refusal {
    return finding(entry, data, this.loc(node), this.chain);
  }
}

const shortened = (node: ts.Node): string => { const text = node.getText().replace(/\s+/g, " "); return text.length <= 40 ? text : `${text.slice(0, 37)}…`; };

/** Operations that give an operand as it is, be it there or not. */
const passesOn: ReadonlySet<string> = new Set(["?:", "&&", "||", "??", "stopGradient"]);

/** Writing a line and reading a clock do not throw. */
const neverThrows = (text: string | Var | undefined): boolean => typeof text === "string" && /^(?:console|performance|Date)\.|^[\w$.]+ = $/u.test(text);
