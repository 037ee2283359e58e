import { describe, expect, it } from "vitest";
import { parseFormula } from "../packages/transformer/src/frontend/expressions/formula.ts";
import { namesOf, operationsOf } from "../packages/transformer/src/rules/formula.ts";

describe("formulas", () => {
  it("are trees of the operations of the IR", () => {
    expect(parseFormula("-y * (1 - Math.cos(x))")).toEqual({ kind: "apply", op: "*", args: [
      { kind: "apply", op: "neg", args: [{ kind: "name", name: "y" }] },
      { kind: "apply", op: "-", args: [{ kind: "literal", value: 1 }, { kind: "apply", op: "Math.cos", args: [{ kind: "name", name: "x" }] }] },
    ] });
    expect(parseFormula("a >= b ? dy : 0")).toMatchObject({ op: "?:", args: [{ op: ">=" }, { name: "dy" }, { value: 0 }] });
  });

  it("group as TypeScript does", () => {
    expect(parseFormula("a - b - c")).toMatchObject({ op: "-", args: [{ op: "-" }, { name: "c" }] });
    expect(parseFormula("a ** b ** c")).toMatchObject({ op: "**", args: [{ name: "a" }, { op: "**" }] });
  });

  it("have negative numbers and named constants as literals", () => {
    expect(parseFormula("-1")).toEqual({ kind: "literal", value: -1 });
    expect(parseFormula("a ** -0.5")).toMatchObject({ args: [{}, { value: -0.5 }] });
    expect(parseFormula("Math.LN2")).toEqual({ kind: "literal", value: Math.LN2, text: "Math.LN2" });
    expect(parseFormula("Infinity")).toEqual({ kind: "literal", value: Infinity, text: "Infinity" });
    expect(parseFormula("true")).toEqual({ kind: "literal", value: true });
  });

  it("name the axis of an operation on matrices", () => {
    expect(parseFormula('sum(a, "rows")')).toMatchObject({ op: "sum", args: [{ name: "a" }, { kind: "literal", value: "rows" }] });
  });

  it("tell their names and operations", () => {
    const formula = parseFormula("b === 0 ? 0 : b * a ** (b - 1)");
    expect(namesOf(formula)).toEqual(["b", "a"]);
    expect(operationsOf(formula).map(({ op, arity }) => `${op}/${arity}`)).toEqual(["?:/3", "===/2", "*/2", "**/2", "-/2"]);
  });

  it("are read once", () => {
    expect(parseFormula("1 - y * y")).toBe(parseFormula("1 - y * y"));
  });

  it.each(["", "1 +", "a; b", "a)(b", "x => x", "f(...x)", "a.b", "Math.frob", "Math.sin", "x++", "`a`", "[a]", "const a = 1"])("%j is none", (text) => {
    expect(() => parseFormula(text)).toThrow(/formula/);
  });
});
