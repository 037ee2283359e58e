import { existsSync } from "node:fs";
import path from "node:path";
import { readIfThere } from "../files/writeAtomic.ts";
import { majorOf, withoutComments, type Found } from "./detect.ts";

/** A file as it is and as it should be. */
export interface Edit {
  readonly file: string;
  readonly before: string | null;
  readonly after: string;
}

/** What sets a project up, for the build it has; no edit for what is done already. */
export function editsFor(found: Found): readonly Edit[] {
  const edits = new Map<string, Edit>();
  const change = (file: string, make: (text: string) => string): void => {
    const absolute = path.join(found.directory, file);
    const before = edits.get(file)?.before ?? readIfThere(absolute);
    const after = make(edits.get(file)?.after ?? before ?? "");
    if (after !== (before ?? "")) edits.set(file, { file, before, after });
  };
  const major = majorOf(found.typescript);
  const canPatch = found.tsPatch !== null && major !== null && major < 7;
  for (const host of found.hosts) {
    if (host.isSetUp) continue;
    if (host.name === "vite") change(host.file, (text) => withVite(text));
    if (host.name === "rollup" || host.name === "webpack" || host.name === "rspack")
      change(host.file, (text) => withPlugin(text, host.name));
  }
  if (found.tsconfig !== null && major !== null && major < 7) {
    const name = path.basename(found.tsconfig.file);
    change(name, (text) => withCompilerPlugin(text, canPatch));
  }
  const source = existsSync(path.join(found.directory, "src")) ? "src" : ".";
  change("package.json", (text) => withScripts(text, found.scripts, canPatch, source));
  change(".gitattributes", (text) =>
    text.includes("*.grad.ts")
      ? text
      : `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}*.grad.ts linguist-generated=true\n`,
  );
  return [...edits.values()];
}

function withVite(text: string): string {
  if (text === "") {
    return `import retrograd from "retrograd/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [retrograd()],
  worker: { format: "es", plugins: () => [retrograd()] },
});
`;
  }
  const added = withPlugin(text, "vite");
  if (added === text || /\bworker\s*:/.test(added)) return added;
  return added.replace(
    /(\n([ \t]*)plugins\s*:\s*\[)/,
    (_, whole: string, indent: string) => `\n${indent}worker: { plugins: () => [retrograd()] },${whole}`,
  );
}

/** A configuration in JavaScript with our plugin first in its list; unchanged if it has a form that we do not know. */
function withPlugin(text: string, name: string): string {
  const call = "retrograd()";
  const listed = text.replace(/(\bplugins\s*:\s*\[)(\s*)(\]?)/, (_, head: string, space: string, end: string) =>
    end === "]" ? `${head}${call}]` : `${head}${space}${call},${space === "" ? " " : space}`,
  );
  const added =
    listed === text
      ? text.replace(/((?:defineConfig\(|export default |module\.exports\s*=\s*)\{)/, `$1\n  plugins: [${call}],`)
      : listed;
  if (added === text) return text;
  const isCommonJs = /\bmodule\.exports\b/.test(text);
  const line = isCommonJs
    ? `const { default: retrograd } = require("retrograd/${name}");`
    : `import retrograd from "retrograd/${name}";`;
  return `${line}\n${added}`;
}

function withCompilerPlugin(text: string, canPatch: boolean): string {
  const plain = withoutComments(text);
  if (plain.includes('"retrograd')) return text;
  const entry = canPatch
    ? '{ "name": "retrograd", "transform": "retrograd/ts-patch", "transformProgram": true }'
    : '{ "name": "retrograd" }';
  if (/"plugins"\s*:\s*\[/.test(plain))
    return text.replace(/("plugins"\s*:\s*\[)(\s*\]?)/, (_, head: string, rest: string) =>
      rest.endsWith("]") ? `${head}${entry}]` : `${head}${entry}, `,
    );
  return text.replace(
    /("compilerOptions"\s*:\s*\{)(\s*)/,
    (_, head: string, space: string) => `${head}${space}"plugins": [${entry}],${space}`,
  );
}

/** Scripts that type-check: under ts-patch `tspc` does it; any other compiler needs the files. */
function withScripts(
  text: string,
  scripts: Readonly<Record<string, string>>,
  canPatch: boolean,
  source: string,
): string {
  let result = text;
  const build = `retrograd build ${source}`;
  for (const [name, script] of Object.entries(scripts)) {
    if (!/(?:^|&&\s*)(?:tsc|vue-tsc)\b/.test(script) || script.includes("retrograd build")) continue;
    const changed = canPatch ? script.replace(/(^|&&\s*)tsc\b/g, "$1tspc") : `${build} && ${script}`;
    result = result.replace(
      `${JSON.stringify(name)}: ${JSON.stringify(script)}`,
      () => `${JSON.stringify(name)}: ${JSON.stringify(changed)}`,
    );
  }
  if (canPatch || Object.hasOwn(scripts, "gradients")) return result;
  if (/"scripts"\s*:\s*\{\s*\}/.test(result))
    return result.replace(/("scripts"\s*:\s*)\{\s*\}/, `$1{\n    "gradients": "${build}"\n  }`);
  if (/"scripts"\s*:\s*\{/.test(result))
    return result.replace(
      /("scripts"\s*:\s*\{)(\s*)/,
      (_, head: string, space: string) => `${head}${space}"gradients": "${build}",${space}`,
    );
  return result.replace(/^\{(\s*)/, (_, space: string) => `{${space}"scripts": { "gradients": "${build}" },${space}`);
}

/** The lines that differ, with two lines around them. */
export function diff({ file, before, after }: Edit): string {
  const old = before === null || before === "" ? [] : before.replace(/\n$/, "").split("\n");
  const now = after.replace(/\n$/, "").split("\n");
  // Longest common subsequence: configuration files are short.
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i]![j] =
        old[i] === now[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const lines: string[] = [];
  let i = 0,
    j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(` ${old[i++]}`);
      j++;
    } else if (i < old.length && (j >= now.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!))
      lines.push(`-${old[i++]}`);
    else lines.push(`+${now[j++]}`);
  }
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - 2), index + 3).some((line) => line[0] !== " ");
  return [`--- ${before === null ? "(new)" : file}`, `+++ ${file}`, ...lines.filter((_, index) => near(index))].join(
    "\n",
  );
}
