import path from "node:path";
import retrograd from "retrograd/webpack";

export default {
  mode: "production",
  target: "node",
  entry: "./src/main.ts",
  output: { path: path.resolve("dist"), filename: "main.js", module: true },
  experiments: { outputModule: true },
  devtool: "source-map",
  // TypeScript sources import each other as `./fit.js`.
  resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
  module: { rules: [{ test: /\.ts$/, loader: "esbuild-loader", options: { target: "es2022" } }] },
  plugins: [retrograd()],
};
