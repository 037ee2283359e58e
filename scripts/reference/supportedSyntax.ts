import ts from "typescript";
import { syntax, withoutValue, type SyntaxClass, type SyntaxEntry } from "../../packages/transformer/src/frontend/programs/syntax.ts";
import { code, page, table } from "./markdown.ts";

const meanings: Readonly<Record<SyntaxClass, string>> = {
  differentiated: "gradients flow through it",
  inactive: "its value is used and no gradient flows",
  refused: "a diagnostic says what to write instead, where a gradient would have to flow through it",
};

/** docs/reference/supported-syntax.md: every kind of syntax, its class, a note, an example. */
export function supportedSyntaxPage(): string {
  const all: readonly (readonly [string, SyntaxEntry])[] = Object.entries(syntax);
  const rest = restOfKinds();
  return page("Supported syntax", "packages/transformer/src/frontend/programs/syntax.ts", [
    "Every kind of syntax TypeScript knows, by the name the compiler gives it, and what becomes of it in a marked function. The examples are compiled by the tests.",
    ...(Object.keys(meanings) as SyntaxClass[]).flatMap((each) => {
      const rows = all.filter(([, entry]) => entry.class === each).map(([name, { note, example }]) => [name, note, code(bodyOf(example))]);
      return [`## ${each.charAt(0).toUpperCase()}${each.slice(1)}: ${meanings[each]} (${rows.length})`, table(["syntax", "", "example"], rows)];
    }),
    `## Without a value (${rest.length})`,
    Object.values(withoutValue)
      .map((each) => `- ${each}`)
      .join("\n"),
    rest.map(code).join(", "),
  ]);
}

/** The lines that matter: the body of `f`, or the whole module. */
function bodyOf(example: string): string {
  const body = /^\/\*\* @differentiable \*\/\nexport function f\(x: number\): number \{\n([^]*)\}\n$/.exec(example)?.[1];
  return (body ?? example.replace("/** @differentiable */\n", "")).replace(/\s+/g, " ").trim();
}

function restOfKinds(): readonly string[] {
  const names = new Map<number, string>();
  for (const [name, value] of Object.entries(ts.SyntaxKind)) if (typeof value === "number" && !names.has(value)) names.set(value, name);
  return [...names.values()].filter((name) => !Object.hasOwn(syntax, name) && name !== "Count");
}
