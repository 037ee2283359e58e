import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests import the sources of the packages, never their build output: the "source" condition of each package.json.
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node", "import", "default"], externalConditions: ["source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "test/fixtures/**/input.ts"],
    testTimeout: 60_000,
    // All cores: the default leaves one idle, which is half of two.
    maxWorkers: "100%",
    reporters: ["default", "./scripts/countReporter.mjs"],
  },
});
