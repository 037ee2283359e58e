import { isReference } from "../analysis/aliases.ts";
import type { Type, Var } from "../ir/ir.ts";
import { typeText } from "../adjoint/gradientType.ts";

type Parts = readonly (string | Var)[];

/** The text of a copy of a tangent with all that it holds; of single precision in double. */
export function copyText(type: Type, path: Parts, depth = 0): Parts {
  const at = (suffix: string): Parts => {
    const last = path.at(-1) ?? "";
    return [...path.slice(0, -1), ...(typeof last === "string" ? [last + suffix] : [last, suffix])];
  };
  switch (type.kind) {
    case "optional":
      return isReference(type) ? ["(", ...path, " == null ? undefined : ", ...copyText(type.of, path, depth), ")"] : path;
    case "array": {
      if (type.constructorName === "Float32Array") return ["Float64Array.from(", ...path, ")"];
      if (!isReference(type.element)) return at(".slice()");
      const row = depth === 0 ? "row" : `row${depth}`,
        element = copyText(type.element, [row], depth + 1);
      return [...at(`.map((${row}) => `), ...(type.element.kind === "record" ? ["(", ...element, ")"] : element), ")"];
    }
    case "tuple":
      return [
        "[",
        ...type.elements.flatMap((e, k) => [...(k > 0 ? [", "] : []), ...(isReference(e) ? copyText(e, at(`[${k}]`), depth) : at(`[${k}]`))]),
        `] as ${typeText(type)}`,
      ];
    case "record":
      return [
        "{ ",
        ...type.fields.flatMap((f, k) => {
          const isName = /^[A-Za-z_$][\w$]*$/.test(f.name),
            place = at(isName ? `.${f.name}` : `[${JSON.stringify(f.name)}]`);
          return [`${k > 0 ? ", " : ""}${isName ? f.name : JSON.stringify(f.name)}: `, ...(isReference(f.type) ? copyText(f.type, place, depth) : place)];
        }),
        " }",
      ];
    default:
      return path;
  }
}
