import ts from "typescript";
import { mayHaveTags } from "@retrograd/transformer/tags";
import type { DoctorArguments } from "../arguments.ts";
import { exitCodes } from "../exitCodes.ts";
import { shownName, siblingName } from "../files/names.ts";
import { readIfThere } from "../files/writeAtomic.ts";
import { compileAll, type CompiledFile } from "../project/compileAll.ts";
import { findSources, typeScriptBelow } from "../project/findSources.ts";
import { detect, majorOf, type Found } from "../setup/detect.ts";
import { unresolvedImports, type Unresolved } from "../setup/unresolved.ts";
import { format } from "../sibling/format.ts";
import type { Console } from "../show/console.ts";
import { count } from "../show/diagnostics.ts";
import { version } from "../show/version.ts";

/** What doctor found out. */
interface Report {
  readonly retrograd: string;
  readonly typescript: { readonly project: string | null; readonly own: string };
  readonly runtime: string | null;
  readonly hosts: readonly { readonly name: string; readonly file: string; readonly isSetUp: boolean }[];
  readonly marked: readonly {
    readonly file: string;
    readonly functions: readonly string[];
    readonly refused: readonly string[];
    readonly sibling: "current" | "stale" | "none";
  }[];
  /** Imports of gradients that would not resolve. */
  readonly unresolved: readonly Unresolved[];
  readonly advice: readonly string[];
}

/** `retrograd doctor`: see its help text. Resolves to the exit code. */
export async function doctor(args: DoctorArguments, cwd: string, console: Console): Promise<number> {
  const found = detect(cwd);
  // A project that has no source yet is looked at all the same.
  const sources = args.globs.length === 0 ? typeScriptBelow(cwd) : findSources(args.globs, cwd);
  const marked = sources.filter((name) => mayHaveTags(readIfThere(name) ?? ""));
  const compiled = compileAll(marked, { project: args.project, cwd, targetOf: (name) => siblingName(name) });
  const report = {
    retrograd: version(),
    typescript: { project: found.typescript, own: ts.version },
    runtime: found.runtime,
    hosts: found.hosts,
    marked: await Promise.all(
      compiled.filter(({ compiled: { tagged } }) => tagged.length > 0).map((file) => describe(file, cwd)),
    ),
    unresolved: sources.flatMap((name) => unresolvedImports(name, found, compiled, cwd)),
    advice: advice(found, compiled),
  };
  console.out(args.format === "json" ? JSON.stringify(report, null, 2) : inWords(report));
  return report.unresolved.length > 0 ? exitCodes.diagnostics : exitCodes.fine;
}

async function describe(file: CompiledFile, cwd: string): Promise<Report["marked"][number]> {
  const functions = file.compiled.functions.map(({ name }) => name);
  const present = readIfThere(file.target);
  const wanted = file.sibling === null ? null : await format(file.sibling.text, file.target);
  return {
    file: shownName(file.fileName, cwd),
    functions,
    refused: file.compiled.tagged.filter((name) => !functions.includes(name)),
    sibling: present === null ? "none" : present === wanted ? "current" : "stale",
  };
}

function advice(found: Found, compiled: readonly CompiledFile[]): readonly string[] {
  const said: string[] = [];
  const major = majorOf(found.typescript),
    patch = majorOf(found.tsPatch);
  for (const { name, file, isSetUp } of found.hosts)
    if (!isSetUp) said.push(`${name} is there, but ${file} does not name retrograd/${name}: npx retrograd init`);
  if (major !== null && major >= 7 && patch !== null)
    said.push(`ts-patch does not run on TypeScript ${found.typescript}: use files (retrograd build), or TypeScript 6`);
  if (major === 5 && patch === 4) said.push("ts-patch 4 needs TypeScript 6: use ts-patch 3.3 with TypeScript 5");
  const needsRuntime = compiled.some(({ compiled: { code } }) => /from "@retrograd\/runtime"/.test(code));
  if (needsRuntime && found.runtime === null)
    said.push("generated code imports @retrograd/runtime: npm install @retrograd/runtime");
  if (found.runtime !== null && found.runtime !== version())
    said.push(`@retrograd/runtime is ${found.runtime} and retrograd ${version()}: install the same version of both`);
  return said;
}

function inWords(report: Report): string {
  const { hosts, marked, unresolved, advice: said } = report;
  const project = report.typescript.project ?? "none";
  const lines = [
    `retrograd ${report.retrograd}, with TypeScript ${report.typescript.own} of its own; the project has TypeScript ${project}`,
    `runtime: ${report.runtime ?? "not installed (needed for matrices and stopGradient only)"}`,
    `hosts: ${hosts.length === 0 ? "none found, so gradients come from files (retrograd build)" : hosts.map(({ name, file, isSetUp }) => `${name} (${file}${isSetUp ? "" : ", not set up"})`).join(", ")}`,
    `marked: ${count(
      marked.reduce((sum, { functions, refused }) => sum + functions.length + refused.length, 0),
      "function",
    )} in ${count(marked.length, "file")}`,
    ...marked.map(({ file, functions, refused, sibling }) => {
      const file_ = sibling === "none" ? "no file beside it" : `the file beside it is ${sibling}`;
      return `  ${file}: ${[...functions, ...refused.map((name) => `${name} (refused)`)].join(", ")}; ${file_}`;
    }),
    ...unresolved.map(({ file, line, specifier, why }) => `problem: ${file}:${line} imports "${specifier}": ${why}`),
    ...said.map((each) => `advice: ${each}`),
  ];
  return lines.join("\n");
}
