/**
 * pnpm fuzz [--runs N] [--seed S] [--order 1|2] [--writes] [--results] [--into] [--jvp] [--classes] [--checkpoints] [--no-recursion] [--size N] [--types-every N] [--out DIR] [--stop N] [--show] [--trace]
 *
 * Random programs against the dual-number oracle. `--seed S --runs 1 --show` prints one program and its verdict.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { campaign, signature } from "./campaign.ts";
import { check } from "./check.ts";
import { generate } from "./program.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    order: { type: "string", default: "1" },
    size: { type: "string", default: "22" },
    writes: { type: "boolean", default: false },
    results: { type: "boolean", default: false },
    into: { type: "boolean", default: false },
    jvp: { type: "boolean", default: false },
    classes: { type: "boolean", default: false },
    checkpoints: { type: "boolean", default: false },
    "no-recursion": { type: "boolean", default: false },
    "types-every": { type: "string", default: "5" },
    "unoptimised-every": { type: "string", default: "3" },
    out: { type: "string" },
    stop: { type: "string", default: "20" },
    show: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    "no-minimise": { type: "boolean", default: false },
  },
});
const order = values.order === "2" ? 2 : 1;
const shared = {
  order,
  writes: values.writes,
  results: values.results,
  into: values.into,
  jvp: values.jvp,
  classes: values.classes,
  checkpoints: values.checkpoints,
  recursion: !values["no-recursion"],
  size: Number(values.size),
} as const;

if (values.show) {
  const program = generate(Number(values.seed), shared);
  console.log(program.text);
  const outcome = check(program, { order, types: true, unoptimised: true });
  console.log(outcome.kind, "detail" in outcome ? outcome.detail : "why" in outcome ? outcome.why : "");
  if ("code" in outcome && outcome.code) console.log(outcome.code);
} else {
  const started = performance.now();
  const result = campaign({
    ...shared,
    milliseconds: 2000,
    from: Number(values.seed),
    runs: Number(values.runs),
    typesEvery: Number(values["types-every"]),
    unoptimisedEvery: Number(values["unoptimised-every"]),
    stopAfter: Number(values.stop),
    minimise: !values["no-minimise"],
    ...(values.trace ? { begin: (seed: number) => console.error(`seed ${seed}`) } : {}),
    progress: (done, { counts }) => {
      if (done % 200 === 0) console.error(`${done}: ${JSON.stringify(counts)}`);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify(result.counts), `${seconds.toFixed(1)} s`);
  for (const [code, n] of [...result.codes].sort((a, b) => b[1] - a[1]))
    console.log(`  refused ${code}: ${n}  e.g. seed ${result.refusals.get(code)!.seed}: ${result.refusals.get(code)!.detail.split("\n")[0]}`);
  for (const [why, n] of [...result.skips].sort((a, b) => b[1] - a[1]).slice(0, 8)) console.log(`  skipped ${n}: ${why}`);
  if (values.out) {
    mkdirSync(values.out, { recursive: true });
    for (const old of readdirSync(values.out)) if (/^\d+\.ts$/.test(old)) rmSync(join(values.out, old));
  }
  result.failures.forEach((f, i) => {
    const detail = "detail" in f.outcome ? f.outcome.detail : "";
    console.log(`\n--- ${i + 1}. seed ${f.seed} ${signature(f.outcome)}\n${detail}\n${f.text}`);
    if (values.out) {
      const code = "code" in f.outcome && f.outcome.code ? f.outcome.code : "";
      writeFileSync(
        join(values.out, `${i + 1}.ts`),
        `// seed ${f.seed}, ${order === 2 ? "second" : "first"} order: ${f.outcome.kind}\n// ${detail.replaceAll("\n", "\n// ")}\n${f.text}\n/* output\n${code.replaceAll("*/", "*\\/")}\n*/\n`,
      );
    }
  });
  process.exitCode = result.failures.length > 0 ? 1 : 0;
}
