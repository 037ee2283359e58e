import type { RecordType, Type, UnionMember } from "../ir/ir.ts";
import type { Expr, MemberExpr, Variable } from "./tree.ts";

/**
 * What the type checker knows at a place: for a reference (`s`, `scene.shape`) to a record of a union, which of its members it may be.
 * It follows tests that are written out, and those that a constant holds of what is never assigned.
 */
export interface Narrowed {
  /** By the key of the reference; what is missing may be any. */
  readonly members: ReadonlyMap<string, ReadonlySet<UnionMember>>;
}

export const nothingKnown: Narrowed = { members: new Map() };

/** A record of which some members of a union have fields that others have not. */
export interface Reference { readonly key: string | null; readonly type: RecordType }

const present = (type: Type): Type => (type.kind === "optional" ? present(type.of) : type);

/** `p!` is `p`. */
const bare = (e: Expr): Expr => (e.kind === "raw" && e.parts.length === 2 && e.parts[1] === "!" && typeof e.parts[0] === "object" ? bare(e.parts[0]) : e);

export const variableOf = (e: Expr): Variable | null => { const b = bare(e); return b.kind === "variable" ? b.variable : null; };

function typeOf(e: Expr): Type | null {
  if (e.kind === "variable") return e.variable.type;
  if (e.kind !== "member") return e.kind === "raw" && bare(e) !== e ? typeOf(bare(e)) : null;
  const whole = typeOf(e.object), of = whole && present(whole);
  if (of?.kind === "record") return of.fields.find((f) => f.name === e.key)?.type ?? null;
  if (of?.kind === "array" || of?.kind === "tape") return of.element;
  return of?.kind === "tuple" && typeof e.key !== "string" && e.key.kind === "literal" ? of.elements[Number(e.key.literal.value)] ?? null : null;
}

/** The name by which a reference is known: a variable, or a field of one. */
export function keyOf(e: Expr): string | null {
  const b = bare(e);
  if (b.kind === "variable") return `${b.variable.id}`;
  if (b.kind !== "member") return null;
  const object = keyOf(b.object), key = typeof b.key === "string" ? b.key : b.key.kind === "literal" ? String(b.key.literal.value) : null;
  return object === null || key === null ? null : `${object}.${key}`;
}

const isPartial = (type: RecordType): boolean => type.fields.some((f) => f.optional && f.type.kind !== "optional");

export function referenceOf(e: Expr): Reference | null {
  const type = typeOf(bare(e)), of = type && present(type);
  return of?.kind === "record" && isPartial(of) ? { key: keyOf(e), type: of } : null;
}

/** Whether a field is one that only some members have. */
export const isPart = (type: RecordType, name: string): boolean => type.fields.some((f) => f.name === name && f.optional && f.type.kind !== "optional");

export const membersOf = (known: Narrowed, { key, type }: Reference): ReadonlySet<UnionMember> | null =>
  (key === null ? undefined : known.members.get(key)) ?? (type.members ? new Set(type.members) : null);

/** Whether what is known says that a field is there. */
export function isThere(known: Narrowed, of: Reference, name: string): boolean {
  const members = membersOf(known, of);
  return members !== null && [...members].every((m) => m.fields.includes(name));
}

/** What no longer holds after a reference was assigned. */
export function forget(known: Narrowed, key: string): Narrowed {
  const kept = [...known.members].filter(([k]) => k !== key && !k.startsWith(`${key}.`));
  return kept.length === known.members.size ? known : { members: new Map(kept) };
}

export const set = (known: Narrowed, key: string, members: ReadonlySet<UnionMember>): Narrowed => ({ members: new Map([...known.members, [key, members]]) });

/** Where two ways meet; null is one that is never taken. */
export function either(a: Narrowed | null, b: Narrowed | null): Narrowed | null {
  if (!a || !b) return a ?? b;
  return {
    members: new Map(
      [...a.members].flatMap(([key, members]) => {
        const other = b.members.get(key);
        return other ? [[key, new Set([...members, ...other])] as const] : [];
      }),
    ),
  };
}

/** Tests that a constant holds of what is never assigned. */
export type Aliases = ReadonlyMap<Variable, Expr>;

/** Told of what is tested, and whether the test leaves nothing of it. */
export type OnTest = (of: Expr, isDecided: boolean) => void;

/** What is known besides if the condition is so. */
export function learn(known: Narrowed, condition: Expr, so: boolean, aliases: Aliases, onTest: OnTest): Narrowed {
  const again = (from: Narrowed, e: Expr, is: boolean): Narrowed => learn(from, e, is, aliases, onTest);
  const alias = condition.kind === "variable" ? aliases.get(condition.variable) : undefined;
  if (alias) return again(known, alias, so);
  if (condition.kind === "member") return filter(known, condition, (v) => Boolean(v) === so, onTest);
  const asked = membership(condition);
  if (asked) return keep(known, asked.object, (m) => m.fields.includes(asked.name) === so, onTest);
  if (condition.kind !== "apply") return known;
  const [a, b] = condition.args;
  if (!a) return known;
  if (condition.op === "!") return again(known, a, !so);
  if (!b) return known;
  if (condition.op === "&&" || condition.op === "||") {
    const first = condition.op === "&&";
    return so === first ? again(again(known, a, so), b, so) : either(again(known, a, so), again(again(known, a, !so), b, so)) ?? known;
  }
  if (!["===", "!==", "==", "!="].includes(condition.op) || b.kind !== "literal" || a.kind !== "member") return known;
  const equal = condition.op.startsWith("=") === so, { value } = b.literal;
  return filter(known, a, (v) => (v === value) === equal, onTest);
}

/** `"r" in shape`. */
export function membership(e: Expr): { readonly name: string; readonly object: Expr } | null {
  if (e.kind !== "raw") return null;
  const parts = e.parts.filter((p) => p !== ""), [first, second] = parts;
  const name = typeof first === "string" ? /^\s*(["'])([^"'\\]*)\1\s+in\s+$/u.exec(first)?.[2] : undefined;
  return name !== undefined && parts.length === 2 && typeof second === "object" ? { name, object: second } : null;
}

/** The members whose tag may be so. */
function filter(known: Narrowed, tag: MemberExpr, may: (value: unknown) => boolean, onTest: OnTest): Narrowed {
  const { key } = tag, of = referenceOf(tag.object);
  if (typeof key !== "string" || !of?.type.members?.some((m) => m.tags.has(key))) return known;
  return keep(known, tag.object, (m) => m.tags.get(key)?.some(may) ?? true, onTest);
}

function keep(known: Narrowed, object: Expr, may: (m: UnionMember) => boolean, onTest: OnTest): Narrowed {
  const of = referenceOf(object), members = of && membersOf(known, of);
  if (!of || of.key === null || !members) return known;
  const left = new Set([...members].filter(may));
  onTest(object, left.size === 0 && members.size > 0);
  return set(known, of.key, left);
}
