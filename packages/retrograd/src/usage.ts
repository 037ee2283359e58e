/** The command was not understood or cannot be carried out as given: exit code 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What to say of an error that is the caller's or the system's (a file that cannot be read or written); null: a fault of ours. */
export function complaint(error: unknown): string | null {
  if (error instanceof UsageError) return error.message;
  return error instanceof Error && "syscall" in error ? error.message : null;
}
