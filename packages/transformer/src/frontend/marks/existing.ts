/** What a module already declares: the names that generated code must keep clear of, and derivatives written by hand. */
import ts from "typescript";

export interface Existing {
  /** Every identifier of the file, wherever it stands. */
  readonly names: ReadonlySet<string>;
  /** The names that the module itself declares or imports (as values) at its top level. */
  readonly declared: ReadonlySet<string>;
  /** Globals that generated code would use and that mean something else here. */
  readonly shadowedGlobals: ReadonlySet<string>;
  /** Who wrote `grad_f` (or `vjp_f`, by its full name): a person, an earlier run, or nobody. */
  readonly author: (derivative: string) => "person" | "generated" | "nobody";
  /** Hand-written derivatives: `g` → the declaration of the `grad_g` or `vjp_g` beside it. */
  readonly rules: ReadonlyMap<string, HandWrittenRule>;
}

export interface HandWrittenRule {
  readonly name: string;
  readonly kind: "grad" | "vjp";
  /** The declaration, or null for one that is imported. */
  readonly node: ts.FunctionDeclaration | ts.VariableDeclaration | null;
}

/** Globals that generated code may mention. */
const globals = ["Math", "Number", "Float64Array", "Float32Array", "Array", "undefined", "NaN", "Infinity"];

/** The first words of the doc comment that `print` puts above a derivative. */
const generatedDoc = /\/\*\*\s*\*?\s*(Value and gradient of \{@link |Gradient of \{@link |Value of \{@link [^}]*\} and its derivative in a direction)/;

/** Whether a declaration is one of ours, of an earlier run. */
export function isGeneratedDeclaration(node: ts.Node): boolean {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node, { text } = node.getSourceFile();
  return (ts.getLeadingCommentRanges(text, statement.pos) ?? []).some((range) => generatedDoc.test(text.slice(range.pos, range.end)));
}

/** Whether the text around a node was made by us: a derivative, or one of the halves of a function that stand beside it. */
export function isInGenerated(node: ts.Node): boolean {
  let top = node;
  while (top.parent && !ts.isSourceFile(top.parent)) top = top.parent;
  if (!ts.isFunctionDeclaration(top)) return false;
  return isGeneratedDeclaration(top) || (/^(forward|backward|tangent)_/u.test(top.name?.text ?? "") && generatedDoc.test(top.getSourceFile().text));
}

/** `entries < 16384 ? new Array<number>(entries) : new Float64Array(entries)` of a generated gradient: which of them it is makes no difference but to speed. */
export const isTapeOfEitherKind = (node: ts.ConditionalExpression): boolean =>
  ts.isNewExpression(node.whenTrue) &&
  ts.isNewExpression(node.whenFalse) &&
  node.whenTrue.expression.getText() === "Array" &&
  node.whenFalse.expression.getText() === "Float64Array" &&
  isInGenerated(node);

const alreadyRead = new WeakMap<ts.SourceFile, Existing>();

/** Reads what the module of this file declares. */
export function readExisting(sourceFile: ts.SourceFile): Existing {
  let existing = alreadyRead.get(sourceFile);
  if (!existing) { existing = read(sourceFile); alreadyRead.set(sourceFile, existing); }
  return existing;
}

function read(sourceFile: ts.SourceFile): Existing {
  const names = identifiers(sourceFile);
  const declarations = topLevel(sourceFile);
  const rules = new Map<string, HandWrittenRule>();
  for (const [name, node] of declarations) {
    const parts = /^(grad|vjp)_(.+)$/u.exec(name);
    const of = parts?.[2];
    if (of === undefined || !declarations.has(of) || isGeneratedDeclaration(node)) continue;
    // `vjp_g` says more than `grad_g` does, but for a number the two agree; the one for numbers is the usual one.
    const known = rules.get(of);
    if (known?.kind === "grad") continue;
    rules.set(of, { name, kind: parts?.[1] === "vjp" ? "vjp" : "grad", node: ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) ? node : null });
  }
  return {
    names, rules,
    declared: new Set(declarations.keys()),
    shadowedGlobals: new Set(globals.filter((name) => declarations.has(name))),
    author: (derivative) => {
      const node = declarations.get(derivative);
      return node === undefined ? "nobody" : isGeneratedDeclaration(node) ? "generated" : "person";
    },
  };
}

/** The text of every identifier. With a stack of its own: an expression may be nested deeper than calls can be. */
function identifiers(sourceFile: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: ts.Node[] = [sourceFile];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, (child) => void waiting.push(child));
  }
  return names;
}

/** Every value that the top level of the module binds, `var` in nested blocks included, with its declaration. */
function topLevel(sourceFile: ts.SourceFile): ReadonlyMap<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  const declare = (name: string, node: ts.Node): void => {
    // Of overloads the one with the body counts.
    if (!found.has(name) || (ts.isFunctionDeclaration(node) && node.body !== undefined)) found.set(name, node);
  };
  const bind = (name: ts.BindingName, node: ts.Node): void => {
    if (ts.isIdentifier(name)) declare(name.text, node);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name, node);
  };
  for (const statement of sourceFile.statements) {
    if (ts.isVariableStatement(statement)) for (const declaration of statement.declarationList.declarations) bind(declaration.name, declaration);
    else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name !== undefined)
      declare(statement.name.text, statement);
    else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) declare(statement.name.text, statement);
    else if (ts.isImportEqualsDeclaration(statement) && !statement.isTypeOnly) declare(statement.name.text, statement);
    else if (ts.isImportDeclaration(statement)) importedNames(statement).forEach((name) => declare(name, statement));
    else hoistedVariables(statement, bind);
  }
  return found;
}

function importedNames(statement: ts.ImportDeclaration): readonly string[] {
  const clause = statement.importClause;
  if (clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const bindings = clause.namedBindings;
  const named =
    bindings === undefined
      ? []
      : ts.isNamespaceImport(bindings)
        ? [bindings.name.text]
        : bindings.elements.filter((element) => !element.isTypeOnly).map((element) => element.name.text);
  return clause.name === undefined ? named : [clause.name.text, ...named];
}

/** `var` inside the blocks and loops of the top level belongs to the module. */
function hoistedVariables(statement: ts.Statement, bind: (name: ts.BindingName, node: ts.Node) => void): void {
  const waiting: ts.Node[] = [statement];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (ts.isVariableDeclaration(node) && (ts.getCombinedNodeFlags(node) & ts.NodeFlags.BlockScoped) === 0) bind(node.name, node);
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isExpression(node)) continue;
    ts.forEachChild(node, (child) => void waiting.push(child));
  }
}
