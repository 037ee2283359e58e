import { bug } from "../diagnostics/bug.ts";
import type { Type, Var } from "../ir/ir.ts";

type Parts = readonly (string | Var)[];

/** Whether a gradient holds a `Float32Array`, whose shadow is in double precision. */
export function holdsSingle(type: Type, inside: readonly Type[] = []): boolean {
  if (inside.includes(type)) return false;
  const around = [...inside, type];
  switch (type.kind) {
    case "optional": return holdsSingle(type.of, around);
    case "array": return type.constructorName === "Float32Array" || holdsSingle(type.element, around);
    case "tuple": return type.elements.some((e) => holdsSingle(e, around));
    case "record": return type.fields.some((f) => holdsSingle(f.type, around));
    default: return false;
  }
}

/** The text of a gradient in the caller's precision, from its shadow at `path`. */
export function inSinglePrecision(type: Type, path: Parts, depth = 0, inside: readonly Type[] = []): Parts {
  if (!holdsSingle(type)) return path;
  if (inside.includes(type)) return bug("a recursive type in single precision");
  const around = [...inside, type];
  const at = (suffix: string): Parts => [...path.slice(0, -1), ...joined(path.at(-1) ?? "", suffix)];
  switch (type.kind) {
    case "array": {
      if (type.constructorName === "Float32Array") return ["new Float32Array(", ...path, ")"];
      const row = depth === 0 ? "row" : `row${depth}`, element = inSinglePrecision(type.element, [row], depth + 1, around);
      return [...path, `.map((${row}) => `, ...(type.element.kind === "record" ? ["(", ...element, ")"] : element), ")"];
    }
    case "tuple": return ["[", ...type.elements.flatMap((e, k) => [...(k > 0 ? [", "] : []), ...inSinglePrecision(e, at(`[${k}]`), depth, around)]), "]"];
    case "record": return ["{ ", ...type.fields.flatMap((f, k) => {
      const name = /^[A-Za-z_$][\w$]*$/.test(f.name) ? f.name : JSON.stringify(f.name);
      return [`${k > 0 ? ", " : ""}${name}: `, ...inSinglePrecision(f.type, at(name === f.name ? `.${name}` : `[${name}]`), depth, around)];
    }), " }"];
    case "optional": return ["(", ...path, " == null ? undefined : ", ...inSinglePrecision(type.of, path, depth, around), ")"];
    default: return path;
  }
}

const joined = (last: string | Var, suffix: string): Parts => (typeof last === "string" ? [last + suffix] : [last, suffix]);
