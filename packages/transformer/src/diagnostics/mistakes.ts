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
    help: ({ fn, written }) =>
      written === null
        ? `return a number from \`${fn}\`, or an array or object of numbers: \`function ${fn}(…): number\``
        : `\`${fn}\` writes into \`${written}\`: return it, \`return ${written};\`, and \`vjp_${fn}\` takes the gradient by what was written`,
    example: '/** @differentiable */\nexport function label(x: number): string { return x > 0 ? "up" : "down"; }\n',
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
    message: ({ fn, parameters }) =>
      `\`${fn}\` has no parameter with a gradient: ${parameters.length === 0 ? "it has none at all" : `${list(parameters, "")} can only act as integers or hold no numbers`}`,
    help: ({ parameters }) =>
      parameters.length === 0
        ? "make what should vary a parameter: `x: number`"
        : `name one to differentiate by it all the same: \`@differentiable wrt ${parameters[0] ?? "x"}\``,
    example: "/** @differentiable */\nexport function two(): number { return 1 + 1; }\n",
    fixed: "/** @differentiable */\nexport function two(x: number): number { return x + 1; }\n",
  }),
  ruleMisfit: mistake<{ fn: string; rule: string; why: string; shape: string }>({
    code: "RG1105",
    message: ({ fn, rule, why }) => `\`${rule}\` is the derivative of \`${fn}\` by its name or tag, and does not fit: ${why}`,
    help: ({ rule, shape }) => `write it as \`function ${shape}\` (without the fields of parameters that have no gradient), or give \`${rule}\` another name`,
    example:
      "function cube(x: number): number { return x * x * x; }\nfunction grad_cube(x: number): { value: number; dy: number } { return { value: x * x * x, dy: 3 * x * x }; }\n/** @differentiable */\nexport function f(x: number): number { return grad_cube(1).value * cube(x); }\n",
    fixed:
      "function cube(x: number): number { return x * x * x; }\nfunction grad_cube(x: number): { value: number; dx: number } { return { value: x * x * x, dx: 3 * x * x }; }\n/** @differentiable */\nexport function f(x: number): number { return grad_cube(1).value * cube(x); }\n",
  }),
  ruleNotVisible: mistake<{ fn: string; rule: string }>({
    code: "RG1106",
    message: ({ fn, rule }) =>
      `\`${fn}\` has a derivative of its own, \`${rule}\`; the generated gradient calls both, and this file does not import them by these names`,
    help: ({ fn, rule }) => `import them: \`import { ${fn}, ${rule} } from "…";\``,
    example: null,
  }),
  ruleWithoutField: mistake<{ text: string; rule: string; parameter: string; argument: string }>({
    code: "RG1107",
    message: ({ text, rule, parameter, argument }) => `\`${rule}\` gives no \`d${parameter}\`, and in \`${text}\` the argument \`${argument}\` has a gradient`,
    help: ({ rule, parameter, argument }) => `return \`d${parameter}\` from \`${rule}\` as well, or say that it is constant: \`stopGradient(${argument})\``,
    example:
      "function power(x: number, n: number): number { return x ** n; }\nfunction grad_power(x: number, n: number): { value: number; dx: number } { return { value: x ** n, dx: n * x ** (n - 1) }; }\n/** @differentiable */\nexport function f(x: number, n: number): number { return grad_power(1, 1).value * power(x, n); }\n",
    fixed:
      'import { stopGradient } from "@retrograd/runtime";\nfunction power(x: number, n: number): number { return x ** n; }\nfunction grad_power(x: number, n: number): { value: number; dx: number } { return { value: x ** n, dx: n * x ** (n - 1) }; }\n/** @differentiable wrt x */\nexport function f(x: number, n: number): number { return grad_power(1, 1).value * power(x, stopGradient(n)); }\n',
  }),
};
