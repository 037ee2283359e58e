import { asserted, fieldText, inferredShapes, mixesShapes, withoutShapes } from "./shapes.ts";
import { assertNever } from "../diagnostics/bug.ts";
import type { Block, Instruction, IrFunction, Label, Labelled, Loop, NewTape, Origin, Type, Var } from "../ir/ir.ts";
import { bindings } from "../ir/verify.ts";
import { isMatrixOperation, numberType } from "../ir/build.ts";
import { fixedLengths } from "../ir/tuples.ts";
import { definitions, eachInstruction, operands } from "../ir/visit.ts";
import { allReads, allWrites } from "./effects.ts";
import { regionsOf } from "./regions.ts";
import {
  anyWrite, applyExpr, assign, literalExpr, rawExpr, tapeRegion, variableExpr, world,
  type Expr, type MemberExpr, type RawExpr, type Region, type Role, type Statement, type Target, type Variable,
} from "./tree.ts";
import { seenFields } from "./seenFields.ts";
import { nothingOf, propertyName, typeText, zerosExpr } from "./types.ts";
import { isDerivative, hintOf, defaultHint, labelNames } from "./hints.ts";
import { allocation, copyOf, tapeValue, isFlags } from "./allocations.ts";
import { absence, isOptionalSlot, mayBeNothing } from "./slots.ts";

/** A function as statements over mutable variables, one instruction a statement. */
export interface Lowered {
  readonly statements: readonly Statement[];
  readonly variables: Variables;
}

/** The variable of each Var. */
export interface Variables {
  of(v: Var): Variable;
  fresh(like: Pick<Variable, "name" | "hint" | "type" | "role">): Variable;
}

/**
 * IR to statements: out of SSA by parallel copies (arms, exits and trips end in one), accumulators to variables.
 * The out of a loop is its param: at the end it is the same value, so they are one variable from the start.
 */
export function lowerStatements(fn: IrFunction, tangents: ReadonlySet<Var> | null = null): Lowered {
  const regions = regionsOf(fn, tangents ?? new Set()), seen = seenFields(fn);
  const tapes = new Map<Var, NewTape>(), pinned = new Set<Var>(), joined = new Set<Var>(), adjoints = new Set<Var>(), hints = new Map<Var, string>();
  const loopOuts = new Map<Var, Var>();
  /** Named by us, not by the user: they need no statement of their own. */
  const suggested = new Set<Var>();
  const parameters = new Set(fn.parameters.flatMap((p) => bindings(p.pattern)));
  eachInstruction(fn.body, (i) => {
    if (i.kind === "tape") tapes.set(i.tape, i);
    if (i.kind === "tapeLength" || (i.kind === "apply" && i.free && i.out.name === "trips")) suggested.add(i.out);
    if (isDerivative(i) && i.kind !== "tapeRecall" && i.kind !== "tapeLength" && !("body" in i || "then" in i)) definitions(i).forEach((v) => adjoints.add(v));
    if (i.kind === "raw" && capturing.test(i.parts.filter((p) => typeof p === "string").join(" "))) operands(i).forEach((v) => pinned.add(v));
    if (i.kind === "if" || i.kind === "block") i.outs.forEach((v) => joined.add(v));
    if (i.kind === "loop") {
      i.params.forEach((v) => joined.add(v));
      i.outs.forEach((v, k) => { const param = i.params[k]; if (param) loopOuts.set(v, param); });
    }
    definitions(i).forEach((v) => hints.set(v, hintOf(i, v)));
  });
  for (const v of joined) if (v.name === "trips") suggested.add(v);
  if (tangents) for (const v of joinedDerivatives(fn.body, adjoints)) adjoints.add(v);
  eachInstruction(fn.body, (i) => {
    if (i.kind === "return") i.fields?.forEach(([name, v]) => { 
      if (name !== "value") return;
      hints.set(v, "value");
      if (v.name === "value" && !joined.has(v) && !parameters.has(v)) suggested.add(v);
    });
  });

  const isLoose = mixesShapes(fn), shapes = inferredShapes(fn), returned = new Map<Var, string | null>();
  if (isLoose)
    eachInstruction(fn.body, (i) => {
      if (i.kind === "return") i.fields?.forEach(([name, v]) => void returned.set(v, fieldText(fn.resultText, name)));
    });
  /** Fields of what is returned, whose type is that text. */
  const fieldsOf = (fields: readonly (readonly [string, Var])[], text: string | null): readonly (readonly [string, Expr])[] =>
    fields.map(([n, v]) => [n, isLoose ? asserted(use(v), fieldText(text, n), shapes(v)) : use(v)] as const);

  const fixed = fixedLengths(fn), variables = new Map<Var, Variable>(), targets = new Map<Label, Target>();
  let nextId = fn.nextId;
  const of = (v: Var): Variable => {
    const param = loopOuts.get(v);
    if (param) return of(param);
    const known = variables.get(v);
    if (known) return known;
    const role: Role = parameters.has(v) ? "parameter" : v.type.kind === "tape" ? "tape" : v.accumulator || adjoints.has(v) ? "adjoint" : "primal";
    const variable: Variable = {
      id: v.id,
      name: suggested.has(v) ? null : v.name,
      hint: (suggested.has(v) ? v.name : null) ?? hints.get(v) ?? defaultHint(v.type, role),
      type: isLoose && role !== "parameter" && (v.type.kind === "matrix" || !returned.has(v)) ? withoutShapes(v.type) : v.type,
      role,
      pinned: pinned.has(v) && !joined.has(v),
      ...(tangents?.has(v) ? { tangent: true } : {}),
    };
    variables.set(v, variable);
    return variable;
  };
  const fresh: Variables["fresh"] = (like) => ({ id: nextId++, pinned: false, ...like });
  const target = (label: Label, purpose: Target["purpose"]): Target => {
    const made = targets.get(label) ?? { id: label.id, name: label.name ?? labelNames[purpose], purpose, user: label.name !== null };
    targets.set(label, made);
    return made;
  };
  const use = (v: Var): Expr => (v.literal ? { kind: "literal", literal: v.literal } : variableExpr(of(v)));
  const uses = (vs: readonly Var[]): readonly Expr[] => vs.map(use);

  const member = (ref: Var, key: Var | string, out: Type, isSeen = false): MemberExpr => ({
    kind: "member",
    object: solid(ref),
    key: typeof key === "string" ? key : use(key),
    regions: regions.read(ref, key, out),
    ...absence(out),
    assert:
      out.kind !== "optional" &&
      out.kind !== "undefined" &&
      (typeof key === "string"
        ? (regions.isShadow(ref) || !isSeen) && isOptionalSlot(ref.type, key) && !isOfUnion(ref.type)
        : ref.type.kind !== "tuple" || !key.literal),
  });
  /** What is written to; `read` if its old value is, too. */
  const place = (ref: Var, key: Var | string, value: Type, read = false): MemberExpr => {
    const m = member(ref, key, value);
    const field =
      ref.type.kind === "record" && ref.type.text !== null && !regions.isShadow(ref) ? ref.type.fields.find((f) => f.name === key && f.readonly) : undefined;
    const text = field ? typeText(field.type.kind === "optional" ? field.type.of : field.type) : null;
    return {
      ...m,
      ...(field && text !== null ? { of: `{ ${propertyName(field.name)}${field.optional ? "?" : ""}: ${text} }` } : {}),
      mayBeAbsent: isOptionalSlot(ref.type, typeof key === "string" ? key : key.literal ? String(key.literal.value) : null),
      assert: read && m.assert,
      regions: regions.write(ref, key, value),
    };
  };
  /** A reference that the type checker knows to be there. */
  const solid = (ref: Var): Expr => (ref.type.kind === "optional" && !ref.literal ? rawExpr([use(ref), "!"]) : use(ref));

  /** What was made on this path (the record of a callee, an array), which the type checker cannot know. */
  const argument = (v: Var): Expr =>
    v.type.kind === "optional" && ["array", "tuple", "record", "opaque"].includes(v.type.of.kind) ? rawExpr([use(v), "!"]) : use(v);

  const block = (b: Block): Statement[] => b.instructions.flatMap(instruction);
  const move = (vs: readonly Var[], values: readonly Var[], base: { origin: Origin; derivative: boolean }): Statement[] =>
    vs.length === 0 ? [] : [{ kind: "parallel", targets: vs.map(of), values: uses(values), ...base }];

  function instruction(i: Instruction): Statement[] {
    const adjoint = i.kind === "write" && (i.value.type.kind === "number" || i.value.type.kind === "matrix") && !i.value.literal && regions.isShadow(i.ref);
    const base = { origin: i.origin, derivative: adjoint || isDerivative(i) };
    const set = (v: Var, value: Expr): Statement => assign(of(v), value, base);
    const effect = (value: Expr): Statement => ({ kind: "effect", value, ...base });
    switch (i.kind) {
      case "apply": {
        const [matrix, at] = i.args;
        if (i.op === "matrix.element" && matrix && at) return [set(i.out, elementOf(use(matrix), use(at)))];
        const made = applyExpr(
            i.op,
            (isMatrixOperation(i.op) && i.op !== "matrix.zerosLike") || i.op.startsWith(".") ? i.args.map(solid) : uses(i.args),
            i.free === true,
          ),
          takesArrays = isMatrixOperation(i.op) && i.args.some((a) => a.type.kind === "array" || a.type.kind === "tuple" || a.type.kind === "opaque");
        return [set(i.out, takesArrays ? { ...made, reads: allReads } : made)];
      }
      case "raw": {
        const text = i.parts.filter((p) => typeof p === "string").join(" ");
        const before: Statement[] = [];
        // A function in the text may run later: it gets a variable of its own if this one changes.
        const hole = (v: Var): Expr => {
          if (!pinned.has(v) || !joined.has(loopOuts.get(v) ?? v) || v.literal) return use(v);
          const copy: Variable = { ...fresh(of(v)), role: "primal", pinned: true };
          before.push(assign(copy, use(v), base));
          return variableExpr(copy);
        };
        const value = rawExpr(
          i.parts.map((p) => (typeof p === "string" ? p : i.fresh ? solid(p) : hole(p))),
          i.fresh ? { fresh: true, reads: [anyWrite] } : rawEffects(text, i.pure),
        );
        return [...before, i.out ? set(i.out, value) : effect(value)];
      }
      // The length of a tuple is its type: the checker knows what it is not.
      case "length": {
        const known = fixed(i.ref);
        return [set(i.out, known !== null ? literalExpr(known) : member(i.ref, "length", i.out.type))];
      }
      case "read": {
        const read = member(i.ref, i.key, i.out.type, seen.has(i));
        // Of the shadows in a tuple inference knows only what each was made with.
        const said =
          i.ref.type.kind === "tuple" &&
          i.out.type.kind === "record" &&
          typeof i.key !== "string" &&
          !i.key.literal &&
          regions.isShadow(i.ref) &&
          i.ref.type.elements.some((e) => e.kind === "record" && e.fields.length !== (i.out.type.kind === "record" ? i.out.type.fields.length : 0))
            ? typeText(i.out.type)
            : null;
        return [{ ...set(i.out, said === null ? read : rawExpr([read, ` as ${said}`], { reads: read.regions })), derivative: regions.isShadow(i.ref) }];
      }
      case "write":
        return [
          { kind: "store", place: place(i.ref, i.key, i.value.type), op: "", value: use(i.value), ...(i.there ? ({ there: true } as const) : {}), ...base },
        ];
      case "array":
        return [set(i.out, { kind: "array", elements: uses(i.elements), constructorName: i.out.type.kind === "array" ? i.out.type.constructorName : "Array" })];
      case "record": {
        // A shadow may be made of the fields that matter; its type has them all.
        const missing =
          i.out.type.kind === "record"
            ? i.out.type.fields.filter(
                (f) => !f.optional && (f.type.kind === "number" || i.shadow || regions.isShadow(i.out)) && !i.fields.some(([name]) => name === f.name),
              )
            : [];
        const given = fieldsOf(i.fields, returned.get(i.out) ?? null);
        const numbers = new Set(i.fields.flatMap(([name, v]) => (v.type.kind === "number" && !v.literal ? [name] : [])));
        const made: Expr = {
          kind: "record",
          fields: [...given, ...missing.map((f) => [f.name, nothingOf(f.type)] as const)],
          ...(numbers.size > 0 ? { numbers } : {}),
        };
        // An instance has no methods here; its type has a name only where it cannot be written out.
        const named = i.instance && i.out.type.kind === "record" && i.out.type.text !== null && i.out.type.instance !== undefined ? i.out.type.text : null;
        return [set(i.out, named === null ? made : rawExpr([made, ` as ${named}`], { fresh: true }))];
      }
      case "allocate":
        return [set(i.out, allocation(i.out.type, use(i.length), i.hollow === true))];
      case "copy":
        return [set(i.out, copyOf(i.out.type, i.ref.type, solid(i.ref)))];
      case "view":
        if (i.kept !== undefined)
          return [set(i.out, rawExpr([i.kept, solid(i.ref), ", ", i.from ? use(i.from) : "0", ...(i.to ? [", ", use(i.to)] : []), ")"], { fresh: true }))];
        return [
          set(i.out, rawExpr([solid(i.ref), ".subarray(", i.from ? use(i.from) : i.to ? "0" : "", ...(i.to ? [", ", use(i.to)] : []), ")"], { fresh: true })),
        ];
      case "push":
        return [effect(rawExpr([solid(i.ref), ".push(", use(i.value), ")"], regions.resize(i.ref, i.value.type)))];
      case "pop":
        return [set(i.out, rawExpr([solid(i.ref), ".pop()!"], regions.resize(i.ref, i.out.type)))];
      case "if":
        return [
          {
            kind: "if",
            condition: use(i.condition),
            ...base,
            then: [...block(i.then), ...(i.then.dead ? [] : move(i.outs, i.then.yields, base))],
            else: [...block(i.else), ...(i.else.dead ? [] : move(i.outs, i.else.yields, base))],
          },
        ];
      case "loop":
        return lowerLoop(i);
      case "block":
        return [lowerBlock(i)];
      case "exit": {
        const outs = exitOuts.get(i.target) ?? [];
        return [...move(outs, i.values, base), { kind: "exit", label: target(i.target, "plain"), ...base }];
      }
      case "throw":
        return [
          {
            kind: "throw",
            value: rawExpr(
              i.parts.map((p) => (typeof p === "string" ? p : use(p))),
              { reads: allReads },
            ),
            ...base,
          },
        ];
      case "call": {
        const call = rawExpr([`${i.callee}(`, ...i.args.flatMap((v, k) => (k === 0 ? [argument(v)] : [", ", argument(v)])), ")"], {
          reads: allReads,
          writes: allWrites,
        });
        const numbers = new Set(i.args.flatMap((v, k) => (v.type.kind === "number" ? [2 * k + 1] : []))),
          value = numbers.size === 0 ? call : { ...call, numbers };
        return [i.out ? set(i.out, value) : effect(value)];
      }
      case "declare":
        return i.hollow ? [] : [set(i.accumulator, i.init ? use(i.init) : i.like ? zerosLike(use(i.like)) : literalExpr(0))];
      case "add":
        if (i.first) return [set(i.accumulator, use(i.value))];
        if (i.inPlace) return [effect(sumInPlace(variableExpr(of(i.accumulator)), use(i.value), [of(i.accumulator).id]))];
        if (i.accumulator.type.kind === "matrix") return [set(i.accumulator, applyExpr("matrix.add", [use(i.accumulator), use(i.value)], true))];
        return [set(i.accumulator, applyExpr("+", [use(i.accumulator), use(i.value)], true))];
      case "get":
        return [set(i.out, use(i.accumulator))];
      case "take":
        return [
          set(i.out, use(i.accumulator)),
          ...(i.hollow ? [] : [set(i.accumulator, i.out.type.kind === "matrix" ? zerosLike(use(i.out)) : literalExpr(0))]),
        ];
      case "addTo":
        if (i.value.type.kind === "matrix") {
          const at = place(i.ref, i.key, i.value.type, true);
          return [effect(sumInPlace(at, use(i.value), at.regions))];
        }
        return [{ kind: "store", place: place(i.ref, i.key, numberType, true), op: "+", value: use(i.value), ...base }];
      case "takeFrom":
        return [
          set(i.out, member(i.ref, i.key, i.out.type)),
          {
            kind: "store",
            place: place(i.ref, i.key, i.out.type),
            op: "",
            value: i.out.type.kind === "matrix" ? zerosLike(use(i.out)) : literalExpr(0),
            ...base,
          },
        ];
      case "zeros":
        return [set(i.out, zerosExpr(i.out.type, use(i.like), i.like.type, i.shared ? { made: use(i.shared.made), makers: i.shared.makers } : null))];
      case "tape":
        return [{ ...assign(of(i.tape), tapeValue(i, i.length && use(i.length)), base), note: i.note }];
      case "tapeRecord": {
        const tape = of(i.tape),
          region = [tapeRegion(tape.id)];
        const flag = isFlags(tapes.get(i.tape));
        const value = flag ? applyExpr("?:", [use(i.value), literalExpr(1), literalExpr(0)], false) : use(i.value);
        if (i.index === null) return [effect(rawExpr([variableExpr(tape), ".push(", value, ")"], { reads: region, writes: region }))];
        return [
          { kind: "store", place: { kind: "member", object: variableExpr(tape), key: use(i.index), assert: false, regions: region }, op: "", value, ...base },
        ];
      }
      case "tapeRecall": {
        const tape = of(i.tape),
          region = [tapeRegion(tape.id)];
        if (i.index === null) return [set(i.out, rawExpr([variableExpr(tape), ".pop()!"], { reads: region, writes: region }))];
        const entry: MemberExpr = {
          kind: "member",
          object: variableExpr(tape),
          key: use(i.index),
          assert: !mayBeNothing(i.out.type),
          ...absence(i.out.type),
          regions: region,
        };
        return [set(i.out, isFlags(tapes.get(i.tape)) ? applyExpr("===", [{ ...entry, assert: false }, literalExpr(1)], false) : entry)];
      }
      case "tapeLength": {
        const tape = of(i.tape);
        return [set(i.out, { kind: "member", object: variableExpr(tape), key: "length", assert: false, regions: [tapeRegion(tape.id)] })];
      }
      case "return":
        return [{ kind: "return", ...base, value: i.fields ? { kind: "record", fields: fieldsOf(i.fields, fn.resultText) } : i.value && use(i.value) }];
      case "heading":
        return [{ kind: "heading", text: i.text, ...base }];
      default:
        return assertNever(i);
    }
  }

  function lowerLoop(i: Loop): Statement[] {
    const base = { origin: i.origin, derivative: i.form === "reverse" };
    const body = [...block(i.body), ...(i.body.dead ? [] : move(i.params, i.body.yields, base))];
    return [
      ...move(i.params, i.inits, base),
      {
        kind: "loop",
        form: i.form,
        init: [],
        update: [],
        label: null,
        test: "before",
        head: block(i.head),
        condition: i.condition && use(i.condition),
        body,
        ...base,
      },
    ];
  }

  function lowerBlock(i: Labelled): Statement {
    const base = { origin: i.origin, derivative: false };
    exitOuts.set(i.label, i.outs);
    return { kind: "block", label: target(i.label, i.purpose), body: [...block(i.body), ...(i.body.dead ? [] : move(i.outs, i.body.yields, base))], ...base };
  }
  const exitOuts = new Map<Label, readonly Var[]>();

  const statements = block(fn.body);
  if (!fn.body.dead) {
    const [result] = fn.body.yields;
    if (result) statements.push({ kind: "return", value: use(result), origin: lastOrigin(fn), derivative: false });
  }
  return { statements, variables: { of, fresh } };
}

/** A matrix never changes: its elements are in no region of memory. */
const elementOf = (matrix: Expr, key: Expr): Expr => ({
  kind: "member",
  object: { kind: "member", object: matrix, key: "data", assert: false, regions: [] },
  key,
  assert: true,
  regions: [],
});
const zerosLike = (like: Expr): Expr => applyExpr("matrix.zerosLike", [like], true);

/** `addTo(sum, value)`: a call that changes what the sum holds. */
const sumInPlace = (sum: Expr, value: Expr, regions: readonly Region[]): Expr => ({
  ...rawExpr([applyExpr("matrix.addTo", [sum, value], true)], { reads: regions, writes: regions }),
});

/** Where branches and trips join what is one of these: in forward mode tangents come together as values do. */
function joinedDerivatives(body: Block, derivatives: ReadonlySet<Var>): ReadonlySet<Var> {
  const found = new Set<Var>(), outsOf = new Map<number, readonly Var[]>();
  eachInstruction(body, (i) => { if (i.kind === "block") outsOf.set(i.label.id, i.outs); });
  for (let size = -1; size !== found.size;) {
    size = found.size;
    const join = (outs: readonly Var[], values: readonly Var[]): void =>
      outs.forEach((o, n) => {
        const v = values[n];
        if (v && (derivatives.has(v) || found.has(v))) found.add(o);
      });
    eachInstruction(body, (i) => {
      switch (i.kind) {
        case "if": join(i.outs, i.then.yields); join(i.outs, i.else.yields); break;
        case "block": join(i.outs, i.body.yields); break;
        case "loop": join(i.params, i.inits); join(i.params, i.body.yields); join(i.outs, i.params); break;
        case "exit": join(outsOf.get(i.target.id) ?? [], i.values); break;
        default: break;
      }
    });
  }
  return found;
}

/** Whether it has fields that other records of its union have not: types follow the tests of those (unions.ts). */
const isOfUnion = (type: Type): boolean => (type.kind === "optional" ? isOfUnion(type.of) : type.kind === "record" && type.members !== undefined);

const capturing = /=>|\bfunction\b/;

function rawEffects(text: string, pure: boolean): Pick<RawExpr, "reads" | "writes"> {
  if (/^\s*(Math\.random|performance\.now|Date\.now)\(\s*\)\s*$/.test(text)) return { reads: [world], writes: [world] };
  if (pure) return { reads: allReads, writes: [] };
  return { reads: allReads, writes: allWrites };
}

function lastOrigin(fn: IrFunction): Origin {
  return fn.body.instructions.at(-1)?.origin ?? { loc: fn.loc, statement: null };
}
