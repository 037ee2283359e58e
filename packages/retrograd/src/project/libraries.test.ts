import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createLibraries, libraryFolder } from "./libraries.ts";

const folder = path.dirname(ts.getDefaultLibFilePath({}));
const whole = readFileSync(path.join(folder, "lib.dom.d.ts"), "utf8");
const dom = `${libraryFolder}/lib.dom.d.ts`;
const originalOf = (name: string): string => readFileSync(name, "utf8");
/** The libraries after these texts, and that of browsers. */
const after = (...texts: readonly string[]) => {
  const all = createLibraries(originalOf);
  for (const text of texts) all.mention("/src/f.ts", text);
  const { mention } = all;
  return { all, mention, text: (name = dom): string => all.text(name) ?? "", version: (name = dom) => all.version(name) };
};

/** What the compiler says of a text, with a library in the place of the one for browsers. */
function problems(text: string, library: string): readonly string[] {
  const options: ts.CompilerOptions = {
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
    target: ts.ScriptTarget.ES2022,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    name === "/f.ts"
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
      : name.endsWith("/lib.dom.d.ts")
        ? ts.createSourceFile(name, library, ts.ScriptTarget.ES2022)
        : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram({ rootNames: ["/f.ts"], options, host });
  // Of the whole it is known that it is right.
  const asked = library === whole ? ["/f.ts"] : ["/f.ts", `${folder.split(path.sep).join("/")}/lib.dom.d.ts`];
  return asked
    .flatMap((name) => program.getSemanticDiagnostics(program.getSourceFile(name)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("the library of browsers, as far as it is mentioned", () => {
  it("has what is mentioned and all that this refers to, with the same types", () => {
    const text = `console.log(performance.now(), new Float32Array(4));
export function area(box: DOMRectReadOnly, data: ImageData): number {
  const q: string = box.width; // an error
  return box.width * data.data[0]!;
}
setTimeout(() => undefined, 1).nothing;
`;
    const library = after(text);
    expect(library.text().length).toBeLessThan(whole.length / 2);
    expect(problems(text, library.text())).toEqual(problems(text, whole));
    expect(problems(text, whole)).toEqual([
      "Type 'number' is not assignable to type 'string'.",
      "Property 'nothing' does not exist on type 'number'.",
    ]);
  });

  it("grows with what is mentioned later, and says so", () => {
    const library = after("export const x = 1;");
    const before = library.version();
    expect(library.text()).not.toContain("interface Console");
    library.mention("/src/g.ts", 'console.log("x");');
    expect(library.text()).toContain("interface Console {");
    expect(library.version()).not.toBe(before);
  });

  it("is the whole where anything may be meant", () => {
    expect(after("globalThis.location").text()).toBe(whole);
    expect(after("window.scrollTo(0, 0);").text()).toBe(whole);
  });

  it("sees names behind the dots of a spread", () => {
    expect(after("f(...performance.getEntries());").text()).toContain("interface Performance ");
    expect(after("f(x.performance, y?.performance);").text()).not.toContain("interface Performance ");
  });

  it("looks at no library for what is mentioned, nor at members", () => {
    const library = after("a.document.window");
    library.mention(`${folder.split(path.sep).join("/")}/lib.dom.asynciterable.d.ts`, "window");
    expect(library.text().length).toBeLessThan(10_000);
  });
});

describe("the libraries of the language, as far as they are mentioned", () => {
  /** What the compiler says of a text, and of the libraries; with those that it reads. */
  function said(text: string, lib: readonly string[], textOf: (name: string) => string | undefined) {
    const options: ts.CompilerOptions = { lib: [...lib], types: [], strict: true, target: ts.ScriptTarget.ES2022, noEmit: true, experimentalDecorators: false };
    const host = ts.createCompilerHost(options, true);
    host.getSourceFile = (name, version) => {
      const read = name === "/f.ts" ? text : textOf(name);
      return read === undefined ? undefined : ts.createSourceFile(name, read, version);
    };
    const program = ts.createProgram({ rootNames: ["/f.ts"], options, host });
    const of = (file: ts.SourceFile | undefined): readonly string[] =>
      program.getSemanticDiagnostics(file).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    const all = program.getSourceFiles().filter((file) => file.fileName !== "/f.ts");
    return {
      problems: [
        ...of(program.getSourceFile("/f.ts")),
        ...program.getGlobalDiagnostics().map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n")),
      ],
      inLibraries: () => all.flatMap((file) => of(file)),
      length: all.reduce((sum, file) => sum + file.text.length, 0),
    };
  }
  const texts: Readonly<Record<string, string>> = {
    numbers: "export const f = (x: number): string => Math.sin(x) + Number.EPSILON;",
    arrays: "export const f = (xs: readonly number[]): number[] => [...xs].map((x) => x.y).concat(Array.from(xs, (_, i) => i)).toSorted();",
    buffers: "export const f = (xs: Float64Array, n: number): Float32Array => Object.assign(Float32Array.from(xs.subarray(1)), { n: xs.at(-1).z });",
    unions:
      "declare const a: Float64Array, b: number[], c: readonly number[], d: Float32Array; export const e: string = [a, b, c, d]; export const g: 1 = Math.random() > 1 ? b : c;",
    maps: "export const f = (m: Map<string, number>, s: ReadonlySet<Date>) => { for (const [k, v] of m) k.x + v.y; for (const d of s.values()) d.z; };",
    iteration: "export function* f(xs: Iterable<number>): Generator<number> { for (const x of xs) yield x.y; yield* [1, 2].entries(); }",
    promises: "export async function f(x: Promise<number>): Promise<void> { for await (const y of [x]) y.z; (await Promise.all([x])).w; }",
    objects: "export const f = <T extends object>({ a, ...rest }: T & { a: 1 }) => { for (const k in rest) rest[k].z; Object.entries({ b: 2 }).w; };",
    texts:
      "export const f = (s: string) => `${s.at(0)}` + s.localeCompare(`x`, `de`, { numeric: 1 }) + (1).toLocaleString() + /x/u.exec(s)?.groups?.y.z + String.raw`x`.w;",
    large: "export const f = (x: bigint, y: BigInt64Array): symbol => x * 2n + y[0]!.z;",
    types:
      "export type T = Partial<Record<keyof Math, Parameters<typeof parseFloat>>>; export const t: Awaited<Promise<T>> = 1; export const u: PropertyKey = {};",
    decorators: "@(class {} as any) class C { @((t: unknown, c: ClassFieldDecoratorContext) => c.z) x = 1 }\nfunction d(t: 1) {}\n@d\nexport class D {}",
    functions: "export function f(this: Date): number { return f.bind(this).call(new Date(), 1).x + arguments.length + JSON.stringify(f).y; }",
  };
  for (const [what, text] of Object.entries(texts))
    it(`say of ${what} what the whole ones say`, () => {
      for (const lib of [["lib.es2023.d.ts"], ["lib.esnext.d.ts", "lib.dom.d.ts"], ["lib.es5.d.ts"]]) {
        const library = after(text);
        const cut = said(text, lib, (name) => library.text(name)), all = said(text, lib, originalOf);
        expect(cut.problems).toEqual(all.problems);
        // Only members that nobody mentions may refer to what is not there.
        expect(cut.inLibraries().filter((problem) => problem !== "Cannot find namespace 'Intl'.")).toEqual([]);
        expect(cut.length).toBeLessThan(all.length * 0.8);
      }
    }, 60_000);

  it("are whole where generated code may mean more, and where anything may be meant", () => {
    const es5 = `${libraryFolder}/lib.es5.d.ts`;
    expect(after("grad_f(1)").text(es5)).toBe(originalOf(es5));
    expect(after("grad_f(1)").text().length).toBeLessThan(whole.length / 2);
    expect(after("globalThis").text(es5)).toBe(originalOf(es5));
    const { mention, text, version } = after("x");
    expect(text(es5)).not.toContain("Float64Array");
    const before = version(es5);
    mention("/src/g.ts", "new Float64Array(1)");
    expect(text(es5)).toContain("interface Float64Array<");
    expect(version(es5)).not.toBe(before);
  });
});
