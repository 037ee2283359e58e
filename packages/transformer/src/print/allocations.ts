import { isDictionary } from "../ir/dictionaries.ts";
import type { Type, NewTape } from "../ir/ir.ts";
import { type Expr, rawExpr, anyWrite, applyExpr, tapeEntries } from "./tree.ts";
import { typeText } from "./types.ts";

export function allocation(type: Type, length: Expr, hollow: boolean): Expr {
  if (type.kind === "array" && type.constructorName !== "Array") return rawExpr([`new ${type.constructorName}(`, length, ")"], { fresh: true });
  const element = type.kind === "array" ? type.element : null;
  if (element?.kind === "number" || element?.kind === "integer") return rawExpr(["new Array<number>(", length, hollow ? ")" : ").fill(0)"], { fresh: true });
  return rawExpr([`new Array<${(element && typeText(element)) ?? "unknown"}>(`, length, ")"], { fresh: true });
}

export function copyOf(type: Type, from: Type, ref: Expr): Expr {
  const reads = [anyWrite];
  if (type.kind === "record" || isDictionary(type)) return rawExpr(["{ ...", ref, " }"], { fresh: true, reads });
  if (type.kind === "tuple") return rawExpr(["[...", ref, "]"], { fresh: true, reads });
  // `slice` keeps the kind of array; `[...table]` of a typed array is a plain one.
  if (type.kind === "array" && from.kind === "array" && type.constructorName !== from.constructorName)
    return rawExpr([`${type.constructorName}.from(`, ref, ")"], { fresh: true, reads });
  return rawExpr([ref, ".slice()"], { fresh: true, reads });
}

export const isFlags = (tape: NewTape | undefined): boolean =>
  tape?.length != null && tape.tape.type.kind === "tape" && tape.tape.type.element.kind === "boolean";

/** Ordinary arrays are made much faster than typed ones as long as V8 makes them in its heap for young objects: up to 128 KB. */
const longTape = 16_384;

export function tapeValue(i: NewTape, length: Expr | null): Expr {
  if (i.from && length === null) return rawExpr([i.from], { fresh: true });
  if (length === null) return { kind: "array", elements: [], constructorName: "Array" };
  const element = i.tape.type.kind === "tape" ? i.tape.type.element : i.tape.type;
  const known = length.kind === "literal" ? Number(length.literal.value) : null;
  if (i.either && !i.from && known !== null) return rawExpr([known < longTape ? "new Array<number>(" : "new Float64Array(", length, ")"], { fresh: true });
  if (i.either && !i.from) return rawExpr([length, ` < ${longTape} ? new Array<number>(`, length, ") : new Float64Array(", length, ")"], { fresh: true });
  const entries = applyExpr(
    i.plain || i.either ? tapeEntries.exact : i.length?.type.kind === "integer" ? tapeEntries.integer : tapeEntries.number,
    [length],
    false,
  );
  switch (element.kind) {
    case "number": case "integer": return rawExpr([i.from ?? (i.plain ? "new Array<number>(" : "new Float64Array("), entries, ")"], { fresh: true });
    case "boolean": return rawExpr([i.from ?? "new Uint8Array(", entries, ")"], { fresh: true });
    default: return rawExpr([i.from ?? `new Array<${typeText(element) ?? "unknown"}>(`, entries, ")"], { fresh: true });
  }
}
