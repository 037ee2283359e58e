import type ts from "typescript";
import type { Modules } from "./modules.ts";

/** Moves what lies behind the user's text to the primal, and drops what makes no sense there. */
export function keepInside(service: ts.LanguageService, modules: Modules): void {
  const isOutside = (fileName: string, span: ts.TextSpan | undefined): boolean => {
    const length = span === undefined ? undefined : modules.lengthOf(fileName);
    return length !== undefined && span !== undefined && span.start >= length;
  };
  const primal = (fileName: string, span: ts.TextSpan): ts.TextSpan => {
    const [, derivative] = modules.of(fileName)?.declared.findLast(([start]) => start <= span.start) ?? [];
    return derivative === undefined
      ? { start: 0, length: 0 }
      : { start: derivative.start, length: derivative.end - derivative.start };
  };
  /** A place with spans of its own file. */
  const move = <T extends { fileName: string; textSpan: ts.TextSpan; contextSpan?: ts.TextSpan }>(place: T): T => {
    if (isOutside(place.fileName, place.textSpan)) {
      const { contextSpan: _context, ...rest } = place;
      return { ...rest, textSpan: primal(place.fileName, place.textSpan) } as T; // without what was optional
    }
    return place;
  };
  const moveAll = <T extends { fileName: string; textSpan: ts.TextSpan }>(
    places: readonly T[] | undefined,
  ): T[] | undefined => (places === undefined ? undefined : unique(places.map(move)));

  const {
    getDefinitionAtPosition,
    getDefinitionAndBoundSpan,
    getTypeDefinitionAtPosition,
    getImplementationAtPosition,
  } = service;
  const { getReferencesAtPosition, findReferences, findRenameLocations, getNavigateToItems, getDocumentHighlights } =
    service;
  const { getNavigationTree, getNavigationBarItems, getOutliningSpans, provideInlayHints, getTodoComments } = service;
  const { organizeImports, getEditsForFileRename, getSmartSelectionRange } = service;
  service.getDefinitionAtPosition = (...args) => moveAll(getDefinitionAtPosition(...args));
  service.getTypeDefinitionAtPosition = (...args) => moveAll(getTypeDefinitionAtPosition(...args));
  service.getImplementationAtPosition = (...args) => moveAll(getImplementationAtPosition(...args));
  service.getReferencesAtPosition = (...args) => moveAll(getReferencesAtPosition(...args));
  service.getDefinitionAndBoundSpan = (...args) => {
    const found = getDefinitionAndBoundSpan(...args);
    return found && { ...found, definitions: moveAll(found.definitions) ?? [] };
  };
  service.findReferences = (...args) =>
    findReferences(...args)?.map(({ definition, references }) => ({
      definition: move(definition),
      references: moveAll(references.filter((each) => !isOutside(each.fileName, each.textSpan))) ?? [],
    }));
  service.findRenameLocations = ((...args: Parameters<typeof findRenameLocations>) =>
    findRenameLocations(...args)?.filter(
      (each) => !isOutside(each.fileName, each.textSpan),
    )) as typeof findRenameLocations; // overloads
  service.getNavigateToItems = (...args) => moveAll(getNavigateToItems(...args)) ?? [];
  service.getDocumentHighlights = (...args) =>
    getDocumentHighlights(...args)?.map((file) => ({
      ...file,
      highlightSpans: file.highlightSpans.filter(({ textSpan }) => !isOutside(file.fileName, textSpan)),
    }));
  service.getOutliningSpans = (fileName) =>
    getOutliningSpans(fileName).filter(({ textSpan }) => !isOutside(fileName, textSpan));
  service.getTodoComments = (fileName, ...rest) => {
    const length = modules.lengthOf(fileName) ?? Infinity;
    return getTodoComments(fileName, ...rest).filter(({ position }) => position < length);
  };
  service.provideInlayHints = (fileName, ...rest) => {
    const length = modules.lengthOf(fileName) ?? Infinity;
    return provideInlayHints(fileName, ...rest).filter(({ position }) => position < length);
  };
  service.getNavigationTree = (fileName) => {
    const length = modules.lengthOf(fileName) ?? Infinity;
    const prune = (tree: ts.NavigationTree): ts.NavigationTree => ({
      ...tree,
      spans: tree.spans.map((span) => cut(span, length)),
      ...(tree.childItems === undefined
        ? {}
        : { childItems: tree.childItems.filter(({ spans }) => (spans[0]?.start ?? 0) < length).map(prune) }),
    });
    return prune(getNavigationTree(fileName));
  };
  service.getNavigationBarItems = (fileName) => {
    const length = modules.lengthOf(fileName) ?? Infinity;
    const prune = (item: ts.NavigationBarItem): ts.NavigationBarItem => ({
      ...item,
      spans: item.spans.map((span) => cut(span, length)),
      childItems: item.childItems.filter(({ spans }) => (spans[0]?.start ?? 0) < length).map(prune),
    });
    return getNavigationBarItems(fileName)
      .filter(({ spans }) => (spans[0]?.start ?? 0) < length)
      .map(prune);
  };
  const editsInside = (changes: readonly ts.FileTextChanges[]): readonly ts.FileTextChanges[] =>
    changes.map((file) => ({
      ...file,
      textChanges: file.textChanges.filter(({ span }) => !isOutside(file.fileName, span)),
    }));
  service.organizeImports = (...args) => editsInside(organizeImports(...args));
  service.getEditsForFileRename = (...args) => editsInside(getEditsForFileRename(...args));
  service.getSmartSelectionRange = (fileName, position) => {
    const length = modules.lengthOf(fileName) ?? Infinity;
    const within = (range: ts.SelectionRange): ts.SelectionRange => ({
      textSpan: cut(range.textSpan, length),
      ...(range.parent === undefined ? {} : { parent: within(range.parent) }),
    });
    return within(getSmartSelectionRange(fileName, position));
  };
}

const cut = (span: ts.TextSpan, length: number): ts.TextSpan => ({
  start: Math.min(span.start, length),
  length: Math.max(0, Math.min(span.length, length - span.start)),
});

/** Several places may have been moved to one. */
function unique<T extends { fileName: string; textSpan: ts.TextSpan }>(places: readonly T[]): T[] {
  const seen = new Set<string>();
  return places.filter(({ fileName, textSpan }) => {
    const key = `${fileName} ${textSpan.start} ${textSpan.length}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
