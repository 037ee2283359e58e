import path from "node:path";
import ts from "typescript";
import type { Witness } from "../cache/witness.ts";
import { included, textOnDisk } from "../cache/observations.ts";

/** All that is ever asked of the disk while a project is read. */
export interface Disk {
  fileExists(name: string): boolean;
  readFile(name: string): string | undefined;
  directoryExists(name: string): boolean;
  getDirectories(name: string): string[];
  realpath(name: string): string;
  readDirectory(
    name: string,
    extensions?: readonly string[],
    excludes?: readonly string[],
    includes?: readonly string[],
    depth?: number,
  ): string[];
}

export const plainDisk: Disk = {
  fileExists: ts.sys.fileExists,
  readFile: (name) => ts.sys.readFile(name),
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
  realpath: ts.sys.realpath ?? ((name) => name),
  readDirectory: ts.sys.readDirectory,
};

/** A part of the compiler that is not in its types: how it reads `include` and `exclude`. Its version is fixed in our package.json. */
interface FileMatcher {
  readonly getFileMatcherPatterns?: (
    name: string,
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    isCaseSensitive: boolean,
    cwd: string,
  ) => {
    readonly includeFilePatterns?: readonly string[];
    readonly includeDirectoryPattern?: string;
    readonly excludePattern?: string;
    readonly basePaths: readonly string[];
  };
}

/** The disk, of which everything that it says is witnessed. */
export function witnessedDisk(witness: Witness): Disk {
  const told = <T>(value: T, tell: (value: T) => void): T => (tell(value), value);
  const realpath = (name: string): string => told(plainDisk.realpath(name), (to) => witness.real(name, to));
  return {
    fileExists: (name) => told(ts.sys.fileExists(name), (is) => witness.file(name, is)),
    readFile: (name) => told(textOnDisk(name), (text) => witness.text(name, text)),
    directoryExists: (name) => told(ts.sys.directoryExists(name), (is) => witness.directory(name, is)),
    getDirectories: (name) => told(ts.sys.getDirectories(name), (below) => witness.directories(name, below)),
    realpath,
    readDirectory(name, extensions, excludes, includes, depth) {
      const found = ts.sys.readDirectory(name, extensions, excludes, includes, depth);
      const isCaseSensitive = ts.sys.useCaseSensitiveFileNames;
      const { getFileMatcherPatterns: read } = ts as FileMatcher;
      const made = read?.(name, excludes, includes, isCaseSensitive, process.cwd());
      const patterns = made && {
        from: made.basePaths.map((each) => path.posix.resolve(each)),
        extensions: extensions ?? [],
        files: made.includeFilePatterns ?? null,
        directories: made.includeDirectoryPattern ?? null,
        excluded: made.excludePattern ?? null,
        isCaseSensitive,
      };
      // We have to read them as the compiler does.
      const isSame = patterns && depth === undefined && [...included(patterns)].sort().join() === [...found].sort().join();
      if (isSame === true) witness.sources(patterns, found);
      else witness.lost();
      return found;
    },
  };
}
