import type { IrFunction, IrModule } from "./ir.ts";
import { eachInstruction } from "./visit.ts";

/** The functions that some call names, the root among them if it calls itself. */
export function calledFunctions(module: IrModule): ReadonlyMap<string, IrFunction> {
  const found = new Map<string, IrFunction>();
  for (const fn of [module.root, ...module.callees.values()]) {
    eachInstruction(fn.body, (i) => {
      if (i.kind !== "call") return;
      const callee = module.callees.get(i.callee) ?? (module.root.name === i.callee ? module.root : undefined);
      if (callee) found.set(i.callee, callee);
    });
  }
  return found;
}
