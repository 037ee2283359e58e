/** A number for each stage of f. */
export interface Stages {
  sigy: number;
  num: number;
  sigx: number;
  xpy: number;
  xpysqr: number;
  den: number;
  invden: number;
}

export const none: Stages = { sigy: 0, num: 0, sigx: 0, xpy: 0, xpysqr: 0, den: 0, invden: 0 };

/**
 * The function f again, with something added to each stage and the stages written down on the way. What the result changes by when
 * a stage is nudged is the adjoint of that stage.
 *
 * @differentiable wrt nudge
 */
export function nudged(x: number, y: number, nudge: Stages, seen: Stages): number {
  const sigy = 1.0 / (1 + Math.exp(-y)) + nudge.sigy;
  const num = x + sigy + nudge.num;
  const sigx = 1.0 / (1 + Math.exp(-x)) + nudge.sigx;
  const xpy = x + y + nudge.xpy;
  const xpysqr = xpy ** 2 + nudge.xpysqr;
  const den = sigx + xpysqr + nudge.den;
  const invden = 1.0 / den + nudge.invden;
  Object.assign(seen, { sigy, num, sigx, xpy, xpysqr, den, invden });
  return num * invden;
}
