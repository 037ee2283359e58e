import type { Plugin } from "vite";
import { plugin } from "./bundler/plugin.ts";
import type { Options } from "./bundler/options.ts";

export type { Options };

/** Gradients of marked functions in a build with vite. */
export default function retrograd(options?: Options): Plugin {
  return plugin.vite(options) as Plugin;
}
