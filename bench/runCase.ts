import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { BenchCase } from "./case.ts";
import { findMistake } from "./check.ts";
import { loadCase } from "./load.ts";
import { measure } from "./measure.ts";
import type { Row } from "./report.ts";

/** What the compiler gives for a source text, as far as it matters here. */
export type Differentiate = (
  text: string,
  options: { readonly fileName: string },
) => {
  readonly code: string;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly category: string;
    readonly message: string;
    readonly line: number;
  }[];
};

export interface RunOptions {
  readonly rounds: number;
  /** Only check, take no times. */
  readonly checkOnly: boolean;
  /** Where the generated modules are written to be read, or null. */
  readonly emit: string | null;
}

/** Compiles, checks and times one case. */
export function runCase(bench: BenchCase, differentiate: Differentiate, options: RunOptions): Row {
  const { category, name, data } = bench;
  const row = (outcome: Row["outcome"]): Row => ({ category, name: data ?? name, outcome });
  const { code, diagnostics } = differentiate(bench.text, { fileName: basename(bench.fileName) });
  if (options.emit !== null) {
    const folder = join(options.emit, category);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.ts`), code);
  }
  const errors = diagnostics.filter((diagnostic) => diagnostic.category === "error");
  if (errors.length > 0) {
    return row({ kind: "refused", why: errors.map((e) => `${e.code} at line ${e.line}: ${e.message}`).join("; ") });
  }
  let loaded;
  let mistake;
  try {
    loaded = loadCase(bench, code);
    mistake = findMistake(bench, loaded);
  } catch (error) {
    // a generated module that does not parse or throws where the primal does not: one row, and on with the others
    return row({ kind: "wrong", why: String(error) });
  }
  if (mistake !== null) return row({ kind: "wrong", why: mistake });
  if (loaded.gradient === null) return row({ kind: "wrong", why: `no grad_${name} and no diagnostic` });
  if (options.checkOnly) return row({ kind: "right" });
  return row({ kind: "timed", timing: measure(`${category}/${name}`, loaded, options.rounds) });
}
