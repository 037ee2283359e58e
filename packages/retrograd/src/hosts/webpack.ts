import type { WebpackPluginInstance } from "webpack";
import { plugin } from "./bundler/plugin.ts";
import type { Options } from "./bundler/options.ts";

export type { Options };

/** Gradients of marked functions in a build with webpack. */
export default function retrograd(options?: Options): WebpackPluginInstance {
  return plugin.webpack(options) as WebpackPluginInstance;
}
