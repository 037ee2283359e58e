import type { Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { memory } from "./memory.ts";

export interface Spared {
  readonly fn: IrFunction;
  /** Declarations of the memory, or nothing if none is needed. */
  readonly text: string | null;
}

/**
 * Memory that a function makes once in each call is kept for the next call: tapes, and typed arrays that do not leave it. (A function
 * cannot be entered while it runs, because all it calls is known.)
 *
 * Ensures   the same values: tapes are written before they are read, arrays are cleared.
 */
export function spareMemory(fn: IrFunction, freeName: (wanted: string) => string): Spared {
  const groups = memory(fn);
  const resized = new Set<unknown>();
  eachInstruction(fn.body, (i) => { if (i.kind === "push" || i.kind === "pop") resized.add(groups.groupOf(i.ref)); });
  const store = freeName(`memory_${fn.name}`), tapeOf = freeName(`tape_${fn.name}`), zerosOf = freeName(`zeros_${fn.name}`);
  const addressed = new Set<Var>();
  eachInstruction(fn.body, (i) => { if (i.kind === "tapeRecall" && i.index) addressed.add(i.tape); });
  const stackOf = freeName(`stack_${fn.name}`), stackType = freeName(`Stack_${fn.name}`), stackStore = freeName(`stacks_${fn.name}`);
  let count = 0, stackCount = 0, tapes = false, zeros = false, stacks = false;
  const staysInside = (v: Var): boolean => {
    const group = groups.groupOf(v);
    return !group.isExternal && !group.isReturned && !resized.has(group);
  };
  const isDoubles = ({ type }: Var): boolean => type.kind === "array" && type.constructorName === "Float64Array";
  const visit = (block: Block): Block => ({ ...block, instructions: block.instructions.flatMap(spared) });
  const spared = (i: Instruction): readonly Instruction[] => {
    switch (i.kind) {
      case "tape": {
        const holds = i.tape.type.kind === "tape" ? i.tape.type.element.kind : "";
        if (holds !== "number" && holds !== "integer") return [i];
        if (!i.length) {
          if (addressed.has(i.tape)) return [i];
          stacks = true;
          return [{ ...i, from: `${stackOf}(${stackCount++})` }];
        }
        tapes = true;
        return [{ ...i, from: `${tapeOf}(${count++}, ` }];
      }
      case "allocate":
        if (!isDoubles(i.out) || !staysInside(i.out)) return [i];
        zeros = true;
        return [{ kind: "raw", origin: i.origin, parts: [`${zerosOf}(${count++}, `, i.length, ")"], out: i.out, pure: false }];
      case "zeros":
        if (!isDoubles(i.out) || i.like.type.kind !== "array" || !staysInside(i.out)) return [i];
        zeros = true;
        return [{ kind: "raw", origin: i.origin, parts: [`${zerosOf}(${count++}, `, i.like, ".length)"], out: i.out, pure: false }];
      // What a loop makes, it makes many times.
      case "if": return [{ ...i, then: visit(i.then), else: visit(i.else) }];
      case "block": return [{ ...i, body: visit(i.body) }];
      default: return [i];
    }
  };
  const body = visit(fn.body);
  if (count === 0 && stackCount === 0) return { fn, text: null };
  const parts: string[] = [];
  if (count > 0) parts.push(`/** Memory that {@link ${fn.name}} keeps from call to call. */\nconst ${store}: Float64Array<ArrayBuffer>[] = [];`);
  if (tapes) parts.push(keeper(store, tapeOf, "At least `length` entries, of any content.", ">=", "return known;"));
  if (zeros) parts.push(keeper(store, zerosOf, "`length` zeros.", "===", "return known.fill(0);"));
  if (stacks) parts.push(stackText(stackType, stackStore, stackOf, fn.name));
  return { fn: { ...fn, body }, text: parts.join("\n\n") };
}

/** For loops whose trips are not known before. */
function stackText(type: string, store: string, name: string, derivative: string): string {
  return [
    "/** Numbers put on and taken off at the end; the memory stays. */",
    `class ${type} {`,
    "  length = 0;",
    "  private values: Float64Array<ArrayBuffer> = new Float64Array(64);",
    "  push(value: number): void {",
    "    if (this.length === this.values.length) {",
    "      const more = new Float64Array(2 * this.length);",
    "      more.set(this.values);",
    "      this.values = more;",
    "    }",
    "    this.values[this.length++] = value;",
    "  }",
    "  pop(): number {",
    "    return this.values[--this.length]!;",
    "  }",
    "}",
    "",
    `/** The stacks that {@link ${derivative}} keeps from call to call. */`,
    `const ${store}: ${type}[] = [];`,
    "",
    `function ${name}(k: number): ${type} {`,
    `  const stack = ${store}[k] ?? new ${type}();`,
    `  ${store}[k] = stack;`,
    "  stack.length = 0;",
    "  return stack;",
    "}",
  ].join("\n");
}

function keeper(store: string, name: string, doc: string, fits: string, found: string): string {
  return [
    `/** ${doc} */`,
    `function ${name}(k: number, length: number): Float64Array<ArrayBuffer> {`,
    `  const known = ${store}[k];`,
    `  if (known !== undefined && known.length ${fits} length) ${found}`,
    "  const made = new Float64Array(length);",
    `  ${store}[k] = made;`,
    "  return made;",
    "}",
  ].join("\n");
}
