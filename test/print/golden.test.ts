import { describe, expect, it } from "vitest";
import { parseWithStatements } from "../support/irText.ts";
import { printed, runPrinted } from "../support/runPrinted.ts";

/** Gradients as the reverse pass makes them, by hand, and the listings of the design they must be printed as. */
describe("golden listings", () => {

  it("staged", () => {
    const text = printed(parseWithStatements(`
export function grad_f(x#0: number as "number", y#1: number as "number") -> opaque as "{ value: number; dx: number; dy: number }" {
  heading "forward pass"
  #2: number = neg y#1 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  #3: number = Math.exp(#2) ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  #4: number = 1 + #3 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  sigy#5: number = 1.0 / #4 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  num#6: number = x#0 + sigy#5 ;; num = x + sigy // numerator
  #7: number = neg x#0 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  #8: number = Math.exp(#7) ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  #9: number = 1 + #8 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  sigx#10: number = 1.0 / #9 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  xpy#11: number = x#0 + y#1 ;; xpy = x + y
  xpysqr#12: number = xpy#11 ** 2 ;; xpysqr = xpy ** 2
  den#13: number = sigx#10 + xpysqr#12 ;; den = sigx + xpysqr // denominator
  invden#14: number = 1.0 / den#13 ;; invden = 1.0 / den
  #15: number = num#6 * invden#14 ;; value = num * invden
  heading "backward pass"
  declare dx#50
  declare dy#51
  dnum#20: number ~= invden#14 * 1 ;; value = num * invden
  dinvden#21: number ~= num#6 * 1 ;; value = num * invden
  #22: number ~= neg invden#14 ;; invden = 1.0 / den
  #23: number ~= #22 * invden#14 ;; invden = 1.0 / den
  dden#24: number ~= #23 * dinvden#21 ;; invden = 1.0 / den
  dsigx#25: number ~= dden#24 * 1 ;; den = sigx + xpysqr // denominator
  dxpysqr#26: number ~= 1 * dden#24 ;; den = sigx + xpysqr // denominator
  #27: number ~= 2 * xpy#11 ;; xpysqr = xpy ** 2
  dxpy#28: number ~= #27 * dxpysqr#26 ;; xpysqr = xpy ** 2
  add dx#50, dxpy#28 ;; xpy = x + y
  add dy#51, dxpy#28 ;; xpy = x + y
  #29: number ~= 1 - sigx#10 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  #30: number ~= #29 * sigx#10 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  #31: number ~= #30 * dsigx#25 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  add dx#50, #31 ;; sigx = 1.0 / (1 + Math.exp(-x)) // sigmoid in denominator
  add dx#50, dnum#20 ;; num = x + sigy // numerator
  dsigy#32: number ~= dnum#20 * 1 ;; num = x + sigy // numerator
  #33: number ~= 1 - sigy#5 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  #34: number ~= #33 * sigy#5 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  #35: number ~= #34 * dsigy#32 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  add dy#51, #35 ;; sigy = 1.0 / (1 + Math.exp(-y)) // sigmoid in numerator
  #36: number = get dx#50
  #37: number = get dy#51
  return { value: #15, dx: #36, dy: #37 }
}
`), { exported: true });
    expect(text).toBe(`
export function grad_f(x: number, y: number): { value: number; dx: number; dy: number } {
  // forward pass
  const sigy = 1.0 / (1 + Math.exp(-y)); // sigmoid in numerator
  const num = x + sigy; // numerator
  const sigx = 1.0 / (1 + Math.exp(-x)); // sigmoid in denominator
  const xpy = x + y;
  const xpysqr = xpy ** 2;
  const den = sigx + xpysqr; // denominator
  const invden = 1.0 / den;
  const value = num * invden;

  // backward pass
  // value = num * invden
  const dnum = invden;
  const dinvden = num;
  // invden = 1.0 / den
  const dden = -invden * invden * dinvden;
  // den = sigx + xpysqr
  const dsigx = dden;
  const dxpysqr = dden;
  // xpysqr = xpy ** 2
  const dxpy = 2 * xpy * dxpysqr;
  // xpy = x + y
  let dx = dxpy;
  let dy = dxpy;
  // sigx = 1.0 / (1 + Math.exp(-x))
  dx += (1 - sigx) * sigx * dsigx;
  // num = x + sigy
  dx += dnum;
  const dsigy = dnum;
  // sigy = 1.0 / (1 + Math.exp(-y))
  dy += (1 - sigy) * sigy * dsigy;
  return { value, dx, dy };
}
`.trim());
    const { result } = runPrinted(text, "grad_f", [3, -4]);
    for (const [field, expected] of Object.entries({ value: 1.5456448841066441, dx: 2.0595697955721652, dy: 1.5922327514838093 }))
      expect((result as Record<string, number>)[field], field).toBeCloseTo(expected, 12);
  });

  it("least squares, forward and reverse in one loop", () => {
    const text = printed(
      parseWithStatements(`
function grad_loss(w#0: number as "number", b#1: number as "number", xs#2: number[] as "number[]", ys#3: number[] as "number[]") -> opaque as "{ value: number; dw: number; db: number }" {
  heading "forward pass"
  #60: number = length xs#2 ;; value = sum / xs.length
  dsum#61: number ~= 1 / #60 ;; value = sum / xs.length
  declare dw#50
  declare db#51
  loop for (i#10: integer = 0, sum#11: number = 0) {
    #12: integer = length xs#2 ;; for
    #13: boolean = i#10 < #12 ;; for
  } while #13 {
    #14: number = xs#2[i#10] ;; r = w * xs[i] + b - ys[i] // residual
    #15: number = w#0 * #14 ;; r = w * xs[i] + b - ys[i] // residual
    #16: number = #15 + b#1 ;; r = w * xs[i] + b - ys[i] // residual
    #17: number = ys#3[i#10] ;; r = w * xs[i] + b - ys[i] // residual
    r#18: number = #16 - #17 ;; r = w * xs[i] + b - ys[i] // residual
    #19: number = r#18 * r#18 ;; sum += r * r
    sum#20: number = sum#11 + #19 ;; sum += r * r
    #21: number ~= r#18 * dsum#61 ;; sum += r * r
    #22: number ~= r#18 * dsum#61 ;; sum += r * r
    dr#23: number ~= #21 + #22 ;; sum += r * r
    #24: number ~= #14 * dr#23 ;; r = w * xs[i] + b - ys[i] // residual
    add dw#50, #24 ;; r = w * xs[i] + b - ys[i] // residual
    add db#51, dr#23 ;; r = w * xs[i] + b - ys[i] // residual
    i#25: integer = i#10 + 1 ;; i++
    yield i#25, sum#20
  } -> i#26: integer, sum#27: number
  #28: number = length xs#2 ;; value = sum / xs.length
  #29: number = sum#27 / #28 ;; value = sum / xs.length
  #30: number = get dw#50
  #31: number = get db#51
  return { value: #29, dw: #30, db: #31 }
}
`),
      { exported: true },
    );
    expect(text).toBe(`
export function grad_loss(w: number, b: number, xs: number[], ys: number[]): { value: number; dw: number; db: number } {
  const dsum = 1 / xs.length;
  let sum = 0;
  let dw = 0;
  let db = 0;
  for (let i = 0; i < xs.length; i++) {
    const r = w * xs[i]! + b - ys[i]!; // residual
    sum += r * r;
    const dr = 2 * r * dsum;
    dw += xs[i]! * dr;
    db += dr;
  }
  return { value: sum / xs.length, dw, db };
}
`.trim());
    const { result } = runPrinted(text, "grad_loss", [2, 1, [1, 2], [3, 7]]);
    for (const [field, expected] of Object.entries({ value: 2, dw: -4, db: -2 }))
      expect((result as Record<string, number>)[field], field).toBeCloseTo(expected, 12);
  });

  it("huber: a branch with an early return", () => {
    const text = printed(parseWithStatements(`
function grad_huber(r#0: number as "number", delta#1: number as "number") -> opaque as "{ value: number; dr: number; ddelta: number }" {
  a#2: number = Math.abs(r#0) ;; a = Math.abs(r)
  #3: boolean = a#2 <= delta#1 ;; if
  if #3 {
    #4: number = 0.5 * r#0 ;; value = 0.5 * r * r
    #5: number = #4 * r#0 ;; value = 0.5 * r * r
    declare dr#6
    add dr#6, #4 ;; value = 0.5 * r * r
    #7: number ~= r#0 * 0.5 ;; value = 0.5 * r * r
    add dr#6, #7 ;; value = 0.5 * r * r
    #8: number = get dr#6
    return { value: #5, dr: #8, ddelta: 0 }
  } else {
    #10: number = 0.5 * delta#1 ;; value = delta * (a - 0.5 * delta)
    #11: number = a#2 - #10 ;; value = delta * (a - 0.5 * delta)
    #12: number = delta#1 * #11 ;; value = delta * (a - 0.5 * delta)
    declare ddelta#13
    add ddelta#13, #11 ;; value = delta * (a - 0.5 * delta)
    da#14: number ~= delta#1 * 1 ;; value = delta * (a - 0.5 * delta)
    #15: number ~= neg delta#1 ;; value = delta * (a - 0.5 * delta)
    #16: number ~= 0.5 * #15 ;; value = delta * (a - 0.5 * delta)
    add ddelta#13, #16 ;; value = delta * (a - 0.5 * delta)
    #17: number ~= Math.sign(r#0) ;; a = Math.abs(r)
    dr#18: number ~= #17 * da#14 ;; a = Math.abs(r)
    #19: number = get ddelta#13
    return { value: #12, dr: dr#18, ddelta: #19 }
  }
}
`), { exported: true });
    expect(text).toBe(`
export function grad_huber(r: number, delta: number): { value: number; dr: number; ddelta: number } {
  const a = Math.abs(r);
  if (a <= delta) {
    return { value: 0.5 * r * r, dr: r, ddelta: 0 };
  }
  const value = delta * (a - 0.5 * delta);
  // value = delta * (a - 0.5 * delta)
  const da = delta;
  const ddelta = a - delta;
  // a = Math.abs(r)
  const dr = Math.sign(r) * da;
  return { value, dr, ddelta };
}
`.trim());
    const { result } = runPrinted(text, "grad_huber", [-3, 1]);
    for (const [field, expected] of Object.entries({ value: 2.5, dr: -1, ddelta: 2 }))
      expect((result as Record<string, number>)[field], field).toBeCloseTo(expected, 12);
  });

  it("logistic: a recurrence", () => {
    const text = printed(parseWithStatements(`
function grad_logistic(x0#0: number as "number", r#1: number as "number", n#2: number as "number") -> opaque as "{ value: number; dx0: number; dr: number }" {
  heading "forward pass"
  tape x_#3: tape<number> length n#2 note "x at the start of each trip"
  loop for (i#4: integer = 0, x#5: number = x0#0) {
    #6: boolean = i#4 < n#2
  } while #6 {
    record x_#3[i#4], x#5
    #7: number = r#1 * x#5 ;; x = r * x * (1 - x)
    #8: number = 1 - x#5 ;; x = r * x * (1 - x)
    x#9: number = #7 * #8 ;; x = r * x * (1 - x)
    i#10: integer = i#4 + 1
    yield i#10, x#9
  } -> i#11: integer, x#12: number
  heading "backward pass"
  declare dx#20 = 1
  declare dr#21
  #22: integer = entries x_#3
  #23: integer = #22 - 1
  loop reverse (i#24: integer = #23) {
    #25: boolean = i#24 >= 0
  } while #25 {
    x#26: number = recall x_#3[i#24]
    #27: number = take dx#20
    #28: number = r#1 * x#26 ;; x = r * x * (1 - x)
    #29: number = 1 - x#26 ;; x = r * x * (1 - x)
    #30: number ~= #29 * #27 ;; x = r * x * (1 - x)
    #31: number ~= x#26 * #30 ;; x = r * x * (1 - x)
    add dr#21, #31 ;; x = r * x * (1 - x)
    #32: number ~= r#1 * #30 ;; x = r * x * (1 - x)
    add dx#20, #32 ;; x = r * x * (1 - x)
    #33: number ~= #28 * #27 ;; x = r * x * (1 - x)
    #34: number ~= neg #33 ;; x = r * x * (1 - x)
    add dx#20, #34 ;; x = r * x * (1 - x)
    i#35: integer = i#24 - 1
    yield i#35
  } -> i#36: integer
  #37: number = get dx#20
  #38: number = get dr#21
  return { value: x#12, dx0: #37, dr: #38 }
}
`), { exported: true });
    expect(text).toBe(`
export function grad_logistic(x0: number, r: number, n: number): { value: number; dx0: number; dr: number } {
  // forward pass
  const x_ = new Float64Array(Math.max(0, Math.ceil(n))); // x at the start of each trip
  let x = x0;
  for (let i = 0; i < n; i++) {
    x_[i] = x;
    x = r * x * (1 - x);
  }
  const value = x;

  // backward pass
  let dx = 1;
  let dr = 0;
  for (let i = x_.length - 1; i >= 0; i--) {
    x = x_[i]!;
    // x = r * x * (1 - x)
    dr += x * (1 - x) * dx;
    dx = r * (1 - 2 * x) * dx;
  }
  return { value, dx0: dx, dr };
}
`.trim());
    const { result } = runPrinted(text, "grad_logistic", [0.3, 3.1, 7]);
    for (const [field, expected] of Object.entries({ dx0: 1.9810263191509967, dr: 0.020514584743721087 }))
      expect((result as Record<string, number>)[field], field).toBeCloseTo(expected, 12);
  });

  it("newton: a loop of unknown length", () => {
    const text = printed(parseWithStatements(`
function grad_newton(a#0: number as "number", tol#1: number as "number") -> opaque as "{ value: number; da: number }" {
  heading "forward pass"
  tape x_#3: tape<number> note "x at the start of each trip"
  loop while (x#5: number = a#0) {
    #40: number = x#5 * x#5
    #41: number = #40 - a#0
    #42: number = Math.abs(#41)
    #6: boolean = #42 > tol#1
  } while #6 {
    record x_#3, x#5
    #7: number = a#0 / x#5 ;; x = 0.5 * (x + a / x)
    #8: number = x#5 + #7 ;; x = 0.5 * (x + a / x)
    x#9: number = 0.5 * #8 ;; x = 0.5 * (x + a / x)
    yield x#9
  } -> x#12: number
  heading "backward pass"
  declare dx#20 = 1
  declare da#21
  #22: integer = entries x_#3
  #23: integer = #22 - 1
  loop reverse (k#24: integer = #23) {
    #25: boolean = k#24 >= 0
  } while #25 {
    x#26: number = recall x_#3[k#24]
    #27: number = take dx#20
    #28: number = a#0 / x#26 ;; x = 0.5 * (x + a / x)
    #30: number ~= 0.5 * #27 ;; x = 0.5 * (x + a / x)
    add dx#20, #30 ;; x = 0.5 * (x + a / x)
    #31: number ~= 1 / x#26 ;; x = 0.5 * (x + a / x)
    #32: number ~= #31 * #30 ;; x = 0.5 * (x + a / x)
    add da#21, #32 ;; x = 0.5 * (x + a / x)
    #33: number ~= neg #28 ;; x = 0.5 * (x + a / x)
    #34: number ~= #33 / x#26 ;; x = 0.5 * (x + a / x)
    #35: number ~= #34 * #30 ;; x = 0.5 * (x + a / x)
    add dx#20, #35 ;; x = 0.5 * (x + a / x)
    k#36: integer = k#24 - 1
    yield k#36
  } -> k#37: integer
  #38: number = get dx#20 ;; x = a
  add da#21, #38 ;; x = a
  #39: number = get da#21
  return { value: x#12, da: #39 }
}
`), { exported: true });
    expect(text).toBe(`
export function grad_newton(a: number, tol: number): { value: number; da: number } {
  // forward pass
  const x_: number[] = []; // x at the start of each trip
  let x = a;
  while (Math.abs(x * x - a) > tol) {
    x_.push(x);
    x = 0.5 * (x + a / x);
  }
  const value = x;

  // backward pass
  let dx = 1;
  let da = 0;
  for (let k = x_.length - 1; k >= 0; k--) {
    x = x_[k]!;
    // x = 0.5 * (x + a / x)
    da += (0.5 * dx) / x;
    dx = 0.5 * dx * (1 - a / x / x);
  }
  // x = a
  da += dx;
  return { value, da };
}
`.trim());
    const { result } = runPrinted(text, "grad_newton", [2, 1e-13]);
    for (const [field, expected] of Object.entries({ value: Math.SQRT2, da: 0.5 / Math.SQRT2 }))
      expect((result as Record<string, number>)[field], field).toBeCloseTo(expected, 12);
  });

});
