/** Statements of less common forms: factories, tables of functions, spread, chained array methods, optional values, nested patterns. */
import { bounded, condition, expression, lambda, leaf, number, P, paren, sameType, type Text } from "./expressions.ts";
import { isNum, isRec, num, type Scope, type Ty, type Variable } from "./scope.ts";

const arg = (e: Text): string => paren(e, P.assign);
type Arr = Extract<Ty, { k: "arr" }>;

export function uncommon(scope: Scope): string[] {
  const r = scope.random;
  const arrays = scope.of((v) => v.ty.k === "arr" && v.ty.el.k === "num");
  const records = scope.of((v) => isRec(v));
  const makers = scope.of((v) => v.ty.k === "maker");
  const writable = scope.of((v) => isNum(v) && v.writable), kinds = scope.of((v) => v.ty.k === "kinds");
  return r.weighted<() => string[]>([
    [1, () => factory(scope)],
    [1, () => tableOfFunctions(scope)],
    [1, () => chosenBranchValue(scope)],
    [arrays.length > 0 ? 1.5 : 0, () => spreadArray(scope, r.pick(arrays))],
    [arrays.length > 0 && writable.length > 0 ? 1.5 : 0, () => chained(scope, r.pick(arrays), r.pick(writable))],
    [records.length > 0 ? 1 : 0, () => spreadRecord(scope, r.pick(records))],
    [makers.length > 0 ? 3 : 0, () => made(scope, r.pick(makers))],
    [writable.length > 0 ? 1 : 0, () => optional(scope, r.pick(writable))],
    [1, () => nestedPattern(scope)],
    [writable.length > 0 ? 0.8 : 0, () => options(scope, r.pick(writable))],
    [writable.length > 0 ? 0.7 : 0, () => unlike(scope, r.pick(writable))],
    [writable.length > 0 ? 0.8 : 0, () => dictionary(scope, r.pick(writable))],
    [writable.length > 0 ? 0.6 : 0, () => pushedFunctions(scope, r.pick(writable))],
    [writable.length > 0 ? 0.6 : 0, () => sparse(scope, r.pick(writable))],
    [writable.length > 0 && kinds.length > 0 ? 3 : 0, () => ofKinds(scope, r.pick(kinds), r.pick(writable))],
    [writable.length > 0 ? 0.7 : 0, () => tried(scope, r.pick(writable))],
    [
      writable.length > 0 ? 0.6 : 0,
      () => [
        `switch (true) {`,
        `  case ${condition(scope, 1).s}:`,
        `    ${r.pick(writable).name} = ${arg(bounded(scope, number(scope, 1)))};`,
        "    break;",
        `  case ${condition(scope, 1).s}:`,
        `    ${r.pick(writable).name} *= 0.5;`,
        "}",
      ],
    ],
  ])();
}

/** Array literals of unlike lengths that come together in one variable. */
function unlike(scope: Scope, target: Variable): string[] {
  const r = scope.random, name = scope.names.fresh("list"), item = scope.names.fresh();
  const literal = (length: number): string => `[${Array.from({ length }, () => arg(leaf(scope))).join(", ")}]`;
  const [first, second] = r.pick([[1, 3], [3, 1], [2, 1], [1, 2], [2, 3]]);
  return [
    ...r.pick([
      [`const ${name} = ${condition(scope, 1).s} ? ${literal(first)} : ${literal(second)};`],
      [`let ${name} = ${literal(first)};`, `if (${condition(scope, 1).s}) ${name} = ${literal(second)};`],
      [`let ${name} = ${literal(first)};`, `for (let ${item} = 0; ${item} < 2; ${item}++) if (${condition(scope, 1).s}) ${name} = ${literal(second)};`],
    ]),
    r.pick([
      `${target.name} += ${name}.length * ${name}[0]! * 0.1;`,
      `for (const ${item} of ${name}) ${target.name} += ${item} * 0.1;`,
      `${target.name} += (${name}.length > 1 ? ${name}[1]! : ${name}[0]!) * 0.2;`,
      `${target.name} += (${name}[2] ?? ${name}.length) * 0.1;`,
    ]),
  ];
}

/** `Record<string, number>`: made, copied, written by names chosen when the program runs, gone through. */
function dictionary(scope: Scope, target: Variable): string[] {
  const r = scope.random, [d, copy, k, v] = [scope.names.fresh("dict"), scope.names.fresh("dict"), scope.names.fresh(), scope.names.fresh()];
  const value = (): string => arg(bounded(scope, number(scope, 1))), key = (): string => `${condition(scope, 1).s} ? "a" : "b"`;
  const initial = r.pick([
    `{ a: ${value()}, [${key()}]: ${value()} }`,
    `{ b: ${value()}, c: ${arg(leaf(scope))} }`,
    "{}",
    `Object.fromEntries(["a", "c"].map((${k}, ${v}) => [${k}, ${value()} * (${v} + 1)]))`,
  ]);
  const writes = r.pick([
    [`${d}[${key()}] = ${value()};`],
    [`for (const ${k} of ["c", "a", "c"]) ${d}[${k}] = (${d}[${k}] ?? ${arg(leaf(scope))}) * 0.5 + ${value()};`],
    [`for (const ${k} in ${d}) {`, `  ${d}[${k}]! *= ${value()};`, `  if (${condition(scope, 1).s}) break;`, "}"],
    [`${d}["a"] ??= ${value()};`, `${d}["a"]! += ${d}["c"] ?? 0.3;`],
  ]);
  const reads = (of: string): string => r.pick([
    `for (const ${k} in ${of}) ${target.name} += Math.sin(${of}[${k}]!) * 0.1;`,
    `${target.name} += Object.values(${of}).reduce((${k}, ${v}) => ${k} * 0.5 + Math.tanh(${v}), 0) * 0.1;`,
    `for (const [${k}, ${v}] of Object.entries(${of})) if (${k} !== "b") ${target.name} += Math.cos(${v}) * 0.1;`,
    `${target.name} += Math.tanh(${of}["a"] ?? 0.4) * Math.sin(${of}.b ?? ${arg(leaf(scope))});`,
  ]);
  if (r.chance(0.5)) return [`const ${d}: Record<string, number> = ${initial};`, ...writes, reads(d)];
  return [
    `const ${d}: Record<string, number> = ${initial};`,
    `const ${copy}: Record<string, number> = { ...${d}${r.chance(0.5) ? `, c: ${value()}` : ""} };`,
    ...writes,
    reads(copy),
    reads(d),
  ];
}

/** `Record<number, number>`: a table of what has been computed. */
function sparse(scope: Scope, target: Variable): string[] {
  const r = scope.random, [t, k, go] = [scope.names.fresh("memo"), scope.names.fresh(), scope.names.fresh("go")];
  const value = (): string => arg(bounded(scope, number(scope, 1))), n = 2 + r.below(3);
  const declared = `const ${t}: ${r.pick(["Record<number, number>", "{ [k: number]: number }"])} = `;
  if (r.chance(0.5))
    return [
      `${declared}{ 0: ${value()}, 1: ${value()} };`,
      `for (let ${k} = 2; ${k} < ${n + 2}; ${k}++) ${t}[${k}] = Math.sin(${t}[${k} - 1]! * ${value()}) + ${t}[${k} - 2]! * 0.5;`,
      `${target.name} += (${t}[${n}] ?? ${value()}) * 0.2;`,
    ];
  return [
    `${declared}{};`,
    `const ${go} = (${k}: number): number => (${k} < 2 ? ${target.name} * 0.1 + ${k} : (${t}[${k}] ??= Math.sin(${go}(${k} - 1)) + 0.5 * ${go}(${k} - 2)));`,
    `${target.name} = ${go}(${n})${r.chance(0.5) ? ` + Math.cos(${go}(${n - 1}))` : ""};`,
  ];
}

/** Uses of a parameter that is a number or an array. */
function ofKinds(scope: Scope, { name, ty }: Variable, target: Variable): string[] {
  const r = scope.random, len = ty.k === "kinds" ? ty.len : 0, [list, i, get] = [scope.names.fresh("all"), scope.names.fresh(), scope.names.fresh("get")];
  const value = (): string => arg(bounded(scope, number(scope, 1)));
  return r.pick<() => string[]>([
    () => {
      const lines = [
        `const ${list} = typeof ${name} === "number" ? [${Array.from({ length: len }, (_, k) => (k === 0 ? value() : name)).join(", ")}] : ${name};`,
      ];
      scope.declare({ name: list, ty: { k: "arr", el: num, len }, writable: false });
      return lines;
    },
    () => [`${target.name} += (Array.isArray(${name}) ? ${name}[${r.below(len)}]! * ${value()} : Math.sin(${name})) * 0.2;`],
    () => [
      `for (let ${i} = 0; ${i} < ${len}; ${i}++) ${target.name} += Math.tanh((typeof ${name} === "number" ? ${name} : ${name}[${i}]!) * ${value()}) * 0.2;`,
    ],
    () => [
      `if (typeof ${name} === "number") {`,
      `  ${target.name} = Math.cos(${name} * ${value()});`,
      `} else if (${condition(scope, 1).s}) {`,
      `  for (const ${i} of ${name}) ${target.name} += Math.sin(${i}) * 0.1;`,
      "}",
    ],
    () => [
      `const ${get} = (${i}: number): number => (typeof ${name} === "number" ? ${name} : ${name}[${i} % ${len}]!);`,
      `${target.name} += Math.sin(${get}(0)) * Math.cos(${get}(${r.below(len)}));`,
    ],
  ])();
}

/** `const mk = (a) => (b) => …; const g = mk(x);` */
function factory(scope: Scope): string[] {
  const [mk, g, a] = [scope.names.fresh("mk"), scope.names.fresh("g"), scope.names.fresh()];
  const inner = scope.functionBody([{ name: a, ty: num, writable: false }], () => lambda(scope, [num], 2));
  const start = arg(bounded(scope, number(scope, 1)));
  scope.declare({ name: g, ty: { k: "fn", params: [num] }, writable: false });
  return [`const ${mk} = (${a}: number) => ${inner.s};`, `const ${g} = ${mk}(${start});`];
}

/** `const layers: Fn[] = []; layers.push((v) => …);` and what goes through them. */
function pushedFunctions(scope: Scope, target: Variable): string[] {
  const r = scope.random, [list, g, acc] = [scope.names.fresh("layers"), scope.names.fresh("g"), scope.names.fresh()];
  const lines = [`const ${list}: ((u: number) => number)[] = [];`, `${list}.push(${lambda(scope, [num], 1).s});`];
  if (r.chance(0.7)) lines.push(`${list}.push(${lambda(scope, [num], 1).s}, Math.sin);`);
  if (r.chance(0.3)) lines.push(`if (${condition(scope, 1).s}) ${list}.push(${lambda(scope, [num], 1).s}); else ${list}.push(Math.cos);`);
  return [
    ...lines,
    r.pick([
      `${target.name} = ${list}.reduce((${acc}, ${g}) => Math.tanh(${g}(${acc})), ${target.name});`,
      `${target.name} += Math.sin(${list}[0]!(${arg(leaf(scope))})) + ${list}.length * 0.1;`,
    ]),
  ];
}

function tableOfFunctions(scope: Scope): string[] {
  const name = scope.names.fresh("ops");
  const [first, second] = [lambda(scope, [num], 2), lambda(scope, [num, num], 2)];
  scope.declare({ name: `${name}.one`, ty: { k: "fn", params: [num] }, writable: false });
  scope.declare({ name: `${name}.two`, ty: { k: "fn", params: [num, num] }, writable: false });
  return [`const ${name} = { one: ${first.s}, two: ${second.s} };`];
}

function spreadArray(scope: Scope, array: Variable): string[] {
  const name = scope.names.fresh();
  const ty: Ty = { k: "arr", el: num, len: (array.ty as Arr).len + 1 };
  const extra = arg(bounded(scope, number(scope, 1)));
  scope.declare({ name, ty, writable: false, mutable: true });
  return [`const ${name} = ${scope.random.chance(0.5) ? `[...${array.name}, ${extra}]` : `[${extra}, ...${array.name}]`};`];
}

function spreadRecord(scope: Scope, record: Variable): string[] {
  const name = scope.names.fresh();
  const [field] = scope.random.pick((record.ty as Extract<Ty, { k: "rec" }>).fields.filter(([, t]) => t.k === "num").concat([["p", num]]));
  if (!(record.ty as Extract<Ty, { k: "rec" }>).fields.some(([n]) => n === field)) return [];
  const replaced = arg(bounded(scope, number(scope, 1)));
  scope.declare({ name, ty: record.ty, writable: false });
  return [`const ${name} = { ...${record.name}, ${field}: ${replaced} };`];
}

/** Options that may be given, spread over and under others. */
function options(scope: Scope, target: Variable): string[] {
  const r = scope.random, [own, all] = [scope.names.fresh("opts"), scope.names.fresh("all")];
  const one = (): string => arg(bounded(scope, number(scope, 1)));
  const given = r.pick([`{ k: ${one()} }`, "{}", `{ m: ${one()} }`]), other = r.pick([`{ k: ${one()} }`, `{ m: ${one()}, k: ${one()} }`]);
  const whole = r.pick([
    `{ ...${own}, m: ${one()} }`,
    `{ k: ${one()}, ...${own} }`,
    `{ ...${own} }`,
    `{ m: ${one()}, ...${own}, k: ${one()} }`,
    `Object.assign({ k: ${one()} }, ${own})`,
  ]);
  return [
    `const ${own}: { k?: number; m?: number } = ${condition(scope, 1).s} ? ${given} : ${other};`,
    `const ${all}: { k?: number; m?: number } = ${whole};`,
    ...(r.chance(0.3) ? [`${all}.m = (${all}.m ?? 1) * 0.5;`] : []),
    `${target.name} += (${all}.k ?? ${arg(leaf(scope))}) * 0.2 - (${all}.m ?? 0.3) * 0.1;`,
  ];
}

/** A sum over map, filter, slice or Array.from. */
function chained(scope: Scope, array: Variable, target: Variable): string[] {
  const r = scope.random;
  const [v, i, p] = [scope.names.fresh(), scope.names.fresh("i"), scope.names.fresh()];
  const len = (array.ty as Arr).len;
  const body = scope.functionBody(
    [
      { name: v, ty: num, writable: false },
      { name: i, ty: { k: "int", below: len }, writable: false },
    ],
    () => bounded(scope, number(scope, 2)),
  );
  const middle = r.weighted<() => string>([
    [3, () => `${array.name}.map((${v}, ${i}) => ${arg(body)})`],
    [2, () => `${array.name}.filter((${v}, ${i}) => ${arg(body)} > 0)`],
    [1, () => `${array.name}.slice(${r.below(len)})`],
    [1, () => `Array.from(${array.name}, (${v}, ${i}) => ${arg(body)})`],
    [scope.flags.writes ? 1 : 0, () => `[...${array.name}].sort((${v}, ${i}) => ${v} - ${i})`],
    [scope.flags.writes ? 0.5 : 0, () => `[...${array.name}].reverse()`],
  ])();
  return [`${target.name} ${r.pick(["+=", "="])} ${middle}.reduce((${p}, ${v}) => ${p} ${r.pick(["+", "*", "-"])} ${v}, ${arg(leaf(scope))}) * 0.25;`];
}

/** Calls of helpers that return arrays or records, taken apart or kept. */
function made(scope: Scope, maker: Variable): string[] {
  const r = scope.random;
  const ty = maker.ty as Extract<Ty, { k: "maker" }>;
  const call = `${maker.name}(${ty.params.map((p) => arg(p.k === "num" ? bounded(scope, expression(scope, p, 1)) : expression(scope, p, 1))).join(", ")})`;
  if (r.chance(0.5)) {
    const name = scope.names.fresh();
    scope.declare({ name, ty: ty.result, writable: false, mutable: true });
    return [`const ${name} = ${call};`];
  }
  const [a, b] = [scope.names.fresh(), scope.names.fresh()];
  [a, b].forEach((name) => scope.declare({ name, ty: num, writable: true }));
  const { result } = ty;
  if (result.k === "rec") return [`let { p: ${a}, q: ${b} } = ${call};`];
  return [(result as Arr).tuple ? `let [${a}, ${b}] = ${call};` : `let [${a} = 0, ${b} = 1] = ${call};`];
}

/** A value that may be absent. */
function optional(scope: Scope, target: Variable): string[] {
  const r = scope.random;
  const name = scope.names.fresh("maybe");
  const test = condition(scope, 1).s;
  const [a, b] = [arg(bounded(scope, number(scope, 1))), arg(bounded(scope, number(scope, 1)))];
  const none = r.pick(["undefined", "null"]);
  const use = r.pick([`${name} ?? ${b}`, `${name} === ${none} ? ${b} : ${name} * 0.5`]);
  return [`const ${name} = ${test} ? ${a} : ${none};`, `${target.name} = ${use};`];
}

/** A number, or what the function returns. */
const value = (scope: Scope): string => (scope.returns ? arg(expression(scope, scope.returns, 1)) : arg(bounded(scope, number(scope, 1))));

/** Something thrown on the spot or by a function called there, and caught; a `finally`. */
function tried(scope: Scope, target: Variable): string[] {
  const r = scope.random;
  const [test, a, b, c] = [condition(scope, 1).s, ...[0, 1, 2].map(() => arg(bounded(scope, number(scope, 1))))];
  const e = scope.names.fresh("error"), check = scope.names.fresh("check");
  const way = r.below(10), isDeep = way >= 8, deep = scope.names.fresh("deep");
  const thrown =
    way < 4 ? `if (${test}) throw new RangeError("r");` : isDeep ? `${target.name} = ${deep}(${target.name}, ${r.below(3)});` : `${check}(${target.name});`;
  const end = r.chance(0.4)
    ? [
        `} finally {`,
        `  ${target.name} ${r.pick(["+=", "*="])} ${r.pick(["0.5", target.name])};`,
        ...(r.chance(0.3) && scope.targets.length === 0 && scope.canReturn ? [`  if (${target.name} > 4) return ${value(scope)};`] : []),
        `  ${target.name} = Math.tanh(${target.name});`,
        "}",
      ]
    : ["}"];
  const onlyFinally = end.length > 1 && !isDeep && way >= 4 && r.chance(0.3);
  if (onlyFinally)
    return ["try {", `  ${target.name} = ${a};`, `  ${scope.targets.length > 0 ? "" : scope.canReturn ? `if (${test}) return ${b};` : ""}`, ...end];
  return [
    ...(isDeep
      ? [
          `function ${deep}(v_: number, n_: number): number { if (v_ > ${r.pick(["0", "1", "-0.5"])}) throw new Error("large"); return n_ <= 0 ? v_ * v_ : ${deep}(v_ * 0.8 + 0.2, n_ - 1) * v_; }`,
        ]
      : []),
    ...(thrown.startsWith("if") || isDeep
      ? []
      : [`const ${check} = (v_: number): void => { if (v_ > ${r.pick(["0", "1", "-0.5"])} && ${test}) throw new Error("large"); };`]),
    "try {",
    `  ${target.name} = ${a};`,
    `  ${thrown}`,
    `  ${target.name} ${r.pick(["=", "+=", "*="])} ${b};`,
    `} catch${r.chance(0.4) ? ` (${e})` : ""} {`,
    `  ${target.name} ${r.pick(["=", "+=", "*="])} ${c};`,
    ...end,
  ];
}

function nestedPattern(scope: Scope): string[] {
  const [a, b, c] = [scope.names.fresh(), scope.names.fresh(), scope.names.fresh()];
  const values = [0, 1, 2].map(() => arg(bounded(scope, number(scope, 1))));
  [a, b, c].forEach((name) => scope.declare({ name, ty: num, writable: false }));
  return [`const { u: [${a}, ${b}], v: { w: ${c} } } = { u: [${values[0]}, ${values[1]}] as [number, number], v: { w: ${values[2]} } };`];
}

/** A reference that is one of two, by a condition. */
function chosenBranchValue(scope: Scope): string[] {
  const pairs = scope.of((v) => v.ty.k === "arr" && v.ty.el.k === "num" && !v.ty.typed && !v.ty.tuple && (!scope.flags.writes || v.mutable === true));
  const [first] = pairs;
  const second = pairs.find((v) => v !== first && sameType(v.ty, first!.ty) && (v.ty as Arr).len === (first!.ty as Arr).len);
  if (!first || !second) return [];
  const name = scope.names.fresh();
  const test = condition(scope, 1);
  scope.declare({ name, ty: first.ty, writable: false, mutable: scope.flags.writes });
  return [`const ${name} = ${paren(test, P.or)} ? ${first.name} : ${second.name};`];
}

/** The text of a module helper that returns a record, a tuple or an array. */
export function makerResult(scope: Scope, ty: Ty): string {
  const values = [0, 1].map(() => arg(bounded(scope, number(scope, 2))));
  return ty.k === "rec" ? `{ p: ${values[0]}, q: ${values[1]} }` : `[${values.join(", ")}]`;
}

