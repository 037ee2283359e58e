import type { Timing } from "./measure.ts";

/** What became of one case. */
export interface Row {
  readonly category: string;
  readonly name: string;
  /** Refused with these codes, wrong in these words, found right but not timed, or timed. */
  readonly outcome:
    | { readonly kind: "refused"; readonly why: string }
    | { readonly kind: "wrong"; readonly why: string }
    | { readonly kind: "right" }
    | { readonly kind: "timed"; readonly timing: Timing };
}

export interface Means {
  readonly cases: number;
  readonly gradientPerPrimal: number | null;
  readonly gradientPerHand: number | null;
  readonly handPerPrimal: number | null;
}

/** Geometric means over the timed rows. */
export function means(rows: readonly Row[]): Means {
  const timings = rows.flatMap((row) => (row.outcome.kind === "timed" ? [row.outcome.timing] : []));
  const of = (pick: (timing: Timing) => number | null): number | null => {
    const values = timings.map(pick).filter((value) => value !== null);
    return values.length === 0 ? null : Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length);
  };
  return {
    cases: timings.length,
    gradientPerPrimal: of((timing) => timing.gradientPerPrimal),
    gradientPerHand: of((timing) => timing.gradientPerHand),
    handPerPrimal: of((timing) => timing.handPerPrimal),
  };
}

export const heading = line("case", "primal", "grad/primal", "grad/hand", "hand/primal");

export function formatRow({ name, outcome }: Row): string {
  if (outcome.kind === "right") return `  ${name.padEnd(24)}right`;
  if (outcome.kind !== "timed") return `  ${name.padEnd(24)}${outcome.kind}: ${outcome.why}`;
  const { timing } = outcome;
  return line(
    `  ${name}`,
    formatTime(timing.primal),
    formatRatio(timing.gradientPerPrimal),
    formatRatio(timing.gradientPerHand),
    formatRatio(timing.handPerPrimal),
  );
}

/** The means of each category and of all, then the slowest. */
export function formatSummary(rows: readonly Row[]): string {
  const categories = [...new Set(rows.map((row) => row.category))];
  const groups: [string, readonly Row[]][] = categories.map((name) => [name, rows.filter((r) => r.category === name)]);
  if (groups.length > 1) groups.push(["all", rows]);
  const lines = ["geometric means", heading];
  for (const [name, group] of groups) {
    const mean = means(group);
    lines.push(
      line(
        `  ${name} (${mean.cases} of ${group.length})`,
        "",
        formatRatio(mean.gradientPerPrimal),
        formatRatio(mean.gradientPerHand),
        formatRatio(mean.handPerPrimal),
      ),
    );
  }
  lines.push("", "slowest against the primal", ...slowest(rows, (timing) => timing.gradientPerPrimal));
  lines.push("", "slowest against hand-written", ...slowest(rows, (timing) => timing.gradientPerHand));
  const without = rows.filter((row) => row.outcome.kind !== "timed");
  if (without.length > 0) lines.push("", `without figures: ${without.map((row) => row.name).join(", ")}`);
  return lines.join("\n");
}

function slowest(rows: readonly Row[], pick: (timing: Timing) => number | null): string[] {
  return rows
    .flatMap((row) => {
      const ratio = row.outcome.kind === "timed" ? pick(row.outcome.timing) : null;
      return ratio === null ? [] : [{ row, ratio }];
    })
    .toSorted((a, b) => b.ratio - a.ratio)
    .slice(0, 8)
    .map(({ row, ratio }) => `  ${formatRatio(ratio).padStart(6)}  ${row.category}/${row.name}`);
}

function line(name: string, ...columns: string[]): string {
  return (name.padEnd(26) + columns.map((column) => column.padStart(12)).join("")).trimEnd();
}

function formatRatio(ratio: number | null): string {
  return ratio === null ? "-" : ratio.toFixed(2);
}

function formatTime(nanoseconds: number): string {
  if (nanoseconds < 1000) return `${nanoseconds.toFixed(1)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1000).toFixed(1)} µs`;
  return `${(nanoseconds / 1e6).toFixed(2)} ms`;
}

/** A page with all figures, for docs/benchmarks.md. */
export function formatPage(rows: readonly Row[], machine: string): string {
  const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
    [
      `| ${head.join(" | ")} |`,
      `|${head.map((_, column) => (column === 0 ? "---|" : "---:|")).join("")}`,
      ...body.map((cells) => `| ${cells.join(" | ")} |`),
    ].join("\n");
  const categories = [...new Set(rows.map((row) => row.category))];
  const groups: [string, readonly Row[]][] = categories.map((name) => [name, rows.filter((r) => r.category === name)]);
  const summary = [...groups, ["**all**", rows] as const].map(([name, group]) => {
    const mean = means(group);
    const worst = Math.max(
      ...group.map(({ outcome }) => (outcome.kind === "timed" ? (outcome.timing.gradientPerPrimal ?? 0) : 0)),
    );
    return [
      name,
      `${mean.cases} of ${group.length}`,
      formatRatio(mean.gradientPerPrimal),
      formatRatio(worst),
      formatRatio(mean.gradientPerHand),
      formatRatio(mean.handPerPrimal),
    ];
  });
  const details = groups.map(([name, group]) => {
    const body = group.map(({ name: row, outcome }) =>
      outcome.kind === "timed"
        ? [
            row,
            formatTime(outcome.timing.primal),
            formatRatio(outcome.timing.gradientPerPrimal),
            formatRatio(outcome.timing.gradientPerHand),
            formatRatio(outcome.timing.handPerPrimal),
          ]
        : [row, outcome.kind === "right" ? "" : `${outcome.kind}: ${outcome.why}`, "", "", ""],
    );
    return `## ${name}\n\n${table(["case", "primal", "grad/primal", "grad/hand", "hand/primal"], body)}`;
  });
  return `# Benchmarks

Made by \`pnpm bench --markdown\` on ${machine}. What the columns mean, and how it is timed: [bench/README.md](../bench/README.md).
Means are geometric; \`grad/hand\` and \`hand/primal\` are over the cases with a hand-written gradient.

${table(["", "cases", "grad/primal", "worst", "grad/hand", "hand/primal"], summary)}

${details.join("\n\n")}
`;
}
