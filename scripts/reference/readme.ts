import { readFileSync } from "node:fs";
import { differentiate } from "../../packages/transformer/src/index.ts";

/** README.md with the gradient it shows made anew from the function it shows: the second TypeScript block is that of the first. */
export function readme(): string {
  const text = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [source, gradient] = [...text.matchAll(/^```ts\n(.*?)^```$/gms)];
  if (source?.[1] === undefined || gradient?.[1] === undefined)
    throw new Error("README.md has no function and gradient to show");
  const made = differentiate(source[1], { fileName: "energy.ts" }).functions[0];
  if (made === undefined) throw new Error("the function of README.md has no gradient");
  const start = gradient.index + "```ts\n".length;
  return `${text.slice(0, start)}${made.text.trim()}\n${text.slice(start + gradient[1].length)}`;
}
