/**
 * Fixtures are documents: `input.ts` exports the points `at`, `output.ts` is what is generated (or `diagnostics.txt` what is said).
 * Each runs with and without the optimiser, is type-checked at the strictest flags, and is checked against dual numbers.
 * `vitest -u` accepts new output, `vitest -t power` runs one case.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compile, describe as show, evaluate, sameBits, type Exports } from "./support/compile.ts";
import { clone, compareGradient, gradient, isMatrix, leavesOf, runner, type Mismatch, type Runner } from "./support/oracle.ts";
import { contracted, incomingLike } from "./support/contract.ts";
import { showTypeErrors, typeErrors } from "./support/typecheck.ts";
import { parameterNames } from "./traps/trap.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "fixtures");
const folders = (path: string): string[] => readdirSync(path, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort();

for (const area of folders(root)) {
  describe(area, () => {
    for (const name of folders(join(root, area))) test(name, () => fixture(join(root, area, name)));
  });
}

type Points = readonly (readonly unknown[])[];

async function fixture(folder: string): Promise<void> {
  const text = readFileSync(join(folder, "input.ts"), "utf8");
  const { code, diagnostics } = compile(text, { fileName: "input.ts" });
  expect(code.startsWith(text), "the user's own text comes first, unchanged").toBe(true);
  const generated = code.slice(text.length).trimStart();
  if (diagnostics.length > 0) await expect(`${show(diagnostics, text)}\n`).toMatchFileSnapshot(join(folder, "diagnostics.txt"));
  if (!diagnostics.some((d) => d.category === "error")) await expect(generated).toMatchFileSnapshot(join(folder, "output.ts"));
  else if (generated !== "") await expect(generated).toMatchFileSnapshot(join(folder, "output.ts"));
  if (folder.includes(`${join("fixtures", "errors")}`)) expect(diagnostics.length, "a fixture of the errors area says something").toBeGreaterThan(0);
  const marked = markedFunctions(text);
  // the user's functions as they stand in the augmented module: a program may call `grad_g` of another
  const primal = evaluate(code);
  const at = primal["at"] as unknown as Points | Record<string, Points> | undefined;
  if (at === undefined) return;

  // the points of a fixture are not annotated: only the generated part is held to the flags
  expect(showTypeErrors(typeErrors(code, text.length).filter((e) => e.generated)), "the strict flags").toBe("");
  const forms: readonly [string, Exports][] = [
    ["optimised", evaluate(code)],
    ["unoptimised", evaluate(compile(text, { fileName: "input.ts", optimise: false }).code)],
  ];
  for (const f of marked) {
    const points = Array.isArray(at) ? (at as Points) : (at as Record<string, Points>)[f]!;
    expect(points.length, `points for ${f}`).toBeGreaterThan(0);
    for (const [form, exports] of forms) for (const point of points) checkPoint(text, f, point, primal, exports, form);
  }
}

function checkPoint(text: string, f: string, point: readonly unknown[], primal: Exports, exports: Exports, form: string): void {
  const context = `${form} ${f} at ${textOf(point)}`;
  const args = clone(point) as unknown[];
  const primalArgs = clone(point) as unknown[];
  const value = primal[f]!(...primalArgs);
  // of what is no number the derivative takes the gradient that comes in
  const dvalue = typeof value === "number" ? null : incomingLike(value), unchanged = clone(dvalue);
  const result = (dvalue === null ? exports[`grad_${f}`]!(...args) : exports[`vjp_${f}`]!(dvalue, ...args)) as Record<string, unknown>;
  if (dvalue === null) expect(result["value"], context).toBe(value);
  else expect(sameBits(result["value"], value), `${context}: the value`).toBe(true);
  expect(sameBits(dvalue, unchanged), `${context}: the incoming gradient`).toBe(true);
  expect(sameBits(args, primalArgs), `${context}: the arguments`).toBe(true);
  const also = exports[`vjp_${f}`];
  if (dvalue === null && also) expect(also(1, ...clone(point) as unknown[]), `${context}: vjp of 1`).toEqual(result);
  const asNumber = (run: Runner): Runner => (dvalue === null ? run : contracted(run, dvalue));
  const names = parameterNames(text, f);
  if (names.length !== point.length && !/=/.test(text)) throw new Error(`parameters of ${f} not understood: ${names.join(", ")}`);
  const ofMatrices = /@retrograd\/runtime/.test(text) && /\bMatrix\b/.test(text);
  if (ofMatrices || /(grad|vjp)_\w+\(/.test(text) || /function \w+\(\{|function \w+\(\[/.test(text))
    return checkDifferences(asNumber(primal[f]!), point, result, context, (k) => names.length === point.length && ofMatrices && !(`d${names[k]}` in result));
  const leaves = leavesOf(point, names);
  const want = gradient(asNumber(runner(text, f)), leaves);
  const bad: Mismatch[] = [];
  let checked = 0;
  names.forEach((n, i) => {
    if (!(`d${n}` in result) || point[i] === undefined) return;
    checked++;
    compareGradient(leaves.shapes[i], result[`d${n}`], want, 1e-9, bad, n);
  });
  expect(bad, `${context} against dual numbers`).toEqual([]);
  expect(checked, `${context}: fields compared`).toBeGreaterThan(0);
}

/** For programs the oracle does not read (calls of `grad_g`, destructured parameters): every derivative by central differences, in order. */
function checkDifferences(
  f: (...args: unknown[]) => unknown,
  point: readonly unknown[],
  result: Record<string, unknown>,
  context: string,
  skip: (k: number) => boolean,
): void {
  const { count, seed } = leavesOf(
    point,
    point.map((_, i) => `#${i}`),
    skip,
  );
  const got = Object.entries(result)
    .filter(([k]) => k !== "value")
    .flatMap(([, v]) => numbers(v));
  const h = 1e-5;
  const want = Array.from({ length: count }, (_, i) => {
    const shifted = (by: number): number => f(...seed((v, k) => (k === i ? v + by : v))) as number;
    return (8 * (shifted(h) - shifted(-h)) - (shifted(2 * h) - shifted(-2 * h))) / (12 * h);
  });
  // what a default stands in for has a gradient too, but no place in the arguments
  expect(got.length, context).toBeGreaterThanOrEqual(count);
  want.forEach((w, i) =>
    expect(Math.abs(got[i]! - w), `${context}: derivative ${i} is ${got[i]}, differences give ${w}`).toBeLessThan(1e-7 * Math.max(1, Math.abs(w))),
  );
}

const numbers = (x: unknown): number[] =>
  typeof x === "number" ? [x] : typeof x === "object" && x !== null ? (isMatrix(x) ? Array.from(x.data) : Object.values(x).flatMap(numbers)) : [];

function markedFunctions(text: string): string[] {
  return [...text.matchAll(/@differentiable\b[^]*?\*\/\s*(?:export )?(?:async )?(?:function\*? (\w+)|const (\w+))/g)].map((m) => m[1] ?? m[2]!);
}

/** Points as text; what points back at what holds it is left out. */
function textOf(point: unknown): string {
  const around: unknown[] = [];
  return JSON.stringify(point, function (this: unknown, _key: string, value: unknown): unknown {
    while (around.length > 0 && around.at(-1) !== this) around.pop();
    if (around.includes(value)) return "…";
    around.push(value);
    return value;
  });
}
