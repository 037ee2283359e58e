/** RG4xxx: compiles, and is probably not what was meant. Warnings. */
import type { Entry } from "./entry.ts";

const doubt = <P>(entry: Omit<Entry<P>, "category" | "family">): Entry<P> => ({ category: "warning", family: "doubt", ...entry });

export const doubts = {
  alwaysZero: doubt<{ name: string; fn: string; why: string }>({
    code: "RG4001",
    message: ({ name, fn, why }) => `the gradient of \`${fn}\` by \`${name}\` is 0 everywhere: ${why}`,
    help: ({ name }) => `leave \`${name}\` out of \`wrt\`, or say that it is meant: \`stopGradient(${name})\``,
    example: "/** @differentiable wrt x, limit */\nexport function clip(x: number, limit: number): number { return x > limit ? 0 : x * x; }\n",
    fixed: "/** @differentiable wrt x */\nexport function clip(x: number, limit: number): number { return x > limit ? 0 : x * x; }\n",
  }),
  constantInput: doubt<{ name: string; fn: string; type: string; instead: string }>({
    code: "RG4002",
    message: ({ name, fn, type }) =>
      `\`${name}\` holds numbers, but \`${fn}\` has no gradient by it: what \`${type}\` holds is not followed and counts as constant`,
    help: ({ instead }) => `${instead}, or name after \`wrt\` what to differentiate by`,
    example: '/** @differentiable */\nexport function scale(x: number, gains: Record<string, number[]>): number { return x * x * gains["low"]![0]!; }\n',
    fixed: "/** @differentiable */\nexport function scale(x: number, gains: { low: number[] }): number { return x * x * gains.low[0]!; }\n",
  }),
};
