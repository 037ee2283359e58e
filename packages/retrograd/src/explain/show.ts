import type { Console } from "../show/console.ts";
import { table } from "../show/table.ts";
import type { Stage } from "./instrument.ts";
import type { Birth, DifferenceCheck, RunResult } from "./record.ts";
import type { Row, Share } from "./rows.ts";

type Ran = Extract<RunResult, { readonly kind: "ran" }>;

export interface Explanation {
  readonly call: string;
  readonly place: string;
  readonly run: Ran;
  readonly stages: readonly Stage[];
  readonly rows: readonly Row[];
  readonly inputs: readonly Row[];
}

/** Prints an explanation: the table of stages, the sums at forks, the comparison with differences, and where a NaN was born. */
export function showExplanation(explanation: Explanation, console: Console): void {
  const { call, place, run, rows, inputs } = explanation;
  const bold = (text: string): string => (console.colorOut ? `\u001b[1m${text}\u001b[0m` : text);
  const value = run.result["value"];
  const lines = [`${bold(`${call} = ${exact(value)}`)}   (${place})`];
  if (typeof value !== "number") lines.push("the gradient is that of the sum of its numbers (an incoming gradient of ones)");
  if (exact(value) !== exact(run.primalValue)) {
    lines.push(`called by itself, the function returned ${exact(run.primalValue)}: it does not give the same twice`);
  }
  lines.push("");
  lines.push(...table([["line", "statement", "value", "gradient", "from"], ...rows.map(cells)], console.colorOut));
  lines.push("", bold("gradient"));
  for (const input of inputs) lines.push(`  ${sum(input, run)}`);
  lines.push("", bold("differences of the function itself"), ...differences(run));
  lines.push("", birth(run.birth, explanation));
  console.out(lines.join("\n"));
}

function cells(row: Row): readonly string[] {
  const times = row.count > 1 ? ` (the last of ${row.count} times)` : "";
  return [
    row.line === null ? "" : String(row.line),
    row.statement + times,
    short(row.value),
    row.gradient === undefined ? "" : short(row.gradient),
    row.variable === "value" ? "the result" : row.shares.map(arrow).join("  "),
  ];
}

const arrow = (share: Share): string => `← ${origin(share)}`;
const origin = ({ from, factor }: Share): string => (from === null ? factor : `${from}: × ${factor}`);

/** `dx = 2.06 = 1.09 (← xpy: × 1) + 0.33 (← sigx: × (1 - sigx) * sigx)`. */
function sum(input: Row, { result }: Ran): string {
  const field = `d${input.variable}`;
  if (!Object.hasOwn(result, field)) return `${field}: none (see --why ${input.variable})`;
  const total = `${field} = ${exact(result[field])}`;
  const parts = input.shares.filter((share) => share.value !== null);
  if (parts.length === 0) return total;
  const shown = parts.map(
    (share) => `${short(share.value)} (${arrow(share)}${share.count > 1 ? `, ${share.count} times` : ""})`,
  );
  return `${total}${parts.length > 1 ? "  is the sum of " : "  "}${shown.join(" + ")}`;
}

function differences({ differences: checks, notCompared }: Ran): readonly string[] {
  const lines = checks.map((check) => `  ${check.name}  ${exact(check.difference)}  ${verdict(check)}`);
  if (notCompared > 0) lines.push(`  ${notCompared} more numbers were not compared`);
  return lines.length === 0 ? ["  nothing to compare"] : lines;
}

/** In words, how a difference stands to the gradient. */
export function verdict({ gradient, difference, error }: DifferenceCheck): string {
  if (!Number.isFinite(difference) || !Number.isFinite(error)) return "no difference can be formed here";
  const apart = Math.abs(gradient - difference);
  const scale = Math.max(1, Math.abs(gradient), Math.abs(difference));
  if (error > 0.1 * scale)
    return `is no measure: differences scatter by ${error.toExponential(1)} here (a random draw, a jump, rounding)`;
  if (apart <= 10 * error + 1e-9 * scale)
    return error <= 1e-4 * scale
      ? `agrees (${apart.toExponential(1)} apart)`
      : `agrees as far as differences can tell (they are only good to ${error.toExponential(1)} here)`;
  return `does NOT agree (${apart.toExponential(1)} apart): a kink or a jump near this point, a random draw, or a fault of Retrograd`;
}

function birth(born: Birth | null, { stages, rows, run }: Explanation): string {
  if (born === null)
    return Object.values(run.result).every(isFiniteOrOther)
      ? "every number is finite"
      : "a number that is not finite came in with the arguments";
  const stage = stages[born.id];
  if (stage === undefined) return "";
  const line = rows.find((row) => row.statement === `${stage.target} ${stage.operator} ${stage.right}`)?.line ?? null;
  const where =
    line !== null
      ? `at line ${line}`
      : stage.reverseOf === null
        ? "in the gradient"
        : `in the reverse of \`${stage.reverseOf}\``;
  const operands = stage.operands.map((text, index) => `${text} = ${short(born.operands[index])}`).join(", ");
  const trip = born.trip > 1 ? `, on its execution number ${born.trip}` : "";
  return `the first ${String(born.value)} is born ${where}: ${stage.target} ${stage.operator} ${stage.right}${operands === "" ? "" : ` with ${operands}`}${trip}`;
}

const isFiniteOrOther = (value: unknown): boolean => typeof value !== "number" || Number.isFinite(value);

/** A number to eight digits; anything else cut short. */
export function short(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(8))) : limited(exact(value), 32);
}

/** A value as it would be written. */
export function exact(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return `[${Object.values(value).map(exact).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${exact(inner)}`)
      .join(", ")} }`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const limited = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
