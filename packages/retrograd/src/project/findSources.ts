import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { Project } from "ts-morph";
import { isDeclarationName, isSiblingName } from "../files/names.ts";
import { UsageError } from "../usage.ts";

const extensions = "{ts,tsx,mts,cts,js,jsx,mjs,cjs}";

/**
 * The source files that globs, directories and file names stand for: absolute, sorted, without generated files and declarations.
 *
 * @throws UsageError if nothing is found, or a pattern without wildcards names nothing.
 */
export function findSources(globs: readonly string[], cwd: string): readonly string[] {
  const patterns = globs.map((glob) => {
    const absolute = path.resolve(cwd, glob.replace(/^!/, ""));
    if (!existsSync(absolute)) {
      if (!/[*?[\]{}()!]/.test(glob)) throw new UsageError(`there is no file or directory ${glob}`);
      return (glob.startsWith("!") ? "!" : "") + slashes(absolute);
    }
    if (!statSync(absolute).isDirectory()) return slashes(absolute);
    return [`${slashes(absolute)}/**/*.${extensions}`];
  });
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    compilerOptions: { allowJs: true },
  });
  const found = project
    .addSourceFilesAtPaths(patterns.flat())
    .map((file) => file.getFilePath())
    .filter(
      (name) =>
        /\.[cm]?[jt]sx?$/.test(name) &&
        !isDeclarationName(name) &&
        !isSiblingName(name) &&
        !name.includes("/node_modules/"),
    )
    .sort();
  if (found.length === 0) throw new UsageError(`no source file matches ${globs.join(" ")}`);
  return found;
}

const slashes = (name: string): string => name.split(path.sep).join("/");
