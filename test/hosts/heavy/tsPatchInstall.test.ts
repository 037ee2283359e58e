/** `ts-patch install`: the compiler in node_modules is patched, and plain `tsc` gives gradients. With pnpm this needs the caution that the page names. */
import { appendFileSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { curve, curvePrints } from "../project.ts";
import { bin, emptyProject, node, pack, pnpm, removeWork, run, tsconfig, work } from "./packed.ts";

beforeAll(pack, 120_000);
afterAll(removeWork);

const files = {
  ...curve,
  "tsconfig.json": tsconfig({
    noEmitOnError: true,
    plugins: [{ transform: "retrograd/ts-patch", transformProgram: true }],
  }),
};
const compilers = { typescript: "6.0.3", "ts-patch": "4.0.1" };
const compiler = "node_modules/typescript/lib/_tsc.js";
const isPatched = (directory: string): boolean =>
  readFileSync(path.join(directory, compiler), "utf8").includes("ts-patch");

it("works after npm, until it is uninstalled", () => {
  const directory = emptyProject("npm", files, compilers);
  run("npm", ["install", "--no-audit", "--no-fund"], directory);
  expect(() => bin(directory, "tsc", ["-p", "."])).toThrow(/TS2307: Cannot find module '.\/curve\.grad\.js'/);
  bin(directory, "ts-patch", ["install"]);
  bin(directory, "tsc", ["-p", "."]);
  expect(node(directory, "dist/main.js")).toBe(`${curvePrints}\n`);
  bin(directory, "ts-patch", ["uninstall"]);
  expect(() => bin(directory, "tsc", ["-p", "."])).toThrow(/TS2307/);
});

it("changes every project that shares pnpm's store, unless files are copied from it", () => {
  const store = ["--store-dir", path.join(work, "store")];
  const other = emptyProject("other", {}, { typescript: "6.0.3" });
  pnpm(["install", ...store], other);
  const linked = emptyProject("linked", files, compilers);
  pnpm(["install", ...store], linked);
  const areLinks = statSync(path.join(linked, compiler)).nlink > 1;
  bin(linked, "ts-patch", ["install"]);
  bin(linked, "tsc", ["-p", "."]);
  expect(node(linked, "dist/main.js")).toBe(`${curvePrints}\n`);
  // What the page warns of, where the file system has links.
  expect(isPatched(other)).toBe(areLinks);
  bin(linked, "ts-patch", ["uninstall"]);
  expect(isPatched(other)).toBe(false);

  const copied = emptyProject("copied", files, compilers);
  appendFileSync(path.join(copied, "pnpm-workspace.yaml"), "packageImportMethod: copy\n");
  pnpm(["install", ...store], copied);
  bin(copied, "ts-patch", ["install"]);
  bin(copied, "tsc", ["-p", "."]);
  expect(node(copied, "dist/main.js")).toBe(`${curvePrints}\n`);
  expect([isPatched(copied), isPatched(other)]).toEqual([true, false]);
});
