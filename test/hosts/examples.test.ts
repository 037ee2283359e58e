import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/** The examples are built with the packages, before the tests. All fit the same curve; only their builds differ. */
const fits = {
  tspc: "dist/main.js",
  node: "dist/main.js",
  "typescript-7": "dist/main.js",
  esbuild: "dist/main.js",
  webpack: "dist/main.js",
};
const at = (name: string, file: string): string => path.resolve("examples", name, file);

describe("examples", () => {
  it.each(Object.entries(fits))("%s prints the fitted curve", (name, file) => {
    const { stdout, stderr } = spawnSync(process.execPath, [at(name, file)], { encoding: "utf8" });
    expect(stdout, stderr).toBe("a = 3.0000, b = 0.7000\n");
  });

  it("vite has a page and a worker that hold the gradient, and nothing that is evaluated", () => {
    const assets = readdirSync(at("vite", "dist/assets"));
    const worker = assets.find((name) => name.startsWith("worker")) ?? "";
    const code = readFileSync(at("vite", `dist/assets/${worker}`), "utf8");
    // The worker posts its result to whoever started it.
    const run = `globalThis.self = { postMessage: (fitted) => console.log(fitted.a.toFixed(4), fitted.b.toFixed(4)) };\n${code}`;
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", run], { encoding: "utf8" }).stdout).toBe(
      "3.0000 0.7000\n",
    );
    for (const name of assets)
      expect(readFileSync(at("vite", `dist/assets/${name}`), "utf8")).not.toMatch(/\beval\(|new Function/);
  });

  it("have files of gradients where their build reads them, and nowhere else", () => {
    const withFile = Object.keys(fits)
      .concat("vite")
      .filter((name) => existsSync(at(name, "src/curve.grad.ts")));
    expect(withFile.toSorted()).toEqual(["node", "typescript-7"]);
  });

  it("have the same source", () => {
    const texts = Object.keys(fits)
      .concat("vite")
      .flatMap((name) => ["curve.ts", "fit.ts"].map((file) => readFileSync(at(name, `src/${file}`), "utf8")));
    expect(new Set(texts).size).toBe(2);
  });
});
