import type { RspackPluginInstance } from "@rspack/core";
import { plugin } from "./bundler/plugin.ts";
import type { Options } from "./bundler/options.ts";

export type { Options };

/** Gradients of marked functions in a build with Rspack. */
export default function retrograd(options?: Options): RspackPluginInstance {
  return plugin.rspack(options) as RspackPluginInstance;
}
