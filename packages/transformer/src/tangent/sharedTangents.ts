import { isReference } from "../analysis/aliases.ts";
import type { SharedClass } from "../analysis/sharedInputs.ts";
import type { RecordType, Type, Var } from "../ir/ir.ts";
import { isRecursive } from "../ir/recursive.ts";
import { gradientType, typeText, type GradientNames } from "../adjoint/gradientType.ts";
import type { GradientField } from "../adjoint/signature.ts";
import { copyText } from "./copies.ts";

/** The functions that make the tangents of objects which may be reached in several ways, by the types of these. */
export type TangentMakers = ReadonlyMap<RecordType, string>;

/**
 * Names the makers for classes of objects that are written: each object has one tangent, found by the object, that of the way on which it is met
 * first. Null: a class for which there is none.
 */
export function planMakers(classes: readonly SharedClass[], fields: readonly GradientField[], nameOf: (type: RecordType) => string): TangentMakers | null {
  const makers = new Map<RecordType, string>();
  for (const c of classes) {
    if (!c.ways.every((w) => !w.again && fields.some((f) => f.input === w.input && f.input.paths === null && isWhole(f.input.variable.type)))) return null;
    for (const type of c.types) makers.set(type, nameOf(type));
  }
  return makers;
}

/** Nothing in it may be absent, and no type in it contains itself. */
function isWhole(type: Type): boolean {
  switch (type.kind) {
    case "optional": return !isReference(type);
    case "array": return isWhole(type.element);
    case "tuple": return type.elements.every(isWhole);
    case "record": return !isRecursive(type) && type.fields.every((f) => !(f.optional && isReference(f.type)) && isWhole(f.type));
    default: return true;
  }
}

/** Whether objects with makers lie in a type. */
export function holdsShared(type: Type, makers: TangentMakers): boolean {
  switch (type.kind) {
    case "optional": return holdsShared(type.of, makers);
    case "array": return holdsShared(type.element, makers);
    case "tuple": return type.elements.some((e) => holdsShared(e, makers));
    case "record": return makers.has(type) || type.fields.some((f) => holdsShared(f.type, makers));
    default: return false;
  }
}

type Parts = readonly (string | Var)[];
interface Making { readonly makers: TangentMakers; readonly names: GradientNames; /** The map of tangents by object. */ readonly map: string | Var }

/** The text of a tangent of our own for the object at `like`, from that of the caller at `given`. */
export function sharedCopy(type: Type, like: Parts, given: Parts, making: Making, depth = 0, whole = false): Parts {
  const gradient = gradientType(type, making.names);
  if (!gradient) return given;
  if (!holdsShared(type, making.makers)) return isReference(type) ? copyText(gradient, given, depth) : given;
  const row = depth === 0 ? "row" : `row${depth}`, k = depth === 0 ? "k" : `k${depth}`;
  switch (type.kind) {
    case "array": {
      const element = sharedCopy(type.element, [row], at(given, `[${k}]!`), making, depth + 1);
      return [...at(like, `.map((${row}, ${k}) => `), ...(element[0] === "{ " ? ["(", ...element, ")"] : element), ")"];
    }
    case "tuple":
      return [
        "[",
        ...type.elements.flatMap((e, n) => [
          ...(n > 0 ? [", "] : []),
          ...(gradientType(e, making.names) ? sharedCopy(e, at(like, `[${n}]`), at(given, `[${n}]`), making, depth) : ["undefined"]),
        ]),
        `] as ${typeText(gradient)}`,
      ];
    case "record": {
      const maker = making.makers.get(type);
      if (maker !== undefined && !whole) return [`${maker}(`, ...like, ", ", ...given, ", ", making.map, ")"];
      const fields = type.fields.filter((f) => gradientType(f.type, making.names) !== null);
      return ["{ ", ...fields.flatMap((f, n) => {
        const isName = /^[A-Za-z_$][\w$]*$/.test(f.name), place = isName ? `.${f.name}` : `[${JSON.stringify(f.name)}]`;
        return [`${n > 0 ? ", " : ""}${isName ? f.name : JSON.stringify(f.name)}: `, ...sharedCopy(f.type, at(like, place), at(given, place), making, depth)];
      }), " }"];
    }
    default: return given;
  }
}

function at(parts: Parts, suffix: string): Parts {
  const last = parts.at(-1) ?? "";
  return [...parts.slice(0, -1), ...(typeof last === "string" ? [last + suffix] : [last, suffix])];
}

/** The functions that a text calls to make tangents, and those that these call. */
export function neededMakers(text: string, makers: TangentMakers, names: GradientNames): readonly string[] {
  const all = [...makers].map(([type, name]) => ({ name, text: tangentMakerText(type, name, makers, names) }));
  const needed = new Set<string>();
  const visit = (of: string): void => all.forEach((m) => { if (!needed.has(m.name) && of.includes(`${m.name}(`)) { needed.add(m.name); visit(m.text); } });
  visit(text);
  return all.filter((m) => needed.has(m.name)).map((m) => m.text);
}

/** The function that makes the tangent of an object once. */
function tangentMakerText(type: RecordType, name: string, makers: TangentMakers, names: GradientNames): string {
  const gradient = typeText(gradientType(type, names) ?? type, false);
  const text = sharedCopy(type, ["of"], ["given"], { makers, names, map: "tangents" }, 0, true).join("");
  return [
    `/** The tangent of an object, the same wherever it is reached. */`,
    `function ${name}(of: ${typeText(type, false)}, given: ${gradient}, tangents: Map<object, unknown>): ${gradient} {`,
    `  const known = tangents.get(of) as ${gradient} | undefined;`,
    `  if (known) return known;`,
    `  const d: ${gradient} = ${text};`,
    `  tangents.set(of, d);`,
    `  return d;`,
    `}`,
  ].join("\n");
}
