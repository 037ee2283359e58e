import type { Input, RecordType, Type } from "../ir/ir.ts";
import { isRecursive } from "../ir/recursive.ts";

/** One step inside an argument: a field, all elements of an array, one element of a tuple. */
export type Step = string | "[]" | number;

/** A way from the arguments to objects of one type: `links[].source`. */
export interface Way {
  readonly input: Input;
  readonly steps: readonly Step[];
  readonly type: Type;
  /** Through an array, or a type that contains itself: many objects. */
  readonly many: boolean;
  /** Ends at a type that it passed through before: the ways go on for ever. */
  readonly again: boolean;
}

/** `links[].source`, for messages. */
export const wayText = ({ input, steps }: Way): string =>
  `${input.name}${steps.map((s) => (s === "[]" ? s : typeof s === "number" ? `[${s}]` : `.${s}`)).join("")}`;

/** The ways to references inside some inputs, by type; those into a type that contains itself end where it is met again. */
export function waysInto(inputs: readonly Input[]): readonly Way[] {
  const found: Way[] = [];
  const times = new Map<Type, number>();
  const visit = (type: Type, input: Input, steps: readonly Step[], many: boolean, inside: readonly RecordType[]): void => {
    switch (type.kind) {
      case "optional": visit(type.of, input, steps, many, inside); break;
      case "array":
        found.push({ input, steps, type, many, again: false });
        visit(type.element, input, [...steps, "[]"], true, inside);
        break;
      case "tuple":
        found.push({ input, steps, type, many, again: false });
        type.elements.forEach((e, n) => visit(e, input, [...steps, n], many, inside));
        break;
      case "record": {
        const again = inside.includes(type), met = (times.get(type) ?? 0) + 1, several = many || isRecursive(type);
        times.set(type, met);
        found.push({ input, steps, type, many: several, again });
        // Types that hold each other many times over: the first ways tell what is shared.
        if (again || met > 8) break;
        for (const f of type.fields) visit(f.type, input, [...steps, f.name], several, [...inside, type]);
        break;
      }
      default: break;
    }
  };
  for (const i of inputs) visit(i.variable.type, i, [], false, []);
  return found;
}
