import type ts from "typescript";
import { codeOf, codesOf } from "../compilerDiagnostic.ts";
import type { Modules } from "./modules.ts";
import type { Diagnostic } from "../../compiler.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Fix {
  readonly title: string;
  edits(diagnostic: Diagnostic, text: string): readonly Edit[];
}

const at = (diagnostic: Diagnostic, text: string): readonly Edit[] => [
  { start: diagnostic.start, end: diagnostic.start + diagnostic.length, text },
];
/** What the help says to write, in its first backticks. */
const written = ({ help }: Diagnostic): string => /`([^`]*)`/.exec(help)?.[1] ?? "";

/** Of the commonest mistakes, those whose help is an edit. */
const fixes: Readonly<Record<string, Fix>> = {
  RG1001: { title: "Write `@differentiable`", edits: (diagnostic) => at(diagnostic, "@differentiable") },
  RG1002: {
    title: "Make it a documentation comment",
    edits(diagnostic, text) {
      const line = text.lastIndexOf("\n", diagnostic.start) + 1;
      const isLine = text.slice(line, diagnostic.start).includes("//");
      const start = text.lastIndexOf(isLine ? "//" : "/*", diagnostic.start);
      const close = isLine ? text.indexOf("\n", start) : text.indexOf("*/", start) + 2;
      return [{ start, end: close < start ? text.length : close, text: written(diagnostic) }];
    },
  },
  RG1007: { title: "Name a parameter", edits: (diagnostic) => renamed(diagnostic) },
  RG1008: { title: "Name a field", edits: (diagnostic) => renamed(diagnostic) },
  RG1014: { title: "Complete the clause", edits: (diagnostic) => at(diagnostic, written(diagnostic)) },
  RG1019: {
    title: "Make it a `const`",
    edits(diagnostic, text) {
      const keyword = /\b(?:let|var)\b/.exec(text.slice(diagnostic.start));
      if (keyword === null) return [];
      const start = diagnostic.start + keyword.index;
      return [{ start, end: start + keyword[0].length, text: "const" }];
    },
  },
  RG2101: {
    title: "Let no gradient flow through it: `stopGradient(…)`",
    edits(diagnostic, text) {
      const end = diagnostic.start + diagnostic.length;
      const isImported = /\bstopGradient\b[^;]*\bfrom\s*["']@retrograd\/runtime["']/.test(text);
      const wrap = at(diagnostic, `stopGradient(${text.slice(diagnostic.start, end)})`);
      return isImported
        ? wrap
        : [{ start: 0, end: 0, text: 'import { stopGradient } from "@retrograd/runtime";\n' }, ...wrap];
    },
  },
};

function renamed(diagnostic: Diagnostic): readonly Edit[] {
  const text = written(diagnostic);
  return text.startsWith("wrt ") ? at(diagnostic, text.slice(4)) : [];
}

export function addFixes(service: ts.LanguageService, modules: Modules): void {
  const { getCodeFixesAtPosition, getSupportedCodeFixes } = service;
  service.getSupportedCodeFixes = (fileName) => [...getSupportedCodeFixes(fileName), ...codesOf(Object.keys(fixes))];
  service.getCodeFixesAtPosition = (fileName, start, end, errorCodes, ...rest) => {
    const present = getCodeFixesAtPosition(fileName, start, end, errorCodes, ...rest);
    const augmented = modules.of(fileName)?.augmented;
    if (augmented === undefined) return present;
    const ours = augmented.diagnostics.flatMap((diagnostic): ts.CodeFixAction[] => {
      const fix = fixes[diagnostic.code];
      const touches =
        diagnostic.fileName === fileName && diagnostic.start <= end && start <= diagnostic.start + diagnostic.length;
      if (fix === undefined || !touches || !errorCodes.includes(codeOf(diagnostic.code))) return [];
      const textChanges = fix
        .edits(diagnostic, augmented.text)
        .map((edit) => ({ span: { start: edit.start, length: edit.end - edit.start }, newText: edit.text }));
      if (textChanges.length === 0) return [];
      return [{ fixName: "retrograd", description: fix.title, changes: [{ fileName, textChanges }] }];
    });
    return [...ours, ...present];
  };
}
