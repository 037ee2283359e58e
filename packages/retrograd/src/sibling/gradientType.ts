import ts from "typescript";

/**
 * The type `Grad<P>` of the runtime written out, or null if a value of this type has no gradient.
 * Used for stubs only, so a type that cannot be written here (recursive, or nested beyond reason) becomes `never`, which
 * agrees with every use of a result that is never returned.
 */
export function gradientType(type: ts.Type, checker: ts.TypeChecker, depth = 0): string | null {
  const plain = checker.getNonNullableType(type);
  if (depth > 8) return "never";
  if (isNumber(plain)) return "number";
  if (plain.isUnion()) return firstOf(plain.types.map((part) => gradientType(part, checker, depth + 1)));
  const name = plain.symbol?.name ?? "";
  if (name === "Float64Array" || name === "Float32Array") return `${name}<ArrayBuffer>`;
  if (/^(?:Big)?U?[Ii]nt\d+(?:Clamped)?Array$/.test(name)) return null;
  if (checker.isTupleType(plain)) return tuple(checker.getTypeArguments(asReference(plain)), checker, depth);
  if (checker.isArrayType(plain)) {
    const [element] = checker.getTypeArguments(asReference(plain));
    const inner = element === undefined ? null : gradientType(element, checker, depth + 1);
    if (inner === null) return null;
    return /^[\w.<>[\]]+$/.test(inner) ? `${inner}[]` : `(${inner})[]`;
  }
  if ((plain.flags & ts.TypeFlags.Object) === 0 || plain.getCallSignatures().length > 0) return null;
  return record(plain, checker, depth);
}

const isNumber = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.NumberLike) !== 0;

// Both kinds are references by construction of the checker.
const asReference = (type: ts.Type): ts.TypeReference => type as ts.TypeReference;

function tuple(elements: readonly ts.Type[], checker: ts.TypeChecker, depth: number): string | null {
  const inner = elements.map((element) => gradientType(element, checker, depth + 1));
  return inner.every((each) => each === null) ? null : `[${inner.map((each) => each ?? "never").join(", ")}]`;
}

function record(type: ts.Type, checker: ts.TypeChecker, depth: number): string | null {
  const fields = checker.getPropertiesOfType(type).flatMap((property) => {
    const isPrivate =
      (ts.getCombinedModifierFlags(property.valueDeclaration ?? property.declarations?.[0] ?? noDeclaration) &
        (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !==
      0;
    const inner = isPrivate ? null : gradientType(checker.getTypeOfSymbol(property), checker, depth + 1);
    const name = /^[A-Za-z_$][\w$]*$/.test(property.name) ? property.name : JSON.stringify(property.name);
    return inner === null ? [] : [`${name}: ${inner}`];
  });
  return fields.length === 0 ? null : `{ ${fields.join("; ")} }`;
}

/** For symbols without a declaration (mapped types): they have no modifiers. */
const noDeclaration: ts.Declaration = ts.factory.createPropertySignature(undefined, "none", undefined, undefined);

function firstOf(texts: readonly (string | null)[]): string | null {
  return texts.find((text) => text !== null) ?? null;
}
