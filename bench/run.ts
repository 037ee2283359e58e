/**
 * pnpm bench [filter] [--rounds N] [--json | --markdown] [--check] [--emit folder] [--data folder]
 *
 * What a gradient costs: compiles the cases, checks value and gradient, and times primal, generated and hand-written gradient.
 * README.md says how to read the table. Fails only if a case is refused or wrong, never for its time.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { differentiate } from "../packages/transformer/src/index.ts";
import { casesFromFiles } from "./adbench.ts";
import { findCases } from "./case.ts";
import { formatPage, formatRow, formatSummary, heading, means } from "./report.ts";
import type { Row } from "./report.ts";
import { runCase } from "./runCase.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "21" },
    json: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    emit: { type: "string" },
    data: { type: "string" },
  },
});

const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a whole number from 1`);
const cases = findCases(positionals[0] ?? "");
if (cases.length === 0) throw new Error(`no case contains \`${positionals[0]}\``);

if (values.data !== undefined) cases.push(...casesFromFiles(values.data, cases));

const asTable = !values.json && !values.markdown;
const rows: Row[] = [];
for (const bench of cases) {
  if (asTable && rows.at(-1)?.category !== bench.category) {
    console.log(`${rows.length > 0 ? "\n" : ""}${bench.category}\n${heading}`);
  }
  const row = runCase(bench, differentiate, { rounds, checkOnly: values.check, emit: values.emit ?? null });
  rows.push(row);
  if (asTable) console.log(formatRow(row));
}
if (asTable) console.log(`\n${formatSummary(rows)}`);
if (values.json) console.log(JSON.stringify({ rounds, rows, means: means(rows) }, null, 2));
if (values.markdown)
  console.log(formatPage(rows, `Node ${process.versions.node}, ${cpus()[0]?.model ?? "an unknown processor"}`));
if (rows.some(({ outcome }) => outcome.kind === "refused" || outcome.kind === "wrong")) process.exitCode = 1;
