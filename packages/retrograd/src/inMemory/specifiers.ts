/**
 * `./f.grad.js` in memory: there is no such file, and the specifier means the module of `f.ts` itself, which holds the gradients behind the
 * user's text. So nothing is generated twice, and what is imported from either name is the same function.
 */

/** What a specifier of gradients is about: `./f.grad.js` → `./f.js`, `./f.grad` → `./f`; null for any other specifier. */
export function primalSpecifier(specifier: string): string | null {
  const match = /^(.+)\.grad(\.[cm]?[jt]sx?)?$/.exec(specifier);
  return match === null ? null : `${match[1] ?? ""}${match[2] ?? ""}`;
}

/** The specifiers of gradients that a text mentions. May contain ones in comments and strings. */
export function mentionedGradientSpecifiers(text: string): readonly string[] {
  if (!text.includes(".grad")) return []; // nearly all texts, and this is ten times as fast
  return [...text.matchAll(/["']([^"'\n]+\.grad(?:\.[cm]?[jt]s)?)["']/g)].map((match) => match[1] ?? "");
}

/** The files that `stem` with an emitted, a source or no extension may stand for. */
export function sourceCandidates(name: string): readonly string[] {
  const match = /^(.*?)\.([cm]?)[jt](sx?)$/.exec(name);
  if (match === null) return [".ts", ".tsx", ".mts", ".cts"].map((extension) => name + extension);
  const [, stem = "", kind = "", tail = ""] = match;
  if (tail === "sx") return [`${stem}.tsx`];
  return kind === "" ? [`${stem}.ts`, `${stem}.tsx`] : [`${stem}.${kind}ts`];
}
