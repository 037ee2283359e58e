/** A small class of the module, and statements that make, change, compare, store and replace its instances. */
import { bounded, condition, leaf, number, P, paren, type Text } from "./expressions.ts";
import { num, type Scope, type Ty, type Variable } from "./scope.ts";

const arg = (e: Text): string => paren(e, P.assign);
type Instance = Extract<Ty, { k: "inst" }>;

/** Fields `p` and `q`; a method that changes the object and returns it, one that makes another, one that computes, a getter, a static. */
export function smallClass(scope: Scope): string[] {
  const r = scope.random, name = scope.names.fresh(r.pick(["Pair", "Vec", "State"]));
  const [a, b, k, o] = [scope.names.fresh(), scope.names.fresh(), scope.names.fresh(), scope.names.fresh("o")];
  const field = (object: string, n: string): Variable => ({ name: `${object}.${n}`, ty: num, writable: true });
  const own = [field("this", "p"), field("this", "q")], other = [field(o, "p"), field(o, "q")];
  const value = (params: readonly Variable[], depth = 2): string => arg(scope.functionBody([...own, ...params], () => bounded(scope, number(scope, depth))));
  const given: Variable = { name: k, ty: num, writable: false };
  const fields = r.weighted<() => string[]>([
    [2, () => [`constructor(public p = ${literalOf(scope)}, public q = ${literalOf(scope)}) {}`]],
    [2, () => ["p: number;", "q: number;", `constructor(${a}: number, ${b} = ${a} * 0.5) {`, `  this.p = ${a};`, `  this.q = ${b};`, "}"]],
    [
      1,
      () => [
        `q = ${literalOf(scope)};`,
        `constructor(public p: number, ${b}?: number) {`,
        `  if (${b} !== undefined) this.q = ${arg(scope.functionBody([{ name: b, ty: num, writable: false }], () => bounded(scope, number(scope, 1))))};`,
        "}",
      ],
    ],
  ])();
  const early = r.chance(0.3) ? [`  if (${k} > this.p) return this;`] : [];
  const lines = [
    ...fields,
    `scale(${k}: number): this {`,
    ...early,
    `  this.p ${r.pick(["=", "*=", "+="])} ${value([given])};`,
    `  this.q ${r.pick(["=", "-="])} ${value([given])};`,
    "  return this;",
    "}",
    `plus(${o}: ${name}): ${name} {`,
    `  return new ${name}(${value(other)}, ${value(other)});`,
    "}",
    `at(${k}: number): number {`,
    ...(r.chance(0.3) ? [`  if (${k} < 0) return this.size;`] : []),
    `  return ${value([given])};`,
    "}",
    "get size(): number {",
    `  return ${value([])};`,
    "}",
    `static of(${k}: number): ${name} {`,
    `  return new ${name}(${k}, ${arg(scope.functionBody([given], () => bounded(scope, number(scope, 1))))});`,
    "}",
  ];
  scope.classes.push(name);
  return [`class ${name} {`, ...lines.map((l) => `  ${l}`), "}"];
}

const literalOf = (scope: Scope): string => (scope.random.next() * 2).toFixed(2);

/** A statement about instances; none if the program has no class. */
export function instances(scope: Scope): string[] {
  const r = scope.random;
  if (scope.classes.length === 0) return [];
  const of = r.pick(scope.classes), ty: Instance = { k: "inst", name: of };
  const known = scope.of((v) => v.ty.k === "inst" && v.ty.name === of),
    writable = scope.of((v) => v.ty.k === "num" && v.writable),
    assignable = known.filter((v) => v.writable);
  const e = (depth = 1): string => arg(bounded(scope, number(scope, depth)));
  const fresh = (): string => r.weighted<() => string>([
    [3, () => `new ${of}(${e()}, ${e()})`], [1, () => `new ${of}(${e()})`], [1, () => `${of}.of(${e()})`],
    [known.length > 0 ? 3 : 0, () => `${r.pick(known).name}.plus(${r.pick(known).name})`],
  ])();
  const declare = (init: string): string[] => {
    const name = scope.names.fresh(), changes = r.chance(0.4);
    scope.declare({ name, ty, writable: changes });
    return [`${changes ? "let" : "const"} ${name} = ${init};`];
  };
  if (known.length === 0) return declare(fresh());
  const v = (): string => r.pick(known).name;
  return r.weighted<() => string[]>([
    [2, () => declare(fresh())],
    [2, () => [`${v()}.scale(${e()})${r.chance(0.3) ? `.scale(${arg(leaf(scope))} * 0.1)` : ""};`]],
    [1.5, () => [`${v()}.${r.pick(["p", "q"])} ${r.pick(["=", "*=", "+="])} ${e()};`]],
    [
      writable.length > 0 ? 3 : 0,
      () => [
        `${r.pick(writable).name} ${r.pick(["=", "+="])} ${r.pick([`${v()}.size`, `${v()}.at(${e()})`, `${fresh()}.scale(${e()}).size`, `${v()}.p * ${v()}.q`])};`,
      ],
    ],
    [1, () => declare(`${condition(scope, 1).s} ? ${v()} : ${r.chance(0.5) ? v() : fresh()}`)],
    [1, () => declare(v())],
    [assignable.length > 0 ? 2 : 0, () => [`${r.pick(assignable).name} = ${r.chance(0.5) ? v() : fresh()};`]],
    [assignable.length > 0 ? 1 : 0, () => [`if (${condition(scope, 1).s}) ${r.pick(assignable).name} = ${fresh()};`]],
    [
      assignable.length > 0 ? 1 : 0,
      () => {
        const i = scope.names.fresh("i"),
          target = r.pick(assignable).name;
        return [`for (let ${i} = 0; ${i} < ${1 + r.below(3)}; ${i}++) ${target} = ${target}.plus(${r.chance(0.5) ? v() : fresh()});`];
      },
    ],
    [writable.length > 0 ? 1.5 : 0, () => stored(scope, v, fresh, r.pick(writable).name)],
    [writable.length > 0 ? 1 : 0, () => [`{`, `  const { p, size } = ${v()};`, `  ${r.pick(writable).name} += (p - size) * 0.25;`, "}"]],
    [writable.length > 0 ? 0.7 : 0, () => [`${r.pick(writable).name} += ${v()} === ${v()} ? ${arg(leaf(scope))} : ${e()};`]],
  ])();
}

/** In an array, aliased, changed through it. */
function stored(scope: Scope, v: () => string, fresh: () => string, target: string): string[] {
  const r = scope.random, name = scope.names.fresh("vs"), item = scope.names.fresh();
  return [
    `const ${name} = [${v()}, ${fresh()}, ${v()}];`,
    ...(r.chance(0.5) ? [`${name}[${r.below(3)}] = ${name}[${r.below(3)}]!;`] : []),
    ...(r.chance(0.5) ? [`${name}.push(${fresh()});`] : []),
    r.chance(0.5)
      ? `for (const ${item} of ${name}) ${target} += ${item}.scale(0.7).size * 0.2;`
      : `${target} += ${name}.map((${item}) => ${item}.at(${arg(leaf(scope))})).reduce((a, b) => a + b, 0) * 0.2;`,
  ];
}
