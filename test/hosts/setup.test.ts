import { afterEach, describe, expect, it } from "vitest";
import { project, type Project } from "../cli/project.ts";
import { curve } from "./project.ts";
import { dedent } from "../support/dedent.ts";

let open: Project | undefined;
const start = (files: Readonly<Record<string, string>>): Project => (open = project(files));
afterEach(() => open?.remove());

const installed = (name: string, version: string): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
});
const packageJson = (scripts: object, devDependencies: object = {}): string =>
  `${JSON.stringify({ type: "module", scripts, devDependencies }, null, 2)}\n`;

describe("init", () => {
  it("shows what it would write, writes it when told to, and then has nothing more to do", async () => {
    const p = start({
      "package.json": packageJson({ dev: "vite", build: "tsc && vite build" }, { vite: "8.3.8", typescript: "7.0.2" }),
      "tsconfig.json":
        dedent`
          {
            // as the template has it
            "compilerOptions": { "strict": true },
            "include": ["src"]
          }

        `,
      ...installed("typescript", "7.0.2"),
      "src/a.ts": "export {};\n",
    });
    const before = p.files();
    const shown = await p.run(["init"]);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('+import retrograd from "retrograd/vite";');
    expect(shown.out).toContain(
      '-    "build": "tsc && vite build"\n+    "build": "retrograd build src && tsc && vite build"',
    );
    expect(shown.out).toContain("nothing was written");
    expect(p.files()).toEqual(before);
    expect((await p.run(["init", "--yes"])).out).toContain("wrote vite.config.ts");
    expect(p.read("vite.config.ts")).toContain('worker: { format: "es", plugins: () => [retrograd()] }');
    expect(p.read(".gitattributes")).toBe("*.grad.ts linguist-generated=true\n");
    // TypeScript 7 has no plugins.
    expect(p.read("tsconfig.json")).not.toContain("plugins");
    expect((await p.run(["init"])).out).toBe("everything is set up already\n");
  });

  it("keeps what is there: comments, other plugins, other forms", async () => {
    const p = start({
      "package.json": packageJson({ build: "tsc -p ." }, { "ts-patch": "4.0.1", typescript: "6.0.3" }),
      "tsconfig.json":
        dedent`
          {
            "compilerOptions": {
              "strict": true, // always
              "plugins": [{ "name": "other" }]
            }
          }

        `,
      "webpack.config.js":
        dedent`
          const path = require("node:path");
          module.exports = {
            entry: "./src/main.ts",
            plugins: [new Other()],
          };

        `,
      "vite.config.ts":
        dedent`
          import { defineConfig } from "vite";

          export default defineConfig({
            plugins: [vue()],
          });

        `,
      "rollup.config.js": "export default makeConfig();\n",
      ...installed("typescript", "6.0.3"),
      ...installed("ts-patch", "4.0.1"),
    });
    await p.run(["init", "--yes"]);
    expect(p.read("tsconfig.json")).toBe(
      dedent`
        {
          "compilerOptions": {
            "strict": true, // always
            "plugins": [{ "name": "retrograd", "transform": "retrograd/ts-patch", "transformProgram": true }, { "name": "other" }]
          }
        }

      `,
    );
    expect(p.read("webpack.config.js")).toBe(
      dedent`
        const { default: retrograd } = require("retrograd/webpack");
        const path = require("node:path");
        module.exports = {
          entry: "./src/main.ts",
          plugins: [retrograd(), new Other()],
        };

      `,
    );
    expect(p.read("vite.config.ts")).toBe(
      dedent`
        import retrograd from "retrograd/vite";
        import { defineConfig } from "vite";

        export default defineConfig({
          worker: { plugins: () => [retrograd()] },
          plugins: [retrograd(), vue()],
        });

      `,
    );
    expect(p.read("rollup.config.js")).toBe("export default makeConfig();\n");
    expect(JSON.parse(p.read("package.json"))).toMatchObject({ scripts: { build: "tspc -p ." } });
  });
});

describe("doctor", () => {
  it("says what is marked and set up, and fails where an import of a gradient would not resolve", async () => {
    const p = start({
      "package.json": packageJson({}),
      ...curve,
      "src/stray.ts":
        dedent`
          import { grad_none } from "./none.grad.js";
          import { grad_plain } from "./plain.grad.js";
          export const all = [grad_none, grad_plain];

        `,
      "src/plain.ts": "export const plain = 1;\n",
    });
    const first = await p.run(["doctor"]);
    expect(first.code).toBe(1);
    expect(first.out).toContain("hosts: none found");
    expect(first.out).toContain("src/curve.ts: curve; no file beside it");
    expect(first.out).toContain(
      'problem: src/main.ts:1 imports "./curve.grad.js": src/curve.grad.ts is not there, and no build plugin is set up',
    );
    expect(first.out).toContain('problem: src/stray.ts:1 imports "./none.grad.js": there is no src/none.ts');
    expect(first.out).toContain('problem: src/stray.ts:2 imports "./plain.grad.js": nothing in src/plain.ts is marked');

    // By name too, and `./curve.js` has them in memory only.
    p.write({
      "src/stray.ts":
        dedent`
          import { grad_curve as g } from "./curve.js";
          export { g };
          export const later = import("./gone.grad.js");

        `,
    });
    const third = (await p.run(["doctor"])).out;
    expect(third).toContain(
      'problem: src/stray.ts:1 imports "./curve.js": `grad_curve` is not in src/curve.ts, but in the file beside it: import it from "./curve.grad.js"',
    );
    expect(third).toContain('problem: src/stray.ts:3 imports "./gone.grad.js": there is no src/gone.ts');
    p.write({ "src/stray.ts": 'export { grad_curve, grad_other } from "./curve.grad.js";\n' });
    await p.run(["build", "src"]);
    const fourth = await p.run(["doctor"]);
    expect(fourth.code).toBe(1);
    expect(fourth.out.match(/problem: .*/g)).toEqual([
      'problem: src/stray.ts:1 imports "./curve.grad.js": src/curve.ts gives no `grad_other`, but `grad_curve`',
    ]);

    p.write({ "src/stray.ts": "export {};\n" });
    await p.run(["build", "src"]);
    const second = await p.run(["doctor", "src"]);
    expect(second.code).toBe(0);
    expect(second.out).toContain("the file beside it is current");
    p.write({ "src/curve.ts": curve["src/curve.ts"].replace("- 1", "- 2") });
    expect((await p.run(["doctor"])).out).toContain("the file beside it is stale");
  });

  it("looks at a project that has no source yet", async () => {
    const p = start({ "package.json": packageJson({}) });
    const { code, out } = await p.run(["doctor"]);
    expect(code).toBe(0);
    expect(out).toContain("marked: 0 functions in 0 files");
    expect((await p.run(["doctor", "src"])).code).toBe(2);
  });

  it("takes a plugin's word, and advises on versions", async () => {
    const p = start({
      "package.json": packageJson({}, { vite: "8.3.8", "ts-patch": "4.0.1" }),
      "vite.config.ts": 'import retrograd from "retrograd/vite";\nexport default { plugins: [retrograd()] };\n',
      ...curve,
      ...installed("typescript", "7.0.2"),
      ...installed("ts-patch", "4.0.1"),
      ...installed("@retrograd/runtime", "0.0.1"),
    });
    const { code, out } = await p.run(["doctor", "src", "--format", "json"]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { hosts: object[]; advice: string[]; marked: object[] };
    expect(report.hosts).toContainEqual({ name: "vite", file: "vite.config.ts", isSetUp: true });
    expect(report.marked).toEqual([{ file: "src/curve.ts", functions: ["curve"], refused: [], sibling: "none" }]);
    expect(report.advice.join("\n")).toMatch(
      /ts-patch does not run on TypeScript 7\.0\.2[^]*install the same version of both/,
    );
  });
});
