import type { Fitted } from "./worker.js";

const button = document.querySelector<HTMLButtonElement>("#fit");
const result = document.querySelector<HTMLOutputElement>("#result");

button?.addEventListener("click", () => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Fitted>) => {
    if (result !== null) result.value = `a = ${data.a.toFixed(4)}, b = ${data.b.toFixed(4)}`;
    worker.terminate();
  });
});
