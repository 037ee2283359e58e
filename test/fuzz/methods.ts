/** Methods that reorder, lengthen and shorten arrays, on an array whose length is known all along; swaps by destructuring; clones; throws that are not reached. */
import { bounded, condition, number, P, paren, type Text } from "./expressions.ts";
import { isNum, num, type Scope, type Ty } from "./scope.ts";

const arg = (e: Text): string => paren(e, P.assign);
const small = (scope: Scope): string => arg(bounded(scope, number(scope, 1)));

/** Some methods, one after the other, on an array made here or a copy of one. */
export function methodStatement(scope: Scope): string[] {
  const r = scope.random;
  const name = scope.names.fresh("list");
  const sources = scope.of((v) => v.ty.k === "arr" && v.ty.el.k === "num" && !v.ty.tuple);
  const source = sources.length > 0 && r.chance(0.3) ? r.pick(sources) : null;
  const start = source ? (source.ty as Extract<Ty, { k: "arr" }>).len : 3 + r.below(2);
  const lines = [
    source
      ? `const ${name} = Array.from(${source.name}).slice(0, ${start});`
      : `const ${name} = [${Array.from({ length: start }, () => small(scope)).join(", ")}];`,
  ];
  let length = start;
  for (let k = 1 + r.below(3); k > 0; k--) {
    const step = method(scope, name, length);
    lines.push(...step.lines);
    length = step.length;
  }
  scope.declare({ name, ty: { k: "arr", el: num, len: length }, writable: false, mutable: true });
  const writable = scope.of((v) => isNum(v) && v.writable);
  if (writable.length > 0)
    lines.push(
      `${r.pick(writable).name} += ${r.pick([`${name}[${r.below(length)}]!`, `${name}.at(${r.pick(["-1", "0", String(r.below(length))])})!`, `${name}.reduce((u, v) => u + 0.5 * v, 0)`])} * 0.3;`,
    );
  return lines;
}

/** An array loses an element, and a write past its end makes it as long as before. */
export function shortenedAndWritten(scope: Scope, name: string): readonly string[] {
  const last = scope.names.fresh("last");
  return scope.random.pick<() => readonly string[]>([
    () => [`const ${last} = ${name}.length - 1;`, `${name}[${last}]! ${scope.random.pick(["+=", "*="])} ${name}.pop()! * 0.5;`],
    () => [`const ${last} = ${name}.pop()!;`, `${name}[${name}.length] = Math.sin(${last}) + ${small(scope)};`],
    () => [`const ${last} = ${name}.length - 1;`, `const top_${last} = ${name}.pop()!;`, `${name}[${last}] = top_${last} * ${small(scope)};`],
    () => [`const ${last} = ${name}.length;`, `const first_${last} = ${name}.shift()!;`, `${name}[${last} - 1] = Math.cos(first_${last});`],
  ])();
}

/** Written at its end, and so made longer: one place, several, or from its length on. */
export function writtenAtEnd(scope: Scope, name: string, copy: string): readonly string[] {
  const end = scope.names.fresh("end");
  return scope.random.pick<() => readonly string[]>([
    () => [`const ${end} = ${name}.length;`, `${name}[${end} + 1] = ${small(scope)};`, `${name}[${end}] = Math.sin(${name}[${end} + 1]!);`],
    () => [`const ${end} = ${name}.length;`, `for (let i = 0; i < 2; i++) ${name}[${end} + i] = ${name}[i]! * ${small(scope)};`],
    () => [`for (let i = ${name}.length; i < ${scope.random.pick(["4", "6"])}; i++) ${name}[i] = Math.cos(${name}[i - 1]!);`],
    () => [
      `const ${copy} = ${name}.slice(), ${end} = ${copy}.length;`,
      `for (let i = ${end}; i > 1; i--) ${copy}[i] = ${copy}[i - 1]!;`,
      `${copy}[1] = ${small(scope)};`,
      `${name}[0]! += ${copy}[${end}]! * ${copy}[1]!;`,
    ],
  ])();
}

interface Step { readonly lines: readonly string[]; /** Elements that are there afterwards, at least. */ readonly length: number }

function method(scope: Scope, name: string, length: number): Step {
  const r = scope.random;
  const at = (): number => r.below(length);
  const copy = scope.names.fresh("copy");
  return r.weighted<() => Step>([
    [1.5, () => ({ lines: [`${name}.sort((u, v) => ${r.pick(["u - v", "v - u"])});`], length })],
    [1, () => ({ lines: [`${name}.unshift(${small(scope)}${r.chance(0.4) ? `, ${small(scope)}` : ""});`], length: length + 1 })],
    [1, () => ({ lines: [`${name}.splice(${at()}, ${r.below(2)}, ${small(scope)});`], length })],
    [length > 2 ? 1 : 0, () => ({ lines: [`${name}.splice(${at()}, 1);`], length: length - 1 })],
    [length > 2 ? 0.7 : 0, () => ({ lines: [`${name}.${r.pick(["shift", "pop"])}();`], length: length - 1 })],
    // a place at the end of what became shorter
    [0.7, () => ({ lines: shortenedAndWritten(scope, name), length })],
    [0.7, () => ({ lines: writtenAtEnd(scope, name, copy), length })],
    [1, () => ({ lines: [`${name}.fill(${small(scope)}, ${r.below(length)}${r.chance(0.5) ? `, ${r.below(length) + 1}` : ""});`], length })],
    [1, () => ({ lines: [`${name}.copyWithin(${at()}, ${at()}${r.chance(0.5) ? `, ${r.below(length) + 1}` : ""});`], length })],
    [1, () => ({ lines: [`${name}.push(...${name}.slice(${r.pick(["1", "-2", "0, 2"])}));`], length })],
    [0.8, () => ({ lines: [`${name}.reverse();`], length })],
    [
      1,
      () => {
        const [i, j] = [at(), at()];
        return { lines: [`[${name}[${i}], ${name}[${j}]] = [${name}[${j}]! * 0.5, ${name}[${i}]!];`], length };
      },
    ],
    // copies: what is done to them must not be seen in the original, and their gradients must come back to it
    [
      1,
      () => ({
        lines: [
          `const ${copy} = ${name}.${r.pick([`with(${at()}, ${small(scope)})`, "toSorted((u, v) => v - u)", "toReversed()", `concat([${small(scope)}])`, "slice()"])};`,
          `${copy}[${at()}]! *= ${small(scope)};`,
          `${name}[${at()}]! += Math.sin(${copy}[${at()}]!);`,
        ],
        length,
      }),
    ],
    [
      0.8,
      () => ({
        lines: [`const ${copy} = [${name}, [${small(scope)}, 1]].flat();`, `${name}[${at()}] = Math.tanh(${copy}[${at()}]! * ${copy}[${length}]!);`],
        length,
      }),
    ],
    [
      0.8,
      () => ({
        lines: [`const ${copy} = ${name}.flatMap((u, i) => (i % 2 ? [u, u * 0.5] : [u]));`, `${name}[${at()}]! -= Math.sin(${copy}[${at()}]!);`],
        length,
      }),
    ],
    [0.6, () => ({ lines: [`if (${condition(scope, 1).s}) ${name}.${r.pick([`push(${small(scope)})`, `unshift(${small(scope)})`, "reverse()"])};`], length })],
    [0.4, () => ({ lines: [`if (!(${name}.length > 0)) throw new RangeError("empty");`], length })],
    [
      0.6,
      () => {
        const key = scope.names.fresh("key"),
          parts = scope.names.fresh("parts");
        return {
          lines: [
            `for (const ${key} of ["p", "q"] as const) { const ${parts} = { p: ${small(scope)}, q: 2 }; ${parts}[${key}] *= ${name}[${at()}]!; ${name}[${at()}] = Math.sin(${parts}[${key}]); }`,
          ],
          length,
        };
      },
    ],
  ])();
}
