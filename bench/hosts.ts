/**
 * tsx bench/hosts.ts [--runs N] [--only cold|edit|scale]
 *
 * What the plugin costs a build: a project of 200 files with 10 marked functions, with and without it, and how the time and the memory of a
 * compilation grow with the number of functions. Uses the built packages. Take it on a quiet machine: each figure is the least of some runs.
 */
import { spawn, spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { application, makeProject, markedFunction, options, type BenchProject } from "./hosts/project.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "7" },
    only: { type: "string" },
    files: { type: "string", default: "200" },
  },
});
const runs = Number(values.runs);
const least = (numbers: readonly number[]): number => Math.min(...numbers);
const wants = (part: string): boolean => values.only === undefined || values.only === part;

interface Run {
  readonly seconds: number;
  readonly out: string;
}
function run(p: BenchProject, args: readonly string[], env: Readonly<Record<string, string>>): Run {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: p.directory,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")}: ${status}\n${stdout}${stderr}`);
  return { seconds, out: stdout };
}

const builds: Readonly<Record<string, (isWith: boolean) => readonly string[]>> = {
  esbuild: () => ["esbuild.mjs"],
  vite: () => ["vite.mjs"],
  tspc: (isWith) => ["node_modules/ts-patch/bin/tspc.js", "-p", isWith ? "with.json" : "tsconfig.json"],
};

/** Without us; with us, when no process before has left anything; with us, in a new process that finds what the last one has left. */
const states = ["without", "first", "again"] as const;

function coldBuilds(p: BenchProject): void {
  console.log("\n| a build | without | the first with | more | the next with | more |\n|---|---:|---:|---:|---:|---:|");
  for (const [name, args] of Object.entries(builds)) {
    const times: Record<(typeof states)[number], number[]> = { without: [], first: [], again: [] };
    for (let i = 0; i <= runs; i++)
      for (const state of states) {
        if (state === "first") p.removeAll("node_modules/.cache/retrograd");
        const { seconds } = run(p, args(state !== "without"), { WITH: state === "without" ? "0" : "1" });
        if (i > 0) times[state].push(seconds); // the first fills the caches of the system
      }
    const [without, first, again] = [least(times.without), least(times.first), least(times.again)];
    const cells = [without, first, first - without, again, again - without].map((seconds) => `${seconds.toFixed(2)} s`);
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

function edits(p: BenchProject): void {
  console.log("\n| edit of a marked file | without | with | more |\n|---|---:|---:|---:|");
  const show = (name: string, without: number, withUs: number): void =>
    console.log(
      `| ${name} | ${without.toFixed(0)} ms | ${withUs.toFixed(0)} ms | ${(withUs - without).toFixed(0)} ms |`,
    );
  for (const name of ["esbuild", "vite"]) {
    const edit = (isWith: string): number => {
      const { out } = run(p, [`${name}.mjs`], { WITH: isWith, EDIT: "src/m23.ts" });
      return least([...out.matchAll(/^edit (.*)$/gm)].map(([, ms]) => Number(ms)).slice(5));
    };
    show(name, edit("0"), edit("1"));
  }
}
async function watch(p: BenchProject): Promise<void> {
  const times: number[] = [];
  for (const config of ["tsconfig.json", "with.json"]) times.push(await watchedEdits(p, config));
  const [without = NaN, withUs = NaN] = times;
  console.log(
    `| tspc --watch | ${without.toFixed(0)} ms | ${withUs.toFixed(0)} ms | ${(withUs - without).toFixed(0)} ms |`,
  );
}

/** The time from a change of a marked file to the next "Found 0 errors", of which the compiler's own wait of 250 ms is a part. */
async function watchedEdits(p: BenchProject, config: string): Promise<number> {
  const text = application(Number(values.files), 10)["src/m23.ts"] ?? "";
  const child = spawn(
    process.execPath,
    ["node_modules/ts-patch/bin/tspc.js", "-p", config, "--watch", "--preserveWatchOutput"],
    {
      cwd: p.directory,
    },
  );
  let out = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  const settle = async (): Promise<void> => {
    // Until nothing more is said for a while: some edits compile twice.
    const found = (): number => out.match(/Found \d+ error/g)?.length ?? 0;
    const before = found();
    while (found() === before) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await settle();
  const times: number[] = [];
  for (let i = 0; i < 8; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const start = performance.now();
    const settled = settle();
    p.write("src/m23.ts", text.replace("let sum = 0;", `let sum = ${i + 1};`));
    await settled;
    times.push(performance.now() - start);
  }
  child.kill();
  p.write("src/m23.ts", text);
  return least(times.slice(2));
}

/** Compiles all files of a project in one process, as a bundler's plugin does, and says what it took. */
const compileAll = `import { createWorkspace } from "./node_modules/retrograd/dist/inMemory/workspace.js";
import { readdirSync } from "node:fs";
const cwd = process.cwd();
const workspace = createWorkspace({ cwd });
const start = process.cpuUsage(), wall = performance.now();
let made = 0, bytes = 0;
for (const name of readdirSync("src")) {
  const { functions, code, diagnostics } = workspace.projectOf(cwd + "/src/" + name).augment(cwd + "/src/" + name);
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
  made += functions.length;
  bytes += code.length;
}
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ made, bytes, seconds: (performance.now() - wall) / 1000, cpu: (user + system) / 1e6, rss: process.resourceUsage().maxRSS / 1024 }));
`;

function scale(): void {
  for (const [perFile, title] of [
    [20, "files of 20 functions"],
    [0, "one file"],
  ] as const) {
    console.log(`\n| ${title} | time | a function | memory (peak) |\n|---:|---:|---:|---:|`);
    for (const count of [1250, 2500, 5000, 10_000]) {
      const texts: Record<string, string> = {
        "tsconfig.json": JSON.stringify({ compilerOptions: options, include: ["src"] }),
        "all.mjs": compileAll,
      };
      const size = perFile === 0 ? count : perFile;
      for (let file = 0; file * size < count; file++)
        texts[`src/f${file}.ts`] = Array.from({ length: size }, (_, i) =>
          markedFunction(String(file * size + i), 1 + i / 7),
        ).join("");
      const p = makeProject(texts);
      try {
        const { out } = run(p, ["--max-old-space-size=12000", "all.mjs"], {});
        const { made, seconds, rss } = JSON.parse(out) as { made: number; seconds: number; rss: number };
        console.log(
          `| ${made} | ${seconds.toFixed(1)} s | ${((1000 * seconds) / made).toFixed(2)} ms | ${rss.toFixed(0)} MB |`,
        );
      } finally {
        p.remove();
      }
    }
  }
}

const p = makeProject(application(Number(values.files), 10));
try {
  if (wants("cold")) coldBuilds(p);
  if (wants("edit")) {
    edits(p);
    await watch(p);
  }
} finally {
  p.remove();
}
if (wants("scale")) scale();
