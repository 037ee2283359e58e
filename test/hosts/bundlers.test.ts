import { readFileSync } from "node:fs";
import path from "node:path";
import { rspack as runRspack, type Configuration as RspackConfiguration } from "@rspack/core";
import { build as runEsbuild, transform, type BuildOptions } from "esbuild";
import { rollup as runRollup, type Plugin } from "rollup";
import { build as runVite } from "vite";
import webpack from "webpack";
import { afterAll, describe, expect, it } from "vitest";
import retrogradEsbuild from "../../packages/retrograd/src/hosts/esbuild.ts";
import retrogradRollup from "../../packages/retrograd/src/hosts/rollup.ts";
import retrogradRspack from "../../packages/retrograd/src/hosts/rspack.ts";
import retrogradVite from "../../packages/retrograd/src/hosts/vite.ts";
import retrogradWebpack from "../../packages/retrograd/src/hosts/webpack.ts";
import { curve, curvePrints, hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));
function project(files: Readonly<Record<string, string>>): HostProject {
  const created = hostProject({
    "tsconfig.json": '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["src"] }',
    ...files,
  });
  made.push(created);
  return created;
}

/** What Rollup needs beside us: to find TypeScript, and to strip its types. */
const typeScript: Plugin = {
  name: "typescript",
  resolveId: (specifier, importer) =>
    importer !== undefined && specifier.startsWith(".")
      ? path.resolve(path.dirname(importer), specifier.replace(/\.js$/, ".ts"))
      : null,
  transform: async (code, id) => {
    if (!id.endsWith(".ts")) return null;
    const stripped = await transform(code, { loader: "ts", sourcemap: true, sourcefile: path.basename(id) });
    return { code: stripped.code, map: stripped.map };
  },
};

/** Writes a stripper for webpack: it has no loader of its own for TypeScript. */
const stripLoader = `const { transformSync } = require(${JSON.stringify(path.resolve("node_modules/esbuild"))});
module.exports = function (code) { return transformSync(code, { loader: "ts" }).code; };
`;

/** Every bundler: bundles `entry` into one file and gives its name, or throws what it reports. */
const bundlers: Readonly<Record<string, (p: HostProject, entry: string) => Promise<string>>> = {
  async esbuild(p, entry) {
    const outfile = p.at("out/esbuild.mjs");
    await runEsbuild({
      entryPoints: [p.at(entry)],
      bundle: true,
      format: "esm",
      outfile,
      sourcemap: true,
      plugins: [retrogradEsbuild()],
      logLevel: "silent",
    });
    return outfile;
  },
  async rollup(p, entry) {
    const file = p.at("out/rollup.mjs");
    const bundle = await runRollup({ input: p.at(entry), plugins: [retrogradRollup(), typeScript] });
    await bundle.write({ file, format: "es", sourcemap: true });
    return file;
  },
  async vite(p, entry) {
    const lib = { entry: p.at(entry), formats: ["es" as const], fileName: () => "vite.mjs" };
    await runVite({
      root: p.directory,
      configFile: false,
      logLevel: "silent",
      plugins: [retrogradVite()],
      build: { lib, outDir: "out", emptyOutDir: false, sourcemap: true, minify: false },
    });
    return p.at("out/vite.mjs");
  },
  webpack(p, entry) {
    p.write({ "strip.cjs": stripLoader });
    const compiler = webpack({
      mode: "development",
      target: "node",
      context: p.directory,
      entry: p.at(entry),
      output: { path: p.at("out"), filename: "webpack.cjs" },
      resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
      module: { rules: [{ test: /\.ts$/, use: [p.at("strip.cjs")] }] },
      plugins: [retrogradWebpack()],
    });
    return finish((done) => compiler.run(done), p.at("out/webpack.cjs"));
  },
  rspack(p, entry) {
    const rules: NonNullable<RspackConfiguration["module"]>["rules"] = [
      {
        test: /\.ts$/,
        type: "javascript/auto",
        loader: "builtin:swc-loader",
        options: { jsc: { parser: { syntax: "typescript" } } },
      },
    ];
    const compiler = runRspack({
      mode: "development",
      target: "node",
      context: p.directory,
      entry: p.at(entry),
      output: { path: p.at("out"), filename: "rspack.cjs" },
      resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
      module: { rules },
      plugins: [retrogradRspack()],
    });
    return finish((done) => compiler.run(done), p.at("out/rspack.cjs"));
  },
};

interface Stats {
  hasErrors(): boolean;
  toString(options: { readonly all: false; readonly errors: true; readonly colors: false }): string;
}
const finish = (run: (done: (error: Error | null, stats?: Stats) => void) => void, file: string): Promise<string> =>
  new Promise((resolve, reject) => {
    run((error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true, colors: false })));
      else resolve(file);
    });
  });

describe.each(Object.entries(bundlers))("retrograd/%s", (_name, bundle) => {
  it("gives gradients with the types of the project, and leaves the rest alone", async () => {
    const p = project({
      ...curve,
      // The type of `k` is only known from the other file, and so is the body of `half`.
      "src/curve.ts":
        dedent`
          import { half, k } from "./half.js";
          /** @differentiable */
          export function curve(a: number, b: number): number {
            const r = a * Math.sin(b) - half(k);
            return r * r;
          }

        `,
      "src/half.ts": "export const k = 2;\nexport const half = (x: number): number => x / 2;\n",
    });
    const file = await bundle(p, "src/main.ts");
    expect(p.node([file])).toEqual({ code: 0, out: `${curvePrints}\n` });
    // The module is there once, whichever name it is imported by.
    expect(readFileSync(file, "utf8").match(/function curve\(/g)).toHaveLength(1);
    expect(p.exists("src/curve.grad.ts")).toBe(false);
    // The map shows the generated document too (webpack's and Rspack's are in the bundle's own, evaluated, form).
    if (_name === "webpack" || _name === "rspack") return;
    const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[]; sourcesContent: string[] };
    expect(map.sources.toSorted()).toEqual([
      "../src/curve.grad.ts",
      "../src/curve.ts",
      "../src/half.ts",
      "../src/main.ts",
    ]);
    expect(map.sourcesContent[map.sources.indexOf("../src/curve.grad.ts")]).toContain("export function grad_curve(");
  });

  it("puts into a bundle what is imported, and no byte more", async () => {
    const p = project({
      ...curve,
      "src/main.ts": 'import { curve } from "./curve.js";\nconsole.log(curve(2, 0.5) > 0);\n',
    });
    const file = await bundle(p, "src/main.ts");
    expect(p.node([file]).out).toBe("true\n");
    // Development builds of webpack and Rspack leave out nothing.
    if (_name === "webpack" || _name === "rspack") return;
    expect(readFileSync(file, "utf8")).not.toMatch(/grad_|@retrograd/);
  });

  it("reports what is refused with file, line and help, and fails", async () => {
    const p = project({
      "src/bad.ts":
        dedent`
          /** @differentiable */
          export function bad(x: number): number {
            return parseFloat(String(x));
          }

        `,
      "src/main.ts": 'import { grad_bad } from "./bad.grad.js";\nconsole.log(grad_bad(1).dx);\n',
    });
    const failure = await bundle(p, "src/main.ts").then(
      () => null,
      (error: unknown) => error as Error & { loc?: { line: number } },
    );
    const said = `${failure?.message} ${JSON.stringify(failure)}`;
    expect(said).toContain("RG2101 Not supported: `parseFloat` has neither a body");
    expect(said).toMatch(/bad\.ts(?::3:10|:3:9)|"line":3/);
  });
});

describe("files that are none of our business", () => {
  it("pass through byte for byte", async () => {
    // The compiler's own sources: dozens of modules, with tags in strings and in prose.
    const bundle = async (plugins: BuildOptions["plugins"]): Promise<string> => {
      const { outputFiles } = await runEsbuild({
        entryPoints: ["packages/transformer/src/frontend/marks/find.ts"],
        bundle: true,
        format: "esm",
        packages: "external",
        sourcemap: "inline",
        write: false,
        plugins: plugins ?? [],
        logLevel: "silent",
      });
      return outputFiles[0]?.text ?? "";
    };
    const plain = await bundle([]);
    expect(plain.length).toBeGreaterThan(50_000);
    expect((await bundle([retrogradEsbuild()])) === plain).toBe(true);
  });

  it("are an error where a component holds the tag", async () => {
    const p = project({
      "src/App.vue":
        dedent`
          <script lang="ts">
          /** @differentiable */
          export function f(x: number): number { return x * x; }
          </script>

        `,
      "src/main.ts": 'import { f } from "./App.vue";\nconsole.log(f);\n',
    });
    const failure = await bundlers["vite"]?.(p, "src/main.ts").then(() => "", String);
    expect(failure).toContain("RG1204 Mistake: `App.vue` is a component");
    expect(failure).toContain("App.vue:2:4");
    expect(failure).toContain("move the function to a file of its own");
  });
});
