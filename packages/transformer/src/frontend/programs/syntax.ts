/**
 * Every kind of TypeScript syntax and what becomes of it. The type checker says which one is missing, `test/syntax.test.ts` compiles
 * every example, and docs/reference/supported-syntax.md is generated from here.
 */
import type ts from "typescript";

/** The kinds by name, without the aliases that only mark ranges. */
export type SyntaxName = Exclude<keyof typeof ts.SyntaxKind, `First${string}` | `Last${string}` | "JSDocComment" | "AssertClause" | "AssertEntry" | "Count">;

/** Types have no run-time effect: they are read, and erased or repeated. */
type TypeSyntax =
  | "QualifiedName" | "TypeParameter" | "PropertySignature" | "MethodSignature" | "CallSignature" | "ConstructSignature" | "IndexSignature"
  | "TypePredicate" | "TypeReference" | "FunctionType" | "ConstructorType" | "TypeQuery" | "TypeLiteral" | "ArrayType" | "TupleType" | "OptionalType"
  | "RestType" | "UnionType" | "IntersectionType" | "ConditionalType" | "InferType" | "ParenthesizedType" | "ThisType" | "TypeOperator"
  | "IndexedAccessType" | "MappedType" | "LiteralType" | "NamedTupleMember" | "TemplateLiteralType" | "TemplateLiteralTypeSpan" | "ImportType"
  | "InterfaceDeclaration" | "TypeAliasDeclaration" | "HeritageClause";
/** Joins modules and has no value of its own. What is imported is judged where it is used. */
type ModuleSyntax =
  | "ImportEqualsDeclaration" | "ImportDeclaration" | "ImportClause" | "NamespaceImport" | "NamedImports" | "ImportSpecifier" | "ExportAssignment"
  | "ExportDeclaration" | "NamedExports" | "NamespaceExport" | "ExportSpecifier" | "ExternalModuleReference" | "NamespaceExportDeclaration"
  | "ImportAttributes" | "ImportAttribute" | "SourceFile";
/** Words and marks that are part of the construct around them. Operators and words that are values have entries of their own. */
type PartSyntax =
  | Exclude<Extract<SyntaxName, `${string}Keyword`>, ValueKeyword>
  | "EndOfFileToken" | "OpenBraceToken" | "CloseBraceToken" | "OpenParenToken" | "CloseParenToken" | "OpenBracketToken" | "CloseBracketToken"
  | "DotToken" | "SemicolonToken" | "LessThanSlashToken" | "EqualsGreaterThanToken" | "QuestionToken" | "ColonToken" | "AtToken" | "BacktickToken"
  | "HashToken" | "SemicolonClassElement" | "TemplateHead" | "TemplateMiddle" | "TemplateTail";
type ValueKeyword = "ThisKeyword" | "SuperKeyword" | "NullKeyword" | "TrueKeyword" | "FalseKeyword" | "InKeyword" | "InstanceOfKeyword";
/** Comments and blanks. */
type TriviaSyntax = Extract<SyntaxName, `${string}Trivia` | `JSDoc${string}`>;
/** Made by the compiler or by error recovery, never by a text that parses. */
type AbsentSyntax =
  | "Unknown" | "SyntheticExpression" | "MissingDeclaration" | "Bundle" | "SyntaxList" | "NotEmittedStatement" | "NotEmittedTypeElement"
  | "PartiallyEmittedExpression" | "CommaListExpression" | "SyntheticReferenceExpression" | "ImportTypeAssertionContainer" | "JsxTextAllWhiteSpaces";

export type SyntaxClass = "differentiated" | "inactive" | "refused";

export interface SyntaxEntry {
  readonly class: SyntaxClass;
  readonly note: string;
  /** A module in which it stands in a marked function `f(x: number): number`: compiles, or for a refused one yields a diagnostic. */
  readonly example: string;
  readonly fileName?: string;
}

/** Gradients flow through it. */
const differentiated = (note: string, body: string): SyntaxEntry => ({ class: "differentiated", note, example: moduleOf(body) });
/** Its value is used and no gradient flows. */
const inactive = (note: string, body: string): SyntaxEntry => ({ class: "inactive", note, example: moduleOf(body) });
/** A diagnostic, where a gradient would have to flow through it. */
const refused = (note: string, body: string, fileName?: string): SyntaxEntry => ({
  class: "refused",
  note,
  example: moduleOf(body),
  ...(fileName === undefined ? {} : { fileName }),
});

/** The body of `f`, or a whole module if it holds the tag already. */
function moduleOf(body: string): string {
  return body.includes("@differentiable") ? body : `/** @differentiable */\nexport function f(x: number): number {\n  ${body}\n}\n`;
}

const method =
  "class A {\n  r = 2;\n  area(k: number): number { return k * this.r; }\n}\n/** @differentiable */\nexport function f(x: number): number {\n  return new A().area(x);\n}\n";
const jsx =
  "declare namespace JSX { interface IntrinsicElements { [name: string]: unknown } }\n/** @differentiable */\nexport function f(x: number): number {\n  const view = ";
const jsxEnd = ";\n  return Number(view) * x;\n}\n";

export const syntax = {
  // values
  NumericLiteral: inactive("a constant", "return 2.5 * x;"),
  BigIntLiteral: inactive("a whole number of its own kind", "return 3n > 2n ? x : -x;"),
  StringLiteral: inactive("chooses, names, prints", 'const s = "a"; return s === "a" ? x : -x;'),
  RegularExpressionLiteral: inactive("tests text", 'return /a/.test("a") ? x * x : x;'),
  NoSubstitutionTemplateLiteral: inactive("a string", 'const s = `a`; return s === "a" ? x : -x;'),
  TemplateExpression: inactive("a string", 'const s = `a${1}`; return s === "a1" ? x : -x;'),
  TemplateSpan: inactive("a part of a string", 'const s = `a${1}b`; return s === "a1b" ? x : -x;'),
  NullKeyword: inactive("nothing", "const k: number | null = x > 0 ? null : 1; return k === null ? x : -x;"),
  TrueKeyword: inactive("a condition", "const b = x > 0 ? true : false; return b ? x : -x;"),
  FalseKeyword: inactive("a condition", "const b = x > 0 ? true : false; return b ? x : -x;"),
  ThisKeyword: refused(
    "in methods it is the object; a `this` parameter of a marked function is refused",
    "/** @differentiable */\nexport function f(this: { r: number }, x: number): number {\n  return this.r * x;\n}\n",
  ),
  SuperKeyword: differentiated(
    "the constructor, methods and getters of the class that is extended",
    "class A { g(x: number): number { return x; } }\nclass B extends A {\n  override g(x: number): number { return 2 * super.g(x); }\n}\n/** @differentiable */\nexport function f(x: number): number {\n  return new B().g(x);\n}\n",
  ),
  Identifier: differentiated("a variable, by its declaration and not by its text", "return x;"),
  PrivateIdentifier: differentiated(
    "of objects made in the function; an object from outside cannot be read past its class",
    "class A {\n  #r = 2;\n  area(k: number): number { return k * this.#r; }\n}\n/** @differentiable */\nexport function f(x: number): number {\n  return new A().area(x);\n}\n",
  ),

  // operators
  PlusToken: differentiated("on numbers; a string on either side makes it inactive", "return x + 2;"),
  MinusToken: differentiated("also in front", "return 2 - -x;"),
  AsteriskToken: differentiated("", "return x * x;"),
  SlashToken: differentiated("", "return 1 / x;"),
  PercentToken: differentiated("by the dividend 1, by the divisor -trunc(a / b)", "return x % 2;"),
  AsteriskAsteriskToken: differentiated("the logarithm for the exponent is formed only if the exponent is active", "return x ** 3;"),
  PlusPlusToken: differentiated("before and after", "let a = x; const b = a++; return ++a * b;"),
  MinusMinusToken: differentiated("before and after", "let a = x; const b = a--; return --a * b;"),
  CommaToken: differentiated("as an operator: each operand in turn, the value of the last", "let a = x; return (a *= x, a + 1);"),
  EqualsToken: differentiated("also inside expressions", "let a = 0; return (a = x * x) * a;"),
  PlusEqualsToken: differentiated("", "let a = x; a += x; return a;"),
  MinusEqualsToken: differentiated("", "let a = x; a -= x * x; return a;"),
  AsteriskEqualsToken: differentiated("", "let a = x; a *= x; return a;"),
  AsteriskAsteriskEqualsToken: differentiated("", "let a = x; a **= 2; return a;"),
  SlashEqualsToken: differentiated("", "let a = 1; a /= x; return a;"),
  PercentEqualsToken: differentiated("", "let a = x; a %= 2; return a;"),
  AmpersandAmpersandToken: differentiated("the right operand only where it is evaluated", "const a = x > 0 && x < 9; return a ? x * x : x;"),
  BarBarToken: differentiated("the right operand only where it is evaluated", "return (x || 2) * x;"),
  QuestionQuestionToken: differentiated(
    "the right operand only where it is evaluated",
    "/** @differentiable */\nexport function f(x: number, y?: number): number {\n  return x * (y ?? 2);\n}\n",
  ),
  AmpersandAmpersandEqualsToken: differentiated("as `&&`, then an assignment", "let a = x; a &&= a * x; return a;"),
  BarBarEqualsToken: differentiated("as `||`, then an assignment", "let a = x; a ||= 2; return a * x;"),
  QuestionQuestionEqualsToken: differentiated(
    "as `??`, then an assignment",
    "/** @differentiable */\nexport function f(x: number, y?: number): number {\n  y ??= 2;\n  return x * y;\n}\n",
  ),
  QuestionDotToken: differentiated(
    "undefined where there is nothing to read",
    "/** @differentiable */\nexport function f(x: number, p?: { readonly k: number }): number {\n  return x * (p?.k ?? 2);\n}\n",
  ),
  DotDotDotToken: differentiated("rest and spread", "const [a, ...b] = [x, x * x, 1]; return a * b[0]!;"),
  LessThanToken: inactive("chooses", "return x < 0 ? -x : x;"),
  GreaterThanToken: inactive("chooses", "return x > 0 ? x : -x;"),
  LessThanEqualsToken: inactive("chooses", "return x <= 0 ? -x : x;"),
  GreaterThanEqualsToken: inactive("chooses", "return x >= 0 ? x : -x;"),
  EqualsEqualsToken: inactive("chooses", "return x == 0 ? -x : x;"),
  ExclamationEqualsToken: inactive("chooses", "return x != 0 ? x : -x;"),
  EqualsEqualsEqualsToken: inactive("chooses", "return x === 0 ? -x : x;"),
  ExclamationEqualsEqualsToken: inactive("chooses", "return x !== 0 ? x : -x;"),
  ExclamationToken: inactive("not; after an expression it only concerns types", "return !(x > 0) ? -x : x;"),
  LessThanLessThanToken: inactive("whole numbers", "return (3 << 1) * x;"),
  GreaterThanGreaterThanToken: inactive("whole numbers", "return (3 >> 1) * x;"),
  GreaterThanGreaterThanGreaterThanToken: inactive("whole numbers", "return (3 >>> 1) * x;"),
  AmpersandToken: inactive("whole numbers", "return (3 & 1) * x;"),
  BarToken: inactive("whole numbers: `x | 0` has derivative 0", "return (x | 0) + x;"),
  CaretToken: inactive("whole numbers", "return (3 ^ 1) * x;"),
  TildeToken: inactive("whole numbers", "return ~3 * x;"),
  LessThanLessThanEqualsToken: inactive("whole numbers", "let k = 3; k <<= 1; return k * x;"),
  GreaterThanGreaterThanEqualsToken: inactive("whole numbers", "let k = 3; k >>= 1; return k * x;"),
  GreaterThanGreaterThanGreaterThanEqualsToken: inactive("whole numbers", "let k = 3; k >>>= 1; return k * x;"),
  AmpersandEqualsToken: inactive("whole numbers", "let k = 3; k &= 1; return k * x;"),
  BarEqualsToken: inactive("whole numbers", "let k = 3; k |= 4; return k * x;"),
  CaretEqualsToken: inactive("whole numbers", "let k = 3; k ^= 1; return k * x;"),
  InKeyword: inactive("asks for a field", 'const o = { k: 1 }; return "k" in o ? x : -x;'),
  InstanceOfKeyword: inactive(
    "asks for a class",
    "/** @differentiable */\nexport function f(x: number, a: Float64Array | number[]): number {\n  return a instanceof Float64Array ? x * x : x;\n}\n",
  ),

  // expressions
  ArrayLiteralExpression: differentiated("", "const a = [x, x * x]; return a[0]! * a[1]!;"),
  ObjectLiteralExpression: differentiated("", "const o = { a: x, b: x * x }; return o.a * o.b;"),
  PropertyAssignment: differentiated("", "const o = { a: x * x }; return o.a;"),
  ShorthandPropertyAssignment: differentiated("", "const o = { x }; return o.x * o.x;"),
  SpreadAssignment: differentiated("the fields, each on its own", "const o = { a: x }; const p = { ...o, b: x * x }; return p.a * p.b;"),
  PropertyAccessExpression: differentiated("of records; methods of arrays and functions of `Math` by name", "const o = { a: x }; return o.a * Math.sin(x);"),
  ElementAccessExpression: differentiated("the index is an integer", "const a = [x, x * x]; return a[1]!;"),
  CallExpression: differentiated(
    "functions whose body is known, the functions of `Math`, callbacks; the rest needs a rule",
    "const g = (a: number): number => a * a; return g(x);",
  ),
  NewExpression: inactive(
    "`Error` and the like; classes of the program and typed arrays of a literal are differentiated",
    'if (x < -100) throw new Error("too small"); return x * x;',
  ),
  TaggedTemplateExpression: refused(
    "a call with text taken apart",
    "const tag = (s: TemplateStringsArray, v: number): number => s.length * v; return tag`a${x}b`;",
  ),
  TypeAssertionExpression: differentiated("types only", "return <number>x * x;"),
  ParenthesizedExpression: differentiated("", "return (x + 1) * x;"),
  FunctionExpression: differentiated("a closure known at the call", "const g = function (a: number): number { return a * x; }; return g(x);"),
  ArrowFunction: differentiated("a closure known at the call", "const g = (a: number): number => a * x; return g(x);"),
  DeleteExpression: refused("changes the shape of a record", "const o: { a?: number } = { a: x }; delete o.a; return (o.a ?? x) * x;"),
  TypeOfExpression: inactive("a string", 'return typeof x === "number" ? x * x : 0;'),
  VoidExpression: inactive("undefined", "const u = void 0; return u === undefined ? x * x : 0;"),
  AwaitExpression: refused(
    "the result does not come from one run",
    "/** @differentiable */\nexport async function f(x: number): Promise<number> {\n  return await Promise.resolve(x);\n}\n",
  ),
  YieldExpression: refused(
    "the result does not come from one run",
    "/** @differentiable */\nexport function* f(x: number): Generator<number> {\n  yield x;\n}\n",
  ),
  PrefixUnaryExpression: differentiated("`-x`, `+x`, `++x`; `!x` and `~x` are inactive", "return -x * +x;"),
  PostfixUnaryExpression: differentiated("", "let a = x; a++; return a * a;"),
  BinaryExpression: differentiated("by operator, see there", "return x * x + 1;"),
  ConditionalExpression: differentiated("the arm that is taken", "return x > 0 ? x * x : -x;"),
  SpreadElement: differentiated("in array literals and calls", "const a = [x, x * x]; return Math.max(...a, ...[1]);"),
  ClassExpression: differentiated("as classes", "const A = class { g(k: number): number { return k * k; } }; return new A().g(x);"),
  OmittedExpression: differentiated("skips an element", "const [, b] = [x, x * x]; return b;"),
  ExpressionWithTypeArguments: differentiated("types only", "const id = <T>(v: T): T => v; const g = id<number>; return g(x) * x;"),
  AsExpression: differentiated("types only", "return (x as number) * x;"),
  NonNullExpression: differentiated("types only", "const a = [x]; return a[0]! * x;"),
  SatisfiesExpression: differentiated("types only", "return (x satisfies number) * x;"),
  MetaProperty: inactive("facts about the module or the call", "return new.target === undefined ? x * x : x;"),
  ComputedPropertyName: differentiated(
    "a name of a dictionary; a field of anything else must be named",
    'const k = x > 0 ? "a" : "b"; const o: Record<string, number> = { [k]: x * x }; return o[k]!;',
  ),

  // JSX
  JsxElement: refused("no number comes of it", `${jsx}<p>{x}</p>${jsxEnd}`, "example.tsx"),
  JsxText: refused("part of JSX", `${jsx}<p>text{x}</p>${jsxEnd}`, "example.tsx"),
  JsxSelfClosingElement: refused("no number comes of it", `${jsx}<p k={x} />${jsxEnd}`, "example.tsx"),
  JsxOpeningElement: refused("part of JSX", `${jsx}<p>{x}</p>${jsxEnd}`, "example.tsx"),
  JsxClosingElement: refused("part of JSX", `${jsx}<p>{x}</p>${jsxEnd}`, "example.tsx"),
  JsxFragment: refused("no number comes of it", `${jsx}<>{x}</>${jsxEnd}`, "example.tsx"),
  JsxOpeningFragment: refused("part of JSX", `${jsx}<>{x}</>${jsxEnd}`, "example.tsx"),
  JsxClosingFragment: refused("part of JSX", `${jsx}<>{x}</>${jsxEnd}`, "example.tsx"),
  JsxAttribute: refused("part of JSX", `${jsx}<p k={x} />${jsxEnd}`, "example.tsx"),
  JsxAttributes: refused("part of JSX", `${jsx}<p k={x} />${jsxEnd}`, "example.tsx"),
  JsxSpreadAttribute: refused("part of JSX", `${jsx}<p {...{ k: x }} />${jsxEnd}`, "example.tsx"),
  JsxExpression: refused("part of JSX", `${jsx}<p>{x}</p>${jsxEnd}`, "example.tsx"),
  JsxNamespacedName: refused("part of JSX", `${jsx}<a:p>{x}</a:p>${jsxEnd}`, "example.tsx"),

  // statements
  Block: differentiated("", "{ const a = x * x; return a; }"),
  EmptyStatement: differentiated("nothing to do", "; return x * x;"),
  VariableStatement: differentiated("`const`, `let`, `var`", "const a = x * x; return a;"),
  VariableDeclarationList: differentiated("", "let a = x, b = a * x; b *= a; return b;"),
  VariableDeclaration: differentiated("", "const a = x * x; return a;"),
  ExpressionStatement: differentiated("", "let a = x; a *= x; return a;"),
  IfStatement: differentiated("the arm that is taken", "if (x > 0) return x * x; return x;"),
  DoStatement: differentiated("", "let a = x, i = 0; do { a *= x; i++; } while (i < 3); return a;"),
  WhileStatement: differentiated("", "let a = x; while (a < 100 && a > 1) a *= x; return a;"),
  ForStatement: differentiated("every form", "let a = x; for (let i = 0; i < 3; i++) a *= x; return a;"),
  ForInStatement: differentiated(
    "over the fields of a record, in its own order",
    'const o = { a: x, b: x * x }; let s = 0; for (const k in o) s += o[k as "a" | "b"]; return s;',
  ),
  ForOfStatement: differentiated("over arrays and their `entries()`", "let s = 0; for (const v of [x, x * x]) s += v * v; return s;"),
  ContinueStatement: differentiated("also to a label", "let s = x; for (let i = 0; i < 3; i++) { if (i === 1) continue; s *= x; } return s;"),
  BreakStatement: differentiated("also to a label", "let s = x; for (let i = 0; i < 3; i++) { if (i === 1) break; s *= x; } return s;"),
  ReturnStatement: differentiated("anywhere", "if (x < 0) return -x; return x * x;"),
  WithStatement: refused("not part of strict code", "with (Math) { return sin(x); }"),
  SwitchStatement: differentiated(
    "with fall-through and `default` anywhere",
    "let s = x; switch (Math.floor(x)) { case 1: s *= x; default: s *= 2; case 2: s += x; } return s;",
  ),
  CaseBlock: differentiated("", "switch (Math.floor(x)) { case 1: return x * x; default: return x; }"),
  CaseClause: differentiated("", "switch (Math.floor(x)) { case 1: return x * x; default: return x; }"),
  DefaultClause: differentiated("", "switch (Math.floor(x)) { case 1: return x * x; default: return x; }"),
  LabeledStatement: differentiated(
    "",
    "let s = x; outer: for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) { if (j > i) continue outer; s *= x; } return s;",
  ),
  ThrowStatement: differentiated("propagates as in the primal", 'if (x < -100) throw new RangeError("x"); return x * x;'),
  TryStatement: differentiated(
    "what the program throws itself is a jump; `finally`, and code that may throw unseen, are refused",
    'let y = x; try { if (x > 9) throw new RangeError("x"); y = x * x; } catch { y = 0; } return y;',
  ),
  CatchClause: differentiated(
    "what the program throws itself",
    'try { if (x > 9) throw new RangeError("x"); return x * x; } catch (e) { return e instanceof RangeError ? x : 0; }',
  ),
  DebuggerStatement: inactive("kept once", "debugger; return x * x;"),

  // declarations
  Parameter: differentiated(
    "also with a default, optional and rest",
    "/** @differentiable */\nexport function f(x: number, y = x * x): number {\n  return x * y;\n}\n",
  ),
  ObjectBindingPattern: differentiated("also with defaults and rest", "const { a, b } = { a: x, b: x * x }; return a * b;"),
  ArrayBindingPattern: differentiated("also with defaults and rest", "const [a, b] = [x, x * x] as const; return a * b;"),
  BindingElement: differentiated("", "const { a: b } = { a: x * x }; return b;"),
  FunctionDeclaration: differentiated(
    "of the module, of the body, of other files of the program",
    "return g(x); function g(a: number): number { return a * a; }",
  ),
  ClassDeclaration: differentiated("objects are records of their fields; which class is meant must be known while compiling", method),
  PropertyDeclaration: differentiated("initialisers run in the constructor; constants of the class are read", method),
  MethodDeclaration: differentiated(
    "functions with the object as `this`; refused if a class that extends this one has another, unless the object is made in the function",
    method,
  ),
  Constructor: differentiated(
    "with parameter properties, defaults, `super`",
    "class A {\n  r: number;\n  constructor(r: number) { this.r = r * r; }\n}\n/** @differentiable */\nexport function f(x: number): number {\n  return new A(x).r;\n}\n",
  ),
  ClassStaticBlockDeclaration: inactive(
    "runs before; what it left in constants of the class is read",
    "class A {\n  static k = 1;\n  static { this.k = 2; }\n  static g(x: number): number { return x * A.k; }\n}\n/** @differentiable */\nexport function f(x: number): number {\n  return A.g(x);\n}\n",
  ),
  GetAccessor: differentiated("the small methods they are", "const o = { get a(): number { return x * x; } }; return o.a;"),
  SetAccessor: differentiated("the small methods they are", "let k = 0; const o = { set a(v: number) { k = v * v; } }; o.a = x; return k;"),
  Decorator: refused(
    "as classes",
    "declare const mark: (value: unknown, context: unknown) => void;\n@mark\nclass A { g(x: number): number { return x; } }\n/** @differentiable */\nexport function f(x: number): number {\n  return new A().g(x);\n}\n",
  ),
  EnumDeclaration: inactive(
    "options by name",
    "enum Kind { Square, Line }\n/** @differentiable */\nexport function f(x: number, k: Kind): number {\n  return k === Kind.Square ? x * x : x;\n}\n",
  ),
  EnumMember: inactive(
    "an option",
    "enum Kind { Square, Line }\n/** @differentiable */\nexport function f(x: number, k: Kind): number {\n  return k === Kind.Square ? x * x : x;\n}\n",
  ),
  ModuleDeclaration: inactive(
    "constants of a namespace",
    "namespace N { export const k = 3; }\n/** @differentiable */\nexport function f(x: number): number {\n  return N.k * x;\n}\n",
  ),
  ModuleBlock: inactive(
    "constants of a namespace",
    "namespace N { export const k = 3; }\n/** @differentiable */\nexport function f(x: number): number {\n  return N.k * x;\n}\n",
  ),
} satisfies Record<Exclude<SyntaxName, TypeSyntax | ModuleSyntax | PartSyntax | TriviaSyntax | AbsentSyntax>, SyntaxEntry>;

/** What is neither a value nor a statement, in the words of the page. */
export const withoutValue = {
  types: "types, interfaces and everything inside them: read for what they say, without run-time effect",
  modules: "imports and exports: what is imported is judged where it is used",
  parts: "punctuation and keywords: part of the construct around them",
  trivia: "comments and blanks: comments of statements are kept in the gradient",
} as const;
