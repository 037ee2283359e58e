/** Every example of the catalogue gives exactly its code, and what the help says to write compiles. */
import { expect, it } from "vitest";
import { catalogue, entries } from "../packages/transformer/src/diagnostics/catalogue.ts";
import { familyOfCode, opening, type Entry } from "../packages/transformer/src/diagnostics/entry.ts";
import { differentiate } from "../packages/transformer/src/index.ts";

const all = entries();
const withExample = all.filter(([, entry]) => entry.example !== null);
const withRewrite = all.filter(([, entry]) => entry.fixed !== undefined);
const said = (text: string, entry: Entry<never>): ReturnType<typeof differentiate>["diagnostics"] =>
  differentiate(text, { fileName: entry.fileName ?? "example.ts" }).diagnostics;

it("has no code twice, each in its family", () => {
  const codes = all.map(([, entry]) => entry.code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  for (const [, entry] of all) {
    expect(`${entry.code} ${familyOfCode(entry.code)}`).toBe(`${entry.code} ${entry.family}`);
    expect(entry.category).toBe(entry.family === "doubt" ? "warning" : "error");
  }
});

it("has an example for everything but our own faults and what takes more than one file", () => {
  expect(all.filter(([, entry]) => entry.example === null).map(([name]) => name)).toEqual(["ruleNotVisible", "unresolvedName", "notVisible", "internal"]);
});

it.each(withExample)("%s: the example gives exactly its code", (_, entry) => {
  const diagnostics = said(entry.example!, entry);
  expect(diagnostics.map((each) => each.code)).toEqual([entry.code]);
  const [found] = diagnostics;
  expect(found!.message.startsWith(opening[entry.family])).toBe(true);
  expect(found!.category).toBe(entry.category);
  expect(found!.length).toBeGreaterThan(0);
});

it.each(withRewrite)("%s: the rewrite compiles without a word", (_, entry) => {
  expect(said(entry.fixed!, entry).map((each) => `${each.code} ${each.message}`)).toEqual([]);
});

it.each(withRewrite)("%s: the rewrite is what the help says", (_, entry) => {
  // One of the pieces of code in the help stands in the rewritten text, word for word; `…` stands for what is kept.
  const help = said(entry.example!, entry)[0]?.help ?? "";
  const pieces = [...help.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
  const rewrite = squeeze(entry.fixed!);
  const applied = pieces.filter((piece) => piece.split("…").map(squeeze).every((part) => rewrite.includes(part)));
  const added = applied.filter((piece) => !piece.split("…").map(squeeze).every((part) => squeeze(entry.example!).includes(part)));
  expect(added.length > 0 || /\b(leave|remove|keep one|move|correct)\b/.test(help), `${help}\n${entry.fixed}`).toBe(true);
});

it("says what was found first, in the user's words", () => {
  for (const [name, entry] of withExample) {
    const message = said(entry.example!, entry)[0]?.message.slice(opening[entry.family].length) ?? "";
    expect(message.slice(0, 60), name).toMatch(/`/);
  }
});

it("names every entry once", () => {
  expect(new Set(Object.values(catalogue)).size).toBe(Object.keys(catalogue).length);
});

function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}
