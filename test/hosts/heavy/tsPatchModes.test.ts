/** tspc in all its modes: too slow for every `npm test`, where one plain run stands for them. */
import { afterAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "../../cli/project.ts";
import { curve, curvePrints, hostProject, type HostProject } from "../project.ts";
import { dedent } from "../../support/dedent.ts";

const tspc = "node_modules/ts-patch/bin/tspc.js";
const plugins = [{ transform: "retrograd/ts-patch", transformProgram: true }];
const config = (options: object, more: object = { include: ["src"] }): string =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      lib: ["es2023", "dom"],
      types: [],
      strict: true,
      declaration: true,
      rootDir: "src",
      outDir: "dist",
      plugins,
      ...options,
    },
    ...more,
  });

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));
function project(files: Readonly<Record<string, string>>): HostProject {
  requireFreshBuild();
  const created = hostProject(files, ["typescript", "ts-patch"]);
  made.push(created);
  return created;
}
const changed = curve["src/curve.ts"].replace("- 1;", "- 2;");

describe("tspc", () => {
  it("--incremental: writes again what changed, also where only what is called did, and repeats diagnostics", () => {
    const p = project({
      "tsconfig.json": config({ incremental: true, tsBuildInfoFile: "dist/info" }),
      "src/f.ts":
        dedent`
          import { scale } from "./scale.js";
          /** @differentiable */
          export function f(x: number): number {
            return scale(x) * x;
          }

        `,
      "src/scale.ts": dedent`
        export function scale(x: number): number {
          return 2 * x;
        }

      `,
      "src/main.ts": 'import { grad_f } from "./f.grad.js";\nconsole.log(grad_f(1).dx);\n',
    });
    expect(p.node([tspc, "-p", "."])).toEqual({ code: 0, out: "" });
    expect(p.node(["dist/main.js"]).out).toBe("4\n");
    // The signature of `scale` stays, so that plain TypeScript would not look at f.ts again.
    p.write({ "src/scale.ts": dedent`
      export function scale(x: number): number {
        return 3 * x;
      }

    ` });
    expect(p.node([tspc, "-p", "."])).toEqual({ code: 0, out: "" });
    expect(p.node(["dist/main.js"]).out).toBe("6\n");
    p.write({ "src/scale.ts": dedent`
      export function scale(x: number): number {
        return parseFloat(String(x));
      }

    ` });
    const refused = p.node([tspc, "-p", "."]);
    expect(refused.out).toContain("error TS902101: RG2101");
    expect(p.node([tspc, "-p", "."]).out).toBe(refused.out);
  });

  it("-b with references: gradients of a referenced project, by its declarations", () => {
    const base = { composite: true };
    const p = project({
      "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "lib" }, { path: "app" }] }),
      "lib/tsconfig.json": config(base),
      "app/tsconfig.json": config(base, { include: ["src"], references: [{ path: "../lib" }] }),
      "lib/src/curve.ts": curve["src/curve.ts"],
      "app/src/main.ts": curve["src/main.ts"].replaceAll('"./', '"../../lib/src/'),
      "app/src/use.ts":
        dedent`
          import { curve } from "../../lib/src/curve.js";
          import { grad_curve } from "../../lib/src/curve.grad.js";
          /** @differentiable */
          export function twice(a: number, b: number): number {
            return 2 * curve(a, b);
          }

        `,
    });
    const result = p.node([tspc, "-b"]);
    expect(result).toEqual({ code: 0, out: "" });
    expect(p.read("lib/dist/curve.d.ts")).toContain("export declare function grad_curve");
    expect(p.read("lib/dist/curve.grad.d.ts")).toBe('export * from "./curve.js";\n');
    expect(p.node([tspc, "-b", "--verbose"]).out).toContain("is up to date");
    // A signature that changes is an error in the project that depends on it.
    p.write({ "lib/src/curve.ts": changed.replace("a: number, b: number", "a: number, b: number, _c: number") });
    expect(p.node([tspc, "-b"]).out).toMatch(/app\/src\/main\.ts.*TS2554/);
  });

  it("gives CommonJS where that is asked for", () => {
    const p = project({
      ...curve,
      "package.json": "{}",
      "tsconfig.json": config({
        module: "commonjs",
        moduleResolution: "bundler",
        ignoreDeprecations: "6.0",
        esModuleInterop: true,
      }),
    });
    expect(p.node([tspc, "-p", "."])).toEqual({ code: 0, out: "" });
    expect(p.read("dist/curve.grad.js")).toBe('"use strict";\nmodule.exports = require("./curve.js");\n');
    expect(p.node(["dist/main.js"])).toEqual({ code: 0, out: `${curvePrints}\n` });
  });

  it("takes a file that another host has written for what is in memory", () => {
    const p = project({ ...curve, "tsconfig.json": config({}) });
    expect(p.node(["node_modules/retrograd/bin/retrograd.mjs", "build", "src"]).code).toBe(0);
    p.write({ "src/curve.ts": changed });
    expect(p.node([tspc, "-p", "."])).toEqual({ code: 0, out: "" });
    const [, value] = p.node(["dist/main.js"]).out.split(" ");
    expect(Number(value)).toBeCloseTo((2 * Math.sin(0.5) - 2) ** 2, 10);
  });

  it("--watch: follows edits", async () => {
    const p = project({ ...curve, "tsconfig.json": config({}) });
    const watching = p.start([tspc, "-p", ".", "--watch", "--preserveWatchOutput"]);
    let out = "";
    watching.stdout?.on("data", (data: Buffer) => (out += data.toString()));
    const settled = async (times: number): Promise<void> => {
      for (let i = 0; i < 600 && (out.match(/Found \d+ error/g)?.length ?? 0) < times; i++)
        await new Promise((resolve) => setTimeout(resolve, 100));
    };
    try {
      await settled(1);
      expect(out).toContain("Found 0 errors");
      p.write({ "src/curve.ts": changed });
      await settled(2);
      expect(p.read("dist/curve.js")).toContain("- 2");
      const before = out.match(/Found \d+ error/g)?.length ?? 0;
      p.write({ "src/curve.ts": changed.replace("Math.sin(b)", "parseFloat(String(b))") });
      await settled(before + 1);
      expect(out).toContain("RG2101");
    } finally {
      watching.kill();
    }
  });

  it("says what is wrong with its own entry", () => {
    const p = project({ ...curve, "tsconfig.json": config({ plugins: [{ transform: "retrograd/ts-patch" }] }) });
    const { code, out } = p.node([tspc, "-p", "."]);
    expect(code).not.toBe(0);
    expect(out).toContain('add "transformProgram": true');
  });
});
