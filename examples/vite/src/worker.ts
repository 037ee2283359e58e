import { fit } from "./fit.js";

export type Fitted = ReturnType<typeof fit>;

self.postMessage(fit());
