import type { Plugin } from "esbuild";
import { plugin } from "./bundler/plugin.ts";
import type { Options } from "./bundler/options.ts";

export type { Options };

/** Gradients of marked functions in a build with esbuild. */
export default function retrograd(options?: Options): Plugin {
  return plugin.esbuild(options) as Plugin;
}
