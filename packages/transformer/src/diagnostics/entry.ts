/**
 * The families of message, kept apart because they ask different things of the reader:
 * - `mistake`: theirs to correct (RG1xxx). - `never`: asks for another way of writing (RG2xxx). - `later`: not built yet (RG3xxx).
 * - `doubt`: compiles, and is probably not what was meant (RG4xxx, the only warnings). - `bug`: ours (RG9xxx).
 */
export type Family = "mistake" | "never" | "later" | "doubt" | "bug";

/**
 * One diagnostic. `message` says what was found, in the user's names, then what is wrong with it; `help` says what to write instead.
 * Code in either stands in backticks. The opening word of the family is put before the message by `finding`.
 */
export interface Entry<P> {
  readonly code: `RG${number}`;
  readonly category: "error" | "warning";
  readonly family: Family;
  /** What was found. */
  message(data: P): string;
  /** What to write instead. */
  help(data: P): string;
  /** A module that produces exactly this diagnostic; the test suite compiles it. Null only where no text can produce it. */
  readonly example: string | null;
  /** The example as help rewrites it; compiles without diagnostics. Absent where there is nothing to do but wait. */
  readonly fixed?: string;
  /** The name of the example's file, `example.ts` unless the name matters. */
  readonly fileName?: string;
}

/** How a message of each family opens. */
export const opening: Readonly<Record<Family, string>> = {
  mistake: "Mistake: ",
  never: "Not supported: ",
  later: "Not yet: ",
  doubt: "Doubtful: ",
  bug: "A fault of Retrograd: ",
};

const familyOfDigit: Readonly<Record<string, Family>> = { 1: "mistake", 2: "never", 3: "later", 4: "doubt", 9: "bug" };

/** The family a code belongs to; anything that is not one of our codes counts as a bug. */
export function familyOfCode(code: string): Family {
  return familyOfDigit[code.charAt(2)] ?? "bug";
}
