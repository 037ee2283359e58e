/** RG10xx: a tag that cannot be followed. A tag is never ignored, so each of these stops the function. */
import { list } from "./diagnostic.ts";
import type { Entry } from "./entry.ts";

const mistake = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "error", family: "mistake", ...entry });

/** What a tag may stand on, said the same way everywhere. */
const place = "a function declaration, or a `const` that holds a function, at the top level of the module";

export const tagMistakes = {
  tagMisspelt: mistake<{ found: string; target: string | null }>({
    code: "RG1001",
    message: ({ found, target }) => `\`${found}\`${target === null ? "" : ` above \`${target}\``} is no tag of Retrograd`,
    help: () => "write `/** @differentiable */`",
    example: "/** @differentiabel */\nexport function square(x: number): number { return x * x; }\n",
    fixed: "/** @differentiable */\nexport function square(x: number): number { return x * x; }\n",
  }),
  tagInPlainComment: mistake<{ comment: string; rest: string }>({
    code: "RG1002",
    message: ({ comment }) => `\`@differentiable\` stands in a ${comment} comment, where it is only prose`,
    help: ({ rest }) => `write \`/** @differentiable${rest} */\``,
    example: "// @differentiable\nexport function square(x: number): number { return x * x; }\n",
    fixed: "/** @differentiable */\nexport function square(x: number): number { return x * x; }\n",
  }),
  tagOnMember: mistake<{ what: string; name: string }>({
    code: "RG1003",
    message: ({ what, name }) => `\`@differentiable\` stands on the ${what} \`${name}\`, which has no gradient of its own`,
    help: ({ name }) =>
      `move the computation to a function of the module, \`/** @differentiable */ function ${name}\`, with what it needs of the object as parameters and call that`,
    example: "export class Circle {\n  r = 1;\n  /** @differentiable */\n  area(): number { return Math.PI * this.r ** 2; }\n}\n",
    fixed:
      "/** @differentiable */ function area(r: number): number { return Math.PI * r ** 2; }\nexport class Circle {\n  r = 1;\n  area(): number { return area(this.r); }\n}\n",
  }),
  tagOnInner: mistake<{ name: string; outer: string }>({
    code: "RG1004",
    message: ({ name, outer }) => `\`@differentiable\` stands on \`${name}\`, a function inside ${outer}`,
    help: ({ name }) =>
      `move it to the top level, \`/** @differentiable */ function ${name}\`, with the captured variables as parameters; if it is only called from a marked function, leave the tag out: what a marked function calls is differentiated with it`,
    example:
      "export function outer(k: number): number {\n  /** @differentiable */\n  function inner(x: number): number { return k * x; }\n  return inner(k);\n}\n",
    fixed:
      "/** @differentiable */ function inner(x: number, k: number): number { return k * x; }\nexport function outer(k: number): number {\n  return inner(k, k);\n}\n",
  }),
  tagOnNoFunction: mistake<{ what: string }>({
    code: "RG1005",
    message: ({ what }) => `\`@differentiable\` stands on ${what}, not on a function`,
    help: () => `put it on ${place}: \`/** @differentiable */ function step(…)\``,
    example: "/** @differentiable */\nexport const rate = 0.1;\nexport const step = (w: number, g: number): number => w - rate * g * w;\n",
    fixed: "export const rate = 0.1;\n/** @differentiable */ function step(w: number, g: number): number { return w - rate * g * w; }\nexport { step };\n",
  }),
  tagOnSignature: mistake<{ what: string; name: string }>({
    code: "RG1006",
    message: ({ what, name }) => `\`@differentiable\` stands on ${what} of \`${name}\`, which has no body to differentiate`,
    help: ({ name }) => `put it on the declaration with the body: \`/** @differentiable */ function ${name}(…)\``,
    example: "/** @differentiable */\nexport function cube(x: number): number;\nexport function cube(x: number): number { return x * x * x; }\n",
    fixed: "function cube(x: number): number;\n/** @differentiable */ function cube(x: number): number { return x * x * x; }\nexport { cube };\n",
  }),
  tagUnknownParameter: mistake<{ name: string; fn: string; parameters: readonly string[]; nearest: string | null }>({
    code: "RG1007",
    message: ({ name, fn, parameters }) => `\`wrt ${name}\` names no parameter of \`${fn}\`, which has ${list(parameters, "none")}`,
    help: ({ nearest, parameters }) =>
      nearest !== null
        ? `write \`wrt ${nearest}\``
        : parameters.length > 0
          ? `write \`wrt ${parameters.join(", ")}\`, or some of them, or leave \`wrt\` out`
          : "leave `wrt` out",
    example: "/** @differentiable wrt weight */\nexport function loss(w: number, x: number): number { return (w * x - 1) ** 2; }\n",
    fixed: "/** @differentiable wrt w, x */\nexport function loss(w: number, x: number): number { return (w * x - 1) ** 2; }\n",
  }),
  tagUnknownField: mistake<{ path: string; field: string; owner: string; fields: readonly string[]; nearest: string | null }>({
    code: "RG1008",
    message: ({ path, field, owner, fields }) => `\`wrt ${path}\`: \`${owner}\` has no field \`${field}\`; it has ${list(fields, "no fields")}`,
    help: ({ nearest, owner }) => (nearest !== null ? `write \`wrt ${nearest}\`` : `name a field of \`${owner}\`, or all of it with \`wrt ${owner}\``),
    example:
      "interface Model { weight: number; bias: number }\n/** @differentiable wrt model.wieght */\nexport function predict(model: Model, x: number): number { return model.weight * x + model.bias; }\n",
    fixed:
      "interface Model { weight: number; bias: number }\n/** @differentiable wrt model.weight */\nexport function predict(model: Model, x: number): number { return model.weight * x + model.bias; }\n",
  }),
  tagNoGradient: mistake<{ path: string; type: string; numeric: readonly string[] }>({
    code: "RG1009",
    message: ({ path, type }) => `\`wrt ${path}\` asks for a derivative by a \`${type}\`, which has none`,
    help: ({ numeric }) => (numeric.length > 0 ? `name only numbers and what holds numbers: \`wrt ${numeric.join(", ")}\`` : "leave `wrt` out"),
    example: '/** @differentiable wrt kind, x */\nexport function shape(x: number, kind: string): number { return kind === "square" ? x * x : x; }\n',
    fixed: '/** @differentiable wrt x */\nexport function shape(x: number, kind: string): number { return kind === "square" ? x * x : x; }\n',
  }),
  tagUnknownWord: mistake<{ word: string; clause: "wrt" | "with" | null; rest: string }>({
    code: "RG1010",
    message: ({ word, clause }) =>
      clause === null
        ? `\`${word}\` after \`@differentiable\` is neither \`wrt\` nor \`with\``
        : `\`${word}\` stands after the names of \`${clause}\` without a comma`,
    help: ({ word, clause, rest }) =>
      clause === null
        ? `to explain the function, put \` - \` before the prose: \`@differentiable - ${rest}\`; to choose parameters, write \`@differentiable wrt …\``
        : `if it is one more name, write \`, ${word}\`; if it begins the prose, \` - ${rest}\``,
    example: "/** @differentiable the loss */\nexport function loss(w: number): number { return (w - 1) ** 2; }\n",
    fixed: "/** @differentiable - the loss */\nexport function loss(w: number): number { return (w - 1) ** 2; }\n",
  }),
  tagUnknownWith: mistake<{ word: string; nearest: string | null }>({
    code: "RG1011",
    message: ({ word }) => `\`with ${word}\` asks for a kind of derivative there is not`,
    help: ({ nearest }) =>
      (nearest === null ? "" : `did you mean \`with ${nearest}\`? `) +
      "`with` takes `vjp`, `jvp` and `into`; for the value and gradient leave it out: `@differentiable`",
    example: "/** @differentiable with hessians */\nexport function loss(w: number): number { return (w - 1) ** 2; }\n",
    fixed: "/** @differentiable */\nexport function loss(w: number): number { return (w - 1) ** 2; }\n",
  }),
  tagTwice: mistake<{ name: string }>({
    code: "RG1012",
    message: ({ name }) => `\`${name}\` is marked \`@differentiable\` twice`,
    help: () => "keep one tag, with everything it should say: `/** @differentiable wrt … */`",
    example: "/**\n * @differentiable wrt w\n * @differentiable wrt b\n */\nexport function line(w: number, b: number): number { return w * 2 + b; }\n",
    fixed: "/** @differentiable wrt w, b */\nexport function line(w: number, b: number): number { return w * 2 + b; }\n",
  }),
  tagInJavaScript: mistake<{ fileName: string; renamed: string }>({
    code: "RG1013",
    message: ({ fileName }) => `\`@differentiable\` in \`${fileName}\`, a JavaScript file: the compiler needs the types that only TypeScript states`,
    help: ({ renamed }) => `rename the file to \`${renamed}\` and give the parameters their types`,
    example: "/** @differentiable */\nexport function square(x) { return x * x; }\n",
    fileName: "example.js",
  }),
  tagMissingName: mistake<{ word: string; fix: string }>({
    code: "RG1014",
    message: ({ word }) => `\`${word}\` is followed by no name`,
    help: ({ fix }) => `write \`${fix}\`, or leave the word out`,
    example: "/** @differentiable wrt */\nexport function product(a: number, b: number): number { return a * b; }\n",
    fixed: "/** @differentiable wrt a, b */\nexport function product(a: number, b: number): number { return a * b; }\n",
  }),
  tagNoName: mistake<Record<never, never>>({
    code: "RG1015",
    message: () => "the marked `function` has no name, so neither would its gradient",
    help: () => "give it one: `function loss(…)`",
    example: "/** @differentiable */\nexport default function (x: number): number { return x * x; }\n",
    fixed: "/** @differentiable */ export default function loss(x: number): number { return x * x; }\n",
  }),
  siblingTaken: mistake<{ name: string; sibling: string }>({
    code: "RG1016",
    message: ({ name, sibling }) => `the module already declares \`${sibling}\`, the name that the gradient of the marked \`${name}\` would take`,
    help: ({ name, sibling }) =>
      `if \`${sibling}\` is your own derivative of \`${name}\`, remove the tag: it is used as it stands; if not, give it another name, such as \`${sibling}_old\``,
    example:
      "/** @differentiable */\nexport function square(x: number): number { return x * x; }\nexport function grad_square(x: number): { value: number; dx: number } { return { value: x * x, dx: 2 * x }; }\n",
    fixed:
      "export function square(x: number): number { return x * x; }\nexport function grad_square(x: number): { value: number; dx: number } { return { value: x * x, dx: 2 * x }; }\n",
  }),
  derivativeOf: mistake<{ name: string | null; target: boolean; nearest: string | null }>({
    code: "RG1020",
    message: ({ name, target }) =>
      !target
        ? "`@derivativeOf` stands on no function of the module's top level"
        : name === null
          ? "`@derivativeOf` names no function"
          : `\`@derivativeOf ${name}\`: the file knows no other function of this name`,
    help: ({ nearest }) =>
      `put it before a function that gives value and gradient of one that the file declares or imports: \`/** @derivativeOf ${nearest ?? "g"} */\``,
    example:
      'import { normCdf } from "./normal.js";\n/** @derivativeOf normCfd */\nexport function derivative(x: number): { value: number; dx: number } { return { value: normCdf(x), dx: Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) }; }\n',
    fixed:
      'import { normCdf } from "./normal.js";\n/** @derivativeOf normCdf */\nexport function derivative(x: number): { value: number; dx: number } { return { value: normCdf(x), dx: Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) }; }\n',
  }),
  checkpointOnNoLoop: mistake<{ comment: boolean }>({
    code: "RG1021",
    message: ({ comment }) => (comment ? "`@checkpoint` stands on no loop" : "`@checkpoint` stands in a comment that is only prose"),
    help: () => "write `/** @checkpoint */` directly before `for`, `while` or `do`",
    example:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  // @checkpoint\n  for (let i = 0; i < n; i++) x = Math.sin(x);\n  return x;\n}\n",
    fixed:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  /** @checkpoint */\n  for (let i = 0; i < n; i++) x = Math.sin(x);\n  return x;\n}\n",
  }),
  tagOnNothing: mistake<Record<never, never>>({
    code: "RG1017",
    message: () => "`@differentiable` stands on nothing: no declaration follows the comment",
    help: () => `put it directly before ${place}: \`/** @differentiable */ function step(…)\``,
    example: "export const one = 1;\n/** @differentiable */\n",
    fixed: "export const one = 1;\n/** @differentiable */ function step(w: number): number { return w - one * w * w; }\nexport { step };\n",
  }),
  tagOnMany: mistake<{ names: readonly string[] }>({
    code: "RG1018",
    message: ({ names }) => `\`@differentiable\` stands on a declaration of ${list(names, "nothing")}: it is not said which is meant`,
    help: ({ names }) => `give the function a declaration of its own: \`/** @differentiable */ const ${names[0] ?? "f"} = …\``,
    example: "/** @differentiable */\nexport const square = (x: number): number => x * x, cube = (x: number): number => x * x * x;\n",
    fixed: "/** @differentiable */ const square = (x: number): number => x * x;\nconst cube = (x: number): number => x * x * x;\nexport { square, cube };\n",
  }),
  tagOnVariable: mistake<{ name: string; keyword: string }>({
    code: "RG1019",
    message: ({ name, keyword }) => `\`@differentiable\` stands on \`${keyword} ${name}\`, which may come to hold another function`,
    help: ({ name }) => `write \`/** @differentiable */ const ${name} = …\``,
    example: "/** @differentiable */\nlet square = (x: number): number => x * x;\nexport { square };\n",
    fixed: "/** @differentiable */ const square = (x: number): number => x * x;\nexport { square };\n",
  }),
};
