import path from "node:path";
import type ts from "typescript";
import { compile, type Compiled } from "../compiler.ts";
import { layOutSibling, type Sibling } from "../sibling/layOutSibling.ts";
import { UsageError } from "../usage.ts";
import { configurations, type Configuration } from "./configuration.ts";
import { createSession } from "./session.ts";

/** A source file with what became of it. */
export interface CompiledFile {
  readonly fileName: string;
  readonly text: string;
  readonly program: ts.Program;
  readonly compiled: Compiled;
  /** Where its sibling goes. */
  readonly target: string;
  /** The file to be written, not yet formatted; null if nothing is marked. */
  readonly sibling: Sibling | null;
}

export interface CompileOptions {
  readonly project: string | null;
  readonly cwd: string;
  readonly targetOf: (fileName: string, configuration: Configuration) => string;
  readonly onProgress?: (done: number, all: number, fileName: string) => void;
}

/**
 * Compiles files and lays out their siblings, each file under its own configuration.
 *
 * A marked function may call a generated gradient of another file (`import { grad_g } from "./g.grad.js"`), so siblings are
 * inputs too. What is on disk under their names is hidden until they are made, else the result would depend on an earlier
 * build; a file whose imports changed is compiled again. Files may import each other's gradients in a circle: the repetition
 * is bounded by the number of files, which is the longest chain that can need it.
 */
export function compileAll(files: readonly string[], options: CompileOptions): readonly CompiledFile[] {
  const results = new Map<string, CompiledFile>();
  for (const [configuration, group] of configurations(files, options.project, options.cwd)) {
    const session = createSession([...group, ...configuration.declarations], configuration.options);
    const targets = new Map(group.map((fileName) => [fileName, options.targetOf(fileName, configuration)] as const));
    for (const target of targets.values()) session.overlay(target, null);
    let pending: readonly string[] = group;
    for (let round = 0; round <= group.length && pending.length > 0; round++) {
      const program = session.program();
      const changed: string[] = [];
      for (const fileName of pending) {
        if (round === 0) options.onProgress?.(results.size, files.length, fileName);
        const result = compileFile(program, fileName, targets.get(fileName) ?? fileName);
        if (result.sibling?.text !== results.get(fileName)?.sibling?.text) changed.push(fileName);
        results.set(fileName, result);
      }
      for (const fileName of changed)
        session.overlay(targets.get(fileName) ?? fileName, results.get(fileName)?.sibling?.text ?? null);
      const changedTargets = new Set(changed.map((fileName) => stem(targets.get(fileName) ?? fileName)));
      pending = group.filter((fileName) =>
        importedSiblings(fileName, program).some((name) => changedTargets.has(name)),
      );
    }
  }
  return files.flatMap((fileName) => results.get(fileName) ?? []);
}

function compileFile(program: ts.Program, fileName: string, target: string): CompiledFile {
  const sourceFile = program.getSourceFile(fileName);
  if (sourceFile === undefined) throw new UsageError(`${fileName} could not be read`);
  const compiled = compile(program, sourceFile);
  const sibling = layOutSibling({ program, sourceFile, compiled, target });
  const diagnostics = [...compiled.diagnostics, ...(sibling?.diagnostics ?? [])].sort((a, b) => a.start - b.start);
  return {
    fileName,
    text: sourceFile.text,
    program,
    compiled: { ...compiled, diagnostics },
    target,
    sibling: sibling === null || sibling.text === "" ? null : sibling,
  };
}

const stem = (fileName: string): string => fileName.replace(/\.[cm]?[jt]s$/, "");

/** The siblings that a file imports, as absolute names without extension. */
function importedSiblings(fileName: string, program: ts.Program): readonly string[] {
  const text = program.getSourceFile(fileName)?.text ?? "";
  const specifiers = text.matchAll(/["'](\.{1,2}\/[^"'\n]*\.grad)\.[cm]?[jt]s["']/g);
  return [...specifiers].map((match) => path.resolve(path.dirname(fileName), match[1] ?? ""));
}
