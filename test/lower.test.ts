import { describe, expect, test } from "vitest";
import { generate } from "./fuzz/program.ts";
import { lowerFiles, lowerText, runIr, runPrimal } from "./support/lowering.ts";
import { programs } from "./support/primalPrograms.ts";
import { show } from "../packages/transformer/src/ir/show.ts";
import { eachInstruction } from "../packages/transformer/src/ir/visit.ts";
import { dedent } from "./support/dedent.ts";

/** The IR gives what the function gives: value, thrown error, arguments afterwards, log; bit by bit. */
function agrees(text: string, points: readonly (readonly unknown[])[], budget = {}): void {
  const { module, findings } = lowerText(text, budget);
  if (!module) return expect.fail(`refused: ${findings.map((f) => `${f.code} ${f.message} at \`${text.slice(f.loc.start, f.loc.end)}\``).join("\n")}\n${text}`);
  for (const point of points) {
    expect(runIr(text, module, point), `${JSON.stringify(point)}\n${text}\n${show(module.root)}`).toEqual(runPrimal(text, point));
  }
}

describe("the IR does what the function does", () => {
  for (const { title, text, at } of programs) test(title, () => agrees(text, at));
});

describe("with every helper a function of its own", () => {
  for (const { title, text, at } of programs) if (/\bfunction (?!f\b)/.test(text)) test(title, () => agrees(text, at, { inlineNodes: 1 }));
});

test("random programs", () => {
  for (let seed = 70_000; seed < 70_060; seed++) {
    const program = generate(seed, { writes: seed % 2 === 0 });
    const points = program.points.map((point) => point.flatMap((v, k) => (program.parameters[k]?.rest ? (v as unknown[]) : [v]))); // a rest parameter holds an array
    agrees(program.text, points, seed % 3 === 0 ? { inlineNodes: 1 } : {});
  }
});

describe("across the files of a program", () => {
  const files: Readonly<Record<string, string>> = {
    "/p/main.ts": `import { scale as s, type Pair } from "./lib.js";
import * as lib from "./lib.js";
import half, { LIMIT } from "./lib.js";
/** @differentiable */
export function f(x: number): number {
  const p: Pair = { a: s(x), b: lib.poly(x, 2) };
  return lib.twice((t) => t * p.a, p.b) + half(x) * LIMIT + lib.RATE + lib.horner(x);
}
`,
    "/p/lib.ts": `export interface Pair { a: number; b: number }
const K = 3;
const TAU = 2 * Math.PI * K;
const C = [1, -2, 0.5];
export const RATE = 0.25;
export const LIMIT = K * 2;
export const scale = (x: number): number => x * TAU;
export function poly(x: number, n: number): number { return n <= 0 ? 1 : x * poly(x, n - 1) + deep(x); }
export function twice(g: (t: number) => number, x: number): number { return g(g(x)); }
export function horner(x: number): number { let s = 0; for (const c of C) s = s * x + c; return s * C[1]! * C.length; }
export default function half(x: number): number { return x / 2; }
import { deep } from "./deep.js";
`,
    "/p/deep.ts": `export function deep(x: number): number { return Math.sin(x); }\n`,
  };

  test("functions, constants and tables", () => {
    const { module, findings } = lowerFiles(files, "/p/main.ts");
    expect(findings).toEqual([]);
    // One file of them all, in which the names of the first two are there as the imports make them.
    const others = `${files["/p/deep.ts"]}${files["/p/lib.ts"]}`.replace(/^export (default )?/gm, "");
    const sources = `${others}const lib = { RATE, poly, twice, horner }, s = scale;\n${files["/p/main.ts"]}`.replace(/^import .*$/gm, "");
    for (const x of [0.5, -2, 3]) expect(runIr(sources, module!, [x]).outcome).toBe(runPrimal(sources, [x]).outcome);
  });

  test("what is not visible is named", () => {
    const { findings } = lowerFiles(
      { ...files, "/p/lib.ts": `${files["/p/lib.ts"]!.replace("const C = [1, -2, 0.5];", "const C = [1, Math.random()];")}` },
      "/p/main.ts",
    );
    expect(findings.map((f) => f.code)).toEqual(["RG2006"]);
    expect(findings[0]!.message).toContain("`C`");
    expect(findings[0]!.message).toContain("in `horner`, called from `f` at 7:");
  });

  test("so is what another file has from a package", () => {
    const imported: Readonly<Record<string, string>> = {
      "/p/main.ts": dedent`
        import { g } from "./g.js";
        /** @differentiable */
        export function f(x: number): number { return g(x); }

      `,
      "/p/g.ts": 'import { gain, level, units as u } from "./package.js";\nexport function g(x: number): number { return x * gain; }\n',
      "/p/package.d.ts": dedent`
        export declare const gain: number;
        export declare function level(): number;
        export declare const units: { readonly metre: number };

      `,
    };
    for (const [use, name] of [["gain", "gain"], ["level()", "level"], ["u.metre", "units"]] as const) {
      const { findings } = lowerFiles({ ...imported, "/p/g.ts": imported["/p/g.ts"]!.replace("x * gain", `x * ${use}`) }, "/p/main.ts");
      expect([use, findings.map((f) => f.code)]).toEqual([use, ["RG2006"]]);
      expect(findings[0]!.message).toContain(`\`${name}\` belongs to another file`);
    }
    // By another name it is as visible as by the same.
    const { module, findings } = lowerFiles(
      { ...imported, "/p/main.ts": `import { gain as volume } from "./package.js";\n${imported["/p/main.ts"]}` },
      "/p/main.ts",
    );
    expect(findings).toEqual([]);
    const raws: string[] = [];
    eachInstruction(module!.root.body, (each) => { if (each.kind === "raw") raws.push(each.parts.join("")); });
    expect(raws).toEqual(["volume"]);
  });
});

describe("statements and names", () => {
  const origins = (text: string): readonly string[] => {
    const { module } = lowerText(text);
    const lines: string[] = [];
    eachInstruction(module!.root.body, (i) => {
      const st = i.origin.statement;
      if (st) lines.push([...st.leading, st.text, st.trailing ?? ""].join(" | "));
    });
    return [...new Set(lines)];
  };

  test("a statement is quoted on one line without types, keywords and assertions, with its comments", () => {
    expect(origins(`/** @differentiable */
export function f(x: number, a: number[]): number {
  // first
  /* second */
  const y: number = (a[0]! as number) // inside
    * x; // after
  let z = y + 1, w = z * y; // two
  z += a[1]!;
  for (let i = 0; i < 2; i++) z *= x; // trips
  if (z > 1) { // big
    w = z * 2;
  }
  return w // result
    * z;
}
`)).toEqual([
      "// first | /* second */ | y = (a[0]) * x | // after",
      "z = y + 1 | // two",
      "w = z * y | ",
      "z += a[1] | ",
      "for (let i = 0; i < 2; i++) | ",
      "z *= x | // trips",
      "i++ | ",
      "if (z > 1) | ",
      "// big | w = z * 2 | ",
      "value = w * z | ",
    ]);
  });

  test("variables keep their names, literals their spelling", () => {
    const { module } = lowerText(dedent`
      /** @differentiable */
      export function f(x: number): number {
        const half = 1.50 * x;
        let s = half + 0x10;
        if (s > 1e3) s = half * s;
        return s * half;
      }

    `);
    expect(show(module!.root)).toBe(`export function f(x#1: number as "number") -> number as "number" {
  half#5: number = 1.50 * x#1
  s#7: number = half#5 + 0x10
  #9: boolean = s#7 > 1e3
  if #9 {
    s#10: number = half#5 * s#7
    yield s#10
  } else {
    yield s#7
  } -> s#11: number
  value#12: number = s#11 * half#5
  yield value#12
}
`);
  });
});
