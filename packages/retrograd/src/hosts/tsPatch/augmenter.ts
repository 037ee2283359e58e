import type ts from "typescript";
import { isDeclarationName } from "../../files/names.ts";
import { createProject, type Project } from "../../inMemory/project.ts";
import type { Witness } from "../../cache/witness.ts";
import type { Augmented } from "../../inMemory/augment.ts";
import type { Asked } from "./asked.ts";

/** One project per tsconfig, kept for `--watch` and `--build`. */
const projects = new Map<string, { readonly key: string; readonly project: Project }>();

/** The gradients of marked files of a program that another compiler made. Only texts, names and options are taken from it. */
export function augmentFiles(
  { name, cwd, options, roots, references }: Asked,
  marked: readonly ts.SourceFile[],
  witness: Witness | undefined,
): readonly Augmented[] {
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
      witness,
    });
    known = { key, project };
    projects.set(name, known);
  }
  const { project } = known;
  for (const { fileName, text } of marked) project.give(fileName, text);
  return marked.flatMap(({ fileName }) => project.augment(fileName) ?? []);
}
