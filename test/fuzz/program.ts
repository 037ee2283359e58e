/** Random whole programs: module constants, helpers, one marked function, and points to evaluate it at. */
import { bounded, condition, expression, follow, literal, number, P, paren, plus, times } from "./expressions.ts";
import { makerResult } from "./forms.ts";
import { random, type Random } from "./random.ts";
import { smallClass } from "./classes.ts";
import { body, dataType } from "./statements.ts";
import { int, NameSource, num, Scope, typeText, type Flags, type Ty, type Variable } from "./scope.ts";

export interface Parameter {
  readonly name: string;
  readonly ty: Ty;
  readonly rest?: boolean;
  readonly optional?: boolean;
}
export interface Program {
  readonly seed: number;
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** One value for each parameter, rest parameters as one array; omitted optional ones are `undefined`. */
  readonly points: readonly (readonly unknown[])[];
}

export interface GenerateOptions {
  readonly writes?: boolean;
  readonly recursion?: boolean;
  /** Classes of the module and their instances. */
  readonly classes?: boolean;
  /** Programs that return arrays and records. */
  readonly results?: boolean;
  /** `with into` as well. */
  readonly into?: boolean;
  /** `with jvp` as well. */
  readonly jvp?: boolean;
  /** `@checkpoint` before some of the loops. */
  readonly checkpoints?: boolean;
  /** Statements at most. */
  readonly size?: number;
}

export function generate(seed: number, options: GenerateOptions = {}): Program {
  const r = random(seed);
  const flags: Flags = { writes: options.writes ?? false, recursion: options.recursion ?? true, classes: options.classes ?? false };
  const names = new NameSource(r);
  const budget = { left: 4 + r.below(options.size ?? 22) };
  const scope = new Scope(r, flags, names, budget, []);
  const before: string[] = [];
  const after: string[] = [];
  for (let i = r.below(3); i > 0; i--) before.push(...moduleConstant(scope));
  if (flags.classes && r.chance(0.5)) before.push(...smallClass(scope));
  for (let i = r.below(3); i > 0; i--) helper(scope, r.chance(0.5) ? before : after);

  const parameters: Parameter[] = [{ name: "x", ty: num }];
  if (r.chance(0.6)) parameters.push({ name: "y", ty: num });
  if (r.chance(0.5)) parameters.push({ name: "n", ty: int });
  for (let i = r.below(3); i > 0; i--) parameters.push({ name: names.fresh(), ty: dataType(scope) });
  if (r.chance(0.1)) parameters.push({ name: names.fresh(), ty: { k: "mode", options: ["in", "out", "both"] } });
  if (r.chance(0.1)) parameters.push({ name: names.fresh(), ty: { k: "bool" } });
  if (r.chance(0.12)) parameters.push({ name: names.fresh(), ty: { k: "kinds", len: 2 + r.below(2) } });
  const last: Parameter[] = r.chance(0.12)
    ? [{ name: names.fresh(), ty: num, optional: true }]
    : r.chance(0.08)
      ? [{ name: names.fresh(), ty: { k: "arr", el: num, len: 2 }, rest: true }]
      : [];

  for (const p of parameters) scope.declare({ name: p.name, ty: p.ty, writable: p.ty.k === "num" && r.chance(0.6), mutable: flags.writes && r.chance(0.5) });
  const defaults = last.map((p) => (p.optional ? ` = ${paren(bounded(scope, number(scope, 2)), P.assign)}` : ""));
  for (const p of last) scope.declare({ name: p.name, ty: p.ty, writable: false });
  const returns = options.results ? resultType(scope) : null;
  const lines = scope.functionBody([], () => {
    scope.loops = 0;
    scope.returns = returns;
    return [...body(scope, 2 + r.below(8), false), `return ${returns ? paren(expression(scope, returns, 3), P.assign) : result(scope)};`];
  });
  const signature = [...parameters, ...last]
    .map((p, i) => `${p.rest ? "..." : ""}${p.name}: ${typeText(p.ty)}${i >= parameters.length ? defaults[i - parameters.length]! : ""}`)
    .join(", ");
  const text =
    [
      ...before,
      tagOf(options),
      `export function f(${signature}): ${returns ? typeText(returns) : "number"} {`,
      ...lines.map((l) => `  ${l}`),
      "}",
      ...after,
    ].join("\n") + "\n";
  const all = [...parameters, ...last];
  return {
    seed,
    text: options.checkpoints ? withCheckpoints(text, random(seed ^ 0x5eed)) : text,
    parameters: all,
    points: [0, 1].map((k) => all.map((p) => (p.optional && k === 1 ? undefined : sample(r, p.ty)))),
  };
}

function withCheckpoints(text: string, r: Random): string {
  return text.replace(/^( *)(?=(?:\w+: )?(?:for|while|do)\b)/gm, (indent: string) => (r.chance(0.6) ? `${indent}/** @checkpoint */\n${indent}` : indent));
}

/** An array or record; now and then one that may hold something twice. */
function resultType(scope: Scope): Ty {
  const r = scope.random, part = dataType(scope);
  if (r.chance(0.5)) return part;
  return { k: "rec", fields: [["a", num], ["b", part], ["c", r.chance(0.5) ? part : dataType(scope)]] };
}

function moduleConstant(scope: Scope): string[] {
  const r = scope.random;
  const name = scope.names.fresh(r.pick(["K", "TABLE", "CFG", "rate"]));
  const empty = new Scope(r, scope.flags, scope.names, { left: 0 }, []);
  const ty = r.chance(0.5) ? num : dataType(scope);
  const init = ty.k === "num" ? literal(empty) : expression(empty, ty, 0);
  scope.declare({ name, ty, writable: false });
  return [`const ${name}: ${typeText(ty)} = ${paren(init, P.assign)};`];
}

/** A helper function of one of several shapes; declared for what follows. */
function helper(scope: Scope, out: string[]): void {
  const r = scope.random;
  const name = scope.names.fresh("help");
  const make = (params: readonly Variable[], inside: () => string[], signature?: string): void => {
    const lines = scope.functionBody(params, inside);
    out.push(`function ${name}(${signature ?? params.map((v) => `${v.name}: ${typeText(v.ty)}`).join(", ")}): number {`, ...lines.map((l) => `  ${l}`), "}");
  };
  const v = (ty: Ty, writable = ty.k === "num"): Variable => ({ name: scope.names.fresh(), ty, writable, ...(scope.flags.writes ? { mutable: true } : {}) });
  const end = (): string => `return ${paren(bounded(scope, number(scope, 2)), P.assign)};`;
  r.weighted<() => void>([
    [4, () => {
      const params = [v(num), ...(r.chance(0.6) ? [v(num)] : [])];
      make(params, () => [...body(scope, 1 + r.below(4), false), end()]);
      scope.declare({ name, ty: { k: "fn", params: params.map((p) => p.ty) }, writable: false });
    }],
    [2, () => {
      const params = [v(dataType(scope)), v(num)];
      make(params, () => [...body(scope, 1 + r.below(3), false), end()]);
      scope.declare({ name, ty: { k: "fn", params: params.map((p) => p.ty) }, writable: false });
    }],
    [1.5, () => {
      const params = [v(num), ...(r.chance(0.5) ? [v(num)] : [])];
      const returned: Ty = r.pick<Ty>([
        {
          k: "rec",
          fields: [
            ["p", num],
            ["q", num],
          ],
        },
        { k: "arr", el: num, len: 2 },
        { k: "arr", el: num, len: 2, tuple: true },
      ]);
      const lines = scope.functionBody(params, () => {
        scope.canReturn = false;
        const before = body(scope, r.below(3), false);
        const early = r.chance(0.3) ? [`if (${condition(scope, 1).s}) return ${makerResult(scope, returned)};`] : [];
        return [...before, ...early, `return ${makerResult(scope, returned)};`];
      });
      out.push(`function ${name}(${params.map((p) => `${p.name}: number`).join(", ")}): ${typeText(returned)} {`, ...lines.map((l) => `  ${l}`), "}");
      scope.declare({ name, ty: { k: "maker", params: params.map((p) => p.ty), result: returned }, writable: false });
    }],
    [0.8, () => {
      // a destructured parameter
      const [a, b, c] = [v(num), v(num), v(num)];
      make([a, b, c], () => [...body(scope, r.below(3), false), end()], `{ p: ${a.name}, q: ${b.name} }: { p: number; q: number }, ${c.name}: number`);
      scope.declare({ name, ty: { k: "fn", params: [{ k: "rec", fields: [["p", num], ["q", num]] }, num] }, writable: false });
    }],
    [0.5, () => {
      // an optional parameter without a default
      const [a, b] = [v(num, false), scope.names.fresh()];
      make([a], () => [`if (${b} === undefined) ${end()}`, `const ${b}2 = ${b};`, `return Math.sin(${a.name} * ${b}2);`], `${a.name}: number, ${b}?: number`);
      scope.declare({ name, ty: { k: "fn", params: r.pick([[num], [num, num]]) }, writable: false });
    }],
    [1.5, () => {
      const params = [v(num), v(num), v(num)];
      const [a, b, c] = params as [Variable, Variable, Variable];
      make(params, () => [...body(scope, 1, false), end()], `${a.name}: number, ${b.name} = ${a.name} * 0.5, ${c.name}: number = Math.sin(${b.name})`);
      scope.declare({ name, ty: { k: "fn", params: r.pick([[num], [num, num], [num, num, num]]) }, writable: false });
    }],
    [0.8, () => {
      const [a, rest, total] = [v(num, false), scope.names.fresh(), scope.names.fresh()];
      make(
        [a],
        () => [`let ${total} = ${a.name};`, `for (const e of ${rest}) ${total} += e * ${a.name};`, `return Math.sin(${total} + ${rest}.length);`],
        `${a.name}: number, ...${rest}: number[]`,
      );
      scope.declare({ name, ty: { k: "fn", params: r.pick([[num], [num, num], [num, num, num]]) }, writable: false });
    }],
    [1, () => {
      const params = [v({ k: "fn", params: [num] }), v(num)];
      make(params, () => [...body(scope, 1, false), end()]);
      scope.declare({ name, ty: { k: "fn", params: params.map((p) => p.ty) }, writable: false });
    }],
    [0.7, () => {
      // a derivative written by hand, which says the same as the body
      const [a, b] = ["u", "w"] as const;
      const [text, da, db] = r.pick([
        [`Math.sin(${a}) * ${b}`, `Math.cos(${a}) * ${b}`, `Math.sin(${a})`],
        [`${a} * ${a} / (1 + ${b} * ${b})`, `2 * ${a} / (1 + ${b} * ${b})`, `-2 * ${a} * ${a} * ${b} / (1 + ${b} * ${b}) ** 2`],
        [`Math.tanh(${a} - ${b})`, `1 - Math.tanh(${a} - ${b}) ** 2`, `Math.tanh(${a} - ${b}) ** 2 - 1`],
      ] as const);
      out.push(`function ${name}(${a}: number, ${b}: number): number { return ${text}; }`);
      if (r.chance(0.5))
        out.push(
          `function vjp_${name}(dvalue: number, ${a}: number, ${b}: number): { d${a}: number; d${b}: number } { return { d${a}: dvalue * (${da}), d${b}: dvalue * (${db}) }; }`,
        );
      else
        out.push(
          `function grad_${name}(${a}: number, ${b}: number): { value: number; d${a}: number; d${b}: number } { return { value: ${text}, d${a}: ${da}, d${b}: ${db} }; }`,
        );
      scope.declare({ name, ty: { k: "fn", params: [num, num] }, writable: false });
    }],
    [scope.flags.recursion ? 1.2 : 0, () => {
      const [a, k] = [v(num), v({ k: "int" }, false)];
      make([k, a], () => [
        `if (${k.name} <= 0) ${end()}`,
        ...body(scope, r.below(3), false),
        `return Math.sin(${name}(${k.name} - 1, ${paren(bounded(scope, number(scope, 1)), P.assign)}) * ${a.name}${r.chance(0.4) ? ` + ${name}(${k.name} > 1 ? ${k.name} - 2 : 0, ${a.name})` : ""});`,
      ]);
      scope.declare({ name, ty: { k: "fn", params: [{ k: "int", below: 4 }, num] }, writable: false });
    }],
    [scope.flags.recursion ? 0.8 : 0, () => {
      // down the elements of an array, each handed on with it
      const [d, k, a] = [v({ k: "arr", el: num, len: 3 }), v({ k: "int" }, false), v(num)];
      make([d, k, a], () => [
        ...body(scope, r.below(2), false),
        `if (${k.name} <= 0) ${end()}`,
        `return Math.sin(${name}(${d.name}, ${k.name} - 1, Math.cos(${d.name}[${k.name} % 3]! * ${a.name})) + ${paren(bounded(scope, number(scope, 1)), P.assign)});`,
      ]);
      scope.declare({ name, ty: { k: "fn", params: [{ k: "arr", el: num, len: 3 }, { k: "int", below: 4 }, num] }, writable: false });
    }],
    [scope.flags.recursion ? 0.6 : 0, () => {
      const other = `${name}_`;
      const [a, b, k, j] = [v(num), v(num), v({ k: "int" }, false), v({ k: "int" }, false)];
      make([k, a], () => [`if (${k.name} <= 0) ${end()}`, `return ${other}(${k.name} - 1, ${paren(bounded(scope, number(scope, 1)), P.assign)}) + ${a.name};`]);
      const lines = scope.functionBody([j, b], () => [
        ...body(scope, 1, false),
        `return ${j.name} > 0 ? ${name}(${j.name} - 1, Math.cos(${b.name})) * 0.7 : ${b.name};`,
      ]);
      out.push(`function ${other}(${j.name}: number, ${b.name}: number): number {`, ...lines.map((l) => `  ${l}`), "}");
      scope.declare({ name, ty: { k: "fn", params: [{ k: "int", below: 4 }, num] }, writable: false });
    }],
  ])();
}

/** What f returns: an expression of its own and something of most variables, so that few gradients are zero throughout. */
function result(scope: Scope): string {
  const r = scope.random;
  let e = number(scope, 3);
  for (const v of scope.variables) {
    if (!r.chance(0.5)) continue;
    if (v.ty.k === "num") e = plus(e, r.chance(0.6) ? { s: v.name, p: P.primary } : times(bounded(scope, number(scope, 1)), { s: v.name, p: P.primary }));
    else if (v.ty.k === "inst") e = plus(e, { s: `${v.name}.size`, p: P.primary });
    else if (v.ty.k === "arr" || v.ty.k === "rec") e = plus(e, times({ s: "0.5", p: P.primary }, follow(scope, v.name, v.ty)));
  }
  return paren(e, P.assign);
}

/** A value of a type; ordinary decimals, so that ties are as rare as in life. */
export function sample(r: Random, ty: Ty): unknown {
  switch (ty.k) {
    case "num": return Math.round((r.next() * 4 - 2) * 1e4) / 1e4 + 1e-5;
    case "int": return r.below(ty.below ?? 5);
    case "bool": return r.chance(0.5);
    case "mode": return r.pick(ty.options);
    case "arr": {
      const items = Array.from({ length: ty.len }, () => sample(r, ty.el));
      return ty.typed ? Float64Array.from(items as number[]) : items;
    }
    case "rec": return Object.fromEntries(ty.fields.map(([n, t]) => [n, sample(r, t)]));
    case "kinds": return sample(r, r.chance(0.5) ? num : { k: "arr", el: num, len: ty.len });
    case "inst":
    case "maker":
    case "fn": throw new Error("functions are not sampled");
  }
}

function tagOf({ into, jvp }: Pick<GenerateOptions, "into" | "jvp">): string {
  const also = [...(into ? ["into"] : []), ...(jvp ? ["jvp"] : [])];
  return `/** @differentiable${also.length > 0 ? ` with ${also.join(", ")}` : ""} */`;
}
