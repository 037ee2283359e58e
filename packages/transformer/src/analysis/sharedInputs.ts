import type { Input, IrFunction, RecordType, Type, Var } from "../ir/ir.ts";
import type { Aliases } from "./aliases.ts";
import { isReference } from "./aliases.ts";
import { waysInto, type Way } from "./ways.ts";

/** Objects that are reached in several ways, and must have one shadow: records by the shape of their gradient. */
export interface SharedClass { readonly types: readonly RecordType[]; readonly ways: readonly Way[] }

/** What of the arguments may be one object (DESIGN.md section 2, "shared inputs"). */
export interface SharedInputs {
  readonly classes: readonly SharedClass[];
  /** Arrays that are written and may be reached in another way as well: compared when the function is entered. */
  readonly compared: readonly (readonly [Way, Way])[];
  /** The same where a type contains itself: they cannot be listed, so the function is refused. */
  readonly refused: readonly (readonly [Way, Way])[];
}

/**
 * Two parameters are two variables, and so are the elements of one array that is only read; but a link that points at a node is that
 * node, and memory that is written is the same memory under every name.
 *
 * `keyOf`: what tells records apart that cannot be one object (the shape of the gradient; null: no gradient).
 */
export function sharedInputs(fn: IrFunction, memory: Aliases, keyOf: (type: RecordType) => string | null): SharedInputs {
  const all = waysInto(fn.inputs);
  const named = new Set((fn.wrt ?? fn.inputs).map((i) => i.variable));
  const chosen = { has: (i: Input): boolean => named.has(i.variable) };
  const groups = new Map<string, Way[]>();
  for (const way of all) {
    if (way.type.kind !== "record") continue;
    // What is not asked for takes part where it points at things: `links[].source`, not a list of other points.
    if (!chosen.has(way.input) && !way.steps.some((s) => typeof s === "string" && s !== "[]")) continue;
    const key = keyOf(way.type);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(way); else groups.set(key, [way]);
  }
  const classes: SharedClass[] = [];
  for (const ways of groups.values()) {
    if (!ways.some((w) => chosen.has(w.input))) continue;
    const written = ways.some((w) => memory.nodeAt(w).written), many = ways.some((w) => w.many), deep = ways.some((w) => w.steps.length > 0);
    const again = ways.some((w) => w.again);
    if (!(again || (many && (ways.length > 1 ? deep : written)))) continue;
    classes.push({ types: [...new Set(ways.map((w) => w.type))].filter((t) => t.kind === "record"), ways });
  }
  const mapped = new Set(classes.flatMap((c) => c.types as readonly Type[]));
  const compared: (readonly [Way, Way])[] = [], refused: (readonly [Way, Way])[] = [];
  const inCycle = (w: Way): boolean => [...classes].some((c) => c.ways.some((k) => k.again) && passes(w, c));
  all.forEach((a, n) => all.slice(n).forEach((b) => {
    if (a === b && !a.many) return;
    if (mapped.has(a.type) && mapped.has(b.type)) return;
    const bothSingleRecords = a !== b && !a.many && !b.many && a.type.kind === "record" && keyOf(a.type) !== null && chosen.has(a.input) && chosen.has(b.input);
    const written = memory.nodeAt(a).written || memory.nodeAt(b).written;
    if (!sameKind(a.type, b.type)) return;
    // Two fields of one type: one gradient could not be told from the other.
    if (!written && !(bothSingleRecords && (a.steps.length > 0 || b.steps.length > 0))) return;
    (inCycle(a) || inCycle(b) ? refused : compared).push([a, b]);
  }));
  return { classes, compared, refused };
}

/** Whether a way leads through objects of a class. */
function passes(way: Way, shared: SharedClass): boolean {
  return shared.ways.some((k) => k.input === way.input && k.steps.length < way.steps.length && k.steps.every((s, n) => s === way.steps[n]));
}

/** Whether two values may be one object, by their types; their `readonly` and names do not matter. */
function sameKind(a: Type, b: Type): boolean {
  if (a.kind === "array" && b.kind === "array") return a.constructorName === b.constructorName && sameElement(a.element, b.element);
  if (a.kind === "tuple" || b.kind === "tuple") {
    const elements = (t: Type): readonly Type[] => (t.kind === "tuple" ? t.elements : t.kind === "array" && t.constructorName === "Array" ? [t.element] : []);
    if (a.kind === "tuple" && b.kind === "tuple")
      return a.elements.length === b.elements.length && a.elements.every((x, k) => sameElement(x, b.elements[k] ?? x));
    return elements(a).some((x) => elements(b).some((y) => sameElement(x, y)));
  }
  if (a.kind !== "record" || b.kind !== "record") return false;
  if (a === b) return true;
  // Where all is optional, something must be said of both.
  const fits = (x: RecordType, y: RecordType): boolean =>
    (x.fields.length === 0 || x.fields.some((f) => y.fields.some((h) => h.name === f.name))) &&
    x.fields.every((f) => {
      const g = y.fields.find((h) => h.name === f.name);
      return g ? sameElement(f.type, g.type) : f.optional;
    });
  return fits(a, b) || fits(b, a);
}

function sameElement(a: Type, b: Type): boolean {
  if (a.kind === "optional") return sameElement(a.of, b);
  if (b.kind === "optional") return sameElement(a, b.of);
  const number = (t: Type): boolean => t.kind === "number" || t.kind === "integer";
  if (number(a) && number(b)) return true;
  // No array is of two kinds, so no object holds one that is (and a comparison would be an error of types).
  if (
    a.kind === "array" &&
    b.kind === "array" &&
    a.constructorName !== b.constructorName &&
    a.constructorName !== "Dictionary" &&
    b.constructorName !== "Dictionary"
  )
    return false;
  if (isReference(a) && isReference(b)) return a.kind === b.kind || a.kind === "tuple" || b.kind === "tuple";
  return a.kind === b.kind;
}

/** The inputs whose shadows are made through the map. */
export function needsMap(v: Var, shared: SharedInputs): boolean {
  return shared.classes.some((c) => c.ways.some((w) => w.input.variable === v));
}
