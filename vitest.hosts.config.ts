import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** What needs the network, minutes or a browser, and is no part of `npm test`: `pnpm run test:hosts`. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ["test/hosts/heavy/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    reporters: ["default"],
  },
});
