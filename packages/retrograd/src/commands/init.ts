import { createInterface } from "node:readline/promises";
import path from "node:path";
import type { InitArguments } from "../arguments.ts";
import { exitCodes } from "../exitCodes.ts";
import { writeAtomic } from "../files/writeAtomic.ts";
import { detect } from "../setup/detect.ts";
import { diff, editsFor } from "../setup/edits.ts";
import type { Console } from "../show/console.ts";
import { UsageError } from "../usage.ts";

/** `retrograd init`: see its help text. Resolves to the exit code. */
export async function init(args: InitArguments, cwd: string, console: Console): Promise<number> {
  const found = detect(cwd);
  if (found.packageText === null) throw new UsageError("there is no package.json here");
  const edits = editsFor(found);
  if (edits.length === 0) {
    console.out("everything is set up already");
    return exitCodes.fine;
  }
  for (const edit of edits) console.out(`${diff(edit)}\n`);
  if (!args.yes && !(await agrees())) {
    console.out("nothing was written; `retrograd init --yes` writes it");
    return exitCodes.fine;
  }
  for (const { file, after } of edits) {
    writeAtomic(path.join(cwd, file), after);
    console.out(`wrote ${file}`);
  }
  return exitCodes.fine;
}

async function agrees(): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question("Write this? [y/N] ");
  lines.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
