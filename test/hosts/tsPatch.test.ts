import { afterAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "../cli/project.ts";
import { curve, curvePrints, hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const tspc = "node_modules/ts-patch/bin/tspc.js";
const options = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2023", "dom"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  verbatimModuleSyntax: true,
  declaration: true,
  sourceMap: true,
  declarationMap: true,
  rootDir: "src",
  outDir: "dist",
  plugins: [{ transform: "retrograd/ts-patch", transformProgram: true }],
};
const config = (more: object = {}): string =>
  JSON.stringify({ compilerOptions: { ...options, ...more }, include: ["src"] });

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));
function project(
  files: Readonly<Record<string, string>>,
  packages: Parameters<typeof hostProject>[1] = ["typescript", "ts-patch"],
): HostProject {
  requireFreshBuild();
  const created = hostProject(files, packages);
  made.push(created);
  return created;
}

describe("retrograd/ts-patch", () => {
  it("gives siblings before types are checked, and emits them", () => {
    const p = project({ ...curve, "tsconfig.json": config() });
    expect(p.node([tspc, "-p", "."])).toEqual({ code: 0, out: "" });
    expect(p.node(["dist/main.js"])).toEqual({ code: 0, out: `${curvePrints}\n` });
    expect(p.read("dist/curve.d.ts")).toContain("export declare function grad_curve(a: number, b: number): {\n");
    expect(p.read("dist/curve.grad.js")).toBe('export * from "./curve.js";\n');
    expect(p.read("dist/curve.grad.d.ts")).toBe('export * from "./curve.js";\n');
    const map = JSON.parse(p.read("dist/curve.js.map")) as { sources: string[]; sourcesContent: (string | null)[] };
    expect(map.sources).toEqual(["../src/curve.ts", "../src/curve.grad.ts"]);
    expect(map.sourcesContent[1]).toContain("export function grad_curve(");
    // Steps into a gradient show the generated document; a throw in the primal shows the user's line.
    const main = `import { grad_curve } from "./curve.grad.js";\ntry { grad_curve({ valueOf() { throw new Error("seen"); } } as never, 1); } catch (error) { console.log(String((error as Error).stack).includes("curve.grad.ts:")); }\n`;
    p.write({ "src/main.ts": main });
    expect(p.node([tspc, "-p", "."])).toEqual({ code: 0, out: "" });
    expect(p.node(["--enable-source-maps", "dist/main.js"]).out).toBe("true\n");
  });

  it("reports our errors as tsc does, keeps the user's, and moves those of generated text to the primal", () => {
    const p = project({
      ...curve,
      "src/bad.ts":
        dedent`
          /** @differentiable */
          export function bad(x: number): number {
            return parseFloat(String(x));
          }
          export const wrong: string = 1;

        `,
      "src/use.ts": 'import { grad_bad } from "./bad.grad.js";\nexport const dx: string = grad_bad(1).dx;\n',
      "src/warn.ts":
        dedent`
          /** @differentiable wrt x */
          export function warn(x: number, y: number): number {
            return Math.floor(x) * y;
          }

        `,
      "tsconfig.json": config(),
    });
    const { code, out } = p.node([tspc, "-p", "."]);
    expect(code).toBe(2);
    expect(out).toContain("src/bad.ts(3,10): error TS902101: RG2101 Not supported: `parseFloat` has neither a body");
    expect(out).toContain("src/bad.ts(5,14): error TS2322");
    // The stub has the signature, so that this is the only error there.
    expect(out.match(/src\/use\.ts.*/g)).toEqual([
      "src/use.ts(2,14): error TS2322: Type 'number' is not assignable to type 'string'.",
    ]);
    expect(out).toMatch(/src\/warn\.ts\(2,1\): warning TS904001: RG4001/);
  });
});
