import { bug } from "../diagnostics/bug.ts";
import type { Formula } from "./formula.ts";
import type { MatrixRule } from "./matrices.ts";

/**
 * The tangent of an operation from its pullback: J from Jᵀ.
 *
 * A pullback is linear in `dy`, and made of operations that have pullbacks themselves. Its own pullback, by `dy`, takes a tangent of the operand
 * forward to the result: from `matmulNT(dy, b)`, which matmul hands to `a`, and the rule of matmulNT follows `matmul(dy, b)`, where `dy` is now
 * the tangent of `a`. What then is left of the old `dy` asks for its shape only, which is that of `y`.
 *
 * `entryOf`: the rule of a function of the runtime with so many operands; `isFull`: no operand is larger than the result.
 */
export function transposed(
  pullback: Formula,
  isFull: boolean,
  entryOf: (name: string, arity: number) => MatrixRule | undefined,
  parse: (text: string) => Formula,
): Formula | null {
  /** What a formula has for a shape: of arithmetic element by element that of its largest operand. */
  const shapeOf = (f: Formula): Formula => {
    if (f.kind === "name") return f.name === "dy" ? result : f;
    if (f.kind !== "apply") return f;
    if (likeFirst.has(f.op) && f.args[0]) return shapeOf(f.args[0]);
    if ((isFull && likeAny.has(f.op)) || arithmetic.has(f.op)) {
      const shapes = f.args.map(shapeOf);
      if (shapes.some((s) => s === result)) return result;
    }
    return { ...f, args: f.args.map(withResult) };
  };
  const withResult = (f: Formula): Formula =>
    f.kind === "name" ? (f.name === "dy" ? result : f) : f.kind === "apply" ? { ...f, args: f.args.map(withResult) } : f;
  const depends = (f: Formula): boolean => (f.kind === "name" ? f.name === "dy" : f.kind === "apply" && f.args.some(depends));

  const walk = (f: Formula, seed: Formula): Formula | null => {
    if (f.kind === "name") return f.name === "dy" ? seed : null;
    if (f.kind !== "apply" || !depends(f) || f.op === ".rows" || f.op === ".cols") return null;
    const { op, args } = f;
    if (op === "?:") {
      const [c, a, b] = args.map((arg, n) => (n === 0 ? withResult(arg) : (walk(arg, seed) ?? zero)));
      return apply("?:", c ?? zero, a ?? zero, b ?? zero);
    }
    return args.reduce<Formula | null>((sum, arg, n) => {
      if (!depends(arg)) return sum;
      const next = through(op, args, n, seed),
        more = next && walk(arg, next);
      return sum && more ? apply(entryOf(op, args.length)?.yields === "matrix" || isMatrixSum(sum) ? "add" : "+", sum, more) : (sum ?? more);
    }, null);
  };
  /** What an operation takes forward from its result to one operand, transposed. */
  const through = (op: string, args: readonly Formula[], n: number, seed: Formula): Formula | null => {
    const other = withResult(args[1 - n] ?? zero);
    switch (op) {
      case "+":
        return seed;
      case "-":
        return n === 0 ? seed : apply("neg", seed);
      case "*":
        return n === 0 ? apply("*", seed, other) : apply("*", other, seed);
      case "/":
        return n === 0 ? apply("/", seed, other) : bug("a pullback that is not linear");
      default:
        break;
    }
    const entry = entryOf(op, args.length) ?? bug(`a formula calls ${op}`);
    const name = entry.operands[n] ?? "",
      text = entry.formulas[name];
    if (text == null) return null;
    const substitute = (g: Formula): Formula => {
      if (g.kind === "name") {
        if (g.name === "dy") return seed;
        const k = entry.operands.indexOf(g.name),
          given = args[k];
        if (k < 0) return shapeOf({ kind: "apply", op, args });
        if (given === undefined) return parse(entry.defaults[g.name] ?? bug(`${op} without ${g.name}`));
        return depends(given) ? shapeOf(given) : given;
      }
      return g.kind === "apply" ? { ...g, args: g.args.map(substitute) } : g;
    };
    return substitute(parse(text));
  };
  const isMatrixSum = (f: Formula): boolean => f.kind === "apply" && entryOf(f.op, f.args.length)?.yields === "matrix";

  const made = walk(pullback, { kind: "name", name: "dy" });
  return made && simplified(made);
}

const result: Formula = { kind: "name", name: "y" };
const zero: Formula = { kind: "literal", value: 0 };
const apply = (op: string, ...args: readonly Formula[]): Formula => ({ kind: "apply", op, args });

/** Operations whose result has the shape of their first operand; of the largest one. */
const likeFirst: ReadonlySet<string> = new Set(["neg", "scale", "divOrZero", "square", "exp", "log", "sqrt", "abs"]);
const likeAny: ReadonlySet<string> = new Set(["add", "sub", "mul", "div", "where", "routeTo", "routePast"]);
const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/"]);

function simplified(f: Formula): Formula {
  if (f.kind !== "apply") return f;
  const args = f.args.map(simplified), [a] = args;
  if ((f.op === "transpose" || f.op === "neg") && a?.kind === "apply" && a.op === f.op && a.args[0]) return a.args[0];
  return { ...f, args };
}
