import type { Value } from "./parseArguments.ts";

/** The names of the probes in the instrumented text; the loader provides them. */
export const probes = {
  before: "__retrograd_before",
  right: "__retrograd_right",
  after: "__retrograd_after",
} as const;

/** What became of one stage in a run. */
export interface StageRecord {
  readonly count: number;
  /** The right-hand side and the variable, the last time. */
  readonly right: unknown;
  readonly value: unknown;
  /** All right-hand sides together: the whole contribution of a `+=` that runs in a loop. */
  readonly rightSum: number;
}

/** The first number that is not finite although everything it was made from is. */
export interface Birth {
  readonly id: number;
  readonly value: number;
  readonly operands: readonly unknown[];
  /** Which execution of the stage, from 1. */
  readonly trip: number;
}

export interface DifferenceCheck {
  /** `dx`, `dw[2]`, `dp.a`. */
  readonly name: string;
  readonly gradient: number;
  readonly difference: number;
  /** The estimated error of the difference. */
  readonly error: number;
}

/** What the worker is given: modules as CommonJS text, and what to run in them. */
export interface Job {
  readonly modules: ReadonlyMap<string, string>;
  /** `file\0specifier` → file, for imports between the modules. */
  readonly resolutions: ReadonlyMap<string, string>;
  readonly entry: string;
  readonly primalName: string;
  readonly gradientName: string;
  readonly arguments: readonly Value[];
  readonly stageCount: number;
  /** For each field of the result: the argument and the path in it that it belongs to. */
  readonly fields: readonly { readonly field: string; readonly argument: number; readonly path: readonly string[] }[];
}

export type RunResult =
  | {
      readonly kind: "ran";
      readonly primalValue: unknown;
      readonly result: Readonly<Record<string, unknown>>;
      readonly stages: readonly StageRecord[];
      readonly birth: Birth | null;
      readonly differences: readonly DifferenceCheck[];
      /** Numbers that were not compared because there are too many. */
      readonly notCompared: number;
    }
  | { readonly kind: "threw"; readonly message: string };
