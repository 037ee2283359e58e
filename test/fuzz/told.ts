/** Forms that a second generator found wrong: lists in literals, a memo that is asked first, constants and texts that have the type of a literal, unions of records. */
import { bounded, condition, number, P, paren, type Text } from "./expressions.ts";
import { num, type Scope } from "./scope.ts";

const arg = (e: Text): string => paren(e, P.assign);
const small = (scope: Scope): string => arg(bounded(scope, number(scope, 1)));

/** Some of them; what comes out is a variable of the scope. */
export function told(scope: Scope): string[] {
  const r = scope.random, out = scope.names.fresh();
  const lines = r.weighted<() => string[]>([
    [1.5, () => list(scope, out)],
    [scope.flags.recursion ? 1 : 0, () => memo(scope, out)],
    [1, () => constant(scope, out)],
    [1.5, () => union(scope, out)],
    [1, () => {
      const label = scope.names.fresh("label");
      return [
        `const ${label}: string = \`k\${${r.below(4)} % 2}\`;`,
        `let ${out} = ${label} === "k1" || ${label}.startsWith("z") ? ${small(scope)} : ${small(scope)};`,
      ];
    }],
  ])();
  scope.declare({ name: out, ty: num, writable: true });
  return lines;
}

function list(scope: Scope, out: string): string[] {
  const r = scope.random,
    [type, head, node, part] = [scope.names.fresh("Link"), scope.names.fresh("head"), scope.names.fresh("node"), scope.names.fresh("part")];
  const [a, b] = [small(scope), small(scope)];
  return [
    `type ${type} = { v: number; next: ${type} | null };`,
    ...r.pick([
      [`let ${head}: ${type} | null = null;`, `for (const ${part} of [${a}, ${b}]) ${head} = { v: ${part}, next: ${head} };`],
      [`let ${head}: ${type} | null = null;`, `${head} = { v: ${a}, next: { v: ${b}, next: null } };`],
      [`const ${head}: ${type} = { v: ${a}, next: null };`, `${head}.next = { v: ${b}, next: null };`],
    ]),
    `let ${out} = 0;`,
    `for (let ${node}: ${type} | null = ${head}; ${node} !== null; ${node} = ${node}.next) {`,
    ...(r.chance(0.5) ? [`  ${node}.v *= ${small(scope)};`] : []),
    `  ${out} = ${out} * 0.5 + ${node}.v;`,
    "}",
  ];
}

function memo(scope: Scope, out: string): string[] {
  const r = scope.random, [known, go, k, factor] = [scope.names.fresh("memo"), scope.names.fresh("go"), scope.names.fresh("k"), scope.names.fresh()];
  return [
    `const ${factor} = ${small(scope)};`,
    `const ${known}: ${r.pick(["number[]", "(number | undefined)[]"])} = [1, ${small(scope)}];`,
    `const ${go} = (${k}: number): number => {`,
    `  const found = ${known}[${k}];`,
    `  if (found !== undefined) return found${r.chance(0.3) ? ` * ${factor}` : ""};`,
    `  const made = ${go}(${k} - 1) * ${factor} + ${go}(${k} - 2) * 0.3;`,
    `  ${known}[${k}] = made;`,
    "  return made;",
    "};",
    `let ${out} = ${go}(${2 + r.below(4)});`,
  ];
}

function constant(scope: Scope, out: string): string[] {
  const r = scope.random, name = scope.names.fresh("cfg");
  const field = r.pick(["gain", "inner.k"]);
  return [
    `const ${name} = { gain: 1.5, inner: { k: 2 } } as const;`,
    `let ${out}: number = ${name}.${field};`,
    r.pick([`if (${condition(scope, 1).s}) ${out} = ${small(scope)};`, `for (let i_ = 0; i_ < 3; i_++) ${out} = ${out} * 0.5 + ${small(scope)};`]),
  ];
}

function union(scope: Scope, out: string): string[] {
  const r = scope.random, [type, one, all] = [scope.names.fresh("Shape"), scope.names.fresh("s"), scope.names.fresh("shapes")];
  const tag = r.pick([["k: \"c\"", "k: \"b\"", "s.k === \"c\""], ["k: 1", "k: 2", "s.k === 1"], ["ok: true", "ok: false", "s.ok"], ["q: 1", "", "\"q\" in s"]]);
  const [c, b, test = ""] = tag, asked = test.replaceAll(/\bs\b/g, one);
  const circle = `{ ${c}; r: number }`, box = `{ ${[b, "w: number", "h: number"].filter(Boolean).join("; ")} }`;
  const makeCircle = (): string => `{ ${c}, r: ${small(scope)} }`,
    makeBox = (): string => `{ ${[b, `w: ${small(scope)}`, `h: ${small(scope)}`].filter(Boolean).join(", ")} }`;
  const of = (s: string, t: string): string =>
    r.pick([`${t} ? ${s}.r * ${s}.r : ${s}.w * Math.sin(${s}.h)`, `${t} ? Math.cos(${s}.r) : ${s}.w + ${s}.h * 0.5`]);
  const begin = [`type ${type} = ${circle} | ${box};`, `let ${out} = ${r.pick(["0", "1"])};`];
  return r.pick<() => string[]>([
    () => [
      ...begin,
      `const ${all}: ${type}[] = [${[makeCircle(), makeBox(), r.pick([makeCircle, makeBox])()].join(", ")}];`,
      `for (const ${one} of ${all}) ${out} = ${out} * 0.5 + (${of(one, asked)});`,
    ],
    () => [
      ...begin,
      `const ${all}: ${type}[] = [];`,
      `for (let i_ = 0; i_ < 4; i_++) { if (i_ % 2 === 0) ${all}.push(${makeCircle()}); else ${all}.push(${makeBox()}); }`,
      `for (const ${one} of ${all}) {`,
      `  if (${asked}) { ${out} = ${out} * 0.5 + ${one}.r; continue; }`,
      `  ${out} += ${one}.w * ${one}.h;`,
      "}",
    ],
    () => [
      ...begin,
      `const ${one}: ${type} = ${condition(scope, 1).s} ? ${makeCircle()} : ${makeBox()};`,
      `${out} += ${of(one, asked)};`,
      ...(r.chance(0.5) ? [`${out} = Math.sin(${out}) * (${of(one, asked)});`] : []),
    ],
    () => [
      ...begin,
      `let ${one}: ${type} = ${makeCircle()};`,
      `for (let i_ = 0; i_ < 3; i_++) { ${out} = ${out} * 0.5 + (${of(one, asked)}); ${one} = ${asked} ? { ${[b, `w: ${one}.r`, `h: ${small(scope)}`].filter(Boolean).join(", ")} } : { ${c}, r: Math.cos(${one}.w) }; }`,
    ],
  ])();
}
