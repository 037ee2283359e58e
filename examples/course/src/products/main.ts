// Matrix products: the gradient of D = W·X by W and X, found from its shape.
import { cols, matmul, random, randn, sub, norm, transpose, type Matrix } from "@retrograd/runtime";
import { vjp_applied, vjp_product } from "./products.grad.js";

const shape = ({ rows, cols: columns }: Matrix): string => `${rows}×${columns}`;

const rng = random(1);
const W = randn(rng, 5, 10);
const X = randn(rng, 10, 3);
const dD = randn(rng, 5, 3); // what comes back from the rest of the circuit

const { value: D, dW, dX } = vjp_product(dD, W, X);
console.log(`D = W·X

  W ${shape(W)}, X ${shape(X)}  →  D ${shape(D)}
  dD has the shape of D, ${shape(dD)}
  dW has the shape of W, ${shape(dW)}: of dD ${shape(dD)} and X ${shape(X)} only dD·Xᵀ fits
  dX has the shape of X, ${shape(dX)}: of W ${shape(W)} and dD ${shape(dD)} only Wᵀ·dD fits

  ‖dW - dD·Xᵀ‖ = ${norm(sub(dW, matmul(dD, transpose(X))))}
  ‖dX - Wᵀ·dD‖ = ${norm(sub(dX, matmul(transpose(W), dD)))}`);

const x = cols(X, 0, 1) as Matrix<10, 1>;
const dd = cols(dD, 0, 1) as Matrix<5, 1>;
const one = vjp_applied(dd, W, x);
console.log(`
A vector is a matrix of one column: d = W·x

  dW = dd·xᵀ is ${shape(one.dW)}, each element a product: dW[0, 0] = ${(dd.data[0] ?? 0).toFixed(4)} · ${(x.data[0] ?? 0).toFixed(4)} = ${(one.dW.data[0] ?? 0).toFixed(4)}
  dx = Wᵀ·dd is ${shape(one.dx)}
  ‖dx - first column of dX‖ = ${norm(sub(one.dx, cols(dX, 0, 1)))}`);

console.log("\nThe wrong way round");
try {
  // @ts-expect-error the inner dimensions differ, and the editor says so: "columns of the first, rows of the second: 3 against 5"
  matmul(X, W);
} catch (error) {
  console.log(`  ${String(error)}`);
}
