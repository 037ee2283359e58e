import retrograd from "retrograd/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [retrograd()],
  // Workers are built by themselves, with plugins of their own.
  worker: { format: "es", plugins: () => [retrograd()] },
});
