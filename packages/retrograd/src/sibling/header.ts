import { createHash } from "node:crypto";
import path from "node:path";
import { version } from "../show/version.ts";

const opening = "// retrograd: generated from ";

/** The first line of a generated file: where it is from, and a hash of that text, the compiler's version and the options that shape the result. */
export function header(sourceName: string, sourceText: string, options: Readonly<Record<string, unknown>>): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([version(), options, sourceText]))
    .digest("hex")
    .slice(0, 16);
  return `${opening}${path.basename(sourceName)}, do not edit. source ${hash}`;
}

/** Did we write this text? */
export const isGenerated = (text: string): boolean => text.startsWith(opening);
