/**
 * Vitest reporter that ends a run with one plain line, `N passed, N failed`.
 * A file that could not be loaded, or an error outside any test, counts as a failure: a run is never green by omission.
 * The checks that scripts/run.mjs made before (type-check, lint) are counted along.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = Number(process.env.CHECKS_PASSED ?? 0);
    let failed = Number(process.env.CHECKS_FAILED ?? 0) + unhandledErrors.length;
    let tests = 0;
    for (const module of modules) {
      let own = 0;
      for (const test of module.children.allTests()) {
        own++;
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
      }
      if (module.errors().length > 0 || (own === 0 && module.state() === "failed")) failed++;
      tests += own;
    }
    if (tests === 0 && failed === 0) failed++;
    // after every other reporter has written its summary
    process.once("exit", () => process.stdout.write(`${passed} passed, ${failed} failed\n`));
    if (failed > 0) process.exitCode = 1;
  }
}
