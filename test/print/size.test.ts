import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { differentiate } from "../../packages/transformer/src/index.ts";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { print } from "../../packages/transformer/src/print/print.ts";
import { inlinable } from "../../packages/transformer/src/print/size.ts";
import { plainOptions } from "../support/runPrinted.ts";
import { dedent } from "../support/dedent.ts";

const folder = mkdtempSync(join(tmpdir(), "size-"));
afterAll(() => { rmSync(folder, { recursive: true }); });

/** The bytes that V8 says a function has. */
function bytesOf(text: string, name: string, args: readonly number[]): number {
  const script = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText;
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `${script}\n${name}(${args.join(", ")});\n`);
  const listing = execFileSync(process.execPath, ["--print-bytecode", `--print-bytecode-filter=${name}`, file], { encoding: "utf8", maxBuffer: 1 << 28 });
  return Number(/Bytecode length: (\d+)/.exec(listing)?.[1]);
}

/** The gradient of a function of numbers, as it is printed for readers. */
function gradientOf(text: string): IrFunction {
  let gradient: IrFunction | null = null;
  differentiate(text, { fileName: "f.ts", trace: (stage, fn) => { if (stage.startsWith("rematerialise")) gradient = fn; } });
  if (gradient === null) throw new Error("no gradient");
  return gradient;
}

const formula = (name: string): string => readFileSync(new URL(`../fixtures/${name}/input.ts`, import.meta.url), "utf8");

describe("the estimated size", () => {
  it.each([
    ["products and quotients", dedent`
      /** @differentiable */
      export function f(a: number, b: number, c: number): number { return (2 * a * b) / (c - 3) - 0.5 * b * b * b; }
    `, [1, 2, 4]],
    ["calls and powers", dedent`
      /** @differentiable */
      export function f(a: number, b: number): number { return Math.sin(a) * Math.atan2(a, b) + Math.exp(-a * b) * a ** 2; }
    `, [1, 2]],
    ["a guard", dedent`
      /** @differentiable */
      export function f(a: number, b: number): number { return Math.sqrt(a * a + b * b) + Math.max(a, 2 * b); }
    `, [1, 2]],
    ["an early return", dedent`
      /** @differentiable */
      export function f(a: number, b: number): number { const r = Math.abs(a - b); if (r < 1) return 0.5 * r * r; return r - 0.5; }
    `, [1, 2]],
    ["a conditional sum", dedent`
      /** @differentiable */
      export function f(a: number, b: number): number { let s = a * b; if (a > b) { s += a * a; } else { s -= 3 * b; } return s * s; }
    `, [1, 2]],
  ])("is what V8 says: %s", (_, text, args) => {
    const printed = print(gradientOf(text), plainOptions), bytes = bytesOf(printed.text, "grad_f", args);
    expect(Math.abs(printed.size - bytes), `${printed.size} estimated, ${bytes} counted\n${printed.text}`).toBeLessThanOrEqual(0.03 * bytes);
  });

  it("is endless for what is never written into its callers", () => {
    const loop = gradientOf(dedent`
      /** @differentiable */
      export function f(xs: number[]): number { let s = 0; for (const x of xs) s += x * x; return s; }
    `);
    expect(print(loop, plainOptions).size).toBe(Infinity);
  });

  it("is brought below the limit of V8 where that can be done, and kept below it", () => {
    for (const [fixture, name, args] of [
      ["math/bezier-speed", "speed", [0.3, 0, 0, 1, 2, 3, -1, 4, 0.5]],
      ["math/ray-sphere", "distance", [-4, 0, 0, 1, 0, 0, 0, 0, 0, 1]],
      ["math/fresnel", "reflectance", [0.3, 1, 1.5]],
    ] as const) {
      const [made] = differentiate(formula(fixture), { fileName: "f.ts" }).functions;
      expect(bytesOf(made?.text ?? "", `grad_${name}`, args)).toBeLessThanOrEqual(460);
    }
    expect(inlinable).toBeLessThan(460);
  });
});
