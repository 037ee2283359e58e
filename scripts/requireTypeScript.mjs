// What is built asks for TypeScript through `#typescript` (package.json, "imports"), in Node a file that requires it. By `import` Node looks through its
// 9 MB for the names of exports and for the syntax of modules, which takes longer than to load it.
// node scripts/requireTypeScript.mjs <folder of built files>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const [folder = "dist"] = process.argv.slice(2);
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".js")) continue;
  const file = path.join(folder, name);
  const text = readFileSync(file, "utf8");
  const changed = text.replace(/^import ts from "typescript";$/m, 'import ts from "#typescript";');
  if (changed !== text) writeFileSync(file, changed);
}
