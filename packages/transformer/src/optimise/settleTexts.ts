import type { Instruction, IrFunction, Label, Type, Var } from "../ir/ir.ts";
import { stringType } from "../ir/build.ts";
import { definitions, eachInstruction, operands, renameBlock } from "../ir/visit.ts";

/**
 * Decides what is said of the type of texts. A variable that is only compared is a `string`; where it goes into the user's text, into memory or
 * a call (`power[mode]`), all that it is made of has the type that the program says, `Mode`, as its tapes have.
 *
 * Requires  verified IR in its last form.
 * Ensures   the same IR but for the `text` of types of Vars.
 */
export function settleTexts(fn: IrFunction): IrFunction {
  const classes = classesOf(fn);
  if (classes === null) return fn;
  const inputs = new Set(fn.inputs.map((p) => p.variable)), renamed = new Map<Var, Var>();
  const settled = (v: Var): Var => {
    const found = classes.get(v);
    if (!found || v.literal || inputs.has(v)) return v;
    const known = renamed.get(v), type = withText(v.type, found.isPlaced && !found.isOpen && found.texts.size === 1 ? [...found.texts][0]! : null);
    if (known || type === v.type) return known ?? v;
    const made = { ...v, type };
    renamed.set(v, made);
    return made;
  };
  const body = renameBlock(fn.body, { use: settled, define: settled, label: (l) => l });
  return renamed.size > 0 ? { ...fn, body } : fn;
}

interface Class { readonly texts: Set<string>; /** It goes where its type matters. */ isPlaced: boolean; /** Some of it is any text. */ isOpen: boolean }

const textType = (type: Type): Type | null =>
  type.kind === "string" ? type : type.kind === "tape" || type.kind === "optional" ? textType(type.kind === "tape" ? type.element : type.of) : null;

function withText(type: Type, text: string | null): Type {
  if (type.kind === "string") return (type.text ?? null) === text ? type : text === null ? stringType : { kind: "string", text };
  if (type.kind === "tape") { const element = withText(type.element, text); return element === type.element ? type : { ...type, element }; }
  if (type.kind === "optional") { const of = withText(type.of, text); return of === type.of ? type : { ...type, of }; }
  return type;
}

/** The texts that become one variable, or come together in one; null if no type says more than `string`. */
function classesOf(fn: IrFunction): ReadonlyMap<Var, Class> | null {
  const parent = new Map<Var, Var>(), named = new Map<string, Var>(), outsOf = new Map<Label, readonly Var[]>();
  const isText = (v: Var): boolean => textType(v.type) !== null;
  const root = (v: Var): Var => { let at = v; for (let up = parent.get(at); up; up = parent.get(at)) at = up; return at; };
  const one = (a: Var, b: Var): void => {
    const x = root(a),
      y = root(b);
    if (x !== y && isText(x) && isText(y) && !a.literal && !b.literal) parent.set(x, y);
  };
  const join = (values: readonly Var[], outs: readonly Var[]): void => values.forEach((v, n) => { const out = outs[n]; if (out) one(v, out); });
  let says = false;
  const all = new Set<Var>(), placed = new Set<Var>(), open = new Set<Var>();
  const define = (v: Var, isOpen: boolean): void => {
    const text = textType(v.type);
    if (!text) return;
    all.add(v);
    if (text.kind === "string" && text.text !== undefined) says = true;
    else if (isOpen) open.add(v);
    if (v.name === null || v.type.kind === "tape") return;
    const first = named.get(v.name);
    if (first) one(v, first); else named.set(v.name, v);
  };
  for (const p of fn.inputs) define(p.variable, true);
  eachInstruction(fn.body, (i) => {
    for (const v of definitions(i)) define(v, !isJoin(i));
    switch (i.kind) {
      case "apply": if (i.op === "?:") join(i.args.slice(1), [i.out, i.out]); break;
      case "if": join(i.then.yields, i.outs); join(i.else.yields, i.outs); break;
      case "block": outsOf.set(i.label, i.outs); join(i.body.yields, i.outs); break;
      case "exit": join(i.values, outsOf.get(i.target) ?? []); break;
      case "loop": join(i.inits, i.params); join(i.body.yields, i.params); join(i.params, i.outs); break;
      case "tapeRecord": one(i.tape, i.value); break;
      case "tapeRecall": one(i.tape, i.out); break;
      case "raw": case "write": case "push": case "array": case "record": case "call": case "return": for (const v of operands(i)) placed.add(v); break;
      default:
    }
  });
  if (!says) return null;
  const classes = new Map<Var, Class>(), found = new Map<Var, Class>();
  for (const v of all) {
    const r = root(v), c = classes.get(r) ?? { texts: new Set<string>(), isPlaced: false, isOpen: false }, text = textType(v.type);
    classes.set(r, c);
    if (text?.kind === "string" && text.text !== undefined) c.texts.add(text.text);
    c.isPlaced ||= placed.has(v);
    c.isOpen ||= open.has(v);
    found.set(v, c);
  }
  return found;
}

/** Its results are what comes together in them. */
const isJoin = (i: Instruction): boolean =>
  i.kind === "if" || i.kind === "block" || i.kind === "loop" || i.kind === "tape" || i.kind === "tapeRecall" || (i.kind === "apply" && i.op === "?:");
