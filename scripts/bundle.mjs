// node scripts/bundle.mjs <folder of built files> <entry>…
// Makes of the modules behind the entries as few files as there are, because Node takes as long to find and link 300 small files as to read TypeScript. The
// text of each stays as it is, and so do the declarations and the maps to the sources.
import { readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const [folder = "dist", ...entries] = process.argv.slice(2);
const bundled = `${folder}.bundled`;
await build({
  entryPoints: entries.map((entry) => path.join(folder, entry)),
  outbase: folder,
  outdir: bundled,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // `#typescript` is for Node to resolve: see requireTypeScript.mjs.
  packages: "external",
  external: ["#typescript"],
  sourcemap: true,
  chunkNames: "shared-[hash]",
  logLevel: "warning",
});
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
  if (/\.js(?:\.map)?$/.test(name)) rmSync(path.join(folder, name));
for (const name of readdirSync(bundled, { recursive: true, encoding: "utf8" }))
  if (/\.js(?:\.map)?$/.test(name)) renameSync(path.join(bundled, name), path.join(folder, name));
rmSync(bundled, { recursive: true });
