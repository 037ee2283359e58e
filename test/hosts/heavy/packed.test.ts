/**
 * What users get: the packed tarballs, installed into empty projects by npm, pnpm and yarn. Needs the network and minutes, so it is no part
 * of `npm test`: `pnpm run test:hosts`.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curve, curvePrints } from "../project.ts";
import { bin, emptyProject, node, pack, pnpm, removeWork, run, tarballs, tsconfig, work } from "./packed.ts";
import { dedent } from "../../support/dedent.ts";

beforeAll(pack, 120_000);
afterAll(removeWork);

describe.each([
  ["npm", (cwd: string) => run("npm", ["install", "--no-audit", "--no-fund"], cwd)],
  ["pnpm", (cwd: string) => pnpm(["install"], cwd)],
  ["yarn", (cwd: string) => run("npx", ["-y", "yarn@1.22.22", "install", "--no-lockfile", "--ignore-engines"], cwd)],
])("installed with %s", (name, install) => {
  it("writes files that TypeScript 7 and 6 compile, and passes them through tspc", () => {
    const directory = emptyProject(
      name,
      {
        ...curve,
        "tsconfig.json": tsconfig({
          plugins: [{ name: "retrograd", transform: "retrograd/ts-patch", transformProgram: true }],
        }),
      },
      { typescript: "6.0.3", "ts-patch": "4.0.1" },
    );
    install(directory);
    bin(directory, "tspc", ["-p", "."]);
    expect(existsSync(path.join(directory, "src/curve.grad.ts"))).toBe(false);
    expect(node(directory, "dist/main.js")).toBe(`${curvePrints}\n`);
    rmSync(path.join(directory, "dist"), { recursive: true });
    bin(directory, "retrograd", ["build", "src"]);
    bin(directory, "tsc", ["-p", "."]);
    expect(node(directory, "dist/main.js")).toBe(`${curvePrints}\n`);
  }, 300_000);
});

it("gives the same numbers in every bundler and under TypeScript 7", () => {
  const files = {
    ...curve,
    "tsconfig.json": tsconfig({}),
    "vite.config.mjs": dedent`
      import retrograd from "retrograd/vite";
      export default { logLevel: "silent", plugins: [retrograd()], build: { lib: { entry: "src/main.ts", formats: ["es"], fileName: () => "vite.mjs" }, outDir: "out", emptyOutDir: false } };

    `,
    "src/curve.test.ts": dedent`
      import { expect, it } from "vitest";
      import { grad_curve } from "./curve.grad.js";
      it("has a gradient", () => expect(grad_curve(2, 0).db).toBe(-4));

    `,
    "esbuild.mjs": dedent`
      import { build } from "esbuild";
      import retrograd from "retrograd/esbuild";
      await build({ entryPoints: ["src/main.ts"], bundle: true, format: "esm", outfile: "out/esbuild.mjs", plugins: [retrograd()] });

    `,
    "rollup.config.mjs": dedent`
      import esbuild from "rollup-plugin-esbuild";
      import retrograd from "retrograd/rollup";
      export default { input: "src/main.ts", output: { file: "out/rollup.mjs", format: "es" }, plugins: [retrograd(), esbuild()] };

    `,
    "webpack.config.mjs": dedent`
      import path from "node:path";
      import retrograd from "retrograd/webpack";
      export default { mode: "production", target: "node", entry: "./src/main.ts", output: { path: path.resolve("out"), filename: "webpack.cjs" }, resolve: { extensionAlias: { ".js": [".ts", ".js"] } }, module: { rules: [{ test: /\\.ts$/, loader: "esbuild-loader" }] }, plugins: [retrograd()] };

    `,
    "rspack.mjs": dedent`
      import { rspack } from "@rspack/core";
      import path from "node:path";
      import retrograd from "retrograd/rspack";
      rspack({ mode: "production", target: "node", entry: "./src/main.ts", output: { path: path.resolve("out"), filename: "rspack.cjs" }, resolve: { extensionAlias: { ".js": [".ts", ".js"] } }, module: { rules: [{ test: /\\.ts$/, type: "javascript/auto", loader: "builtin:swc-loader", options: { jsc: { parser: { syntax: "typescript" } } } }] }, plugins: [retrograd()] }, (error, stats) => { if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); } });

    `,
  };
  const directory = emptyProject("all", files, {
    typescript: "7.0.2",
    vite: "8.3.8",
    vitest: "4.1.12",
    rollup: "4.68.7",
    "rollup-plugin-esbuild": "6.2.1",
    esbuild: "0.28.2",
    webpack: "5.112.2",
    "webpack-cli": "6.0.1",
    "esbuild-loader": "4.4.2",
    "@rspack/core": "2.3.2",
  });
  run("npm", ["install", "--no-audit", "--no-fund"], directory);
  bin(directory, "vite", ["build"]);
  run(process.execPath, ["esbuild.mjs"], directory);
  bin(directory, "rollup", ["-c", "rollup.config.mjs"]);
  bin(directory, "webpack", ["-c", "webpack.config.mjs"]);
  run(process.execPath, ["rspack.mjs"], directory);
  for (const file of ["vite.mjs", "esbuild.mjs", "rollup.mjs", "webpack.cjs", "rspack.cjs"])
    expect([file, node(directory, `out/${file}`)]).toEqual([file, `${curvePrints}\n`]);
  expect(bin(directory, "vitest", ["run"])).toContain("1 passed");
  expect(existsSync(path.join(directory, "src/curve.grad.ts"))).toBe(false);
  rmSync(path.join(directory, "src/curve.test.ts"));
  bin(directory, "retrograd", ["build", "src"]);
  writeFileSync(path.join(directory, "src/globals.d.ts"), "");
  bin(directory, "tsc", ["-p", "."]);
  expect(node(directory, "dist/main.js")).toBe(`${curvePrints}\n`);
}, 600_000);

it("runs under TypeScript 5.9 with ts-patch 3.3", () => {
  const directory = emptyProject(
    "older",
    {
      ...curve,
      "tsconfig.json": tsconfig({ plugins: [{ transform: "retrograd/ts-patch", transformProgram: true }] }),
    },
    { typescript: "5.9.3", "ts-patch": "3.3.0" },
  );
  run("npm", ["install", "--no-audit", "--no-fund"], directory);
  bin(directory, "tspc", ["-p", "."]);
  expect(node(directory, "dist/main.js")).toBe(`${curvePrints}\n`);
});

it("brings a fresh Vite project with TypeScript 7 to a running gradient in three commands, in a page and in a worker", () => {
  run("npx", ["-y", "create-vite@9.3.0", "fresh", "--template", "vanilla-ts", "--no-interactive"], work);
  const directory = path.join(work, "fresh");
  writeFileSync(path.join(directory, "src/curve.ts"), curve["src/curve.ts"]);
  writeFileSync(path.join(directory, "src/worker.ts"), curve["src/main.ts"]);
  writeFileSync(
    path.join(directory, "src/main.ts"),
    `${curve["src/main.ts"]}\nif ("Worker" in globalThis) new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });\n`,
  );
  run("npm", ["install", "--no-audit", "--no-fund", "--save-dev", ...tarballs.values()], directory);
  bin(directory, "retrograd", ["init", "--yes"]);
  run("npm", ["run", "build"], directory);
  expect(bin(directory, "tsc", ["--version"])).toContain("Version 7.");
  const assets = readdirSync(path.join(directory, "dist/assets"));
  // Of a page, the module that preloads others comes first: it asks for the document.
  const page = "globalThis.document = { createElement: () => ({ relList: { supports: () => true } }) };\n";
  for (const [name, before] of [
    ["index", page],
    ["worker", ""],
  ] as const) {
    const bundle = assets.find((file) => file.startsWith(name) && file.endsWith(".js")) ?? "";
    writeFileSync(
      path.join(directory, `${name}.mjs`),
      before + readFileSync(path.join(directory, "dist/assets", bundle), "utf8"),
    );
    expect([name, node(directory, `${name}.mjs`)]).toEqual([name, `${curvePrints}\n`]);
  }
});

it("passes publint and are-the-types-wrong", () => {
  for (const tarball of tarballs.values()) {
    const file = tarball.slice("file:".length);
    run("npx", ["-y", "publint@0.3.25", file, "--strict"], work);
    run("npx", ["-y", "@arethetypeswrong/cli@0.18.5", file, "--profile", "esm-only"], work);
  }
}, 300_000);

it("builds a large package byte for byte the same, if nothing in it is marked", () => {
  const directory = emptyProject(
    "rxjs",
    {
      "build.mjs": dedent`
        import { build } from "esbuild";
        import retrograd from "retrograd/esbuild";
        import { cpSync } from "node:fs";
        cpSync("node_modules/rxjs/src", "rxjs", { recursive: true });
        const bundle = async (plugins) => (await build({ entryPoints: ["rxjs/index.ts"], bundle: true, format: "esm", sourcemap: "inline", write: false, plugins })).outputFiles[0].text;
        const plain = await bundle([]);
        console.log(plain.length > 500_000, (await bundle([retrograd()])) === plain);

      `,
    },
    { esbuild: "0.28.2", rxjs: "7.8.2" },
  );
  run("npm", ["install", "--no-audit", "--no-fund"], directory);
  expect(node(directory, "build.mjs")).toBe("true true\n");
}, 300_000);
