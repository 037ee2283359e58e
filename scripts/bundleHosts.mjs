// node scripts/bundleHosts.mjs <folder of built files> <entry>…
// What a bundler's plugin loads when the first marked module comes: our compiler, and of TypeScript what it needs (typescriptCore.mjs), in one file
// without spaces and long names. A build waits until Node has read it. What all else uses stays in files of their own.
import { copyFileSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { checkNames, typescriptCore } from "./typescriptCore.mjs";

const [folder = "dist", ...entries] = process.argv.slice(2);
const transformer = path.resolve("../transformer/dist");

/** The names of TypeScript's exports that built files use. */
function usedNames(folders) {
  const names = new Set();
  for (const each of folders)
    for (const name of readdirSync(each, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".js")) continue;
      const text = readFileSync(path.join(each, name), "utf8");
      for (const [, used] of text.matchAll(/\bts\d*\.(\w+)/g)) names.add(used);
      for (const [, pattern] of text.matchAll(/\{([^{}]*)\} = ts\d*\b(?!\.)/g)) for (const [used] of pattern.matchAll(/\w+(?=\s*[:,}]|\s*$)/g)) names.add(used);
    }
  return [...names].sort();
}

const core = typescriptCore(usedNames([folder, transformer]));
const ours = {
  name: "ours",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#?typescript$/ }, () => ({ path: "typescript", namespace: "core" }));
    onLoad({ filter: /.*/, namespace: "core" }, () => ({ contents: core, loader: "js" }));
    onResolve({ filter: /^@retrograd\/transformer$/ }, () => ({ path: path.join(transformer, "index.js") }));
    onResolve({ filter: /^@retrograd\/transformer\/tags$/ }, () => ({ path: path.join(transformer, "frontend/marks/tagWords.js") }));
    // Of named exports a bundler sees which are used.
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, ({ path: file }) => ({
      contents: readFileSync(file, "utf8").replace(/^import (ts\d*) from "#typescript";$/gm, 'import * as $1 from "#typescript";'),
      loader: "js",
    }));
  },
};
const settings = {
  bundle: true,
  treeShaking: true,
  format: "esm",
  platform: "node",
  target: "node20",
  plugins: [ours],
  external: ["prettier", "ts-morph"], // for files that are written later
  logLevel: "error",
};

const { outputFiles } = await build({ ...settings, stdin: { contents: 'export * from "typescript";', resolveDir: "." }, write: false });
checkNames(outputFiles[0].text);

const bundled = `${folder}.bundled`;
rmSync(bundled, { recursive: true, force: true });
const { warnings } = await build({
  ...settings,
  entryPoints: entries.map((entry) => path.join(folder, entry)),
  outbase: folder,
  outdir: bundled,
  splitting: true,
  minify: true,
  chunkNames: "shared/[hash]",
  legalComments: "none",
  banner: { js: "/*! Contains parts of TypeScript, changed: Copyright (c) Microsoft Corporation, Apache License 2.0, see LICENSE.typescript.txt */" },
});
// A name that is not exported is undefined when it is used.
if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
for (const entry of entries) rmSync(path.join(folder, `${entry}.map`), { force: true });
rmSync(path.join(folder, "shared"), { recursive: true, force: true });
for (const name of readdirSync(bundled)) if (name === "shared") renameSync(path.join(bundled, name), path.join(folder, name));
for (const entry of entries) renameSync(path.join(bundled, entry), path.join(folder, entry));
rmSync(bundled, { recursive: true });
copyFileSync(new URL("../LICENSE.txt", import.meta.resolve("typescript")), path.join(folder, "LICENSE.typescript.txt"));
