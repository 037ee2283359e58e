import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A name for everything that makes answers beside what it is asked: our code to the byte, the compiler of TypeScript, Node. Null if our code is not what was
 * published (it runs from its sources, which may change at any moment).
 */
export function compilerIdentity(): string | null {
  const own = fileURLToPath(import.meta.url);
  if (own.endsWith(".ts")) return null;
  const { resolve } = createRequire(import.meta.url);
  const hash = createHash("sha1").update(`${process.version} ${process.platform} ${process.arch}`);
  for (const root of [packageOf(own), packageOf(resolve("@retrograd/transformer"))]) {
    if (root === null) return null;
    const folder = path.join(root, "dist");
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort())
      if (name.endsWith(".js")) hash.update(`\n${name}\n`).update(readFileSync(path.join(folder, name)));
  }
  const typescript = resolve("typescript");
  const { size, mtimeMs } = statSync(typescript); // 9 MB: its bytes would take as long as all the rest
  const { version } = JSON.parse(readFileSync(path.join(path.dirname(typescript), "../package.json"), "utf8")) as {
    readonly version: string;
  };
  return hash.update(`\n${typescript} ${version} ${size} ${mtimeMs}`).digest("hex");
}

function packageOf(file: string): string | null {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "package.json"))) return at;
    if (at === path.dirname(at)) return null;
  }
}
