import type ts from "typescript";

/** What is asked of a project whose program another compiler has made. Together with the disk this makes the gradients. */
export interface Asked {
  /** The tsconfig, by which the project is known from one build of the process to the next. */
  readonly name: string;
  readonly cwd: string;
  readonly options: ts.CompilerOptions;
  readonly roots: readonly string[];
  readonly references: readonly ts.ProjectReference[];
}

export function askedOf(program: ts.Program, version: string): Asked {
  const options = ourOptions(program.getCompilerOptions(), version);
  const cwd = program.getCurrentDirectory();
  return {
    name: String(options["configFilePath"] ?? cwd),
    cwd,
    options,
    roots: program.getRootFileNames(),
    references: program.getProjectReferences() ?? [],
  };
}

/** The options as our compiler reads them. Enumerations of options keep their numbers from version to version; some defaults did not. */
function ourOptions(options: ts.CompilerOptions, version: string): ts.CompilerOptions {
  const { configFile: _configFile, plugins: _plugins, ...rest } = options;
  return version.startsWith("5.") ? { strict: false, types: ["*"], ...rest } : rest;
}
