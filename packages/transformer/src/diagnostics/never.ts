/** RG2xxx: constructs through which a gradient would have to flow and will not. The help gives another way to write it. */
import type { Entry } from "./entry.ts";

const never_ = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "never", ...entry });

export const never = {
  unknownFunction: never_<{ callee: string }>({
    code: "RG2101",
    message: ({ callee }) => `\`${callee}\` has neither a body to differentiate nor a derivative rule`,
    help: ({ callee }) => `write \`${callee}\` as a function of this project, give its derivative as a function \`grad_${callee.split(".").at(-1) ?? callee}\`, or wrap the call in \`stopGradient(…)\` if no gradient should flow through it`,
    example: "declare function normCdf(x: number): number;\n/** @differentiable */\nexport function f(x: number): number { return 2 * normCdf(x); }\n",
    fixed: "import { stopGradient } from \"@retrograd/runtime\";\ndeclare function normCdf(x: number): number;\n/** @differentiable */\nexport function f(x: number): number { return x * stopGradient(normCdf(x)); }\n",
  }),
  asyncOrGenerator: never_<{ what: string; name: string }>({
    code: "RG2102",
    message: ({ what, name }) => `\`${name}\` is ${what}: its result does not come from one run from start to end`,
    help: ({ name }) => `move the computation into a plain function, \`/** @differentiable */ function ${name}\`, and wait for the data outside it`,
    example: "/** @differentiable */\nexport async function loss(w: number): Promise<number> { return w * w; }\n",
    fixed: "/** @differentiable */ function loss(w: number): number { return w * w; }\nexport async function lossLater(w: number): Promise<number> { return loss(w); }\n",
  }),
  unknownCallee: never_<{ callee: string }>({
    code: "RG2103",
    message: ({ callee }) => `which function \`${callee}\` holds is known only when the program runs`,
    help: ({ callee }) => `choose with \`if\` or \`?:\` between calls of functions of this project, or wrap the call in \`stopGradient(${callee}(…))\``,
    example: "/** @differentiable */\nexport function apply(x: number, g: (t: number) => number): number { return g(x); }\n",
    fixed: "const g = (t: number): number => t * t;\n/** @differentiable */\nexport function apply(x: number, c: boolean): number { return c ? g(x) : x; }\n",
  }),
  noRule: never_<{ op: string; why: string }>({
    code: "RG2104",
    message: ({ op, why }) => `\`${op}\` of a value that has a gradient: ${why}`,
    help: ({ op }) => `keep \`${op}\` away from the result, or wrap its operands in \`stopGradient(…)\``,
    example: null,
  }),
  anyValue: never_<{ text: string }>({
    code: "RG2105",
    message: ({ text }) => `\`${text}\` has the type \`any\`: whether it holds numbers cannot be told`,
    help: ({ text }) => `give it a type: \`${text}: number\`, or \`as number\``,
    example: "/** @differentiable */\nexport function f(x: number, o: any): number { return x * o; }\n",
    fixed: "/** @differentiable */\nexport function f(x: number, o: number): number { return x * o; }\n",
  }),
  dynamicCode: never_<{ text: string }>({
    code: "RG2106",
    message: ({ text }) => `\`${text}\` runs code that is not in the program text`,
    help: () => "write the computation as a function: `function g(x: number): number { return … }`",
    example: "/** @differentiable */\nexport function f(x: number): number { return x * Number(eval(\"x + 1\")); }\n",
    fixed: "function g(x: number): number { return x + 1; }\n/** @differentiable */\nexport function f(x: number): number { return x * g(x); }\n",
  }),
  escapes: never_<{ text: string; into: string }>({
    code: "RG2107",
    message: ({ text, into }) => `a value with a gradient leaves the function: \`${text}\` keeps it in \`${into}\``,
    help: ({ into }) => `return it instead, or keep \`stopGradient(…)\` of it in \`${into}\``,
    example: null,
  }),
  inactiveOnly: never_<{ text: string; what: string }>({
    code: "RG2108",
    message: ({ text, what }) => `a gradient would have to flow through \`${text}\`, ${what}`,
    help: ({ text }) => `compute the number from numbers, or write \`stopGradient(${text})\` if no gradient should flow`,
    example: null,
  }),
  tooDeep: never_<{ what: string; limit: number }>({
    code: "RG2109",
    message: ({ what, limit }) => `${what} is nested more than ${limit} levels deep`,
    help: () => "give parts of the expression names (`const a = …;`), or turn what repeats into a loop (`for (…) s += …;`)",
    example: `/** @differentiable */\nexport function f(x: number): number { return ${"x + ".repeat(1200)}x; }\n`,
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  let s = x;\n  for (let i = 0; i < 1200; i++) s += x;\n  return s;\n}\n",
  }),
  tooLarge: never_<{ fn: string; what: string; limit: number }>({
    code: "RG2110",
    message: ({ fn, what, limit }) => `\`${fn}\` goes past the limit of ${limit} ${what}`,
    help: ({ fn }) => `split \`${fn}\` into smaller functions, or turn repeated statements into a loop: \`for (…)\``,
    example: null,
  }),
};
