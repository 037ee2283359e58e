import type { IrFunction, Type, Var } from "../ir/ir.ts";
import { head, wrapped } from "./head.ts";

/** Longer lines are broken. */
const width = 120;

/** One way to tell what an argument is. */
interface Test {
  readonly index: number; readonly path: readonly string[];
  readonly kind: { readonly test: (at: string) => string; readonly followed: boolean; readonly absent: boolean };
}

/** One of the functions that are called, for its kinds of arguments. */
export interface Arm {
  readonly call: string;
  readonly before: { readonly text: string } | null;
  readonly tests: readonly Test[];
  /** How the parameters are written there. */
  readonly texts: readonly (string | null)[];
}

interface Written {
  readonly name: string | null;
  readonly index: number;
  readonly text: string | null;
  readonly isOptional: boolean;
  readonly isRest: boolean;
  readonly defaultText: string | null;
}

export interface Dispatcher {
  readonly name: string; readonly exported: boolean; readonly typeParameters: string;
  readonly doc: readonly string[];
  readonly before: { readonly name: string; readonly type: string } | null;
  readonly parameters: readonly Written[];
  readonly result: string;
  readonly arms: readonly Arm[];
}

/** One type for both: what the parts have in common is said once. */
export const joinedText = (texts: readonly string[]): string =>
  [...new Set(texts)].map((t, _, all) => (all.length > 1 && t.includes("=>") ? `(${t})` : t)).join(" | ");

/**
 * A function that asks of what kinds its arguments are, and calls the one for these:
 *
 *     if (typeof w === "number") return grad_f_number(x, w);
 *     return grad_f_array(x, w);
 */
export function dispatcher(d: Dispatcher): string {
  const taken = new Set(d.parameters.flatMap((p) => p.name ?? []).concat(d.before?.name ?? []));
  const free = (wanted: string): string => { let name = wanted; for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`; taken.add(name); return name; };
  const names = d.parameters.map((p) => p.name ?? free("options")), before = d.before && d.before.name;
  const opaque: Type = { kind: "opaque", text: null }, variable = (name: string, id: number): Var => ({ id, name, type: opaque });
  const given = [
    ...(d.before ? [{ name: d.before.name, text: d.before.type, isOptional: false, isRest: false, defaultText: null }] : []),
    ...d.parameters.map((p, k) => ({ ...p, name: names[k]! })),
  ];
  const vars = given.map((p, k) => variable(p.name, k));
  const fn: IrFunction = {
    name: d.name,
    loc: { fileName: "", start: 0, end: 0 },
    exported: d.exported,
    inputs: [],
    wrt: null,
    body: { instructions: [], yields: [], dead: false },
    result: opaque,
    parameters: given.map((p, k) => ({
      pattern: { kind: "name", variable: vars[k]! },
      typeText: p.text,
      optional: p.isOptional,
      rest: p.isRest,
      ...(p.defaultText === null ? {} : { defaultText: p.defaultText }),
    })),
    typeParameters: d.typeParameters,
    resultText: d.result,
    nextId: 0,
  };
  const at = (t: Test): string => [names[t.index], ...t.path].join(t.path.length > 0 ? "." : "");
  const whole = (t: Test, isFirst: boolean): string => {
    const test = t.kind.test(at(t));
    return isFirst ? test : / && | \|\| /u.test(test) ? `(${test})` : test;
  };
  const lines = d.arms.map((arm, k) => {
    // What the tests before have left open.
    const open = arm.tests.filter((t, n) =>
      d.arms.slice(k + 1).some((later) => later.tests[n]?.kind !== t.kind && later.tests.every((o, m) => m >= n || o.kind === arm.tests[m]?.kind)),
    );
    const test = open.length === 1 && open[0] ? whole(open[0], true) : open.map((t) => whole(t, false)).join(" && ");
    const args = names.map((name, n) => {
      const mine = arm.tests.filter((t) => t.index === n), text = arm.texts[n], p = d.parameters[n];
      if (mine.length === 0 || text == null) return `${p?.isRest ? "..." : ""}${name}`;
      // The type checker has followed the tests of what is no field, here and on the ways before.
      const seen =
        mine.every((t) => t.path.length === 0) &&
        d.arms.slice(0, k + 1).every((a) => a.tests.every((t) => t.index !== n || t.kind.followed || (a === arm && test === ""))) &&
        d.arms.slice(0, k).every((a) => a.tests.length === 1);
      return seen ? name : `${name} as ${text}`;
    });
    const first = before === null ? [] : [d.before && arm.before && d.before.type !== arm.before.text ? `${before} as ${arm.before.text}` : before];
    const call = `return ${arm.call}(${[...first, ...args].join(", ")});`;
    const line = test === "" ? `  ${call}` : `  if (${test}) ${call}`;
    return test === "" || line.length <= width ? line : [`  if (${test}) {`, `    ${call}`, "  }"].join("\n");
  });
  const comment = ["/**", ...d.doc.flatMap(wrapped).map((line) => ` * ${line}`), " */"];
  return [...comment, ...head(fn, d.exported, (v) => v.name ?? "_", () => true, taken), ...lines, "}"].join("\n");
}
