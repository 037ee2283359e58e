import { statSync } from "node:fs";
import type { Augmented } from "../inMemory/augmented.ts";
import { compilerIdentity } from "./identity.ts";
import {
  ask,
  hashOf,
  keyOf,
  listReply,
  sourcesReply,
  stampOf,
  textOnDisk,
  textReply,
  truth,
  type Observations,
  type Question,
} from "./observations.ts";
import { storeFor, type Store } from "./store.ts";
import type { Witness } from "./witness.ts";

/**
 * The answers of earlier processes, of which each is given again only if the disk still says all that it said when they were made.
 *
 * Answers of one place are kept together with one list of observations: to look through it takes a few milliseconds, and an answer cannot
 * be given of which a part of the reasons is missing. So a change of a marked file, or of anything that one sees, makes all of them anew.
 */
export interface Answers {
  /** The module of a file of this text with its gradients, if that is known. */
  find(fileName: string, text: string): Augmented | undefined;
  /** What `gradientSource` of a project says: null for "none". Undefined: not known. */
  findSource(specifier: string, importer: string): string | null | undefined;
  keepSource(specifier: string, importer: string, source: string | undefined, state: number): void;
  /** The texts that were asked about and that are not what is on disk: a project that is made later has to be given them. */
  readonly given: ReadonlyMap<string, string>;
  readonly witness: Witness;
  /** From now on nothing is known. */
  close(): void;
  /** Writes what there is to write. It is done when the process ends, too. */
  save(): void;
}

/** What is on disk. */
interface Kept {
  readonly observations: readonly (readonly [string, string])[];
  readonly modules: readonly Augmented[];
  readonly sources: readonly (readonly [string, string | null])[];
}

/**
 * The answers for a place: a directory, and `question`, which is all that a host asks beside files. Undefined where none can be kept.
 * `among`: for tests.
 */
export function openAnswers(
  directory: string,
  question: unknown,
  among?: { readonly store: Store; readonly identity: string },
): Answers | undefined {
  const identity = among?.identity ?? compilerIdentity();
  const store = among?.store ?? storeFor(directory);
  if (identity === null || store === undefined) return undefined;
  return createAnswers(store, seal(JSON.stringify([1, identity, process.cwd(), directory, question])));
}

const seal = (text: string): string => Buffer.from(hashOf(text), "base64").toString("hex");

function createAnswers(store: Store, name: string): Answers {
  const observations: Observations = new Map();
  const modules = new Map<string, Augmented>();
  const sources = new Map<string, string | null>();
  const given = new Map<string, string>();
  let state = 0;
  let isDirty = false;

  const disk = diskHashes();
  const textNow = (fileName: string): string | undefined => given.get(fileName) ?? textOnDisk(fileName);
  const hashNow = (fileName: string): string => {
    const text = given.get(fileName);
    return text === undefined ? disk(fileName) : textReply(text);
  };

  let isOpen: boolean | undefined;
  /** Once for the process; later changes are seen as a project sees them, by the files that an answer depends on. */
  const open = (): boolean => {
    if (isOpen !== undefined) return isOpen;
    isOpen = false;
    // What is seen already may be something else than is read now.
    const text = observations.size > 0 ? undefined : store.read(name);
    if (text === undefined) return false;
    const kept = JSON.parse(text) as Kept; // whole, since its seal is
    // Each file is read once, for all that is asked about it.
    const texts = new Map<string, string | undefined>();
    const textOf = (fileName: string): string | undefined => {
      if (!texts.has(fileName)) texts.set(fileName, textNow(fileName));
      return texts.get(fileName);
    };
    for (const [key, reply] of kept.observations) {
      const now = ask(key, textOf);
      if (now !== reply) return false;
    }
    for (const [key, reply] of kept.observations) observations.set(key, reply);
    for (const module of kept.modules) modules.set(module.fileName, module);
    for (const [key, source] of kept.sources) sources.set(key, source);
    return (isOpen = true);
  };

  const note = (question: Question, about: string, reply: string): void => {
    const key = keyOf(question, about);
    const known = observations.get(key);
    if (known === reply) return;
    observations.set(key, reply);
    if (known === undefined) return;
    // What was made until now was made from something else.
    state++;
    modules.clear();
    sources.clear();
    isDirty = true;
  };
  const lastText = new Map<string, string | undefined>();
  const witness: Witness = {
    text(fileName, text) {
      if (lastText.has(fileName) && lastText.get(fileName) === text) return;
      lastText.set(fileName, text);
      note("text", fileName, textReply(text));
    },
    stamp: (fileName) => note("stamp", fileName, stampOf(fileName)),
    tags: (fileName, has) => note("tags", fileName, truth(has)),
    file: (about, is) => note("file", about, truth(is)),
    directory: (about, is) => note("directory", about, truth(is)),
    directories: (about, below) => note("directories", about, listReply(below)),
    real: (about, to) => note("real", about, to),
    sources: (patterns, names) => note("sources", JSON.stringify(patterns), sourcesReply(names, textOnDisk)),
    lost: () => (state = NaN), // equal to no state
    state: () => state,
    made(answer, of) {
      // What is wrong is said by who finds it, each time.
      if (of !== state || answer.diagnostics.some(({ category }) => category === "error")) return;
      modules.set(answer.fileName, answer);
      changed();
    },
  };

  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    isDirty = true;
    saveAtExit(save);
    timer?.refresh();
    // A process that serves may be killed.
    timer ??= setTimeout(save, 2000).unref();
  };
  const save = (): void => {
    unsaved.delete(save);
    if (!isDirty || modules.size + sources.size === 0) return;
    isDirty = false;
    const kept: Kept = { observations: [...observations], modules: [...modules.values()], sources: [...sources] };
    store.write(name, JSON.stringify(kept));
  };

  return {
    find(fileName, text) {
      if (disk(fileName) === textReply(text)) given.delete(fileName);
      else given.set(fileName, text);
      if (!open()) return undefined;
      const known = modules.get(fileName);
      if (known === undefined) return undefined;
      const isSame = (file: string): boolean => hashNow(file) === observations.get(keyOf("text", file));
      if (known.text === text && [fileName, ...known.dependencies].every(isSame)) return known;
      isOpen = false;
      return undefined;
    },
    findSource: (specifier, importer) => (open() ? sources.get(`${specifier}\t${importer}`) : undefined),
    keepSource(specifier, importer, source, of) {
      if (of !== state) return;
      sources.set(`${specifier}\t${importer}`, source ?? null);
      changed();
    },
    given,
    witness,
    close: () => (isOpen = false),
    save,
  };
}

/** Hashes of the texts of files, each read once until its file changes. */
function diskHashes(): (fileName: string) => string {
  const known = new Map<string, { readonly state: string; readonly hash: string }>();
  return (fileName) => {
    const stat = statSync(fileName, { throwIfNoEntry: false });
    const state = stat === undefined ? "" : `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
    const found = known.get(fileName);
    if (found?.state === state) return found.hash;
    const hash = textReply(textOnDisk(fileName));
    known.set(fileName, { state, hash });
    return hash;
  };
}

const unsaved = new Set<() => void>();
let isWaiting = false;
function saveAtExit(save: () => void): void {
  unsaved.add(save);
  if (isWaiting) return;
  isWaiting = true;
  process.on("exit", () => {
    for (const each of unsaved) each();
  });
}
