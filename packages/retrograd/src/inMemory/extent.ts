import ts from "typescript";
import { freeNames } from "./freeNames.ts";
import { needsOf } from "./needs.ts";

/** How far the programs of a project read: marked files without what they import in vain, everything else with all that it imports. */
export interface Extent {
  /** The imports of a file that are not followed. */
  idleImportsOf(file: ts.SourceFile): ReadonlySet<string>;
  /** What of a file is asked for: the needs of its marked functions, or all of it. */
  readOf(file: ts.SourceFile): { readonly isWhole: boolean; readonly text: () => string };
  /** Notes that a file is imported by another one, which may mean anything of it. */
  isImported(fileName: string): void;
  /** Looks at what was read, which may show that more must be. */
  look(program: ts.Program): void;
  /** From now on all imports of a file are followed; true: they were not before. */
  widen(fileName: string): boolean;
  /** Whether imports are followed by now that were not when a program was made. */
  hasGrown(): boolean;
  /** A program is made now. */
  begin(): void;
}

const none: ReadonlySet<string> = new Set();

export function createExtent(isRoot: (fileName: string) => boolean): Extent {
  const whole = new Set<string>(),
    narrow = new Set<string>();
  let isAllWhole = false,
    hasGrown = false;
  const widen = (fileName: string): boolean => {
    whole.add(fileName);
    if (!narrow.delete(fileName)) return false;
    hasGrown = true;
    return true;
  };
  const isWhole = ({ fileName }: ts.SourceFile): boolean => isAllWhole || whole.has(fileName) || !isRoot(fileName);
  return {
    readOf: (file) => ({
      isWhole: isWhole(file),
      text: () => (isWhole(file) ? file.text : needsOf(file).statements.map((each) => file.text.slice(each.pos, each.end)).join("\n")),
    }),
    idleImportsOf(file) {
      if (isWhole(file)) return none;
      const { idle } = needsOf(file);
      if (idle.size > 0) narrow.add(file.fileName);
      return idle;
    },
    isImported: (fileName) => void widen(fileName),
    look(program) {
      if (narrow.size === 0) return;
      const checker: NameResolver = program.getTypeChecker();
      const asksOthers = (file: ts.SourceFile): boolean => {
        if (program.isSourceFileDefaultLibrary(file)) return false;
        // Who sets a variable that scripts share is asked of all files, and so is which methods are overridden.
        if (isRoot(file.fileName) && !ts.isExternalModule(file)) return true;
        if (whole.has(file.fileName) && hasClasses(file)) return true;
        // What a file declares for all may be declared in one that is not read.
        const names = unboundNames(file, whole.has(file.fileName) || !isRoot(file.fileName));
        return names.some((name) => checker.resolveName?.(name, undefined, anyMeaning, false) === undefined);
      };
      if (!program.getSourceFiles().some(asksOthers)) return;
      isAllWhole = hasGrown = true;
      narrow.clear();
    },
    widen,
    hasGrown: () => hasGrown,
    begin: () => (hasGrown = false),
  };
}

/** A part of the compiler that is not in its types. Its version is fixed in our package.json. */
interface NameResolver {
  readonly resolveName?: (name: string, location: undefined, meaning: ts.SymbolFlags, excludeGlobals: boolean) => ts.Symbol | undefined;
}
const anyMeaning = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace;

const ofWhole = new WeakMap<ts.SourceFile, readonly string[]>(),
  ofNeeds = new WeakMap<ts.SourceFile, readonly string[]>();
/** What a file must find among the declarations for all modules. */
function unboundNames(file: ts.SourceFile, isWhole: boolean): readonly string[] {
  const results = isWhole ? ofWhole : ofNeeds;
  const parts = (): readonly ts.Node[] => (isWhole ? [file] : [...file.statements.filter(ts.isImportDeclaration), ...needsOf(file).statements]);
  const known = results.get(file) ?? freeNames(parts());
  results.set(file, known);
  return known;
}

const withClasses = new WeakMap<ts.SourceFile, boolean>();
function hasClasses(file: ts.SourceFile): boolean {
  const known = withClasses.get(file) ?? /\bclass\b/.test(file.text);
  withClasses.set(file, known);
  return known;
}
