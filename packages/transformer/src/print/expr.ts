import { isNamedConstant } from "../ir/build.ts";
import { assertNever } from "../diagnostics/bug.ts";
import type { Literal } from "../ir/ir.ts";
import { tapeEntries, type Expr, type MemberExpr, type RawExpr, type Variable } from "./tree.ts";
import { isIdentifier, propertyName } from "./types.ts";

/** How names are written. */
export interface Spelling {
  variable(v: Variable): string;
  /** A function of the language by name: `Math.sin`, or `globalThis.Math.sin` where `Math` is something else. */
  global(name: string): string;
}

/** Binding strength, as in the grammar; larger binds tighter. */
const level = {
  conditional: 3,
  nullish: 4,
  or: 4,
  and: 5,
  bitOr: 6,
  bitXor: 7,
  bitAnd: 8,
  equality: 9,
  relation: 10,
  shift: 11,
  sum: 12,
  product: 13,
  power: 14,
  unary: 15,
  primary: 20,
} as const;

const infix: Readonly<Record<string, number>> = {
  "??": level.nullish,
  "||": level.or,
  "&&": level.and,
  "|": level.bitOr,
  "^": level.bitXor,
  "&": level.bitAnd,
  "===": level.equality,
  "!==": level.equality,
  "==": level.equality,
  "!=": level.equality,
  "<": level.relation,
  "<=": level.relation,
  ">": level.relation,
  ">=": level.relation,
  "in": level.relation,
  "instanceof": level.relation,
  "<<": level.shift,
  ">>": level.shift,
  ">>>": level.shift,
  "+": level.sum,
  "-": level.sum,
  "*": level.product,
  "/": level.product,
  "%": level.product,
  "**": level.power,
};
const prefix: Readonly<Record<string, string>> = { neg: "-", pos: "+", "!": "!", "~": "~" };

interface Written { readonly text: string; readonly level: number }

export function printExpression(e: Expr, spelling: Spelling): string {
  return write(e, spelling).text;
}

/** As an operand that must bind at least as tight as `least`. */
export function printOperand(e: Expr, least: number, spelling: Spelling): string {
  const w = write(e, spelling);
  return w.level < least ? `(${w.text})` : w.text;
}

function write(e: Expr, s: Spelling): Written {
  switch (e.kind) {
    case "variable": return { text: s.variable(e.variable), level: level.primary };
    case "literal": return literal(e.literal, s);
    case "apply": return apply(e.op, e.args, s);
    case "member": return { text: printPlace(e, s) + (e.assert ? "!" : ""), level: level.primary };
    case "array": {
      const text = `[${e.elements.map((x) => printOperand(x, level.conditional, s)).join(", ")}]`;
      if (e.constructorName === "Dictionary") return { text: "{}", level: level.primary };
      return { text: e.constructorName === "Array" ? text : `new ${e.constructorName}(${text})`, level: level.primary };
    }
    case "record": {
      if (e.fields.length === 0) return { text: "{}", level: level.primary };
      const fields = e.fields.map(([name, v]) => {
        const value = isAssertion(v) ? write(v, s).text : printOperand(v, level.conditional, s);
        return value === name ? name : `${propertyName(name)}: ${value}`;
      });
      return { text: `{ ${fields.join(", ")} }`, level: level.primary };
    }
    case "raw": return raw(e, s);
    default: return assertNever(e);
  }
}

/** `x as T`, which needs no parentheses where nothing binds closer. */
function isAssertion(e: Expr): boolean {
  const last = e.kind === "raw" && e.parts.length === 2 ? e.parts[1] : undefined;
  return typeof last === "string" && last.startsWith(" as ");
}

/** A member without its `!`: what is assigned to. */
export function printPlace(e: MemberExpr, s: Spelling): string {
  const plain = printOperand(e.object, level.primary, s), object = e.of === undefined ? plain : `(${plain} as ${e.of})`;
  if (typeof e.key === "string") return isIdentifier(e.key) ? `${object}.${e.key}` : `${object}[${JSON.stringify(e.key)}]`;
  return `${object}[${write(e.key, s).text}]`;
}

function literal(l: Literal, s: Spelling): Written {
  const { value, text } = l;
  switch (typeof value) {
    case "number": {
      if (Number.isNaN(value)) return { text: "NaN", level: level.primary };
      if (text !== undefined && isNamedConstant(l)) return { text: /^(Math|Number)\./.test(text) ? s.global(text) : text, level: level.primary };
      const negative = value < 0 || Object.is(value, -0);
      // The user's spelling, if it says the same number.
      const spelled = text !== undefined && Object.is(Number(text.replaceAll("_", "")), value) ? text : Object.is(value, -0) ? "-0" : String(value);
      return { text: spelled, level: negative ? level.unary : level.primary };
    }
    case "string": return { text: text ?? JSON.stringify(value), level: level.primary };
    default: return { text: String(value), level: level.primary };
  }
}

function apply(op: string, args: readonly Expr[], s: Spelling): Written {
  const [a, b, c] = args;
  if (a && (op === tapeEntries.exact || op === tapeEntries.integer || op === tapeEntries.number)) return { text: entries(a, op, s), level: level.primary };
  if (op === "?:" && a && b && c) {
    const text = `${printOperand(a, level.conditional + 1, s)} ? ${printOperand(b, level.conditional + 1, s)} : ${printOperand(c, level.conditional, s)}`;
    return { text, level: level.conditional };
  }
  const sign = prefix[op];
  if (sign !== undefined && a && !b) {
    const operand = printOperand(a, level.unary, s);
    // `- -x` and `+ +x` would be `--x` and `++x`.
    return { text: operand.startsWith(sign) && sign !== "!" && sign !== "~" ? `${sign}(${operand})` : sign + operand, level: level.unary };
  }
  const strength = infix[op];
  if (strength !== undefined && a && b && !c) {
    // Equal strength on the right keeps its parentheses, for the bits; `**` groups to the right and takes no sign on the left.
    const left = side(op, a, op === "**" ? level.unary + 1 : strength, s);
    const right = side(op, b, op === "**" ? level.power : strength + 1, s);
    return { text: `${left} ${op} ${right}`, level: strength };
  }
  if (a && op.startsWith(".")) return { text: `${printOperand(a, level.primary, s)}${op}`, level: level.primary };
  const list = args.map((x) => printOperand(x, level.conditional, s)).join(", ");
  if (op.endsWith("...")) return { text: `${s.global(op.slice(0, -"...".length))}(...${list})`, level: level.primary };
  return { text: `${s.global(op)}(${list})`, level: level.primary };
}

/** Parentheses that the grammar wants, and those that a reader does: as prettier writes them. */
function side(op: string, e: Expr, least: number, s: Spelling): string {
  const inner = e.kind === "apply" && e.args.length === 2 && infix[e.op] !== undefined ? e.op : null;
  return inner !== null && isMixed(op, inner) ? `(${write(e, s).text})` : printOperand(e, least, s);
}

function isMixed(op: string, inner: string): boolean {
  if (op === "||" || op === "??" || op === "&&") return inner !== op && (inner === "&&" || inner === "||" || inner === "??");
  if (bitwise.has(op)) return true;
  const strength = infix[op], other = infix[inner];
  if (strength === level.product && other === level.product) return op !== inner || op === "%";
  return inner === "%" && strength === level.sum;
}

const bitwise: ReadonlySet<string> = new Set(["&", "|", "^", "<<", ">>", ">>>"]);

/** The length of an array for as many entries as a loop makes trips. */
function entries(count: Expr, kind: string, s: Spelling): string {
  const text = write(count, s).text;
  if (count.kind === "apply" && count.op === "Math.max" && count.args.length === 2) {
    const other = count.args.find((a) => !(a.kind === "literal" && a.literal.value === 0));
    if (other?.kind === "member" && other.key === "length") return write(other, s).text;
    if (count.args.some((a) => a.kind === "literal" && a.literal.value === 0)) return text;
  }
  if (count.kind === "member" && count.key === "length") return text;
  if (kind === tapeEntries.exact) return text;
  if (count.kind === "literal" && typeof count.literal.value === "number" && Number.isInteger(count.literal.value) && count.literal.value >= 0) return text;
  const max = s.global("Math.max");
  return kind === tapeEntries.integer ? `${max}(0, ${text})` : `${max}(0, ${s.global("Math.ceil")}(${text}))`;
}

function raw(e: RawExpr, s: Spelling): Written {
  let text = "";
  e.parts.forEach((part, k) => {
    if (typeof part === "string") { text += part; return; }
    const before = text.trimEnd().at(-1), next = e.parts[k + 1], after = typeof next === "string" ? next.trimStart()[0] : undefined;
    const delimited =
      (before === "(" || before === "," || before === "[" || text.endsWith("${")) && (after === ")" || after === "," || after === "]" || after === "}");
    text += printOperand(part, delimited ? level.conditional : level.primary, s);
  });
  return { text, level: isClosed(text) ? level.primary : 0 };
}

/** Whether text is one operand whatever stands beside it: no operator or space outside brackets and strings. */
export function isClosed(text: string): boolean {
  let depth = 0, quote = "";
  let bare = text.trim();
  if (/^new [\w$.]+(<[\w[\]., ]*>)?\(/.test(bare)) bare = bare.slice(4);
  bare = bare.replace(/^([\w$.]+)<[\w[\]., ]*>\(/, "$1(");
  for (let k = 0; k < bare.length; k++) {
    const c = bare[k] ?? "";
    if (quote !== "") { if (c === "\\") k++; else if (c === quote) quote = ""; continue; }
    if (c === "'" || c === '"' || c === "`") quote = c;
    else if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") depth--;
    else if (depth === 0 && !/[\w$.!\p{ID_Continue}]/u.test(c)) return false;
    else if (depth === 0 && c === "!" && (k === 0 || bare[k + 1] === "=")) return false;
  }
  return true;
}
