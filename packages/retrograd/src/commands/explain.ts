import path from "node:path";
import ts from "typescript";
import type { ExplainArguments } from "../arguments.ts";
import { exitCodes } from "../exitCodes.ts";
import { instrument } from "../explain/instrument.ts";
import { parseArguments } from "../explain/parseArguments.ts";
import type { Job } from "../explain/record.ts";
import { rows, sourceStatements } from "../explain/rows.ts";
import { prepareModules, runGradient } from "../explain/runGradient.ts";
import { showExplanation, verdict } from "../explain/show.ts";
import { why } from "../explain/why.ts";
import { shownName, siblingName, sourceNames } from "../files/names.ts";
import { compileAll, type CompiledFile } from "../project/compileAll.ts";
import { findSources } from "../project/findSources.ts";
import { markedFunctions, type MarkedFunction } from "../sibling/markedFunctions.ts";
import type { Console } from "../show/console.ts";
import { diagnosticData, showDiagnostics } from "../show/diagnostics.ts";
import { UsageError } from "../usage.ts";

/** `retrograd explain`: see its help text. Resolves to the exit code. */
export async function explain(args: ExplainArguments, cwd: string, console: Console): Promise<number> {
  const values = parseArguments(args.at);
  const [fileName, ...more] = findSources([args.file], cwd);
  if (fileName === undefined || more.length > 0) throw new UsageError(`explain takes one file, not ${args.file}`);
  const file = compileWithImports(fileName, args.project, cwd);
  const fn = findFunction(file, args.functionName);
  const report = file.compiled.functions.find((each) => each.name === fn.name);
  const instrumented = report === undefined ? null : instrument(file.compiled.code, report.gradientName);
  if (report === undefined || instrumented === null) {
    showDiagnostics(file.compiled.diagnostics, args.format, { cwd, textOf: () => file.text }, console);
    if (args.format === "json")
      console.out(JSON.stringify({ diagnostics: diagnosticData(file.compiled.diagnostics, cwd) }, null, 2));
    else console.error(`${fn.name} has no gradient to explain`);
    return exitCodes.diagnostics;
  }
  const entryText = exportAll(instrumented.text, [fn.name, report.gradientName]);
  const job: Job = {
    ...prepareModules(file.program, fileName, entryText),
    entry: fileName,
    primalName: fn.name,
    gradientName: report.gradientName,
    arguments: values,
    stageCount: instrumented.stages.length,
    fields: fieldsOf(fn),
  };
  const run = await runGradient(job, args.timeout);
  if (run.kind === "threw") {
    console.error(`${fn.name}(${args.at}) did not finish: ${run.message}`);
    return exitCodes.diagnostics;
  }
  const source = sourceStatements(fn.node);
  const { stages, inputs } = rows(instrumented.stages, run.stages, source);
  if (args.format === "json") {
    const differences = run.differences.map((check) => ({ ...check, verdict: verdict(check) }));
    const { primalValue, result, birth } = run;
    console.out(
      JSON.stringify(
        {
          function: fn.name,
          at: values,
          value: primalValue,
          result,
          rows: stages,
          inputs,
          differences,
          birth,
          diagnostics: diagnosticData(file.compiled.diagnostics, cwd),
        },
        plainNumbers,
        2,
      ),
    );
    return exitCodes.fine;
  }
  if (args.why !== null) {
    const input = inputs.find((row) => row.variable === args.why);
    console.out(
      why({
        parameter: args.why,
        fn,
        checker: file.program.getTypeChecker(),
        run,
        input,
        diagnostics: file.compiled.diagnostics,
      }),
    );
    return exitCodes.fine;
  }
  const line = fn.node.getSourceFile().getLineAndCharacterOfPosition(fn.nameNode.getStart()).line + 1;
  showExplanation(
    {
      call: `${fn.name}(${args.at})`,
      place: `${shownName(fileName, cwd)}:${line}`,
      run,
      stages: instrumented.stages,
      rows: stages,
      inputs,
    },
    console,
  );
  return exitCodes.fine;
}

/** Compiles the file together with the sources whose gradients it imports. */
function compileWithImports(fileName: string, project: string | null, cwd: string): CompiledFile {
  const files = new Set([fileName]);
  for (const name of files) {
    const text = ts.sys.readFile(name) ?? "";
    for (const { fileName: specifier } of ts.preProcessFile(text, true, true).importedFiles) {
      const sibling = path.resolve(path.dirname(name), specifier).replace(/\.([cm]?)js$/, ".$1ts");
      const source = sourceNames(sibling).find((candidate) => ts.sys.fileExists(candidate));
      if (source !== undefined) files.add(source);
    }
  }
  const compiled = compileAll([...files], { project, cwd, targetOf: (name) => siblingName(name) });
  const found = compiled.find((each) => each.fileName === fileName);
  if (found === undefined) throw new UsageError(`${shownName(fileName, cwd)} could not be read`);
  return found;
}

function findFunction(file: CompiledFile, name: string): MarkedFunction {
  const sourceFile = file.program.getSourceFile(file.fileName);
  const marked = sourceFile === undefined ? [] : markedFunctions(sourceFile, file.compiled.tagged);
  const found = marked.find((fn) => fn.name === name);
  if (found !== undefined) return found;
  const others =
    marked.length === 0
      ? "nothing there is marked @differentiable"
      : `marked there: ${marked.map((fn) => fn.name).join(", ")}`;
  throw new UsageError(`${path.basename(file.fileName)} has no marked function ${name}; ${others}`);
}

/** The loader finds functions by their exports; one that is not exported is explained all the same. */
function exportAll(text: string, names: readonly string[]): string {
  return `${text}\nexport { ${names.map((name) => `${name} as ${name}`).join(", ")} };\n`;
}

/** Which part of which argument each field of the result is the gradient of. */
function fieldsOf(fn: MarkedFunction): Job["fields"] {
  const fields: { field: string; argument: number; path: readonly string[] }[] = [];
  const bind = (name: ts.BindingName, argument: number, at: readonly string[]): void => {
    if (ts.isIdentifier(name)) fields.push({ field: `d${name.text}`, argument, path: at });
    else if (ts.isObjectBindingPattern(name))
      for (const element of name.elements)
        bind(element.name, argument, [...at, (element.propertyName ?? element.name).getText()]);
    else
      for (const [index, element] of name.elements.entries())
        if (ts.isBindingElement(element)) bind(element.name, argument, [...at, String(index)]);
  };
  for (const [index, parameter] of fn.node.parameters.entries())
    if (parameter.dotDotDotToken === undefined) bind(parameter.name, index, []);
  return fields;
}

/** JSON has no NaN and no Infinity, and would write a typed array as an object. */
function plainNumbers(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return ArrayBuffer.isView(value) ? Object.values(value) : value;
}
