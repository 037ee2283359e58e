import ts from "typescript";
import type { ArrayType, FieldType, Literal, RecordType, Type, UnionMember } from "../../ir/ir.ts";
import { dictionaryText } from "../../ir/dictionaries.ts";
import { isRecursive } from "../../ir/recursive.ts";
import { instanceKey, isHidden, isMethodProperty } from "./classTypes.ts";
import { matrixTypeOf } from "./matrixTypes.ts";
import { booleanType, integerType, nullType, numberType, stringType, undefinedType } from "../../ir/build.ts";
import type { TypeReader, OpenUnion } from "./typeReader.ts";
import { anyType, unknownType, mixedNumber, present, isArrayConstructorName, elementOfConstructor, joinTexts } from "./irTypes.ts";
export const newReader = (checker: ts.TypeChecker, sourceFile: ts.SourceFile): TypeReader => ({
  checker,
  sourceFile,
  known: new Map(),
  classes: new Map(),
  instances: [],
  unions: [],
});

const maxDepth = 12;

/** The IR type of a checker type; what cannot be told is opaque, never a guess. */
export function irType(reader: TypeReader, type: ts.Type, depth = 0): Type {
  // Names that are numbers are texts when the program runs. To the type checker they are not, so what holds such a dictionary is left as it is.
  if (depth > 0 && isByNumber(reader, type)) return opaque(reader, type);
  const known = reader.known.get(type);
  if (known) return known;
  const made = convert(reader, type, depth);
  reader.known.set(type, made);
  // Instances are written as plain records, but a type that contains itself cannot be written out.
  if (depth === 0) for (const open of reader.unions.filter((u) => u.isOpen)) closeUnion(reader, open);
  if (depth === 0) for (const [record, name] of reader.instances.splice(0)) if (isRecursive(record)) (record as { text: string | null }).text = name;
  return made;
}

function convert(reader: TypeReader, type: ts.Type, depth: number): Type {
  const { checker } = reader;
  const flags = type.flags;
  if (flags & ts.TypeFlags.Any) return anyType;
  if (flags & ts.TypeFlags.Unknown) return unknownType;
  if (
    flags & ts.TypeFlags.EnumLike &&
    flags & ts.TypeFlags.NumberLike &&
    (type.isUnion() ? type.types : [type]).every((t) => t.isNumberLiteral() && Number.isInteger(t.value))
  )
    return integerType;
  if (flags & ts.TypeFlags.NumberLike) return numberType;
  if (flags & ts.TypeFlags.StringLike) return stringType;
  if (flags & ts.TypeFlags.BooleanLike) return booleanType;
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return undefinedType;
  if (flags & ts.TypeFlags.Null) return nullType;
  if (depth > maxDepth) return opaque(reader, type);
  if (type.isUnion()) return convertUnion(reader, type, depth);
  if (type.isIntersection()) {
    if (type.types.some((t) => t.flags & ts.TypeFlags.NumberLike)) return numberType; // a branded number
    if (type.types.some((t) => t.flags & ts.TypeFlags.TypeParameter)) return unknownType; // `NonNullable<T>`
    return type.types.every((t) => t.flags & ts.TypeFlags.Object) ? convertObject(reader, type, depth) : opaque(reader, type);
  }
  if (flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess | ts.TypeFlags.Conditional | ts.TypeFlags.Substitution)) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint && constraint !== type ? irType(reader, constraint, depth + 1) : unknownType;
  }
  if (flags & ts.TypeFlags.Object) return convertObject(reader, type, depth);
  return opaque(reader, type);
}

function opaque(reader: TypeReader, type: ts.Type): Type {
  return { kind: "opaque", text: reader.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation) };
}

function convertUnion(reader: TypeReader, union: ts.UnionType, depth: number): Type {
  const absent = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;
  const of = union.types.filter((t) => !(t.flags & absent)), isWhole = of.length === union.types.length;
  const met = of.length > 1 ? reader.unions.find((u) => u.of.length === of.length && u.of.every((t) => of.includes(t))) : undefined;
  if (met) {
    met.isMet = true;
    // `Tree | undefined` has no name of its own.
    if (isWhole && met.record.text === null) (met.record as { text: string | null }).text = nameOfType(reader, union);
    return isWhole ? met.record : { kind: "optional", of: met.record };
  }
  const open: OpenUnion = { of, record: { kind: "record", fields: [], text: null }, isOpen: true, isMet: false };
  const mayContain = of.length > 1 && of.every((t) => t.flags & ts.TypeFlags.Object && !reader.checker.isArrayType(t) && !reader.checker.isTupleType(t));
  if (mayContain) reader.unions.push(open);
  const members = of.map((t) => irType(reader, t, depth + 1));
  const areRecords = members.every((m) => m.kind === "record");
  if (mayContain && (!areRecords || !(open.isMet || members.some((m) => m.kind === "record" && m.fields.length === 0))))
    reader.unions.splice(reader.unions.indexOf(open), 1);
  // Whoever met it took it for a record, which it is not.
  if (open.isMet && !areRecords) Object.assign(open.record, opaque(reader, union));
  const first = members[0];
  if (!first) return undefinedType;
  if (of.every((t) => t.isStringLiteral())) {
    const type: Type =
      of.length === 1
        ? stringType
        : {
            kind: "string",
            text: nameOfType(reader, union) ?? of.map((t) => enumText(reader, t) ?? JSON.stringify((t as ts.StringLiteralType).value)).join(" | "),
          };
    return isWhole ? type : { kind: "optional", of: type };
  }
  const mixed = mixedNumber(union.types.map((t) => irType(reader, t, depth + 1)));
  if (mixed) return mixed;
  const joined = members.reduce<Type | null>((a, b) => a && joinPresent(a, b), first) ?? opaque(reader, union);
  const named =
    joined.kind === "record" && members.length > 1 ? { ...joined, text: nameOfType(reader, union), members: of.map((t) => unionMember(reader, t)) } : joined;
  const result =
    named.kind === "record" && reader.unions.includes(open) ? Object.assign(open.record, { ...named, text: named.text ?? open.record.text }) : named;
  return isWhole ? result : { kind: "optional", of: result };
}

/** All members are read now, also those that the union was met in. */
function closeUnion(reader: TypeReader, open: OpenUnion): void {
  open.isOpen = false;
  const merged = open.of
    .map((t) => reader.known.get(t))
    .reduce<Type | null>((a, b) => (a && b ? joinPresent(a, b) : null), reader.known.get(open.of[0]!) ?? null);
  if (merged?.kind === "record") open.record.fields = merged.fields;
}

function unionMember(reader: TypeReader, type: ts.Type): UnionMember {
  const { checker } = reader;
  const properties = checker
    .getPropertiesOfType(type)
    .filter((p) => !(p.flags & ts.SymbolFlags.Optional && checker.getTypeOfSymbol(p).flags & ts.TypeFlags.Undefined));
  const tags = properties.flatMap((p) => {
    const of = checker.getTypeOfSymbol(p), values = (of.isUnion() ? of.types : [of]).map(literalOf);
    return values.includes(null) ? [] : [[p.name, values.flatMap((v) => v ?? [])] as const];
  });
  const texts = properties.flatMap((p) => {
    const text = enumText(reader, checker.getTypeOfSymbol(p));
    return text === null ? [] : [[p.name, text] as const];
  });
  return { fields: properties.map((p) => p.name), tags: new Map(tags), ...(texts.length > 0 ? { texts: new Map(texts) } : {}) };
}

/** `Kind.Circle | Kind.Square`, of types that list members of enums with names that are visible. */
function enumText(reader: TypeReader, type: ts.Type): string | null {
  const texts = (type.isUnion() ? type.types : [type]).map((t) => {
    const member = t.symbol?.valueDeclaration, declaration = member && ts.isEnumMember(member) ? member.parent : undefined;
    const symbol = declaration && reader.checker.getSymbolAtLocation(declaration.name);
    if (!symbol || !(t.flags & ts.TypeFlags.EnumLiteral)) return null;
    const name = declaration.parent === reader.sourceFile ? symbol.name : importedName(reader, symbol);
    return name && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(t.symbol.name) ? `${name}.${t.symbol.name}` : null;
  });
  return texts.includes(null) ? null : texts.join(" | ");
}

/** The values of a type that lists them, as a list; null if it does not. */
function literalOf(type: ts.Type): readonly Literal["value"][] | null {
  if (type.isStringLiteral() || type.isNumberLiteral()) return [type.value];
  if (type.flags & ts.TypeFlags.BooleanLiteral) return [(type as ts.Type & { readonly intrinsicName: string }).intrinsicName === "true"];
  if (type.flags & ts.TypeFlags.Undefined) return [undefined];
  return type.flags & ts.TypeFlags.Null ? [null] : null;
}

/** One type for both, or null if they have nothing in common. */
function joinPresent(a: Type, b: Type): Type | null {
  if (a === b) return a;
  if (a.kind === "array" && b.kind === "array") {
    const element = joinPresent(a.element, b.element);
    return (
      element && {
        kind: "array",
        constructorName: a.constructorName === b.constructorName ? a.constructorName : "Array",
        element,
        ...(a.readonly || b.readonly ? { readonly: true } : {}),
      }
    );
  }
  if (a.kind === "record" && b.kind === "record") return mergeRecords(a, b);
  if (a.kind === "opaque" && b.kind === "opaque" && a.text === b.text) return a;
  if (a.kind === "string" && b.kind === "string") return joinTexts(a, b);
  return a.kind === b.kind && (a.kind === "number" || a.kind === "boolean" || a.kind === "integer") ? a : null;
}

/** Of literals that meet, the checker says of each what it has not: `w?: undefined`. */
const isThere = (name: string) => (f: FieldType): boolean => f.name === name && !(f.optional && present(f.type).kind === "undefined");

/** A union of records, tagged or not: a field that some members lack is optional. */
function mergeRecords(a: RecordType, b: RecordType): RecordType | null {
  const fields: FieldType[] = [];
  for (const name of new Set([...a.fields, ...b.fields].map((f) => f.name))) {
    const x = a.fields.find(isThere(name)), y = b.fields.find(isThere(name));
    if (!x && !y) continue;
    const type = x && y ? joinPresent(x.type, y.type) : (x ?? y)?.type;
    fields.push({ name, type: type ?? unknownType, optional: !x || !y || x.optional || y.optional });
  }
  return { kind: "record", fields, text: null };
}

function convertObject(reader: TypeReader, type: ts.Type, depth: number): Type {
  const { checker } = reader;
  const matrix = matrixTypeOf(reader, type, type.symbol ? importedName(reader, type.symbol) : null);
  if (matrix) return matrix;
  if (checker.isTupleType(type)) return convertTuple(reader, type as ts.TupleTypeReference, depth); // isTupleType is exactly this
  if (checker.isArrayType(type)) return convertArray(reader, type, type.symbol.name === "ReadonlyArray", depth);
  const byName = dictionary(reader, type);
  if (byName) return byName;
  const name = type.symbol?.name;
  const inLibrary = type.symbol?.declarations?.some((d) => isLibraryFile(d.getSourceFile())) ?? false;
  // `Required<Options>` and its like are declared there too, but what they make is a record of the user's.
  if (inLibrary && !((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped)) {
    if (isArrayConstructorName(name)) return { kind: "array", constructorName: name, element: elementOfConstructor(name) };
    if (name === "ArrayLike") return convertArray(reader, type, true, depth);
    return opaque(reader, type);
  }
  if (checker.getSignaturesOfType(type, ts.SignatureKind.Call).length > 0 || checker.getSignaturesOfType(type, ts.SignatureKind.Construct).length > 0)
    return opaque(reader, type);
  if (checker.getIndexInfosOfType(type).length > 0) return opaque(reader, type);
  const instance = instanceKey(reader, type);
  const text = instance === null ? nameOfType(reader, type) : null, called = (type.aliasSymbol ?? type.symbol)?.name;
  const record: RecordType = {
    kind: "record",
    fields: [],
    text,
    ...(text === null && called !== undefined && /^[A-Za-z]\w*$/.test(called) ? { called } : {}),
    ...(instance === null ? {} : { instance }),
  };
  reader.known.set(type, record); // before descending: the type may mention itself
  if (instance !== null) reader.instances.push([record, nameOfType(reader, type)]);
  record.fields = checker.getPropertiesOfType(type).flatMap((property) => fieldOf(reader, property, depth));
  return record;
}

/** `Record<string, number>`: what has numbers by any name, some of which may be `undefined`, and no fields of its own. */
function dictionary({ checker }: TypeReader, type: ts.Type): Type | null {
  const [info, ...others] = checker.getIndexInfosOfType(type);
  if (!info || others.length > 0 || !(info.keyType.flags & (ts.TypeFlags.String | ts.TypeFlags.Number)) || checker.getPropertiesOfType(type).length > 0)
    return null;
  const elements = info.type.isUnion() ? info.type.types.filter((t) => !(t.flags & ts.TypeFlags.Undefined)) : [info.type];
  if (!elements.every((t) => t.flags & ts.TypeFlags.Number)) return null;
  return { kind: "array", constructorName: "Dictionary", element: numberType, ...(info.isReadonly ? { readonly: true } : {}) };
}

/** `Record<number, number>`. */
function isByNumber(reader: TypeReader, type: ts.Type): boolean {
  if (
    !(type.flags & ts.TypeFlags.Object) ||
    reader.checker.isArrayType(type) ||
    reader.checker.isTupleType(type) ||
    !isOneByNumber(reader.checker.getIndexInfosOfType(type))
  )
    return false;
  return !type.symbol?.declarations?.some((d) => isLibraryFile(d.getSourceFile()) && !ts.isMappedTypeNode(d)) && dictionary(reader, type) !== null;
}

const isOneByNumber = ([info, ...others]: readonly ts.IndexInfo[]): boolean =>
  info !== undefined && others.length === 0 && (info.keyType.flags & ts.TypeFlags.Number) !== 0;

/** How a parameter is written whose type is a dictionary by numbers: by text, as whose it may be given. */
export function dictionaryParameter(reader: TypeReader, type: ts.Type): string | null {
  return isByNumber(reader, type) ? dictionaryText(irType(reader, type) as ArrayType) : null;
}

function fieldOf(reader: TypeReader, property: ts.Symbol, depth: number): readonly FieldType[] {
  if (property.flags & (ts.SymbolFlags.Accessor | ts.SymbolFlags.Method | ts.SymbolFlags.Prototype)) return [];
  const declaration = property.valueDeclaration;
  if (property.name.startsWith("__@") || (declaration && isMethodProperty(declaration))) return []; // symbols, and functions that are never replaced
  const type = irType(reader, reader.checker.getTypeOfSymbol(property), depth + 1);
  const hidden = isHidden(declaration) ? { hidden: true } as const : {};
  return [
    {
      name: property.name.replace(/^__#\d+@/, ""),
      type,
      optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
      ...hidden,
      ...(isReadonly(property) ? { readonly: true } : {}),
      ...(type.kind === "optional" && !type.besides && !mayBeNull(reader.checker.getTypeOfSymbol(property)) ? { neverNull: true } : {}),
    },
  ];
}

function convertArray(reader: TypeReader, type: ts.Type, readonly: boolean, depth: number): Type {
  const argument = reader.checker.getTypeArguments(type as ts.TypeReference)[0]; // arrays are references to a generic type
  const element = argument ? irType(reader, argument, depth + 1) : unknownType;
  return { kind: "array", constructorName: "Array", element, ...(readonly ? { readonly: true } : {}) };
}

function convertTuple(reader: TypeReader, type: ts.TupleTypeReference, depth: number): Type {
  const target = type.target;
  const given = reader.checker.getTypeArguments(type), elements = given.map((t) => irType(reader, t, depth + 1));
  const readonly = target.readonly ? { readonly: true } : {};
  if (target.elementFlags.some((f) => f & ts.ElementFlags.Variable)) {
    const element = elements.map(present).reduce<Type | null>((a, b) => a && joinPresent(a, b), present(elements[0] ?? unknownType)) ?? unknownType;
    return { kind: "array", constructorName: "Array", element, ...readonly };
  }
  const missing = elements.map((t, k): Type => {
    if (((target.elementFlags[k] ?? 0) & ts.ElementFlags.Optional) === 0 || (t.kind === "optional" && (t.besides || mayBeNull(given[k])))) return t;
    return { kind: "optional", of: present(t), neverNull: true };
  });
  return { kind: "tuple", elements: missing, ...readonly };
}

const mayBeNull = (type: ts.Type | undefined): boolean =>
  type !== undefined && (type.isUnion() ? type.types : [type]).some((t) => (t.flags & ts.TypeFlags.Null) !== 0);

/** How a record type is written beside the source file, or null where it has no name there. */
function nameOfType(reader: TypeReader, type: ts.Type): string | null {
  const symbol = type.aliasSymbol ?? type.symbol;
  const parameters = type.aliasSymbol ? type.aliasTypeArguments : (type as ts.TypeReference).typeArguments; // absent on types without any
  if (!symbol || (parameters?.length ?? 0) > 0) return null;
  if (!(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class | ts.SymbolFlags.TypeAlias))) return null;
  for (const declaration of symbol.declarations ?? []) {
    if (declaration.parent === reader.sourceFile) return symbol.name;
  }
  return importedName(reader, symbol);
}

function importedName(reader: TypeReader, symbol: ts.Symbol): string | null {
  for (const statement of reader.sourceFile.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) {
      const space = reader.checker.getSymbolAtLocation(bindings.name);
      const member = space && space.flags & ts.SymbolFlags.Alias ? reader.checker.getAliasedSymbol(space).exports?.get(symbol.escapedName) : undefined;
      if (member === symbol) return `${bindings.name.text}.${symbol.name}`;
    }
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const element of bindings.elements) {
      const local = reader.checker.getSymbolAtLocation(element.name);
      if (local && local.flags & ts.SymbolFlags.Alias && reader.checker.getAliasedSymbol(local) === symbol) return element.name.text;
    }
  }
  return null;
}

/** A file that only declares: the language's libraries and packages. */
export const isLibraryFile = (file: ts.SourceFile): boolean => file.isDeclarationFile;

/** Declared `readonly`, or made so by a mapped type (`Readonly<T>`), which the checker keeps to itself. */
const isReadonly = (property: ts.Symbol): boolean =>
  (property.declarations ?? []).some((d) => (ts.getCombinedModifierFlags(d) & ts.ModifierFlags.Readonly) !== 0) ||
  (((property as ts.Symbol & { readonly links?: { readonly checkFlags?: number } }).links?.checkFlags ?? 0) & 8) !== 0;
