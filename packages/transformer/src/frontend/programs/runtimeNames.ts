import ts from "typescript";

/** The package whose functions and types the compiler knows. */
export const runtimePackage = "@retrograd/runtime";

const isRuntime = (specifier: ts.Expression): boolean => ts.isStringLiteral(specifier) && specifier.text === runtimePackage;

/** What an import declares, if it is one of the runtime: the exported name; `*` for the whole. */
export function importedFromRuntime(declaration: ts.Declaration): string | undefined {
  if (ts.isImportSpecifier(declaration))
    return isRuntime(declaration.parent.parent.parent.moduleSpecifier) ? (declaration.propertyName ?? declaration.name).text : undefined;
  return ts.isNamespaceImport(declaration) && isRuntime(declaration.parent.parent.moduleSpecifier) ? "*" : undefined;
}

/** How a file calls what it imports of the runtime: by the exported name the local one. */
export function runtimeNames(file: ts.SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !isRuntime(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || statement.importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) continue;
    if (ts.isNamespaceImport(bindings)) found.set("*", bindings.name.text);
    else for (const each of bindings.elements) if (!each.isTypeOnly) found.set((each.propertyName ?? each.name).text, each.name.text);
  }
  return found;
}

/** Whether a type is the runtime's, by the file it is declared in: the package, wherever it lies, or what stands for it. */
export function isDeclaredByRuntime(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((d) => {
    for (let at: ts.Node = d; at.parent; at = at.parent) if (ts.isModuleDeclaration(at) && at.name.text === runtimePackage) return true;
    return /(?:@retrograd\/runtime|packages\/runtime)\/(?:src|dist)\//.test(d.getSourceFile().fileName.replaceAll("\\", "/"));
  });
}
