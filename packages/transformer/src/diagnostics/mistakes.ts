/** RG11xx: what the user's function says cannot be meant, or contradicts itself. */
import { list } from "./diagnostic.ts";
import type { Entry } from "./entry.ts";

const mistake = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "mistake", ...entry });

export const mistakes = {
  syntaxError: mistake<{ fn: string; text: string }>({
    code: "RG1101",
    message: ({ fn, text }) => `\`${fn}\` does not parse: ${text}`,
    help: () => "correct the syntax; TypeScript reports the same place",
    example: "/** @differentiable */\nexport function f(x: number): number { return x * ; }\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number { return x * 2; }\n",
  }),
  noResult: mistake<{ fn: string; type: string; /** The parameter that it writes into. */ written: string | null }>({
    code: "RG1102",
    message: ({ fn, type }) => `\`${fn}\` returns \`${type}\`, which has no derivative`,
    help: ({ fn, written }) => (written === null
      ? `return a number from \`${fn}\`, or an array or object of numbers: \`function ${fn}(…): number\``
      : `\`${fn}\` writes into \`${written}\`: return it, \`return ${written};\`, and \`vjp_${fn}\` takes the gradient by what was written`),
    example: "/** @differentiable */\nexport function label(x: number): string { return x > 0 ? \"up\" : \"down\"; }\n",
    fixed: "/** @differentiable */\nexport function label(x: number): number { return x > 0 ? x : -x; }\n",
  }),
  resultSometimesMissing: mistake<{ fn: string; type: string }>({
    code: "RG1103",
    message: ({ fn, type }) => `\`${fn}\` returns \`${type}\` here, and a number elsewhere: on this path there is nothing to differentiate`,
    help: () => "return a number on every path (`return NaN;`), or `throw` on this one",
    example: "/** @differentiable */\nexport function root(x: number): number | undefined {\n  if (x < 0) return undefined;\n  return Math.sqrt(x);\n}\n",
    fixed: "/** @differentiable */\nexport function root(x: number): number {\n  if (x < 0) return NaN;\n  return Math.sqrt(x);\n}\n",
  }),
  noInput: mistake<{ fn: string; parameters: readonly string[] }>({
    code: "RG1104",
    message: ({ fn, parameters }) => `\`${fn}\` has no parameter with a gradient: ${parameters.length === 0 ? "it has none at all" : `${list(parameters, "")} can only act as integers or hold no numbers`}`,
    help: ({ parameters }) => (parameters.length === 0 ? "make what should vary a parameter: `x: number`" : `name one to differentiate by it all the same: \`@differentiable wrt ${parameters[0] ?? "x"}\``),
    example: "/** @differentiable */\nexport function two(): number { return 1 + 1; }\n",
    fixed: "/** @differentiable */\nexport function two(x: number): number { return x + 1; }\n",
  }),
};
