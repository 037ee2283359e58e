/** Runs a gradient with probes, in a thread that can be stopped. The only place where a user's code is run. */
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { compareWithDifferences } from "./differences.ts";
import { onesLike, total } from "./ones.ts";
import { probes, type Birth, type Job, type RunResult, type StageRecord } from "./record.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Keeps what the probes report. */
function recorder(stageCount: number) {
  const stages: Mutable<StageRecord>[] = Array.from({ length: stageCount }, () => ({
    count: 0,
    right: undefined,
    value: undefined,
    rightSum: 0,
  }));
  const operands: (readonly unknown[])[] = Array.from({ length: stageCount }, () => []);
  let birth: Birth | null = null;
  const at = (id: number): Mutable<StageRecord> => {
    const stage = stages[id];
    if (stage === undefined) throw new Error(`no stage ${id}`);
    return stage;
  };
  const isFiniteOrOther = (value: unknown): boolean => typeof value !== "number" || Number.isFinite(value);
  return {
    stages,
    birth: () => birth,
    before: (id: number, read: () => readonly unknown[]): void => {
      try {
        operands[id] = read();
      } catch {
        operands[id] = []; // an operand of a branch not taken: what it would read need not exist
      }
    },
    right: <T>(id: number, value: T): T => {
      const stage = at(id);
      stage.count++;
      stage.right = value;
      if (typeof value === "number") stage.rightSum += value;
      return value;
    },
    after: (id: number, read: () => unknown): void => {
      const stage = at(id);
      const value = read();
      stage.value = typeof value === "object" && value !== null ? structuredClone(value) : value;
      if (
        birth === null &&
        typeof value === "number" &&
        !isFiniteOrOther(value) &&
        (operands[id] ?? []).every(isFiniteOrOther)
      ) {
        birth = {
          id,
          value,
          operands: (operands[id] ?? []).map((operand) =>
            typeof operand === "object" && operand !== null ? "…" : operand,
          ),
          trip: stage.count,
        };
      }
    },
  };
}

type Exports = Record<string, unknown>;

/** A loader for CommonJS texts that import each other; anything else is loaded as the user's own file would. */
function loader(job: Job, probeFunctions: readonly unknown[]) {
  const loaded = new Map<string, { exports: Exports }>();
  const load = (fileName: string): Exports => {
    const known = loaded.get(fileName);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as Exports };
    loaded.set(fileName, module);
    const outside = createRequire(fileName);
    const require = (specifier: string): unknown => {
      const target = job.resolutions.get(`${fileName}\0${specifier}`);
      return target === undefined ? outside(specifier) : load(target);
    };
    const text = job.modules.get(fileName);
    if (text === undefined) throw new Error(`${fileName} was not prepared`);
    const names = ["exports", "require", "module", probes.before, probes.right, probes.after];
    compileFunction(text, names, { filename: fileName })(module.exports, require, module, ...probeFunctions);
    return module.exports;
  };
  return load;
}

function run(job: Job): RunResult {
  const record = recorder(job.stageCount);
  const load = loader(job, [record.before, record.right, record.after]);
  const entry = load(job.entry);
  const [primal, gradient] = [entry[job.primalName], entry[job.gradientName]];
  if (typeof primal !== "function" || typeof gradient !== "function")
    throw new Error(`${job.entry} does not export ${job.primalName} and ${job.gradientName}`);
  const fresh = (): unknown[] => structuredClone([...job.arguments]);
  // Of a result that is no number, the gradient of the sum of its numbers is explained.
  const seed = job.gradientName.startsWith("vjp_") ? [onesLike(primal(...fresh()))] : [];
  const result: unknown = gradient(...seed, ...fresh());
  const stages = record.stages.map((stage) => ({ ...stage })); // before differences run the same code again
  const birth = record.birth();
  const primalValue: unknown = primal(...fresh());
  if (typeof result !== "object" || result === null) throw new Error(`${job.gradientName} returned no record`);
  const fields = result as Record<string, unknown>; // an object, by the line above
  const { checks, notCompared } = compareWithDifferences(job, fields, (args) => total(primal(...args)));
  return { kind: "ran", primalValue, result: fields, stages, birth, differences: checks, notCompared };
}

/** What the function prints is its own affair: it would be printed again for every difference. */
function silence(): void {
  for (const name of ["log", "info", "warn", "error", "debug"] as const) console[name] = () => {};
}

function report(): void {
  const job = workerData as Job; // made by runGradient.ts
  silence();
  try {
    parentPort?.postMessage(run(job) satisfies RunResult);
  } catch (error) {
    parentPort?.postMessage({
      kind: "threw",
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    } satisfies RunResult);
  }
}

report();
