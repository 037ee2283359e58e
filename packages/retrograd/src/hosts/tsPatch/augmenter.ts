import type ts from "typescript";
import { isDeclarationName } from "../../files/names.ts";
import { createProject, type Project } from "../../inMemory/project.ts";
import { isOurs } from "../../inMemory/programs.ts";
import type { Witness } from "../../cache/witness.ts";
import type { Augmented } from "../../inMemory/augmented.ts";
import type { Asked } from "./asked.ts";

interface Kept {
  readonly key: string;
  readonly project: Project;
  /** The program of the build that goes on, if our own compiler has made it. */
  shared: ts.Program | undefined;
}

/** One project per tsconfig, kept for `--watch` and `--build`. */
const projects = new Map<string, Kept>();

/**
 * The gradients of marked files of a program that a compiler made. If that is ours (see `lend.ts`) its files are used as they are, otherwise only texts, names
 * and options are taken from it.
 */
export function augmentFiles(
  { name, cwd, options, roots, references }: Asked,
  marked: readonly ts.SourceFile[],
  by: { readonly program: ts.Program; readonly compiler: typeof ts },
  witness: Witness | undefined,
): readonly Augmented[] {
  const shared = isOurs(by.compiler) ? by.program : undefined;
  const declarations = roots.filter(isDeclarationName);
  const key = JSON.stringify([options, declarations, references]);
  let known = projects.get(name);
  if (known?.key !== key) {
    const configuration = {
      fileName: name,
      root: cwd,
      options,
      files: [],
      declarations,
      references: references.map((reference) => reference.path),
    };
    const project = createProject({
      configuration,
      cwd,
      marked: marked.map((file) => file.fileName),
      references,
      parsed: (fileName) => projects.get(name)?.shared?.getSourceFile(fileName),
      witness,
    });
    known = { key, project, shared: undefined };
    projects.set(name, known);
  }
  const { project } = known;
  known.shared = shared;
  try {
    for (const { fileName, text } of marked) project.give(fileName, text);
    return marked.flatMap(({ fileName }) => project.augment(fileName) ?? []);
  } finally {
    known.shared = undefined; // what is kept of it is the files that we use
  }
}
