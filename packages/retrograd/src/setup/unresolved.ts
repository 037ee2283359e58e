import { existsSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { shownName, siblingName } from "../files/names.ts";
import { readIfThere } from "../files/writeAtomic.ts";
import { primalSpecifier, sourceCandidates } from "../inMemory/specifiers.ts";
import type { CompiledFile } from "../project/compileAll.ts";
import { isGenerated } from "../sibling/header.ts";
import type { Found } from "./detect.ts";

/** An import of a gradient that would not resolve. */
export interface Unresolved {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  readonly why: string;
}

/** Hosts that answer `./f.grad.js` from memory. The editor's does so too, but it builds nothing. */
const answersInMemory = ({ hosts }: Found): boolean =>
  hosts.some(({ name, isSetUp }) => isSetUp && name !== "files" && name !== "editor");

/** The imports of gradients in a file that would not resolve, by module or by name. `compiled`: what is marked in the project. */
export function unresolvedImports(
  fileName: string,
  found: Found,
  compiled: readonly CompiledFile[],
  cwd: string,
): readonly Unresolved[] {
  const text = readIfThere(fileName) ?? "";
  if (!/\.grad\b|\b(?:grad|vjp|jvp)_/.test(text)) return [];
  const shown = (name: string): string => shownName(name, cwd);
  return importsOf(fileName, text).flatMap(({ specifier, names, line }) => {
    const complain = (why: string): readonly Unresolved[] => [{ file: shown(fileName), line, specifier, why }];
    if (!specifier.startsWith(".")) return [];
    const primal = primalSpecifier(specifier);
    const candidates = sourceCandidates(path.resolve(path.dirname(fileName), primal ?? specifier));
    const source = candidates.find((name) => existsSync(name));
    const made = compiled.find((each) => each.fileName === source && each.compiled.tagged.length > 0);
    const present = candidates.map(siblingName).find((name) => existsSync(name));
    const gives = made === undefined ? [] : exportedNames(made.sibling?.text ?? "");

    if (primal === null) {
      // `import { grad_f } from "./f.js"`: there only in memory.
      const missing = names.find((name) => gives.includes(name));
      if (missing === undefined || made === undefined || answersInMemory(found)) return [];
      return complain(
        `\`${missing}\` is not in ${shown(made.fileName)}, but in the file beside it: import it from ${JSON.stringify(gradientSpecifier(specifier))}`,
      );
    }
    if (present !== undefined && !isGenerated(readIfThere(present) ?? "")) return []; // by hand
    if (source === undefined)
      return present === undefined ? complain(`there is no ${shown(candidates[0] ?? primal)}`) : [];
    if (made === undefined)
      return present === undefined ? complain(`nothing in ${shown(source)} is marked @differentiable`) : [];
    if (present === undefined && !answersInMemory(found))
      return complain(
        `${shown(siblingName(source))} is not there, and no build plugin is set up: retrograd build ${shown(source)}`,
      );
    const inMemory = present === undefined ? [...gives, ...exportedNames(made.text)] : gives;
    const missing = names.find((name) => !inMemory.includes(name));
    return missing === undefined
      ? []
      : complain(`${shown(source)} gives no \`${missing}\`, but ${gives.map((name) => `\`${name}\``).join(", ")}`);
  });
}

interface Import {
  readonly specifier: string;
  /** By which the other module exports them. */
  readonly names: readonly string[];
  readonly line: number;
}

function importsOf(fileName: string, text: string): readonly Import[] {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext, false);
  const found = new Map<number, readonly string[]>();
  for (const statement of file.statements) {
    const specifier =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    if (specifier === undefined) continue;
    const named = ts.isImportDeclaration(statement)
      ? statement.importClause?.namedBindings
      : ts.isExportDeclaration(statement)
        ? statement.exportClause
        : undefined;
    const elements =
      named !== undefined && (ts.isNamedImports(named) || ts.isNamedExports(named)) ? named.elements : [];
    found.set(
      specifier.getStart(file),
      elements.map(({ propertyName, name }) => (propertyName ?? name).text),
    );
  }
  // Those that are made when the program runs too: `import("./f.grad.js")`.
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier, pos }) => ({
    specifier,
    names: found.get(pos) ?? [],
    line: text.slice(0, pos).split("\n").length,
  }));
}

function exportedNames(text: string): readonly string[] {
  const declared = text.matchAll(
    /^export (?:declare )?(?:async )?(?:function\*?|const|let|var|class|enum|type|interface) ([\w$]+)/gm,
  );
  const listed = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return [
    ...[...declared].map(([, name = ""]) => name),
    ...[...listed].flatMap(([, names = ""]) => names.split(",").map((name) => name.trim().replace(/^.*\bas\s+/, ""))),
  ];
}

const gradientSpecifier = (specifier: string): string =>
  specifier.replace(/(\.[cm]?[jt]sx?)?$/, (extension) => `.grad${extension.replace("x", "")}`);
