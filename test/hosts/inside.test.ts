import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { requireFreshBuild } from "../cli/project.ts";
import { createWorkspace, type Workspace } from "../../packages/retrograd/src/inMemory/workspace.ts";

const built = path.resolve("packages/retrograd/dist/hosts/bundler");
const fixtures = path.resolve("test/fixtures");
/** The first of each topic. */
const samples = readdirSync(fixtures).flatMap((topic) => {
  const [first] = readdirSync(path.join(fixtures, topic)).sort();
  return first === undefined ? [] : [path.join(fixtures, topic, first, "input.ts")];
});

// What is published for bundlers is one file, with the part of TypeScript that we need (scripts/bundleHosts.mjs).
describe("the compiler as bundlers load it", () => {
  it("gives the same answers as its sources", async () => {
    requireFreshBuild("transformer");
    const inside = (await import(/* @vite-ignore */ pathToFileURL(path.join(built, "inside.js")).href)) as {
      readonly createWorkspace: (input: { readonly cwd: string }) => Workspace;
    };
    expect(samples.length).toBeGreaterThan(10);
    const cwd = process.cwd();
    const ours = createWorkspace({ cwd }), theirs = inside.createWorkspace({ cwd });
    let made = 0;
    for (const name of samples) {
      const expected = ours.projectOf(name).augment(name);
      expect(theirs.projectOf(name).augment(name)).toEqual(expected);
      made += expected?.functions.length ?? 0;
    }
    expect(made).toBeGreaterThan(10);
  });

  it("shows problems with their code, and writes files for editors, as the sources do", async () => {
    const { problemOf } = (await import(
      /* @vite-ignore */ pathToFileURL(path.join(built, "problems.js")).href
    )) as typeof import("../../packages/retrograd/src/hosts/bundler/problems.ts");
    const { problemOf: expected } = await import("../../packages/retrograd/src/hosts/bundler/problems.ts");
    const name = path.resolve("f.ts"), text = "/** @differentiable */\nexport function f(x: number): number { return fetch(x); }\n";
    const workspace = createWorkspace({ cwd: process.cwd() });
    const project = workspace.projectOf(name);
    project.give(name, text);
    const { diagnostics = [] } = project.augment(name) ?? {};
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(problemOf(diagnostics, () => text, process.cwd())).toEqual(expected(diagnostics, () => text, process.cwd()));
    expect(readdirSync(built)).toContain("writeSibling.js");
  });
});
