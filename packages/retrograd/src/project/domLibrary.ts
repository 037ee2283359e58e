import path from "node:path";
import ts from "typescript";

/**
 * The library of browsers has more than 2 MB of declarations, and to read them takes longer than to read all else. Programs that are only read get
 * as much of it as anything in them could mean: the declarations of the names that occur in their texts, and what these refer to.
 * A name that occurs nowhere cannot be missed.
 */
export interface DomLibrary {
  /** Notes the names in a text. */
  mention(fileName: string, text: string): void;
  isLibrary(fileName: string): boolean;
  /** The declarations of what was mentioned so far. */
  text(): string;
  /** Changes with the text, which only grows. */
  version(): string;
}

const libraryFolder = path.dirname(ts.getDefaultLibFilePath({})).split(path.sep).join("/");
const fileName = `${libraryFolder}/lib.dom.d.ts`;

/** One for the process, because programs share what they have parsed. */
export const domLibrary: DomLibrary = createDomLibrary(() => ts.sys.readFile(fileName) ?? "");

/** For tests: of another text. */
export function createDomLibrary(read: () => string): DomLibrary {
  let pieces: ReadonlyMap<string, readonly string[]> | undefined;
  let whole = "";
  const included = new Set<string>();
  let isWhole = false;
  let made: string | undefined;
  const load = (): ReadonlyMap<string, readonly string[]> => {
    if (pieces === undefined) {
      whole = read();
      pieces = declarationsOf(whole);
    }
    return pieces;
  };
  const include = (names: Iterable<string>): void => {
    const known = load();
    const waiting = [...names];
    for (let name = waiting.pop(); name !== undefined && !isWhole; name = waiting.pop()) {
      const texts = known.get(name);
      if (texts === undefined || included.has(name)) continue;
      included.add(name);
      made = undefined;
      for (const text of texts) waiting.push(...typesIn(text));
      // By `globalThis` any name may be reached; and of most of it the whole is as well.
      if (included.has("globalThis") || included.size > known.size / 3) isWhole = true;
    }
  };
  return {
    mention(name, text) {
      if (isWhole || name.startsWith(libraryFolder)) return;
      if (/\bglobalThis\b/.test(text)) {
        load();
        isWhole = true;
        made = undefined;
      } else include(namesIn(text));
    },
    isLibrary: (name) => name === fileName,
    text() {
      const known = load();
      made ??= isWhole
        ? whole
        : [...known].flatMap(([name, texts]) => (name === "" || included.has(name) ? texts : [])).join("");
      return made;
    },
    version: () => (isWhole ? "whole" : `of ${included.size}`),
  };
}

/** Words that are not the names of members; what is spread (`...name`) is none. */
const namesIn = (text: string): ReadonlySet<string> => new Set(text.match(/(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*/g) ?? []);

/** What a declaration refers to: types begin with a capital, which the names of members and variables do not, or stand behind `typeof`. */
function typesIn(declaration: string): ReadonlySet<string> {
  const text = declaration.replace(/\/\*[^]*?\*\//g, "");
  return new Set(text.match(/(?<![\w$.])[A-Z][\w$]*|(?<=\btypeof )[\w$]+/g) ?? []);
}

/** The text in pieces that each declare one name; what stands before the first is under "". */
function declarationsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let name = "",
    from = 0;
  const cut = (to: number): void => {
    const known = found.get(name);
    if (known === undefined) found.set(name, [text.slice(from, to)]);
    else known.push(text.slice(from, to));
  };
  for (const match of text.matchAll(
    /^(?:declare )?(?:interface|type|var|let|const|function|namespace|class|enum) ([\w$]+)/gm,
  )) {
    cut(match.index);
    [, name = ""] = match;
    from = match.index;
  }
  cut(text.length);
  return found;
}
