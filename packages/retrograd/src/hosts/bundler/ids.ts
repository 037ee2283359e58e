import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { mayHaveTags } from "@retrograd/transformer/tags";
import { primalSpecifier, sourceCandidates } from "../../inMemory/specifiers.ts";
import { isGenerated } from "../../sibling/header.ts";

/** A module's file by its id: bundlers add queries (`?t=…`, `?worker_file`), and the file is the same. */
export const fileOf = (id: string): string => id.replace(/[?#].*$/s, "");

/** Does the id ask for the text or the address of a file, and not for the module? */
export const isNoModule = (id: string): boolean => /[?&](?:raw|url)(?:&|=|$)/.test(id);

/**
 * The source that a specifier of gradients means, by looking at the disk alone; undefined if there is none, or if somebody wrote a file
 * of that name by hand. `root`: what `/` stands for in the specifiers of a development server.
 */
export function sourceOfGradients(specifier: string, importer: string | undefined, root: string): string | undefined {
  const primal = primalSpecifier(specifier);
  if (primal === null) return undefined;
  const bases = specifier.startsWith(".")
    ? [path.resolve(importer === undefined ? root : path.dirname(fileOf(importer)), primal)]
    : path.isAbsolute(primal)
      ? [primal, path.join(root, primal)]
      : [];
  const source = bases.flatMap(sourceCandidates).find((name) => existsSync(name));
  if (source === undefined || !mayHaveTags(readFileSync(source, "utf8"))) return undefined;
  const written = source.replace(/\.([cm]?)tsx?$/, ".grad.$1ts");
  if (existsSync(written) && !isGenerated(readFileSync(written, "utf8"))) return undefined;
  return realpathSync(source);
}
