/**
 * Every message of the compiler, by name. One file for each kind; a test compiles every example and expects exactly its code,
 * and applies every rewrite and expects silence. docs/reference/diagnostics.md is generated from here.
 *
 * To add a message: an entry in the file of its kind with the next free number. Data holds the user's own names and text;
 * the message says what was found first, then what is wrong; the help has the rewrite in backticks.
 */
import type { Entry } from "./entry.ts";
import { tagMistakes } from "./tagMistakes.ts";
import { languageEntries } from "./language.ts";
import { mistakes } from "./mistakes.ts";
import { never } from "./never.ts";
import { notYet } from "./notYet.ts";
import { doubts } from "./doubts.ts";
import { bugs } from "./bugs.ts";

export const catalogue = { ...tagMistakes, ...mistakes, ...languageEntries, ...never, ...notYet, ...doubts, ...bugs };

export type EntryName = keyof typeof catalogue;

/** All entries with their names, by code. */
export function entries(): readonly (readonly [EntryName, Entry<never>])[] {
  const names = Object.keys(catalogue) as EntryName[]; // keys of a literal: exactly the names
  return names
    .map((name) => [name, catalogue[name] as Entry<never>] as const)
    .sort(([, a], [, b]) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}
