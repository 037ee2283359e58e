import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createDomLibrary } from "./domLibrary.ts";

const folder = path.dirname(ts.getDefaultLibFilePath({}));
const whole = readFileSync(path.join(folder, "lib.dom.d.ts"), "utf8");
const after = (...texts: readonly string[]): ReturnType<typeof createDomLibrary> => {
  const library = createDomLibrary(() => whole);
  for (const text of texts) library.mention("/src/f.ts", text);
  return library;
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
