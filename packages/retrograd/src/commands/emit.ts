import type { BuildArguments } from "../arguments.ts";
import { stages } from "../compiler.ts";
import { exitCodes } from "../exitCodes.ts";
import { readIfThere } from "../files/writeAtomic.ts";
import type { Console } from "../show/console.ts";
import { showDiagnostics } from "../show/diagnostics.ts";
import { prepare } from "./prepare.ts";

/** `retrograd build --emit`: prints what would be written, or the compiler's stages, and writes nothing. */
export async function emit(args: BuildArguments, cwd: string, console: Console): Promise<number> {
  const { files, outputs, diagnostics } = await prepare(args, cwd, console);
  if (args.emit === "gradient") for (const text of outputs.values()) if (text !== null) console.out(text);
  if (args.emit === "ir") {
    for (const { program, fileName } of files) {
      const sourceFile = program.getSourceFile(fileName);
      if (sourceFile !== undefined) for (const text of stages(program, sourceFile)) console.out(`${text}\n`);
    }
  }
  showDiagnostics(diagnostics, args.format, { cwd, textOf: (fileName) => readIfThere(fileName) ?? undefined }, console);
  return diagnostics.some((diagnostic) => diagnostic.category === "error") ? exitCodes.diagnostics : exitCodes.fine;
}
