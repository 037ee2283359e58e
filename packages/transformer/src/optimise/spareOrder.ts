import type { Instruction, Raw, Type, Var } from "../ir/ir.ts";

/** `[...xs.keys()].sort((a, b) => …)`: the order of the elements of an array. */
export interface Ordering {
  readonly ref: Var;
  /** What the comparison mentions, `ref` first. */
  readonly mentioned: readonly Var[];
  /** The names of its parameters. */
  readonly compared: readonly string[];
  /** Its body: an expression, or statements in braces. */
  readonly body: readonly (string | Var)[];
}

/** Null if it is none, or its comparison cannot stand in a function of its own. */
export function orderingOf(i: Instruction): (Ordering & { readonly raw: Raw }) | null {
  if (i.kind !== "raw" || i.parts[0] !== "[..." || !i.out) return null;
  const [, ref, start, ...rest] = i.parts;
  if (typeof ref !== "object" || typeof start !== "string" || !start.startsWith(sorting)) return null;
  const parts = [start.slice(sorting.length), ...rest].filter((p) => p !== ""), head = parts[0], last = parts.at(-1);
  const arrow = typeof head === "string" ? /^\((\w+(?:, \w+)?)\) => /.exec(head) : null;
  if (!arrow || typeof head !== "string" || typeof last !== "string" || !last.endsWith(")")) return null;
  const whole = [head.slice(arrow[0].length), ...parts.slice(1)], end = whole.at(-1);
  const body = [...whole.slice(0, -1), typeof end === "string" ? end.slice(0, -1) : ""];
  const mentioned = [...new Set([ref, ...body.flatMap((p) => (typeof p === "string" || p.literal ? [] : [p]))])];
  // What may be absent would have to be said to be there.
  if (mentioned.some((v) => v.type.kind === "optional" || v.type.kind === "opaque" || v.type.kind === "matrix" || v.literal)) return null;
  return { raw: i, ref, mentioned, compared: (arrow[1] ?? "").split(", "), body };
}

const sorting = ".keys()].sort(";

/** How many elements engines sort as it is done here (V8 11.3); of more they merge runs. */
const few = 63;

/** The functions that find an order, by the names they get: the comparison, the order of many, and that of any number of elements. */
export function orderTexts(
  { mentioned, compared, body }: Ordering,
  derivative: string,
  freeName: (wanted: string) => string,
  typeText: (type: Type) => string,
): { readonly name: string; readonly text: string; readonly key: string } {
  const taken = new Set([...body.flatMap((p) => (typeof p === "string" ? (p.match(/[A-Za-z_$][\w$]*/g) ?? []) : [])), ...compared, ...own]),
    names = new Map<Var, string>();
  for (const v of mentioned) {
    const wanted = v.name ?? "values";
    let name = wanted;
    for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`;
    taken.add(name);
    names.set(v, name);
  }
  const said = body.map((p) => (typeof p === "string" ? p : (names.get(p) ?? literalText(p)))).join("");
  const list = mentioned.map((v) => names.get(v)).join(", "),
    declared = mentioned.map((v) => `${names.get(v) ?? ""}: ${typeText(v.type)}`).join(", ");
  const key = `${compared.join()} ${declared} ${said}`,
    of = names.get(mentioned[0]!) ?? "";
  const name = freeName(`order_${derivative}`),
    compare = freeName(`compare_${derivative}`),
    many = freeName(`orderOfMany_${derivative}`);
  const [a, b] = [compared[0] ?? "a", compared[1] ?? (compared[0] === "b" ? "a" : "b")];
  const text = [
    `/** The comparison of a \`sort\`, of places in an array. */\nfunction ${compare}(${a}: number, ${b}: number, ${declared}): number ${said.startsWith("{") ? said : `{\n  return ${said};\n}`}`,
    `/** The order of more elements than {@link ${name}} sorts. */\nfunction ${many}(${declared}): number[] {\n  return [...${of}.keys()].sort((${a}, ${b}) => ${compare}(${a}, ${b}, ${list}));\n}`,
    [
      `/** The places in the order that \`sort\` gives their elements. Of few it is found as engines do, in memory that stays: each goes where it belongs among those before it. */`,
      `function ${name}(order: number[], ${declared}): number[] {`,
      `  const length = ${of}.length;`,
      `  if (length > ${few}) return ${many}(${list});`,
      "  for (let i = 0; i < length; i++) order[i] = i;",
      "  let run = 1, descends = false;",
      "  for (; run < length; run++) {",
      `    const isLess = ${compare}(order[run]!, order[run - 1]!, ${list}) < 0;`,
      "    if (run === 1) descends = isLess;",
      "    if (isLess !== descends) break;",
      "  }",
      "  if (descends) for (let i = 0; i < run; i++) order[i] = run - 1 - i;",
      "  for (let i = run; i < length; i++) {",
      "    const place = order[i]!;",
      "    let from = 0, to = i;",
      "    while (from < to) {",
      "      const middle = (from + to) >> 1;",
      `      if (${compare}(place, order[middle]!, ${list}) < 0) to = middle;`,
      "      else from = middle + 1;",
      "    }",
      "    for (let k = i; k > from; k--) order[k] = order[k - 1]!;",
      "    order[from] = place;",
      "  }",
      "  return order;",
      "}",
    ].join("\n"),
  ].join("\n\n");
  return { name, text, key };
}

function literalText({ literal }: Var): string {
  const value = literal?.value;
  if (typeof value !== "number") return JSON.stringify(value) ?? "undefined";
  return value < 0 || Object.is(value, -0) ? `(-${-value})` : literal?.text ?? String(value);
}

/** Names that the text has for itself. */
const own = ["order", "length", "run", "descends", "isLess", "place", "from", "to", "middle", "i", "k"];
