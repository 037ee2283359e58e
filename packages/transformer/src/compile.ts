/** From a file to its augmented text: find the marked functions, generate each gradient, splice. */
import { catalogue } from "./diagnostics/catalogue.ts";
import { finding, type Diagnostic } from "./diagnostics/diagnostic.ts";
import { createReporter, type Reporter } from "./diagnostics/reporter.ts";
import { calledGradients } from "./frontend/marks/calledGradients.ts";
import { readExisting, type Existing } from "./frontend/marks/existing.ts";
import { findMarked, taggedNames } from "./frontend/marks/find.ts";
import { parseFormula } from "./frontend/expressions/formula.ts";
import { withinDepth } from "./frontend/state/limits.ts";
import { casesOf } from "./frontend/types/kinds.ts";
import type { Narrowing } from "./frontend/types/narrowing.ts";
import { lower } from "./frontend/lower.ts";
import type { SourceProgram } from "./frontend/programs/program.ts";
import type { SourceFunction } from "./frontend/programs/source.ts";
import { placeOf } from "./frontend/programs/place.ts";
import { runtimeNames, runtimePackage } from "./frontend/programs/runtimeNames.ts";
import { withoutSyntaxErrors } from "./frontend/programs/syntaxErrors.ts";
import type { IrModule, Type, Loc } from "./ir/ir.ts";
import { eachInstruction } from "./ir/visit.ts";
import type { Activity } from "./analysis/activity.ts";
import type { SharedInputs } from "./analysis/sharedInputs.ts";
import { untrackedWrites } from "./analysis/untracked.ts";
import { wayText } from "./analysis/ways.ts";
import { isReference, type Aliases } from "./analysis/aliases.ts";
import { escapingInstances, hiddenUses } from "./analysis/instances.ts";
import { notAgain } from "./analysis/pieces.ts";
import { gradientType } from "./adjoint/gradientType.ts";
import type { GradientField } from "./adjoint/signature.ts";
import { generateKinds } from "./generateKinds.ts";
import { generate, type Generated } from "./pipeline.ts";
import type { OfKind } from "./stages.ts";
import { type Trace } from "./stages.ts";
import { createRulebook } from "./rules/rulebook.ts";
import { splice } from "./splice.ts";
import type { SourceMap } from "./sourceMap.ts";

export interface Options {
  /** The name of the file, as diagnostics and the source map give it. */
  readonly fileName: string;
  /** Default true. Off: only what correctness needs, printed as three-address code. */
  readonly optimise?: boolean;
  /** Called with the IR of each function after each stage. */
  readonly trace?: Trace;
}

/** What was made of one marked function. */
export interface FunctionReport {
  readonly name: string;
  /** `grad_f`, or `vjp_f` of a function that returns no number. */
  readonly gradientName: string;
  /** All that was generated for callers: `gradientName`, and what `with` asked for. */
  readonly derivatives: readonly string[];
  readonly exported: boolean;
  /** The inputs it has gradients by. */
  readonly wrt: readonly string[];
  /** The generated text, helpers included. */
  readonly text: string;
  /** Names of the functions generated beside the gradient. */
  readonly helpers: readonly string[];
  /** What is recorded for the reverse sweep, by name; `loops`: the loops within which it is recorded. */
  readonly recorded: readonly { readonly name: string; readonly loops: number }[];
  readonly statementsIn: number;
  readonly statementsOut: number;
}

export interface Result {
  /** The module with the siblings after its last character. */
  readonly code: string;
  readonly map: SourceMap;
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly FunctionReport[];
  /** The names of all functions with a tag: those of `functions`, and those that were refused. */
  readonly tagged: readonly string[];
}

/** The program of a text; null if the text cannot be read, which has been reported. */
export type Open = (text: string, reporter: Reporter) => SourceProgram | null;

type Taken = Map<string, string | undefined>;

const rulebook = createRulebook(parseFormula);

/**
 * Generates the gradients of a text. Functions that call the gradient of another marked function are compiled after it, on the text that
 * holds it already.
 */
export function compile(text: string, options: Options, open: Open): Result {
  const { fileName } = options;
  let otherFile = (_name: string): string | undefined => undefined;
  const reporter = createReporter((name) => (name === fileName ? text : otherFile(name)));
  const printed = new Set<string>(), needed = new Map<string, string>();
  const functions: FunctionReport[] = [];
  const done = new Set<string>(), taken: Taken = new Map();
  let augmented = text, tagged: readonly string[] = [];
  for (;;) {
    const source = open(augmented, reporter);
    if (!source) break;
    otherFile = (name) => source.program.getSourceFile(name)?.text;
    // Positions are those of the user's text, because siblings only come behind it. The tags are looked for once.
    if (done.size === 0) tagged = taggedNames(source.sourceFile);
    const report: Reporter["report"] = done.size === 0 ? reporter.report : () => undefined;
    const found = withoutSyntaxErrors(source.program, source.sourceFile, withinDepth(findMarked(source.sourceFile, source.checker, report), report), report);
    const existing = readExisting(source.sourceFile);
    const waiting = found.filter((f) => !done.has(f.name));
    const names = new Set(waiting.map((f) => f.name));
    const ready = waiting.filter(
      (f) => ![...calledGradients(f.node)].some(([derivative, g]) => g !== f.name && names.has(g) && existing.author(derivative) === "nobody"),
    );
    const now = ready.length > 0 ? ready : waiting;
    if (now.length === 0) break;
    for (const marked of now) {
      done.add(marked.name);
      const made = compileFunction(marked, source, existing, taken, needed, reporter, options);
      if (!made) continue;
      for (const each of [made.report.text, ...made.shared]) printed.add(each);
      functions.push(made.report);
    }
    if (now.length === waiting.length) break;
    augmented = splice(text, fileName, [...importOf(needed), ...printed]).code;
  }
  return { ...splice(text, fileName, [...importOf(needed), ...printed]), diagnostics: reporter.diagnostics(), functions, tagged };
}

function compileFunction(
  marked: SourceFunction,
  source: SourceProgram,
  existing: Existing,
  taken: Taken,
  needed: Map<string, string>,
  reporter: Reporter,
  options: Options,
): { readonly report: FunctionReport; readonly shared: readonly string[] } | undefined {
  const imported = runtimeNames(source.sourceFile);
  /** What the file imports has the name it has there; anything else is imported with the generated code. */
  const runtimeName = (name: string, hidden: ReadonlySet<string> = new Set()): string => {
    const local = imported.get(name) ?? needed.get(name),
      space = imported.get("*");
    if (local !== undefined && !hidden.has(local)) return local;
    if (local === undefined && space !== undefined && !hidden.has(space)) return `${space}.${name}`;
    const made = freeName(name, existing, taken, `runtime ${name}`);
    needed.set(name, made);
    return made;
  };
  const attempt = (at: Reporter, narrowing?: Narrowing, ofKind?: OfKind): Generated | undefined => {
    const errors = at.errorCount();
    const lowered = lower(marked, {
      checker: source.checker,
      program: source.program,
      runtimeName,
      report: (node, entry, data, chain = []) => at.report(finding(entry, data, placeOf(node), chain)),
      ...(narrowing ? { narrowing } : {}),
    });
    if (!lowered || at.errorCount() > errors) return undefined;
    return generate(lowered, {
      optimise: options.optimise ?? true,
      rulebook,
      reserved: existing.names,
      shadowedGlobals: existing.shadowedGlobals,
      ...(options.trace ? { trace: options.trace } : {}),
      check: (module, active, fields, shared, memory) => check(marked, module, active, fields, shared, memory, at, ofKind !== undefined),
      checkTangents: (fn, reasons) => {
        for (const why of reasons) at.report(finding(catalogue.withJvp, { name: fn.name, why }, fn.loc));
      },
      freeName: (wanted, meaning) => freeName(wanted, existing, taken, meaning),
      also: marked.with,
      runtimeName,
      ...(ofKind ? { ofKind } : {}),
    });
  };
  try {
    const forms = casesOf(marked, source.checker);
    const generated = forms && forms.length > 0 ? generateKinds(marked, forms, reporter, attempt, () => keeping(taken)) : attempt(reporter);
    return generated && { report: reportOf(marked, generated), shared: generated.shared };
  } catch (error) {
    // No text may make the compiler throw: whatever went wrong is a fault of ours, and is said so.
    if (!(error instanceof Error)) throw error;
    reporter.report(finding(catalogue.internal, { fn: marked.name, detail: error.message }, placeOf(marked.node)));
    return undefined;
  }
}

/** The import line of what the generated code calls and the file does not import itself. */
function importOf(needed: ReadonlyMap<string, string>): readonly string[] {
  const names = [...needed].map(([name, local]) => (name === local ? name : `${name} as ${local}`)).sort();
  return names.length === 0 ? [] : [`import { ${names.join(", ")} } from "${runtimePackage}";`];
}

/** What takes back all names given from here on. */
function keeping(taken: Taken): () => void {
  const before = [...taken];
  return () => { taken.clear(); before.forEach(([name, meaning]) => taken.set(name, meaning)); };
}

/** `taken`: the names given so far, with what they mean if several functions may use them. */
function freeName(wanted: string, existing: Existing, taken: Taken, meaning?: string): string {
  let name = wanted;
  for (let n = 1; existing.names.has(name) || (taken.has(name) && (meaning === undefined || taken.get(name) !== meaning)); n++) name = `${wanted}${n}`;
  taken.set(name, meaning);
  return name;
}

/** What stands at a place, on one line; at a place in another file, where messages do not point, only that it stands there. */
function writtenAt({ sourceFile }: SourceFunction, loc: Loc): string {
  return loc.fileName === sourceFile.fileName ? sourceFile.text.slice(loc.start, loc.end).replace(/\s+/g, " ") : loc.fileName;
}

/** Reports what stands in the way of a gradient, and what is probably not meant; true if there is no gradient. */
function check(
  marked: SourceFunction,
  module: IrModule,
  active: Activity,
  fields: readonly GradientField[],
  shared: SharedInputs,
  memory: Aliases,
  reporter: Reporter,
  isOneKind: boolean,
): boolean {
  const before = reporter.errorCount();
  for (const refusal of escapingInstances(module, memory)) reporter.report(refusal);
  for (const { name, loc } of hiddenUses(module)) reporter.report(finding(catalogue.hiddenField, { name }, loc));
  // Where kinds of values meet, what follows is refused only because of that.
  const met = active.lost.filter(({ instruction }) => instruction.kind !== "read" && instruction.kind !== "pop");
  for (const { instruction, value } of met) reporter.report(finding(catalogue.mixedValue, { name: value.name }, instruction.origin.loc));
  if (met.length > 0) return true;
  for (const { write, from } of untrackedWrites(module, memory, active).slice(0, 1)) {
    reporter.report(
      finding(catalogue.untrackedWrite, { text: write.origin.statement?.text ?? "it", what: writtenAt(marked, from.origin.loc) }, write.origin.loc),
    );
  }
  for (const raw of active.refused) {
    const refusal = raw.refusal ?? raw.keeps;
    if (refusal) reporter.report(refusal);
  }
  for (const { instruction, op, why } of active.unsupported) {
    reporter.report(finding(catalogue.noRule, { op, why: why ?? "there is no rule for it" }, instruction.origin.loc));
  }
  if (reporter.errorCount() === before)
    for (const { instruction, value } of active.lost) reporter.report(finding(catalogue.mixedValue, { name: value.name }, instruction.origin.loc));
  const { root } = module;
  const result = root.body.yields[0];
  if (!result) reporter.report(finding(catalogue.noResult, { fn: root.name, type: "void", written: writtenInput(module, memory) }, root.loc));
  else if (isReference(root.result) && root.result.kind !== "optional") {
    if (containsItself(root.result)) reporter.report(finding(catalogue.recursiveResult, { fn: root.name, type: root.resultText }, root.loc));
    else if (!gradientType(root.result, new Map()))
      reporter.report(finding(catalogue.noResult, { fn: root.name, type: root.resultText ?? "an object without numbers", written: null }, root.loc));
  } else if (root.result.kind === "optional")
    reporter.report(finding(catalogue.resultSometimesMissing, { fn: root.name, type: root.resultText ?? "number | undefined" }, root.loc));
  else if (root.result.kind !== "number" && root.result.kind !== "integer" && root.result.kind !== "matrix")
    reporter.report(
      finding(
        catalogue.noResult,
        { fn: root.name, type: root.result.kind === "opaque" ? (root.resultText ?? root.result.text ?? "unknown") : root.result.kind, written: null },
        root.loc,
      ),
    );
  if (isReference(root.result) && marked.with.includes("into")) reporter.report(finding(catalogue.withInto, { name: root.name }, root.loc));
  // Arguments of one kind may have no gradient where those of another have.
  if (fields.length === 0 && !isOneKind && reporter.errorCount() === before) {
    reporter.report(finding(catalogue.noInput, { fn: root.name, parameters: root.inputs.map((i) => i.name) }, root.loc));
  }
  for (const { why, at } of notAgain(module, memory)) reporter.report(finding(catalogue.checkpointNotAgain, { what: why }, at.origin.loc));
  for (const [first, second] of shared.refused.slice(0, 1))
    reporter.report(finding(catalogue.sharedInput, { fn: root.name, first: wayText(first), second: wayText(second) }, root.loc));
  if (reporter.errorCount() > before) return true;
  if (marked.wrt) {
    const stopped = stoppedInputs(module);
    for (const f of fields) {
      const isActive = isReference(f.input.variable.type) ? active.hasShadow(f.input.variable) : active.isActive(f.input.variable);
      if (!isActive && !stopped.has(f.input.name))
        reporter.report(
          finding(
            catalogue.alwaysZero,
            { name: f.input.name, fn: root.name, why: "it reaches the result only through comparisons or rounding, or not at all" },
            root.loc,
          ),
        );
    }
  }
  return false;
}

/** The parameter that a function without a result writes into: its result, in all but name. */
function writtenInput({ root }: IrModule, memory: Aliases): string | null {
  return root.inputs.find((i) => isReference(i.variable.type) && gradientType(i.variable.type, new Map()) && memory.nodeOf(i.variable).written)?.name ?? null;
}

function containsItself(type: Type, inside: readonly Type[] = []): boolean {
  if (inside.includes(type)) return true;
  switch (type.kind) {
    case "optional": return containsItself(type.of, inside);
    case "array": return containsItself(type.element, inside);
    case "tuple": return type.elements.some((e) => containsItself(e, inside));
    case "record": return type.fields.some((f) => containsItself(f.type, [...inside, type]));
    default: return false;
  }
}

/** Inputs passed to `stopGradient`: their author knows. */
function stoppedInputs(module: IrModule): ReadonlySet<string> {
  const stopped = new Set<string>();
  eachInstruction(module.root.body, (i) => {
    if (i.kind === "apply" && i.op === "stopGradient") for (const a of i.args) if (a.name) stopped.add(a.name);
  });
  return stopped;
}

function reportOf(marked: SourceFunction, made: Generated): FunctionReport {
  const count = (text: string): number => (text.replace(/\/\/.*|\/\*[^]*?\*\//g, "").match(/;|\{/g) ?? []).length;
  return {
    name: marked.name, gradientName: made.gradientName, derivatives: made.derivatives, exported: marked.exported, text: made.text, helpers: made.helpers,
    wrt: made.fields.map((f) => f.input.name),
    recorded: made.recorded.map((r) => ({ name: r.name, loops: r.depth })),
    statementsIn: count(marked.node.getText(marked.sourceFile)), statementsOut: count(made.text),
  };
}
