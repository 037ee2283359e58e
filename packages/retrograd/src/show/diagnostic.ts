/** A message with its place; `line` and `column` count from 1, `start` from 0. Structurally the compiler's own. */
export interface Diagnostic {
  readonly code: string;
  readonly category: "error" | "warning";
  readonly message: string;
  readonly help: string;
  readonly fileName: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly length: number;
}
