import { describe, expect, it } from "vitest";
import { booleanType, numberType } from "../../packages/transformer/src/ir/build.ts";
import { normalise } from "../../packages/transformer/src/print/algebra.ts";
import { conditional, negate } from "../../packages/transformer/src/print/conditions.ts";
import { isClosed, printExpression } from "../../packages/transformer/src/print/expr.ts";
import { identifiersIn } from "../../packages/transformer/src/print/names.ts";
import { applyExpr, rawExpr, variableExpr, type Expr, type Variable } from "../../packages/transformer/src/print/tree.ts";
import type { Literal, Type } from "../../packages/transformer/src/ir/ir.ts";

let id = 0;
const variable = (name: string, type: Type = numberType): Variable => ({ id: id++, name, hint: name, type, role: "primal", pinned: false });
const made = new Map<string, Variable>();
const v = (name: string, type?: Type): Expr => {
  const known = made.get(name) ?? variable(name, type);
  made.set(name, known);
  return variableExpr(known);
};
const n = (value: Literal["value"], text?: string): Expr => ({ kind: "literal", literal: text === undefined ? { value } : { value, text } });
const op = (name: string, ...args: Expr[]): Expr => applyExpr(name, args, false);
const free = (name: string, ...args: Expr[]): Expr => applyExpr(name, args, true);
const text = (e: Expr): string => printExpression(e, { variable: (x) => x.name ?? "?", global: (name) => name });
const normal = (e: Expr): string => text(normalise(e));
const [a, b, c, d, x] = ["a", "b", "c", "d", "x"].map((name) => v(name)) as [Expr, Expr, Expr, Expr, Expr];

describe("expressions", () => {
  it.each<[string, Expr]>([
    ["a + b + c", op("+", op("+", a, b), c)],
    ["a + (b + c)", op("+", a, op("+", b, c))],
    ["a - (b - c)", op("-", a, op("-", b, c))],
    ["a * (b * c)", op("*", a, op("*", b, c))],
    ["(a * b) / c", op("/", op("*", a, b), c)],
    ["a / b / c", op("/", op("/", a, b), c)],
    ["a / (b / c)", op("/", a, op("/", b, c))],
    ["(a % b) + c", op("+", op("%", a, b), c)],
    ["(a + b) * c", op("*", op("+", a, b), c)],
    ["-x", op("neg", x)],
    ["-(-x)", op("neg", op("neg", x))],
    ["-(-1)", op("neg", n(-1))],
    ["+(+x)", op("pos", op("pos", x))],
    ["-+x", op("neg", op("pos", x))],
    ["a - -1", op("-", a, n(-1))],
    ["a - -x", op("-", a, op("neg", x))],
    ["-(a + b)", op("neg", op("+", a, b))],
    ["-a * b", op("*", op("neg", a), b)],
    ["x ** 2", op("**", x, n(2))],
    ["(-x) ** 2", op("**", op("neg", x), n(2))],
    ["(-1) ** x", op("**", n(-1), x)],
    ["-(x ** 2)", op("neg", op("**", x, n(2)))],
    ["(a ** b) ** c", op("**", op("**", a, b), c)],
    ["a ** b ** c", op("**", a, op("**", b, c))],
    ["a ** -b", op("**", a, op("neg", b))],
    ["-0", n(-0)],
    ["NaN", n(NaN)],
    ["-Infinity", n(-Infinity)],
    ["1.0", n(1, "1.0")],
    ["1_000", n(1000, "1_000")],
    ["0xff", n(255, "0xff")],
    ['"a\\"b"', n('a"b')],
    ["a < b", op("<", a, b)],
    ["a < b === c < d", op("===", op("<", a, b), op("<", c, d))],
    ["!(a < b)", op("!", op("<", a, b))],
    ["(a && b) || c", op("||", op("&&", a, b), c)],
    ["a && (b || c)", op("&&", a, op("||", b, c))],
    ["a || (b || c)", op("||", a, op("||", b, c))],
    ["(a || b) ?? c", op("??", op("||", a, b), c)],
    ["a ? b : c ? d : x", op("?:", a, b, op("?:", c, d, x))],
    ["a ? (b ? c : d) : x", op("?:", a, op("?:", b, c, d), x)],
    ["(a ? b : c) ? d : x", op("?:", op("?:", a, b, c), d, x)],
    ["(a ? b : c) + d", op("+", op("?:", a, b, c), d)],
    ["(a + b) & c", op("&", op("+", a, b), c)],
    ["(a << b) | c", op("|", op("<<", a, b), c)],
    ["~a", op("~", a)],
    ["Math.max(a, b, c ? d : x)", op("Math.max", a, b, op("?:", c, d, x))],
    ["-Math.sin(x)", op("neg", op("Math.sin", x))],
  ])("%s", (expected, e) => {
    expect(text(e)).toBe(expected);
  });

  it("puts parentheses round text of the user where it needs them", () => {
    expect(text(op("+", rawExpr(["a as number"]), b))).toBe("(a as number) + b");
    expect(text(op("+", rawExpr(["f(a, 'x y')"]), b))).toBe("f(a, 'x y') + b");
    expect(text(rawExpr(["console.log(", op("+", a, b), ", ", c, ")"]))).toBe("console.log(a + b, c)");
    expect(text(rawExpr([op("+", a, b), " as number"]))).toBe("(a + b) as number");
    expect(text(rawExpr(["`${", op("+", a, b), "}`"]))).toBe("`${a + b}`");
  });

  it.each([
    ["f(a, b)", true],
    ["a.b[c]", true],
    ["new Foo(1)", true],
    ["a + b", false],
    ["typeof a", false],
    ["(v) => v", false],
    ["x!", true],
    ["!x", false],
    ["'a b'", true],
  ])("%s is closed: %s", (source, expected) => {
    expect(isClosed(source)).toBe(expected);
  });
});

describe("derivative arithmetic", () => {
  it.each<[string, Expr]>([
    ["2 * a * d", free("*", free("*", n(2), a), d)],
    ["2 * a * d", free("*", a, free("*", n(2), d))],
    ["-a * b * d", free("*", free("*", free("neg", a), b), d)],
    ["-a * d", free("*", free("*", a, n(-1)), d)],
    ["d", free("*", n(1), d)],
    ["d", free("+", n(0), d)],
    ["0", free("*", n(0), d)],
    ["(a / b) * d", free("*", free("/", a, b), d)],
    ["2 * a * (b / c)", free("*", a, free("/", free("*", n(2), b), c))],
    ["a * (d / c)", free("*", a, free("/", d, c))],
    ["d / b", free("*", free("/", n(1), b), d)],
    ["d / a / b", free("/", free("/", d, a), b)],
    ["d / 3", free("*", n(1 / 3), d)],
    ["2 * a * d", free("+", free("*", a, d), free("*", a, d))],
    ["(a + b) * d", free("+", free("*", a, d), free("*", b, d))],
    ["b - a", free("+", free("neg", a), b)],
    ["-(a + b) * d", free("-", free("neg", free("*", a, d)), free("*", b, d))],
    ["a - b", free("+", free("-", a, free("*", n(0.5), b)), free("*", n(-0.5), b))],
    ["a * (1 - 2 * x) * d", free("-", free("*", free("*", a, free("-", n(1), x)), d), free("*", free("*", a, x), d))],
    ["0.5 * d * (1 - a / x / x)", free("-", free("*", n(0.5), d), free("*", free("/", free("/", a, x), x), free("*", n(0.5), d)))],
    ["a", free("**", a, n(1))],
    ["a && b ? d : 0", free("?:", a, free("?:", b, d, n(0)), n(0))],
    // The user's arithmetic in it keeps its shape.
    ["(a - (b - c)) * d", free("*", op("-", a, op("-", b, c)), d)],
  ])("%s", (expected, e) => {
    expect(normal(e)).toBe(expected);
  });

  it("leaves the arithmetic of the user alone", () => {
    for (const e of [op("*", n(1), x), op("+", n(0), x), op("+", a, op("+", b, c)), op("*", a, n(-1)), op("-", x, x)]) expect(normalise(e)).toBe(e);
  });
});

describe("conditions", () => {
  const p = v("p", booleanType), q = v("q", booleanType);
  const i = v("i", { kind: "integer" });
  it("are negated without changing what NaN does", () => {
    expect(text(negate(op("<", a, b)))).toBe("!(a < b)");
    expect(text(negate(op("<", i, n(3))))).toBe("i >= 3");
    expect(text(negate(op("===", a, b)))).toBe("a !== b");
    expect(text(negate(op("!", p)))).toBe("p");
    expect(text(negate(op("!", a)))).toBe("!!a");
  });
  it("are joined where an arm is a truth value", () => {
    expect(text(conditional(p, q, n(false), booleanType))).toBe("p && q");
    expect(text(conditional(p, n(true), q, booleanType))).toBe("p || q");
    expect(text(conditional(p, n(false), q, booleanType))).toBe("!p && q");
    expect(text(conditional(a, n(true), q, booleanType))).toBe("a ? true : q");
    expect(text(conditional(p, a, b, numberType))).toBe("p ? a : b");
  });
});

it("finds the identifiers in a text", () => {
  expect(identifiersIn("console.log(`x is ${y + `${z}`} w`, 'q', a.b, ...c, 1e3, /* d */ e)")).toEqual(["console", "y", "z", "a", "c", "e"]);
});
