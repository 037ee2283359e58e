import type { Entry } from "./entry.ts";

/** What the language of differentiable functions does not have (RG2xxx): reported while a function is lowered. */
export const languageEntries = {
  noBody: {
    code: "RG2001", category: "error", family: "mistake",
    message: (p: { callee: string }) => `\`${p.callee}\` has no body to differentiate`,
    help: (p: { callee: string }) => `write the body of \`${p.callee}\` in TypeScript, or stop the gradient with \`stopGradient(${p.callee}(…))\``,
    example: "declare function g(x: number): number;\n/** @differentiable */\nexport function f(x: number): number {\n  return g(x);\n}\n",
  } satisfies Entry<{ callee: string }>,
};
