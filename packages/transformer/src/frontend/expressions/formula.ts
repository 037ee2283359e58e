import { bug } from "../../diagnostics/bug.ts";
import type { Formula } from "../../rules/formula.ts";

const read = new Map<string, Formula>();

/**
 * The formula that a text of the rule tables says. The same text gives the same object: rules are asked for over and over.
 * A text that is not a formula is a fault of ours.
 *
 * An expression of TypeScript, of which only this much is known: names, numbers, texts, truth values, constants of `Math`, `.rows` and `.cols`, calls,
 * operators. (The compiler's own parser would make a file of each, and takes thirty times as long.)
 */
export function parseFormula(text: string): Formula {
  const known = read.get(text);
  if (known) return known;
  const formula = new Reader(text).whole();
  read.set(text, formula);
  return formula;
}

/** How tightly each operator binds. */
const binding: ReadonlyMap<string, number> = new Map([
  ["??", 1], ["||", 2], ["&&", 3], ["|", 4], ["^", 5], ["&", 6], ["===", 7], ["!==", 7], ["==", 7], ["!=", 7], ["<", 8], ["<=", 8], [">", 8], [">=", 8],
  ["<<", 9], [">>", 9], [">>>", 9], ["+", 10], ["-", 10], ["*", 11], ["/", 11], ["%", 11], ["**", 12],
]);

const prefixes: ReadonlyMap<string, string> = new Map([["-", "neg"], ["+", "pos"], ["!", "!"], ["~", "~"]]);

type Token = { readonly kind: "name" | "number" | "text" | "sign"; readonly text: string };

const tokens =
  /\s*(?:([A-Za-z_$][\w$]*)|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|"([^"\\]*)"|(>>>|--|\+\+|[!=]==|\*\*|<<|>>|&&|\|\||\?\?|[!=<>]=|[-+*/%<>!~&|^=?:,.()])|$)/y;

/** Recursive descent; operators by how tightly they bind (Pratt, Top down operator precedence, 1973). */
class Reader {
  private readonly text: string;
  private readonly found: Token[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    tokens.lastIndex = 0;
    while (tokens.lastIndex < text.length) {
      const match = tokens.exec(text);
      if (!match) return this.fail();
      const [, name, number, quoted, sign] = match;
      if (name !== undefined) this.found.push({ kind: "name", text: name });
      else if (number !== undefined) this.found.push({ kind: "number", text: number });
      else if (quoted !== undefined) this.found.push({ kind: "text", text: quoted });
      else if (sign !== undefined) this.found.push({ kind: "sign", text: sign });
    }
  }

  whole(): Formula {
    const formula = this.assignment();
    return this.at === this.found.length ? formula : this.fail();
  }

  private fail(why = "not a formula"): never {
    return bug(`${why}: ${this.text}`);
  }

  private sign(): string | null {
    const next = this.found[this.at];
    return next?.kind === "sign" ? next.text : null;
  }

  private take(sign: string): boolean {
    if (this.sign() !== sign) return false;
    this.at++;
    return true;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) this.fail();
  }

  private assignment(): Formula {
    const left = this.binary(0);
    if (this.take("=")) return { kind: "apply", op: "=", args: [left, this.assignment()] };
    if (!this.take("?")) return left;
    const yes = this.assignment();
    this.expect(":");
    return { kind: "apply", op: "?:", args: [left, yes, this.assignment()] };
  }

  private binary(least: number): Formula {
    const isSigned = prefixes.has(this.sign() ?? "");
    let left = this.unary();
    for (let op = this.sign(); op !== null; op = this.sign()) {
      const tight = binding.get(op);
      if (tight === undefined || tight < least) break;
      // `-a ** b` is no expression.
      if (op === "**" && isSigned && left.kind === "apply") this.fail();
      this.at++;
      left = { kind: "apply", op, args: [left, this.binary(op === "**" ? tight : tight + 1)] };
    }
    return left;
  }

  private unary(): Formula {
    const op = prefixes.get(this.sign() ?? "");
    if (op === undefined) return this.postfix();
    this.at++;
    // `-1` is a number, as in the text of a user.
    const isNumber = this.found[this.at]?.kind === "number", operand = this.unary();
    return op === "neg" && isNumber && operand.kind === "literal" ? { kind: "literal", value: -Number(operand.value) } : { kind: "apply", op, args: [operand] };
  }

  private postfix(): Formula {
    if (this.take("(")) {
      const inner = this.assignment();
      this.expect(")");
      return this.members(inner);
    }
    const first = this.found[this.at++] ?? this.fail();
    switch (first.kind) {
      case "sign": return this.fail();
      case "number": return { kind: "literal", value: Number(first.text) };
      case "text": return { kind: "literal", value: first.text };
      case "name": break;
    }
    if (first.text === "true" || first.text === "false") return { kind: "literal", value: first.text === "true" };
    if (first.text === "Infinity" || first.text === "NaN") return { kind: "literal", value: Number(first.text), text: first.text };
    if (first.text === "Math") return this.ofMath();
    return this.members(this.take("(") ? { kind: "apply", op: first.text, args: this.operands() } : { kind: "name", name: first.text });
  }

  private ofMath(): Formula {
    this.expect(".");
    const name = this.found[this.at++]?.text ?? this.fail(), spelling = `Math.${name}`;
    if (this.take("(")) return { kind: "apply", op: spelling, args: this.operands() };
    const value: unknown = Object.getOwnPropertyDescriptor(Math, name)?.value;
    return typeof value === "number" ? { kind: "literal", value, text: spelling } : this.fail("unknown constant in the formula");
  }

  /** `.rows` and `.cols`. */
  private members(of: Formula): Formula {
    let formula = of;
    while (this.take(".")) {
      const name = this.found[this.at++]?.text;
      if (name !== "rows" && name !== "cols") return this.fail("unknown constant in the formula");
      formula = { kind: "apply", op: `.${name}`, args: [formula] };
    }
    return formula;
  }

  private operands(): readonly Formula[] {
    const args: Formula[] = [];
    if (this.take(")")) return args;
    do args.push(this.assignment()); while (this.take(","));
    this.expect(")");
    return args;
  }
}
