import type ts from "typescript";
import { isDeclarationName } from "../../files/names.ts";
import { createProject, type Project } from "../../inMemory/project.ts";
import type { Augmented } from "../../inMemory/augment.ts";

/** One project per tsconfig, kept for `--watch` and `--build`. */
const projects = new Map<string, { readonly key: string; readonly project: Project }>();

/** The gradients of marked files of a program that another compiler made. Only texts, names and options are taken from it. */
export function augmentFiles(
  program: ts.Program,
  marked: readonly ts.SourceFile[],
  version: string,
): readonly Augmented[] {
  const options = ourOptions(program.getCompilerOptions(), version);
  const declarations = program.getRootFileNames().filter(isDeclarationName);
  const references = program.getProjectReferences() ?? [];
  const name = String(options["configFilePath"] ?? program.getCurrentDirectory());
  const key = JSON.stringify([options, declarations, references]);
  let known = projects.get(name);
  if (known?.key !== key) {
    const configuration = {
      fileName: name,
      root: program.getCurrentDirectory(),
      options,
      files: [],
      declarations,
      references: references.map((reference) => reference.path),
    };
    const cwd = program.getCurrentDirectory();
    const project = createProject({
      configuration,
      cwd,
      marked: marked.map((file) => file.fileName),
      references,
    });
    known = { key, project };
    projects.set(name, known);
  }
  const { project } = known;
  for (const { fileName, text } of marked) project.give(fileName, text);
  return marked.flatMap(({ fileName }) => project.augment(fileName) ?? []);
}

/** The options as our compiler reads them. Enumerations of options keep their numbers from version to version; some defaults did not. */
function ourOptions(options: ts.CompilerOptions, version: string): ts.CompilerOptions {
  const { configFile: _configFile, plugins: _plugins, ...rest } = options;
  return version.startsWith("5.") ? { strict: false, types: ["*"], ...rest } : rest;
}
