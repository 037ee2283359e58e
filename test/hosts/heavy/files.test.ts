/** Files on disk, where nothing else is possible: what strips types, Jest, Next. From the packed tarballs. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bin, emptyProject, pack, removeWork, run, tsconfig } from "./packed.ts";
import { dedent } from "../../support/dedent.ts";

beforeAll(pack, 120_000);
afterAll(removeWork);

/** The gradient imports from its source: an enum has an identity. */
const f = `export enum Mode { square = 1, plain = 2 }
/** @differentiable wrt x */
export function f(x: number, mode: Mode): number {
  return mode === Mode.square ? x * x : x;
}
`;
const erasable = f.replace(
  "export enum Mode { square = 1, plain = 2 }",
  "export const Mode = { square: 1, plain: 2 } as const;\nexport type Mode = 1 | 2;",
);
const main = (extension: string): string =>
  `import { f, Mode } from "./f${extension}";\nimport { grad_f } from "./f.grad${extension}";\nconst { value, dx } = grad_f(3, Mode.square);\nconsole.log(value === f(3, Mode.square), dx);\n`;

it("run in Deno, Bun, Node 24 and tsx, and check under TypeScript 7", () => {
  const directory = emptyProject(
    "strippers",
    {
      "src/f.ts": erasable,
      "src/main.ts": main(".ts"),
      "src/globals.d.ts": "declare const console: { log(...data: readonly unknown[]): void };\n",
      "tsconfig.json": tsconfig({
        lib: ["es2023"],
        allowImportingTsExtensions: true,
        erasableSyntaxOnly: true,
        noEmit: true,
      }),
    },
    { typescript: "7.0.2", deno: "2.9.6", bun: "1.4.5", node: "24.21.0", tsx: "4.23.15" },
  );
  const manifest = path.join(directory, "package.json");
  // Their binaries come with install scripts, which npm runs for those that are named.
  const allowScripts = { deno: true, bun: true, node: true };
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), allowScripts }));
  run("npm", ["install", "--no-audit", "--no-fund"], directory);
  bin(directory, "retrograd", ["build", "src"]);
  bin(directory, "tsc", ["-p", "."]);
  for (const [name, ...args] of [["deno", "run"], ["bun"], ["node"], ["tsx"]])
    expect([name, bin(directory, name ?? "", [...args, "src/main.ts"])]).toEqual([name, "true 6\n"]);
}, 600_000);

it("run in Jest, after babel and after ts-jest, and in a page that Next builds", () => {
  const directory = emptyProject(
    "next",
    {
      "app/f.ts": f,
      "app/f.test.ts": `import { f, Mode } from "./f";\nimport { grad_f } from "./f.grad";\ntest("gradient", () => expect([grad_f(3, Mode.square), f(3, Mode.square)]).toEqual([{ value: 9, dx: 6 }, 9]));\n`,
      "app/layout.tsx": dedent`
        export default function Layout({ children }: { children: React.ReactNode }) {
          return <html><body>{children}</body></html>;
        }

      `,
      "app/page.tsx": dedent`
        import { Mode } from "./f";
        import { grad_f } from "./f.grad";
        export default function Page() {
          return <p id="dx">{grad_f(3, Mode.square).dx}</p>;
        }

      `,
      // Elsewhere than in the project's root, where Next would take it for its own.
      "jest/babel.cjs": 'module.exports = { presets: [["@babel/preset-env", { targets: { node: "current" } }], "@babel/preset-typescript"] };\n',
      "jest.babel.cjs": 'module.exports = { transform: { "\\\\.tsx?$": ["babel-jest", { configFile: "./jest/babel.cjs" }] } };\n',
      "jest.ts.cjs": 'module.exports = { preset: "ts-jest" };\n',
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "es2022",
          lib: ["dom", "esnext"],
          module: "esnext",
          moduleResolution: "bundler",
          jsx: "preserve",
          strict: true,
          noEmit: true,
          isolatedModules: true,
          skipLibCheck: true,
          types: ["jest"],
        },
        include: ["app"],
      }),
    },
    {
      "typescript": "6.0.3",
      "next": "16.4.6",
      "react": "^19",
      "react-dom": "^19",
      "@types/react": "^19",
      "@types/node": "^20",
      "@types/jest": "^30",
      "jest": "^30",
      "ts-jest": "^29",
      "@babel/preset-env": "^7",
      "@babel/preset-typescript": "^7",
    },
  );
  const manifest = path.join(directory, "package.json");
  // As the templates of both have it: no `type`.
  const { type: _type, ...rest } = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, unknown>;
  writeFileSync(manifest, JSON.stringify(rest));
  run("npm", ["install", "--no-audit", "--no-fund"], directory);
  bin(directory, "retrograd", ["build", "app"]);
  expect(readFileSync(path.join(directory, "app/f.grad.ts"), "utf8")).toContain('import { Mode } from "./f";');
  for (const config of ["jest.babel.cjs", "jest.ts.cjs"]) bin(directory, "jest", ["--config", config]);
  run(path.join(directory, "node_modules/.bin/next"), ["build"], directory, { NEXT_TELEMETRY_DISABLED: "1", CI: "1" });
  expect(readFileSync(path.join(directory, ".next/server/app/index.html"), "utf8")).toContain('<p id="dx">6</p>');
}, 600_000);
