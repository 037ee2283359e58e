import { Node, Project, SyntaxKind, type Identifier, type SourceFile, type Statement } from "ts-morph";

/** How a piece of code uses a name of the module. */
export interface Use {
  /** Somewhere as a value; if false, only in types. */
  readonly asValue: boolean;
  /** Assigned to, or changed by `++`, `--`. */
  readonly isWritten: boolean;
}
export type Uses = ReadonlyMap<string, Use>;

/** A statement that the compiler appended: a gradient, or something that gradients share. */
export interface Unit {
  readonly names: readonly string[];
  readonly isExported: boolean;
  /** With its comments. */
  readonly text: string;
  readonly uses: Uses;
}

/** A name of the user's own module, by what a file beside the module can do about it. */
export type Declared =
  /** Imported there: can be imported here too. */
  | { readonly kind: "import"; readonly from: string; readonly imported: string; readonly isTypeOnly: boolean }
  /** Can be imported, under this name. */
  | { readonly kind: "exported"; readonly as: string }
  /** A type, a function, or a constant of literals: can be taken along if what it uses can be. */
  | { readonly kind: "portable"; readonly text: string; readonly start: number; readonly uses: Uses }
  /** Anything else has an identity or a state that a copy would not share. */
  | {
      readonly kind: "bound";
      readonly what: string;
      readonly declaration: string;
      readonly start: number;
      readonly end: number;
    };

export interface ModuleScope {
  readonly units: readonly Unit[];
  /** Import declarations among the appended text. */
  readonly imports: readonly string[];
  readonly declared: ReadonlyMap<string, Declared>;
}

/**
 * What the generated part of a module (everything from `userLength` on) needs of the user's part.
 * Names are resolved by the binder alone, so no library and no other file is read.
 */
export function moduleScope(fileName: string, code: string, userLength: number): ModuleScope {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipFileDependencyResolution: true,
    compilerOptions: { noLib: true, noResolve: true, types: [], allowJs: true },
  });
  const file = project.createSourceFile(`/${fileName.replace(/^.*[\\/]/, "")}`, code);
  const exported = exportedNames(file);
  const nodesByName = new Map<string, Node[]>();
  for (const node of topLevelDeclarations(file)) {
    const name = nameOf(node);
    if (node.getStart() < userLength && name !== undefined)
      nodesByName.set(name, [...(nodesByName.get(name) ?? []), node]);
  }
  const declared = new Map([...nodesByName].map(([name, nodes]) => [name, declaredAs(name, nodes, exported)] as const));

  const units: Unit[] = [];
  const imports: string[] = [];
  for (const statement of file.getStatements()) {
    if (statement.getStart() < userLength) continue;
    if (Node.isImportDeclaration(statement)) imports.push(statement.getText());
    else
      units.push({
        names: namesOfStatement(statement),
        isExported: Node.isExportable(statement) && statement.isExported(),
        text: textWithComments(statement, userLength),
        uses: usesOf(statement),
      });
  }
  return { units, imports, declared };
}

/** Local name → name under which it is exported. */
function exportedNames(file: SourceFile): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const statement of file.getStatements()) {
    if (Node.isExportDeclaration(statement) && statement.getModuleSpecifier() === undefined) {
      for (const specifier of statement.getNamedExports())
        names.set(specifier.getName(), specifier.getAliasNode()?.getText() ?? specifier.getName());
    } else if (Node.isExportAssignment(statement) && Node.isIdentifier(statement.getExpression())) {
      names.set(statement.getExpression().getText(), "default");
    } else if (Node.isModifierable(statement) && statement.hasModifier(SyntaxKind.ExportKeyword)) {
      const isDefault = statement.hasModifier(SyntaxKind.DefaultKeyword);
      for (const name of namesOfStatement(statement)) names.set(name, isDefault ? "default" : name);
    }
  }
  return names;
}

function topLevelDeclarations(file: SourceFile): readonly Node[] {
  return file.getStatements().flatMap((statement): readonly Node[] => {
    if (Node.isVariableStatement(statement))
      return statement.getDeclarations().flatMap((declaration) => bindingsOf(declaration));
    if (Node.isImportDeclaration(statement)) {
      const clause = statement.getImportClause();
      return clause === undefined
        ? []
        : [
            clause,
            ...clause.getDescendants().filter((node) => Node.isImportSpecifier(node) || Node.isNamespaceImport(node)),
          ];
    }
    return [statement];
  });
}

/** A variable declaration, or the elements of its pattern. */
function bindingsOf(declaration: Node): readonly Node[] {
  const elements = declaration.getChildAtIndex(0).getDescendantsOfKind(SyntaxKind.BindingElement);
  return elements.length > 0 ? elements : [declaration];
}

function nameOf(node: Node): string | undefined {
  if (Node.isImportSpecifier(node)) return node.getAliasNode()?.getText() ?? node.getName();
  if (Node.isNamespaceImport(node)) return node.getName();
  if (Node.isImportClause(node)) return node.getDefaultImport()?.getText();
  if (Node.isVariableDeclaration(node) || Node.isBindingElement(node)) return node.getName();
  return Node.hasName(node) || Node.isFunctionDeclaration(node) || Node.isClassDeclaration(node)
    ? (node.getName() ?? undefined)
    : undefined;
}

function namesOfStatement(statement: Statement): readonly string[] {
  if (Node.isVariableStatement(statement))
    return statement
      .getDeclarations()
      .flatMap((declaration) => bindingsOf(declaration))
      .flatMap((node) => nameOf(node) ?? []);
  return [nameOf(statement) ?? []].flat();
}

function declaredAs(name: string, nodes: readonly Node[], exported: ReadonlyMap<string, string>): Declared {
  const [first] = nodes;
  if (first === undefined) throw new Error(`${name} has no declaration`);
  const declaration = first.getFirstAncestorByKind(SyntaxKind.ImportDeclaration);
  if (declaration !== undefined) {
    const specifier = Node.isImportSpecifier(first) ? first : undefined;
    const imported = specifier?.getName() ?? (Node.isNamespaceImport(first) ? "*" : "default");
    return {
      kind: "import",
      from: declaration.getModuleSpecifierValue(),
      imported,
      isTypeOnly: declaration.isTypeOnly() || specifier?.isTypeOnly() === true,
    };
  }
  const as = exported.get(name);
  if (as !== undefined) return { kind: "exported", as };
  if (nodes.every(isPortable)) {
    const statements = [...new Set(nodes.map(statementOf))];
    const uses = statements.map(usesOf).reduce(mergeUses);
    return {
      kind: "portable",
      text: nodes.map(portableText).join("\n"),
      start: first.getStart(),
      uses: new Map([...uses].filter(([used]) => used !== name)),
    };
  }
  const head = (statementOf(first).getText().split("\n")[0] ?? "").replace(/;$/, "");
  return {
    kind: "bound",
    what: whatItIs(first),
    declaration: head.length > 60 ? `${head.slice(0, 57)}…` : head,
    start: first.getStart(),
    end: first.getStart() + name.length,
  };
}

const statementOf = (node: Node): Node =>
  Node.isVariableDeclaration(node) || Node.isBindingElement(node)
    ? (node.getFirstAncestorByKind(SyntaxKind.VariableStatement) ?? node)
    : node;

function whatItIs(node: Node): string {
  if (Node.isClassDeclaration(node)) return "a class";
  if (Node.isEnumDeclaration(node)) return "an enum";
  if (Node.isModuleDeclaration(node)) return "a namespace";
  return "state";
}

/** May a copy of it stand in another file without anyone being able to tell? */
function isPortable(node: Node): boolean {
  if (Node.isInterfaceDeclaration(node) || Node.isTypeAliasDeclaration(node) || Node.isFunctionDeclaration(node))
    return true;
  if (!Node.isVariableDeclaration(node) || !/^const\b/.test(node.getVariableStatement()?.getDeclarationKind() ?? ""))
    return false;
  const initializer = node.getInitializer();
  return (
    Node.isArrowFunction(initializer) ||
    Node.isFunctionExpression(initializer) ||
    (initializer !== undefined && isLiteralConstant(initializer, false))
  );
}

/** Literals and arithmetic on them; arrays and objects only if `as const` says that nobody changes them. */
function isLiteralConstant(node: Node, frozen: boolean): boolean {
  const all = (...nodes: readonly (Node | undefined)[]): boolean =>
    nodes.every((part) => part !== undefined && isLiteralConstant(part, frozen));
  if (
    Node.isNumericLiteral(node) ||
    Node.isStringLiteral(node) ||
    Node.isNoSubstitutionTemplateLiteral(node) ||
    Node.isBigIntLiteral(node)
  )
    return true;
  if (Node.isTrueLiteral(node) || Node.isFalseLiteral(node) || Node.isNullLiteral(node) || Node.isIdentifier(node))
    return true;
  if (Node.isParenthesizedExpression(node) || Node.isSatisfiesExpression(node)) return all(node.getExpression());
  if (Node.isAsExpression(node))
    return isLiteralConstant(node.getExpression(), frozen || node.getTypeNode()?.getText() === "const");
  if (Node.isPrefixUnaryExpression(node)) return all(node.getOperand());
  if (Node.isBinaryExpression(node)) return all(node.getLeft(), node.getRight());
  if (Node.isConditionalExpression(node)) return all(node.getCondition(), node.getWhenTrue(), node.getWhenFalse());
  if (Node.isPropertyAccessExpression(node)) return /^(?:Math|Number)\.\w+$/.test(node.getText());
  if (Node.isCallExpression(node))
    return /^Math\.(?!random$)\w+$/.test(node.getExpression().getText()) && all(...node.getArguments());
  if (Node.isArrayLiteralExpression(node)) return frozen && all(...node.getElements());
  if (Node.isObjectLiteralExpression(node))
    return (
      frozen &&
      node.getProperties().every((property) => Node.isPropertyAssignment(property) && all(property.getInitializer()))
    );
  return false;
}

/** The declaration as it reads in another file: its own `const` statement; a tag is left behind, because the copy has no gradient. */
function portableText(node: Node): string {
  // Only the last comment: one before it is more likely the file's (a licence, a heading) than the declaration's.
  const comment = statementOf(node).getLeadingCommentRanges().at(-1)?.getText() ?? "";
  const text = Node.isVariableDeclaration(node) ? `const ${node.getText()};` : node.getText();
  return comment === "" || comment.includes("@differentiable") ? text : `${comment}\n${text}`;
}

function textWithComments(statement: Statement, from: number): string {
  const start = statement
    .getLeadingCommentRanges()
    .map((range) => range.getPos())
    .find((position) => position >= from);
  return statement
    .getSourceFile()
    .getFullText()
    .slice(start ?? statement.getStart(), statement.getEnd());
}

/** Every name of the module that a node mentions. */
function usesOf(node: Node): Uses {
  let uses: Uses = new Map();
  node.forEachDescendant((child) => {
    if (!Node.isIdentifier(child)) return;
    const name = topLevelName(child);
    if (name !== undefined)
      uses = mergeUses(uses, new Map([[name, { asValue: !isInType(child), isWritten: isWritten(child) }]]));
  });
  return uses;
}

export function mergeUses(a: Uses, b: Uses): Uses {
  const merged = new Map(a);
  for (const [name, use] of b) {
    const known = merged.get(name);
    merged.set(
      name,
      known === undefined
        ? use
        : { asValue: known.asValue || use.asValue, isWritten: known.isWritten || use.isWritten },
    );
  }
  return merged;
}

function topLevelName(identifier: Identifier): string | undefined {
  const parent = identifier.getParent();
  const symbol = Node.isShorthandPropertyAssignment(parent) ? parent.getValueSymbol() : identifier.getSymbol();
  const declaration = symbol?.getDeclarations()[0];
  if (declaration === undefined) return undefined;
  const isTop =
    declaration.getFirstAncestorByKind(SyntaxKind.ImportDeclaration) !== undefined ||
    statementOf(declaration).getParent() === declaration.getSourceFile();
  return isTop ? nameOf(declaration) : undefined;
}

function isInType(identifier: Identifier): boolean {
  return identifier
    .getAncestors()
    .some((ancestor) => Node.isTypeNode(ancestor) && !Node.isExpressionWithTypeArguments(ancestor));
}

function isWritten(identifier: Identifier): boolean {
  let node: Node = identifier;
  for (let parent = node.getParent(); parent !== undefined; node = parent, parent = node.getParent()) {
    if (Node.isPrefixUnaryExpression(parent) || Node.isPostfixUnaryExpression(parent)) {
      return (
        parent.getOperatorToken() === SyntaxKind.PlusPlusToken ||
        parent.getOperatorToken() === SyntaxKind.MinusMinusToken
      );
    }
    if (Node.isBinaryExpression(parent))
      return parent.getLeft() === node && /^(?!==)[^=!<>]*=$|^(?:<<|>>>?)=$/.test(parent.getOperatorToken().getText());
    if (Node.isForOfStatement(parent) || Node.isForInStatement(parent)) return parent.getInitializer() === node;
    // patterns of a destructuring assignment: look further out
    const isPattern =
      Node.isArrayLiteralExpression(parent) ||
      Node.isObjectLiteralExpression(parent) ||
      Node.isPropertyAssignment(parent) ||
      Node.isShorthandPropertyAssignment(parent) ||
      Node.isSpreadElement(parent) ||
      Node.isParenthesizedExpression(parent) ||
      Node.isNonNullExpression(parent);
    if (!isPattern) return false;
  }
  return false;
}
