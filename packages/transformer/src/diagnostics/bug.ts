/** A fault of the compiler itself, never of the user's text. */
export class CompilerBug extends Error {
  override readonly name = "CompilerBug";
}

/** Stops with a fault of ours; the pipeline turns it into a diagnostic that says so. */
export function bug(message: string): never {
  throw new CompilerBug(message);
}

/** The end of an exhaustive switch. */
export function assertNever(value: never): never {
  return bug(`unexpected ${JSON.stringify(value)}`);
}
