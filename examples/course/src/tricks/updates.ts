import { add, div, mul, scale, sqrt, square, sub, zerosLike, type Matrix } from "@retrograd/runtime";

/** How to change a parameter, given its gradient. Whoever makes one makes its memory with it. */
export type Update = (w: Matrix, dw: Matrix, rate: number) => Matrix;

/** A step down the gradient. */
export function plain(): Update {
  return (w, dw, rate) => sub(w, scale(dw, rate));
}

/** Steps gather speed where the gradient keeps its direction. */
export function momentum(keep = 0.9): Update {
  let speed: Matrix | undefined;
  return (w, dw, rate) => {
    speed = sub(scale(speed ?? zerosLike(w), keep), scale(dw, rate));
    return add(w, speed);
  };
}

/** Adam: momentum, divided by the usual size of the gradient, so that every parameter moves about as fast. */
export function adam(beta1 = 0.9, beta2 = 0.999): Update {
  let first: Matrix | undefined;
  let second: Matrix | undefined;
  let step = 0;
  return (w, dw, rate) => {
    step++;
    first = add(scale(first ?? zerosLike(w), beta1), scale(dw, 1 - beta1));
    second = add(scale(second ?? zerosLike(w), beta2), scale(square(dw), 1 - beta2));
    const mean = scale(first, 1 / (1 - beta1 ** step));
    const size = sqrt(scale(second, 1 / (1 - beta2 ** step)));
    return sub(w, mul(div(mean, add(size, 1e-8)), rate));
  };
}
