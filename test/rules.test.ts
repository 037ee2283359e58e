import { describe, expect, it } from "vitest";
import { parseFormula } from "../packages/transformer/src/frontend/expressions/formula.ts";
import { namesOf, operationsOf } from "../packages/transformer/src/rules/formula.ts";
import { gates, type Gate } from "../packages/transformer/src/rules/gates.ts";
import { math } from "../packages/transformer/src/rules/math.ts";
import { partials, type Box, type Edge, type Rule } from "../packages/transformer/src/rules/rule.ts";
import { createRulebook, tables, type Formula, type LoweredRule } from "../packages/transformer/src/rules/rulebook.ts";
import { constant, difference, evaluate, operation, type Names } from "./support/formulas.ts";

/*
 * Every entry of every table is tested by existing: its formulas against differences of the operation itself, the same
 * once more for the derivatives of its formulas by the table, and its edges against what it says there.
 */

const rulebook = createRulebook(parseFormula);

/** The step of the largest difference, and how far a formula may be from differences that have settled: they are good to about 1e-12. */
const step = 0.05;
const tolerance = 2e-10;

type Point = ReadonlyMap<string, number>;
interface Case {
  readonly title: string;
  readonly rule: Extract<LoweredRule, { kind: "partials" | "pullback" }>;
  readonly primal: Formula;
  readonly points: readonly Point[];
  readonly edges: readonly Edge[];
}

const cases: readonly Case[] = Object.entries(tables).flatMap(([op, rule]) => arities(rule).flatMap((arity): Case[] => {
  const lowered = rulebook.rule(op, arity);
  if (lowered?.kind !== "partials" && lowered?.kind !== "pullback") return [];
  const { operands } = lowered;
  const points = pointsOf(rule, operands);
  const edges = rule.kind !== "zero" && rule.kind !== "unsupported" && operands.every((name) => rule.operands.includes(name)) ? rule.at : [];
  return primalsOf(op, operands).map(([title, primal]) => ({ title, rule: lowered, primal, points, edges }));
}));

function primalsOf(op: string, operands: readonly string[]): readonly (readonly [title: string, primal: Formula])[] {
  if (!op.startsWith("gate:"))
    return [[`${op} of ${operands.join(", ") || "nothing"}`, { kind: "apply", op, args: operands.map((name) => ({ kind: "name", name })) }]];
  const gate = Object.entries(gates as Record<string, Gate>).find(([name]) => `gate:${name}` === op)?.[1];
  return (gate?.spellings ?? []).map((text) => [`${op} (${operands.join(", ")}) as ${text}`, parseFormula(text)]);
}

/** How many operands to try an operation with: those of its call, or a few where any number will do. */
function arities(rule: Rule): readonly number[] {
  if (rule.kind === "choice") return [1, 2, 3, 4];
  return rule.kind !== "zero" && rule.kind !== "unsupported" && rule.rest ? [0, 1, 2].map((more) => rule.operands.length + more) : [rule.operands.length];
}

/** Points that fill the boxes of an entry evenly, the same in every run. */
function pointsOf(rule: Rule, operands: readonly string[]): readonly Point[] {
  if (rule.kind === "zero" || rule.kind === "unsupported") return [];
  return rule.domain.flatMap((box) => Array.from({ length: 6 }, (_, k) => new Map(operands.map((name, j): [string, number] => {
    const [from, to] = intervalOf(box, name, j);
    const golden = ((k + 1) * 0.618033988749895 + j * 0.4142135623730951) % 1;
    return [name, from + golden * (to - from)];
  }))));
}

function intervalOf(box: Box, name: string, j: number): readonly [number, number] {
  const own = box[name] ?? box[name.replace(/\d+$/, "")];
  // Further operands of a choice: apart from each other, the largest neither first nor last.
  return own ?? ([[1, 1.5], [-2, -1.5], [3, 3.5], [2, 2.5]] as const)[j % 4] ?? [0, 1];
}

const duals = (point: Point, active: string | null): Names =>
  new Map([...point].map(([name, value]) => [name, { value, tangent: name === active ? 1 : null }]));

/** The value of the operation; with `names`, the parts that the spelling names are added to them. */
const valueOf = (c: Case, names: Names): number => Number(evaluate(c.primal, names, null).value);

/** The partial by operand i with the result and all named parts in place; `dy` is 1. */
function partialOf(c: Case, i: number, point: Point): number {
  const names = duals(point, null);
  names.set("y", constant(valueOf(c, names))).set("dy", constant(1));
  const formula = formulaOf(c.rule, i);
  return formula ? Number(evaluate(formula, names, null).value) : 0;
}

function formulaOf(rule: Case["rule"], i: number): Formula | null {
  return (rule.kind === "partials" ? rule.partials : rule.pullbacks)[i] ?? null;
}

/** The operands that may be varied: not the parts that a spelling names. */
function free(c: Case): readonly string[] {
  const named = new Set<string>();
  const visit = (f: Formula): void => {
    if (f.kind !== "apply") return;
    if (f.op === "=" && f.args[0]?.kind === "name") named.add(f.args[0].name);
    f.args.forEach(visit);
  };
  visit(c.primal);
  return c.rule.operands.filter((name) => !named.has(name));
}

const moved = (point: Point, name: string, value: number): Point => new Map([...point, [name, value]]);

/** Whether a number agrees with differences of f by `name`; throws if the differences do not settle. */
function agrees(claimed: number, f: (point: Point) => number, point: Point, name: string): boolean {
  const { value, error } = difference((x) => f(moved(point, name, x)), point.get(name) ?? NaN, step);
  const scale = Math.max(1, Math.abs(value));
  if (!(error < tolerance * scale)) throw new Error(`the differences do not settle: ${value} ± ${error} by ${name} at ${show(point)}`);
  return Math.abs(claimed - value) <= tolerance * scale;
}

const show = (point: Point): string => [...point].map(([name, value]) => `${name} = ${value}`).join(", ");

describe("partials agree with differences of the operation", () => {
  it.each(cases.map((c) => [c.title, c] as const))("%s", (_, c) => {
    expect(c.points.length + c.edges.length + (c.rule.operands.length === 0 ? 1 : 0), "something to try").toBeGreaterThan(0);
    const f = (point: Point): number => valueOf(c, duals(point, null));
    for (const point of c.points) {
      for (const name of free(c)) {
        const partial = partialOf(c, c.rule.operands.indexOf(name), point);
        expect(agrees(partial, f, point, name), `d/d${name} at ${show(point)}: ${partial}`).toBe(true);
        // The check itself can fail: a formula wrong in the eighth digit is found.
        expect(agrees(partial + 1e-8 * Math.max(1, Math.abs(partial)), f, point, name)).toBe(false);
      }
    }
  });
});

describe("formulas are differentiated by the same table", () => {
  it.each(cases.map((c) => [c.title, c] as const))("%s", (_, c) => {
    for (const point of c.points) {
      for (const name of free(c)) {
        c.rule.operands.forEach((operand, i) => {
          const formula = formulaOf(c.rule, i);
          if (!formula) return;
          const names = duals(point, name);
          names.set("y", evaluate(c.primal, names, rulebook)).set("dy", constant(1));
          const second = evaluate(formula, names, rulebook).tangent ?? 0;
          expect(agrees(second, (p) => partialOf(c, i, p), point, name), `d/d${name} of d/d${operand} at ${show(point)}: ${second}`).toBe(true);
        });
      }
    }
  });

  it("has a rule for every operation that a formula uses", () => {
    for (const c of cases) {
      c.rule.operands.forEach((_, i) => {
        for (const { op, arity } of operationsOf(formulaOf(c.rule, i) ?? { kind: "literal", value: 0 })) {
          expect(rulebook.rule(op, arity)?.kind ?? "none", `${op} in a formula of ${c.title}`).toMatch(/partials|pullback|zero/);
        }
      });
    }
  });
});

describe("edges", () => {
  const edges = cases.flatMap((c) => c.edges.map(([at, expectations]) => ({ c, point: new Map(Object.entries(at)), expectations })));

  it.each(edges.map((e) => [`${e.c.title} at ${show(e.point)}`, e] as const))("%s", (_, { c, point, expectations }) => {
    const names = duals(point, null);
    // A spelling that is itself NaN out there (Infinity / Infinity) has no derivative there.
    if (c.title.startsWith("gate:") && Number.isNaN(valueOf(c, names))) return;
    for (const [name, expected] of Object.entries(expectations)) {
      const partial = partialOf(c, c.rule.operands.indexOf(name), point);
      if (Number.isFinite(expected)) expect(partial, `d/d${name}`).toBeCloseTo(expected, 12);
      else expect(partial, `d/d${name}`).toBe(expected);
    }
  });

  it("are guarded exactly where a partial is infinite and the value finite", () => {
    for (const c of cases) {
      const points = [...probes(c.rule.operands), ...edges.filter((e) => e.c === c).map((e) => e.point)];
      c.rule.operands.forEach((name, i) => {
        const singular = points.find((point) => Math.abs(partialOf(c, i, point)) === Infinity && Number.isFinite(valueOf(c, duals(point, null))));
        const where = singular && `${name} must be guarded: its partial is infinite at ${show(singular)} and the value is finite`;
        expect(c.rule.kind === "partials" && c.rule.guarded[i] === true, `${c.title}: ${where ?? `${name} is guarded without need`}`).toBe(
          singular !== undefined,
        );
      });
    }
  });

  it("NaN operands give NaN partials, unless the partial is a constant", () => {
    for (const c of cases) {
      if (c.rule.kind !== "partials") continue;
      c.rule.operands.forEach((name, i) => {
        const formula = formulaOf(c.rule, i);
        if (!formula || namesOf(formula).length === 0) return;
        expect(partialOf(c, i, new Map(c.rule.operands.map((operand) => [operand, NaN]))), `${c.title} by ${name}`).toBeNaN();
      });
    }
  });
});

/** Where elementary functions have their singular points: every operand 0, 1 or -1. */
function probes(operands: readonly string[]): readonly Point[] {
  return operands.reduce<readonly Point[]>((points, name) => points.flatMap((point) => [0, 1, -1].map((value) => moved(point, name, value))), [new Map()]);
}

describe("gates that choose", () => {
  const ties: readonly (readonly number[])[] = [
    [1, 1],
    [0, -0],
    [-0, 0],
    [2, 2, 2],
    [1, 2, 2],
    [2, 1, 2],
    [1, 2, 0, 2],
    [0, -0, 0, -0],
    [NaN, 1],
    [1, NaN],
    [1, NaN, 2],
    [Infinity, Infinity],
  ];

  it.each(["Math.max", "Math.min"])("%s gives dy to exactly one operand, at a tie to the first", (op) => {
    for (const operands of ties) {
      const rule = rulebook.rule(op, operands.length);
      if (rule?.kind !== "pullback") throw new Error(`${op} is a pullback`);
      const y = Number(operation(op, operands));
      const names: Names = new Map(rule.operands.map((name, i) => [name, constant(operands[i] ?? NaN)]));
      names.set("y", constant(y)).set("dy", constant(7));
      const parts = rule.pullbacks.map((formula) => (formula ? Number(evaluate(formula, names, null).value) : 0));
      expect(parts.filter((part) => part === 7), `${op}(${operands.join(", ")})`).toHaveLength(1);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(7);
      const first = operands.indexOf(y);
      if (first >= 0) expect(parts[first], `${op}(${operands.join(", ")})`).toBe(7);
    }
  });
});

describe("literal exponents", () => {
  const exponents = [0, 1, 2, 3, 4, 5, 6, 17, -1, -2, -3, 0.5, 1.5, 2.5, 0.25, 1 / 3, 1.1, 3.7, -0.5, -1.5];

  it.each(exponents)("a ** %d", (p) => {
    const rule = rulebook.ruleForLiteralExponent(p);
    const positive = [0.3, 0.9, 1.7, 2.9], bases = Number.isInteger(p) ? [...positive, -0.7, -2.1] : positive;
    if (rule?.kind === "zero") return expect(p).toBe(0);
    if (rule?.kind !== "partials") throw new Error("partials");
    const formula = rule.partials[0];
    if (!formula) throw new Error("a formula");
    expect(rule.partials[1]).toBeNull();
    const first = (a: number): number => Number(evaluate(formula, new Map([["a", constant(a)], ["y", constant(a ** p)]]), null).value);
    for (const a of bases) {
      expect(agrees(first(a), (point) => (point.get("a") ?? NaN) ** p, new Map([["a", a]]), "a")).toBe(true);
      const second = evaluate(formula, new Map([["a", { value: a, tangent: 1 }], ["y", { value: a ** p, tangent: first(a) }]]), rulebook).tangent ?? 0;
      expect(agrees(second, (point) => first(point.get("a") ?? NaN), new Map([["a", a]]), "a")).toBe(true);
    }
    // At 0: what the general formula gives there, and a guard exactly if that is infinite where 0 ** p is finite.
    expect(first(0)).toBe(p * 0 ** (p - 1));
    expect(rule.guarded[0]).toBe(p > 0 && p < 1);
    expect(first(NaN)).toEqual(p === 1 ? 1 : NaN);
  });

  it("uses no power where products do", () => {
    for (const p of [2, 3, 4, 5, -1, -2, 0.5, 1.5, 2.5]) {
      const rule = rulebook.ruleForLiteralExponent(p);
      if (rule?.kind !== "partials" || !rule.partials[0]) throw new Error("partials");
      expect(operationsOf(rule.partials[0]).map(({ op }) => op)).not.toContain("**");
    }
  });

  it("falls back to the general rule where there is no finite exponent", () => {
    expect(rulebook.ruleForLiteralExponent(Infinity)).toBe(rulebook.rule("**", 2));
    expect(rulebook.ruleForLiteralExponent(NaN)).toBe(rulebook.rule("**", 2));
  });
});

describe("the tables", () => {
  it("name every function of Math", () => {
    // Newer than the language level of the compiler's own library.
    const later = new Set(["f16round", "sumPrecise"]);
    const functions = Object.getOwnPropertyNames(Math).filter((name) => typeof Reflect.get(Math, name) === "function" && !later.has(name));
    expect(Object.keys(math).toSorted()).toEqual(functions.toSorted());
  });

  it("have zero entries only where the operation is constant almost everywhere", () => {
    const points = [-1.37, -0.61, 0.42, 1.73, 2.18, 5.29];
    for (const [op, rule] of Object.entries(tables)) {
      if (rule.kind !== "zero" || op === "stopGradient" || rule.operands.length === 0) continue;
      for (const [k, x] of points.entries()) {
        const at = (h: number): number | boolean => operation(op, rule.operands.map((_, i) => (points[(k + i) % points.length] ?? x) + h * (i + 1)));
        expect(at(1e-7), `${op} near ${x}`).toBe(at(-1e-7));
      }
    }
  });

  it("use only names of the call in formulas, the result, and its adjoint in pullbacks", () => {
    for (const c of cases) {
      const known = new Set([...c.rule.operands, "y", ...(c.rule.kind === "pullback" ? ["dy"] : [])]);
      c.rule.operands.forEach((_, i) => {
        for (const name of namesOf(formulaOf(c.rule, i) ?? { kind: "literal", value: 0 })) expect([...known], c.title).toContain(name);
      });
    }
  });

  it("say where a formula is from, or why there is none", () => {
    for (const [op, rule] of Object.entries(tables)) expect(rule.kind === "zero" || rule.kind === "unsupported" ? rule.why : rule.source, op).not.toBe("");
  });

  it("answer for the operands an operation has, and not for more", () => {
    expect(rulebook.rule("Math.sin", 2)).toBeUndefined();
    expect(rulebook.rule("Math.frob", 1)).toBeUndefined();
    expect(rulebook.rule("toString", 0)).toBeUndefined();
    expect(rulebook.rule("parseFloat", 1)?.kind).toBe("unsupported");
    expect(rulebook.rule("stopGradient", 1)?.kind).toBe("zero");
    expect(rulebook.rule("Math.hypot", 5)).toMatchObject({ kind: "partials", operands: ["x1", "x2", "x3", "x4", "x5"] });
    expect(rulebook.rule("Math.hypot...", 1)).toMatchObject({ kind: "partials", operands: ["x"] });
    expect(rulebook.rule("Math.max...", 1)).toBeUndefined();
  });
});

describe("operand names", () => {
  it("are read off the call, by the type checker too", () => {
    expect(partials("atan2(a, b)", { a: "b", b: "-a" }, { source: "none" }).operands).toEqual(["a", "b"]);
    expect(partials("a ** b", { a: "b", b: "a" }, { source: "none" }).operands).toEqual(["a", "b"]);
    expect(partials("c ? a : b", { c: null, a: "1", b: "1" }, { source: "none" }).operands).toEqual(["c", "a", "b"]);
    expect(partials("hypot(...x)", { x: "x / y" }, { source: "none" })).toMatchObject({ operands: ["x"], rest: true });
    expect(partials("random()", {}, { source: "none" }).operands).toEqual([]);
    // @ts-expect-error z is no operand of tanh(x)
    partials("tanh(x)", { z: "1" }, { source: "none" });
    // @ts-expect-error the formula of b is missing
    partials("atan2(a, b)", { a: "b" }, { source: "none" });
    // @ts-expect-error only operands are guarded
    partials("-a", { a: "-1" }, { source: "none", guarded: ["b"] });
  });
});
