import { describe, expect, test } from "vitest";
import { generate } from "./fuzz/program.ts";
import { lowerText, runIr, runPrimal } from "./support/lowering.ts";
import { programs } from "./support/primalPrograms.ts";
import { show } from "../packages/transformer/src/ir/show.ts";

/** The IR gives what the function gives: value, thrown error, arguments afterwards, log; bit by bit. */
function agrees(text: string, points: readonly (readonly unknown[])[], budget = {}): void {
  const { module, findings } = lowerText(text, budget);
  if (!module) return expect.fail(`refused: ${findings.map((f) => `${f.code} ${f.message} at \`${text.slice(f.loc.start, f.loc.end)}\``).join("\n")}\n${text}`);
  for (const point of points) {
    expect(runIr(text, module, point), `${JSON.stringify(point)}\n${text}\n${show(module.root)}`).toEqual(runPrimal(text, point));
  }
}

describe("the IR does what the function does", () => {
  for (const { title, text, at } of programs) test(title, () => agrees(text, at));
});

describe("with every helper a function of its own", () => {
  for (const { title, text, at } of programs) if (/\bfunction (?!f\b)/.test(text)) test(title, () => agrees(text, at, { inlineNodes: 1 }));
});

test("random programs", () => {
  for (let seed = 70_000; seed < 70_060; seed++) {
    const program = generate(seed, { writes: seed % 2 === 0 });
    const points = program.points.map((point) => point.flatMap((v, k) => (program.parameters[k]?.rest ? (v as unknown[]) : [v]))); // a rest parameter holds an array
    agrees(program.text, points, seed % 3 === 0 ? { inlineNodes: 1 } : {});
  }
});
