import type { IrFunction, IrModule, Label, RecordType, Type, Var } from "../../ir/ir.ts";
import { stringType } from "../../ir/build.ts";
import { eachInstruction } from "../../ir/visit.ts";
import { present } from "./irTypes.ts";

/**
 * Where an object goes that need not have all fields (`center ?? { x: 0, y: 0 }` where a point may have a `z`), its type has them too, as
 * ones that may be missing: so has its shadow then, and one variable holds the shadows of both. Types are changed in place.
 */
export function widenRecords(module: IrModule): void {
  const flows = [module.root, ...module.callees.values()].flatMap((fn) => flowsOf(fn, module));
  const matters = (t: Type): boolean => holds(t, (of) => of.kind === "record" || (of.kind === "array" && of.element.kind === "string"));
  if (!flows.some(([from, to]) => from !== to && matters(from) && matters(to))) return;
  // What is added to one type may be missing in what flows there: a chain of them needs as many rounds as it is long.
  while (flows.map(([from, to]) => widen(from, to, new Map())).includes(true));
}

type Flow = readonly [from: Type, to: Type];

/** From what to what references go. */
function flowsOf(fn: IrFunction, module: IrModule): readonly Flow[] {
  const flows: Flow[] = [], outsOf = new Map<Label, readonly Var[]>();
  const join = (values: readonly Var[], outs: readonly Var[]): void =>
    values.forEach((v, n) => {
      const out = outs[n];
      if (out) flows.push([v.type, out.type]);
    });
  const slot = (ref: Var, key: string | number | null): Type | undefined => slotOf(ref.type, key);
  const store = (v: Var, type: Type | undefined): void => { if (type) flows.push([v.type, type]); };
  eachInstruction(fn.body, (i) => {
    switch (i.kind) {
      case "if":
        if (!i.then.dead) join(i.then.yields, i.outs);
        if (!i.else.dead) join(i.else.yields, i.outs);
        break;
      case "block":
        outsOf.set(i.label, i.outs);
        if (!i.body.dead) join(i.body.yields, i.outs);
        break;
      case "exit":
        join(i.values, outsOf.get(i.target) ?? []);
        break;
      case "loop":
        join(i.inits, i.params);
        if (!i.body.dead) join(i.body.yields, i.params);
        join(i.params, i.outs);
        break;
      case "write":
        store(i.value, slot(i.ref, typeof i.key === "string" ? i.key : null));
        break;
      case "push":
        store(i.value, slot(i.ref, null));
        break;
      case "array":
        i.elements.forEach((e, n) => store(e, slot(i.out, n)));
        break;
      case "record":
        for (const [name, v] of i.fields) store(v, slot(i.out, name));
        break;
      case "read":
      case "pop": {
        const from = slot(i.ref, i.kind === "read" && typeof i.key === "string" ? i.key : null);
        if (from) flows.push([from, i.out.type]);
        break;
      }
      case "copy":
        flows.push([i.ref.type, i.out.type]);
        break;
      case "call": {
        const callee = module.callees.get(i.callee);
        if (!callee) break;
        join(
          i.args,
          callee.inputs.map((p) => p.variable),
        );
        const result = callee.body.yields[0];
        if (result && i.out) flows.push([result.type, i.out.type]);
        break;
      }
      default:
    }
  });
  return flows;
}

function slotOf(type: Type, key: string | number | null): Type | undefined {
  const t = present(type);
  if (t.kind === "array") return t.element;
  if (t.kind === "record") return t.fields.find((f) => f.name === key)?.type;
  return t.kind === "tuple" && typeof key === "number" ? t.elements[key] : undefined;
}

/** Gives the records of `from` the optional fields that those of `to` have more. `open`: pairs under way. */
function widen(from: Type, to: Type, open: Map<Type, Set<Type>>): boolean {
  const a = present(from), b = present(to);
  if (a === b) return false;
  if (a.kind === "array") {
    if (b.kind !== "array") return false;
    if (a.element.kind !== "string" || b.element.kind !== "string" || b.element.text === undefined || a.element.text === b.element.text)
      return widen(a.element, b.element, open);
    (b as { element: Type }).element = stringType; // texts of any kind go there, as far as we know
    return true;
  }
  if (a.kind === "tuple") {
    if (b.kind === "array") return a.elements.map((e) => widen(e, b.element, open)).includes(true);
    return b.kind === "tuple" && a.elements.map((e, k) => widen(e, b.elements[k] ?? e, open)).includes(true);
  }
  if (a.kind !== "record" || b.kind !== "record" || open.get(a)?.has(b)) return false;
  open.set(a, (open.get(a) ?? new Set()).add(b));
  let changed = false;
  for (const f of b.fields) {
    const mine = a.fields.find((g) => g.name === f.name);
    if (mine) changed = widen(mine.type, f.type, open) || changed;
    else if ((f.optional || f.type.kind === "optional") && holdsNumber(f.type)) { a.fields = [...a.fields, { ...f, optional: true }]; changed = true; }
  }
  return changed;
}

const holdsNumber = (type: Type): boolean => holds(type, (t) => t.kind === "number" || (t.kind === "array" && t.constructorName !== "Array"));

function holds(type: Type, is: (t: Type) => boolean, seen = new Set<RecordType>()): boolean {
  if (is(type)) return true;
  switch (type.kind) {
    case "optional": return holds(type.of, is, seen);
    case "array": return holds(type.element, is, seen);
    case "tuple": return type.elements.some((e) => holds(e, is, seen));
    case "record": {
      if (seen.has(type)) return false;
      seen.add(type);
      return type.fields.some((f) => holds(f.type, is, seen));
    }
    default: return false;
  }
}
