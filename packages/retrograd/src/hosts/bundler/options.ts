/** What a bundler plugin may be told. */
export interface Options {
  /**
   * Write `f.grad.ts` beside each marked `f.ts` while a development server runs, so that editors without a plugin know the gradients.
   * Default true. The bundle never reads these files.
   */
  readonly write?: boolean;
}
