import type { Activity, RuleOf } from "../analysis/activity.ts";
import { isReference } from "../analysis/aliases.ts";
import { isMatrixOperation, matrixType } from "../ir/build.ts";
import type { Apply, Input, IrFunction, Type, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { inputGradientType, typeText, type GradientNames } from "./gradientType.ts";

/** A field of the result: the gradient by one input. */
export interface GradientField {
  readonly name: string;
  readonly input: Input;
  readonly type: Type;
  /** An array or record: returned as its shadow. */
  readonly shadowed: boolean;
}

/**
 * The gradient fields of a function: one for each differentiable input. Without `wrt`, a number (or array of numbers) that can only act
 * as integers has none: a bound, an index, an operand of comparisons. That is read off the function as written, so that what the optimiser
 * removes does not change a signature.
 */
export function gradientFields(fn: IrFunction, written: IrFunction, active: Activity, ruleOf: RuleOf, names: GradientNames): readonly GradientField[] {
  const integers = fn.wrt ? new Set<Var>() : integerLike(written, active, ruleOf);
  return (fn.wrt ?? fn.inputs).flatMap((input) => {
    const type = inputGradientType(restricted(input.variable.type, input.paths), names);
    if (!type || integers.has(input.variable)) return [];
    return [{ name: `d${input.name}`, input, type, shadowed: isReference(input.variable.type) }];
  });
}

/** The type with only the named fields: `wrt model.b` gives `dmodel: { b: … }`. */
export function restricted(type: Type, paths: Input["paths"]): Type {
  if (!paths || paths.some((p) => p.length === 0)) return type;
  if (type.kind === "optional") return { ...type, of: restricted(type.of, paths) };
  if (type.kind !== "record") return type;
  const fields = type.fields.flatMap((f) => {
    const below = paths.filter((p) => p[0] === f.name).map((p) => p.slice(1));
    return below.length === 0 ? [] : [{ ...f, type: restricted(f.type, below) }];
  });
  return { ...type, fields, text: null };
}

const holdsMatrix = (type: Type): boolean => matrixType(type) !== null || (type.kind === "record" && type.fields.some((f) => holdsMatrix(f.type)));

/** The type of what a derivative returns; `value`: that of the function's own result. */
export function resultText(fields: readonly GradientField[], value: string): string {
  return `{ ${[`value: ${value}`, ...fields.map((f) => `${f.name}: ${typeText(f.type)}`)].join("; ")} }`;
}

const bitOperators = new Set(["&", "|", "^", "~", "<<", ">>", ">>>", "Math.imul", "Math.clz32"]);

/** Inputs used, and only as integers are. */
function integerLike(fn: IrFunction, active: Activity, ruleOf: RuleOf): ReadonlySet<Var> {
  // A value flows on through arithmetic, joins and memory; it stops acting as an integer where it is useful or rounded.
  const inputs = new Map<Var, Input>(fn.inputs.map((i) => [i.variable, i]));
  const used = new Set<Var>(), otherwise = new Set<Var>();
  /** What an operation on matrices takes as a row, a column or a length. */
  const isPlace = (i: Apply, n: number): boolean => {
    if (!isMatrixOperation(i.op) || i.args[n]?.type.kind === "matrix") return false;
    const rule = ruleOf(i.op, i.args.length, i.args);
    return rule?.kind === "zero" || (rule?.kind === "pullback" && rule.pullbacks[n] === null);
  };
  // Which inputs a Var may carry: by forward propagation through everything that is not a comparison or an index.
  const carries = new Map<Var, Set<Var>>();
  const of = (v: Var): ReadonlySet<Var> => carries.get(v) ?? new Set(inputs.has(v) ? [v] : []);
  const add = (v: Var, sources: Iterable<Var>): boolean => {
    let grown = false;
    const set = carries.get(v) ?? new Set<Var>(inputs.has(v) ? [v] : []);
    for (const s of sources) if (!set.has(s)) { set.add(s); grown = true; }
    if (grown) carries.set(v, set);
    return grown;
  };
  for (let changed = true; changed;) {
    changed = false;
    eachInstruction(fn.body, (i) => {
      const flow = (from: readonly Var[], to: readonly Var[]): void => to.forEach((t, n) => { if (from[n] && add(t, of(from[n]))) changed = true; });
      switch (i.kind) {
        case "apply":
          if (i.out.type.kind !== "boolean" && !bitOperators.has(i.op))
            for (const [n, a] of i.args.entries()) if (!isPlace(i, n) && add(i.out, of(a))) changed = true;
          break;
        case "read":
          if (add(i.out, of(i.ref))) changed = true;
          break;
        case "copy":
        case "view":
          if (add(i.out, of(i.ref))) changed = true;
          break;
        case "write":
        case "push":
          if (add(i.ref, of(i.value))) changed = true;
          break;
        case "array":
          for (const e of i.elements) if (add(i.out, of(e))) changed = true;
          break;
        case "record":
          for (const [, v] of i.fields) if (add(i.out, of(v))) changed = true;
          break;
        case "if":
          flow(i.then.yields, i.outs);
          flow(i.else.yields, i.outs);
          break;
        case "loop":
          flow(i.inits, i.params);
          flow(i.body.yields, i.params);
          flow(i.params, i.outs);
          break;
        case "block":
          flow(i.body.yields, i.outs);
          break;
        default:
          break;
      }
    });
  }
  const note = (set: Set<Var>, v: Var): void => { for (const s of of(v)) set.add(s); };
  eachInstruction(fn.body, (i) => {
    if (i.kind === "apply") {
      i.args.forEach((a, n) => { if (isPlace(i, n)) note(used, a); });
      // Arithmetic is no use by itself: what matters is where its result goes.
      if (i.out.type.kind === "boolean" || bitOperators.has(i.op) || i.op === "%") for (const a of i.args) note(used, a);
      // Rounding and sign are not what integers need: such a parameter is a number whose gradient is zero.
      // (A place that the compiler cuts to an integer, `xs.slice(k)`, has that type.)
      if (
        i.out.type.kind !== "integer" &&
        ruleOf(i.op, i.args.length, i.args)?.kind === "zero" &&
        /^Math\.(floor|ceil|round|trunc|sign|fround)$|^stopGradient$/.test(i.op)
      )
        for (const a of i.args) note(otherwise, a);
    } else if (i.kind === "read" && typeof i.key !== "string") { note(used, i.key); }
    else if (i.kind === "write" && typeof i.key !== "string") note(used, i.key);
    else if (i.kind === "length") note(used, i.ref);
    else if (i.kind === "allocate") note(used, i.length);
    else if (i.kind === "view") for (const v of [i.from, i.to]) { if (v) note(used, v); }
    else if (i.kind === "if") note(used, i.condition);
    else if (i.kind === "loop" && i.condition) note(used, i.condition);
    else if (i.kind === "raw") for (const p of i.parts) if (typeof p !== "string") note(used, p);
  });
  const result = fn.body.yields[0];
  if (result) note(otherwise, result);
  return new Set(fn.inputs.map((i) => i.variable).filter((v) => {
    const isActive = isReference(v.type) ? active.hasShadow(v) : active.isActive(v);
    return used.has(v) && !otherwise.has(v) && !isActive && !holdsMatrix(v.type);
  }));
}
