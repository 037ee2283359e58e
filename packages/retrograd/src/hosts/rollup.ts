import type { Plugin } from "rollup";
import { plugin } from "./bundler/plugin.ts";
import type { Options } from "./bundler/options.ts";

export type { Options };

/** Gradients of marked functions in a build with rollup. */
export default function retrograd(options?: Options): Plugin {
  return plugin.rollup(options) as Plugin;
}
