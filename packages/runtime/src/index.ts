export { stopGradient } from "./stopGradient.ts";
export type { Grad } from "./grad.ts";
export { copy, zerosLike, type Axis, type Matrix, type Operand, type Fits, type Same } from "./matrix.ts";
export * from "./create.ts";
export {
  add,
  abs,
  absGradient,
  addTo,
  broadcast,
  clip,
  clipGradient,
  div,
  divOrZero,
  dot,
  equal,
  exp,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  powExponentGradient,
  powGradient,
  routePast,
  routeTo,
  scale,
  sqrt,
  sqrtGradient,
  square,
  squareGradient,
  sub,
  where,
} from "./elementwise.ts";
export { spread, sumTo } from "./broadcast.ts";
export * from "./activations.ts";
export * from "./reduce.ts";
export * from "./losses.ts";
export { diagonalLike, matmul, matmulNT, matmulTN, matvec, outer, transpose, trace } from "./products.ts";
export * from "./structure.ts";
export * from "./linear.ts";
