import type { IrFunction, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import type { Reach } from "./reach.ts";

export function callsOf(fn: IrFunction): readonly string[] {
  const found: string[] = [];
  eachInstruction(fn.body, (i) => { if (i.kind === "call") found.push(i.callee); });
  return found;
}

export function calledBy(fn: IrFunction, halves: ReadonlyMap<string, IrFunction>): ReadonlyMap<string, IrFunction> {
  const found = new Map<string, IrFunction>(), work = [fn];
  for (let f = work.pop(); f; f = work.pop()) {
    for (const name of callsOf(f)) {
      const half = halves.get(name);
      if (half && !found.has(name)) { found.set(name, half); work.push(half); }
    }
  }
  return found;
}

export interface Facts {
  readonly reach: Reach;
  /** Arrays of which an element that was never written may be seen, or asked for. */
  readonly asked: readonly Var[];
  /** Arrays of which it is asked whether an element is there. */
  readonly tested: readonly Var[];
  /** Tapes whose length is asked, or that are pushed to. */
  readonly counted: ReadonlySet<Var>;
  /** Fields that are written after a record was made. */
  readonly written: ReadonlySet<string>;
  /** Fields that are read by their name. */
  readonly read: ReadonlySet<string>;
}

export function factsOf(all: readonly IrFunction[], reached: Reach): Facts {
  const asked: Var[] = [], tested: Var[] = [], counted = new Set<Var>(), written = new Set<string>(), read = new Set<string>();
  for (const f of all) {
    eachInstruction(f.body, (i) => {
      if (i.kind === "read" && i.out.type.kind === "optional") asked.push(i.ref);
      if (i.kind === "read" && typeof i.key === "string") read.add(i.key);
      if (i.kind === "raw")
        i.parts.forEach((p, k) => {
          if (typeof p === "string" && /(?:^| )in $/.test(p)) {
            const of = i.parts[k + 1];
            if (typeof of === "object") tested.push(of);
          }
        });
      if ((i.kind === "tapeRecord" || i.kind === "tapeRecall") && !i.index) counted.add(i.tape);
      if (i.kind === "tapeLength") counted.add(i.tape);
      if ((i.kind === "write" || i.kind === "addTo" || i.kind === "takeFrom") && typeof i.key === "string") written.add(i.key);
      if ((i.kind === "write" || i.kind === "addTo") && typeof i.key !== "string" && i.key.type.kind === "string") written.add(anyField);
    });
  }
  return { reach: reached, asked, tested, counted, written, read };
}

/** A field chosen when the program runs is written. */
export const anyField = "*";
