/** A run of many programs: counts of outcomes, failing programs minimised. */
import { typeErrors } from "../support/typecheck.ts";
import { check, type CheckOptions, type Outcome } from "./check.ts";
import { minimise } from "./minimise.ts";
import { terminates } from "./terminates.ts";
import { generate, type GenerateOptions, type Program } from "./program.ts";

export interface Failure {
  readonly seed: number;
  readonly outcome: Outcome;
  readonly program: Program;
  /** The smallest text found that fails in the same way. */
  readonly text: string;
}
export interface Campaign {
  readonly counts: Record<Outcome["kind"], number>;
  readonly codes: ReadonlyMap<string, number>;
  readonly skips: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
  /** The first refused program of each code. */
  readonly refusals: ReadonlyMap<string, { readonly seed: number; readonly detail: string; readonly text: string }>;
}
export interface CampaignOptions extends CheckOptions, GenerateOptions {
  readonly from: number;
  readonly runs: number;
  readonly minimise?: boolean;
  readonly stopAfter?: number;
  /** Type-check every n-th program. */
  readonly typesEvery?: number;
  readonly unoptimisedEvery?: number;
  /** Called before each program: names the one that hangs. */
  readonly begin?: (seed: number) => void;
  readonly progress?: (done: number, campaign: Campaign) => void;
}

const failing = new Set<Outcome["kind"]>(["wrong", "crash", "invalid", "slow", "oracle"]);

export function campaign(options: CampaignOptions): Campaign {
  const counts: Record<Outcome["kind"], number> = { right: 0, skipped: 0, refused: 0, wrong: 0, crash: 0, invalid: 0, slow: 0, oracle: 0 };
  const codes = new Map<string, number>();
  const skips = new Map<string, number>();
  const failures: Failure[] = [];
  const refusals = new Map<string, { seed: number; detail: string; text: string }>();
  const state: Campaign = { counts, codes, skips, failures, refusals };
  for (let k = 0; k < options.runs; k++) {
    const seed = options.from + k;
    options.begin?.(seed);
    const program = generate(seed, options);
    const how: CheckOptions = {
      order: options.order ?? 1,
      types: options.types ?? (options.typesEvery !== undefined && k % options.typesEvery === 0),
      ...(options.milliseconds === undefined ? {} : { milliseconds: options.milliseconds }),
      unoptimised: options.unoptimised ?? (options.unoptimisedEvery !== undefined && k % options.unoptimisedEvery === 0),
    };
    // an array that a loop walks and grows makes some programs endless
    const outcome: Outcome = options.writes && !terminates(program) ? { kind: "skipped", why: "endless" } : check(program, how);
    counts[outcome.kind]++;
    if (outcome.kind === "refused") {
      for (const code of outcome.codes) {
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (!refusals.has(code)) refusals.set(code, { seed, detail: outcome.detail, text: program.text });
      }
    }
    if (outcome.kind === "skipped") {
      const why = outcome.why.replace(/[-\d.e+]+/g, "#").slice(0, 60);
      skips.set(why, (skips.get(why) ?? 0) + 1);
    }
    if (failing.has(outcome.kind)) {
      const text = options.minimise === false ? program.text : smallest(program, outcome, how);
      failures.push({ seed, outcome: text === program.text ? outcome : check({ ...program, text }, how), program, text });
      if (failures.length >= (options.stopAfter ?? Infinity)) break;
    }
    options.progress?.(k + 1, state);
  }
  return state;
}

/** What makes two failures the same: the kind, and for a crash the message it starts with. */
export function signature(outcome: Outcome): string {
  if (!("detail" in outcome)) return outcome.kind;
  const order = outcome.detail.startsWith("second order") ? "2" : "1";
  if (outcome.kind === "crash") return `crash${order} ${outcome.detail.split("\n")[0]!.replace(/^.*throws /, "throws ").replace(/[\d.]+/g, "#").slice(0, 90)}`;
  if (outcome.kind === "invalid")
    return `invalid${order} ${
      /TS\d+/.exec(outcome.detail)?.[0] ??
      outcome.detail
        .replace(/[\d.]+/g, "#")
        .replace(/"[^"]*"/g, "")
        .slice(0, 60)
    }`;
  if (outcome.kind === "wrong") return `wrong${order} ${/value|left as/.exec(outcome.detail)?.[0] ?? "gradient"}`;
  return outcome.kind;
}

export function smallest(program: Program, outcome: Outcome, how: CheckOptions): string {
  const wanted = signature(outcome);
  const typed = typeErrors(program.text, program.text.length).length === 0;
  const lean: CheckOptions = {
    ...how,
    order: "detail" in outcome && outcome.detail.startsWith("second order") ? 2 : 1,
    types: outcome.kind === "invalid",
    unoptimised: "detail" in outcome && outcome.detail.startsWith("unoptimised"),
  };
  return minimise(program.text, (text) => {
    if (!terminates({ ...program, text })) return false;
    const found = check({ ...program, text }, lean);
    // a smaller program that is ill-typed would only show that garbage gives garbage
    return signature(found) === wanted && !(typed && typeErrors(text, text.length).length > 0);
  });
}
