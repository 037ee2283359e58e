/**
 * Writes what is generated from the tables: the reference pages and the runtime's types for the frontend.
 * `test/docs.test.ts` and `test/course.test.ts` compare the same texts with what is checked in.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { commandLinePage } from "./reference/commandLine.ts";
import { diagnosticsPage } from "./reference/diagnostics.ts";
import { readme } from "./reference/readme.ts";
import { rulesPage } from "./reference/rules.ts";
import { supportedSyntaxPage } from "./reference/supportedSyntax.ts";
import { generateRuntimeDeclarations } from "./runtimeDeclarations.ts";
import { generateKernel } from "./wasmKernel.ts";

/** The generated files by their path from the root. */
export const generators: Readonly<Record<string, () => string>> = {
  "README.md": readme,
  "docs/reference/command-line.md": commandLinePage,
  "docs/reference/rules.md": rulesPage,
  "docs/reference/diagnostics.md": diagnosticsPage,
  "docs/reference/supported-syntax.md": supportedSyntaxPage,
  "packages/transformer/src/frontend/programs/runtimeDeclarations.ts": generateRuntimeDeclarations,
  "packages/runtime/src/wasmKernel.ts": generateKernel,
};

/** Where a path from the root lies. */
export function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, generate] of Object.entries(generators)) {
    mkdirSync(dirname(fromRoot(path)), { recursive: true });
    writeFileSync(fromRoot(path), generate());
    console.log(path);
  }
  // Loaded only here: whoever compares the reference pages needs no compiler of whole projects.
  const { buildExamples, coursePages } = await import("./course.ts");
  await buildExamples();
  for (const [path, text] of await coursePages()) {
    writeFileSync(fromRoot(path), text);
    console.log(path);
  }
}
