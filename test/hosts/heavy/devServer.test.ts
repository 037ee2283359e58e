/** Vite's development server and a browser: what is refused is shown over the page until it is mended, and edits come through. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { requireFreshBuild } from "../../cli/project.ts";
import { hostProject, type HostProject } from "../project.ts";
import { isThereChromium, launch } from "./chromium.ts";
import { dedent } from "../../support/dedent.ts";

const f = (body: string): string =>
  `import { scale } from "./scale.js";\n/** @differentiable */\nexport function f(x: number): number {\n  return ${body};\n}\n`;
const scale = (factor: number): string => `export const scale = (x: number): number => ${factor} * x;\n`;
const show = 'import { grad_f } from "./f.grad.js";\n';

describe.skipIf(!isThereChromium)("the development server", () => {
  let p: HostProject;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    requireFreshBuild();
    p = hostProject(
      {
        "tsconfig.json":
          '{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2023", "dom"], "moduleResolution": "bundler" }, "include": ["src"] }',
        "vite.config.mjs":
          dedent`
            import retrograd from "retrograd/vite";
            export default { plugins: [retrograd()], worker: { format: "es", plugins: () => [retrograd()] } };

          `,
        "index.html":
          dedent`
            <!doctype html><link rel="icon" href="data:,"><p id="page"></p><p id="worker"></p><script type="module" src="/src/main.ts"></script>

          `,
        "src/main.ts": `${show}const put = (id: string, text: string): void => {
  document.querySelector("#" + id)!.textContent = text;
};
put("page", "dx = " + grad_f(3).dx);
const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => put("worker", "dx = " + data);
`,
        "src/worker.ts": `${show}self.postMessage(grad_f(4).dx);\n`,
        "src/f.ts": f("scale(x) * x"),
        "src/scale.ts": scale(2),
      },
      ["vite"],
    );
    server = p.start(["node_modules/vite/bin/vite.js", "--port", "0", "--host", "127.0.0.1"]);
    const address = await new Promise<string>((resolve, reject) => {
      let out = "";
      const read = (data: Buffer): void => {
        out += data.toString();
        const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(out) ?? [];
        if (found !== undefined) resolve(found);
      };
      server.stdout?.on("data", read);
      server.stderr?.on("data", read);
      server.on("exit", () => reject(new Error(`vite ended:\n${out}`)));
    });
    browser = await launch();
    page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(address);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    // What it keeps it writes as it ends.
    if (server?.kill() === true) await once(server, "close");
    p?.remove();
  });

  const shows = (id: string, text: string): Promise<void> =>
    page.locator(`#${id}`).filter({ hasText: text }).waitFor({ timeout: 20_000 });
  const overlay = (): ReturnType<Page["locator"]> => page.locator("vite-error-overlay");

  it("serves gradients to the page and to a worker, and writes the file for editors", async () => {
    await shows("page", "dx = 12");
    await shows("worker", "dx = 16");
    await vi.waitFor(() => expect(p.read("src/f.grad.ts")).toContain("export function grad_f(x: number)"), {
      timeout: 20_000,
    });
    expect(problems).toEqual([]);
  });

  it("makes gradients again when a function they call changes, in another file", async () => {
    p.write({ "src/scale.ts": scale(5) });
    await shows("page", "dx = 30");
    await shows("worker", "dx = 40");
  });

  /** Breaks a file, sees the overlay say so at the place, mends it, and sees the overlay go. */
  const breakAndMend = async (
    name: string,
    [refused, mended]: readonly [string, string],
    seen: { readonly says: string; readonly at: string; readonly line: string; readonly dx: number },
  ): Promise<void> => {
    p.write({ [name]: refused });
    await overlay().waitFor({ timeout: 20_000 });
    expect(await overlay().locator(".message-body").textContent()).toContain(seen.says);
    expect(await overlay().locator(".file").textContent()).toContain(seen.at);
    expect(await overlay().locator(".frame").textContent()).toContain(seen.line);
    p.write({ [name]: mended });
    await shows("page", `dx = ${seen.dx}`);
    await overlay().waitFor({ state: "detached", timeout: 20_000 });
  };
  const says = (callee: string): string => `RG2101 Not supported: \`${callee}\` has neither a body`;

  it("shows what is refused with its lines over the page, until it is mended", async () => {
    await breakAndMend("src/f.ts", [f("parseFloat(String(x))"), f("scale(x) * x")], {
      says: says("parseFloat"),
      at: "src/f.ts:4:9",
      line: "> 4 |   return parseFloat(String(x));\n    |          ^^^^^",
      dx: 30,
    });
    await breakAndMend("src/f.ts", [f("Number(String(x))"), f("scale(x) ** 2")], {
      says: says("Number"),
      at: "src/f.ts:4:9",
      line: "> 4 |   return Number(String(x));",
      dx: 150,
    });
  });

  it("does so too where the fault is in another file, which the marked function calls", async () => {
    const broken = "export const scale = (x: number): number => parseInt(`${x}`, 10);\n";
    await breakAndMend("src/scale.ts", [broken, scale(1)], {
      says: says("parseInt"),
      at: "src/scale.ts:1:44",
      line: "> 1 | export const scale",
      dx: 6,
    });
  });

  it("and where the page is opened while something is refused", async () => {
    p.write({ "src/f.ts": f("parseFloat(String(x))") });
    await overlay().waitFor({ timeout: 20_000 });
    await page.reload();
    await overlay().waitFor({ timeout: 20_000 });
    expect(await overlay().locator(".message-body").textContent()).toContain(says("parseFloat"));
    p.write({ "src/f.ts": f("scale(x) * x * x") });
    await shows("page", "dx = 27");
    await overlay().waitFor({ state: "detached", timeout: 20_000 });
  });
});
