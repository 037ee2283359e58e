/** Random expressions. A result carries its precedence, so that parentheses appear exactly where the grammar needs them. */
import { isArr, isInt, isNum, isRec, num, typeText, type Scope, type Ty, type Variable } from "./scope.ts";

export interface Text {
  readonly s: string;
  readonly p: number;
}

/** Precedences of the grammar; higher binds tighter. */
export const P = {
  comma: 1,
  assign: 2,
  conditional: 3,
  or: 4,
  and: 5,
  equality: 9,
  relational: 10,
  add: 12,
  mul: 13,
  exp: 14,
  unary: 15,
  postfix: 16,
  primary: 18,
} as const;

const atom = (s: string): Text => ({ s, p: P.primary });
export const paren = (e: Text, least: number): string => (e.p < least ? `(${e.s})` : e.s);
const left = (op: string, p: number, a: Text, b: Text): Text => ({ s: `${paren(a, p)} ${op} ${paren(b, p + 1)}`, p });
export const plus = (a: Text, b: Text): Text => left("+", P.add, a, b);
const minus = (a: Text, b: Text): Text => left("-", P.add, a, b);
export const times = (a: Text, b: Text): Text => left("*", P.mul, a, b);
const over = (a: Text, b: Text): Text => left("/", P.mul, a, b);
const power = (a: Text, b: Text): Text => ({ s: `${paren(a, P.postfix)} ** ${paren(b, P.exp)}`, p: P.exp });
const call = (f: string, ...args: Text[]): Text => atom(`${f}(${args.map((a) => paren(a, P.assign)).join(", ")})`);
const negative = (a: Text): Text => ({ s: a.s.startsWith("-") && a.p >= P.unary ? `-(${a.s})` : `-${paren(a, P.unary)}`, p: P.unary });

export function literal(scope: Scope): Text {
  const { random } = scope;
  const s = random.weighted([
    [6, (random.next() * 3).toFixed(2)], [3, String(1 + random.below(3))], [1, "0.5"], [1, "1.0"], [1, "2"], [0.5, "1e-1"], [0.3, "0"], [0.2, ".25"],
  ]);
  return random.chance(0.15) ? { s: `-${s}`, p: P.unary } : atom(s);
}

/** Any expression of type `ty` that is not assigned to a variable of reference type. */
export function expression(scope: Scope, ty: Ty, depth: number): Text {
  switch (ty.k) {
    case "num": return number(scope, depth);
    case "int": return ty.below === undefined ? integer(scope, depth) : index(scope, ty.below, depth);
    case "bool": return condition(scope, depth);
    case "mode": return atom(JSON.stringify(scope.random.pick(ty.options)));
    case "kinds": return number(scope, depth);
    case "arr": {
      const same = scope.of((v) => isArr(v) && sameType(v.ty, ty) && lendable(scope, v));
      if (same.length > 0 && scope.random.chance(0.6)) return atom(scope.random.pick(same).name);
      const items = Array.from({ length: ty.len }, () => paren(expression(scope, ty.el, depth - 1), P.assign)).join(", ");
      return ty.typed ? atom(scope.random.chance(0.5) ? `Float64Array.of(${items})` : `new Float64Array([${items}])`) : atom(`[${items}]`);
    }
    case "rec": {
      const same = scope.of((v) => isRec(v) && sameType(v.ty, ty) && lendable(scope, v));
      if (same.length > 0 && scope.random.chance(0.6)) return atom(scope.random.pick(same).name);
      return atom(`{ ${ty.fields.map(([n, t]) => `${n}: ${paren(expression(scope, t, depth - 1), P.assign)}`).join(", ")} }`);
    }
    case "fn": {
      const names = scope.of((v) => sameType(v.ty, ty));
      if (names.length > 0 && scope.random.chance(0.4)) return atom(scope.random.pick(names).name);
      return lambda(scope, ty.params, depth);
    }
    case "inst": case "maker": throw new Error("instances and helpers are not expressions");
  }
}

/** Where programs write, what may not be written (module constants: their state would outlive the call) gets no second name. */
const lendable = (scope: Scope, v: Variable): boolean => !scope.flags.writes || v.mutable === true;

export function sameType(a: Ty, b: Ty): boolean {
  return typeText(a) === typeText(b) && (a.k !== "arr" || b.k !== "arr" || a.len >= b.len);
}

/** `(u: number) => …`, an expression body that may capture what is in scope. */
export function lambda(scope: Scope, params: readonly Ty[], depth: number): Text {
  const vars = params.map((ty): Variable => ({ name: scope.names.fresh(), ty, writable: false }));
  const body = scope.functionBody(vars, () => bounded(scope, number(scope, depth - 1)));
  return { s: `(${vars.map((v) => `${v.name}: ${typeText(v.ty)}`).join(", ")}) => ${paren(body, P.assign)}`, p: P.assign };
}

/** Keeps a value near the origin, in one of many smooth ways. */
export function bounded(scope: Scope, e: Text): Text {
  const r = scope.random;
  return r.weighted<() => Text>([
    [3, () => call("Math.sin", e)], [3, () => call("Math.tanh", e)], [2, () => call("Math.atan", e)], [1, () => call("Math.cos", e)],
    [2, () => times(e, atom("0.3"))], [1, () => call("Math.asinh", e)],
    [1, () => over(atom("1"), plus(atom("1"), call("Math.exp", negative(call("Math.sin", e)))))],
    [1, () => call("Math.max", atom("-4"), call("Math.min", atom("4.5"), e))],
  ])();
}

const unaryFunctions: readonly (readonly [number, (e: Text) => Text])[] = [
  [6, (e) => call("Math.sin", e)], [4, (e) => call("Math.cos", e)], [3, (e) => call("Math.tanh", e)], [2, (e) => call("Math.atan", e)],
  [3, (e) => call("Math.exp", negative(call("Math.abs", e)))], [2, (e) => call("Math.exp", call("Math.sin", e))],
  [2, (e) => call("Math.log", plus(atom("1.5"), call("Math.sin", e)))], [2, (e) => call("Math.sqrt", plus(atom("1"), power(paren1(e), atom("2"))))],
  [1, (e) => call("Math.log1p", call("Math.abs", e))], [1, (e) => call("Math.expm1", call("Math.sin", e))], [1, (e) => call("Math.cbrt", plus(e, atom("7")))],
  [1, (e) => call("Math.log2", plus(atom("2"), call("Math.cos", e)))], [1, (e) => call("Math.log10", plus(atom("1.1"), call("Math.cos", e)))],
  [1, (e) => call("Math.asin", times(atom("0.9"), call("Math.sin", e)))], [1, (e) => call("Math.acos", times(atom("0.8"), call("Math.cos", e)))],
  [1, (e) => call("Math.asinh", e)], [1, (e) => call("Math.acosh", plus(atom("2.1"), call("Math.sin", e)))],
  [1, (e) => call("Math.atanh", times(atom("0.7"), call("Math.sin", e)))], [1, (e) => call("Math.sinh", call("Math.sin", e))],
  [1, (e) => call("Math.cosh", call("Math.tanh", e))], [1, (e) => call("Math.tan", call("Math.sin", e))], [2, (e) => call("Math.abs", e)],
  [0.7, (e) => call("Math.floor", e)], [0.4, (e) => call("Math.round", e)], [0.4, (e) => call("Math.trunc", e)], [0.4, (e) => call("Math.sign", e)],
  [0.3, (e) => call("Math.ceil", e)], [0.3, (e) => call("Math.fround", e)], [0.2, (e) => call("Math.clz32", e)], [0.3, (e) => call("Math.imul", e, atom("3"))],
  [2, (e) => over(atom("1"), plus(atom("1"), call("Math.exp", negative(e))))], // sigmoid
  [0.7, (e) => call("Math.log", plus(atom("1"), call("Math.exp", e)))], [0.7, (e) => call("Math.log1p", call("Math.exp", e))], // softplus
  [0.5, (e) => ({ s: `${paren(e, 7)} | 0`, p: 6 })], [0.4, (e) => atom(`(${e.s} as number)`)], [0.3, (e) => ({ s: `+${paren(e, P.postfix)}`, p: P.unary })],
  [0.4, (e) => call("Math.max", atom("0"), e)],
];
const paren1 = (e: Text): Text => atom(e.p < P.primary ? `(${e.s})` : e.s);

export function number(scope: Scope, depth: number): Text {
  const r = scope.random;
  if (depth <= 0) return leaf(scope);
  const sub = (): Text => number(scope, depth - 1);
  const variables = scope.of((v) => isNum(v) && v.writable);
  const functions = scope.of((v) => v.ty.k === "fn");
  const arrays = scope.of((v) => isArr(v) && v.ty.k === "arr" && v.ty.el.k === "num");
  return r.weighted<() => Text>([
    [5, () => leaf(scope)],
    [6, () => plus(sub(), sub())],
    [5, () => minus(sub(), sub())],
    [8, () => times(sub(), sub())],
    [2, () => over(sub(), plus(atom("1"), power(paren1(sub()), atom("2"))))],
    [2, () => over(sub(), plus(atom("2"), call("Math.cos", sub())))],
    [2, () => negative(sub())],
    [2, () => power(sub(), atom(r.pick(["2", "2", "3", "1", "0"])))],
    [1, () => power(plus(atom("1.5"), call("Math.sin", sub())), call("Math.cos", sub()))],
    [0.5, () => call("Math.pow", plus(atom("1.2"), call("Math.cos", sub())), literal(scope))],
    [1, () => left("%", P.mul, sub(), atom(r.pick(["1.7", "2", "0.9"])))],
    [0.4, () => left("%", P.mul, sub(), plus(atom("1.5"), call("Math.sin", sub())))],
    [16, () => r.weighted(unaryFunctions)(sub())],
    [1, () => call("Math.hypot", sub(), sub())],
    [0.4, () => call("Math.hypot", sub(), sub(), sub())],
    [1, () => call("Math.atan2", sub(), plus(atom("2.5"), power(paren1(sub()), atom("2"))))],
    [1.5, () => call("Math.max", sub(), sub())],
    [1.5, () => call("Math.min", sub(), sub())],
    [0.5, () => call("Math.max", sub(), sub(), sub())],
    [3, () => ({ s: `${paren(condition(scope, depth - 1), P.or)} ? ${paren(sub(), P.assign)} : ${paren(sub(), P.assign)}`, p: P.conditional })],
    [0.5, () => left("||", P.or, sub(), sub())],
    [0.5, () => left("&&", P.and, sub(), sub())],
    [variables.length > 0 ? 1.2 : 0, () => ({ s: `${r.pick(variables).name} = ${paren(bounded(scope, sub()), P.assign)}`, p: P.assign })],
    [variables.length > 0 ? 0.7 : 0, () => atom(`(${r.pick(variables).name} ${r.pick(["+=", "-=", "*="])} ${bounded(scope, sub()).s})`)],
    [
      variables.length > 0 ? 0.6 : 0,
      () => {
        const v = r.pick(variables).name;
        return r.chance(0.5) ? { s: `${v}${r.pick(["++", "--"])}`, p: P.postfix } : atom(`(${r.pick(["++", "--"])}${v})`);
      },
    ],
    [variables.length > 0 ? 0.4 : 0, () => atom(`(${r.pick(variables).name} = ${bounded(scope, sub()).s}, ${paren(sub(), P.assign)})`)],
    [functions.length > 0 ? 4 : 0, () => callOf(scope, r.pick(functions), depth)],
    [arrays.length > 0 ? 1.5 : 0, () => over(arrayExpression(scope, r.pick(arrays), depth), atom("2"))],
    [0.3, () => atom(`(() => ${paren1(sub()).s})()`)],
  ])();
}

export function callOf(scope: Scope, v: Variable, depth: number): Text {
  const ty = v.ty as Extract<Ty, { k: "fn" }>;
  let given: Text | null = null;
  return call(v.name, ...ty.params.map((p) => {
    if (p.k !== "num") {
      const arg = expression(scope, p, depth - 1);
      const named = /^\w+$/.test(arg.s) ? scope.of((x) => x.name === arg.s && (isArr(x) || isRec(x)))[0] : undefined;
      if (named) given = follow(scope, named.name, named.ty);
      return arg;
    }
    // A number of the array or record that is handed over as well: its gradient has two ways.
    return given && scope.random.chance(0.4) ? bounded(scope, times({ s: "0.5", p: P.primary }, given)) : bounded(scope, expression(scope, p, depth - 1));
  }));
}

/** A number out of a whole array: reduce, some, every, map and back. */
function arrayExpression(scope: Scope, array: Variable, depth: number): Text {
  const r = scope.random;
  const [p, v, i] = [scope.names.fresh(), scope.names.fresh(), scope.names.fresh("i")];
  const ty = array.ty as Extract<Ty, { k: "arr" }>;
  const inside = (vars: readonly string[], body: () => Text): Text =>
    scope.functionBody(
      vars.map((name): Variable => (name === i ? { name, ty: { k: "int", below: ty.len }, writable: false } : { name, ty: num, writable: false })),
      body,
    );
  return r.weighted<() => Text>([
    [2, () => {
      const body = inside([p, v], () => plus(atom(p), times(atom(v), number(scope, depth - 2))));
      return atom(`${array.name}.reduce((${p}, ${v}) => ${body.s}, ${r.chance(0.5) ? "0" : paren(number(scope, 0), P.assign)})`);
    }],
    [1, () => {
      const body = inside([p, v, i], () => bounded(scope, number(scope, depth - 1)));
      return atom(`${array.name}.reduce((${p}, ${v}, ${i}) => ${paren(body, P.assign)}, ${paren(number(scope, 0), P.assign)})`);
    }],
    [1, () => atom(`${array.name}.reduce((${p}, ${v}) => ${inside([p, v], () => bounded(scope, plus(atom(p), times(atom(v), number(scope, depth - 2))))).s})`)],
    [1, () => {
      const kind = r.pick(["some", "every"]);
      const body = inside([v], () => condition(scope, depth - 1));
      return {
        s: `${array.name}.${kind}((${v}) => ${paren(body, P.assign)}) ? ${paren(number(scope, depth - 1), P.assign)} : ${paren(number(scope, 0), P.assign)}`,
        p: P.conditional,
      };
    }],
    [1, () => {
      const body = inside([v, i], () => bounded(scope, number(scope, depth - 1)));
      return atom(`${array.name}.map((${v}, ${i}) => ${paren(body, P.assign)})[${index(scope, ty.len, 1).s}]!`);
    }],
    [ty.typed || ty.tuple || !scope.variables.some((w) => w.name === array.name) ? 0 : 0.5, () => call("Math.max", atom(`...${array.name}`))],
  ])();
}

/** A number without operators: variables first, then elements, fields and literals. */
export function leaf(scope: Scope): Text {
  const r = scope.random;
  const numbers = scope.of(isNum);
  const ints = scope.of(isInt);
  const arrays = scope.of(isArr);
  const records = scope.of(isRec);
  return r.weighted<() => Text>([
    [numbers.length > 0 ? 10 : 0, () => atom(r.pick(numbers.length > 3 && r.chance(0.5) ? numbers.slice(-3) : numbers).name)],
    [arrays.length > 0 ? 5 : 0, () => inside(scope, r.pick(arrays))],
    [records.length > 0 ? 5 : 0, () => inside(scope, r.pick(records))],
    [ints.length > 0 ? 1.5 : 0, () => atom(r.pick(ints).name)],
    [2.5, () => literal(scope)],
    [0.2, () => atom(r.pick(["Math.PI", "Math.E", "Math.SQRT2", "Math.LN2"]))],
  ])();
}

/** Follows a reference to a number: `a[i]!`, `r.p.q`, `m[i]![j]!`, `a.length`. */
const inside = (scope: Scope, v: Variable): Text => follow(scope, v.name, v.ty);

export function follow(scope: Scope, path: string, ty: Ty): Text {
  const r = scope.random;
  switch (ty.k) {
    case "arr": {
      if (r.chance(0.04)) return atom(`${path}.length`);
      const i = ty.tuple ? String(r.below(ty.len)) : index(scope, ty.len, 1, path).s;
      return follow(scope, `${path}[${i}]${ty.tuple ? "" : "!"}`, ty.el);
    }
    case "rec": {
      const [name, inner] = r.pick(ty.fields);
      return follow(scope, r.chance(0.1) ? `${path}[${JSON.stringify(name)}]` : `${path}.${name}`, inner);
    }
    case "bool": return { s: `${path} ? 1 : 2`, p: P.conditional };
    default: return atom(path);
  }
}

/** An index in [0, length). */
export function index(scope: Scope, length: number, depth: number, path?: string): Text {
  const r = scope.random;
  const fitting = scope.of((v) => v.ty.k === "int" && v.ty.below !== undefined && v.ty.below <= length);
  const ints = scope.of(isInt);
  return r.weighted<() => Text>([
    [4, () => atom(String(r.below(length)))],
    [fitting.length > 0 ? 12 : 0, () => atom(r.pick(fitting).name)],
    [ints.length > 0 ? 4 : 0, () => left("%", P.mul, atom(r.pick(ints).name), atom(String(length)))],
    [ints.length > 0 ? 2 : 0, () => left("%", P.mul, plus(atom(r.pick(ints).name), atom(String(1 + r.below(3)))), atom(String(length)))],
    [path !== undefined && ints.length > 0 ? 1 : 0, () => left("%", P.mul, atom(r.pick(ints).name), atom(`${path}.length`))],
    [path !== undefined ? 1 : 0, () => minus(atom(`${path}.length`), atom(String(1 + r.below(length))))],
    [depth > 0 ? 0.7 : 0, () => left("%", P.mul, call("Math.floor", call("Math.abs", number(scope, 1))), atom(String(length)))],
    [depth > 0 ? 0.5 : 0, () => ({ s: `${paren(condition(scope, 0), P.or)} ? ${r.below(length)} : ${r.below(length)}`, p: P.conditional })],
  ])();
}

/** A small non-negative integer. */
export function integer(scope: Scope, depth: number): Text {
  const r = scope.random;
  const ints = scope.of(isInt);
  const arrays = scope.of(isArr);
  return r.weighted<() => Text>([
    [2, () => atom(String(r.below(4)))],
    [ints.length > 0 ? 6 : 0, () => atom(r.pick(ints).name)],
    [arrays.length > 0 ? 1 : 0, () => atom(`${r.pick(arrays).name}.length`)],
    [ints.length > 0 && depth > 0 ? 1 : 0, () => plus(atom(r.pick(ints).name), integer(scope, 0))],
    [depth > 0 ? 1 : 0, () => left("%", P.mul, call("Math.floor", call("Math.abs", number(scope, 1))), atom("4"))],
    [depth > 0 ? 0.5 : 0, () => call("Math.min", integer(scope, depth - 1), atom("3"))],
  ])();
}

export function condition(scope: Scope, depth: number): Text {
  const r = scope.random;
  const flags = scope.of((v) => v.ty.k === "bool");
  const ints = scope.of(isInt);
  const arrays = scope.of((v) => v.ty.k === "arr" && v.ty.el.k === "num");
  const variables = scope.of((v) => isNum(v) && v.writable);
  const sub = (): Text => condition(scope, depth - 1);
  return r.weighted<() => Text>([
    [8, () => left(r.pick(["<", ">", "<=", ">="]), P.relational, number(scope, Math.min(depth, 2)), number(scope, 0))],
    [ints.length > 0 ? 3 : 0, () => left("===", P.equality, left("%", P.mul, atom(r.pick(ints).name), atom("2")), atom(r.pick(["0", "1"])))],
    [ints.length > 0 ? 2 : 0, () => left(r.pick(["<", ">", "!==", "==="]), P.relational - 1, atom(r.pick(ints).name), atom(String(r.below(4))))],
    [flags.length > 0 ? 3 : 0, () => atom(r.pick(flags).name)],
    [depth > 0 ? 1 : 0, () => ({ s: `!${paren(sub(), P.unary)}`, p: P.unary })],
    [depth > 0 ? 1.5 : 0, () => left("&&", P.and, sub(), sub())],
    [depth > 0 ? 1.5 : 0, () => left("||", P.or, sub(), sub())],
    [
      arrays.length > 0 && depth > 0 ? 0.7 : 0,
      () => {
        const v = scope.names.fresh();
        const body = scope.functionBody([{ name: v, ty: num, writable: false }], () =>
          left(">", P.relational, times(atom(v), number(scope, 1)), literal(scope)),
        );
        return atom(`${r.pick(arrays).name}.${r.pick(["some", "every"])}((${v}) => ${body.s})`);
      },
    ],
    [
      variables.length > 0 && depth > 0 ? 0.7 : 0,
      () => left(">", P.relational, atom(`(${r.pick(variables).name} = ${bounded(scope, number(scope, 1)).s})`), literal(scope)),
    ],
    [0.3, () => call("Number.isFinite", number(scope, 0))],
  ])();
}
