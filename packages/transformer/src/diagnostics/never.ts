/** RG2xxx: constructs through which a gradient would have to flow and will not. The help gives another way to write it. */
import type { Entry } from "./entry.ts";

const never_ = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "never", ...entry });

export const never = {
  unknownFunction: never_<{ callee: string }>({
    code: "RG2101",
    message: ({ callee }) => `\`${callee}\` has neither a body to differentiate nor a derivative rule`,
    help: ({ callee }) =>
      /^[a-z_$][\w$]*$/i.test(callee) && !/^[A-Z]/.test(callee)
        ? `write \`${callee}\` as a function of this project (with a program, imports are followed), or give its derivative in one: \`/** @derivativeOf ${callee} */ function derivative(x: number): { value: number; dx: number }\`; or write \`stopGradient(${callee}(…))\` if no gradient should flow through it`
        : `compute with numbers, arrays and records, or wrap the result in \`stopGradient(…)\` if no gradient should flow through \`${callee}\``,
    example: 'import { normCdf } from "./normal.js";\n/** @differentiable */\nexport function f(x: number): number { return x * normCdf(x); }\n',
    fixed:
      'import { stopGradient } from "@retrograd/runtime";\nimport { normCdf } from "./normal.js";\n/** @differentiable */\nexport function f(x: number): number { return x * stopGradient(normCdf(x)); }\n',
  }),
  asyncOrGenerator: never_<{ what: string; name: string }>({
    code: "RG2102",
    message: ({ what, name }) => `\`${name}\` is ${what}: its result does not come from one run from start to end`,
    help: ({ name }) => `move the computation into a plain function, \`/** @differentiable */ function ${name}\`, and wait for the data outside it`,
    example: "/** @differentiable */\nexport async function loss(w: number): Promise<number> { return w * w; }\n",
    fixed:
      "/** @differentiable */ function loss(w: number): number { return w * w; }\nexport async function lossLater(w: number): Promise<number> { return loss(w); }\n",
  }),
  unknownCallee: never_<{ callee: string }>({
    code: "RG2103",
    message: ({ callee }) => `which function \`${callee}\` holds is known only when the program runs`,
    help: ({ callee }) =>
      `choose between functions of this project with \`if\` or \`?:\`, or write \`stopGradient(${callee}(…))\` if no gradient should flow through it`,
    example: "/** @differentiable */\nexport function apply(x: number, g: (t: number) => number): number { return x * g(x); }\n",
    fixed:
      'import { stopGradient } from "@retrograd/runtime";\n/** @differentiable */\nexport function apply(x: number, g: (t: number) => number): number { return x * stopGradient(g(x)); }\n',
  }),
  noRule: never_<{ op: string; why: string }>({
    code: "RG2104",
    message: ({ op, why }) => `\`${op}\` takes a value that has a gradient: ${why}`,
    help: ({ op }) => `keep \`${op}\` away from the result, or cut the gradient before it: \`${op}(stopGradient(…)\``,
    example: "/** @differentiable */\nexport function f(x: number): number { return x * parseFloat(x as unknown as string); }\n",
    fixed:
      'import { stopGradient } from "@retrograd/runtime";\n/** @differentiable */\nexport function f(x: number): number { return x * parseFloat(stopGradient(x) as unknown as string); }\n',
  }),
  anyValue: never_<{ text: string }>({
    code: "RG2105",
    message: ({ text }) => `\`${text}\` has the type \`any\`: whether it holds numbers cannot be told`,
    help: ({ text }) =>
      /^[\w$]+$/.test(text)
        ? `give it a type where it is declared, \`${text}: number\`, or say here what it is: \`(${text} as number)\``
        : `say what it is: \`(${text} as number)\``,
    example: "/** @differentiable */\nexport function f(x: number, o: any): number { return x * o; }\n",
    fixed: "/** @differentiable */\nexport function f(x: number, o: number): number { return x * o; }\n",
  }),
  mixedValue: never_<{ name: string | null }>({
    code: "RG2107",
    message: ({ name }) =>
      `${name === null ? "a number" : `\`${name}\``} has a gradient and meets a value of another kind here: of what comes together it cannot be told whether it is a number`,
    help: ({ name }) =>
      `keep numbers and other values in variables of their own, and move the choice (\`if\`, \`?:\`) to where ${name === null ? "the number" : `\`${name}\``} is used`,
    example:
      '/** @differentiable */\nexport function f(x: number, many: boolean): number {\n  const v = many ? [x, x * x] : x;\n  return typeof v === "number" ? v : v[0]! + v[1]!;\n}\n',
    fixed: "/** @differentiable */\nexport function f(x: number, many: boolean): number {\n  return many ? x + x * x : x;\n}\n",
  }),
  dynamicCode: never_<{ text: string }>({
    code: "RG2106",
    message: ({ text }) => `\`${text}\` runs code that is not in the program text`,
    help: () => "write the computation as a function: `function g(x: number): number`",
    example: '/** @differentiable */\nexport function f(x: number): number { return x * Number(eval("x + 1")); }\n',
    fixed: "function g(x: number): number { return x + 1; }\n/** @differentiable */\nexport function f(x: number): number { return x * g(x); }\n",
  }),
  matrixData: never_<{ text: string }>({
    code: "RG2111",
    message: ({ text }) => `\`${text}\` takes the elements out of a matrix, where operations on matrices cannot be followed`,
    help: () => "take elements one by one, `m.data[k]!`, and parts with functions of the runtime, `at(m, …)`",
    example: 'import type { Matrix } from "@retrograd/runtime";\n/** @differentiable */\nexport function first(m: Matrix): number { return m.data[0] ?? 0; }\n',
    fixed: 'import { at, type Matrix } from "@retrograd/runtime";\n/** @differentiable */\nexport function first(m: Matrix): number { return at(m, 0, 0); }\n',
  }),
  inactiveOnly: never_<{ text: string; what: string }>({
    code: "RG2108",
    message: ({ text, what }) => `\`${text}\`, through which a gradient would have to flow, ${what.replace(/^which /, "")}`,
    help: ({ text }) => `compute the number from numbers, or write \`stopGradient(${text})\` if no gradient should flow`,
    example: "/** @differentiable */\nexport function f(x: number): number {\n  const p = [x] as unknown as { b: number };\n  return x * p.b;\n}\n",
    fixed:
      'import { stopGradient } from "@retrograd/runtime";\n/** @differentiable */\nexport function f(x: number): number {\n  const p = [x] as unknown as { b: number };\n  return x * stopGradient(p.b);\n}\n',
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
    help: ({ fn }) => `split \`${fn}\` into smaller functions that do not call each other, or turn what repeats into a loop: \`for (…)\``,
    example: `${Array.from({ length: 60 }, (_, i) => `function g${i}(x: number): number { return ${i === 59 ? "x" : `g${i + 1}(x)`} * 0.9; }\n`).join("")}/** @differentiable */\nexport function f(x: number): number { return g0(x); }\n`,
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  let s = x;\n  for (let i = 0; i < 60; i++) s *= 0.9;\n  return s;\n}\n",
  }),
};
