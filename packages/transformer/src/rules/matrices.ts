import { operandsOf, type OperandOf } from "./rule.ts";

/**
 * The rules of `@retrograd/runtime`: what each operation on matrices hands to its operands.
 *
 * From the dimension argument: D = W·X has dW = dD·Xᵀ and dX = Wᵀ·dD, because nothing else has their shapes. A formula is TypeScript text over the
 * operands, the result `y` and its adjoint `dy`; its functions are those of the runtime, so that a derivative has derivatives. `sumTo(…, b)`
 * sums over what was repeated of b; of the operand that has the full shape nothing is, and of a number it is the sum of all.
 */
export interface MatrixRule {
  readonly operands: readonly string[];
  /** By operand, `dy` included. Null: nothing flows to it. */
  readonly formulas: Readonly<Record<string, string | null>>;
  readonly yields: "matrix" | "number";
  /** What operands that are left out stand for. */
  readonly defaults: Readonly<Record<string, string>>;
  /** By operand what its tangent, `dy`, adds to that of the result, where this reads better than what follows from the formula (transpose.ts). */
  readonly tangents: Readonly<Record<string, string>>;
  /** Operands for the tests: `3x4` a matrix, `3x4+` of positive numbers, `4x4s` symmetric and positive definite, a number, `[0, 2]` labels, `"rows"`. */
  readonly samples: readonly (readonly string[])[];
}

interface More { readonly yields?: "number"; readonly defaults?: Readonly<Record<string, string>>; readonly tangents?: Readonly<Record<string, string>> }

function rule<const Call extends string>(
  call: Call,
  samples: readonly string[],
  formulas: Readonly<Record<OperandOf<Call>, string | null>>,
  more: More = {},
): MatrixRule {
  return {
    operands: operandsOf(call),
    formulas,
    yields: more.yields ?? "matrix",
    defaults: more.defaults ?? {},
    tangents: more.tangents ?? {},
    samples: samples.map((s) => s.split("; ")),
  };
}

const number = { yields: "number" } as const;
const repeated = ["3x4; 3x4", "3x4; 1x4", "3x4; 3x1", "3x4; 1x1", "3x4; 0.7", "0.7; 3x4"];
const positive = ["3x4+; 3x4+", "3x4; 1x4+", "3x4; 3x1+", "3x4; 1x1+", "3x4; 0.7", "0.7; 3x4+"];

/** What `gelu` is the tanh of, written out. */
const innerOfGelu = "tanh(scale(add(a, scale(mul(square(a), a), 0.044715)), 0.7978845608028654))";

/** By name; `sum axis` is `sum` with an axis. */
export const matrices: Readonly<Record<string, MatrixRule>> = {
  // products
  "matmul": rule("matmul(a, b)", ["3x4; 4x2", "5x9; 9x6"], { a: "matmulNT(dy, b)", b: "matmulTN(a, dy)" }),
  "matmulNT": rule("matmulNT(a, b)", ["3x4; 2x4"], { a: "matmul(dy, b)", b: "matmulTN(dy, a)" }),
  "matmulTN": rule("matmulTN(a, b)", ["4x3; 4x2"], { a: "matmulNT(b, dy)", b: "matmul(a, dy)" }),
  "matvec": rule("matvec(a, x)", ["3x4; 4x1"], { a: "outer(dy, x)", x: "matmulTN(a, dy)" }, { tangents: { a: "matvec(dy, x)", x: "matvec(a, dy)" } }),
  "outer": rule("outer(a, b)", ["3x1; 4x1"], { a: "matmul(dy, b)", b: "matmulTN(dy, a)" }, { tangents: { a: "outer(dy, b)", b: "outer(a, dy)" } }),
  "dot": rule("dot(a, b)", ["3x4; 3x4"], { a: "scale(b, dy)", b: "scale(a, dy)" }, number),
  "transpose": rule("transpose(a)", ["3x4"], { a: "transpose(dy)" }),
  "trace": rule("trace(a)", ["3x3"], { a: "diagonalLike(a, dy)" }, number),
  "diagonalLike": rule("diagonalLike(like, s)", ["3x3; 0.7"], { like: null, s: "trace(dy)" }, { tangents: { s: "diagonalLike(like, dy)" } }),

  // element by element
  "add": rule("add(a, b)", repeated, { a: "sumTo(dy, a)", b: "sumTo(dy, b)" }),
  "sub": rule("sub(a, b)", repeated, { a: "sumTo(dy, a)", b: "neg(sumTo(dy, b))" }),
  "mul": rule("mul(a, b)", repeated, { a: "sumTo(mul(dy, b), a)", b: "sumTo(mul(a, dy), b)" }),
  "div": rule("div(a, b)", positive, { a: "sumTo(div(dy, b), a)", b: "neg(sumTo(mul(div(y, b), dy), b))" }),
  "maximum": rule("maximum(a, b)", repeated, { a: "sumTo(routeTo(dy, y, a), a)", b: "sumTo(routePast(dy, y, a), b)" }),
  "minimum": rule("minimum(a, b)", repeated, { a: "sumTo(routeTo(dy, y, a), a)", b: "sumTo(routePast(dy, y, a), b)" }),
  "routeTo": rule("routeTo(g, y, a)", ["3x4; 3x4; 3x4"], { g: "routeTo(dy, y, a)", y: null, a: null }),
  "routePast": rule("routePast(g, y, a)", ["3x4; 3x4; 3x4"], { g: "routePast(dy, y, a)", y: null, a: null }),
  "greater": rule("greater(a, b)", repeated.slice(0, 5), { a: null, b: null }),
  "equal": rule("equal(a, b)", repeated.slice(0, 5), { a: null, b: null }),
  "where": rule("where(mask, a, b)", ["3x4; 3x4; 3x4", "3x4; 1x4; 3x1", "3x4; 0.7; 3x4"], {
    mask: null,
    a: "sumTo(where(mask, dy, 0), a)",
    b: "sumTo(where(mask, 0, dy), b)",
  }),
  "neg": rule("neg(a)", ["3x4"], { a: "neg(dy)" }),
  "scale": rule("scale(a, s)", ["3x4; 0.7"], { a: "scale(dy, s)", s: "dot(dy, a)" }),
  "pow": rule("pow(a, p)", ["3x4+; 2.7"], { a: "powGradient(a, p, dy)", p: "powExponentGradient(a, y, dy)" }),
  "powGradient": rule("powGradient(a, p, g)", ["3x4+; 2.7; 3x4"], {
    a: "scale(mul(powGradient(a, p - 1, g), dy), p)",
    p: "powExponentGradient(a, powGradient(a, p, g), dy) + dot(div(powGradient(a, p, g), p), dy)",
    g: "powGradient(a, p, dy)",
  }),
  "powExponentGradient": rule(
    "powExponentGradient(a, y, g)",
    ["3x4+; 3x4; 3x4"],
    { a: "scale(mul(div(y, a), g), dy)", y: "scale(mul(log(a), g), dy)", g: "scale(mul(log(a), y), dy)" },
    number,
  ),
  "square": rule("square(a)", ["3x4"], { a: "squareGradient(a, dy)" }),
  "squareGradient": rule("squareGradient(a, g)", ["3x4; 3x4"], { a: "squareGradient(g, dy)", g: "squareGradient(a, dy)" }),
  "sqrt": rule("sqrt(a)", ["3x4+"], { a: "sqrtGradient(y, dy)" }),
  "sqrtGradient": rule("sqrtGradient(r, g)", ["3x4+; 3x4"], { r: "neg(mul(divOrZero(y, r), dy))", g: "sqrtGradient(r, dy)" }),
  "exp": rule("exp(a)", ["3x4"], { a: "mul(y, dy)" }),
  "log": rule("log(a)", ["3x4+"], { a: "div(dy, a)" }),
  "abs": rule("abs(a)", ["3x4"], { a: "absGradient(a, dy)" }),
  "absGradient": rule("absGradient(a, g)", ["3x4; 3x4"], { a: null, g: "absGradient(a, dy)" }),
  "clip": rule("clip(a, low, high)", ["3x4; -0.5; 0.5"], {
    a: "clipGradient(a, low, high, dy)",
    low: "sum(where(greater(a, low), 0, dy))",
    high: "sum(dy) - sum(clipGradient(a, low, high, dy)) - sum(where(greater(a, low), 0, dy))",
  }),
  "clipGradient": rule("clipGradient(a, low, high, g)", ["3x4; -0.5; 0.5; 3x4"], { a: null, low: null, high: null, g: "clipGradient(a, low, high, dy)" }),
  "divOrZero": rule("divOrZero(a, b)", ["3x1; 3x1+"], { a: "divOrZero(dy, b)", b: "neg(mul(divOrZero(y, b), dy))" }),

  // activations
  "sigmoid": rule("sigmoid(a)", ["3x4"], { a: "sigmoidGradient(y, dy)" }),
  "sigmoidGradient": rule("sigmoidGradient(s, g)", ["3x4; 3x4"], { s: "mul(mul(dy, g), sub(1, scale(s, 2)))", g: "sigmoidGradient(s, dy)" }),
  "tanh": rule("tanh(a)", ["3x4"], { a: "tanhGradient(y, dy)" }),
  "tanhGradient": rule("tanhGradient(t, g)", ["3x4; 3x4"], { t: "neg(squareGradient(t, mul(dy, g)))", g: "tanhGradient(t, dy)" }),
  "relu": rule("relu(a)", ["3x4"], { a: "reluGradient(y, dy)" }),
  "reluGradient": rule("reluGradient(r, g)", ["3x4; 3x4"], { r: null, g: "reluGradient(r, dy)" }),
  "leakyRelu": rule(
    "leakyRelu(a, slope)",
    ["3x4", "3x4; 0.2"],
    { a: "leakyReluGradient(a, slope, dy)", slope: "dot(negatives(a), dy)" },
    { defaults: { slope: "0.01" } },
  ),
  "leakyReluGradient": rule("leakyReluGradient(a, slope, g)", ["3x4; 0.2; 3x4"], {
    a: null,
    slope: "dot(where(greater(a, 0), 0, g), dy)",
    g: "leakyReluGradient(a, slope, dy)",
  }),
  "prelu": rule("prelu(a, slope)", ["3x4; 0.2", "3x4; 1x4", "3x4; 3x4"], {
    a: "mul(dy, where(greater(a, 0), 1, slope))",
    slope: "sumTo(mul(dy, negatives(a)), slope)",
  }),
  "negatives": rule("negatives(a)", ["3x4"], { a: "where(greater(a, 0), 0, dy)" }),
  "elu": rule("elu(a, alpha)", ["3x4", "3x4; 0.7"], { a: "eluGradient(a, alpha, dy)", alpha: "dot(elu(negatives(a), 1), dy)" }, { defaults: { alpha: "1" } }),
  "eluGradient": rule("eluGradient(a, alpha, g)", ["3x4; 0.7; 3x4"], {
    a: "where(greater(a, 0), 0, mul(eluGradient(a, alpha, g), dy))",
    alpha: "dot(where(greater(a, 0), 0, mul(exp(a), g)), dy)",
    g: "eluGradient(a, alpha, dy)",
  }),
  "softplus": rule("softplus(a)", ["3x4"], { a: "mul(sigmoid(a), dy)" }),
  "swish": rule("swish(a)", ["3x4"], { a: "swishGradient(a, dy)" }),
  "swishGradient": rule("swishGradient(a, g)", ["3x4; 3x4"], {
    a: "mul(sigmoidGradient(sigmoid(a), mul(dy, g)), add(mul(a, sub(1, scale(sigmoid(a), 2))), 2))",
    g: "swishGradient(a, dy)",
  }),
  "gelu": rule("gelu(a)", ["3x4"], { a: "geluGradient(a, dy)" }),
  "geluGradient": rule("geluGradient(a, g)", ["3x4; 3x4"], {
    a: `mul(tanhGradient(${innerOfGelu}, mul(dy, g)), sub(add(scale(square(a), 0.2140644488178007), 0.7978845608028654), mul(mul(a, ${innerOfGelu}), square(add(scale(square(a), 0.10703222440890037), 0.7978845608028654)))))`,
    g: "geluGradient(a, dy)",
  }),
  "maxout": rule("maxout(a, pieces)", ["3x4; 2"], { a: "maxoutGradient(a, y, dy)", pieces: null }),
  "maxoutGradient": rule("maxoutGradient(a, y, g)", ["3x4; 3x2; 3x2"], { a: null, y: null, g: "maxoutPick(a, y, dy)" }),
  "maxoutPick": rule("maxoutPick(a, y, g)", ["3x4; 3x2; 3x4"], { a: null, y: null, g: "maxoutGradient(a, y, dy)" }),

  // reductions
  "sum": rule("sum(a)", ["3x4"], { a: "spread(dy, a)" }, number),
  "sum axis": rule("sum(a, axis)", ['3x4; "rows"', '3x4; "cols"'], { a: "spread(dy, a)", axis: null }, { tangents: { a: "sum(dy, axis)" } }),
  "sumTo": rule("sumTo(g, like)", ["3x4; 1x4", "3x4; 3x1", "3x4; 1x1", "3x4; 3x4"], { g: "spread(dy, g)", like: null }, { tangents: { g: "sumTo(dy, like)" } }),
  "spread": rule("spread(s, like)", ["1x4; 3x4", "3x1; 3x4", "0.7; 3x4"], { s: "sumTo(dy, s)", like: null }, { tangents: { s: "spread(dy, like)" } }),
  "broadcast": rule(
    "broadcast(s, rows, cols)",
    ["1x4; 3; 4", "0.7; 3; 4"],
    { s: "sumTo(dy, s)", rows: null, cols: null },
    { tangents: { s: "broadcast(dy, rows, cols)" } },
  ),
  "mean": rule("mean(a)", ["3x4"], { a: "spread(dy / (a.rows * a.cols), a)" }, { ...number, tangents: { a: "mean(dy)" } }),
  "mean axis": rule(
    "mean(a, axis)",
    ['3x4; "rows"', '3x4; "cols"'],
    { a: "spread(scale(dy, (dy.rows * dy.cols) / (a.rows * a.cols)), a)", axis: null },
    { tangents: { a: "mean(dy, axis)" } },
  ),
  "max": rule("max(a)", ["3x4"], { a: "pickGradient(a, y, dy)" }, number),
  "max axis": rule("max(a, axis)", ['3x4; "rows"', '3x4; "cols"'], { a: "chosenGradient(a, y, dy)", axis: null }),
  "min": rule("min(a)", ["3x4"], { a: "pickGradient(a, y, dy)" }, number),
  "min axis": rule("min(a, axis)", ['3x4; "rows"', '3x4; "cols"'], { a: "chosenGradient(a, y, dy)", axis: null }),
  "pickGradient": rule("pickGradient(a, y, g)", [], { a: null, y: null, g: "pick(a, y, dy)" }),
  "pick": rule("pick(a, y, g)", [], { a: null, y: null, g: "pickGradient(a, y, dy)" }, number),
  "chosenGradient": rule("chosenGradient(a, y, g)", [], { a: null, y: null, g: "chosen(a, y, dy)" }),
  "chosen": rule("chosen(a, y, g)", [], { a: null, y: null, g: "chosenGradient(a, y, dy)" }),
  "variance": rule("variance(a)", ["3x4"], { a: "scale(sub(a, mean(a)), 2 * dy / (a.rows * a.cols))" }, number),
  "variance axis": rule("variance(a, axis)", ['3x4; "rows"', '3x4; "cols"'], {
    a: "mul(sub(a, mean(a, axis)), scale(dy, 2 * (dy.rows * dy.cols) / (a.rows * a.cols)))",
    axis: null,
  }),
  "logSumExp": rule("logSumExp(a)", ["3x4"], { a: "scale(exp(sub(a, y)), dy)" }, number),
  "logSumExp axis": rule("logSumExp(a, axis)", ['3x4; "rows"', '3x4; "cols"'], { a: "mul(exp(sub(a, y)), dy)", axis: null }),
  "norm": rule("norm(a)", ["3x4"], { a: "scale(a, y === 0 ? 0 : dy / y)" }, number),
  "norm axis": rule("norm(a, axis)", ['3x4; "rows"', '3x4; "cols"'], { a: "mul(a, divOrZero(dy, y))", axis: null }),

  // outputs and costs
  "softmax": rule("softmax(a)", ["3x4"], { a: "softmaxGradient(y, dy)" }),
  "softmaxGradient": rule("softmaxGradient(s, g)", ["3x4; 3x4"], {
    s: 'sub(mul(dy, sub(g, sum(mul(s, g), "cols"))), mul(g, sum(mul(s, dy), "cols")))',
    g: "softmaxGradient(s, dy)",
  }),
  "logSoftmax": rule("logSoftmax(a)", ["3x4"], { a: "logSoftmaxGradient(y, dy)" }),
  "logSoftmaxGradient": rule("logSoftmaxGradient(l, g)", ["3x4; 3x4"], {
    l: 'neg(mul(mul(exp(l), dy), sum(g, "cols")))',
    g: 'sub(dy, sum(mul(exp(l), dy), "cols"))',
  }),
  "crossEntropy": rule("crossEntropy(scores, labels)", ["3x4; [0, 3, 1]"], { scores: "crossEntropyGradient(scores, labels, dy)", labels: null }, number),
  "crossEntropyGradient": rule(
    "crossEntropyGradient(scores, labels, g)",
    ["3x4; [0, 3, 1]; 0.7"],
    {
      scores: "scale(softmaxGradient(softmax(scores), dy), g / scores.rows)",
      labels: null,
      g: "dot(crossEntropyGradient(scores, labels, 1), dy)",
    },
    { defaults: { g: "1" } },
  ),
  "mse": rule("mse(a, b)", ["3x4; 3x4"], { a: "scale(sub(a, b), 2 * dy / (a.rows * a.cols))", b: "scale(sub(b, a), 2 * dy / (a.rows * a.cols))" }, number),
  "hinge": rule(
    "hinge(scores, labels, margin)",
    ["3x4; [0, 3, 1]", "3x4; [0, 3, 1]; 0.8"],
    {
      scores: "hingeGradient(scores, labels, margin, dy)",
      labels: null,
      margin: "sum(relu(hingeGradient(scores, labels, margin, 1))) * dy",
    },
    { ...number, defaults: { margin: "1" } },
  ),
  "hingeGradient": rule(
    "hingeGradient(scores, labels, margin, g)",
    ["3x4; [0, 3, 1]; 0.8; 0.7"],
    {
      scores: null,
      labels: null,
      margin: null,
      g: "dot(hingeGradient(scores, labels, margin, 1), dy)",
    },
    { defaults: { g: "1" } },
  ),

  // parts
  "concat": rule(
    "concat(a, b, axis)",
    ["3x4; 2x4", '3x4; 3x2; "cols"'],
    {
      a: "sliceLike(dy, a, 0, 0)",
      b: "sliceLike(dy, b, dy.rows - b.rows, dy.cols - b.cols)",
      axis: null,
    },
    { defaults: { axis: '"rows"' } },
  ),
  "slice": rule(
    "slice(a, top, bottom, left, right)",
    ["3x4; 1; 3; 0; 2"],
    { a: "embed(dy, a, top, left)", top: null, bottom: null, left: null, right: null },
    { tangents: { a: "slice(dy, top, bottom, left, right)" } },
  ),
  "rows": rule("rows(a, start, end)", ["3x4; 1; 3"], { a: "embed(dy, a, start, 0)", start: null, end: null }, { tangents: { a: "rows(dy, start, end)" } }),
  "cols": rule("cols(a, start, end)", ["3x4; 1; 3"], { a: "embed(dy, a, 0, start)", start: null, end: null }, { tangents: { a: "cols(dy, start, end)" } }),
  "embed": rule(
    "embed(part, like, top, left)",
    ["2x2; 3x4; 1; 1"],
    { part: "sliceLike(dy, part, top, left)", like: null, top: null, left: null },
    { tangents: { part: "embed(dy, like, top, left)" } },
  ),
  "sliceLike": rule(
    "sliceLike(g, like, top, left)",
    ["3x4; 2x2; 1; 1"],
    { g: "embed(dy, g, top, left)", like: null, top: null, left: null },
    { tangents: { g: "sliceLike(dy, like, top, left)" } },
  ),
  "gatherRows": rule("gatherRows(a, indices)", ["3x4; [0, 2, 2, 1]"], { a: "scatterRows(dy, indices, a)", indices: null }),
  "scatterRows": rule(
    "scatterRows(g, indices, like)",
    ["4x4; [0, 2, 2, 1]; 3x4"],
    { g: "gatherRows(dy, indices)", indices: null, like: null },
    { tangents: { g: "scatterRows(dy, indices, like)" } },
  ),
  "reshape": rule(
    "reshape(a, rows, cols)",
    ["3x4; 2; 6"],
    { a: "reshape(dy, a.rows, a.cols)", rows: null, cols: null },
    { tangents: { a: "reshape(dy, rows, cols)" } },
  ),
  "at": rule("at(a, i, j)", ["3x4; 1; 2"], { a: "embedAt(dy, a, i, j)", i: null, j: null }, number),
  "embedAt": rule(
    "embedAt(s, like, i, j)",
    ["0.7; 3x4; 1; 2"],
    { s: "at(dy, i, j)", like: null, i: null, j: null },
    { tangents: { s: "embedAt(dy, like, i, j)" } },
  ),
  "element": rule("element(a, k)", ["3x4; 7"], { a: "embedElement(dy, a, k)", k: null }, number),
  "embedElement": rule("embedElement(s, like, k)", ["0.7; 3x4; 7"], { s: "element(dy, k)", like: null, k: null }),
  "full": rule("full(rows, cols, s)", ["3; 4; 0.7"], { rows: null, cols: null, s: "sum(dy)" }, { tangents: { s: "full(rows, cols, dy)" } }),
  "copy": rule("copy(a)", ["3x4"], { a: "copy(dy)" }),

  // linear algebra
  "solve": rule("solve(a, b)", ["3x3s; 3x2", "3x3s; 3x1"], { a: "neg(matmulNT(solve(transpose(a), dy), y))", b: "solve(transpose(a), dy)" }),
  "inverse": rule("inverse(a)", ["3x3s"], { a: "neg(matmulTN(y, matmulNT(dy, y)))" }),
  "det": rule("det(a)", ["3x3", "4x4"], { a: "scale(cofactors(a), dy)" }, number),
  "cofactors": rule("cofactors(a)", ["3x3s"], {
    a: "sub(scale(y, dot(dy, transpose(inverse(a)))), matmul(y, matmulTN(dy, transpose(inverse(a)))))",
  }),
  "logDet": rule("logDet(a)", ["3x3s", "4x4"], { a: "scale(transpose(inverse(a)), dy)" }, number),
  "cholesky": rule(
    "cholesky(a)",
    ["3x3s"],
    {
      a: "lowerHalf(add(solve(transpose(y), transpose(solve(transpose(y), transpose(lowerHalf(matmulTN(y, dy)))))), transpose(solve(transpose(y), transpose(solve(transpose(y), transpose(lowerHalf(matmulTN(y, dy)))))))))",
    },
    { tangents: { a: "matmul(y, lowerHalf(solve(y, transpose(solve(y, add(lowerHalf(dy), transpose(lowerHalf(dy))))))))" } },
  ),
  "lowerHalf": rule("lowerHalf(a)", ["3x3"], { a: "lowerHalf(dy)" }),

  // no gradient at all
  "zeros": rule("zeros(rows, cols)", [], { rows: null, cols: null }),
  "ones": rule("ones(rows, cols)", [], { rows: null, cols: null }),
  "eye": rule("eye(n)", [], { n: null }),
  "zerosLike": rule("zerosLike(a)", [], { a: null }),
};

/** Functions of the runtime that draw random numbers: called once, in order, and no gradient flows through them. */
export const draws: ReadonlySet<string> = new Set(["randn", "uniform", "dropoutMask"]);
