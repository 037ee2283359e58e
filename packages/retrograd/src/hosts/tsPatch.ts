/**
 * `retrograd/ts-patch`: a program transformer of ts-patch.
 *
 *     "plugins": [{ "transform": "retrograd/ts-patch", "transformProgram": true }]
 */
import { createRequire } from "node:module";
import type ts from "typescript";
import type { Answers } from "../cache/answers.ts";
import type { Augmented } from "../inMemory/augmented.ts";
import { answered } from "./tsPatch/answered.ts";
import { askedOf } from "./tsPatch/asked.ts";
import type * as augmenter from "./tsPatch/augmenter.ts";
import type { TypeScript } from "./tsPatch/host.ts";
import { lend } from "./tsPatch/lend.ts";
import { transformProgram } from "./tsPatch/transformProgram.ts";

interface Extras {
  readonly ts: TypeScript;
  readonly addDiagnostic?: (diagnostic: ts.Diagnostic) => void;
}

// The compiler is much to load for a project without marked functions. ts-patch is synchronous, so it is required.
const load = createRequire(import.meta.url);

/** The entry that ts-patch calls; with `"transformProgram": true` the second argument is the compiler's host. */
export default function retrograd(
  program: ts.Program,
  host: ts.CompilerHost | undefined,
  config: unknown,
  extras: Extras | undefined,
): ts.Program | ts.TransformerFactory<ts.SourceFile> {
  if (extras?.ts === undefined) return refuseAsTransformer(host, config);
  const { ts } = extras;
  const base = host ?? ts.createCompilerHost(program.getCompilerOptions());
  const problem = unusable(ts);
  if (problem !== null) return withProblem(ts, program, problem);
  try {
    return transformProgram(ts, program, base, (marked) => {
      const asked = askedOf(program, ts.version);
      const make = (answers?: Answers): readonly Augmented[] => {
        lend(ts);
        const { augmentFiles } = load("./tsPatch/augmenter.js") as typeof augmenter; // the module of this name
        return augmentFiles(asked, marked, { program, compiler: ts }, answers?.witness);
      };
      return isWithoutCache(config) ? make() : answered(asked, marked, make);
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return withProblem(ts, program, `A fault of Retrograd: ${error.stack ?? error.message}`);
  }
}

/** `"cache": false` in the entry of the plugin. */
const isWithoutCache = (config: unknown): boolean =>
  typeof config === "object" && config !== null && "cache" in config && config.cache === false;

function unusable({ version }: TypeScript): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if ((major === 5 && minor >= 4) || major === 6) return null;
  return `retrograd/ts-patch runs under TypeScript 5.4 to 6, and this is ${version}: write the gradients to files with \`retrograd build\``;
}

/** Lets the program say one thing more. */
function withProblem(ts: TypeScript, program: ts.Program, messageText: string): ts.Program {
  const { getGlobalDiagnostics } = program;
  program.getGlobalDiagnostics = (...args) => [
    ...getGlobalDiagnostics.apply(program, args),
    {
      file: undefined,
      start: undefined,
      length: undefined,
      category: ts.DiagnosticCategory.Error,
      code: 909001,
      messageText,
      source: "retrograd",
    },
  ];
  return program;
}

/** Without `transformProgram` we are called for each file, when types are checked already. */
function refuseAsTransformer(_settings: unknown, third: unknown): ts.TransformerFactory<ts.SourceFile> {
  const message = 'retrograd/ts-patch is a program transformer: add "transformProgram": true to its entry in "plugins"';
  const extras = third as Partial<Extras> | undefined; // (program, settings, extras): ts-patch's other signature
  if (extras?.addDiagnostic === undefined || extras.ts === undefined) throw new Error(message);
  extras.addDiagnostic({
    file: undefined,
    start: undefined,
    length: undefined,
    category: extras.ts.DiagnosticCategory.Error,
    code: 901290,
    messageText: message,
    source: "retrograd",
  });
  return () => (file) => file;
}
