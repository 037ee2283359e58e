/** What a program under construction knows about its variables, so that every program generated is well-typed and in range. */
import type { Random } from "./random.ts";

export type Ty =
  | { readonly k: "num" }
  /** A non-negative integer, below `below` where that is known. */
  | { readonly k: "int"; readonly below?: number }
  | { readonly k: "bool" }
  /** At least `len` elements at all times. */
  | { readonly k: "arr"; readonly el: Ty; readonly len: number; readonly typed?: boolean; readonly tuple?: boolean }
  | { readonly k: "rec"; readonly fields: readonly (readonly [name: string, ty: Ty])[] }
  /** A number, or an array of `len` of them: a parameter only. */
  | { readonly k: "kinds"; readonly len: number }
  | { readonly k: "mode"; readonly options: readonly string[] }
  | { readonly k: "fn"; readonly params: readonly Ty[] }
  /** An instance of a class of the module. */
  | { readonly k: "inst"; readonly name: string }
  /** A helper that returns an array or a record. */
  | { readonly k: "maker"; readonly params: readonly Ty[]; readonly result: Ty };

export const num: Ty = { k: "num" };
export const bool: Ty = { k: "bool" };
export const int: Ty = { k: "int" };

export interface Variable {
  readonly name: string;
  readonly ty: Ty;
  /** May be assigned (a `let` that does not steer a loop). */
  readonly writable: boolean;
  /** May have its elements or fields assigned. */
  readonly mutable?: boolean;
}

/** A jump target in reach. */
export interface Target {
  readonly label: string | undefined;
  readonly kind: "loop" | "switch" | "block";
}

export interface Flags {
  /** Writes into arrays and records. */
  readonly writes: boolean;
  /** Recursive helpers (left out at second order of recursive pairs, where they may be refused). */
  readonly recursion: boolean;
  /** Classes of the module and their instances. */
  readonly classes: boolean;
}

/** One function body under construction; nested blocks share it and restore `variables` when they end. */
export class Scope {
  readonly random: Random;
  readonly flags: Flags;
  readonly names: NameSource;
  variables: readonly Variable[];
  targets: readonly Target[] = [];
  /** Statements that may still be generated, shared by the whole program. */
  readonly budget: { left: number };
  loops = 0;
  /** The classes of the module. */
  readonly classes: string[] = [];
  /** Whether `return` leaves a function that returns a number here (not inside forEach callbacks). */
  canReturn = true;
  /** What the function returns, if it is no number. */
  returns: Ty | null = null;

  constructor(random: Random, flags: Flags, names: NameSource, budget: { left: number }, variables: readonly Variable[]) {
    this.random = random;
    this.flags = flags;
    this.names = names;
    this.budget = budget;
    this.variables = variables;
  }
  of(test: (v: Variable) => boolean): readonly Variable[] {
    return this.variables.filter(test);
  }
  /** A later declaration hides an earlier one of its name. */
  declare(v: Variable): void {
    this.variables = [...this.variables.filter((w) => w.name !== v.name), v];
  }
  nested<T>(body: () => T): T {
    const { variables, targets, loops, canReturn, returns } = this;
    const result = body();
    this.variables = variables;
    this.targets = targets;
    this.loops = loops;
    this.canReturn = canReturn;
    this.returns = returns;
    return result;
  }
  /** A function body in this scope: captures variables, not jump targets; its loops multiply with those around its calls. */
  functionBody<T>(params: readonly Variable[], body: () => T): T {
    return this.nested(() => {
      this.targets = [];
      this.loops = Math.max(this.loops, 1);
      this.canReturn = true;
      this.returns = null;
      params.forEach((p) => this.declare(p));
      return body();
    });
  }
}

/** Names a compiler might want for itself come up as often as ordinary ones. */
const ordinary = ["a", "b", "c", "p", "q", "s", "t", "u", "v", "w", "z", "acc", "sum", "prod", "h", "m"];
const tempting = ["o", "value", "dx", "dy", "ds", "t1", "x_", "dvalue", "result", "out", "forward", "tape", "d", "dt1", "s1", "x1", "k_"];

export class NameSource {
  private readonly used = new Set<string>(["f", "x", "y", "n", "h"]);
  private readonly random: Random;
  constructor(random: Random) {
    this.random = random;
  }
  fresh(base?: string): string {
    const stem = base ?? (this.random.chance(0.15) ? this.random.pick(tempting) : this.random.pick(ordinary));
    let name = stem;
    for (let i = 2; this.used.has(name); i++) name = `${stem}${i}`;
    this.used.add(name);
    return name;
  }
}

export const isNum = (v: Variable): boolean => v.ty.k === "num";
export const isInt = (v: Variable): boolean => v.ty.k === "int";
export const isArr = (v: Variable): boolean => v.ty.k === "arr";
export const isRec = (v: Variable): boolean => v.ty.k === "rec";

/** How a type is written. */
export function typeText(ty: Ty): string {
  switch (ty.k) {
    case "num":
    case "int": return "number";
    case "bool": return "boolean";
    case "mode": return ty.options.map((o) => JSON.stringify(o)).join(" | ");
    case "arr":
      if (ty.typed) return "Float64Array";
      if (ty.tuple) return `[${new Array<string>(ty.len).fill(typeText(ty.el)).join(", ")}]`;
      return ty.el.k === "fn" || ty.el.k === "mode" ? `(${typeText(ty.el)})[]` : `${typeText(ty.el)}[]`;
    case "rec": return `{ ${ty.fields.map(([n, t]) => `${n}: ${typeText(t)}`).join("; ")} }`;
    case "kinds": return "number | number[]";
    case "inst": return ty.name;
    case "maker": return `(${ty.params.map((p, i) => `${"uvw"[i]!}: ${typeText(p)}`).join(", ")}) => ${typeText(ty.result)}`;
    case "fn": return `(${ty.params.map((p, i) => `${"uvw"[i]!}: ${typeText(p)}`).join(", ")}) => number`;
  }
}
