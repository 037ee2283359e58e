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
    example:
      "const double = (t: number): number => 2 * t;\n/** @differentiable */\nexport function f(x: number): number {\n  const gs: ((t: number) => number)[] = [];\n  const all = gs;\n  all.push(double);\n  return x * gs.length;\n}\n",
    fixed: "const double = (t: number): number => 2 * t;\n/** @differentiable */\nexport function f(x: number): number {\n  return double(x);\n}\n",
  }),
  functionChangesInLoop: never_<{ name: string }>({
    code: "RG2004",
    message: ({ name }) => `\`${name}\` holds another function after each trip of this loop`,
    help: ({ name }) => `keep one function and a number that changes, \`let s = …\`, instead of changing \`${name}\``,
    example:
      "/** @differentiable */\nexport function f(x: number): number {\n  let g = (t: number): number => t;\n  for (let i = 0; i < 3; i++) {\n    const h = g;\n    g = (t) => x * h(t);\n  }\n  return g(x);\n}\n",
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
    help: ({ name }) => `keep the value in a variable of the function: \`let ${name.slice(name.lastIndexOf(".") + 1)} = …\``,
    example: 'import { rate } from "./settings.js";\n/** @differentiable */\nexport function f(x: number): number {\n  rate = 2;\n  return x * x;\n}\n',
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  let rate = 1;\n  rate = 2;\n  return rate * x * x;\n}\n",
  }),
  unsupportedSyntax: never_<{ text: string; what: string; instead: string }>({
    code: "RG2008",
    message: ({ text, what }) => `\`${text}\` ${what}`,
    help: ({ instead }) => instead,
    example:
      "/** @differentiable */\nexport function f(x: number): number {\n  const o: { x?: number | undefined } = { x };\n  if (x > 1) delete o.x;\n  return (o.x ?? 2) * x;\n}\n",
    fixed:
      "/** @differentiable */\nexport function f(x: number): number {\n  const o: { x?: number | undefined } = { x };\n  if (x > 1) o.x = undefined;\n  return (o.x ?? 2) * x;\n}\n",
  }),
  dynamicField: never_<{ text: string }>({
    code: "RG2009",
    message: ({ text }) => `which field \`${text}\` means is known only when the program runs`,
    help: () => "name the field, or keep the numbers in an array: `xs[i]`",
    example: '/** @differentiable */\nexport function f(o: { x: number; on: boolean }, k: "x" | "on"): number { return 2 * +o[k]; }\n',
    fixed: "/** @differentiable */\nexport function f(xs: number[], i: number): number { return 2 * xs[i]!; }\n",
  }),
  memoryView: never_<{ text: string }>({
    code: "RG2010",
    message: ({ text }) => `\`${text}\` is a second view of memory that is seen elsewhere as well`,
    help: () => "take a part of it with `subarray`: `x.subarray(…)`, or copy the numbers: `x.slice(…)`",
    example:
      "/** @differentiable */\nexport function f(x: Float64Array): number {\n  const tail = new Float64Array(x.buffer, 8);\n  return tail[0]! * x[0]!;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: Float64Array): number {\n  const tail = x.subarray(1);\n  return tail[0]! * x[0]!;\n}\n",
  }),
  recursiveCapture: later_<{ name: string; fn: string }>({
    code: "RG3001",
    message: ({ name, fn }) => `\`${fn}\` calls itself and gives \`${name}\`, a variable outside it, another function`,
    help: ({ name, fn }) => `return what \`${fn}\` computes instead of assigning \`${name}\`: \`const ${fn} = (…): number => …\``,
    example:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  let g = Math.sin;\n  const go = (k: number): void => { if (k > 0) { g = Math.cos; go(k - 1); } };\n  go(n);\n  return g(x);\n}\n",
    fixed:
      "/** @differentiable */\nexport function f(x: number, n: number): number {\n  const go = (k: number): number => (k > 0 ? Math.cos(go(k - 1)) : Math.sin(x));\n  return go(n);\n}\n",
  }),
  arrayMethod: later_<{ method: string; text: string }>({
    code: "RG3002",
    message: ({ method, text }) => `\`${text}\` hands numbers with a gradient to \`${method}\``,
    help: ({ method }) =>
      /sort/i.test(method)
        ? "write the comparison of two elements on the spot, `(a, b) => a - b`, or as a function of this file"
        : `write \`${method}\` as a loop over the array: \`for (let i = 0; i < xs.length; i++)\``,
    example: "/** @differentiable */\nexport function f(xs: number[], cut: [number, number]): number {\n  xs.splice(...cut);\n  return xs[0]! * xs[1]!;\n}\n",
  }),
  classInstance: later_<{ text: string }>({
    code: "RG3003",
    message: ({ text }) => `\`${text}\` makes an object of a class out of numbers with a gradient`,
    help: () => "write the class in this project, or make a plain record, `const o = { … }`, and write functions for its methods",
    example:
      "declare class Log { constructor(xs: number[]) }\n/** @differentiable */\nexport function f(x: number): number {\n  const xs = [x, x * x];\n  const o = new Log(xs);\n  return o === undefined ? x : xs[0]! * xs[1]!;\n}\n",
    fixed: "/** @differentiable */\nexport function f(x: number): number {\n  const xs = [x, x * x];\n  const o = { xs };\n  return o.xs[0]! * o.xs[1]!;\n}\n",
  }),
  classNotFollowed: later_<{ name: string; why: string }>({
    code: "RG3004",
    message: ({ name, why }) => `what \`new ${name}\` makes cannot be followed: ${why}`,
    help: () => "leave out what goes beyond fields, a constructor and methods, or make a plain record: `const o = { … }`",
    example:
      "declare const mark: (value: unknown, context: unknown) => void;\n@mark\nclass Circle {\n  constructor(readonly r: number) {}\n  area(): number { return Math.PI * this.r * this.r; }\n}\n/** @differentiable */\nexport function f(r: number): number {\n  return new Circle(r).area();\n}\n",
    fixed:
      "class Circle {\n  constructor(readonly r: number) {}\n  area(): number { return Math.PI * this.r * this.r; }\n}\n/** @differentiable */\nexport function f(r: number): number {\n  return new Circle(r).area();\n}\n",
  }),
  overridden: later_<{ member: string; owner: string }>({
    code: "RG3005",
    message: ({ member, owner }) => `a class that extends \`${owner}\` has a \`${member}\` of its own: which one is meant depends on the object`,
    help: ({ member }) => `call it on an object whose class is known, \`const o = new …\`, or write \`${member}\` as a function that chooses with \`if\``,
    example:
      "class Shape {\n  constructor(readonly r: number) {}\n  area(): number { return this.r * this.r; }\n}\nclass Circle extends Shape {\n  override area(): number { return Math.PI * super.area(); }\n}\nexport const unit = new Circle(1);\n/** @differentiable */\nexport function f(shape: Shape, k: number): number {\n  return k * shape.area();\n}\n",
    fixed:
      "class Shape {\n  constructor(readonly r: number) {}\n  area(): number { return this.r * this.r; }\n}\nclass Circle extends Shape {\n  override area(): number { return Math.PI * super.area(); }\n}\nexport const unit = new Circle(1);\n/** @differentiable */\nexport function f(r: number, k: number): number {\n  const o = new Circle(r);\n  return k * o.area();\n}\n",
  }),
  replacedMethod: later_<{ member: string; owner: string }>({
    code: "RG3006",
    message: ({ member, owner }) => `\`${owner}\` gives its objects another \`${member}\` than the one in its text`,
    help: ({ member }) => `leave \`${member}\` as it is declared, and hand the function that varies over as an argument`,
    example:
      "class Tank {\n  level = 0;\n  changed(): void {}\n  onChange(f: () => void): void { this.changed = f; }\n  fill(v: number): number { this.level += v; this.changed(); return this.level; }\n}\n/** @differentiable */\nexport function f(tank: Tank, v: number): number {\n  return tank.fill(v) * v;\n}\n",
    fixed:
      "class Tank {\n  level = 0;\n  fill(v: number): number { this.level += v; return this.level; }\n}\n/** @differentiable */\nexport function f(tank: Tank, v: number): number {\n  return tank.fill(v) * v;\n}\n",
  }),
  otherClass: later_<{ text: string }>({
    code: "RG3007",
    message: ({ text }) => `\`${text}\` puts an object where the type names another class: whose methods are called there is not known`,
    help: () => "keep objects of each class in variables and arrays of their own: `const circles = [new …]`",
    example:
      "class Square { constructor(readonly r: number) {} area(): number { return this.r * this.r; } }\nclass Circle { constructor(readonly r: number) {} area(): number { return Math.PI * this.r * this.r; } }\n/** @differentiable */\nexport function f(x: number): number {\n  const shapes: Square[] = [new Square(x)];\n  shapes.push(new Circle(x));\n  return shapes[1]!.area();\n}\n",
    fixed:
      "class Square { constructor(readonly r: number) {} area(): number { return this.r * this.r; } }\nclass Circle { constructor(readonly r: number) {} area(): number { return Math.PI * this.r * this.r; } }\n/** @differentiable */\nexport function f(x: number): number {\n  const squares = [new Square(x)];\n  const circles = [new Circle(x)];\n  return squares[0]!.area() + circles[0]!.area();\n}\n",
  }),
  instanceEscapes: later_<{ name: string; text: string }>({
    code: "RG3008",
    message: ({ name, text }) =>
      `the object of \`${text}\` leaves the function, or goes into text that is not followed, where it would have to be a \`${name}\` and not only its fields`,
    help: ({ name }) => `hand over its numbers, and make the \`${name}\` outside the marked function: \`out.x = v.x;\``,
    example:
      "class Vec2 {\n  constructor(public x: number, public y: number) {}\n  length(): number { return Math.hypot(this.x, this.y); }\n}\n/** @differentiable */\nexport function f(x: number, path: Vec2[]): number {\n  const v = new Vec2(x, x * x);\n  path.push(v);\n  return v.length();\n}\n",
    fixed:
      "class Vec2 {\n  constructor(public x: number, public y: number) {}\n  length(): number { return Math.hypot(this.x, this.y); }\n}\n/** @differentiable */\nexport function f(x: number, out: Vec2): number {\n  const v = new Vec2(x, x * x);\n  out.x = v.x;\n  return v.length();\n}\n",
  }),
  hiddenField: later_<{ name: string }>({
    code: "RG3009",
    message: ({ name }) =>
      `\`${name}\` is private to its class, and the object comes from outside: the gradient, which is a function of its own, cannot read it`,
    help: ({ name }) => `make it public and \`readonly\`, or pass the numbers and make the object in the function: \`new …(${name.replace(/^#/, "")})\``,
    example:
      "class Circle {\n  constructor(private readonly r: number) {}\n  area(): number { return Math.PI * this.r * this.r; }\n}\n/** @differentiable */\nexport function f(circle: Circle, k: number): number {\n  return k * circle.area();\n}\n",
    fixed:
      "class Circle {\n  constructor(private readonly r: number) {}\n  area(): number { return Math.PI * this.r * this.r; }\n}\n/** @differentiable */\nexport function f(r: number, k: number): number {\n  const circle = new Circle(r);\n  return k * circle.area();\n}\n",
  }),
};
