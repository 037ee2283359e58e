// A training step (gradient, then p −= rate · gradient) of the network 784-100-10 in other libraries, each as its manual has it.
// A maker takes the network as lists of numbers and returns `run(steps)`, which resolves to the last loss when all is computed.

/** TensorFlow.js; `backend` is "cpu" or "wasm". 32-bit floats. */
export async function tfjs({ backend, batch, hidden, W1, b1, W2, b2, X, labels, rate }) {
  const tf = await import("@tensorflow/tfjs");
  if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  await tf.setBackend(backend);
  await tf.ready();
  const variable = (data, rows, cols) => tf.variable(tf.tensor2d(Float32Array.from(data), [rows, cols]));
  const p = { W1: variable(W1, 784, hidden), b1: variable(b1, 1, hidden), W2: variable(W2, hidden, 10), b2: variable(b2, 1, 10) };
  const x = tf.tensor2d(Float32Array.from(X), [batch, 784]), y = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
  const optimiser = tf.train.sgd(rate);
  const loss = () => {
    const h = tf.relu(tf.add(tf.matMul(x, p.W1), p.b1));
    return tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(h, p.W2), p.b2));
  };
  return async (steps) => {
    await tf.setBackend(backend);
    for (let k = 1; k < steps; k++) optimiser.minimize(loss);
    const last = optimiser.minimize(loss, true), [value] = await last.data();
    last.dispose();
    return value;
  };
}

/** jax-js on WebAssembly, the whole step in one `jit`. 32-bit floats. */
export async function jax({ batch, hidden, W1, b1, W2, b2, X, labels, rate }) {
  const { blockUntilReady, defaultDevice, init, jit, nn, numpy: np, valueAndGrad } = await import("@jax-js/jax");
  await init("wasm");
  defaultDevice("wasm");
  const array = (data, rows, cols) => np.array(Float32Array.from(data)).reshape([rows, cols]);
  const x = array(X, batch, 784), y = nn.oneHot(np.array(Int32Array.from(labels), { dtype: np.int32 }), 10);
  const loss = (net, images, truth) => {
    const h = nn.relu(np.matmul(images, net.W1).add(net.b1));
    const scores = np.matmul(h, net.W2).add(net.b2);
    return nn.logSoftmax(scores).mul(truth).sum().mul(-1 / batch);
  };
  const step = jit((net, images, truth) => {
    const [value, g] = valueAndGrad(loss)({ W1: net.W1.ref, b1: net.b1.ref, W2: net.W2.ref, b2: net.b2.ref }, images, truth);
    const next = (a, d) => a.sub(d.mul(rate));
    return [value, { W1: next(net.W1, g.W1), b1: next(net.b1, g.b1), W2: next(net.W2, g.W2), b2: next(net.b2, g.b2) }];
  });
  let p = { W1: array(W1, 784, hidden), b1: array(b1, 1, hidden), W2: array(W2, hidden, 10), b2: array(b2, 1, 10) }, value;
  return async (steps) => {
    for (let k = 0; k < steps; k++) {
      value?.dispose();
      [value, p] = step(p, x.ref, y.ref);
    }
    await blockUntilReady(Object.values(p).map((a) => a.ref));
    return value.ref.js();
  };
}

/** ml-matrix, by hand: it has no gradients. 64-bit floats. */
export async function mlMatrix({ batch, hidden, W1, b1, W2, b2, X, labels, rate }) {
  const { Matrix } = await import("ml-matrix");
  const make = (data, rows, cols) => Matrix.from1DArray(rows, cols, Array.from(data));
  const x = make(X, batch, 784), p = { W1: make(W1, 784, hidden), b1: make(b1, 1, hidden), W2: make(W2, hidden, 10), b2: make(b2, 1, 10) };
  const step = () => {
    const h = x.mmul(p.W1).addRowVector(p.b1.getRow(0)).apply(function relu(i, j) { if (this.get(i, j) < 0) this.set(i, j, 0); });
    const d = h.mmul(p.W2).addRowVector(p.b2.getRow(0));
    let value = 0;
    for (let i = 0; i < batch; i++) {
      const row = d.getRow(i), top = Math.max(...row), e = row.map((s) => Math.exp(s - top)), total = e.reduce((a, b) => a + b, 0);
      value -= row[labels[i]] - top - Math.log(total);
      d.setRow(i, e.map((s, j) => (s / total - (j === labels[i] ? 1 : 0)) / batch));
    }
    const dz = d.mmul(p.W2.transpose()).apply(function reluGradient(i, j) { if (h.get(i, j) <= 0) this.set(i, j, 0); });
    const descend = (a, g) => a.sub(g.mul(rate));
    descend(p.W2, h.transpose().mmul(d));
    descend(p.b2, Matrix.rowVector(d.sum("column")));
    descend(p.W1, x.transpose().mmul(dz));
    descend(p.b1, Matrix.rowVector(dz.sum("column")));
    return value / batch;
  };
  return async (steps) => {
    let value = 0;
    for (let k = 0; k < steps; k++) value = step();
    return value;
  };
}
