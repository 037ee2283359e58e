import { build } from "esbuild";
import retrograd from "retrograd/esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  bundle: true,
  format: "esm",
  platform: "node",
  sourcemap: true,
  plugins: [retrograd()],
});
