import path from "node:path";
import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { derivativeAt, type Augmented } from "../../inMemory/augmented.ts";
import { siblingName } from "../../files/names.ts";

/** The fields of a source map that we read and write. */
interface RawMap {
  sources: string[];
  sourcesContent?: (string | null)[];
  mappings: string;
}

/**
 * The compiler's map of an emitted module. Its one source is the augmented text, which is nowhere on disk: what is generated becomes a
 * source of its own, `f.grad.ts`, whose text the map carries, because it is made to be stepped through.
 */
export function separateGenerated(mapText: string, augmented: Augmented): string {
  const map: RawMap = JSON.parse(mapText);
  const [own = ""] = map.sources;
  const first = lineCount(augmented.text);
  const generated = augmented.code.split("\n").slice(first).join("\n");
  const lines = decode(map.mappings).map((segments) =>
    segments.map((segment): SourceMapSegment => {
      if (segment.length === 1 || segment[2] < first) return segment;
      const [column, , line, sourceColumn] = segment;
      return [column, 1, line - first, sourceColumn];
    }),
  );
  const content = map.sourcesContent === undefined ? null : augmented.text;
  return JSON.stringify({
    ...map,
    sources: [own, path.posix.join(path.posix.dirname(own), path.posix.basename(siblingName(own)))],
    sourcesContent: [content, generated],
    names: [],
    mappings: encode(lines.map((segments) => segments.map((segment) => segment.slice(0, 4) as SourceMapSegment))), // without names
  });
}

/** The compiler's map of declarations: from that of a gradient an editor goes to the primal. */
export function towardsPrimal(mapText: string, augmented: Augmented): string {
  const map: RawMap = JSON.parse(mapText);
  const starts = lineStarts(augmented.code);
  const lines = decode(map.mappings).map((segments) =>
    segments.flatMap((segment): SourceMapSegment[] => {
      if (segment.length === 1) return [segment];
      const position = (starts[segment[2]] ?? 0) + segment[3];
      if (position < augmented.text.length) return [segment];
      const derivative = derivativeAt(augmented, position);
      if (derivative === undefined) return [];
      const line = starts.findLastIndex((start) => start <= derivative.start);
      return [[segment[0], segment[1], line, derivative.start - (starts[line] ?? 0)]];
    }),
  );
  if (map.sourcesContent !== undefined) map.sourcesContent = [augmented.text];
  return JSON.stringify({ ...map, mappings: encode(lines) });
}

const inlineMap = /(\n\/\/# sourceMappingURL=data:application\/json;base64,)([A-Za-z0-9+/=]+)\s*$/;

/** Rewrites the map that a module carries in its last line, if it does. */
export function mapInline(code: string, rewrite: (mapText: string) => string): string {
  return code.replace(inlineMap, (_, head: string, data: string) => {
    const text = Buffer.from(data, "base64").toString("utf8");
    return head + Buffer.from(rewrite(text)).toString("base64");
  });
}

/** The number of the line, from 0, on which generated text begins. */
function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
  return starts;
}
