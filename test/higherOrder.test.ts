/** Closed under itself: gradients of gradients, compiled the same way, to order 3 (4 for straight-line code), against nested duals. */
import { describe, expect, test } from "vitest";
import { compileAndRun } from "./support/compile.ts";
import { Dual, plain, variable, type Num } from "./support/dual.ts";
import { runner } from "./support/oracle.ts";
import { typeErrors } from "./support/typecheck.ts";
import { dedent } from "./support/dedent.ts";

const functions: Record<string, string> = {
  "a polynomial": "return x * x * x - 2 * x * x + x;",
  "a quotient of gates": "const s = 1 / (1 + Math.exp(-x));\nreturn s / (1 + x * x) + Math.log(2 + Math.sin(x));",
  "powers": "return x ** 4 + (1 + x * x) ** 1.5 - 1 / x;",
  "a branch": "if (x > 0.3) return Math.sin(x) * x;\nreturn x * x;",
  "a conditional kept to the end": dedent`
    let s = x * x;
    if (s > 0.2) s = Math.cos(s) * x;
    else s = s * s;
    return s * Math.exp(x);
  `,
  "a counted loop": "let s = x;\nfor (let i = 0; i < 4; i++) s = Math.sin(s * x) + i;\nreturn s;",
  "a loop with break": dedent`
    let s = x;
    for (let i = 0; i < 9; i++) {
      if (s > 3) break;
      s = s * s + x;
    }
    return s;
  `,
  "a while loop": "let y = x + 4;\nwhile (y > 1) y = y * y * 0.1 + 0.2 * x;\nreturn y;",
  "nested loops": dedent`
    let s = x;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 2; j++) s = s * 0.5 + Math.sin(s + x);
    }
    return s;
  `,
  "a helper and a closure": dedent`
    let t = 0;
    const add = (u: number): void => {
      t += u * x;
    };
    add(square(x));
    add(t + 1);
    return t;
  `,
  "reading arrays": dedent`
    const a = [x, x * x, 2];
    let s = 1;
    for (const v of a) s *= v + 1;
    return s;
  `,
  "records": "const o = { p: x, q: { r: Math.sin(x) } };\nconst { p, q } = o;\nreturn p * q.r * q.r;",
};
const helpers = dedent`
  function square(u: number): number {
    return u * u;
  }

`;

/** The k-th derivative of f at x by k nested levels of duals. */
function derivative(f: (...args: unknown[]) => unknown, x: number, order: number): number {
  let seed: Num = x;
  for (let level = 1; level <= order; level++) seed = variable(level, seed, 0, 1);
  let y = f(seed) as Num;
  for (let level = order; level >= 1; level--) y = y instanceof Dual && y.level === level ? y.d[0]! : 0;
  return plain(y);
}

describe("derivatives of derivatives", () => {
  for (const [what, body] of Object.entries(functions)) {
    const orders = what === "a polynomial" || what === "powers" ? 4 : 3;
    test(`${what}, to order ${orders}`, { timeout: 60_000 }, () => {
      const text = `${helpers}export function f0(x: number): number {\n${body}\n}\n`;
      const f = runner(text, "f0");
      let module = text;
      for (let order = 1; order <= orders; order++) {
        const previous = `f${order - 1}`;
        const marked = module.replace(`export function ${previous}(`, `/** @differentiable */\nexport function ${previous}(`);
        const exports = compileAndRun(marked);
        for (const x of [0.7, -0.4]) {
          const want = derivative(f, x, order);
          const { dx } = exports[`grad_${previous}`]!(x) as { dx: number };
          expect(Math.abs(dx - want), `order ${order} at ${x}: ${dx}, expected ${want}\n${exports.$code}`).toBeLessThan(1e-8 * Math.max(1, Math.abs(want)));
        }
        expect(typeErrors(exports.$code, marked.length)).toEqual([]);
        // the tag is taken off again: the gradient is ordinary code to the next order
        module = `${exports.$code.replace("/** @differentiable */\n", "")}\nexport function f${order}(x: number): number {\n  return grad_${previous}(x).dx;\n}\n`;
      }
    });
  }

  test("grad_g may be called where g stays marked", () => {
    const text = dedent`
      /** @differentiable */
      export function g(y: number): number {
        return Math.sin(y) * y;
      }
      /** @differentiable */
      export function f(x: number): number {
        return grad_g(x).dy + g(x);
      }

    `;
    const { grad_f } = compileAndRun(text);
    // f = cos(x) x + sin(x) + sin(x) x
    expect((grad_f!(0.7) as { dx: number }).dx).toBeCloseTo(-Math.sin(0.7) * 0.7 + 2 * Math.cos(0.7) + Math.cos(0.7) * 0.7 + Math.sin(0.7), 12);
  });

  // f = x n acos(y): by n and y it has -x / sqrt(1 - y²), whatever n is.
  test.each([
    ["where a guard holds", "x * n * Math.acos(y)", [2, 0.5, 0], -2 / Math.sqrt(0.75)],
    ["where it does not", "x * n * Math.acos(y)", [2, 0.5, 3], -2 / Math.sqrt(0.75)],
    ["where the partial is infinite", "x * n * Math.acos(y)", [2, 1, 0], 0],
    ["at a power whose exponent is 0", "n * Math.pow(x + y, n)", [2, 0.5, 0], 0],
    ["of a quotient", "n / (2 * x) * Math.sqrt(y)", [2, 0.25, 0], 0.25],
  ] as const)("%s", (_, body, [x, y, n], want) => {
    const text = `/** @differentiable */\nexport function f(x: number, y: number, n: number): number {\n  return ${body};\n}\n/** @differentiable */\nexport function g(x: number, y: number, n: number): number {\n  return grad_f(x, y, n).dy;\n}\n`;
    const exports = compileAndRun(text);
    const { value, dn } = exports["grad_g"]!(x, y, n) as { value: number; dn: number };
    expect(dn, exports.$code).toBeCloseTo(want, 12);
    expect(value).toBe(exports["g"]!(x, y, n));
  });

  test("by the exponent too, where it is 0", () => {
    const { grad_g } = compileAndRun(dedent`
      /** @differentiable */
      export function f(x: number, n: number): number {
        return x ** n;
      }
      /** @differentiable */
      export function g(x: number, n: number): number {
        return grad_f(x, n).dx;
      }

    `);
    expect((grad_g!(4, 0) as { dn: number }).dn).toBeCloseTo(1 / 4, 12);
  });

  test("through gradients of objects that are reached twice", () => {
    const parameters = "links: { source: { x: number; y: number }; target: { x: number; y: number } }[], nodes: { x: number; y: number }[]";
    const text = `/** @differentiable */
export function f(${parameters}): number {
  let s = 0;
  for (const l of links) s += (l.source.x - l.target.x) ** 2 * l.source.y * l.target.y;
  for (const n of nodes) s += n.x * n.y * n.y * n.x;
  return s;
}
/** @differentiable */
export function g(${parameters}): number {
  const d = grad_f(links, nodes);
  return d.dnodes[0]!.x * d.dnodes[1]!.y + d.dlinks[0]!.source.x * 3;
}
`;
    const exports = compileAndRun(text);
    const at = (numbers: readonly number[]): [unknown, { x: number; y: number }[]] => {
      const nodes = [0, 2, 4].map((k) => ({ x: numbers[k]!, y: numbers[k + 1]! }));
      return [[{ source: nodes[0], target: nodes[1] }, { source: nodes[1], target: nodes[2] }, { source: nodes[0], target: nodes[0] }], nodes];
    };
    const point = [0.3, 1.2, -0.7, 0.4, 1.1, 0.9];
    const { dnodes, dlinks } = exports["grad_g"]!(...at(point)) as { dnodes: { x: number; y: number }[]; dlinks: { source: object }[] };
    expect(dlinks[0]!.source).toBe(dnodes[0]);
    point.forEach((_, k) => {
      const moved = (h: number): number => exports["g"]!(...at(point.map((v, j) => (j === k ? v + h : v)))) as number;
      expect(k % 2 === 0 ? dnodes[k / 2]!.x : dnodes[(k - 1) / 2]!.y).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 5);
    });
    expect(typeErrors(exports.$code, text.length)).toEqual([]);
  });
});
