import { dictionaryText, isDictionary } from "../ir/dictionaries.ts";
import { assertNever, bug } from "../diagnostics/bug.ts";
import { standingName } from "../ir/instances.ts";
import { elementTexts } from "../ir/tuples.ts";
import type { RecordType, Type, UnionMember } from "../ir/ir.ts";
import { anyWrite, applyExpr, literalExpr, rawExpr, type Expr } from "./tree.ts";

/** A type as TypeScript writes it, or null if it has no spelling. */
export function typeText(type: Type, outer: readonly RecordType[] = []): string | null {
  switch (type.kind) {
    case "number":
    case "integer":
      return "number";
    case "boolean":
    case "undefined":
    case "null":
      return type.kind;
    case "string":
      return type.text ?? type.kind;
    case "optional": {
      const of = typeText(type.of, outer);
      return of && `${of} | ${(type.besides ?? (type.neverNull ? ["undefined"] : ["null", "undefined"])).join(" | ")}`;
    }
    case "array": {
      const element = typeText(type.element, outer);
      if (isDictionary(type)) return dictionaryText(type);
      if (type.constructorName !== "Array") return type.constructorName;
      return (
        element &&
        `${type.readonly ? "readonly " : ""}${element.startsWith("readonly ") || (element.includes(" ") && (isUnionText(type.element) || !["record", "tuple", "matrix"].includes(type.element.kind))) ? `(${element})` : element}[]`
      );
    }
    case "tuple": {
      const elements = elementTexts(type, (e) => typeText(e, outer));
      return elements.includes(null) ? null : `${type.readonly ? "readonly " : ""}[${elements.join(", ")}]`;
    }
    case "record": {
      if (standingName(type) !== null) return type.text;
      if (outer.includes(type)) return type.text;
      if (type.members) return unionText(type, type.members, outer);
      const fields = type.fields.map((f) => {
        const text = typeText(f.neverNull && f.type.kind === "optional" ? { ...f.type, neverNull: true } : f.type, [...outer, type]);
        return text && `${propertyName(f.name)}${f.optional ? "?" : ""}: ${text}`;
      });
      return fields.includes(null) ? type.text : fields.length === 0 ? "{}" : `{ ${fields.join("; ")} }`;
    }
    case "opaque":
    case "matrix":
      return type.text;
    case "tape": {
      const element = typeText(type.element, outer);
      return element && `${element.includes(" ") && type.element.kind !== "matrix" ? `(${element})` : element}[]`;
    }
    default:
      return assertNever(type);
  }
}

/** Whether the type is written as a union of its records. */
const isUnionText = (type: Type): boolean => type.kind === "record" && standingName(type) === null && type.members !== undefined;

/** `{ kind: "circle"; r: number } | { kind: "square"; side: number }`. */
function unionText(type: RecordType, members: readonly UnionMember[], outer: readonly RecordType[]): string | null {
  const each = members.map((m) => {
    const fields = type.fields.filter((f) => m.fields.includes(f.name)).map((f) => {
      const tag =
          m.texts?.get(f.name) ??
          m.tags
            .get(f.name)
            ?.map((v) => JSON.stringify(v) ?? "undefined")
            .join(" | "),
        text = tag ?? typeText(f.type, [...outer, type]);
      return text && `${propertyName(f.name)}${f.type.kind === "optional" ? "?" : ""}: ${text}`;
    });
    return fields.includes(null) ? null : `{ ${fields.join("; ")} }`;
  });
  return each.includes(null) ? null : [...new Set(each)].join(" | ");
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
export const isIdentifier = (name: string): boolean => identifier.test(name);
export const propertyName = (name: string): string => (isIdentifier(name) ? name : JSON.stringify(name));

/** Where shadows of shared records are kept, and the functions that make them. */
export interface SharedShadows { readonly made: Expr; readonly makers: ReadonlyMap<RecordType, string> }

/**
 * Zeros of a type, in the shape of `like`, which is evaluated as often as it is named: a variable or a path of fields. Where `like` is
 * absent arrays are empty and records whole.
 *
 * `source`: the type of `like`. The names of rows (`row`, `row1`) are in the text, where names.ts keeps variables off them.
 */
export function zerosExpr(type: Type, like: Expr, source: Type | null, shared: SharedShadows | null = null, depth = 0, outer: readonly Type[] = []): Expr {
  if (type.kind === "optional")
    return rawExpr(["(", like, " == null ? undefined : ", zerosExpr(type.of, like, source && presentType(source), shared, depth, outer), ")"], {
      fresh: true,
      mayBeAbsent: true,
      reads: [anyWrite],
    });
  const absent = source?.kind === "optional", of = source && presentType(source);
  const maker = of?.kind === "record" ? shared?.makers.get(of) : undefined;
  if (shared && maker !== undefined) {
    // What is said of a place does not narrow it.
    const given = absent && like.kind === "raw" && like.parts.some((p) => typeof p === "string" && p.includes(" as {")) ? path(like, "!") : like;
    const made = fresh([`${maker}(`, given, ", ", shared.made, ")"]);
    return absent ? fresh(["(", like, " ? ", made, " : ", zerosExpr(type, like, source, null, depth, outer), ")"]) : made;
  }
  if (outer.includes(type)) return bug("zeros of a recursive type");
  const around = [...outer, type];
  switch (type.kind) {
    case "number": case "integer": return literalExpr(0);
    case "matrix": return applyExpr("matrix.zerosLike", [like], true);
    case "array": {
      const length: readonly (string | Expr)[] = absent ? [like, "?.length ?? 0"] : [path(like, ".length")];
      if (isDictionary(type)) return fresh(["Object.fromEntries(Object.keys(", like, absent ? " ?? {}" : "", ").map((key) => [key, 0]))"]);
      if (type.constructorName !== "Array") return fresh([`new ${type.constructorName}(`, ...length, ")"]);
      if (type.element.kind === "number") return fresh(["new Array<number>(", ...length, ").fill(0)"]);
      const row = depth === 0 ? "row" : `row${depth}`;
      const element = zerosExpr(type.element, rawExpr([row], { fresh: true }), of?.kind === "array" ? of.element : null, shared, depth + 1, around);
      const named = mentions(element, row);
      const result = holdsTuple(type.element) ? typeText(type.element) : null;
      const body = element.kind === "record" ? ["(", element, ")"] : [element];
      return fresh([...(absent ? ["(", like, " ?? [])"] : [like]), `.map((${named ? row : ""})${result === null ? "" : `: ${result}`} => `, ...body, ")"]);
    }
    case "tuple":
      return {
        kind: "array",
        constructorName: "Array",
        elements: type.elements.map((e, k) => zerosExpr(e, path(like, `${absent ? "?." : ""}[${k}]`), below(elementOf(of, k), absent), shared, depth, around)),
      };
    case "record": {
      const plain: (readonly [string, Expr])[] = [];
      const optional: (string | Expr)[] = [];
      for (const f of type.fields) {
        const said = like.kind === "raw" && of?.kind === "record" ? partOf(of, f.name) : null;
        const whole = like.kind === "raw" && said !== null ? rawExpr(["(", ...like.parts, ` as ${said})`], { fresh: like.fresh }) : like;
        const field = path(whole, isIdentifier(f.name) ? `${absent ? "?" : ""}.${f.name}` : `${absent ? "?." : ""}[${JSON.stringify(f.name)}]`);
        const own = of?.kind === "record" ? of.fields.find((g) => g.name === f.name) : undefined;
        const zeros = zerosExpr(
          f.optional && f.type.kind === "optional" ? f.type.of : f.type,
          field,
          f.optional ? (own ? presentType(own.type) : null) : below(own?.type ?? null, absent || own?.optional === true),
          shared,
          depth,
          around,
        );
        if (f.optional) optional.push("...(", field, ` == null ? {} : { ${propertyName(f.name)}: `, zeros, " })", ", ");
        else plain.push([f.name, zeros]);
      }
      if (optional.length === 0) return { kind: "record", fields: plain };
      const written = plain.flatMap(([name, zeros]) => [`${propertyName(name)}: `, zeros, ", "]);
      return fresh(["{ ", ...[...written, ...optional].slice(0, -1), " }"]);
    }
    default: return rawExpr(["undefined"]);
  }
}

/** What a record of a union is said to be where a field is asked for that not all of them have: `{ pts?: number[] }`. */
export function partOf(type: RecordType, name: string): string | null {
  const field = type.members && type.fields.find((f) => f.name === name && f.optional && f.type.kind !== "optional"),
    text = field ? typeText(field.type) : null;
  return text && `{ ${propertyName(name)}?: ${text} }`;
}

/** The shadow of what an object does not have, where its type says that it has one. */
export function nothingOf(type: Type): Expr {
  switch (type.kind) {
    case "number": case "integer": return literalExpr(0);
    case "array": return { kind: "array", constructorName: type.constructorName, elements: [] };
    case "tuple": return { kind: "array", constructorName: "Array", elements: type.elements.map(nothingOf) };
    case "record": return { kind: "record", fields: type.fields.filter((f) => !f.optional).map((f) => [f.name, nothingOf(f.type)] as const) };
    default: return rawExpr(["undefined"]);
  }
}

const presentType = (t: Type): Type => (t.kind === "optional" ? presentType(t.of) : t);
const elementOf = (t: Type | null, k: number): Type | null => (t?.kind === "tuple" ? t.elements[k] ?? null : t?.kind === "array" ? t.element : null);
/** The type of a part, which may be absent because the whole may. */
const below = (t: Type | null, absent: boolean): Type | null => (absent && t && t.kind !== "optional" ? { kind: "optional", of: t } : t);

/** It reads the shape of what it is like: lengths anywhere. */
const fresh = (parts: readonly (string | Expr)[]): Expr => rawExpr(parts, { fresh: true, reads: [anyWrite] });

function path(like: Expr, suffix: string): Expr {
  return like.kind === "raw" ? rawExpr([...like.parts, suffix], { fresh: like.fresh }) : rawExpr([like, suffix]);
}

function mentions(e: Expr, name: string): boolean {
  switch (e.kind) {
    case "raw": return e.parts.some((p) => (typeof p === "string" ? new RegExp(`(^|[^\\w.])${name}(?!\\w)`).test(p) : mentions(p, name)));
    case "record": return e.fields.some(([, v]) => mentions(v, name));
    case "array": return e.elements.some((v) => mentions(v, name));
    case "apply": return e.args.some((v) => mentions(v, name));
    default: return false;
  }
}

/** Whether a type says more than inference would find: a tuple literal is inferred as an array. */
export function holdsTuple(type: Type, outer: readonly Type[] = []): boolean {
  if (outer.includes(type)) return false;
  const around = [...outer, type];
  switch (type.kind) {
    case "tuple": return true;
    case "array": case "tape": return holdsTuple(type.element, around);
    case "optional": return holdsTuple(type.of, around);
    case "record": return type.fields.some((f) => holdsTuple(f.type, around));
    default: return false;
  }
}

/** Whether a type has a name and a field of text: inference would not find `"a" | "b"` in `{ kind: "a" }`, only `string`. */
export function holdsTag(type: Type, outer: readonly Type[] = []): boolean {
  if (outer.includes(type)) return false;
  const around = [...outer, type];
  switch (type.kind) {
    case "array":
      return holdsTag(type.element, around);
    case "optional":
      return holdsTag(type.of, around);
    case "tuple":
      return type.elements.some((e) => holdsTag(e, around));
    case "record":
      return (
        type.members !== undefined ||
        (type.text !== null && type.fields.some((f) => f.type.kind === "string" || f.type.kind === "boolean" || holdsTag(f.type, around)))
      );
    default:
      return false;
  }
}

/** The class of an instance, by its name. */
export function instanceName(type: Type): string | null {
  const record = type.kind === "optional" ? type.of : type;
  const name = record.kind === "record" ? record.instance?.split("@")[0] : undefined;
  return name === undefined || name === "class" ? null : name;
}
