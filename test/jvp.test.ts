/** Forward mode against reverse mode on every fixture that runs: the same texts with `with jvp` behind each tag. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compile, describe as show, evaluate } from "./support/compile.ts";
import { incomingLike } from "./support/contract.ts";
import { jvpDiffers, withJvp } from "./support/jvp.ts";
import { clone } from "./support/oracle.ts";
import { showTypeErrors, typeErrors } from "./support/typecheck.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "fixtures");
const folders = (path: string): string[] => readdirSync(path, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort();
type Points = readonly (readonly unknown[])[];

for (const area of folders(root)) {
  if (area === "errors") continue;
  describe(area, () => {
    for (const name of folders(join(root, area))) test(name, () => agree(`${area}/${name}`));
  });
}

/** What forward mode alone cannot do. */
const refused: ReadonlySet<string> = new Set<string>();

function agree(name: string): void {
  const original = readFileSync(join(root, name, "input.ts"), "utf8");
  const text = withJvp(original);
  // A fixture of a refusal has nothing to compare.
  if (compile(original, { fileName: "input.ts" }).diagnostics.some((d) => d.category === "error")) return;
  const { code, diagnostics } = compile(text, { fileName: "input.ts" });
  const errors = diagnostics.filter((d) => d.category === "error");
  if (refused.has(name)) {
    expect(errors.map((d) => d.code), "a refusal that is listed here").toEqual(["RG3101"]);
    return;
  }
  expect(show(errors, text)).toBe("");
  const primal = evaluate(code), at = primal["at"] as unknown as Points | Record<string, Points> | undefined;
  if (at === undefined) return;
  expect(showTypeErrors(typeErrors(code, text.length).filter((e) => e.generated)), "the strict flags").toBe("");
  const plain = compile(text, { fileName: "input.ts", optimise: false });
  expect(show(plain.diagnostics.filter((d) => d.category === "error"), text)).toBe("");
  const marked = [...text.matchAll(/@differentiable\b[^]*?\*\/\s*(?:export )?(?:async )?(?:function\*? (\w+)|const (\w+))/g)].map((m) => m[1] ?? m[2]!);
  for (const [form, exports] of [["optimised", primal], ["unoptimised", evaluate(plain.code)]] as const) {
    for (const f of marked) {
      const points = Array.isArray(at) ? (at as Points) : (at as Record<string, Points>)[f]!;
      expect(typeof exports[`jvp_${f}`], `jvp_${f}`).toBe("function");
      for (const point of points) {
        const after = clone(point) as unknown[], value = primal[f]!(...after);
        const dvalue = typeof value === "number" ? null : incomingLike(value);
        const result = (
          dvalue === null ? exports[`grad_${f}`]!(...(clone(point) as unknown[])) : exports[`vjp_${f}`]!(dvalue, ...(clone(point) as unknown[]))
        ) as Record<string, unknown>;
        const wrong = jvpDiffers(exports[`jvp_${f}`]!, clone(point) as unknown[], { result, dvalue, after }, 1e-8);
        expect(wrong, `${form} ${f} at ${String(points.indexOf(point))}`).toBeNull();
      }
    }
  }
}
