/**
 * What a user is told, as data. Passes make findings from catalogue entries, the reporter gives them a position,
 * hosts show them (squiggle, code frame, bundler error).
 */
import { opening, type Entry } from "./entry.ts";

/** A stretch of a file, in characters from its start. Structurally the `Loc` of the IR. */
export interface Place { readonly fileName: string; readonly start: number; readonly end: number }

/** A message with its place. Structurally the `Refusal` of the IR, where it waits until activity is known. */
export interface Finding { readonly code: string; readonly message: string; readonly help: string; readonly loc: Place }

/** What the public API returns. `line` and `column` count from 1, `start` from 0. */
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

/** One step of a call chain: "in `callee`, called from `caller` at 12:7". */
export interface CallSite { readonly callee: string; readonly caller: string; readonly line: number; readonly column: number }

/** A finding: the entry's text for this data, at this place, with the chain of calls that led there (innermost first). */
export function finding<P>(entry: Entry<P>, data: P, loc: Place, chain: readonly CallSite[] = []): Finding {
  const all = chain.map((step) => `in \`${step.callee}\`, called from \`${step.caller}\` at ${step.line}:${step.column}`);
  // Of a long chain both ends matter: where it was found, and which call of the marked function led there.
  const steps = all.length <= 6 ? all : [...all.slice(0, 3), `${all.length - 5} more calls`, ...all.slice(-2)];
  const via = steps.length === 0 ? "" : ` (${steps.join("; ")})`;
  return {
    code: entry.code,
    message: opening[entry.family] + entry.message(data) + via,
    help: entry.help(data),
    loc: { fileName: loc.fileName, start: loc.start, end: loc.end },
  };
}

/** `a`, `b` and `c`, each in backticks; `fallback` for none. */
export function list(names: readonly string[], fallback: string): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop();
  if (last === undefined) return fallback;
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}
