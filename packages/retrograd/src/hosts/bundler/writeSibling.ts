import { siblingName } from "../../files/names.ts";
import { readIfThere, writeAtomic } from "../../files/writeAtomic.ts";
import type { Project } from "../../inMemory/project.ts";
import { format } from "../../sibling/format.ts";
import { isGenerated } from "../../sibling/header.ts";
import { layOutSibling } from "../../sibling/layOutSibling.ts";

/** Writes the file beside a marked module, as `retrograd build` does. A file that somebody wrote by hand stays. */
export async function writeSibling(project: Project, fileName: string): Promise<void> {
  const target = siblingName(fileName);
  const present = readIfThere(target);
  if (present !== null && !isGenerated(present)) return;
  const sibling = project.read(fileName, (input) => layOutSibling({ ...input, target }));
  if (!sibling || sibling.text === "") return;
  writeAtomic(target, await format(sibling.text, target));
}
