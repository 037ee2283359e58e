import path from "node:path";
import ts from "typescript";
import type { Compiled } from "../compiler.ts";
import { importSpecifier } from "../files/names.ts";
import type { Diagnostic } from "../compiler.ts";
import { diagnosticAt, siblingCatalogue } from "./catalogue.ts";
import { header } from "./header.ts";
import { importLines, joinImports, type Wanted } from "./importLines.ts";
import { markedFunctions, type MarkedFunction } from "./markedFunctions.ts";
import { mergeUses, moduleScope, type ModuleScope, type Unit, type Uses } from "./moduleScope.ts";
import { reasonOf } from "./reasonOf.ts";
import { ownSpecifier } from "./specifierStyle.ts";
import { stub } from "./stub.ts";

/** A file of gradients, not yet formatted. */
export interface Sibling {
  readonly target: string;
  readonly text: string;
  /** What is wrong only because the gradients stand in a file of their own. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LayOutInput {
  readonly program: ts.Program;
  readonly sourceFile: ts.SourceFile;
  readonly compiled: Compiled;
  readonly target: string;
}

/**
 * The file beside a source: its gradients, what they need of the source (imported, or taken along), and a stub for each
 * exported function that was refused.
 *
 * @returns null if the source has no marked function that could be reached from outside.
 */
export function layOutSibling({ program, sourceFile, compiled, target }: LayOutInput): Sibling | null {
  const marked = markedFunctions(sourceFile, compiled.tagged);
  if (marked.length === 0) return null;
  const { fileName, text } = sourceFile;
  const scope = moduleScope(fileName, compiled.code, text.length);
  const diagnostics: Diagnostic[] = [];

  const nameOfGradient = new Map(compiled.functions.map((report) => [report.name, report.gradientName] as const));
  const functionOfGradient = new Map(
    compiled.functions.flatMap(({ name, derivatives }) =>
      derivatives.map((derivative) => [derivative, marked.find((fn) => fn.name === name)] as const),
    ),
  );
  const refusedUnits = new Set<Unit>();
  const kept = reachable(scope, (unit) => {
    const problems = refusals(unit, scope, { fileName, text }, functionOfGradient);
    diagnostics.push(...problems);
    if (problems.length > 0) refusedUnits.add(unit);
    return problems.length === 0;
  });

  const stubs = marked.flatMap((fn) => {
    const gradient = nameOfGradient.get(fn.name);
    const unit = scope.units.find((each) => gradient !== undefined && each.names.includes(gradient));
    if (unit !== undefined && !refusedUnits.has(unit)) {
      if (!unit.isExported && !kept.has(unit)) diagnostics.push(outOfReach(fn, gradient ?? "", { fileName, text }));
      return [];
    }
    if (!fn.isExported) return [];
    return [
      {
        fn,
        ...stub(
          fn,
          path.basename(fileName),
          program.getTypeChecker(),
          reasonOf(fn, [...diagnostics, ...compiled.diagnostics]),
        ),
      },
    ];
  });
  if (kept.size === 0 && stubs.length === 0) return diagnostics.length === 0 ? null : { target, text: "", diagnostics };

  const wanted: Wanted[] = stubs.map(({ fn }) => ({ name: fn.name, asValue: false }));
  const portables = takeAlong(
    [...kept].map((unit) => unit.uses),
    scope,
    wanted,
  );
  const options = program.getCompilerOptions();
  const imports = importLines(wanted, scope, {
    own: ownSpecifier(path.dirname(target), sourceFile, options),
    rebase: (specifier) => rebase(specifier, path.dirname(fileName), path.dirname(target)),
  });
  const units = [
    ...scope.units.filter((unit) => kept.has(unit)).map((unit) => unit.text),
    ...stubs.map((each) => each.text),
  ];
  const generatedImports = scope.imports.map((line) =>
    line.replace(
      /(["'])(\.{1,2}\/.*?)\1/,
      (_, quote: string, specifier: string) =>
        `${quote}${rebase(specifier, path.dirname(fileName), path.dirname(target))}${quote}`,
    ),
  );
  const parts = [joinImports([...generatedImports, ...imports]).join("\n"), ...portables, ...units].filter(
    (part) => part !== "",
  );
  return {
    target,
    text: `${header(fileName, text, hashedOptions(options, imports))}\n\n${parts.join("\n\n")}\n`,
    diagnostics,
  };
}

/** The exported units that pass the test, and what they use of each other. */
function reachable(scope: ModuleScope, isGood: (unit: Unit) => boolean): ReadonlySet<Unit> {
  const kept = new Set<Unit>();
  const asked = new Map<Unit, boolean>();
  const byName = new Map(scope.units.flatMap((unit) => unit.names.map((name) => [name, unit] as const)));
  const visit = (unit: Unit): void => {
    const known = asked.get(unit);
    if (known !== undefined) return;
    const good = isGood(unit);
    asked.set(unit, good);
    if (!good) return;
    kept.add(unit);
    for (const name of unit.uses.keys()) {
      const other = byName.get(name);
      if (other !== undefined) visit(other);
    }
  };
  for (const unit of scope.units) if (unit.isExported) visit(unit);
  return kept;
}

/** Why a unit cannot stand in another file, with everything it uses directly or through code taken along. */
function refusals(
  unit: Unit,
  scope: ModuleScope,
  file: { readonly fileName: string; readonly text: string },
  functions: ReadonlyMap<string, MarkedFunction | undefined>,
): readonly Diagnostic[] {
  const gradient = unit.names[0] ?? "a gradient";
  const found: Diagnostic[] = [];
  for (const [name, use] of closure(unit.uses, scope)) {
    const declared = scope.declared.get(name);
    if (declared?.kind === "bound") {
      const { notExported: entry } = siblingCatalogue;
      found.push(
        diagnosticAt(
          { ...file, start: declared.start, end: declared.end },
          { ...entry, message: entry.message({ name, what: declared.what, gradient }), help: entry.help(declared) },
        ),
      );
    } else if (use.isWritten && (declared?.kind === "exported" || declared?.kind === "import")) {
      const { writesImport: entry } = siblingCatalogue;
      const place = functions.get(gradient)?.nameNode;
      found.push(
        diagnosticAt(
          { ...file, start: place?.getStart() ?? 0, end: place?.end ?? 0 },
          { ...entry, message: entry.message({ name, gradient }), help: entry.help({ name }) },
        ),
      );
    }
  }
  return found;
}

/** All names used, through portable code that would be taken along. */
function closure(uses: Uses, scope: ModuleScope): Uses {
  let all: Uses = new Map();
  const queue = [uses];
  const seen = new Set<string>();
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    all = mergeUses(all, next);
    for (const name of next.keys()) {
      const declared = scope.declared.get(name);
      if (declared?.kind !== "portable" || seen.has(name)) continue;
      seen.add(name);
      queue.push(declared.uses);
    }
  }
  return all;
}

/** Texts of what is taken along, in the order of the source; what must be imported is added to `wanted`. */
function takeAlong(uses: readonly Uses[], scope: ModuleScope, wanted: Wanted[]): readonly string[] {
  const portable = new Map<string, number>();
  for (const [name, use] of closure(uses.reduce<Uses>(mergeUses, new Map()), scope)) {
    const declared = scope.declared.get(name);
    if (declared?.kind === "portable") portable.set(declared.text, declared.start);
    else if (declared !== undefined) wanted.push({ name, asValue: use.asValue });
  }
  return [...portable].sort(([, a], [, b]) => a - b).map(([text]) => text);
}

function outOfReach(
  fn: MarkedFunction,
  gradient: string,
  file: { readonly fileName: string; readonly text: string },
): Diagnostic {
  const { gradientOutOfReach: entry } = siblingCatalogue;
  return diagnosticAt(
    { ...file, start: fn.nameNode.getStart(), end: fn.nameNode.end },
    { ...entry, message: entry.message({ name: fn.name, gradient }), help: entry.help({ name: fn.name }) },
  );
}

/** A relative specifier of one directory as another directory writes it. */
function rebase(specifier: string, from: string, to: string): string {
  if (!/^\.{1,2}(?:\/|$)/.test(specifier) || from === to) return specifier;
  return importSpecifier(to, path.resolve(from, specifier), true);
}

/** What shapes the text besides the source: how imports are written, and how strictly it will be checked. */
function hashedOptions(options: ts.CompilerOptions, imports: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    imports,
    strict: options.strict ?? false,
    noUncheckedIndexedAccess: options.noUncheckedIndexedAccess ?? false,
  };
}
