import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests import the sources of the packages, never their build output: the "source" condition of each package.json.
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node", "import", "default"], externalConditions: ["source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "test/fixtures/**/input.ts", "test/hosts/heavy/**"],
    testTimeout: 60_000,
    // All cores: the default leaves one idle, which is half of two.
    maxWorkers: "100%",
    // One module graph for all files of a worker: the compiler, TypeScript and its libraries are loaded and warm after the first.
    // No test mocks a module or changes the process.
    isolate: false,
    reporters: ["default", "./scripts/countReporter.mjs"],
  },
});
