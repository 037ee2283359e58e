import ts from "typescript";

/** A function with the tag, whether or not it could be differentiated. */
export interface MarkedFunction {
  readonly name: string;
  readonly isExported: boolean;
  readonly node: ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;
  readonly nameNode: ts.Identifier;
  /** The statement that carries the tag. */
  readonly statement: ts.Statement;
  /** Names after `wrt`, or null for all. */
  readonly wrt: readonly string[] | null;
  /** Names after `with`. */
  readonly with: readonly string[];
}

/** The functions at the top level of a file that the compiler took to be marked (`tagged`), in order. */
export function markedFunctions(sourceFile: ts.SourceFile, tagged: readonly string[]): readonly MarkedFunction[] {
  return candidates(sourceFile).filter((fn) => tagged.includes(fn.name));
}

function candidates(sourceFile: ts.SourceFile): readonly MarkedFunction[] {
  return sourceFile.statements.flatMap((statement): readonly MarkedFunction[] => {
    const tag = tagOf(statement, sourceFile.text);
    if (tag === undefined) return [];
    const wrt = wrtOf(tag);
    const isExported =
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    if (ts.isFunctionDeclaration(statement)) {
      if (statement.name === undefined || statement.body === undefined) return [];
      const { name } = statement;
      return [
        {
          name: name.text,
          isExported: isExported || isExportedLater(sourceFile, name.text),
          node: statement,
          nameNode: name,
          statement,
          wrt,
          with: withOf(tag),
        },
      ];
    }
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap((declaration): readonly MarkedFunction[] => {
      const { name, initializer } = declaration;
      if (
        !ts.isIdentifier(name) ||
        initializer === undefined ||
        !(ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
      )
        return [];
      return [
        {
          name: name.text,
          isExported: isExported || isExportedLater(sourceFile, name.text),
          node: initializer,
          nameNode: name,
          statement,
          wrt,
          with: withOf(tag),
        },
      ];
    });
  });
}

function tagOf(statement: ts.Statement, text: string): string | undefined {
  const comments = (ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []).map((range) =>
    text.slice(range.pos, range.end),
  );
  const doc = comments.findLast((comment) => comment.startsWith("/**"));
  return doc === undefined ? undefined : /@differentiable\b([^\n@]*)/.exec(doc)?.[1];
}

function wrtOf(tag: string): readonly string[] | null {
  const list = /\bwrt\s+([\w$.,\s]+?)(?:\s+with\b|\s+-\s|\s*\*\/|\s*$)/.exec(tag.replace(/\s+-\s.*$/, ""))?.[1];
  return list === undefined ? null : list.split(",").map((path) => path.trim().split(".")[0] ?? "");
}

function withOf(tag: string): readonly string[] {
  const list = /\bwith\s+([\w$,\s]+?)(?:\s+wrt\b|\s*\*\/|\s*$)/.exec(tag.replace(/\s+-\s.*$/, ""))?.[1];
  return list === undefined ? [] : list.split(",").map((word) => word.trim());
}

function isExportedLater(sourceFile: ts.SourceFile, name: string): boolean {
  return sourceFile.statements.some(
    (statement) =>
      ts.isExportDeclaration(statement) &&
      statement.moduleSpecifier === undefined &&
      statement.exportClause !== undefined &&
      ts.isNamedExports(statement.exportClause) &&
      statement.exportClause.elements.some((element) => (element.propertyName ?? element.name).text === name),
  );
}
