/**
 * Where a gradient goes wrong, found in its own text: `forward; backward` in which the adjoint of `v` is `dv`, as the compiler writes it and people do.
 *
 * Each use of a variable in the forward pass is moved a little by itself, which gives the share of its adjoint that must come from there; what the
 * backward pass adds up to `dv` is noted as it runs. In the order in which the backward pass completes its adjoints the first that is not
 * the sum of its shares is where the error starts: everything behind it, from which it was made, is right.
 */

type Text = readonly string[];

interface Statement {
  /** What it assigns, with `=`, `+=` or `-=`. */
  readonly name: string;
  readonly op: string;
  /** The tokens of the expression. */
  readonly from: number;
  readonly to: number;
  readonly start: number;
  /** In a loop. */
  readonly isRepeated: boolean;
  readonly isDeclaration: boolean;
}

interface Use {
  readonly variable: string;
  readonly statement: string;
}

interface Site {
  readonly variable: string;
  readonly sign: 1 | -1;
  readonly statement: string;
}

/** The gradient as a function that can be moved and listens. */
interface Listening {
  readonly call: (active: ReadonlySet<number> | null, t: number, onSite: ((site: number, given: unknown) => void) | null) => Readonly<Record<string, unknown>>;
  readonly uses: readonly Use[];
  readonly sites: readonly Site[];
}

const word = /^[A-Za-z_$]/u, isTrivia = (token: string): boolean => /^($|\s|\/\/|\/\*)/u.test(token);
const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** A part of the language, enough for generated text; of anything else it says so by throwing. */
function statementsOf(tokens: Text): readonly Statement[] {
  const found: Statement[] = [];
  let at = 0;
  const peek = (): string => { while (at < tokens.length && isTrivia(tokens[at]!)) at++; return tokens[at] ?? ""; };
  const next = (): string => { const token = peek(); at++; return token; };
  const skip = (): void => { // a group in brackets
    const close = closers[next()];
    if (close === undefined) throw new Error("no group");
    while (peek() !== close) {
      if (peek() === "=" && tokens[at + 1] === ">") throw new Error("a function");
      if (closers[peek()]) skip();
      else if (next() === "") throw new Error("an open group");
    }
    at++;
  };
  const simple = (isRepeated: boolean): void => {
    const start = at, first = next(), isDeclaration = /^(const|let|var)$/u.test(first), isReturn = first === "return";
    const name = isReturn || !isDeclaration ? first : next();
    if (isDeclaration && !word.test(name)) throw new Error("a pattern");
    let op = isReturn ? first : "effect", from = at;
    if (/^[=+*/-]$/u.test(peek()) && !isReturn) {
      op = next();
      if (op !== "=" && tokens[at] === "=") op += next();
      from = at;
      if (!op.endsWith("=")) { op = "effect"; from = at = start; }
    } else if (!isReturn && !isDeclaration) from = at = start;
    while (peek() !== ";" && peek() !== "}" && peek() !== "") {
      if (peek() === "," || (peek() === "=" && tokens[at + 1] === ">")) throw new Error("a list, or a function");
      if (closers[peek()]) skip();
      else at++;
    }
    found.push({ name: word.test(name) ? name : "", op, from, to: at, start, isRepeated, isDeclaration });
    if (peek() === ";") at++;
  };
  const statement = (isRepeated: boolean): void => {
    const token = peek();
    if (token === "{") { at++; while (peek() !== "}") { if (peek() === "") throw new Error("an open block"); statement(isRepeated); } at++; }
    else if (token === "for" || token === "while") { at++; skip(); statement(true); }
    else if (token === "do") { at++; statement(true); at++; peek(); skip(); }
    else if (token === "if") { at++; peek(); skip(); statement(isRepeated); if (peek() === "else") { at++; statement(isRepeated); } }
    else if (token === ";") at++;
    else if (/^(switch|try|function|class)$/u.test(token)) throw new Error(token);
    else simple(isRepeated);
  };
  while (peek() !== "(") { if (peek() === "") throw new Error("no parameters"); at++; }
  skip();
  if (peek() === "=") at += 2; // an arrow
  if (peek() !== "{") throw new Error("no body");
  statement(false);
  return found;
}

/** Instruments the text of a gradient; throws if it cannot be read, or may not be compiled here. */
function listen(
  gradient: (...args: never[]) => unknown,
  parameters: readonly string[],
  args: readonly unknown[],
  directions: (variable: string, like: unknown) => Direction | null,
  scope: Readonly<Record<string, unknown>>,
): Listening {
  const tokens: string[] =
    gradient.toString().match(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d[\w.]*|\s+|[\s\S]/gu) ?? [];
  // Other tools write `(0, module.name)` for what was imported as `name`: of names that are declared nowhere here.
  const own = new Set(tokens.slice(0, tokens.indexOf(")")).concat(tokens.filter((_, k) => /^(const|let|var)$/u.test(tokens[k - 2] ?? ""))));
  tokens.forEach((token, k) => {
    if (
      word.test(token) &&
      tokens[k + 1] === "." &&
      Object.hasOwn(scope, tokens[k + 2] ?? "") &&
      !Object.hasOwn(scope, token) &&
      !(token in globalThis) &&
      !own.has(token)
    )
      tokens[k] = tokens[k + 1] = "";
  });
  const statements = statementsOf(tokens),
    text = (s: Statement): string =>
      tokens
        .slice(s.isDeclaration ? skipDeclaration(tokens, s.start) : s.start, s.to)
        .filter((t) => !/^\/[/*]/u.test(t))
        .join("")
        .replace(/\(0, ([\w$]+)\)\(/gu, "$1(")
        .replace(/\s+/gu, " ")
        .trim();
  const assigned = new Map<string, number>();
  for (const s of statements) if (s.op !== "effect" && s.op !== "return") assigned.set(s.name, (assigned.get(s.name) ?? 0) + (s.isRepeated ? 2 : 1));
  // A variable of one value, and its adjoint; those of parts of a parameter have the name of the part.
  const adjointOf = (v: string): string => `d${v.slice(v.lastIndexOf(".") + 1)}`;
  const variables = new Set([
    ...parameters.filter((p) => !assigned.has(p)),
    ...[...assigned].filter(([v, times]) => times === 1 && assigned.has(adjointOf(v))).map(([v]) => v),
  ]);
  const variableOf = new Map([...variables].map((v) => [adjointOf(v), v]));
  for (const s of statements) {
    const v = variableOf.get(s.name); // an adjoint that is set again is not the sum of what is assigned
    if (v !== undefined && !(s.op === "=" && s.isDeclaration && !s.isRepeated) && s.op !== "+=" && s.op !== "-=") variables.delete(v);
  }
  const isBackward = (name: string): boolean =>
    name.startsWith("d") && (variableOf.has(name) || assigned.has(name.slice(1)) || parameters.includes(name.slice(1)));

  const uses: Use[] = [],
    sites: Site[] = [],
    out = [...tokens];
  for (const s of statements) {
    const variable = variableOf.get(s.name);
    if (variable !== undefined && variables.has(variable) && s.op !== "effect") {
      out[s.from] = `__site(${sites.length}, (${out[s.from]!}`;
      out[s.to - 1] += "))";
      sites.push({ variable, sign: s.op === "-=" ? -1 : 1, statement: text(s) });
    } else if (!isBackward(s.name)) {
      for (const use of usesIn(tokens, s, variables)) {
        out[use.from] = `${use.isShorthand ? `${use.variable}: ` : ""}__use(${uses.length}, ${out[use.from]!}`;
        out[use.to - 1] += ")";
        uses.push({ variable: use.variable, statement: text(s) });
      }
    }
  }
  const names = Object.keys(scope).filter((name) => /^[A-Za-z_$][\w$]*$/u.test(name) && !/^(default|arguments|eval)$/u.test(name));
  // oxlint-disable-next-line no-new-func -- the text of a function that was given, in a tool for tests; where it is forbidden nothing is lost but this
  const make = new Function("__use", "__site", ...names, `"use strict"; return (${out.join("").replace(/^(?!async|function|\()/u, "function ")});`) as (
    ...helpers: readonly unknown[]
  ) => (...args: readonly unknown[]) => Readonly<Record<string, unknown>>;
  return {
    uses,
    sites,
    call: (active, t, onSite) =>
      make(
        (k: number, value: unknown) => (active?.has(k) ? (directions(uses[k]!.variable, value)?.move(value, t) ?? value) : value),
        (j: number, given: unknown) => {
          onSite?.(j, given);
          return given;
        },
        ...names.map((name) => scope[name]),
      )(...args),
  };
}

/** Where a declaration's name stands. */
function skipDeclaration(tokens: Text, start: number): number {
  let at = start;
  while (isTrivia(tokens[at]!)) at++;
  at++;
  while (isTrivia(tokens[at]!)) at++;
  return at;
}

interface Place { readonly variable: string; readonly from: number; readonly to: number; readonly isShorthand: boolean }

/** Where an expression of the forward pass reads a variable; of what is returned, in the value only. */
function usesIn(tokens: Text, s: Statement, variables: ReadonlySet<string>): readonly Place[] {
  const found: Place[] = [], open: string[] = [];
  let before = "", isValue = s.op !== "return";
  for (let k = s.from; k < s.to; k++) {
    const token = tokens[k]!;
    if (isTrivia(token)) continue;
    const after = ((): string => { let n = k + 1; while (n < s.to && isTrivia(tokens[n]!)) n++; return n < s.to ? tokens[n]! : ""; })();
    if (s.op === "return" && open.length === 1 && (before === "{" || before === ",")) isValue = token === "value" && after === ":";
    if (closers[token]) open.push(token);
    else if (/^[)\]}]$/u.test(token)) open.pop();
    else if (isValue && word.test(token) && before !== ".") {
      const inObject = open.at(-1) === "{" && (before === "{" || before === ",");
      let to = k + 1, variable = token;
      while (!variables.has(variable) && tokens[to] === "." && word.test(tokens[to + 1] ?? "")) { variable += `.${tokens[to + 1]!}`; to += 2; }
      if (variables.has(variable) && !(inObject && after === ":")) found.push({ variable, from: k, to, isShorthand: inObject });
    }
    before = token;
  }
  return found;
}

/** A direction of a number or matrix. */
interface Direction {
  readonly move: (value: unknown, t: number) => unknown;
  readonly along: (given: unknown) => number;
}

interface MatrixLike { readonly rows: number; readonly cols: number; readonly data: Float64Array }
const isMatrix = (x: unknown): x is MatrixLike => typeof x === "object" && x !== null && "rows" in x && "cols" in x && "data" in x;

function directionOf(like: unknown, weight: (k: number) => number): Direction | null {
  if (typeof like === "number") return { move: (value, t) => (value as number) + t, along: (given) => given as number };
  if (!isMatrix(like)) return null;
  return {
    move: (value, t) => { const { rows, cols, data } = value as MatrixLike; return { rows, cols, data: data.map((e, k) => e + t * weight(k)) }; },
    along: (given) => (isMatrix(given) ? given.data.reduce((s, e, k) => s + e * weight(k), 0) : NaN),
  };
}

/**
 * The statement of the forward pass in whose derivative the error starts, or null if it cannot be told.
 *
 * @param given The gradient's parts by the parameters' paths, as it returned them.
 * @param slope The derivative at 0 of a function.
 */
export function findStage(
  gradient: (...args: never[]) => unknown,
  args: readonly unknown[],
  given: ReadonlyMap<string, unknown>,
  slope: (f: (t: number) => number) => number,
  agrees: (a: number, b: number) => boolean,
  scope: Readonly<Record<string, unknown>>,
): string | null {
  try {
    const directions = new Map<string, Direction | null>(), weight = (k: number): number => Math.sin(1 + 2.3 * k); // any, but always the same
    const direction = (variable: string, like: unknown): Direction | null => {
      let d = directions.get(variable);
      if (d === undefined) directions.set(variable, (d = directionOf(like, weight)));
      return d;
    };
    const { call, uses, sites } = listen(gradient, [...given.keys()], args, direction, scope);
    const shares = sites.map(() => 0), all = new Set(uses.keys());
    call(all, 0, null); // every variable's direction is known from here
    call(null, 0, (j, part) => { shares[j]! += sites[j]!.sign * (directions.get(sites[j]!.variable)?.along(part) ?? 0); });
    const expected = (use: ReadonlySet<number>): number => slope((t) => call(use, t, null)["value"] as number);
    const last = new Map(sites.map(({ variable }, j) => [variable, j]));
    for (const path of given.keys()) if (!last.has(path)) last.set(path, sites.length);
    for (const [variable] of [...last].sort(([, a], [, b]) => a - b)) {
      const own = [...all].filter((k) => uses[k]!.variable === variable), d = directions.get(variable);
      if (own.length === 0 || !d) continue;
      const mine = shares.flatMap((share, j) => (sites[j]!.variable === variable ? [share] : [])),
        total = given.has(variable) ? d.along(given.get(variable)) : mine.reduce((s, e) => s + e, 0);
      if (agrees(total, expected(new Set(own)))) continue;
      // What was added that no use explains, and the uses that nothing explains.
      const wrong = own.filter((k) => {
        const share = expected(new Set([k])), found = mine.findIndex((e) => agrees(e, share));
        if (found >= 0) mine.splice(found, 1);
        return found < 0 && !agrees(share, 0);
      });
      return [...new Set((wrong.length > 0 ? wrong : own).map((k) => uses[k]!.statement))].join(" or ");
    }
  } catch {
    // Text that cannot be read here, names that it does not know, or a policy against compiling it: the check itself stands.
  }
  return null;
}
