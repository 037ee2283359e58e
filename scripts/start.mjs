// The main job: a function and its gradient to read, then a fit of real data with compiled gradients.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const heading = (text) => console.log(`\n${text}\n${"=".repeat(text.length)}\n`);

for (const [title, program] of [
  ["1. A gradient you can read", "examples/staged/dist/main.js"],
  ["2. A model fitted with compiled gradients", "examples/iris/dist/main.js"],
]) {
  heading(title);
  const { status } = spawnSync(process.execPath, [program], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`
Both gradients were written by \`retrograd build\` a moment ago; they lie beside their sources in examples/*/src.
To see where a number comes from: npx retrograd explain examples/staged/src/staged.ts f --at 3,-4`);
