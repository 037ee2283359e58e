/** What the process returns, for scripts and continuous integration. */
export const exitCodes = {
  /** Everything was done; warnings do not count. */
  fine: 0,
  /** A function was refused, or `--check` found a stale file. */
  diagnostics: 1,
  /** The command line is wrong, or names what is not there. */
  usage: 2,
} as const;
