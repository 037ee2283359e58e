import type { ModuleScope } from "./moduleScope.ts";

/** A name of the source that the sibling needs from elsewhere. */
export interface Wanted {
  readonly name: string;
  /** If false, `import type` serves. */
  readonly asValue: boolean;
}

export interface Specifiers {
  /** How the sibling names the source. */
  readonly own: string;
  /** A specifier of the source as the sibling must write it. */
  rebase(specifier: string): string;
}

interface Binding {
  readonly local: string;
  readonly imported: string;
  asValue: boolean;
}

/** Import declarations for the names, one for each module (a default or namespace import is one of its own), packages first. */
export function importLines(wanted: readonly Wanted[], scope: ModuleScope, specifiers: Specifiers): readonly string[] {
  const modules = new Map<string, Map<string, Binding>>();
  for (const { name, asValue } of wanted) {
    const declared = scope.declared.get(name);
    const [from, imported, isTypeOnly] =
      declared?.kind === "import"
        ? [specifiers.rebase(declared.from), declared.imported, declared.isTypeOnly]
        : [specifiers.own, declared?.kind === "exported" ? declared.as : name, false];
    const bindings = modules.get(from) ?? new Map<string, Binding>();
    modules.set(from, bindings);
    const known = bindings.get(name);
    if (known === undefined) bindings.set(name, { local: name, imported, asValue: asValue && !isTypeOnly });
    else known.asValue ||= asValue && !isTypeOnly;
  }
  const isRelative = (specifier: string): boolean => specifier.startsWith(".");
  const order = (a: string, b: string): number => Number(isRelative(a)) - Number(isRelative(b)) || (a < b ? -1 : 1);
  return [...modules]
    .sort(([a], [b]) => order(a, b))
    .flatMap(([from, bindings]) => declarations(from, [...bindings.values()]));
}

function declarations(from: string, bindings: readonly Binding[]): readonly string[] {
  const source = JSON.stringify(from);
  const namespaces = bindings.filter((binding) => binding.imported === "*");
  const defaults = bindings.filter((binding) => binding.imported === "default");
  const named = bindings
    .filter((binding) => binding.imported !== "*" && binding.imported !== "default")
    .sort((a, b) => (a.local < b.local ? -1 : 1));
  const whole = (binding: Binding, clause: string): string =>
    `import ${binding.asValue ? "" : "type "}${clause} from ${source};`;
  const lines = [
    ...defaults.map((binding) => whole(binding, binding.local)),
    ...namespaces.map((binding) => whole(binding, `* as ${binding.local}`)),
  ];
  if (named.length === 0) return lines;
  const onlyTypes = named.every((binding) => !binding.asValue);
  const clauses = named.map(
    ({ local, imported, asValue }) =>
      `${onlyTypes || asValue ? "" : "type "}${imported === local ? local : `${imported} as ${local}`}`,
  );
  return [...lines, `import ${onlyTypes ? "type " : ""}{ ${clauses.join(", ")} } from ${source};`];
}

/** The lines with those of named bindings from one module as one, where the first of them stands. */
export function joinImports(lines: readonly string[]): readonly string[] {
  const clauses = new Map<string, Set<string>>();
  const named = /^import \{ (.*) \} from (["'])(.*)\2;$/u;
  const keyOf = (line: string): string => {
    const [, list, , from] = named.exec(line) ?? [];
    if (list === undefined || from === undefined) return line;
    for (const clause of list.split(", ")) clauses.set(from, (clauses.get(from) ?? new Set()).add(clause));
    return from;
  };
  const nameOf = (clause: string): string => clause.replace(/^type /u, "");
  return [...new Set(lines.map(keyOf))].map((key) => {
    const list = clauses.get(key);
    if (list === undefined) return key;
    const sorted = [...list].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    return `import { ${sorted.join(", ")} } from ${JSON.stringify(key)};`;
  });
}
