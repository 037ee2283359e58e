/** The command was not understood or cannot be carried out as given: exit code 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
