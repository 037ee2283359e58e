import { statSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { siblingCatalogue } from "../../packages/retrograd/src/sibling/catalogue.ts";
import { project, type Project } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const square = dedent`
  /** @differentiable */
  export function square(x: number): number {
    return x * x;
  }

`;
/** Refused: nothing is known of the body of `g`. */
const refused =
  dedent`
    declare function g(x: number): number;
    /** @differentiable */
    export function f(x: number, label: string): number {
      return g(x) + label.length;
    }

  `;

let open: Project | undefined;
const start = (files: Readonly<Record<string, string>>): Project => (open = project(files));
afterEach(() => open?.remove());

describe("build", () => {
  it("takes a tag in prose for prose: no stub", async () => {
    const p = start({
      "a.ts": `${square}/** Applies functions marked \`@differentiable\`. */\nexport function apply(g: (x: number) => number): number {\n  return g(1);\n}\n`,
    });
    expect((await p.run(["build", "a.ts"])).code).toBe(0);
    expect(p.read("a.grad.ts")).not.toContain("apply");
  });

  it("writes a gradient beside its source, which type-checks at the strictest and computes", async () => {
    const p = start({
      "src/square.ts": square,
      "src/plain.ts": "export const one = 1;\n",
      "src/main.ts":
        'import { grad_square } from "./square.grad.js";\nexport const result: { value: number; dx: number } = grad_square(3);\n',
    });
    const { code, out, error } = await p.run(["build", "src/**/*.ts"]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain("wrote src/square.grad.ts");
    expect(p.files().filter((name) => name.startsWith("src"))).toEqual([
      "src/main.ts",
      "src/plain.ts",
      "src/square.grad.ts",
      "src/square.ts",
    ]);
    const text = p.read("src/square.grad.ts");
    expect(text.split("\n")[0]).toMatch(
      /^\/\/ retrograd: generated from square\.ts, do not edit\. source [0-9a-f]{16}$/,
    );
    expect(text).toContain("export function grad_square(x: number): { value: number; dx: number } {");
    expect((await p.load("src/main.js"))["result"]).toEqual({ value: 9, dx: 6 });
  });

  it("knows the runtime where it is installed: declarations without bodies", async () => {
    const types =
      dedent`
        export interface Matrix<R extends number = number, C extends number = number> { readonly rows: R; readonly cols: C; readonly data: Float64Array }

      ` +
      dedent`
        export declare function square(a: Matrix): Matrix;
        export declare function scale(a: Matrix, s: number): Matrix;
        export declare function sum(a: Matrix): number;

      `;
    const p = start({
      "node_modules/@retrograd/runtime/package.json":
        '{ "name": "@retrograd/runtime", "type": "module", "types": "./dist/index.d.ts" }',
      "node_modules/@retrograd/runtime/dist/index.d.ts": 'export * from "./all.js";\n',
      "node_modules/@retrograd/runtime/dist/all.d.ts": types,
      "a.ts":
        dedent`
          import { square, sum, type Matrix } from "@retrograd/runtime";
          /** @differentiable */
          export function f(m: Matrix): number {
            return sum(square(m));
          }

        `,
      "b.ts":
        dedent`
          import * as rt from "@retrograd/runtime";
          /** @differentiable */
          export function f(m: rt.Matrix): number {
            return rt.sum(rt.square(m));
          }

        `,
    });
    const { code, error } = await p.run(["build", "*.ts"]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(p.read("a.grad.ts")).toContain('import { type Matrix, scale, square, sum } from "@retrograd/runtime";');
    expect(p.read("a.grad.ts")).toContain("const dm = scale(m, 2);");
    expect(p.read("b.grad.ts")).toContain("const dm = rt.scale(m, 2);");
  });

  it("writes the derivatives of functions that return no number, and all that `with` asks for", async () => {
    const p = start({
      "a.ts": dedent`
        interface Hit { t: number; normal: [number, number] }
        /** @differentiable */
        export function hit(x: number): Hit {
          return { t: x, normal: [x * x, 1] };
        }
        /** @differentiable with vjp, jvp */
        export function square(x: number): number {
          return x * x;
        }
        declare function g(x: number): number;
        /** @differentiable with vjp, jvp */
        export function refused(x: number): number {
          return g(x);
        }

      `,
      "main.ts": dedent`
        import { grad_square, jvp_square, vjp_hit, vjp_square } from "./a.grad.js";
        export const result: readonly number[] = [vjp_hit({ t: 1, normal: [1, 5] }, 3).dx, grad_square(3).dx, vjp_square(2, 3).dx, jvp_square({ dx: 2 }, 3).dvalue];

      `,
      "stubs.ts": dedent`
        import { grad_refused, jvp_refused, vjp_refused } from "./a.grad.js";
        export const f = (): number => grad_refused(1).dx + vjp_refused(2, 1).dx + jvp_refused({ dx: 1 }, 1).dvalue;

      `,
    });
    expect((await p.run(["build", "a.ts"])).code).toBe(1);
    expect(p.typeErrors()).toEqual([]);
    expect((await p.load("main.js"))["result"]).toEqual([7, 6, 12, 12]);
  });

  it("gives the same text every time and does not touch a file that is right", async () => {
    const p = start({ "a.ts": square });
    await p.run(["build", "a.ts"]);
    const [text, stamp] = [p.read("a.grad.ts"), statSync(path.join(p.directory, "a.grad.ts")).mtimeMs];
    expect((await p.run(["build", "a.ts"])).out).toContain("nothing changed");
    expect(p.read("a.grad.ts")).toBe(text);
    expect(statSync(path.join(p.directory, "a.grad.ts")).mtimeMs).toBe(stamp);
  });

  it("formats in the user's prettier style", async () => {
    const p = start({
      "a.ts": `export const name = "a";\n${square}`,
      ".prettierrc": '{ "semi": false, "useTabs": true }',
    });
    await p.run(["build", "a.ts"]);
    const text = p.read("a.grad.ts");
    expect(text).toMatch(/^\t(?:const|return) [^;]*$/m);
    expect(text).not.toMatch(/;$/m);
  });

  it("takes along helpers, constants and types, and imports what the source exports or imports", async () => {
    const p = start({
      "shapes.ts":
        dedent`
          export interface Point {
            readonly x: number;
            readonly y: number;
          }
          export const label = (p: Point): string => \`\${p.x}\`;

        `,
      "a.ts": [
        'import { label, type Point } from "./shapes.js";',
        "export let calls = 0;",
        "export const count = (): void => { calls++; };",
        "interface Scaled { readonly p: Point; readonly by: number }",
        'const names = { long: "length of " } as const;',
        "const title = (s: Scaled): string => names.long + label(s.p);",
        "/** @differentiable */",
        "export function size(s: Scaled): number {",
        "  console.log(title(s), calls);",
        "  return s.by * (s.p.x ** 2 + s.p.y ** 2);",
        "}",
        "",
      ].join("\n"),
    });
    const { code, error } = await p.run(["build", "a.ts"]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const text = p.read("a.grad.ts");
    expect(text).toContain('import { calls } from "./a.js";');
    expect(text).toMatch(/import .*type .*Point.* from "\.\/shapes\.js";/);
    expect(text).toContain('const names = { long: "length of " } as const;');
    expect(text).not.toContain("count");
    expect(p.typeErrors()).toEqual([]);
    expect((await p.load("a.grad.js"))["grad_size"]?.({ p: { x: 1, y: 2 }, by: 3 })).toEqual({
      value: 15,
      ds: { p: { x: 6, y: 12 }, by: 5 },
    });
  });

  it("refuses module state that is not exported, and says so in a stub", async () => {
    const p = start({
      "a.ts":
        dedent`
          let seen = 1;
          export const see = (): number => ++seen;
          /** @differentiable */
          export function f(x: number): number {
            return x * seen;
          }

        `,
    });
    const { code, error } = await p.run(["build", "a.ts"]);
    expect(code).toBe(1);
    expect(error).toContain("a.ts:1:5 error RG1201");
    expect(error).toContain("export it, so that the file beside can import it: `export let seen = 1`");
    expect(p.read("a.grad.ts")).toContain("throw new Error(");
    p.write({ "a.ts": p.read("a.ts").replace("let seen", "export let seen") });
    expect((await p.run(["build", "a.ts"])).code).toBe(0);
    expect((await p.load("a.grad.js"))["grad_f"]?.(3)).toEqual({ value: 3, dx: 1 });
  });

  it("leaves a stub of the same signature for a refused function, and compiles the others", async () => {
    const p = start({
      "a.ts": refused + square,
      "main.ts":
        'import { grad_f, grad_square } from "./a.grad.js";\nexport const use = (): number => grad_f(1, "a").dx + grad_square(2).dx;\n',
    });
    const { code, error } = await p.run(["build", "a.ts"]);
    expect(code).toBe(1);
    expect(error).toMatch(/^a\.ts:\d+:\d+ error RG\d{4}$/m);
    expect(error).toContain("help: ");
    expect(p.typeErrors()).toEqual([]);
    const { grad_f, grad_square } = await p.load("a.grad.js");
    expect(grad_square?.(2)).toEqual({ value: 4, dx: 4 });
    expect(() => grad_f?.(1, "a")).toThrow(/^a\.ts:4:\d+ RG\d{4} .*`g`/);
  });

  it("warns of a marked function that nobody could reach", async () => {
    const p = start({ "a.ts": square.replace("export ", "") });
    const { code, error } = await p.run(["build", "a.ts"]);
    expect(code).toBe(0);
    expect(error).toContain("warning RG4201");
  });

  it("compiles gradients of gradients across files, whatever the order and whatever is on disk", async () => {
    const files = {
      "a.ts":
        dedent`
          import { grad_square } from "./b.grad.js";
          /** @differentiable */
          export function slope(x: number): number {
            return 3 * grad_square(x).dx;
          }

        `,
      "b.ts": square,
    };
    const p = start(files);
    const first = await p.run(["build", "a.ts", "b.ts"]);
    expect({ code: first.code, error: first.error }).toEqual({ code: 0, error: "" });
    expect((await p.run(["build", "--check", "b.ts", "a.ts"])).code).toBe(0);
    p.write({
      "b.grad.ts": "// retrograd: generated from b.ts, do not edit. source 0\nexport const grad_square = 1;\n",
    });
    expect((await p.run(["build", "."])).code).toBe(0);
    expect((await p.load("a.grad.js"))["grad_slope"]?.(5)).toEqual({ value: 30, dx: 6 });
  });

  it("writes below --out-dir, with imports that still hold", async () => {
    const p = start({
      "src/inner/a.ts": `export let calls = 0;\nexport const called = (): number => ++calls;\n${square.replace("return", "console.log(calls);\n  return")}`,
    });
    const { out, code } = await p.run(["build", "src", "--out-dir", "gen"]);
    expect(code).toBe(0);
    expect(out).toContain("wrote gen/src/inner/a.grad.ts");
    expect(p.read("gen/src/inner/a.grad.ts")).toContain('from "../../../src/inner/a.js"');
    expect(p.typeErrors()).toEqual([]);
  });

  it("leaves a file alone that it did not write", async () => {
    const p = start({ "a.ts": square, "a.grad.ts": "export const mine = 1;\n" });
    const { code, error } = await p.run(["build", "a.ts"]);
    expect(code).toBe(1);
    expect(error).toContain("RG1203");
    expect(p.read("a.grad.ts")).toBe("export const mine = 1;\n");
  });

  it("removes the gradients of a source that has none any more", async () => {
    const p = start({ "a.ts": square });
    await p.run(["build", "a.ts"]);
    p.write({ "a.ts": square.replace("/** @differentiable */\n", "") });
    expect((await p.run(["build", "--check", "a.ts"])).code).toBe(1);
    expect((await p.run(["build", "a.ts"])).out).toContain("removed a.grad.ts");
    expect(p.exists("a.grad.ts")).toBe(false);
  });

  it("leaves nothing half-written when a target cannot be written", async () => {
    const p = start({ "a.ts": square, "gen/a.grad.ts/in-the-way": "" });
    const { code, error } = await p.run(["build", "a.ts", "--out-dir", "gen"]);
    expect(code).toBe(2);
    expect(error).toMatch(/^retrograd: .*gen/);
    expect(p.files().filter((name) => name.includes(".tmp"))).toEqual([]);
  });
});

describe("check", () => {
  it("exits 1 for a missing or stale file and writes nothing", async () => {
    const p = start({ "a.ts": square });
    const missing = await p.run(["build", "--check", "a.ts"]);
    expect(missing.code).toBe(1);
    expect(missing.error).toContain("stale: a.grad.ts");
    expect(p.exists("a.grad.ts")).toBe(false);
    await p.run(["build", "a.ts"]);
    expect((await p.run(["build", "--check", "a.ts"])).code).toBe(0);
    p.write({ "a.ts": square.replace("x * x", "x * x * x") });
    const before = p.read("a.grad.ts");
    expect((await p.run(["build", "--check", "a.ts"])).code).toBe(1);
    expect(p.read("a.grad.ts")).toBe(before);
  });

  it("notices a helper that changed in another file", async () => {
    const p = start({
      "a.ts":
        dedent`
          import { h } from "./h.js";
          /** @differentiable */
          export function f(x: number): number {
            return h(x);
          }

        `,
      "h.ts": dedent`
        export function h(x: number): number {
          return 2 * x;
        }

      `,
    });
    expect((await p.run(["build", "a.ts"])).code).toBe(0);
    p.write({ "h.ts": dedent`
      export function h(x: number): number {
        return x * x;
      }

    ` });
    expect((await p.run(["build", "--check", "a.ts"])).code).toBe(1);
  });
});

describe("emit", () => {
  it("prints the gradient and writes nothing", async () => {
    const p = start({ "a.ts": square });
    const { code, out } = await p.run(["build", "a.ts", "--emit", "gradient"]);
    expect(code).toBe(0);
    expect(out).toContain("export function grad_square");
    expect(p.exists("a.grad.ts")).toBe(false);
  });

  it("prints the stages of the compiler", async () => {
    const p = start({ "a.ts": square });
    const { code, out } = await p.run(["build", "a.ts", "--emit", "ir"]);
    expect(code).toBe(0);
    expect(out).toContain("function square");
    expect(out).toMatch(/lower/);
    expect(p.exists("a.grad.ts")).toBe(false);
  });
});

describe("watch", () => {
  it("builds again when a source changes", async () => {
    const p = start({ "a.ts": square });
    const child = p.start(["build", "--watch", "."]);
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    const until = async (what: () => boolean): Promise<void> => {
      for (let i = 0; i < 200 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(what(), out).toBe(true);
    };
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    try {
      await until(() => out.includes("watching"));
      p.write({ "a.ts": square.replaceAll("square", "cube").replace("x * x", "x * x * x") });
      await until(() => p.exists("a.grad.ts") && p.read("a.grad.ts").includes("grad_cube"));
    } finally {
      child.kill("SIGINT");
    }
    expect(await ended).toBe(0);
  });
});

describe("the import of the source", () => {
  const marked = `export enum Mode { square, plain }
/** @differentiable wrt x */
export function f(x: number, mode: Mode): number {
  return mode === Mode.square ? x * x : x;
}
`;
  it.each([
    ["bundler", 'import { f } from "./f";\n', "./f"],
    ["bundler", 'import { f } from "./f.js";\n', "./f.js"],
    ["bundler", "", "./f.js"],
    ["nodenext", 'import { f } from "./f";\n', "./f.js"],
  ])(
    "leaves out the extension where modules beside it do, under %s: %s",
    async (moduleResolution, beside, expected) => {
      const p = project({
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            strict: true,
            module: moduleResolution === "bundler" ? "esnext" : "nodenext",
            moduleResolution,
          },
        }),
        "src/f.ts": marked,
        "src/main.ts": `${beside}export const seen = 1;\n`,
      });
      try {
        await p.run(["build", "src/f.ts"]);
        expect(p.read("src/f.grad.ts")).toContain(`import { Mode } from "${expected}";`);
      } finally {
        p.remove();
      }
    },
  );
});

describe("formats", () => {
  it("prints one JSON document", async () => {
    const p = start({ "a.ts": refused });
    const { code, out, error } = await p.run(["build", "a.ts", "--format", "json"]);
    expect(code).toBe(1);
    expect(error).toBe("");
    const data = JSON.parse(out) as {
      diagnostics: { fileName: string; line: number; category: string; code: string }[];
      written: string[];
    };
    expect(data.written).toEqual(["a.grad.ts"]);
    expect(data.diagnostics.length).toBeGreaterThan(0);
    expect(data.diagnostics[0]).toMatchObject({ fileName: "a.ts", line: 4, category: "error" });
  });

  it("prints annotations for GitHub, on one line each", async () => {
    const p = start({ "a.ts": refused });
    const { out } = await p.run(["build", "a.ts", "--format", "github"]);
    expect(out).toMatch(/^::error file=a\.ts,line=4,col=\d+,title=retrograd RG\d{4}::.*%0Ahelp: .*$/m);
  });

  it("uses colour only where asked", () => {
    const p = start({ "a.ts": refused });
    const { code, error } = p.spawn(["build", "a.ts"]);
    expect(code).toBe(1);
    expect(error).toContain("a.ts:4:");
    expect(error).not.toContain("\u001b[");
    expect(p.spawn(["build", "a.ts"], { FORCE_COLOR: "1" }).error).toContain("\u001b[");
    expect(p.spawn(["build", "a.ts"], { FORCE_COLOR: "1", NO_COLOR: "1" }).error).not.toContain("\u001b[");
  });
});

describe("diagnostics of a file beside its source", () => {
  const withExample = Object.values(siblingCatalogue).flatMap(({ code, example, fixed }) =>
    example === null ? [] : [[code, example, fixed] as const],
  );

  it.each(withExample)(
    "%s: the example gives exactly its code, and the rewrite compiles without a word",
    async (code, example, fixed) => {
      const p = start({ "a.ts": example });
      const found = JSON.parse((await p.run(["build", "a.ts", "--format", "json"])).out) as {
        diagnostics: { code: string; help: string }[];
      };
      expect(found.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
      p.write({ "a.ts": fixed });
      const { code: exit, error } = await p.run(["build", "a.ts"]);
      expect({ exit, error }).toEqual({ exit: 0, error: "" });
      expect(p.typeErrors()).toEqual([]);
    },
  );
});
