import { watch as watchDirectory } from "node:fs";
import path from "node:path";
import type { BuildArguments } from "../arguments.ts";
import { exitCodes } from "../exitCodes.ts";
import { isSiblingName } from "../files/names.ts";
import type { Console } from "../show/console.ts";
import { complaint } from "../usage.ts";

/** Quiet time after a change before building: an editor that saves writes more than once. */
const settleMilliseconds = 80;

/**
 * Builds, then builds again whenever a source below the working directory changes, until interrupted (exit code of the last build).
 * A build that fails is reported and waits for the next change.
 */
export async function watch(
  args: BuildArguments,
  cwd: string,
  console: Console,
  build: () => Promise<number>,
): Promise<number> {
  const attempt = async (): Promise<number> => {
    try {
      return await build();
    } catch (error) {
      const message = complaint(error);
      if (message === null) throw error;
      console.error(`retrograd: ${message}`);
      return exitCodes.usage;
    }
  };
  let code = await attempt();
  console.out("watching for changes; stop with Ctrl+C");
  let wake: (() => void) | undefined;
  let changed = false;
  const watcher = watchDirectory(cwd, { recursive: true }, (_event, name) => {
    if (name === null || !isSource(name, args, cwd)) return;
    changed = true;
    wake?.();
  });
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    wake?.();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  while (!stopped) {
    if (!changed) await new Promise<void>((resolve) => (wake = resolve));
    if (stopped) break;
    await new Promise((resolve) => setTimeout(resolve, settleMilliseconds));
    changed = false;
    code = await attempt();
  }
  watcher.close();
  return code;
}

function isSource(name: string, args: BuildArguments, cwd: string): boolean {
  if (!/\.[cm]?[jt]sx?$|^tsconfig.*\.json$/.test(name) || isSiblingName(name)) return false;
  const parts = name.split(path.sep);
  if (parts.includes("node_modules") || parts.includes(".git")) return false;
  return args.outDir === null || !path.resolve(cwd, name).startsWith(path.resolve(cwd, args.outDir) + path.sep);
}
