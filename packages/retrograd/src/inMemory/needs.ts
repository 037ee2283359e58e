import ts from "typescript";
import { mayHaveTags } from "@retrograd/transformer/tags";

/** What a marked file needs for the functions with tags. */
export interface Needs {
  /** The specifiers of imports that it does not need. */
  readonly idle: ReadonlySet<string>;
  /** What it does need of itself. */
  readonly statements: readonly ts.Statement[];
}

const known = new WeakMap<ts.SourceFile, Needs>();

/**
 * The modules that a marked file imports and that nothing its tags are about can mean: they need not be read. Marked functions are often a small part of
 * a module that imports half of an application.
 *
 * Method: words. What a statement with a tag mentions may be declared by another statement, which is then looked at, too; an import of which no name is
 * mentioned on the way cannot be meant. Comments and members count, so more is kept than is needed. Nothing is idle where classes are met: which
 * methods are overridden is asked of all that is read.
 */
export function needsOf(file: ts.SourceFile): Needs {
  const found = known.get(file) ?? find(file);
  known.set(file, found);
  return found;
}

function find(file: ts.SourceFile): Needs {
  const all: Needs = { idle: new Set(), statements: file.statements };
  // Of JavaScript the types are in comments. A name may be spelt with an escape.
  if (!ts.isExternalModule(file) || !/\.[cm]?tsx?$/.test(file.fileName) || file.text.includes("\\u")) return all;
  const declarations = new Map<string, ts.Statement[]>();
  const waiting: ts.Statement[] = [];
  const textOf = (statement: ts.Statement): string => file.text.slice(statement.pos, statement.end);
  for (const statement of file.statements) {
    if (isAboutOthers(statement)) continue;
    const names = declaredNames(statement);
    if (names === null || mayHaveTags(textOf(statement))) waiting.push(statement);
    for (const name of names ?? []) declarations.set(name, [...(declarations.get(name) ?? []), statement]);
  }
  const mentioned = new Set<string>();
  const reached = new Set<ts.Statement>();
  for (let statement = waiting.pop(); statement !== undefined; statement = waiting.pop()) {
    if (reached.has(statement)) continue;
    reached.add(statement);
    const text = textOf(statement);
    if (/\bclass\b/.test(text)) return all;
    for (const name of text.match(words) ?? []) {
      if (mentioned.has(name)) continue;
      mentioned.add(name);
      waiting.push(...(declarations.get(name) ?? []));
    }
  }
  const idle = new Set<string>(),
    needed = new Set<string>();
  for (const statement of file.statements) {
    const specifier =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    if (specifier === undefined || !ts.isStringLiteral(specifier)) continue;
    const isNeeded = ts.isImportDeclaration(statement) && importedNames(statement)?.some((name) => mentioned.has(name)) !== false;
    // `import("./types.js").Point`
    if (isNeeded || [...reached].some((each) => textOf(each).includes(specifier.text))) needed.add(specifier.text);
    else idle.add(specifier.text);
  }
  for (const name of needed) idle.delete(name);
  return { idle, statements: [...reached] };
}

/** Runs of letters, digits, `$`, `_` and whatever is not ASCII. */
const words = /[^\s!-#%-/:-@[-^`{-~]+/g;

/** Imports, and exports of what is declared elsewhere: they mention names and do nothing with them. */
const isAboutOthers = (statement: ts.Statement): boolean => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);

/** What a statement declares; null if it may do something besides, or declare for others. */
function declaredNames(statement: ts.Statement): readonly string[] | null {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  )
    return statement.name === undefined ? null : [statement.name.text];
  return null;
}

function namesOf(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)));
}

/** The names that an import gives to the module; undefined if it is there for what it does. */
function importedNames({ importClause }: ts.ImportDeclaration): readonly string[] | undefined {
  if (importClause === undefined) return undefined;
  const { name, namedBindings } = importClause;
  const others =
    namedBindings === undefined ? [] : ts.isNamespaceImport(namedBindings) ? [namedBindings] : [...namedBindings.elements];
  return [...(name === undefined ? [] : [name]), ...others.map((each) => each.name)].map((each) => each.text);
}
