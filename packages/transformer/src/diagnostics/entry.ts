/**
 * The families of failure; each opens its message differently.
 * - `mistake`: the user's text is at fault. - `never`: the language will not have it. - `later`: not supported yet. - `bug`: ours.
 */
export type Family = "mistake" | "never" | "later" | "bug";

/** One diagnostic: its text is made from typed data, in the user's own names. */
export interface Entry<P> {
  readonly code: `RG${number}`;
  readonly category: "error" | "warning";
  readonly family: Family;
  /** What was found. */
  message(data: P): string;
  /** What to write instead. */
  help(data: P): string;
  /** A module that produces exactly this diagnostic; the test suite compiles it. */
  readonly example: string;
}
