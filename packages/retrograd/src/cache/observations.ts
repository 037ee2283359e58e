import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { mayHaveTags } from "@retrograd/transformer/tags";
import { isDeclarationName, isSiblingName } from "../files/names.ts";

/**
 * What an answer was made from: every question to the disk, with what it said. Nothing else goes into an answer but what is part of
 * the key of a cache; so where all questions have the same replies as before, the compiler would say the same as before.
 *
 * Questions are about names and not about files, so a file that was not there is a reply too: if it appears, another one is given.
 */
export type Observations = Map<string, string>;

export type Question =
  | "text" // of a file, as a hash
  | "stamp" // of a file that nobody edits: its length, and when it was written
  | "tags" // may its text have tags? (Of most files of a project nobody asks more.)
  | "file"
  | "directory"
  | "directories" // below a directory
  | "real" // what a name leads to
  | "sources"; // the files that a configuration includes, by its patterns, as far as they count

export const keyOf = (question: Question, name: string): string => `${question}\t${name}`;

const yes = "yes",
  no = "no";
export const truth = (is: boolean): string => (is ? yes : no);
export const textReply = (text: string | undefined): string => (text === undefined ? no : hashOf(text));
export const listReply = (names: readonly string[]): string => hashOf([...names].sort().join("\n"));
/**
 * Of the files of a project count those that are marked and those that declare something for others, which is why it reads no others. So a file may come
 * and go without a change of the reply.
 */
export const sourcesReply = (names: readonly string[], textOf: (name: string) => string | undefined): string =>
  listReply(names.filter((name) => isDeclarationName(name) || (!isSiblingName(name) && mayHaveTags(textOf(name) ?? ""))));

export function stampOf(name: string): string {
  const state = stateOf(name);
  return state === undefined ? no : `${state.size} ${state.mtimeMs}`;
}

export const hashOf = (text: string): string => createHash("sha1").update(text).digest("base64");

/** Asks again. `textOf`: the text of a file by now, which need not be the one on disk. */
export function ask(key: string, textOf: (name: string) => string | undefined): string | undefined {
  const tab = key.indexOf("\t");
  const question = key.slice(0, tab),
    name = key.slice(tab + 1);
  if (question === "text") return textReply(textOf(name));
  if (question === "stamp") return stampOf(name);
  if (question === "tags") return truth(mayHaveTags(textOf(name) ?? ""));
  if (question === "file") return truth(stateOf(name)?.isFile() === true);
  if (question === "directory") return truth(stateOf(name)?.isDirectory() === true);
  if (question === "directories") return listReply(entriesOf(name).directories);
  if (question === "real") return realName(name);
  if (question === "sources") return sourcesReply(included(JSON.parse(name) as Patterns), textOf);
  return undefined;
}

const stateOf = (name: string) => statSync(name, { throwIfNoEntry: false });

/** As the compiler reads them: nobody else may, so that what is compared is the same. */
export function textOnDisk(name: string): string | undefined {
  try {
    return decode(readFileSync(name));
  } catch {
    return undefined; // what cannot be read is not there
  }
}

/** UTF-8 unless a mark at the beginning says otherwise; the mark is no part of the text. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes.subarray(2, bytes.length & ~1)).swap16().toString("utf16le");
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

interface Entries {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** Links count as what they lead to. */
function entriesOf(name: string): Entries {
  const files: string[] = [],
    directories: string[] = [];
  try {
    for (const entry of readdirSync(name === "" ? "." : name, { withFileTypes: true })) {
      const state = entry.isSymbolicLink() ? stateOf(path.join(name, entry.name)) : entry;
      if (state?.isFile() === true) files.push(entry.name);
      else if (state?.isDirectory() === true) directories.push(entry.name);
    }
  } catch {
    return { files: [], directories: [] }; // there is no such directory, or it is not for us
  }
  return { files, directories };
}

/** The files that a configuration includes, as the compiler understands its `include` and `exclude`: regular expressions of whole names. */
export interface Patterns {
  readonly from: readonly string[];
  readonly extensions: readonly string[];
  /** Null: all. */
  readonly files: readonly string[] | null;
  readonly directories: string | null;
  readonly excluded: string | null;
  readonly isCaseSensitive: boolean;
}

export function included(patterns: Patterns): readonly string[] {
  const expression = (text: string): RegExp => new RegExp(text, patterns.isCaseSensitive ? "" : "i");
  const files = patterns.files?.map(expression);
  const directories = patterns.directories === null ? undefined : expression(patterns.directories);
  const excluded = patterns.excluded === null ? undefined : expression(patterns.excluded);
  const found: string[] = [];
  const visited = new Set<string>();
  const visit = (directory: string): void => {
    const real = realName(directory);
    if (visited.has(real)) return;
    visited.add(real);
    const below = entriesOf(directory);
    const within = (name: string): string => (directory.endsWith("/") ? directory + name : `${directory}/${name}`);
    for (const name of below.files.map(within)) {
      if (!patterns.extensions.some((extension) => name.endsWith(extension)) || excluded?.test(name) === true) continue;
      if (files === undefined || files.some((each) => each.test(name))) found.push(name);
    }
    for (const name of below.directories.map(within))
      if (directories?.test(name) !== false && excluded?.test(name) !== true) visit(name);
  };
  for (const directory of patterns.from) visit(directory);
  return found;
}

export function realName(name: string): string {
  try {
    return realpathSync.native(name);
  } catch {
    return name;
  }
}
