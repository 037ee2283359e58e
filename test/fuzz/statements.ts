/** Random statements. Each function returns lines without indentation; `block` indents. */
import { bounded, callOf, condition, expression, follow, integer, lambda, literal, number, P, paren, type Text } from "./expressions.ts";
import { instances } from "./classes.ts";
import { memoryStatement } from "./memory.ts";
import { methodStatement, shortenedAndWritten, writtenAtEnd } from "./methods.ts";
import { uncommon } from "./forms.ts";
import { told } from "./told.ts";
import { bool, isArr, isNum, isRec, num, typeText, type Scope, type Ty, type Variable } from "./scope.ts";

type Lines = readonly string[];
const indent = (lines: Lines): string[] => lines.map((l) => `  ${l}`);
const arg = (e: Text): string => paren(e, P.assign);

/** A number that fits a variable which may be assigned again and again. */
const value = (scope: Scope, depth = 2): string => {
  const e = number(scope, depth);
  return arg(scope.loops > 0 || scope.random.chance(0.3) ? bounded(scope, e) : e);
};

/** What an early return gives. */
const returned = (scope: Scope): string => (scope.returns ? arg(expression(scope, scope.returns, 2)) : value(scope));

/** Some statements in a scope of their own. */
export function block(scope: Scope, count: number): string[] {
  return scope.nested(() => body(scope, count));
}
/** Some statements whose declarations stay visible. `shadow`: whether an outer name may be declared anew (not where it is a parameter). */
export function body(scope: Scope, count: number, shadow = true): string[] {
  const lines: string[] = [];
  const hidden = scope.of(isNum);
  if (shadow && hidden.length > 0 && scope.random.chance(0.08)) {
    // shadowing: the initialiser must not mention the outer variable (it is not initialised there yet)
    const name = scope.random.pick(hidden).name;
    const rest = scope.variables;
    scope.variables = rest.filter((v) => v.name !== name);
    const closures = scope.of((v) => v.ty.k === "fn");
    const init = closures.length > 0 ? literal(scope).s : value(scope, 1);
    scope.variables = rest;
    lines.push(`let ${name} = ${init};`);
    scope.declare({ name, ty: num, writable: true });
  }
  for (let i = 0; i < count && scope.budget.left > 0; i++) {
    scope.budget.left--;
    lines.push(...statement(scope));
  }
  return lines;
}
const braces = (head: string, lines: Lines, tail = ""): string[] => [`${head}{`, ...indent(lines), `}${tail}`];

function statement(scope: Scope): string[] {
  const r = scope.random;
  const inLoop = scope.loops > 0;
  const deep = scope.loops >= 3 || scope.budget.left < 1;
  const writable = scope.of((v) => isNum(v) && v.writable);
  const arrays = scope.of((v) => v.ty.k === "arr" && v.ty.el.k === "num");
  const functions = scope.of((v) => v.ty.k === "fn");
  return r.weighted<() => string[]>([
    [6, () => declareNumber(scope)],
    [writable.length > 0 ? 9 : 0, () => assign(scope, writable)],
    [1, () => declareReference(scope)],
    [1.5, () => destructure(scope)],
    [deep ? 0 : 4, () => conditional(scope)],
    [deep ? 0 : 5, () => loop(scope)],
    [deep ? 0 : 1.5, () => switchStatement(scope)],
    [deep ? 0 : 0.7, () => labelled(scope)],
    [scope.targets.length > 0 ? (inLoop ? 1.6 : 0.8) : 0, () => jump(scope)],
    [scope.canReturn ? 0.6 : 0, () => [`if (${condition(scope, 1).s}) return ${returned(scope)};`]],
    [1.2, () => closure(scope)],
    [
      functions.length > 0 && writable.length > 0 ? 1 : 0,
      () => [`${r.pick(writable).name} ${r.pick(["=", "+="])} ${bounded(scope, callOf(scope, r.pick(functions), 2)).s};`],
    ],
    [arrays.length > 0 && writable.length > 0 && !deep ? 1.5 : 0, () => forEach(scope, r.pick(arrays), r.pick(writable))],
    [0.15, () => [`if (${number(scope, 0).s} > 1e6) throw new Error("too large");`]],
    [0.2, () => [`console.log(${arg(number(scope, 1))});`]],
    [0.2, () => [";"]],
    [0.2, () => braces("", block(scope, 2))],
    [3, () => uncommon(scope)],
    [deep ? 0 : 1, () => told(scope)],
    [scope.classes.length > 0 ? 5 : 0, () => instances(scope)],
    [scope.flags.writes ? 7 : 0, () => write(scope)],
    [scope.flags.writes && !deep ? 6 : 0, () => memoryStatement(scope)],
    [scope.flags.writes && !deep ? 3 : 0, () => methodStatement(scope)],
  ])();
}

function declareNumber(scope: Scope): string[] {
  const r = scope.random;
  const init = value(scope, 3);
  const name = scope.names.fresh();
  if (r.chance(0.08)) {
    const flag = condition(scope, 1);
    scope.declare({ name, ty: bool, writable: false });
    return [`const ${name} = ${arg(flag)};`];
  }
  if (r.chance(0.08)) {
    const n = integer(scope, 1);
    scope.declare({ name, ty: { k: "int" }, writable: false });
    return [`const ${name}: number = ${arg(n)};`];
  }
  if (r.chance(0.06)) {
    const [a, b] = [value(scope, 1), value(scope, 1)];
    const flag = condition(scope, 1).s;
    scope.declare({ name, ty: num, writable: true });
    return [`let ${name}: number;`, `if (${flag}) ${name} = ${a};`, `else ${name} = ${b};`];
  }
  const writable = r.chance(0.65);
  scope.declare({ name, ty: num, writable });
  const lines = [`${writable ? (r.chance(0.05) && scope.loops === 0 ? "var" : "let") : "const"} ${name}${r.chance(0.1) ? ": number" : ""} = ${init};`];
  return r.chance(0.08) ? [`// ${name} is made here`, ...lines] : lines;
}

function assign(scope: Scope, writable: readonly Variable[]): string[] {
  const r = scope.random;
  const v = r.pick(writable).name;
  return r.weighted<() => string[]>([
    [5, () => [`${v} = ${value(scope, 3)};`]],
    [4, () => [`${v} += ${value(scope, 2)};`]],
    [1, () => [`${v} -= ${value(scope, 2)};`]],
    [2, () => [`${v} *= ${bounded(scope, number(scope, 2)).s};`]],
    [1, () => [`${v} /= 1 + (${number(scope, 1).s}) ** 2;`]],
    [0.4, () => [`${v} %= 2;`]], [0.3, () => [`${v} **= 2;`, `${v} = Math.tanh(${v});`]],
    [0.4, () => [`${v}${r.pick(["++", "--"])};`]],
    [0.8, () => [`${v} = ${r.pick(writable).name} = ${value(scope, 2)};`]],
    [0.3, () => [`${v} ${r.pick(["||=", "&&="])} ${value(scope, 1)};`]],
    [0.5, () => [`if (${condition(scope, 1).s}) ${v} = ${value(scope, 2)};`]],
    [writable.length > 1 ? 1 : 0, () => {
      const [a, b] = [r.pick(writable).name, r.pick(writable).name];
      return a === b ? [`${a} = ${value(scope)};`] : [`[${a}, ${b}] = [${b}, ${value(scope, 1)}];`];
    }],
  ])();
}

/** A random type of data, as parameters and literals have them. */
export function dataType(scope: Scope, depth = 1): Ty {
  const r = scope.random;
  const size = 2 + r.below(3);
  return r.weighted<() => Ty>([
    [4, () => ({ k: "arr", el: num, len: size })], [2, () => ({ k: "arr", el: num, len: size, typed: true })],
    [1, () => ({ k: "arr", el: num, len: 2, tuple: true })],
    [depth > 0 ? 1.5 : 0, () => ({ k: "arr", el: { k: "arr", el: num, len: 2 }, len: 2 })],
    [depth > 0 ? 1 : 0, () => ({ k: "arr", el: { k: "rec", fields: [["p", num], ["q", num]] }, len: 2 })],
    [3, () => ({ k: "rec", fields: [["p", num], ["q", num], ...(depth > 0 && r.chance(0.4) ? [["o", dataType(scope, 0)] as const] : [])] })],
  ])();
}

function declareReference(scope: Scope): string[] {
  const ty = dataType(scope);
  const init = expression(scope, ty, 2);
  const name = scope.names.fresh();
  scope.declare({ name, ty, writable: false, mutable: true });
  return [`const ${name}: ${typeText(ty)} = ${arg(init)};`];
}

function destructure(scope: Scope): string[] {
  const r = scope.random;
  const sources = scope.of(
    (v) => (v.ty.k === "arr" && v.ty.el.k === "num") || (v.ty.k === "rec" && v.ty.fields[0]?.[0] === "p" && v.ty.fields[1]?.[0] === "q"),
  );
  if (sources.length === 0) return declareReference(scope);
  const source = r.pick(sources);
  const [a, b] = [scope.names.fresh(), scope.names.fresh()];
  const keyword = r.chance(0.5) ? "const" : "let";
  const declareBoth = (): void => [a, b].forEach((name) => scope.declare({ name, ty: num, writable: keyword === "let" }));
  if (source.ty.k === "rec") {
    const text = r.chance(0.3) ? `{ p: ${a}, ...${b}_ }` : `{ p: ${a}, q: ${b} }`;
    if (text.includes("...")) {
      scope.declare({ name: a, ty: num, writable: keyword === "let" });
      scope.declare({ name: `${b}_`, ty: { k: "rec", fields: source.ty.fields.slice(1) }, writable: false });
    } else declareBoth();
    return [`${keyword} ${text} = ${source.name};`];
  }
  const init = value(scope, 1);
  declareBoth();
  const tuple = source.ty.k === "arr" && source.ty.tuple === true;
  return r.chance(0.15) && source.ty.k === "arr" && source.ty.len > 2
    ? [`${keyword} [, ${a} = 0, ${b} = ${init}] = ${source.name};`]
    : [`${keyword} [${a}${tuple ? "" : " = 0"}, ${b}${tuple ? "" : ` = ${init}`}] = ${source.name};`];
}

function conditional(scope: Scope): string[] {
  const r = scope.random;
  const test = condition(scope, 2).s;
  const lines = braces(`if (${test}) `, block(scope, 1 + r.below(3)));
  if (r.chance(0.25)) {
    const second = condition(scope, 1).s;
    lines[lines.length - 1] = `} else if (${second}) {`;
    lines.push(...indent(block(scope, 1 + r.below(2))), "}");
  }
  if (r.chance(0.55)) {
    lines[lines.length - 1] = "} else {";
    const inner = block(scope, 1 + r.below(3));
    if (scope.canReturn && r.chance(0.12)) inner.push(`return ${returned(scope)};`);
    lines.push(...indent(inner), "}");
  }
  return lines;
}

function loop(scope: Scope): string[] {
  return scope.nested(() => {
    const r = scope.random;
    const label = r.chance(0.2) ? scope.names.fresh("lab") : undefined;
    const head = label ? `${label}: ` : "";
    const size = 1 + r.below(3);
    const enter = (counter?: string, below?: number): void => {
      scope.loops++;
      scope.targets = [...scope.targets, { label, kind: "loop" }];
      if (counter !== undefined) scope.declare({ name: counter, ty: below === undefined ? { k: "int" } : { k: "int", below }, writable: false });
    };
    const arrays = scope.of((v) => isArr(v));
    const writable = scope.of((v) => isNum(v) && v.writable);
    const i = scope.names.fresh(r.chance(0.7) ? "i" : undefined);
    return r.weighted<() => string[]>([
      [
        5,
        () => {
          const bound = r.chance(0.5) ? { k: String(r.below(4)), below: 4 } : { k: arg(integer(scope, 1)), below: undefined };
          enter(i, bound.below);
          return braces(`${head}for (let ${i} = 0; ${i} < ${bound.k.includes(" ") ? `(${bound.k})` : bound.k}; ${i}++) `, body(scope, size));
        },
      ],
      [
        arrays.length > 0 ? 4 : 0,
        () => {
          const a = r.pick(arrays);
          const len = (a.ty as Extract<Ty, { k: "arr" }>).len;
          enter(i, len);
          return braces(`${head}for (let ${i} = 0; ${i} < ${r.chance(0.7) ? `${a.name}.length` : len}; ${i}++) `, body(scope, size));
        },
      ],
      [
        1,
        () => {
          enter(i, 4);
          return braces(`${head}for (let ${i} = 3; ${i} >= ${r.pick(["0", "1"])}; ${i}--) `, body(scope, size));
        },
      ],
      [
        0.5,
        () => {
          enter(i);
          return braces(`${head}for (let ${i} = 1; ${i} <= 5; ${i} += 2) `, body(scope, size));
        },
      ],
      [
        0.5,
        () => {
          const j = scope.names.fresh("j");
          enter(i, 3);
          scope.declare({ name: j, ty: { k: "int" }, writable: false });
          return braces(`${head}for (let ${i} = 0, ${j} = 4; ${i} < ${j}; ${i}++, ${j}--) `, body(scope, size));
        },
      ],
      [
        0.4,
        () => {
          enter(i, 3);
          return braces(`${head}for (let ${i} = 0; ${i} < 2.5; ${i}++) `, body(scope, size));
        },
      ],
      [
        writable.length > 0 ? 0.7 : 0,
        () => {
          const v = r.pick(writable).name;
          const step = bounded(scope, number(scope, 1)).s;
          enter(i, 3);
          return braces(`${head}for (let ${i} = 0; ${i} < 3; ${i}++, ${v} ${r.pick(["=", "*=", "+="])} ${step}) `, body(scope, size));
        },
      ],
      [
        0.6,
        () => {
          // the loop variable itself is active
          const u = scope.names.fresh();
          const start = value(scope, 1);
          enter(i, 4);
          scope.declare({ name: u, ty: num, writable: false });
          return braces(`${head}for (let ${u} = ${start}, ${i} = 0; ${u} < 3 && ${i} < 4; ${u} += 0.7 + Math.exp(-${u} * ${u}), ${i}++) `, body(scope, size));
        },
      ],
      [
        2,
        () => {
          const test = condition(scope, 1);
          enter(i);
          return [`let ${i} = 0;`, ...braces(`${head}while (${i} < 4 && ${paren(test, P.and + 1)}) `, [`${i}++;`, ...body(scope, size)])];
        },
      ],
      [
        1,
        () => {
          const test = condition(scope, 1);
          enter(i);
          return [`let ${i} = 0;`, ...braces(`${head}do `, [`${i}++;`, ...body(scope, size)], ` while (${i} < 3 && ${paren(test, P.and + 1)});`)];
        },
      ],
      [
        0.7,
        () => {
          enter(i);
          return [
            `let ${i} = 0;`,
            ...braces(`${head}${r.pick(["while (true)", "for (;;)"])} `, [`if (${i}++ >= ${1 + r.below(4)}) break;`, ...body(scope, size)]),
          ];
        },
      ],
      [
        arrays.length > 0 ? 2.5 : 0,
        () => {
          const a = r.pick(arrays);
          const { el, len } = a.ty as Extract<Ty, { k: "arr" }>;
          const e = scope.names.fresh();
          const entries = r.chance(0.3) && (a.ty as { tuple?: boolean }).tuple !== true;
          enter(entries ? i : undefined, len);
          scope.declare({ name: e, ty: el, writable: false });
          return braces(`${head}for (const ${entries ? `[${i}, ${e}]` : e} of ${a.name}${entries ? ".entries()" : ""}) `, body(scope, size));
        },
      ],
    ])();
  });
}

function switchStatement(scope: Scope): string[] {
  return scope.nested(() => {
    const r = scope.random;
    const modes = scope.of((v) => v.ty.k === "mode");
    const mode = modes.length > 0 && r.chance(0.4) ? r.pick(modes) : undefined;
    const subject = mode ? mode.name : `(${integer(scope, 1).s}) % 4`;
    const cases = mode?.ty.k === "mode" ? mode.ty.options.map((o) => JSON.stringify(o)) : ["0", "1", "2", "3"].slice(0, 2 + r.below(3));
    const defaultAt = r.chance(0.75) ? r.below(cases.length + 1) : -1;
    scope.targets = [...scope.targets, { label: undefined, kind: "switch" }];
    const lines: string[] = [];
    const clause = (head: string): void => {
      const inner = block(scope, r.below(3));
      if (r.chance(0.6)) inner.push("break;");
      // braces: declarations of one clause are not initialised when another is entered
      lines.push(`${head} {`, ...indent(inner), "}");
    };
    cases.forEach((c, k) => {
      if (k === defaultAt) clause("default:");
      if (r.chance(0.15)) lines.push(`case ${c}:`);
      else clause(`case ${c}:`);
    });
    if (defaultAt === cases.length || lines[lines.length - 1]?.endsWith(":")) {
      if (defaultAt === cases.length) clause("default:");
      else lines.push("  break;");
    }
    return braces(`switch (${subject}) `, lines);
  });
}

function labelled(scope: Scope): string[] {
  return scope.nested(() => {
    const label = scope.names.fresh("blk");
    scope.targets = [...scope.targets, { label, kind: "block" }];
    return braces(`${label}: `, block(scope, 3));
  });
}

function jump(scope: Scope): string[] {
  const r = scope.random;
  const test = condition(scope, 1).s;
  const options: string[] = [];
  const last = scope.targets.findLast((t) => t.kind !== "block");
  if (last) options.push("break");
  if (scope.targets.some((t) => t.kind === "loop")) options.push("continue");
  for (const t of scope.targets) if (t.label) options.push(`break ${t.label}`, ...(t.kind === "loop" ? [`continue ${t.label}`] : []));
  return options.length === 0 ? [] : [`if (${test}) ${r.pick(options)};`];
}

function closure(scope: Scope): string[] {
  const r = scope.random;
  const params: Ty[] = r.pick([[], [num], [num], [num, num], [{ k: "int" } as Ty, num]]);
  const name = scope.names.fresh(r.pick(["g", "go", "inner"]));
  const ty: Ty = { k: "fn", params };
  let lines: string[];
  if (r.chance(0.4)) lines = [`const ${name} = ${lambda(scope, params, 2).s};`];
  else {
    const vars = params.map((p): Variable => ({ name: scope.names.fresh(), ty: p, writable: p.k === "num" }));
    const inner = scope.functionBody(vars, () => [...body(scope, 1 + r.below(3), false), `return ${arg(bounded(scope, number(scope, 2)))};`]);
    const signature = `(${vars.map((v) => `${v.name}: ${typeText(v.ty)}`).join(", ")})`;
    lines = r.chance(0.5) ? braces(`const ${name} = ${signature}: number => `, inner, ";") : braces(`function ${name}${signature}: number `, inner);
  }
  scope.declare({ name, ty, writable: false });
  return lines;
}

function forEach(scope: Scope, array: Variable, target: Variable): string[] {
  const r = scope.random;
  const [e, i] = [scope.names.fresh(), scope.names.fresh("i")];
  const len = (array.ty as Extract<Ty, { k: "arr" }>).len;
  const lines = scope.functionBody([{ name: e, ty: num, writable: false }, { name: i, ty: { k: "int", below: len }, writable: false }], () => {
    scope.canReturn = false;
    const early = r.chance(0.3) ? [`if (${condition(scope, 1).s}) return;`] : [];
    const add = `${target.name} ${r.pick(["+=", "=", "*="])} ${bounded(scope, number(scope, 2)).s};`;
    return [...body(scope, r.below(2), false), ...early, add];
  });
  return braces(`${array.name}.forEach((${e}, ${i}) => `, lines, ");");
}

/** Writes into local arrays and records, aliases, growth. */
function write(scope: Scope): string[] {
  const r = scope.random;
  const targets = scope.of((v) => (isArr(v) || isRec(v)) && v.mutable === true);
  if (targets.length === 0 || r.chance(0.2)) return declareReference(scope);
  const v = r.pick(targets);
  if (r.chance(0.12)) {
    const name = scope.names.fresh();
    scope.declare({ ...v, name });
    return [`const ${name} = ${v.name};`];
  }
  if (v.ty.k === "arr" && !v.ty.typed && !v.ty.tuple && v.ty.el.k === "num" && r.chance(0.15)) {
    const target = scope.of((w) => isNum(w) && w.writable);
    const push = `${v.name}.push(${value(scope, 1)});`;
    if (target.length > 0 && r.chance(0.5))
      return [
        push,
        ...block(scope, 1)
          .filter((l) => !/^\s*(if|return|break|continue)/.test(l))
          .slice(0, 0),
        `${r.pick(target).name} += ${v.name}.pop()!;`,
      ];
    return r.chance(0.3) ? [...shortenedAndWritten(scope, v.name)] : r.chance(0.2) ? [...writtenAtEnd(scope, v.name, scope.names.fresh("copy"))] : [push];
  }
  if (v.ty.k === "arr" && v.ty.el.k === "num" && r.chance(0.12)) {
    const [i, j] = [r.below(v.ty.len), r.below(v.ty.len)];
    return [`[${v.name}[${i}], ${v.name}[${j}]] = [${v.name}[${j}]!, ${v.name}[${i}]!];`];
  }
  const place = follow(scope, v.name, v.ty).s;
  if (place.endsWith(".length") || /[?(]/.test(place.replace(/\[[^\]]*\]/g, ""))) return [`${v.name};`];
  const bare = place.replace(/!$/, "");
  return r.weighted<() => string[]>([
    [4, () => [`${bare} = ${arg(bounded(scope, number(scope, 2)))};`]],
    [3, () => [`${place} += ${arg(bounded(scope, number(scope, 2)))};`]],
    [1, () => [`${place} *= ${arg(bounded(scope, number(scope, 1)))};`]],
    [0.3, () => [`${place}++;`]],
  ])();
}

