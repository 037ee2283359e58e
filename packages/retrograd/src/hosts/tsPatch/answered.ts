import path from "node:path";
import type ts from "typescript";
import { openAnswers, type Answers } from "../../cache/answers.ts";
import type { Augmented } from "../../inMemory/augmented.ts";
import { isDeclarationName } from "../../files/names.ts";
import type { Asked } from "./asked.ts";

/** Makes gradients; the compiler behind it is loaded only if it is needed. */
type Make = (answers: Answers | undefined) => readonly Augmented[];

interface Opened {
  /** What the answers are to, beside files. */
  readonly question: string;
  readonly answers: Answers | undefined;
}

/** By tsconfig: only the first build of a process asks, later ones know better. */
const opened = new Map<string, Opened>();

/** What earlier processes have left of the answers, if it is all of them, or what `make` makes. */
export function answered(asked: Asked, marked: readonly ts.SourceFile[], make: Make): readonly Augmented[] {
  const { name, cwd, options, roots, references } = asked;
  const question = JSON.stringify(["tspc", cwd, options, roots.filter(isDeclarationName), references]);
  const before = opened.get(name);
  // Answers under other options belong somewhere else.
  if (before !== undefined) return make(before.question === question ? before.answers : undefined);
  // The program is made of the files that are marked when it is first asked for.
  const names = marked.map(({ fileName }) => fileName);
  const answers = openAnswers(path.dirname(name), [question, names]);
  opened.set(name, { question, answers });
  const known = answers === undefined ? [] : marked.flatMap(({ fileName, text }) => answers.find(fileName, text) ?? []);
  if (known.length < marked.length) return make(answers);
  // With `--watch` the first change would wait for the compiler to be loaded. Without, the process ends before.
  setTimeout(() => warmUp(make, answers), 300).unref();
  return known;
}

function warmUp(make: Make, answers: Answers | undefined): void {
  try {
    make(answers);
  } catch {
    // Nobody has asked yet. Whoever does is told.
  }
}
