import ts from "typescript";
import type { FieldType, RecordType, Type } from "../../ir/ir.ts";
import type { SourceFunction } from "../programs/source.ts";
import { closeHidden } from "./classTypes.ts";
import { hasGradient } from "../marks/wrt.ts";
import { irType, newReader } from "./lowerTypes.ts";
import { present, typeKey } from "./irTypes.ts";
import { type TypeReader } from "./typeReader.ts";
import type { Narrowed, Narrowing } from "./narrowing.ts";

/**
 * Parameters that are of one kind or another, told apart when the program runs: `padding: number | number[]`, `options: { pad?: number | [number, number] }`.
 *
 * Such a function is differentiated once for each kind, as if the parameter were declared so: nothing behind the frontend knows of kinds, and every test that
 * the function makes of them is decided. The derivative asks which it is, and calls the one that is meant.
 */

/** What one parameter, or one of its fields, may be. */
export interface Kind {
  /** For names: `number`, `array`. */
  readonly label: string;
  /** For readers: "a number". */
  readonly says: string;
  readonly type: Type;
  /** How it is written. */
  readonly text: string;
  /** The type with what belongs to one lowering. */
  readonly read: (reader: TypeReader) => Type;
  /** The type checker takes the test for what it says, of a parameter itself. */
  readonly followed: boolean;
  /** Whether it is nothing that may be asked for first. */
  readonly absent: boolean;
  readonly test: (at: string) => string;
  /** The one text that it is. */
  readonly literal?: string;
}

/** A parameter, or a field of one, of several kinds. */
export interface Place {
  readonly parameter: ts.ParameterDeclaration;
  readonly index: number;
  readonly path: readonly string[];
  readonly optional: boolean;
  /** What is there where nothing is. */
  readonly nothing: string;
  readonly kinds: readonly Kind[];
}

/** One kind for each of the places. */
export interface Case { readonly kinds: readonly { readonly place: Place; readonly kind: Kind }[] }

/** More than these are not made: each is a function. */
const mostCases = 4;

/**
 * The cases of a function, in several forms that differ in the kind that what is missing belongs to: the first that can be differentiated is meant.
 * Null for a function without such parameters, or with too many.
 */
export function casesOf({ node, sourceFile, wrt }: SourceFunction, checker: ts.TypeChecker): readonly (readonly Case[])[] | null {
  const reader = newReader(checker, sourceFile);
  const places = node.parameters.flatMap((p, index) => placesOf(reader, p, index)).filter((at) => wrt === null || isAsked(at, wrt));
  if (places.length === 0 || places.reduce((n, at) => n * at.kinds.length, 1) > mostCases) return null;
  const forms = Math.max(...places.map((at) => formsOf(checker, at).length));
  return Array.from({ length: forms }, (_, n) => {
    const settled = places.map((at) => { const all = formsOf(checker, at); return { ...at, kinds: all[n] ?? all[0] ?? at.kinds }; });
    return settled.reduce<readonly Case[]>(
      (cases, place) => cases.flatMap((c) => place.kinds.map((kind) => ({ kinds: [...c.kinds, { place, kind }] }))),
      [{ kinds: [] }],
    );
  }).filter((cases) => cases.length <= mostCases);
}

const isAsked = ({ parameter, path }: Place, wrt: readonly (readonly string[])[]): boolean => {
  const names = boundNames(parameter.name);
  return wrt.some(
    ([first, ...fields]) => names.includes(first ?? "") && (!ts.isIdentifier(parameter.name) || fields.every((f, k) => path[k] === undefined || path[k] === f)),
  );
};

function boundNames(name: ts.BindingName): readonly string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((e) => (ts.isBindingElement(e) ? boundNames(e.name) : []));
}

function placesOf(reader: TypeReader, parameter: ts.ParameterDeclaration, index: number): readonly Place[] {
  const { checker } = reader;
  if (parameter.dotDotDotToken || parameter.type === undefined) return [];
  const declared = checker.getTypeFromTypeNode(parameter.type);
  const found: Place[] = [];
  const visit = (type: ts.Type, path: readonly string[], optional: boolean): void => {
    const kinds = kindsOf(reader, parameter, type, path.length === 0);
    if (kinds) {
      found.push({
        parameter,
        index,
        path,
        optional: optional || mayBeMissing(type),
        nothing: mayBe(type, ts.TypeFlags.Null) ? "null | undefined" : "undefined",
        kinds,
      });
      return;
    }
    const inner = checker.getNonNullableType(type);
    // A field of what may be missing cannot be said to be of a kind.
    if (path.length > 1 || (path.length > 0 && (optional || inner !== type)) || inner.isUnion() || present(irType(reader, inner)).kind !== "record") return;
    for (const p of checker.getPropertiesOfType(inner)) {
      if (p.flags & (ts.SymbolFlags.Accessor | ts.SymbolFlags.Method | ts.SymbolFlags.Prototype) || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(p.name))
        continue;
      visit(checker.getTypeOfSymbol(p), [...path, p.name], (p.flags & ts.SymbolFlags.Optional) !== 0);
    }
  };
  visit(declared, [], parameter.questionToken !== undefined || parameter.initializer !== undefined);
  return found;
}

/**
 * A part of a parameter that is of several kinds and is not followed, so that its numbers count as constant: an element, a field too far inside, any part where
 * there are too many cases. `narrowed`: the places of `casesOf` are followed.
 */
export function unfollowedPart(
  reader: TypeReader,
  parameter: ts.ParameterDeclaration,
  narrowed: boolean,
): { readonly text: string; readonly type: ts.Type } | null {
  const { checker } = reader,
    covered = narrowed ? placesOf(reader, parameter, 0).map((at) => at.path.join(".")) : [];
  const visit = (type: ts.Type, path: readonly string[], inside: readonly ts.Type[]): { readonly text: string; readonly type: ts.Type } | null => {
    const of = checker.getNonNullableType(type);
    if (kindsOf(reader, parameter, of, true))
      return covered.includes(path.join(".")) ? null : { text: [parameter.name.getText(), ...path].join(".").replaceAll(".[]", "[…]"), type: of };
    if (inside.includes(of) || inside.length > 4 || of.isUnion()) return null;
    const around = [...inside, of],
      ir = present(irType(reader, of, inside.length));
    // A dictionary of other things than numbers by name.
    if (inside.length > 0 && ir.kind === "opaque" && isTable(checker, of))
      return { text: [parameter.name.getText(), ...path].join(".").replaceAll(".[]", "[…]"), type: of };
    if (checker.isArrayType(of) || checker.isTupleType(of)) {
      for (const e of checker.getTypeArguments(of as ts.TypeReference)) {
        const found = visit(e, [...path, "[]"], around);
        if (found) return found;
      }
    } else if (ir.kind === "record") {
      for (const p of checker.getPropertiesOfType(of)) {
        const found =
          p.flags & (ts.SymbolFlags.Accessor | ts.SymbolFlags.Method | ts.SymbolFlags.Prototype)
            ? null
            : visit(checker.getTypeOfSymbol(p), [...path, p.name], around);
        if (found) return found;
      }
    }
    return null;
  };
  return parameter.type ? visit(checker.getTypeFromTypeNode(parameter.type), [], []) : null;
}

const isTable = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  !type.symbol?.declarations?.some((d) => d.getSourceFile().isDeclarationFile && !ts.isMappedTypeNode(d)) &&
  checker.getIndexInfosOfType(type).some((i) => hasGradient(i.type, checker));

const mayBe = (type: ts.Type, flags: ts.TypeFlags): boolean => type.isUnion() && type.types.some((t) => (t.flags & flags) !== 0);
const mayBeMissing = (type: ts.Type): boolean => mayBe(type, ts.TypeFlags.Undefined | ts.TypeFlags.Null);

/** The kinds of a type that is a union of such as are not followed in one variable; null for any other. */
function kindsOf(reader: TypeReader, at: ts.Node, type: ts.Type, mayBeText: boolean): readonly Kind[] | null {
  const { checker } = reader, whole = checker.getNonNullableType(type);
  if (!whole.isUnion() || present(irType(reader, whole)).kind !== "opaque") return null;
  const kinds: Kind[] = [];
  for (const t of whole.types) {
    const of = irType(reader, t);
    closeHidden(of);
    const kind = kindOf(checker, at, t, of);
    if (!kind) return null;
    if (kind.literal !== undefined && !mayBeText) return null;
    const same = kinds.find((k) => k.label === kind.label && k.literal === kind.literal);
    if (!same) kinds.push(kind);
    else if (typeKey(same.type) !== typeKey(of)) return null;
  }
  const ordered = kinds.sort((a, b) => orderOf(a) - orderOf(b));
  // Arrays of two kinds cannot be told apart by being arrays.
  if (kinds.some((k, n) => kinds.findIndex((o) => o.label === k.label) < n)) return null;
  if (kinds.filter((k) => k.label === "array" || k.label.startsWith("of")).length > 1 && kinds.some((k) => k.label === "array")) return null;
  return kinds.length > 1 && kinds.some((k) => holdsNumbers(k.type)) ? ordered : null;
}

const orderOf = ({ label, literal }: Kind): number =>
  literal !== undefined
    ? 0
    : ["number", "text", "boolean", "function"].findIndex((l) => l === label) + 1 ||
      (label.endsWith("Array") ? 5 : label.startsWith("of") || label === "rows" ? 6 : label === "array" ? 7 : 8);

function kindOf(checker: ts.TypeChecker, place: ts.Node, t: ts.Type, type: Type): Kind | null {
  const read = (reader: TypeReader): Type => irType(reader, t),
    text = checker.typeToString(checker.getBaseTypeOfLiteralType(t), place, ts.TypeFormatFlags.NoTruncation);
  const plain = (label: string, says: string, of: string): Kind => ({
    label,
    says,
    type,
    text,
    read,
    followed: true,
    absent: false,
    test: (at) => `typeof ${at} === "${of}"`,
  });
  switch (type.kind) {
    case "number":
    case "integer":
      return plain("number", "a number", "number");
    case "string": {
      const { value } = t as Partial<ts.StringLiteralType>;
      if (value === undefined) return plain("text", "text", "string");
      return {
        label: /^[A-Za-z]\w*$/u.test(value) ? value : "text",
        says: JSON.stringify(value),
        type,
        text: JSON.stringify(value),
        read,
        followed: true,
        absent: false,
        literal: value,
        test: (at) => `${at} === ${JSON.stringify(value)}`,
      };
    }
    case "boolean":
      return plain("boolean", "true or false", "boolean");
    case "array":
      if (type.constructorName === "Dictionary") return null;
      if (type.constructorName === "Array" && ["array", "tuple"].includes(type.element.kind))
        return {
          label: "rows",
          says: "an array of arrays",
          type,
          text,
          read,
          followed: false,
          absent: false,
          test: (at) => `Array.isArray(${at}) && Array.isArray(${at}[0])`,
        };
      if (type.constructorName !== "Array")
        return {
          label: type.constructorName,
          says: `a ${type.constructorName}`,
          type,
          text,
          read,
          followed: false,
          absent: false,
          test: (at) => `${at} instanceof ${type.constructorName}`,
        };
      return { label: "array", says: "an array", type, text, read, followed: false, absent: false, test: (at) => `Array.isArray(${at})` };
    case "tuple": {
      const { length } = type.elements;
      if (type.elements.some((e) => e.kind === "optional")) return null;
      return {
        label: `of${length}`,
        says: `an array of ${length}`,
        type,
        text,
        read,
        followed: false,
        absent: false,
        test: (at) => `Array.isArray(${at}) && ${at}.length === ${length}`,
      };
    }
    case "record":
      return {
        label: "object",
        says: "an object",
        type,
        text,
        read,
        followed: false,
        absent: false,
        test: (at) => `typeof ${at} === "object" && !Array.isArray(${at})`,
      };
    case "opaque":
      return checker.getSignaturesOfType(t, ts.SignatureKind.Call).length > 0 ? plain("function", "a function", "function") : null;
    default:
      return null;
  }
}

/** Whether there is a number with a gradient in it. */
function holdsNumbers(type: Type, inside: readonly Type[] = []): boolean {
  if (inside.includes(type)) return false;
  switch (type.kind) {
    case "number": return true;
    case "optional": return holdsNumbers(type.of, inside);
    case "array": return (type.constructorName === "Array" || type.constructorName.startsWith("Float")) && holdsNumbers(type.element, inside);
    case "tuple": return type.elements.some((e) => holdsNumbers(e, inside));
    case "record": return type.fields.some((f) => holdsNumbers(f.type, [...inside, type]));
    default: return false;
  }
}

/** What may be missing counts as being of the kind that takes its place: of its default's, if that is seen, else it is tried out. Last, as a kind of its own. */
function formsOf(checker: ts.TypeChecker, place: Place): readonly (readonly Kind[])[] {
  if (!place.optional) return [place.kinds];
  const joined = (k: Kind): readonly Kind[] =>
    place.kinds.map((kind) =>
      kind === k
        ? {
            ...kind,
            absent: true,
            type: { kind: "optional", of: kind.type } as const,
            read: (r: TypeReader): Type => ({ kind: "optional", of: kind.read(r) }),
            test: (at: string) => `${at} == null || ${kind.test(at)}`,
          }
        : kind,
    );
  const initial = place.path.length === 0 ? place.parameter.initializer : undefined;
  const preferred = initial && place.kinds.find((k) => isOfKind(checker, initial, k));
  const nothing: Kind = {
    label: "nothing",
    says: "missing",
    type: { kind: "undefined" },
    text: "undefined",
    read: () => ({ kind: "undefined" }),
    followed: true,
    absent: true,
    test: (at) => `${at} == null`,
  };
  const first = preferred ? [preferred, ...place.kinds.filter((k) => k !== preferred)] : place.kinds;
  return [...first.map(joined), [nothing, ...place.kinds]];
}

function isOfKind(checker: ts.TypeChecker, node: ts.Expression, { label }: Kind): boolean {
  const t = checker.getTypeAtLocation(node);
  if (t.flags & ts.TypeFlags.NumberLike) return label === "number";
  return checker.isArrayLikeType(t) ? label === "array" || label.startsWith("of") : label === "object";
}

/** How the parameters of a case are lowered, and written. */
export function narrowingOf({ kinds }: Case): Narrowing {
  const result = new Map<ts.ParameterDeclaration, Narrowed>();
  for (const { place: { parameter, path, nothing }, kind } of kinds) {
    const before = result.get(parameter);
    result.set(parameter, {
      type: (type, reader) => withKind(before ? before.type(type, reader) : type, path, kind, kind.read(reader)),
      literal: path.length === 0 ? kind.literal : undefined,
      text: (written) => textOf(before ? before.text(written) : written, path, kind, nothing),
    });
  }
  return result;
}

function textOf(written: string, path: readonly string[], kind: Kind, nothing: string): string {
  if (path.length === 0)
    return kind.text === "undefined" ? nothing : kind.absent ? `${kind.text.includes("=>") ? `(${kind.text})` : kind.text} | ${nothing}` : kind.text;
  const field = path.reduceRight(
    (inner, name, k) => `{ ${name}${kind.absent && k === path.length - 1 ? "?" : ""}: ${inner} }`,
    kind.text === "undefined" ? "never" : kind.absent && nothing !== "undefined" ? `${kind.text} | null` : kind.text,
  );
  return `${isOneWord(written) ? written : `(${written})`} & ${field}`;
}

/** Whether a type needs no brackets before `&`: what it says of choices and functions stands in brackets of its own. */
function isOneWord(written: string): boolean {
  let depth = 0;
  for (const [k, c] of [...written].entries()) {
    if ("{[(<".includes(c)) depth++;
    else if ("}])".includes(c) || (c === ">" && written[k - 1] !== "=")) depth--;
    else if (depth === 0 && (c === "|" || c === "=")) return false;
  }
  return true;
}

function withKind(type: Type, [first, ...rest]: readonly string[], kind: Kind, read: Type): Type {
  if (first === undefined) return read;
  if (type.kind === "optional") return { ...type, of: withKind(type.of, [first, ...rest], kind, read) };
  if (type.kind !== "record") return type;
  const fields = type.fields.map((f): FieldType => {
    if (f.name !== first) return f;
    return rest.length > 0 ? { ...f, type: withKind(f.type, rest, kind, read) } : { ...f, type: read, optional: kind.absent };
  });
  return { ...type, text: null, fields } satisfies RecordType;
}
