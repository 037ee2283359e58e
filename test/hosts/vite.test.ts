import { rmSync } from "node:fs";
import { build, createServer, type ViteDevServer } from "vite";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import retrograd from "../../packages/retrograd/src/hosts/vite.ts";
import { curve, curvePrints, hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));
function project(files: Readonly<Record<string, string>>): HostProject {
  const created = hostProject({
    "tsconfig.json": '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["src"] }',
    ...files,
  });
  made.push(created);
  return created;
}

let server: ViteDevServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const serve = async (p: HostProject, write?: boolean): Promise<ViteDevServer> => {
  // The runner's own environment says that this is a test; a user's development server does not run in one.
  const { VITEST } = process.env;
  delete process.env["VITEST"];
  try {
    server = await createServer({
      root: p.directory,
      configFile: false,
      logLevel: "silent",
      plugins: [retrograd(write === undefined ? {} : { write })],
      server: { middlewareMode: true, ws: false },
      optimizeDeps: { noDiscovery: true },
    });
  } finally {
    if (VITEST !== undefined) process.env["VITEST"] = VITEST;
  }
  return server;
};

/** Changes a file and waits until the server has heard of it. */
const change = async (p: HostProject, running: ViteDevServer, name: string, text: string): Promise<void> => {
  const heard = new Promise<void>((resolve) => running.watcher.once("change", () => setTimeout(resolve, 50)));
  p.write({ [name]: text });
  running.watcher.emit("change", p.at(name));
  await heard;
};

describe("retrograd/vite, while developing", () => {
  it("serves gradients, writes them for editors, and makes them again when a function they call changes", async () => {
    const p = project({
      "src/f.ts":
        dedent`
          import { scale } from "./scale.js";
          /** @differentiable */
          export function f(x: number): number {
            return scale(x) * x;
          }

        `,
      "src/scale.ts": "export const scale = (x: number): number => 2 * x;\n",
      "src/main.ts": 'import { grad_f } from "./f.grad.js";\nconsole.log(grad_f(1).dx);\n',
    });
    const running = await serve(p);
    const code = async (url: string): Promise<string> => (await running.transformRequest(url))?.code ?? "";
    expect(await code("/src/main.ts")).toContain('from "/src/f.ts"');
    expect(await code("/src/f.ts")).toContain("const value = 2 * x * x");
    await vi.waitFor(
      () => expect(p.read("src/f.grad.ts")).toContain("// retrograd: generated from f.ts, do not edit."),
      { timeout: 20_000 },
    );
    await change(p, running, "src/scale.ts", "export const scale = (x: number): number => 3 * x;\n");
    expect(await code("/src/f.ts")).toContain("const value = 3 * x * x");
    await vi.waitFor(() => expect(p.read("src/f.grad.ts")).toContain("const value = 3 * x * x"), { timeout: 20_000 });
    // What it resolves to is the module in memory, also when a file of that name is there.
    expect(await code("/src/main.ts")).toMatch(/from "\/src\/f\.ts/);
  });

  it("shows what is refused as an error of the module, until it is mended", async () => {
    const text = (body: string): string =>
      `/** @differentiable */\nexport function f(x: number): number {\n  return ${body};\n}\n`;
    const p = project({ "src/f.ts": text("parseFloat(String(x))") });
    const running = await serve(p, false);
    const failure = await running.transformRequest("/src/f.ts").then(
      () => null,
      (error: unknown) => error as Error & { loc?: object; frame?: string },
    );
    expect(failure?.message).toContain("RG2101");
    expect(failure?.loc).toMatchObject({ line: 3, column: 9 });
    expect(failure?.frame).toContain("^^^^^^^^^^^^^^^^^^^^^");
    await change(p, running, "src/f.ts", text("x * x"));
    expect((await running.transformRequest("/src/f.ts"))?.code).toContain("function grad_f(");
    expect(p.exists("src/f.grad.ts")).toBe(false);
  });
});

describe("retrograd/vite, building", () => {
  it("reaches modules of workers", async () => {
    const p = project({
      ...curve,
      "src/worker.ts": curve["src/main.ts"],
      "src/main.ts": 'export const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });\n',
    });
    await build({
      root: p.directory,
      configFile: false,
      logLevel: "silent",
      plugins: [retrograd()],
      worker: { format: "es", plugins: () => [retrograd()] },
      build: {
        outDir: "out",
        minify: false,
        rollupOptions: { input: p.at("src/main.ts"), output: { assetFileNames: "[name][extname]" } },
      },
    });
    const names = p
      .node(["-e", 'import("node:fs").then(({ readdirSync }) => console.log(readdirSync("out/assets").join(" ")))'])
      .out.trim()
      .split(" ");
    const worker = names.find((name) => name.startsWith("worker")) ?? "";
    expect(p.node([`out/assets/${worker}`])).toEqual({ code: 0, out: `${curvePrints}\n` });
    rmSync(p.at("out"), { recursive: true });
  });
});
