/** The words of our tags, and what may be misspellings of them. No compiler is needed here: hosts ask for every file of a project. */

export type TagName = "differentiable" | "derivativeOf" | "checkpoint";

/**
 * May a text have tags? Nearly every file of a project has none, and looking at its comments would cost a parse of every token.
 * Hosts may ask before they make a program.
 */
export function mayHaveTags(text: string): boolean {
  for (const match of text.matchAll(tagWords)) if (knownTag(match[1] ?? "") !== undefined) return true;
  return false;
}

/** A word after an `@`, with a space at most: what a tag, or a misspelt one, looks like. */
export const tagWords = /@\s?(\p{L}[\p{L}\p{N}_-]*)/gu;

/** The tag of this name; null if it is a misspelling of `differentiable`; undefined if it is none of our business. */
export function knownTag(name: string): TagName | null | undefined {
  if (name === "differentiable" || name === "derivativeOf" || name === "checkpoint") return name;
  const lower = name.toLowerCase();
  if (lower.startsWith("differentia") || (lower.startsWith("d") && editDistance(lower, "differentiable") <= 3)) return null;
  return lower === "derivativeof" ? "derivativeOf" : undefined;
}

/** The least number of letters to insert, drop or replace that turns one word into the other (Wagner & Fischer 1974). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The candidate nearest to a word, if it is near enough to have been meant. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
