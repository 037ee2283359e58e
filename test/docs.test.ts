import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fromRoot, generators } from "../scripts/generateDocs.ts";

it.each(Object.entries(generators))("%s is what the tables say (else: `pnpm docs`)", (path, generate) => {
  expect(readFileSync(fromRoot(path), "utf8")).toBe(generate());
});
