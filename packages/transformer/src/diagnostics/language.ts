/** RG20xx and RG30xx: what lowering meets in the text of a differentiated function and cannot follow. */
import type { Entry } from "./entry.ts";

const never_ = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "never", ...entry });
const later_ = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "later", ...entry });

export const languageEntries = {
  unresolvedName: never_<{ name: string }>({
    code: "RG2001",
    message: ({ name }) => `\`${name}\` is declared in a way that says nothing of its value`,
    help: ({ name }) => `declare it in this project: \`const ${name} = …\``,
    example: null,
  }),
  usedBeforeDeclared: never_<{ name: string }>({
    code: "RG2002",
    message: ({ name }) => `\`${name}\` is used before its declaration has run`,
    help: ({ name }) => `move the declaration of \`${name}\` before its first use`,
    example: "/** @differentiable */\nexport function f(x: number): number {\n  const y = x * k;\n  const k = 2;\n  return y + k;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  const k = 2;\n  const y = x * k;\n  return y + k;\n}\n",
  }),
  functionAsValue: never_<{ text: string }>({
    code: "RG2003",
    message: ({ text }) => `\`${text}\` is a function, or holds one, and is used as a value here: which function is called later cannot be followed`,
    help: ({ text }) => `call it here${/^[\w$]+$/.test(text) ? `, \`${text}(…)\`` : ""}, pass it on as an argument, or choose between calls with \`if\``,
    example: "const double = (t: number): number => 2 * t;\n/** @differentiable */\nexport function f(x: number): number {\n  const gs: ((t: number) => number)[] = [];\n  gs.push(double);\n  return x * gs.length;\n}\n",
    fixed: "const double = (t: number): number => 2 * t;\n/** @differentiable */\nexport function f(x: number): number {\n  return double(x);\n}\n",
  }),
  functionChangesInLoop: never_<{ name: string }>({
    code: "RG2004",
    message: ({ name }) => `\`${name}\` holds another function after each trip of this loop`,
    help: ({ name }) => `keep one function and a number that changes, \`let s = …\`, instead of changing \`${name}\``,
    example: "/** @differentiable */\nexport function f(x: number): number {\n  let g = (t: number): number => t;\n  for (let i = 0; i < 3; i++) {\n    const h = g;\n    g = (t) => x * h(t);\n  }\n  return g(x);\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  let s = x;\n  for (let i = 0; i < 3; i++) s = x * s;\n  return s;\n}\n",
  }),
  argumentsObject: never_<Record<never, never>>({
    code: "RG2005",
    message: () => "`arguments` holds the arguments without names",
    help: () => "use a rest parameter: `(...xs: number[])`",
    example: "/** @differentiable */\nexport function f(x: number, y: number): number { const a: ArrayLike<number> = arguments; return x * y * a[0]!; }\n",
    fixed: "/** @differentiable */\nexport function f(...xs: number[]): number { return xs[0]! * xs[1]! * xs[0]!; }\n",
  }),
  notVisible: never_<{ name: string }>({
    code: "RG2006",
    message: ({ name }) => `\`${name}\` belongs to another file and is not visible in this one, where the gradient will stand`,
    help: ({ name }) => `export it there and import it here: \`import { ${name} } from "…"\``,
    example: null,
  }),
  assignsForeign: never_<{ name: string }>({
    code: "RG2007",
    message: ({ name }) => `\`${name}\` is not a variable that can be assigned here`,
    help: ({ name }) => `keep the value in a variable of the function: \`let ${name} = …\``,
    example: "import { rate } from \"./settings.js\";\n/** @differentiable */\nexport function f(x: number): number {\n  rate = 2;\n  return x * x;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  let rate = 1;\n  rate = 2;\n  return rate * x * x;\n}\n",
  }),
  unsupportedSyntax: never_<{ text: string; what: string; instead: string }>({
    code: "RG2008",
    message: ({ text, what }) => `\`${text}\` ${what}`,
    help: ({ instead }) => instead,
    example: "/** @differentiable */\nexport function f(x: number): number {\n  const o = { get x() { return x * x; } };\n  return o.x;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  const value = x * x;\n  const o = { x: value };\n  return o.x;\n}\n",
  }),
  dynamicField: never_<{ text: string }>({
    code: "RG2009",
    message: ({ text }) => `which field \`${text}\` means is known only when the program runs`,
    help: () => "name the field, or keep the numbers in an array: `xs[i]`",
    example: "/** @differentiable */\nexport function f(o: { x: number; y: number }, k: \"x\" | \"y\"): number { return 2 * o[k]; }\n",
    fixed: "/** @differentiable */\nexport function f(xs: number[], i: number): number { return 2 * xs[i]!; }\n",
  }),
  memoryView: never_<{ text: string }>({
    code: "RG2010",
    message: ({ text }) => `\`${text}\` is a second view of memory that is seen elsewhere as well`,
    help: () => "copy the numbers with `slice`: `x.slice(…)`, or pass the offset along and index with it",
    example: "/** @differentiable */\nexport function f(x: Float64Array): number {\n  const tail = x.subarray(1);\n  return tail[0]! * x[0]!;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: Float64Array): number {\n  const tail = x.slice(1);\n  return tail[0]! * x[0]!;\n}\n",
  }),
  recursiveCapture: later_<{ name: string; fn: string }>({
    code: "RG3001",
    message: ({ name, fn }) => `\`${fn}\` calls itself and gives \`${name}\`, a variable outside it, another function`,
    help: ({ name, fn }) => `return what \`${fn}\` computes instead of assigning \`${name}\`: \`const ${fn} = (…): number => …\``,
    example: "/** @differentiable */\nexport function f(x: number, n: number): number {\n  let g = Math.sin;\n  const go = (k: number): void => { if (k > 0) { g = Math.cos; go(k - 1); } };\n  go(n);\n  return g(x);\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number, n: number): number {\n  const go = (k: number): number => (k > 0 ? Math.cos(go(k - 1)) : Math.sin(x));\n  return go(n);\n}\n",
  }),
  arrayMethod: later_<{ method: string; text: string }>({
    code: "RG3002",
    message: ({ method, text }) => `\`${text}\` hands numbers with a gradient to \`${method}\``,
    help: ({ method }) => `write \`${method}\` as a loop over the array: \`for (let i = 0; i < xs.length; i++)\``,
    example: "/** @differentiable */\nexport function f(xs: number[]): number {\n  xs.copyWithin(0, 1);\n  return xs[0]! * xs[1]!;\n}\n",
  }),
  classInstance: later_<{ text: string }>({
    code: "RG3003",
    message: ({ text }) => `\`${text}\` makes an object of a class out of numbers with a gradient`,
    help: () => "make a plain record, `const o = { … }`, and write functions for its methods",
    example: "class Log { constructor(readonly xs: number[]) {} }\n/** @differentiable */\nexport function f(x: number): number {\n  const xs = [x, x * x];\n  const o = new Log(xs);\n  return o === undefined ? x : xs[0]! * xs[1]!;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  const xs = [x, x * x];\n  const o = { xs };\n  return o.xs[0]! * o.xs[1]!;\n}\n",
  }),
};
