import { freshVar, idsOf, numberType } from "../ir/build.ts";
import type { IrFunction, Origin, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { beginning } from "./handNumbers.ts";

/** A function in two: a short one, and the one it calls. */
export interface HandedOver { readonly called: IrFunction; readonly filling: IrFunction }

/** Instructions that fit into a function that engines inline into its caller (V8 11.3: 460 bytes of code). */
const inlined = 40;

/**
 * A number that a function returns is an object of 16 bytes, unless the engine inlines the function. What is too long for that becomes a
 * function that a short one calls: {@link handNumbers} lets the number go from the one to the other in memory. So does one of whose numbers
 * a loop makes others (they would be objects in each trip, as a parameter may be anything).
 *
 * Null where that gains nothing, or where the parameters cannot be handed on.
 */
export function handOver(fn: IrFunction, freeName: (wanted: string) => string): HandedOver | null {
  let size = 0;
  eachInstruction(fn.body, (i) => { size += i.kind === "call" ? 2 * i.args.length : 1; });
  const passed: Var[] = [];
  for (const p of fn.parameters) {
    if (p.pattern.kind !== "name" || p.rest) return null;
    passed.push(p.pattern.variable);
  }
  const begin = beginning(fn);
  if (size <= inlined && !passed.some((v) => begin.has(v))) return null;
  const name = freeName(`fill_${fn.name}`), origin: Origin = { loc: fn.loc, statement: null };
  const ids = idsOf(fn), result = freshVar(ids, null, numberType);
  return {
    filling: { ...fn, name, exported: false },
    called: {
      ...fn,
      nextId: ids.next,
      body: {
        instructions: [
          { kind: "call", origin, callee: name, args: passed, out: result },
          { kind: "return", origin, fields: null, value: result },
        ],
        yields: [],
        dead: true,
      },
    },
  };
}
