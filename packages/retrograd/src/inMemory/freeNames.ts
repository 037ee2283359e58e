import ts from "typescript";

/**
 * The names that code mentions and that nothing in it declares: what they mean is said by imports or by declarations for all modules. Members are none. Scopes
 * are not told apart.
 */
export function freeNames(nodes: readonly ts.Node[]): readonly string[] {
  const mentioned = new Set<string>(),
    declared = new Set<string>();
  const waiting: ts.Node[] = [...nodes];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const parent = node;
    ts.forEachChild(parent, (child) => {
      if (!ts.isIdentifier(child)) waiting.push(child);
      else if (!isMember(child, parent)) (isDeclared(child, parent) ? declared : mentioned).add(child.text);
    });
  }
  return [...mentioned].filter((name) => !declared.has(name) && !builtIn.has(name));
}

/** `as const` looks like the name of a type. */
const builtIn: ReadonlySet<string> = new Set(["arguments", "const"]);

type Named = ts.Node & { readonly name?: ts.Node; readonly propertyName?: ts.Node; readonly label?: ts.Node };

/** Whether a name belongs to what stands around it, and means nothing by itself. */
function isMember(name: ts.Identifier, parent: Named): boolean {
  if (parent.propertyName === name || parent.label === name) return true;
  if (ts.isQualifiedName(parent) && parent.right === name) return true;
  if (parent.name !== name) return ts.isExportSpecifier(parent);
  switch (parent.kind) {
    case ts.SyntaxKind.PropertyAccessExpression:
    case ts.SyntaxKind.PropertyAssignment:
    case ts.SyntaxKind.PropertySignature:
    case ts.SyntaxKind.PropertyDeclaration:
    case ts.SyntaxKind.MethodSignature:
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.GetAccessor:
    case ts.SyntaxKind.SetAccessor:
    case ts.SyntaxKind.EnumMember:
    case ts.SyntaxKind.NamedTupleMember:
    case ts.SyntaxKind.MetaProperty:
    case ts.SyntaxKind.ImportAttribute:
    case ts.SyntaxKind.ExportSpecifier:
    case ts.SyntaxKind.JsxAttribute:
      return true;
    default:
      return false;
  }
}

const isDeclared = (name: ts.Identifier, parent: Named): boolean => parent.name === name && !ts.isShorthandPropertyAssignment(parent);
