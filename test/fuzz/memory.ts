/** Memory under several names, and loops over subscripts: what recording and reading again must get right. */
import { bounded, condition, number, P, paren, type Text } from "./expressions.ts";
import { isNum, num, typeText, type Scope, type Ty, type Variable } from "./scope.ts";

const arg = (e: Text): string => paren(e, P.assign);
type Arr = Extract<Ty, { k: "arr" }>;

const small = (scope: Scope): string => arg(bounded(scope, number(scope, 1)));
const lengthOf = (v: Variable): number => (v.ty as Arr).len;

export function memoryStatement(scope: Scope): string[] {
  const r = scope.random;
  const rows = scope.of((v) => v.ty.k === "arr" && v.ty.el.k === "num" && !v.ty.tuple && v.mutable === true);
  const plain = rows.filter((v) => (v.ty as Arr).typed !== true);
  return r.weighted<() => string[]>([
    [3, () => recurrence(scope, rows)],
    [2, () => table(scope)],
    [1.5, () => flat(scope)],
    [rows.length > 1 ? 3 : 0, () => conditionalAlias(scope, rows)],
    [plain.length > 1 ? 2.5 : 0, () => sharedRows(scope, plain)],
    [rows.length > 0 ? 2.5 : 0, () => calleeWrites(scope, rows)],
    [1.5, () => objects(scope)],
    [2.5, () => views(scope, rows.filter((v) => (v.ty as Arr).typed === true))],
    [1, () => rowViews(scope)],
  ])();
}

function fresh(scope: Scope, length: number): { readonly name: string; readonly lines: string[] } {
  const name = scope.names.fresh("row");
  const r = scope.random;
  const lines = r.chance(0.5)
    ? [`const ${name} = [${Array.from({ length }, () => small(scope)).join(", ")}];`]
    : [`const ${name} = new Float64Array(${length});`, `${name}[${r.below(length)}] = ${small(scope)};`, `${name}[${r.below(length)}] = ${small(scope)};`];
  scope.declare({ name, ty: { k: "arr", el: num, len: length, ...(lines.length > 1 ? { typed: true } : {}) }, writable: false, mutable: true });
  return { name, lines };
}

/** `a[i] = f(a[i - 1], a[i])` upwards or downwards, by one or two, with a subscript that may meet others. */
function recurrence(scope: Scope, rows: readonly Variable[]): string[] {
  const r = scope.random;
  const usable = rows.filter((v) => lengthOf(v) >= 3);
  const made = usable.length === 0 || r.chance(0.4) ? fresh(scope, 5) : null;
  const a = made?.name ?? r.pick(usable).name;
  const b = usable.length > 0 && r.chance(0.4) ? r.pick(usable).name : a;
  const i = scope.names.fresh("i");
  const n = made ? 5 : Math.min(...usable.map(lengthOf));
  const subscript = (): string => r.pick([i, `${i} - 1`, `${i} + 1`, i, `${i} - 1`, `${n - 1} - ${i}`, "0", "1", String(n - 1)]);
  const factor = small(scope);
  const term = (): string =>
    r.pick([
      `${a}[${subscript()}]!`,
      `${b}[${subscript()}]!`,
      `Math.sin(${a}[${subscript()}]!)`,
      `Math.cos(${b}[${subscript()}]! * ${factor})`,
      `${b}[${subscript()}]! * ${a}[${subscript()}]!`,
    ]);
  const writable = scope.of((v) => isNum(v) && v.writable);
  const inside = [
    ...(writable.length > 0 && r.chance(0.3) ? [`${r.pick(writable).name} += ${term()};`] : []),
    `${a}[${r.pick([i, i, subscript()])}]${r.pick([" =", " =", "! +=", "! -="])} Math.tanh(${factor} * ${term()} + ${term()});`,
    ...(r.chance(0.3) ? [`${b}[${subscript()}]! *= Math.tanh(${term()});`] : []),
  ];
  const lines = r.chance(0.25) ? [`if (${condition(scope, 1).s}) {`, ...inside.map((l) => `  ${l}`), "}"] : inside;
  const head = r.pick([
    `let ${i} = 1; ${i} < ${n - 1}; ${i}++`,
    `let ${i} = ${n - 2}; ${i} >= 1; ${i}--`,
    `let ${i} = 1; ${i} < ${n - 1}; ${i} += 2`,
    `let ${i} = 1; ${i} <= ${n - 2}; ${i}++`,
  ]);
  return [...(made?.lines ?? []), `for (${head}) {`, ...lines.map((l) => `  ${l}`), "}"];
}

/** A table as dynamic programming and factorisations fill it, in place. */
function table(scope: Scope): string[] {
  const r = scope.random;
  const [m, i, j, k] = [scope.names.fresh("tab"), scope.names.fresh("i"), scope.names.fresh("j"), scope.names.fresh("k")];
  const x = small(scope), y = small(scope);
  const make = r.pick([
    `const ${m} = Array.from({ length: 4 }, (_, ${i}) => [${x}, ${y}, ${i}, 1]);`,
    `const ${m} = [[${x}, 1, 2, 0.5], [1, ${y}, 0.3, 2], [${y}, 1, ${x}, 0.1], [1, 2, 3, ${x}]];`,
    `const ${m}: number[][] = [];\nfor (let ${i} = 0; ${i} < 4; ${i}++) ${m}.push([${x}, ${i}, ${y}, 1]);`,
  ]).split("\n");
  const row = (): string => r.pick([i, i, `${i} - 1`, j, k, "0"]);
  const column = (): string => r.pick([j, j, `${j} - 1`, i, k, "3"]);
  const at = (): string => `${m}[${row()}]![${column()}]!`;
  const value = `Math.tanh(${at()} * ${at()} + 0.5 * ${at()})`;
  scope.declare({ name: m, ty: { k: "arr", el: { k: "arr", el: num, len: 4 }, len: 4 }, writable: false, mutable: true });
  return [
    ...make,
    `for (let ${k} = 0; ${k} < 4; ${k}++) {`,
    `  for (let ${i} = ${r.pick(["1", `${k} + 1`])}; ${i} < 4; ${i}++) {`,
    ...(r.chance(0.5) ? [`    ${m}[${i}]![${k}]! /= 2 + ${m}[${r.pick([i, k])}]![${r.pick([k, k, "0", i])}]! ** 2;`] : []),
    `    for (let ${j} = ${r.pick(["1", `${k} + 1`, i])}; ${j} < 4; ${j}++) ${m}[${i}]![${j}]${r.pick([" =", "! -=", "! +="])} ${value};`,
    "  }", "}",
  ];
}

/** The same in one array, `i * n + j`. */
function flat(scope: Scope): string[] {
  const r = scope.random;
  const [m, i, j, n] = [scope.names.fresh("flat"), scope.names.fresh("i"), scope.names.fresh("j"), scope.names.fresh("w")];
  const x = small(scope), y = small(scope);
  const at = (): string =>
    `${m}[${r.pick([`${i} * ${n} + ${j}`, `${i} * ${n} + ${j} - 1`, `(${i} - 1) * ${n} + ${j}`, `${i} * ${n}`, `${j} * ${n} + ${i}`, `${n} + ${j}`])}]!`;
  scope.declare({ name: m, ty: { k: "arr", el: num, len: 9 }, writable: false, mutable: true });
  return [
    `const ${n} = 3;`,
    `const ${m} = [${x}, 1, 2, ${y}, 3, 0.5, 1, ${x}, 0.2];`,
    `for (let ${i} = 1; ${i} < ${n}; ${i}++) for (let ${j} = ${r.pick(["1", "0", i])}; ${j} < ${n}; ${j}++) ${at().replace(/!$/, "")}${r.pick([" =", "! -=", "! *="])} Math.tanh(${at()} * ${at()} + ${at()});`,
  ];
}

/** Parts of typed arrays, and parts of parts, written and read under each name; some kept in an array or handed to a function. */
function views(scope: Scope, typed: readonly Variable[]): string[] {
  const r = scope.random;
  const usable = typed.filter((v) => lengthOf(v) >= 3);
  const length = 6, made = scope.names.fresh("mem");
  const reused = usable.length > 0 && r.chance(0.5) ? r.pick(usable) : null;
  const whole = reused?.name ?? made, size = reused ? lengthOf(reused) : length;
  const lines = reused
    ? []
    : [
        `const ${made} = ${r.chance(0.5) ? `Float64Array.of(${Array.from({ length }, () => small(scope)).join(", ")})` : `Float64Array.from({ length: ${length} }, (_, k_) => ${small(scope)} * k_)`};`,
      ];
  if (!reused) scope.declare({ name: made, ty: { k: "arr", el: num, len: length, typed: true }, writable: false, mutable: true });
  const known: { readonly name: string; readonly len: number }[] = [{ name: whole, len: size }];
  for (let k = 1 + r.below(3); k > 0; k--) {
    const of = r.pick(known), name = scope.names.fresh("view");
    const from = r.below(of.len), to = from + 1 + r.below(of.len - from);
    const place = (n: number): string => (r.chance(0.2) && n < of.len ? String(n - of.len) : String(n));
    const text = from === 0 && to === of.len && r.chance(0.5) ? "" : to === of.len && r.chance(0.6) ? place(from) : `${place(from)}, ${place(to)}`;
    lines.push(`const ${name} = ${of.name}.subarray(${text});`);
    known.push({ name, len: to - from });
    scope.declare({ name, ty: { k: "arr", el: num, len: to - from, typed: true }, writable: false, mutable: true });
  }
  const at = (): string => { const v = r.pick(known); return `${v.name}[${r.below(v.len)}]!`; };
  const write = (): string => `${at().replace(/!$/, "")}${r.pick([" =", "! +=", "! *="])} Math.tanh(${at()} * ${small(scope)} + ${at()});`;
  const loop = (): string[] => {
    const i = scope.names.fresh("i"), [a, b] = [r.pick(known), r.pick(known)], n = Math.min(a.len, b.len);
    const b2 = r.pick([`${b.name}[${i}]!`, `${b.name}[${n - 1} - ${i}]!`, at()]);
    return [`for (let ${i} = 0; ${i} < ${n}; ${i}++) ${a.name}[${i}]${r.pick([" =", "! +=", "! *="])} Math.sin(${b2} * ${small(scope)});`];
  };
  lines.push(write(), ...(r.chance(0.5) ? loop() : [write()]));
  if (r.chance(0.4)) {
    const list = scope.names.fresh("parts"), e = scope.names.fresh("part"), some = [r.pick(known), r.pick(known)];
    lines.push(`const ${list} = [${some.map((v) => v.name).join(", ")}];`, `for (const ${e} of ${list}) ${e}[0]! *= Math.cos(${at()});`);
  }
  if (r.chance(0.4)) {
    const mix = scope.names.fresh("mix"), [a, b] = [r.pick(known), r.pick(known)];
    lines.push(
      `const ${mix} = (u_: Float64Array, v_: Float64Array): void => { for (let k_ = 0; k_ < v_.length; k_++) u_[0] = Math.tanh(u_[0]! + v_[k_]! * ${small(scope)}); };`,
      `${mix}(${a.name}, ${b.name});`,
    );
  }
  return [...lines, write()];
}

/** The rows of a matrix in one array, each a view in its trip. */
function rowViews(scope: Scope): string[] {
  const r = scope.random;
  const [m, row, other, i, j] = [scope.names.fresh("grid"), scope.names.fresh("row"), scope.names.fresh("row"), scope.names.fresh("i"), scope.names.fresh("j")];
  const [x, y] = [small(scope), small(scope)];
  const at = (): string => r.pick([`${row}[${j}]!`, `${other}[${j}]!`, `${row}[0]!`, `${other}[2 - ${j}]!`, `${m}[${i} * 3 + ${j}]!`, `${m}[${j}]!`]);
  const isSkipped = r.chance(0.5), end = r.pick([`, ${i} * 3 + 3`, `, (${i} + 1) * 3`, ""]);
  scope.declare({ name: m, ty: { k: "arr", el: num, len: 9, typed: true }, writable: false, mutable: true });
  return [
    `const ${m} = new Float64Array([${x}, 1, 2, ${y}, 3, 0.5, 1, ${x}, 0.2]);`,
    `for (let ${i} = 1; ${i} < 3; ${i}++) {`,
    `  const ${row} = ${m}.subarray(${i} * 3${end}), ${other} = ${m}.subarray(${r.pick([`(${i} - 1) * 3`, "3", `6 - ${i} * 3`])}, ${r.pick([`${i} * 3`, "9", "-1"])});`,
    ...(isSkipped ? [`  if (${other}.length < 3) continue;`] : []),
    `  for (let ${j} = 0; ${j} < ${isSkipped ? "3" : `Math.min(${row}.length, ${other}.length, 3)`}; ${j}++) ${r.pick([`${row}[${j}]`, `${other}[${j}]`])}${r.pick([" =", "! -=", "! *="])} Math.tanh(${at()} * ${at()} + ${at()});`,
    "}",
  ];
}

function conditionalAlias(scope: Scope, rows: readonly Variable[]): string[] {
  const r = scope.random;
  const a = r.pick(rows);
  const same = rows.filter((v) => typeText(v.ty) === typeText(a.ty));
  const b = r.pick(same);
  const name = scope.names.fresh("alias");
  const len = Math.min(lengthOf(a), lengthOf(b));
  const lines = [
    `const ${name} = ${paren(condition(scope, 1), P.or + 1)} ? ${a.name} : ${b.name};`,
    `${name}[${r.below(len)}]${r.pick([" =", "! +=", "! *="])} ${small(scope)};`,
    `${r.pick([a, b]).name}[${r.below(len)}]${r.pick([" =", "! +=", "! *="])} Math.sin(${name}[${r.below(len)}]! * ${small(scope)});`,
  ];
  scope.declare({ name, ty: { ...(a.ty as Arr), len }, writable: false, mutable: true });
  return lines;
}

/** Rows of several matrices, swapped and replaced. */
function sharedRows(scope: Scope, rows: readonly Variable[]): string[] {
  const r = scope.random;
  const [m, o] = [scope.names.fresh("m"), scope.names.fresh("m")];
  const pick = (): Variable => r.pick(rows);
  const [a, b, c] = [pick(), pick(), pick()];
  const len = Math.min(lengthOf(a), lengthOf(b), lengthOf(c));
  const e = (): string => `${r.pick([m, o])}[${r.below(2)}]![${r.below(len)}]`;
  const ty: Ty = { k: "arr", el: { k: "arr", el: num, len }, len: 2 };
  const lines = [
    `const ${m} = [${a.name}, ${b.name}];`, `const ${o} = [${m}[${r.below(2)}]!, ${c.name}];`,
    ...(r.chance(0.5) ? [`[${m}[0], ${m}[1]] = [${m}[1]!, ${m}[0]!];`] : []),
    `${e()}${r.pick([" =", "! +=", "! *="])} Math.sin(${e()}! * ${small(scope)});`,
    ...(r.chance(0.4) ? [`${o}[${r.below(2)}] = ${m}[${r.below(2)}]!;`] : []),
    ...(r.chance(0.3) ? [`const ${m}_ = ${o}[0]!;`, `${o}[0] = ${o}[1]!;`, `${o}[1] = ${m}_;`] : []),
    `${e()}! *= ${e()}! + ${small(scope)};`,
  ];
  scope.declare({ name: m, ty, writable: false, mutable: true });
  scope.declare({ name: o, ty, writable: false, mutable: true });
  return lines;
}

/** An inner function that writes into what it is given, perhaps the same array twice. */
function calleeWrites(scope: Scope, rows: readonly Variable[]): string[] {
  const r = scope.random;
  const a = r.pick(rows);
  const same = rows.filter((v) => typeText(v.ty) === typeText(a.ty));
  const b = r.chance(0.5) ? a : r.pick(same);
  const [name, p, q, k] = [scope.names.fresh("mix"), scope.names.fresh("to"), scope.names.fresh("from"), scope.names.fresh("k")];
  const len = Math.min(lengthOf(a), lengthOf(b));
  const type = typeText(a.ty);
  const at = (): string => `${r.pick([p, q])}[${r.below(len)}]!`;
  const lines = r.chance(0.5)
    ? [`for (let ${k}_ = 0; ${k}_ < ${len}; ${k}_++) ${p}[${k}_] = Math.tanh(${p}[${k}_]! * ${k} + ${q}[${len - 1} - ${k}_]!);`]
    : [`${p}[${r.below(len)}] = Math.sin(${at()} * ${at()} + ${k});`, `${q}[${r.below(len)}]! *= ${at()};`];
  return [
    `const ${name} = (${p}: ${type}, ${q}: ${type}, ${k}: number): void => {`,
    ...lines.map((l) => `  ${l}`),
    "};",
    `${name}(${a.name}, ${b.name}, ${small(scope)});`,
  ];
}

/** Objects that are reached twice, and linked. */
function objects(scope: Scope): string[] {
  const r = scope.random;
  const [a, b, list] = [scope.names.fresh("node"), scope.names.fresh("node"), scope.names.fresh("nodes")];
  const rec: Ty = { k: "rec", fields: [["p", num], ["q", num]] };
  const at = (): string => r.pick([`${a}.p`, `${b}.q`, `${list}[${r.below(3)}]!.p`, `${list}[${r.below(3)}]!.q`]);
  const e = scope.names.fresh("each");
  const lines = [
    `const ${a} = { p: ${small(scope)}, q: ${small(scope)} };`, `const ${b} = { p: ${small(scope)}, q: 1 };`,
    `const ${list} = [${a}, ${b}, ${r.pick([a, b, `{ p: 2, q: ${small(scope)} }`])}];`,
    ...(r.chance(0.4) ? [`[${list}[0], ${list}[2]] = [${list}[2]!, ${list}[1]!];`] : []),
    `for (const ${e} of ${list}) { ${e}.p ${r.pick(["+=", "*=", "="])} Math.sin(${e}.q * ${at()}); ${r.chance(0.5) ? `${at()} += ${e}.p;` : ""} }`,
    `${at()} *= ${at()};`,
  ];
  for (const name of [a, b]) scope.declare({ name, ty: rec, writable: false, mutable: true });
  scope.declare({ name: list, ty: { k: "arr", el: rec, len: 3 }, writable: false, mutable: true });
  return lines;
}
