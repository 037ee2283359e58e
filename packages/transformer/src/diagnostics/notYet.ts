/** RG3xxx: planned and not built. The help gives a way that works today where there is one. */
import type { Entry } from "./entry.ts";

const notYet_ = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "later", ...entry });

export const notYet = {
  withJvp: notYet_<{ name: string; why: string }>({
    code: "RG3101",
    message: ({ name, why }) => `\`${name}\` ${why}, where forward mode (\`with jvp\`) does not find the tangents`,
    help: ({ name }) =>
      `leave the objects of the caller as they are and work on copies of their numbers; or leave \`jvp\` out and use \`grad_${name}\`: \`@differentiable\``,
    example:
      "interface Tree { w: number; left?: Tree; right?: Tree }\n/** @differentiable with jvp */\nexport function f(tree: Tree): number {\n  tree.w *= 2;\n  return tree.w + (tree.left ? tree.left.w : 0);\n}\n",
    fixed:
      "interface Tree { w: number; left?: Tree; right?: Tree }\n/** @differentiable with jvp */\nexport function f(tree: Tree): number {\n  const w = tree.w * 2;\n  return w + (tree.left ? tree.left.w : 0);\n}\n",
  }),
  withInto: notYet_<{ name: string }>({
    code: "RG3102",
    message: ({ name }) => `\`${name}\` returns no number; \`with into\` is for functions that do`,
    help: ({ name }) => `leave it out and use \`vjp_${name}\`: \`@differentiable\``,
    example: "/** @differentiable with into */\nexport function squares(xs: number[]): number[] { return xs.map((x) => x * x); }\n",
    fixed: "/** @differentiable */\nexport function squares(xs: number[]): number[] { return xs.map((x) => x * x); }\n",
  }),
  dictionary: notYet_<{ text: string }>({
    code: "RG3112",
    message: ({ text }) => `\`${text}\` brings an object whose type names its fields where a dictionary is expected, or together with one`,
    help: () => "copy its fields: `{ a: o.a }`",
    example:
      "/** @differentiable */\nexport function f(x: number, o: { a: number }): number {\n  const all: Record<string, number>[] = [{ b: x }];\n  all.push(o);\n  let s = 0;\n  for (const rates of all) for (const k in rates) s += rates[k]! * x;\n  return s;\n}\n",
    fixed:
      "/** @differentiable */\nexport function f(x: number, o: { a: number }): number {\n  const all: Record<string, number>[] = [{ b: x }];\n  all.push({ a: o.a });\n  let s = 0;\n  for (const rates of all) for (const k in rates) s += rates[k]! * x;\n  return s;\n}\n",
  }),
  write: notYet_<{ text: string; what: string }>({
    code: "RG3104",
    message: ({ text, what }) => `\`${text}\` writes a value with a gradient into ${what}`,
    help: () => "name the field of a plain record, or keep the numbers in an array: `xs[i] = …`",
    example:
      "/** @differentiable */\nexport function f(x: number, k: string): number {\n  const o: Record<string, number | string> = {};\n  o[k] = x * x;\n  return x;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number, i: number): number {\n  const xs = [0, 0];\n  xs[i] = x * x;\n  return x * xs[i]!;\n}\n",
  }),
  untrackedWrite: notYet_<{ text: string; what: string }>({
    code: "RG3113",
    message: ({ text, what }) =>
      `\`${text}\` writes a value with a gradient into what \`${what}\` gave, and what is in there may be read in another way, which cannot be followed`,
    help: () => "take it out of its container once, before it is written, `const row = …;`, or keep such arrays in an array, `rows[i]`",
    example:
      '/** @differentiable */\nexport function f(x: number, d: Map<string, number[]>): number {\n  d.get("a")![0] = x * x;\n  return d.get("a")![0]! * x;\n}\n',
    fixed:
      '/** @differentiable */\nexport function f(x: number, d: Map<string, number[]>): number {\n  const row = d.get("a")!;\n  row[0] = x * x;\n  return row[0]! * x;\n}\n',
  }),
  recursiveResult: notYet_<{ fn: string; type: string | null }>({
    code: "RG3106",
    message: ({ fn, type }) => `\`${fn}\` returns ${type === null ? "a value" : `\`${type}\``}, whose type contains itself`,
    help: ({ fn }) => `return its numbers in an array, \`function ${fn}(…): number[]\`, or mark a function that makes one number of what \`${fn}\` returns`,
    example:
      "interface Chain { x: number; next: Chain | null }\n/** @differentiable */\nexport function link(x: number): Chain { return { x, next: { x: x * x, next: null } }; }\n",
    fixed: "/** @differentiable */\nexport function link(x: number): number[] { return [x, x * x]; }\n",
  }),
  tryCatch: notYet_<{ fn: string; what: string }>({
    code: "RG3107",
    message: ({ fn, what }) => `a \`try\` statement in \`${fn}\` ${what}`,
    help: () => "test for the exceptional case before it arises, `if (…) …`, or put the `try` around the call of the marked function",
    example: '/** @differentiable */\nexport function f(x: number): number {\n  try { return x * Number(JSON.parse("2")); } catch { return x; }\n}\n',
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  if (!Number.isFinite(x)) return x;\n  return x * 2;\n}\n",
  }),
  thisValue: notYet_<{ text: string }>({
    code: "RG3108",
    message: ({ text }) => `\`${text}\` belongs to an object with methods, which are not differentiated`,
    help: ({ text }) => `pass what is needed as a parameter: ${/^this\b/.test(text) ? "`self: …`" : "a record of numbers"}`,
    example: "interface Circle { r: number }\n/** @differentiable */\nexport function area(this: Circle, k: number): number { return k * this.r * this.r; }\n",
    fixed: "interface Circle { r: number }\n/** @differentiable */\nexport function area(self: Circle, k: number): number { return k * self.r * self.r; }\n",
  }),
  sharedInput: notYet_<{ fn: string; first: string; second: string }>({
    code: "RG3110",
    message: ({ fn, first, second }) =>
      `${first === second ? `two of \`${first}\`` : `\`${first}\` and \`${second}\``} may be one array, and \`${fn}\` writes into it`,
    help: () => "keep the numbers in fields, `tree.w *= …`: objects that are reached twice are followed, arrays inside them are not",
    example:
      "interface Tree { w: number[]; left?: Tree; right?: Tree }\n/** @differentiable */\nexport function f(tree: Tree): number {\n  tree.w[0]! *= 2;\n  return tree.w[0]! + (tree.left ? tree.left.w[0]! : 0);\n}\n",
    fixed:
      "interface Tree { w: number; left?: Tree; right?: Tree }\n/** @differentiable */\nexport function f(tree: Tree): number {\n  tree.w *= 2;\n  return tree.w + (tree.left ? tree.left.w : 0);\n}\n",
  }),
  checkpointLeft: notYet_<{ text: string }>({
    code: "RG3109",
    message: ({ text }) => `\`${text}\` leaves more than the loop behind \`@checkpoint\``,
    help: () => "set a variable, `break`, and go on from it behind the loop",
    example:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  /** @checkpoint */\n  for (let i = 0; i < n; i++) {\n    x = Math.sin(x);\n    if (x < 0.1) return x * x;\n  }\n  return x;\n}\n",
    fixed:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  let small = false;\n  /** @checkpoint */\n  for (let i = 0; i < n; i++) {\n    x = Math.sin(x);\n    if (x < 0.1) { small = true; break; }\n  }\n  return small ? x * x : x;\n}\n",
  }),
  checkpointNotAgain: notYet_<{ what: string }>({
    code: "RG3111",
    message: ({ what }) => `the loop behind \`@checkpoint\` ${what}, so that it cannot be run again from the middle`,
    help: () => "leave the tag out: then every step is kept; or write into arrays that are there before the loop",
    example:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  const path: number[] = [];\n  /** @checkpoint */\n  for (let i = 0; i < n; i++) {\n    x = Math.sin(x);\n    path.push(x);\n  }\n  return path[n - 1]! * path[0]!;\n}\n",
    fixed:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  const path = new Float64Array(n);\n  /** @checkpoint */\n  for (let i = 0; i < n; i++) {\n    x = Math.sin(x);\n    path[i] = x;\n  }\n  return path[n - 1]! * path[0]!;\n}\n",
  }),
};
