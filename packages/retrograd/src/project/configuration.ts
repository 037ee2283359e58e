import path from "node:path";
import ts from "typescript";
import { isDeclarationName } from "../files/names.ts";
import { UsageError } from "../usage.ts";
import { plainDisk, type Disk } from "./disk.ts";

/** The compiler options that hold for some files. */
export interface Configuration {
  /** The tsconfig.json, or null if none was found and defaults hold. */
  readonly fileName: string | null;
  /** The directory that the tree of `--out-dir` starts from. */
  readonly root: string;
  readonly options: ts.CompilerOptions;
  /** All files of the project. */
  readonly files: readonly string[];
  /** Declaration files of the project: they may declare globals. */
  readonly declarations: readonly string[];
  /** The configurations that this one refers to. */
  readonly references: readonly string[];
}

const defaults: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: [],
};

/** Groups files by the tsconfig.json nearest to each, or puts all under the given one. */
export function configurations(
  files: readonly string[],
  project: string | null,
  cwd: string,
): ReadonlyMap<Configuration, readonly string[]> {
  const groups = new Map<Configuration, string[]>();
  const given = project === null ? undefined : configFileOf(path.resolve(cwd, project), project);
  const finder = configurationFinder(cwd);
  for (const file of files) {
    const configuration = given === undefined ? finder.of(file) : finder.read(given);
    const group = groups.get(configuration);
    if (group === undefined) groups.set(configuration, [file]);
    else group.push(file);
  }
  return groups;
}

/** Finds and reads configurations, each once. */
export interface ConfigurationFinder {
  /** The configuration that holds for a file: the nearest, or of those it refers to the one that lists the file. */
  of(fileName: string): Configuration;
  /** The one in this file; null: the defaults. */
  read(configFileName: string | null): Configuration;
}

export function configurationFinder(cwd: string, disk: Disk = plainDisk): ConfigurationFinder {
  const byName = new Map<string | null, Configuration>();
  const nearest = new Map<string, string | null>();
  const read = (name: string | null): Configuration => {
    const configuration = byName.get(name) ?? readConfiguration(name, cwd, disk);
    byName.set(name, configuration);
    return configuration;
  };
  /** Editors and bundlers put the options of an application into a file that the nearest tsconfig.json only refers to. */
  const listing = (configuration: Configuration, fileName: string, asked: Set<string>): Configuration | undefined => {
    if (configuration.files.includes(fileName)) return configuration;
    for (const name of configuration.references) {
      if (asked.has(name) || !disk.fileExists(name)) continue;
      asked.add(name);
      const found = listing(read(name), fileName, asked);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    of(fileName) {
      const directory = path.dirname(fileName);
      let name = nearest.get(directory);
      if (name === undefined) {
        name = ts.findConfigFile(directory, disk.fileExists) ?? null;
        nearest.set(directory, name);
      }
      const configuration = read(name);
      return configuration.references.length === 0
        ? configuration
        : (listing(configuration, fileName, new Set()) ?? configuration);
    },
    read,
  };
}

function configFileOf(absolute: string, shown: string): string {
  const name = ts.sys.directoryExists(absolute) ? path.join(absolute, "tsconfig.json") : absolute;
  if (!ts.sys.fileExists(name)) throw new UsageError(`there is no configuration ${shown}`);
  return name;
}

function readConfiguration(fileName: string | null, cwd: string, disk: Disk): Configuration {
  if (fileName === null) return { fileName, root: cwd, options: defaults, files: [], declarations: [], references: [] };
  const complain = (diagnostic: ts.Diagnostic): never => {
    throw new UsageError(`${fileName}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`);
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(
    fileName,
    {},
    { ...ts.sys, ...disk, onUnRecoverableConfigFileDiagnostic: complain },
  );
  if (parsed === undefined) throw new UsageError(`${fileName} could not be read`);
  // A project whose files are all generated, or listed elsewhere, has no inputs: that is no reason to refuse the files we were given.
  const fatal = parsed.errors.find(
    (error) => error.category === ts.DiagnosticCategory.Error && error.code !== 18003 && error.code !== 18002,
  );
  if (fatal !== undefined) complain(fatal);
  return {
    fileName,
    root: parsed.options.rootDir ?? path.dirname(fileName),
    options: parsed.options,
    files: parsed.fileNames,
    declarations: parsed.fileNames.filter(isDeclarationName),
    references: (parsed.projectReferences ?? []).map((reference) => ts.resolveProjectReferencePath(reference)),
  };
}
