import path from "node:path";
import ts from "typescript";
import type { CompiledModule } from "../compiler.ts";
import { markedFunctions, type MarkedFunction } from "../sibling/markedFunctions.ts";
import { reasonOf } from "../sibling/reasonOf.ts";
import { stub } from "../sibling/stub.ts";
import type { Augmented, Derivative } from "./augmented.ts";

/** The module of a file of a program with its gradients; a marked function that was refused leaves stubs that throw the diagnostic. */
export function augment(
  program: ts.Program,
  sourceFile: ts.SourceFile,
  compiled: CompiledModule,
  dependencies: readonly string[],
): Augmented {
  const { fileName, text } = sourceFile;
  const marked = new Map(markedFunctions(sourceFile, compiled.tagged).map((fn) => [fn.name, fn] as const));
  const derivatives: Derivative[] = [];
  const add = (fn: MarkedFunction | undefined, of: string, name: string, isExported: boolean, from: number): void => {
    const place = fn === undefined ? { start: 0, end: 0 } : { start: fn.nameNode.getStart(), end: fn.nameNode.end };
    derivatives.push({ name, of, isExported, ...place, from });
  };
  let printed = text.length; // texts stand in the order in which they were made
  for (const report of compiled.functions) {
    const from = Math.max(text.length, compiled.code.indexOf(report.text.trim(), printed));
    printed = from;
    for (const name of report.derivatives) add(marked.get(report.name), report.name, name, report.exported, from);
  }

  let { code } = compiled;
  const done = new Set(compiled.functions.map((report) => report.name));
  const declared = declaredFunctions(sourceFile);
  for (const fn of marked.values()) {
    if (done.has(fn.name) || !fn.isExported) continue;
    const made = stub(fn, path.basename(fileName), program.getTypeChecker(), reasonOf(fn, compiled.diagnostics));
    if (made.names.some((name) => declared.has(name))) continue;
    const gap = code === text ? (/[\n\r]$/.test(text) ? "\n" : "\n\n") : "\n";
    const from = code.length + gap.length;
    code += `${gap}${made.text}\n`;
    for (const name of made.names) add(fn, fn.name, name, true, from);
  }
  return {
    fileName,
    text,
    code,
    map: code === text ? null : compiled.map,
    diagnostics: compiled.diagnostics,
    derivatives,
    functions: compiled.functions,
    dependencies,
  };
}

function declaredFunctions(sourceFile: ts.SourceFile): ReadonlySet<string> {
  return new Set(
    sourceFile.statements.flatMap((statement) => {
      if (ts.isFunctionDeclaration(statement)) return statement.name === undefined ? [] : [statement.name.text];
      if (!ts.isVariableStatement(statement)) return [];
      return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
    }),
  );
}
