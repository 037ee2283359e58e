/**
 * The listings that say what output should read like (`golden.ts` beside the fixture), against what is generated: the same
 * statements, where order and naming leave no choice; elsewhere no more lines than a person wrote, up to a few.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compile } from "./support/compile.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "fixtures", "golden");

function listing(name: string): { golden: string[]; generated: string[] } {
  const text = readFileSync(join(root, name, "input.ts"), "utf8");
  const code = compile(text, { fileName: "input.ts" }).code.slice(text.length);
  const lines = (t: string): string[] => t.slice(t.indexOf("export function")).split("\n").filter((l) => l.trim() !== "");
  return { golden: lines(readFileSync(join(root, name, "golden.ts"), "utf8")), generated: lines(code) };
}
const statements = (lines: readonly string[]): string[] => lines.map((l) => l.replace(/\/\/.*/, "").trim()).filter((l) => l !== "");

describe("golden listings", () => {
  test("the staged example, line by line", () => {
    const { golden, generated } = listing("staged");
    expect(generated).toEqual(golden);
  });
  test("least squares in one loop: the same statements", () => {
    const { golden, generated } = listing("least-squares");
    expect(statements(generated).sort()).toEqual(statements(golden).sort());
  });
  test("a branch with an early return: the same statements", () => {
    const { golden, generated } = listing("huber");
    expect(statements(generated).sort()).toEqual(statements(golden).sort());
  });
  for (const [name, spare] of [["logistic-map", 0], ["newton", 0], ["prefix", 6]] as const) {
    test(`${name}: hardly more statements than a person wrote`, () => {
      const { golden, generated } = listing(name);
      expect(statements(generated).length, generated.join("\n")).toBeLessThanOrEqual(statements(golden).length + spare);
    });
  }
});
