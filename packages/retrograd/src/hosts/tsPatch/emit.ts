import type ts from "typescript";
import type { Augmented } from "../../inMemory/augmented.ts";
import { mapInline, separateGenerated, towardsPrimal } from "./maps.ts";

/** The output of `f.grad.ts` by that of `f.ts`: `dist/f.js` → `dist/f.grad.js`. */
const besideOutput = (fileName: string): string => fileName.replace(/(\.d)?\.([cm]?[jt]sx?)$/, ".grad$1.$2");

const baseName = (fileName: string): string => fileName.replace(/^.*[\\/]/, "");

/** A module that is another one. */
function passingOn(output: string, text: string): string {
  const module = JSON.stringify(`./${baseName(output).replace(/\.d\.([cm]?)ts$/, ".$1js")}`);
  const isCommonJs = /^(?:exports\.\w+ = |Object\.defineProperty\(exports, "__esModule")/m.test(text);
  if (/\.d\.[cm]?ts$/.test(output) || !isCommonJs) return `export * from ${module};\n`;
  return `"use strict";\nmodule.exports = require(${module});\n`;
}

export interface EmitInput {
  readonly host: ts.CompilerHost;
  readonly augmentedOf: (fileName: string) => Augmented | undefined;
  /** Is there an `f.grad.ts` of its own in the program, which the compiler emits? */
  readonly hasSibling: (fileName: string) => boolean;
}

/**
 * Lets a program emit, for each module with gradients, `f.grad.js` and `f.grad.d.ts` too, since that is the name by which others import
 * them; and maps that know where the generated text is from.
 */
export function addOutputs(program: ts.Program, { host, augmentedOf, hasSibling }: EmitInput): void {
  const { emit } = program;
  program.emit = (target, writeFile, cancellation, onlyDeclarations, transformers, ...rest: unknown[]) => {
    // Builders ask for declarations just to compare them (a last argument says so): these outputs are not written anywhere.
    const [toCompare] = rest;
    const write: ts.WriteFileCallback = writeFile ?? ((...args) => host.writeFile(...args));
    const writeBoth: ts.WriteFileCallback = (name, text, bom, onError, sources, data) => {
      const [source] = sources?.length === 1 ? sources : [];
      const augmented = source && augmentedOf(source.fileName);
      if (source === undefined || augmented === undefined || augmented.code === augmented.text) {
        write(name, text, bom, onError, sources, data);
        return;
      }
      if (name.endsWith(".map")) {
        const rewrite = /\.d\.[cm]?ts\.map$/.test(name) ? towardsPrimal : separateGenerated;
        write(name, rewrite(text, augmented), bom, onError, sources, data);
        return;
      }
      write(
        name,
        mapInline(text, (map) => separateGenerated(map, augmented)),
        bom,
        onError,
        sources,
        data,
      );
      if (toCompare === true || hasSibling(source.fileName)) return;
      // Past what builders do with declarations: they would take these for the source's.
      const beside = besideOutput(name);
      const passed = passingOn(name, text);
      if (host.readFile(beside) !== passed) host.writeFile(beside, passed, false, onError);
    };
    // The public type ends before the argument that builders add.
    const emitAll = emit as (...args: readonly unknown[]) => ts.EmitResult;
    return emitAll.call(program, target, writeBoth, cancellation, onlyDeclarations, transformers, ...rest);
  };
}
