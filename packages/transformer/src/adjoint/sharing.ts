import type { Aliases } from "../analysis/aliases.ts";
import { sharedInputs, type SharedInputs } from "../analysis/sharedInputs.ts";
import type { IrFunction, IrModule, RecordType, Type, Var } from "../ir/ir.ts";
import { definitions, eachInstruction } from "../ir/visit.ts";
import { isRecursive } from "../ir/recursive.ts";
import { gradientType, typeText, type GradientNames } from "./gradientType.ts";

/** How objects that are reached in several ways get one shadow, and what the gradients of types that contain themselves are called. */
export interface Sharing {
  readonly shared: SharedInputs;
  readonly names: GradientNames;
  /** Types of the primal that have no name in the module but for the one they are given here. */
  readonly declared: readonly RecordType[];
  /** The functions that make the shadows of shared records. */
  readonly makers: ReadonlyMap<RecordType, string>;
}

/**
 * Plans the shadows of shared inputs. Types that cannot share cost nothing: there is no map then.
 *
 * `nameOf`: a name that is free at the top of the module, or stands for the same already.
 */
export function planSharing(module: IrModule, memory: Aliases, nameOf: (wanted: string, meaning: string) => string): Sharing {
  const names = new Map<RecordType, string>(), declared: RecordType[] = [];
  for (const type of recordsOf(module)) {
    // A type that contains itself cannot be written out: one without a name in the module gets one.
    if (type.text === null && isRecursive(type)) {
      (type as { text: string | null }).text = nameOf(type.called ?? "Item", `type ${declared.length} of ${module.root.name}`);
      declared.push(type);
    }

    if (isRecursive(type) && gradientType(type, names)) names.set(type, nameOf(`${identifier(type)}Gradient`, `gradient of ${type.text ?? typeText(type)}`));
  }
  const keyOf = (type: RecordType): string | null => {
    const t = gradientType(type, names);
    return t && typeText(t);
  };
  const shared = sharedInputs(module.root, memory, keyOf);
  const makers = new Map<RecordType, string>();
  for (const { types } of shared.classes)
    for (const type of types) makers.set(type, nameOf(`gradientOf${identifier(type)}`, `maker of ${typeText(type)}: ${keyOf(type) ?? ""}`));
  return { shared, names, makers, declared };
}

/** The record types of a module, in the order in which they are met. */
function recordsOf(module: IrModule): ReadonlySet<RecordType> {
  const found = new Set<RecordType>();
  const visit = (t: Type): void => {
    switch (t.kind) {
      case "optional": visit(t.of); break;
      case "array": visit(t.element); break;
      case "tuple": t.elements.forEach(visit); break;
      case "record":
        if (found.has(t)) break;
        found.add(t);
        t.fields.forEach((f) => visit(f.type));
        break;
      default: break;
    }
  };
  const visitVar = (v: Var): void => visit(v.type);
  const visitFunction = (fn: IrFunction): void => {
    fn.inputs.forEach((i) => visitVar(i.variable));
    eachInstruction(fn.body, (i) => {
      definitions(i).forEach(visitVar);
      if (i.kind === "loop") i.params.forEach(visitVar);
    });
  };
  visitFunction(module.root);
  for (const callee of module.callees.values()) visitFunction(callee);
  return found;
}

export function identifier(type: RecordType): string {
  const text = /[A-Za-z_$][\w$]*/.exec(type.text?.startsWith("{") ? "" : type.text ?? "")?.[0] ?? "Record";
  return text.charAt(0).toUpperCase() + text.slice(1);
}
