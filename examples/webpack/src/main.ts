// A curve fitted by its gradient; built with webpack.
import { fit } from "./fit.js";

const { a, b } = fit();
console.log(`a = ${a.toFixed(4)}, b = ${b.toFixed(4)}`);
