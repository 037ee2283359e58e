/** RG9xxx: faults of the compiler. No text should produce them, so they have no example. */
import type { Entry } from "./entry.ts";

export const bugs = {
  internal: {
    category: "error",
    family: "bug",
    code: "RG9001",
    message: ({ fn, detail }: { fn: string; detail: string }) => `while differentiating \`${fn}\`: ${detail}`,
    help: () => "your function is not to blame; please report it with the function's text",
    example: null,
  } satisfies Entry<{ fn: string; detail: string }>,
};
