/** What a bundler plugin may be told. */
export interface Options {
  /**
   * Write `f.grad.ts` beside each marked `f.ts` while a development server runs, so that editors without a plugin know the gradients.
   * Default true. The bundle never reads these files.
   */
  readonly write?: boolean;
  /**
   * Keep gradients in `node_modules/.cache/retrograd`, so that the next build does not make them again when nothing has changed that they
   * depend on. Default true.
   */
  readonly cache?: boolean;
}
