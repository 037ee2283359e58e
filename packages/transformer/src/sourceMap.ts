/** Source maps, version 3 (https://tc39.es/ecma426/). */
import { encode } from "@jridgewell/sourcemap-codec";

export interface SourceMap {
  readonly version: 3;
  readonly file: string;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** Lines of the result that are those of one source, one after the other. */
export interface Run {
  /** Index into the sources. */
  readonly source: number;
  /** The source's lines, as they stand in the result too. */
  readonly lines: readonly string[];
  /** The first of them in the source, from 0. */
  readonly firstLine: number;
}

/**
 * The map of a text made of runs of lines. A segment stands at the start of each line and of each word in it: hosts that strip
 * types or minify afterwards look positions up in this map, and one segment a line would put all of them at the line's start.
 */
export function mapRuns(file: string, sources: readonly { readonly name: string; readonly content: string }[], runs: readonly Run[]): SourceMap {
  const mappings = runs.flatMap(({ source, lines, firstLine }) => lines.map((line, index) => segments(line, source, firstLine + index)));
  return {
    version: 3, file,
    sources: sources.map((each) => each.name),
    sourcesContent: sources.map((each) => each.content),
    names: [],
    mappings: encode(mappings),
  };
}

type Segment = [number, number, number, number];

function segments(line: string, source: number, number: number): Segment[] {
  const found: Segment[] = [];
  for (const match of line.matchAll(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu)) found.push([match.index, source, number, match.index]);
  return found;
}
