/** The Vite example in a browser: a worker, under `script-src 'self'`. Skipped, and counted so, where there is no Chromium. */
import { spawnSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { isThereChromium, launch } from "./chromium.ts";

const example = fileURLToPath(new URL("../../../examples/vite", import.meta.url));

let server: Server | undefined;
afterAll(() => void server?.close());
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

it.skipIf(!isThereChromium)(
  "fits a curve in a worker, without eval",
  async () => {
    // As a user builds it: this process reads our packages from their sources, which Node cannot.
    const built = spawnSync(process.execPath, ["node_modules/vite/bin/vite.js", "build"], {
      cwd: example,
      encoding: "utf8",
    });
    expect(built.status, built.stderr).toBe(0);
    server = createServer((request, response) => {
      const file = path.join(example, "dist", request.url === "/" ? "index.html" : (request.url ?? ""));
      if (!existsSync(file)) return void response.writeHead(404).end();
      // Of the page and of the worker's own script.
      response.writeHead(200, {
        "content-type": types[path.extname(file)] ?? "text/plain",
        "content-security-policy": "default-src 'self'; script-src 'self'; worker-src 'self'",
      });
      response.end(readFileSync(file));
    });
    const port = await new Promise<number>((resolve) => {
      server?.listen(0, "127.0.0.1", () => {
        const address = server?.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const browser = await launch();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(error.message));
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.click("#fit");
      await page.locator("#result").filter({ hasText: "a =" }).waitFor({ timeout: 20_000 });
      expect(await page.textContent("#result")).toBe("a = 3.0000, b = 0.7000");
      expect(problems.filter((text) => !text.includes("favicon") && !text.includes("404"))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
  120_000,
);
