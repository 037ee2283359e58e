import { assertNever } from "../diagnostics/bug.ts";
import type { IrFunction, Pattern, Var } from "../ir/ir.ts";
import { bindings } from "../ir/verify.ts";
import { isIdentifier, propertyName, typeText } from "./types.ts";

/** Longer lines are broken. */
const width = 120;

/** The head of a function up to its brace: on one line if it fits, else a line for each parameter. */
export function head(
  fn: IrFunction,
  exported: boolean,
  nameOf: (v: Var) => string,
  isUsed: (v: Var) => boolean,
  taken: ReadonlySet<string>,
): readonly string[] {
  const list = parameters(fn, nameOf, isUsed, taken),
    start = `${exported ? "export " : ""}function ${fn.name}${fn.typeParameters}(`,
    end = `)${result(fn)} {`;
  const whole = `${start}${list.join(", ")}${end}`;
  // A default may have lines of its own, perhaps within a template.
  if (whole.length <= width || list.length === 0 || whole.includes("\n")) return [whole];
  return [start, ...list.map((p, k) => `  ${p}${k === list.length - 1 && fn.parameters.at(-1)?.rest ? "" : ","}`), end];
}

/** A line of documentation, broken between the parts of its list. */
export function wrapped(line: string): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf("; ", width);
    if (at < 0) break;
    lines.push(rest.slice(0, at + 1));
    rest = `  ${rest.slice(at + 2)}`;
  }
  return [...lines, rest];
}

/** Parameters that the body does not need keep their place: under a name that says so (and that is not `taken`), or out of the pattern. */
function parameters(fn: IrFunction, nameOf: (v: Var) => string, isUsed: (v: Var) => boolean, taken: ReadonlySet<string>): readonly string[] {
  const unused = (own: string): string => { let text = `_${own}`; while (taken.has(text)) text = `_${text}`; return text; };
  const name = (v: Var): string => (isUsed(v) || nameOf(v).startsWith("_") ? nameOf(v) : unused(nameOf(v)));
  const isNeeded = (p: Pattern): boolean => bindings(p).some(isUsed);
  const pattern = (p: Pattern): string => {
    const text = whole(p);
    return p.kind === "name" || p.defaultText === undefined ? text : `${text} = ${p.defaultText}`;
  };
  const whole = (p: Pattern): string => {
    switch (p.kind) {
      case "name": return name(p.variable);
      case "object": {
        const rest = p.rest && (isUsed(p.rest) ? p.rest : null);
        // The rest is what is left of the others, so those must be named.
        const entries = p.entries.filter((e) => rest !== null || isNeeded(e.pattern)).map((e) => {
          const inner = pattern(e.pattern);
          return inner === e.key && isIdentifier(e.key) ? inner : `${propertyName(e.key)}: ${inner}`;
        });
        if (rest) entries.push(`...${name(rest)}`);
        return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
      }
      case "array": {
        const entries = p.entries.map((e) => (e && isNeeded(e) ? pattern(e) : ""));
        if (p.rest && isUsed(p.rest)) entries.push(`...${name(p.rest)}`);
        while (entries.at(-1) === "") entries.pop();
        return `[${entries.join(", ")}]`;
      }
      default: return assertNever(p);
    }
  };
  return fn.parameters.map(
    (p) =>
      `${p.rest ? "..." : ""}${pattern(p.pattern)}${p.optional ? "?" : ""}${p.typeText === null ? "" : `: ${p.typeText}`}${p.defaultText === undefined ? "" : ` = ${p.defaultText}`}`,
  );
}

function result(fn: IrFunction): string {
  const text = fn.resultText ?? typeText(fn.result);
  if (fn.resultText === null && fn.result.kind === "undefined") return ": void";
  return text === null ? "" : `: ${text}`;
}
