import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../usage.ts";

/**
 * Writes a file so that a reader sees the old text or the new text, never half of one: into a temporary file beside it,
 * which then takes its name. A file that already has this text is left alone, so that watchers are not woken for nothing.
 *
 * @returns whether the file was written.
 */
export function writeAtomic(fileName: string, text: string): boolean {
  if (readIfThere(fileName) === text) return false;
  mkdirSync(path.dirname(fileName), { recursive: true });
  const temporary = path.join(path.dirname(fileName), `.${path.basename(fileName)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, fileName);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return true;
}

/** The text of a file, or null if there is none. */
export function readIfThere(fileName: string): string | null {
  try {
    return readFileSync(fileName, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error instanceof Error ? new UsageError(`${fileName} could not be read: ${error.message}`) : error;
  }
}
