import { spawnSync } from "node:child_process";
import { chromium, type Browser } from "playwright-core";

const found = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim())
  .find((name) => name !== "");
const executablePath = process.env["CHROMIUM"] ?? found;

/** Where there is none, tests are skipped and counted so, and the run says why. */
export const isThereChromium = executablePath !== undefined;
if (!isThereChromium)
  console.log("tests in a browser were not run: there is no chromium on the PATH, and CHROMIUM is not set");

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
