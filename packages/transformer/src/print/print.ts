import { mixesShapes } from "./shapes.ts";
import type { IrFunction, Literal, Type, Var } from "../ir/ir.ts";
import { isMatrixOperation, isNamedConstant } from "../ir/build.ts";
import { bindings } from "../ir/verify.ts";
import { absences } from "./absences.ts";
import { accumulate } from "./accumulate.ts";
import { knownConditions, nestBlocks, simplifyOuts } from "./blocks.ts";
import { goingRound } from "./circles.ts";
import { coalesce } from "./coalesce.ts";
import { removeDead } from "./dead.ts";
import { declare } from "./declare.ts";
import { decideComparisons } from "./facts.ts";
import { fold } from "./fold.ts";
import { guardSums } from "./guardSums.ts";
import { resolveJumps, straighten } from "./jumps.ts";
import { openHeads, restoreLoops } from "./loops.ts";
import { mergeIfs } from "./mergeIfs.ts";
import { chooseNames, identifiersIn } from "./names.ts";
import { assertPresent } from "./optional.ts";
import { returnEarly } from "./returns.ts";
import { inlinable, size } from "./size.ts";
import { openSelections, sequence } from "./sequence.ts";
import { lowerStatements, type Variables } from "./statements.ts";
import { head, wrapped } from "./head.ts";
import { saveValue } from "./value.ts";
import { printStatements } from "./text.ts";
import type { Expr, Statement, Variable } from "./tree.ts";
import { takeNames, tighten } from "./tighten.ts";
import { eachExpression, eachStatement, eachVariable, subexpressions, targets } from "./walk.ts";
import { isIdentifier } from "./types.ts";
import { openUnions } from "./unions.ts";
import { Writer } from "./writer.ts";

export interface PrintOptions {
  /** All identifiers of the file. */
  readonly reserved: ReadonlySet<string>;
  /** The lines of the comment before the function, or null. */
  readonly doc: readonly string[] | null;
  readonly exported: boolean;
  /** A function of ours, whose parameters may have any names. */
  readonly inner?: boolean;
  /** Globals that mean something else in the user's module (`Math`). */
  readonly shadowedGlobals: ReadonlySet<string>;
  /** How the file calls a function of the runtime, where these names mean something else. */
  readonly runtimeName?: (name: string, hidden: ReadonlySet<string>) => string;
  /** Three-address form: no folding, no merging. To tell a fault of the printer from one of the passes before it. */
  readonly debugNoTidy?: boolean;
  /** Forward mode, with the parameters that are tangents: the tangent of a statement follows it, and needs no comment that names it. */
  readonly tangents?: ReadonlySet<Var>;
  /** The same function in forms with fewer operations, should the text have to be short. */
  readonly tight?: (() => readonly IrFunction[]) | null;
}

export interface Printed {
  readonly text: string;
  /** For each line the offset in the source of the statement it came from. */
  readonly lines: readonly (number | null)[];
  /** About how long it is for engines, in bytes of bytecode; Infinity if it has loops. */
  readonly size: number;
}

/**
 * The text of a function: primal or gradient, as a careful person would have written it.
 *
 * Requires  verified IR.
 * Ensures   the text computes what the IR does, bit for bit where arithmetic is not `free`; it type-checks at the strictest flags.
 */
export function print(fn: IrFunction, options: PrintOptions): Printed {
  const plain = options.debugNoTidy === true;
  const chosen = plain ? layOut(fn, "plain", options.tangents) : shortEnough(fn, options);
  const { final: narrow, variables } = chosen;

  const { list: final, wide } = openUnions(narrow);
  const parameters = fn.parameters.flatMap((p) => bindings(p.pattern)).map(variables.of);
  const used = new Set<Variable>();
  eachExpression(final, (e) => eachVariable(e, (v) => used.add(v)));
  const own = new Set(fn.parameters.flatMap((p) => bindings(p.pattern)).flatMap((v) => (v.name === null ? [] : [v.name])));
  const runtime = (name: string): string => options.runtimeName?.(name, own) ?? name;
  const taken = new Set<string>([fn.name]);
  for (const name of [...identifiersOf(final), ...globalsOf(final, runtime)]) taken.add(name);
  const names = chooseNames(final, { used: taken, parameters, yields: options.inner === true });
  const hidden = new Set([...options.shadowedGlobals, ...parameters.map((p) => names.of(p))]);
  const spelling = {
    variable: names.of,
    global: (name: string) =>
      isMatrixOperation(name) ? runtime(name.slice("matrix.".length)) : hidden.has(name.split(".")[0] ?? name) ? `globalThis.${name}` : name,
  };

  const writer = new Writer(), at = fn.loc.start;
  if (options.doc) {
    writer.line("/**", at);
    for (const line of options.doc.flatMap(wrapped)) writer.line(line === "" ? " *" : ` * ${line}`, at);
    writer.line(" */", at);
  }
  const all = new Set([...taken, ...[...used, ...parameters].map(names.of)]);
  eachStatement(final, (s) => targets(s).forEach((v) => all.add(names.of(v))));
  for (const line of head(fn, options.exported, (v) => names.of(variables.of(v)), (v) => used.has(variables.of(v)), all)) writer.line(line, at);
  writer.indent(() =>
    printStatements(final, {
      writer,
      spelling,
      label: names.label,
      headings: !plain && options.tangents === undefined,
      tangents: options.tangents !== undefined,
      compared: compared(final),
      goingRound: goingRound(final),
      takesBuffers: takesBuffers(final),
      loose: mixesShapes(fn),
      wide,
      absences: absences(final),
    }),
  );
  writer.line("}", at);
  return { ...writer.finish(), size: size(final) };
}

interface LaidOut { readonly final: readonly Statement[]; readonly variables: Variables }

/**
 * `plain`: three-address form. `stages`: for readers, stage by stage. In fewer steps, from bad to worse: `short` gathers what belongs to one adjoint,
 * `shorter` has no name for what is read once, `shortest` orders operands for engines.
 */
type Manner = "plain" | "stages" | "short" | "shorter" | "shortest";

/**
 * The stages as a reader wants them, unless the function is then just too long for engines to write it into its callers: it is said in fewer
 * operations if that brings it below.
 */
function shortEnough(fn: IrFunction, options: PrintOptions): LaidOut {
  const stages = layOut(fn, "stages", options.tangents), length = size(stages.final);
  // No text becomes a third shorter.
  if (length <= inlinable || length > 1.5 * inlinable) return stages;
  const forms = [...new Set([fn, ...(options.tight?.() ?? [])])];
  const first = (manner: Manner): LaidOut | null => {
    for (const form of forms) {
      const next = layOut(form, manner, options.tangents);
      if (size(next.final) <= inlinable) return next;
    }
    return null;
  };
  // Where the last resort does not help nothing does.
  const shortest = first("shortest");
  return shortest ? first("short") ?? first("shorter") ?? shortest : stages;
}

function layOut(fn: IrFunction, manner: Manner, tangents: ReadonlySet<Var> | null = null): LaidOut {
  const { statements, variables } = lowerStatements(fn, tangents);
  const plain = manner === "plain";
  const tidied = plain
    ? statements
    : tidy(
        statements,
        variables.fresh,
        manner,
        new Set(fn.parameters.flatMap((p) => (p.typeText?.includes("null") ? bindings(p.pattern).map(variables.of) : []))),
        fn.result,
      );
  const moved = sequence(tidied, variables.fresh), ordered = plain ? moved : openSelections(moved);
  const shaped = plain ? resolveJumps(openHeads(ordered)) : straighten(resolveJumps(nestBlocks(restoreLoops(ordered))));
  const declared = declare(plain ? shaped : removeDead(shaped));
  return { final: plain ? declared : straighten(declared), variables };
}

function tidy(
  statements: readonly Statement[],
  fresh: Variables["fresh"],
  manner: Manner,
  nullParameters: ReadonlySet<Variable>,
  returned: Type,
): readonly Statement[] {
  const live = removeDead(saveValue(statements, fresh)),
    short = manner !== "stages";
  const gathered = simplifyOuts(returnEarly(accumulate(knownConditions(mergeIfs(live, fresh)), short)));
  const named = manner === "shorter" || manner === "shortest" ? takeNames(gathered, fresh) : gathered;
  const folded = removeDead(decideComparisons(guardSums(fold(named, short))));
  return assertPresent(coalesce(manner === "shortest" ? tighten(folded) : folded), nullParameters, returned);
}

/** The variables that are compared for equality, each with the literals that it is compared with. */
function compared(list: readonly Statement[]): ReadonlyMap<Variable, ReadonlySet<Literal["value"]>> {
  const found = new Map<Variable, Set<Literal["value"]>>();
  const visit = (e: Expr): void => {
    if (e.kind === "apply" && ["===", "!==", "==", "!="].includes(e.op)) for (const a of e.args) if (a.kind === "variable") {
      const values = found.get(a.variable) ?? new Set();
      for (const b of e.args) if (b.kind === "literal") values.add(b.literal.value);
      found.set(a.variable, values);
    }
    subexpressions(e).forEach(visit);
  };
  eachExpression(list, visit);
  // A copy has the type of what it copies.
  const copies = new Map<Variable, Variable[]>();
  eachStatement(list, (s) => {
    if (s.kind === "assign" && s.declares === "const" && s.value.kind === "variable") copies.set(s.target, [...(copies.get(s.target) ?? []), s.value.variable]);
  });
  const waiting = [...found.keys()];
  for (let v = waiting.pop(); v; v = waiting.pop())
    for (const of of copies.get(v) ?? [])
      if (!found.has(of)) {
        found.set(of, found.get(v) ?? new Set());
        waiting.push(of);
      }
  return found;
}

/** The fields into which typed arrays are written, and `[]` if they are written into arrays. */
function takesBuffers(list: readonly Statement[]): ReadonlySet<string> {
  const found = new Set<string>();
  const isBuffer = (e: Expr): boolean => e.kind === "variable" && e.variable.type.kind === "array" && e.variable.type.constructorName !== "Array";
  eachStatement(list, (s) => {
    if (s.kind === "store" && s.op === "" && (isBuffer(s.value) || s.value.kind === "member")) found.add(typeof s.place.key === "string" ? s.place.key : "[]");
  });
  return found;
}

/** Identifiers in the texts of the user and in types. */
function identifiersOf(list: readonly Statement[]): readonly string[] {
  const found: string[] = [];
  const visit = (e: Expr): void => {
    if (e.kind === "raw") {
      const names = identifiersIn(e.parts.map((p) => (typeof p === "string" ? p : "\0")).join(""));
      // What `zeros` calls the rows of a matrix is bound in its own text.
      found.push(...(e.fresh ? names.filter((name) => !/^row\d*$/.test(name)) : names));
    }
    // A member of an enum.
    if (e.kind === "literal" && e.literal.text !== undefined) found.push(...identifiersIn(e.literal.text));
    for (const s of subexpressions(e)) visit(s);
  };
  eachExpression(list, visit);
  return found;
}

/** The roots of the functions called by name. */
function globalsOf(list: readonly Statement[], runtime: (name: string) => string): readonly string[] {
  const found: string[] = [];
  const visit = (e: Expr): void => {
    if (e.kind === "apply" && isMatrixOperation(e.op)) found.push(runtime(e.op.slice("matrix.".length)).split(".")[0] ?? "");
    else if (e.kind === "apply" && isIdentifier(e.op.split(".")[0] ?? "")) found.push(e.op.split(".")[0] ?? "");
    if (e.kind === "literal" && isNamedConstant(e.literal)) found.push("Math", "Number");
    if (e.kind === "array" && e.constructorName !== "Array" && e.constructorName !== "Dictionary") found.push(e.constructorName);
    if (e.kind === "apply" && e.op.startsWith("tape entries")) found.push("Math");
    for (const s of subexpressions(e)) visit(s);
  };
  eachExpression(list, visit);
  return found;
}
