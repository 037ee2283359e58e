import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { TypeScript } from "./host.ts";

/** Where `typescript.cjs` of our packages looks before it loads TypeScript. */
const place = Symbol.for("retrograd.typescript");

/**
 * The compiler that runs us becomes the one that we run on, if it is of the very version that we would load: then it need not be loaded twice, and the
 * files of its program can be used without being parsed again. It comes too late if ours is loaded already, which changes nothing but the time.
 */
export function lend(compiler: TypeScript): void {
  if (place in globalThis || compiler.version !== ownVersion()) return;
  Object.defineProperty(globalThis, place, { value: compiler });
}

function ownVersion(): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("typescript/package.json"), "utf8")) as {
      readonly version: string;
    };
    return version;
  } catch {
    return undefined; // whoever needs it will say so
  }
}
