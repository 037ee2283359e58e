import type { Literal } from "../ir/ir.ts";

/**
 * The value of an operation on literals, or null if it is not known exactly at compile time.
 *
 * Folded are the operations whose result the language defines to the bit. `**` and the transcendental functions of `Math` are not among
 * them: their last digits are the engine's. `&&`, `||` and `?:` need only the literal that decides; then the result is one of the operands, and
 * simplify's identities see to it.
 */
export function foldLiterals(op: string, args: readonly (Literal | undefined)[]): Literal | null {
  const values = args.map((a) => a?.value);
  if (args.some((a) => a === undefined)) return null;
  const [a, b] = values;
  const numbers = values.every((v) => typeof v === "number");
  if (numbers && typeof a === "number" && typeof b === "number" && values.length === 2) {
    const infix = onNumbers[op];
    if (infix) return { value: infix(a, b) };
  }
  if (op === "Math.max" || op === "Math.min") return numbers ? { value: Math[op === "Math.max" ? "max" : "min"](...(values as number[])) } : null;
  if (numbers && typeof a === "number" && values.length === 1) {
    const prefix = onNumber[op];
    if (prefix) return { value: prefix(a) };
  }
  if (op === "!" && values.length === 1) return { value: !a };
  if (values.length === 2 && op === "===") return { value: a === b };
  if (values.length === 2 && op === "!==") return { value: a !== b };
  // Of two kinds `==` converts.
  if (values.length === 2 && (op === "==" || op === "!=") && typeof a === typeof b && a !== null && b !== null) return { value: (a === b) === (op === "==") };
  if (values.length === 2 && (op === "==" || op === "!=") && (b === null || b === undefined))
    return { value: (a === null || a === undefined) === (op === "==") };
  return null;
}

const onNumbers: Readonly<Record<string, ((a: number, b: number) => number | boolean) | undefined>> = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b,
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  "&": (a, b) => a & b, "|": (a, b) => a | b, "^": (a, b) => a ^ b, "<<": (a, b) => a << b, ">>": (a, b) => a >> b, ">>>": (a, b) => a >>> b,
};

const onNumber: Readonly<Record<string, ((a: number) => number | boolean) | undefined>> = {
  neg: (a) => -a, pos: (a) => a, "~": (a) => ~a,
  "Math.abs": (a) => Math.abs(a), "Math.sign": (a) => Math.sign(a), "Math.floor": (a) => Math.floor(a), "Math.ceil": (a) => Math.ceil(a),
  "Math.trunc": (a) => Math.trunc(a), "Math.round": (a) => Math.round(a), "Math.sqrt": (a) => Math.sqrt(a), "Math.fround": (a) => Math.fround(a),
  "Number.isFinite": (a) => Number.isFinite(a), "Number.isNaN": (a) => Number.isNaN(a), "Number.isInteger": (a) => Number.isInteger(a),
};
