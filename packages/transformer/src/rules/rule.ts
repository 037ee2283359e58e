/**
 * What a rule says, and the constructors the tables are written with:
 *
 *     tanh:  partials("tanh(x)", { x: "1 - y * y" }, { source: "DLMF 4.34.9" }),
 *     max:   choice("max(a, b)", "a >= b", { source: "docs/mathematics.md, conventions" }),
 *     floor: zero("floor(x)", { why: "piecewise constant" }),
 *
 * The call names the operands; a formula is TypeScript text over them, the result `y`, and (in a pullback) its adjoint `dy`.
 * Which names may be given a formula is read off the call by the type checker: a misspelt or missing operand does not compile.
 */
export type Rule = PartialsRule | PullbackRule | ChoiceRule | ZeroRule | UnsupportedRule;

/** The partial derivatives; whoever uses the rule multiplies by `dy`, or by tangents. */
export interface PartialsRule extends Described {
  readonly kind: "partials";
  /** By operand. Null: no derivative flows to it (a condition, or a value that a gate only reads). */
  readonly formulas: Readonly<Record<string, string | null>>;
  /** The operands whose partial may be infinite where the value is finite: a zero adjoint stays zero there. */
  readonly guarded: readonly string[];
}

/** The contributions to the adjoints of the operands, `dy` included: where it must be selected and not multiplied. */
export interface PullbackRule extends Described {
  readonly kind: "pullback";
  readonly formulas: Readonly<Record<string, string | null>>;
}

/** The result is one of the operands: the first one if `condition` holds, else the second; of more than two, the first that equals the result. */
export interface ChoiceRule extends Described {
  readonly kind: "choice";
  readonly condition: string;
}

/** The derivative is 0 wherever it exists. */
export interface ZeroRule {
  readonly kind: "zero";
  readonly call: string;
  readonly operands: readonly string[];
  readonly why: string;
}

/** There is a derivative, or may be one, but not from us: a diagnostic with this reason. */
export interface UnsupportedRule {
  readonly kind: "unsupported";
  readonly call: string;
  readonly operands: readonly string[];
  readonly why: string;
}

interface Described {
  readonly call: string;
  readonly operands: readonly string[];
  /** The last operand is written `...x` and stands for any number of them, each with the formula of `x`. */
  readonly rest: boolean;
  /** Where the formulas are from. */
  readonly source: string;
  /** Where the test draws points from: boxes that avoid kinks and poles. */
  readonly domain: readonly Box[];
  /** What the partials are at singular points, kinks and far out: points and partials. */
  readonly at: readonly Edge[];
}

/** An interval for each operand. */
export type Box = Readonly<Record<string, readonly [from: number, to: number]>>;
/** Operands, and the partials there. */
export type Edge = readonly [point: Readonly<Record<string, number>>, partials: Readonly<Record<string, number>>];

// ---------------------------------------------------------------- operand names, read off the call by the type checker

type Trim<S extends string> = S extends ` ${infer R}` ? Trim<R> : S extends `${infer R} ` ? Trim<R> : S extends `...${infer R}` ? R : S;
type Listed<S extends string> = S extends `${infer First},${infer Rest}` ? Trim<First> | Listed<Rest> : Trim<S> extends "" ? never : Trim<S>;

/** `atan2(a, b)`, `a / b`, `-a`, `c ? a : b`: the names of the operands. */
export type OperandOf<Call extends string> =
  Call extends `${string}(${infer List})` ? Listed<List>
  : Call extends `${infer C} ? ${infer A} : ${infer B}` ? C | A | B
  : Call extends `${infer A} ${string} ${infer B}` ? A | B
  : Call extends `${"-" | "+" | "!" | "~"}${infer A}` ? A
  : never;

/** The same at run time. */
export function operandsOf(call: string): readonly string[] {
  const list = /\((.*)\)$/.exec(call)?.[1] ?? call;
  return list.match(/[A-Za-z]\w*/g) ?? [];
}

type Formulas<Call extends string> = Readonly<Record<OperandOf<Call>, string | null>>;

interface About<Name extends string> {
  readonly source: string;
  readonly domain?: Readonly<Record<Name, readonly [number, number]>> | readonly Readonly<Record<Name, readonly [number, number]>>[];
  readonly at?: readonly (readonly [Readonly<Record<Name, number>>, Readonly<Partial<Record<Name, number>>>])[];
}

// ---------------------------------------------------------------- constructors

export function partials<const Call extends string>(
  call: Call, formulas: Formulas<Call>, about: About<OperandOf<Call>> & { readonly guarded?: readonly OperandOf<Call>[] },
): PartialsRule {
  return { kind: "partials", ...described(call, about), formulas, guarded: about.guarded ?? [] };
}

export function pullback<const Call extends string>(call: Call, formulas: Formulas<Call>, about: About<OperandOf<Call>>): PullbackRule {
  return { kind: "pullback", ...described(call, about), formulas };
}

export function choice<const Call extends string>(call: Call, condition: string, about: About<OperandOf<Call>>): ChoiceRule {
  return { kind: "choice", ...described(call, about), condition };
}

export function zero(call: string, about: { readonly why: string }): ZeroRule {
  return { kind: "zero", call, operands: operandsOf(call), why: about.why };
}

export function unsupported(call: string, about: { readonly why: string }): UnsupportedRule {
  return { kind: "unsupported", call, operands: operandsOf(call), why: about.why };
}

function described(call: string, about: About<string>): Described {
  const operands = operandsOf(call);
  return {
    call, operands, rest: call.includes("..."), source: about.source,
    domain: isBoxes(about.domain) ? about.domain : [about.domain ?? Object.fromEntries(operands.map((name) => [name, anywhere]))],
    // The edges of an entry name operands of that entry: `About` has checked it.
    at: (about.at ?? []) as readonly Edge[],
  };
}

/** Where a function without poles is tried if its entry says nothing. */
const anywhere = [-2.5, 2.5] as const;

function isBoxes(domain: Box | readonly Box[] | undefined): domain is readonly Box[] {
  return Array.isArray(domain);
}
