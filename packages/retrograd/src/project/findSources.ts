import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { Project } from "ts-morph";
import { isDeclarationName, isSiblingName } from "../files/names.ts";
import { UsageError } from "../usage.ts";

/**
 * The source files that globs, directories and file names stand for, less those that globs with a leading `!` stand for:
 * absolute, sorted, without generated files and declarations. A directory means its TypeScript; JavaScript is looked at only
 * if a pattern says so (it often is build output).
 *
 * @throws UsageError if nothing is found, or a name without wildcards names nothing.
 */
export function findSources(globs: readonly string[], cwd: string): readonly string[] {
  const wanted = expand(
    globs.filter((glob) => !glob.startsWith("!")),
    cwd,
  );
  const unwanted = expand(
    globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1)),
    cwd,
  );
  const found = [...wanted]
    .filter((name) => !unwanted.has(name) && /\.[cm]?[jt]sx?$/.test(name))
    .filter(isWritten)
    .sort();
  if (found.length === 0) throw new UsageError(`no source file matches ${globs.join(" ")}`);
  return found;
}

function expand(globs: readonly string[], cwd: string): ReadonlySet<string> {
  const found = new Set<string>();
  const patterns: string[] = [];
  for (const glob of globs) {
    const absolute = path.resolve(cwd, glob);
    // What exists under this very name is meant, even if it has brackets in it.
    if (!existsSync(absolute)) {
      if (!/[*?[\]{}()]/.test(glob)) throw new UsageError(`there is no file or directory ${glob}`);
      patterns.push(slashes(absolute));
    } else if (statSync(absolute).isDirectory()) {
      for (const name of below(absolute)) found.add(name);
    } else {
      found.add(slashes(absolute));
    }
  }
  if (patterns.length === 0) return found;
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    compilerOptions: { allowJs: true },
  });
  for (const file of project.addSourceFilesAtPaths([...patterns, "!**/node_modules/**"])) found.add(file.getFilePath());
  return found;
}

/** The TypeScript of a directory, as somebody wrote it; there may be none. */
export const typeScriptBelow = (directory: string): readonly string[] => below(directory).filter(isWritten).sort();

function below(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : below(name);
    return /\.[cm]?tsx?$/.test(entry.name) ? [slashes(name)] : [];
  });
}

const isWritten = (name: string): boolean => !isDeclarationName(name) && !isSiblingName(name);

const slashes = (name: string): string => name.split(path.sep).join("/");
