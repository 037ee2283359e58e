import { isMatrixOperation } from "../ir/build.ts";
import type { RecordType, Type } from "../ir/ir.ts";
import { printExpression } from "./expr.ts";
import { rawExpr, type Expr } from "./tree.ts";
import { isIdentifier, partOf, propertyName, typeText, zerosExpr } from "./types.ts";

/** What makes the shadows of records that may be reached in several ways. */
export interface Maker {
  readonly name: string;
  readonly type: RecordType;
  readonly gradient: RecordType;
}

/**
 * The function that makes the shadow of a record once: it is in the map before its fields are made, so that cycles end.
 *
 *     function gradientOfNode(node: Node, shadows: Map<object, unknown>): { x: number } { … }
 */
export function makerText(
  { name, type, gradient }: Maker,
  makers: ReadonlyMap<RecordType, string>,
  runtimeName: (name: string, hidden: ReadonlySet<string>) => string,
): string {
  const written = typeText(gradient) ?? "object";
  const like = parameterName(name);
  const sharing = { made: rawExpr(["shadows"]), makers };
  const own = new Set([like, "shadows", "known", "d"]);
  const global = (g: string): string => (isMatrixOperation(g) ? runtimeName(g.slice("matrix.".length), own) : g);
  const expression = (e: Expr): string => printExpression(e, { variable: (v) => v.name ?? v.hint, global });
  const simple: string[] = [],
    later: string[] = [];
  for (const f of gradient.fields) {
    const source = type.fields.find((g) => g.name === f.name);
    if (!source) continue;
    const access = isIdentifier(f.name) ? `.${f.name}` : `[${JSON.stringify(f.name)}]`;
    const said = partOf(type, f.name),
      place = `${said === null ? like : `(${like} as ${said})`}${access}`,
      sure = said !== null && optionalOf(f.type);
    const from = rawExpr([sure ? place.replace("?: ", ": ") : place], { fresh: true });
    const optional = optionalOf(f.type);
    const value = expression(
      zerosExpr(f.type.kind === "optional" ? f.type.of : f.type, from, optional ? present(source.type) : maybe(source.type, source.optional), sharing),
    );
    if (optional) later.push(`  if (${place}) d${access} = ${value};`);
    else if (f.type.kind === "number" || !/gradientOf/.test(value)) simple.push(`${propertyName(f.name)}: ${value}`);
    else later.push(`  d${access} = ${value};`);
  }
  const whole = gradient.fields.length === simple.length || later.every((l) => l.startsWith("  if ("));
  const begin = simple.length === 0 ? "{}" : `{ ${simple.join(", ")} }`;
  return [
    `/** The gradient of ${/^[aeio]/i.test(nameOf(type)) ? "an" : "a"} ${nameOf(type)}, the same wherever it is reached. */`,
    `function ${name}(${like}: ${typeText(type) ?? "object"}, shadows: Map<object, unknown>): ${written} {`,
    `  const known = shadows.get(${like}) as ${written} | undefined;`,
    `  if (known) return known;`,
    `  const d${whole ? `: ${written}` : ""} = ${begin}${whole ? "" : ` as ${written}`};`,
    `  shadows.set(${like}, d);`,
    ...later,
    `  return d;`,
    `}`,
  ].join("\n");
}

/** `interface RingGradient { v: number; next?: RingGradient | undefined }`. */
export function gradientInterface(gradient: RecordType, exported: boolean): string {
  const fields = gradient.fields.map((f) => {
    const of = f.type.kind === "optional" ? f.type.of : f.type;
    return `  ${propertyName(f.name)}${f.optional ? "?" : ""}: ${typeText(of) ?? "unknown"}${f.optional ? " | undefined" : ""};`;
  });
  return `${exported ? "export " : ""}interface ${gradient.text ?? "Gradient"} {\n${fields.join("\n")}\n}`;
}

/** The interface of a type that the module does not name. */
export function typeInterface(type: RecordType, exported: boolean): string {
  const fields = type.fields.map((f) => `  ${propertyName(f.name)}${f.optional ? "?" : ""}: ${typeText(f.type) ?? "unknown"};`);
  return `${exported ? "export " : ""}interface ${type.text ?? "Item"} {\n${fields.join("\n")}\n}`;
}

const nameOf = (type: RecordType): string => (type.text !== null && isIdentifier(type.text) ? type.text : "record");
const optionalOf = (t: Type): boolean => t.kind === "optional";
const present = (t: Type): Type => (t.kind === "optional" ? present(t.of) : t);
const maybe = (t: Type, optional: boolean): Type => (optional && t.kind !== "optional" ? { kind: "optional", of: t } : t);

/** `gradientOfNode` → `node`. */
function parameterName(name: string): string {
  const base = name.replace(/^gradientOf/, "");
  const lower = base.charAt(0).toLowerCase() + base.slice(1);
  return ["shadows", "known", "d", "default", "new", "function", "class", "in", "enum", "var"].includes(lower) ? "record" : lower;
}
