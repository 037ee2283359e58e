/**
 * Vitest reporter that ends a run with one plain line, `N passed, N failed`.
 * A file that could not be loaded, or an error outside any test, counts as a failure: a run is never green by omission.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests++;
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
      }
      if (module.errors().length > 0 || (tests === 0 && module.state() === "failed")) failed++;
    }
    const line = `${passed} passed, ${failed} failed\n`;
    // after every other reporter has written its summary
    process.once("exit", () => process.stdout.write(line));
    if (failed > 0) process.exitCode = 1;
  }
}
