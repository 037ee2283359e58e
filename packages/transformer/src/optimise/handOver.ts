import { freshVar, idsOf, literalVar, numberType } from "../ir/build.ts";
import type { ArrayType, Block, Instruction, IrFunction, Origin, Var } from "../ir/ir.ts";
import { eachInstruction, mapNested } from "../ir/visit.ts";

/** A function that hands its number over in memory, and the one that is called. */
export interface HandedOver {
  readonly called: IrFunction;
  readonly filling: IrFunction;
  /** Declares the memory. */
  readonly text: string;
}

/** Instructions that fit into a function that engines inline into its caller (V8 11.3: 460 bytes of code). */
const inlined = 40;

/**
 * A number that a function returns is an object of 16 bytes, unless the engine inlines the function. One that is too long for that puts the
 * number into memory, and a short one, which is inlined, returns it from there.
 *
 * Null where that gains nothing, or where the parameters cannot be handed on.
 */
export function handOver(fn: IrFunction, freeName: (wanted: string) => string): HandedOver | null {
  let size = 0;
  eachInstruction(fn.body, () => { size++; });
  const passed: Var[] = [];
  for (const p of fn.parameters) {
    if (p.pattern.kind !== "name" || p.rest) return null;
    passed.push(p.pattern.variable);
  }
  if (size <= inlined) return null;
  const value = freeName(`value_${fn.name}`), name = freeName(`fill_${fn.name}`), origin: Origin = { loc: fn.loc, statement: null };
  const cells: ArrayType = { kind: "array", constructorName: "Float64Array", element: numberType };
  const ids = idsOf(fn);
  const handed = (block: Block): Block => ({ ...block, instructions: block.instructions.flatMap((i): readonly Instruction[] => {
    if (i.kind !== "return" || !i.value) return [mapNested(i, handed)];
    const cell = freshVar(ids, null, cells);
    return [
      { kind: "raw", origin: i.origin, parts: [value], out: cell, pure: true },
      { kind: "write", origin: i.origin, ref: cell, key: literalVar(ids, 0), value: i.value },
      { ...i, value: null },
    ];
  }) });
  const body = handed(fn.body), last = body.instructions.at(-1);
  // The end needs no `return`.
  const filled: Block = last?.kind === "return" ? { ...body, instructions: body.instructions.slice(0, -1), dead: false } : body;
  const filling: IrFunction = { ...fn, name, exported: false, body: filled, resultText: "void", nextId: ids.next };
  const result = freshVar(ids, null, numberType);
  return {
    filling,
    called: {
      ...fn, nextId: ids.next,
      body: {
        instructions: [
          { kind: "raw", origin, parts: [`${name}(`, ...passed.flatMap((v, k) => (k === 0 ? [v] : [", ", v])), ")"], out: null, pure: false },
          { kind: "raw", origin, parts: [`${value}[0]!`], out: result, pure: false },
          { kind: "return", origin, fields: null, value: result },
        ],
        yields: [], dead: true,
      },
    },
    text: `/** What {@link ${fn.name}} returns: a number that goes from a long function to its caller would be an object, made for it. */\nconst ${value} = new Float64Array(1);`,
  };
}
