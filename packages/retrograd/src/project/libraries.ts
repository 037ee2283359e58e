import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * The libraries of the language and of browsers are 2.5 MB of declarations, and to read them takes longer than to read all else. Programs that are only read
 * get as much of them as anything in them could mean: the declarations of the names that occur in their texts, and what these refer to.
 * A name that occurs nowhere cannot be missed.
 */
export interface Libraries {
  /** Notes the names in a text. */
  mention(fileName: string, text: string): void;
  isLibrary(fileName: string): boolean;
  /** Of the declarations of a library those of what was mentioned so far; undefined: there is no such library. */
  text(fileName: string): string | undefined;
  /** Changes with the text, which only grows. */
  version(fileName: string): string | undefined;
  /** Changes with any text that was asked for. */
  state(): string;
}

interface Library {
  readonly original: string;
  /** In the order of the text; what stands before the first declaration is under "". */
  readonly pieces: ReadonlyMap<string, readonly string[]>;
  readonly included: Set<string>;
  readonly isWhole: boolean;
  readonly isOfBrowsers: boolean;
  made: string | undefined;
}

export const libraryFolder = path.dirname(ts.getDefaultLibFilePath({})).split(path.sep).join("/");

/** What the type checker asks for by itself, for syntax that mentions no names. */
const always: readonly string[] = [
  ..."Array ReadonlyArray Object Function CallableFunction NewableFunction String Number Boolean Symbol SymbolConstructor BigInt RegExp".split(" "),
  ..."IArguments ThisType TemplateStringsArray Promise PromiseLike PromiseConstructorLike Awaited Iterable Iterator IterableIterator IteratorObject".split(" "),
  ..."ArrayIterator StringIterator BuiltinIteratorReturn Generator AsyncIterable AsyncIterator AsyncIterableIterator AsyncIteratorObject".split(" "),
  ..."AsyncGenerator IteratorYieldResult IteratorReturnResult ImportMeta ImportCallOptions ImportAttributes Disposable AsyncDisposable".split(" "),
  ..."NaN Extract Omit Record NonNullable NoInfer TypedPropertyDescriptor".split(" "),
];
const ofDecorators: readonly string[] = [
  ..."ClassDecoratorContext ClassMethodDecoratorContext ClassGetterDecoratorContext ClassSetterDecoratorContext ClassAccessorDecoratorContext".split(" "),
  ..."ClassAccessorDecoratorTarget ClassAccessorDecoratorResult ClassFieldDecoratorContext".split(" "),
];

/** One for the process, because programs share what they have parsed. */
export const libraries: Libraries = createLibraries(readLibrary);

/** Only comments have letters that are not ASCII, and to decode them doubles what texts take. */
function readLibrary(fileName: string): string | undefined {
  try {
    return readFileSync(fileName, "latin1");
  } catch {
    return undefined; // there is none of this name
  }
}

/** For tests: of other texts. */
export function createLibraries(read: (fileName: string) => string | undefined): Libraries {
  const loaded = new Map<string, Library | undefined>();
  /** The libraries that declare a name. */
  const declaring = new Map<string, Library[]>();
  const mentioned = new Set<string>(always);
  let isWhole = false,
    isLanguageWhole = false,
    steps = 0;

  const takeAll = (): void => {
    if (isWhole) return;
    isWhole = true;
    steps++;
  };
  const include = (names: Iterable<string>): void => {
    const waiting = [...names];
    const mention = (name: string): void => {
      if (mentioned.has(name)) return;
      mentioned.add(name);
      waiting.push(name);
    };
    for (let name = waiting.pop(); name !== undefined && !isWhole; name = waiting.pop())
      for (const library of declaring.get(name) ?? []) {
        if (library.included.has(name)) continue;
        library.included.add(name);
        library.made = undefined;
        steps++;
        for (const text of library.pieces.get(name) ?? []) typesIn(text).forEach(mention);
        // By `globalThis` any name may be reached; and of most of what browsers have the whole is as well.
        if (name === "globalThis" || (library.isOfBrowsers && library.included.size > library.pieces.size / 3)) takeAll();
      }
  };
  /** Reads a library with those that it refers to; what of them is mentioned is known when all of them are there. */
  const readAll = (fileName: string, found: Library[]): Library | undefined => {
    if (loaded.has(fileName)) return loaded.get(fileName);
    const original = read(fileName);
    const library: Library | undefined =
      original === undefined
        ? undefined
        : {
            original,
            pieces: declarationsOf(original),
            included: new Set(),
            isWhole: /^export\b/m.test(original),
            isOfBrowsers: !/\/lib\.(?:es|decorators)[^/]*$/.test(fileName),
            made: undefined,
          };
    loaded.set(fileName, library);
    if (library === undefined) return undefined;
    found.push(library);
    for (const name of library.pieces.keys()) {
      const known = declaring.get(name);
      if (known === undefined) declaring.set(name, [library]);
      else known.push(library);
    }
    const header = library.pieces.get("")?.[0] ?? "";
    for (const [, name = ""] of header.matchAll(/^\/\/\/ <reference lib="([^"]+)"/gm)) readAll(`${libraryFolder}/lib.${name}.d.ts`, found);
    return library;
  };
  const load = (fileName: string): Library | undefined => {
    const found: Library[] = [];
    const library = readAll(fileName, found);
    if (found.length === 0) return library;
    for (const each of found) if (each.isWhole) typesIn(each.original).forEach((name) => mentioned.add(name));
    include(mentioned);
    return library;
  };
  const isTakenWhole = (library: Library): boolean => isWhole || library.isWhole || (isLanguageWhole && !library.isOfBrowsers);
  return {
    mention(name, text) {
      if (isWhole || name.startsWith(libraryFolder)) return;
      if (/\bglobalThis\b/.test(text)) return takeAll();
      // Generated code may mean more of the language than what was written.
      if (!isLanguageWhole && /\b(?:grad|vjp|jvp)_/.test(text)) {
        isLanguageWhole = true;
        steps++;
      }
      const implied = [...(/\btoLocale|\blocaleCompare\b/.test(text) ? ["Intl"] : []), ...(/^[ \t]*@[A-Za-z_$]/m.test(text) ? ofDecorators : [])];
      const found = [...namesIn(text), ...implied].filter((each) => !mentioned.has(each));
      for (const each of found) mentioned.add(each);
      include(found);
    },
    isLibrary: (name) => name.startsWith(`${libraryFolder}/lib.`) && name.endsWith(".d.ts"),
    text(name) {
      const library = load(name);
      if (library === undefined) return undefined;
      if (isTakenWhole(library)) return library.original;
      library.made ??= [...library.pieces].flatMap(([each, texts]) => (each === "" || library.included.has(each) ? texts : [])).join("");
      return library.made;
    },
    version(name) {
      const library = load(name);
      return library && (isTakenWhole(library) ? "whole" : `of ${library.included.size}`);
    },
    state: () => `${steps}`,
  };
}

/** Words that are not the names of members; what is spread (`...name`) is none. */
const namesIn = (text: string): ReadonlySet<string> => new Set(text.match(/(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*/g) ?? []);

/**
 * What a declaration refers to: types begin with a capital, which the names of members and variables do not, or stand behind `typeof`. The members that are
 * about languages and regions refer to much, and are mentioned by their names.
 */
function typesIn(declaration: string): ReadonlySet<string> {
  const text = declaration.replace(/\/\*[^]*?\*\//g, "");
  const found = new Set(text.match(/(?<![\w$.])[A-Z][\w$]*|(?<=\btypeof )[\w$]+/g) ?? []);
  found.delete("Intl");
  return found;
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
