import type { Statement, Target, Variable } from "./tree.ts";
import { eachVariable, mapNestedLists, ownExpressions, targets } from "./walk.ts";
import type { Expr } from "./tree.ts";

/** What variables and labels are called. */
export interface Names {
  of(v: Variable): string;
  label(t: Target): string;
}

export interface NameOptions {
  /** Identifiers that the text uses and that are not variables: they must not be hidden. */
  readonly used: ReadonlySet<string>;
  /** In the order of the signature. */
  readonly parameters: readonly Variable[];
  /** Whether the signature is the compiler's own: a parameter then makes way for what the text means by its name, as a variable of the module. */
  readonly yields?: boolean;
}

/**
 * Names by scope: a variable has the name it asks for unless another of that name is declared in the same list, or one of the two would
 * hide the other where it is used; then a number is added. Variables of the user choose before generated ones, which hide none of them at all.
 */
export function chooseNames(list: readonly Statement[], options: NameOptions): Names {
  const { scopes, within } = findScopes(list, options.parameters);
  const names = new Map<Variable, string>(), taken = new Map<string, Variable[]>();
  const give = (v: Variable, name: string): void => {
    names.set(v, name);
    const known = taken.get(name);
    if (known) known.push(v); else taken.set(name, [v]);
  };
  // The adjoint of `o` would be called `do`.
  const isTaken = (p: Variable): boolean => words.has(p.name ?? p.hint) || (options.yields === true && options.used.has(p.name ?? p.hint));
  for (const p of options.parameters) if (!isTaken(p)) give(p, p.name ?? p.hint);
  for (const p of options.parameters.filter(isTaken)) {
    let k = 1;
    const name = (): string => `${p.name ?? p.hint}${k}`;
    while (taken.has(name()) || options.used.has(name())) k++;
    give(p, name());
  }

  const free = (v: Variable, name: string): boolean => {
    if (options.used.has(name) || words.has(name)) return false;
    const scope = scopes.get(v);
    return (taken.get(name) ?? []).every((other) => {
      const theirs = scopes.get(other);
      if (scope === undefined || theirs === undefined || scope === theirs) return false;
      // A temporary never takes a name of the user's that is visible, used or not: who reads it would take one for the other.
      if (v.name === null && other.name !== null && (scope.startsWith(theirs) || theirs.startsWith(scope))) return false;
      if (scope.startsWith(theirs)) return !within.get(other)?.has(scope);
      if (theirs.startsWith(scope)) return !within.get(v)?.has(theirs);
      return true;
    });
  };
  const numbers = new Map<string, number>();
  const choose = (v: Variable): void => {
    const base = v.name ?? v.hint;
    // Within one list the numbers before the last one found are taken.
    const place = `${base} ${scopes.get(v) ?? ""}`, start = numbers.get(place) ?? 0;
    let k = start;
    while (!free(v, k === 0 ? base : `${base}${k}`)) k++;
    numbers.set(place, k + 1);
    give(v, k === 0 ? base : `${base}${k}`);
  };
  const rest = [...scopes.keys()].filter((v) => !names.has(v));
  const rank = (v: Variable): number => (v.name === null ? 2 : v.role === "primal" || v.role === "parameter" ? 0 : 1);
  for (const r of [0, 1, 2]) rest.filter((v) => rank(v) === r).forEach(choose);

  const labels = chooseLabels(list);
  return { of: (v) => names.get(v) ?? v.name ?? v.hint, label: (t) => labels.get(t.id) ?? t.name };
}

/** A scope is a path of list numbers, `/0/3/`; `within` holds the scopes in which a variable occurs. */
function findScopes(
  root: readonly Statement[],
  parameters: readonly Variable[],
): { scopes: ReadonlyMap<Variable, string>; within: ReadonlyMap<Variable, ReadonlySet<string>> } {
  const scopes = new Map<Variable, string>(),
    within = new Map<Variable, Set<string>>();
  let lists = 0;
  const occur = (v: Variable, path: string): void => {
    const set = within.get(v) ?? new Set();
    within.set(v, set);
    for (let p = path; p !== "/" && !set.has(p); p = p.slice(0, p.lastIndexOf("/", p.length - 2) + 1)) set.add(p);
  };
  const expression = (e: Expr, path: string): void => eachVariable(e, (v) => occur(v, path));
  const statement = (s: Statement, path: string): void => {
    if (s.kind === "assign" && s.declares) scopes.set(s.target, path);
    if (s.kind === "declare") {
      scopes.set(s.variable, path);
      occur(s.variable, path);
    }
    for (const v of targets(s)) occur(v, path);
    for (const e of ownExpressions(s)) expression(e, path);
    if (s.kind !== "loop") {
      mapNestedLists(s, (inner) => {
        inList(inner, path);
        return inner;
      });
      return;
    }
    const head = `${path}${lists++}/`;
    for (const a of s.init) statement(a, head);
    if (s.condition) expression(s.condition, s.test === "after" ? path : head);
    for (const a of s.update) statement(a, head);
    inList(s.body, head);
  };
  const inList = (statements: readonly Statement[], outer: string): void => {
    const path = `${outer}${lists++}/`;
    for (const s of statements) statement(s, path);
  };
  for (const p of parameters) scopes.set(p, "/0/");
  inList(root, "/");
  return { scopes, within };
}

function chooseLabels(root: readonly Statement[]): ReadonlyMap<number, string> {
  const labels = new Map<number, string>();
  const visit = (list: readonly Statement[], outer: readonly string[]): void => {
    for (const s of list) {
      let inner = outer;
      const label = s.kind === "block" ? s.label : s.kind === "loop" ? s.label : null;
      if (label) {
        let name = label.name;
        for (let k = 1; outer.includes(name); k++) name = `${label.name}${k}`;
        labels.set(label.id, name);
        inner = [...outer, name];
      }
      mapNestedLists(s, (nested) => { visit(nested, inner); return nested; });
    }
  };
  visit(root, []);
  return labels;
}

/** Words that cannot name a variable, and globals that generated text writes bare. */
const words: ReadonlySet<string> = new Set(
  ("break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof " +
  "interface let new null package private protected public return static super switch this throw true try typeof var void while with yield await async of " +
  "arguments eval undefined NaN Infinity globalThis").split(" "),
);

/** The identifiers in a piece of text, outside strings and after no dot, and no types of elements. Holes are `\0`. */
export function identifiersIn(raw: string): readonly string[] {
  const text = raw.replaceAll(/\bnew Array<[^()]*>\(/g, "new Array(");
  const found: string[] = [];
  // The braces open in templates: at `}` of a template's hole the string goes on.
  const templates: number[] = [];
  let depth = 0, k = 0, dot = false;
  const string = (quote: string): void => {
    for (; k < text.length; k++) {
      if (text[k] === "\\") k++;
      else if (text[k] === quote) { k++; return; }
      else if (quote === "`" && text[k] === "$" && text[k + 1] === "{") { templates.push(depth++); k += 2; return; }
    }
  };
  while (k < text.length) {
    const c = text[k] ?? "";
    const name = /[\p{ID_Start}$_]/u.test(c) ? /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(text.slice(k))?.[0] : undefined;
    if (name !== undefined) {
      if (!dot) found.push(name);
      dot = false;
      k += name.length;
      continue;
    }
    const digits = /[0-9]/.test(c) ? /^[0-9][\w.]*/.exec(text.slice(k))?.[0] : undefined;
    k += digits?.length ?? 1;
    if (c === "'" || c === '"' || c === "`") string(c);
    else if (c === "/" && text[k] === "/") { while (k < text.length && text[k] !== "\n") k++; }
    else if (c === "/" && text[k] === "*") { k = Math.max(k, text.indexOf("*/", k)) + 2; }
    else if (c === "{") depth++;
    else if (c === "}") { depth--; if (templates.at(-1) === depth) { templates.pop(); string("`"); } }
    if (c === ".") dot = !(text[k - 2] === "." );
    else if (!/\s/.test(c)) dot = false;
  }
  return found;
}
