import type { Block, FieldType, Instruction, IrFunction, Label, Parameter, Pattern, RecordType, Type, Var } from "./ir.ts";
import { assertNever } from "../diagnostics/bug.ts";

/**
 * The IR of a function as text: for traces, unit tests and messages of the verifier. `parse` reads it back.
 *
 *     function f(x#0: number, n#1: integer) -> number {
 *       loop for (i#2: integer = 0, s#3: number = x#0) {
 *         #4: boolean = i#2 < n#1
 *       } while #4 {
 *         s#5: number = s#3 * x#0
 *         i#6: integer = i#2 + 1
 *         yield i#6, s#5
 *       } -> i#7: integer, s#8: number
 *       #9: number = s#8 + 1
 *       yield #9
 *     }
 *
 * A Var is its name and id, a temporary its id alone; definitions carry the type. `~=` in place of `=` marks arithmetic of
 * derivatives. Not shown: origins, ids of literals, and what a refusal says beyond its code.
 */
export function show(fn: IrFunction): string {
  const lines: string[] = [header(fn)];
  showBlock(fn.body, "  ", lines);
  lines.push("}");
  return lines.join("\n") + "\n";
}

/** One instruction on one line; nested Blocks are left out. */
export function showInstruction(i: Instruction): string {
  const lines: string[] = [];
  switch (i.kind) {
    case "if": return `if ${showVar(i.condition)} { … } else { … }${outs(i.outs)}`;
    case "loop": return `loop ${i.form} (${params(i.params, i.inits)}) { … }${outs(i.outs)}`;
    case "block": return `block ${i.purpose} ${showLabel(i.label)} { … }${outs(i.outs)}`;
    default:
      show1(i, "", lines);
      return lines.join("\n");
  }
}

export function showVar(v: Var): string {
  if (!v.literal) return `${v.name ?? ""}#${v.id}`;
  const { value, text } = v.literal;
  const plain = typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
  const spelled = typeof value === "number" && text !== undefined && Object.is(Number(text), value) ? text : plain;
  return v.type.kind === "integer" ? `${spelled}:integer` : spelled;
}

/** `outer` holds the records being written: `^1` is the next one outwards, which is how recursive types end. */
export function showType(type: Type, outer: readonly RecordType[] = []): string {
  switch (type.kind) {
    case "optional": return `${showType(type.of, outer)}?${type.besides ? `(${type.besides.join(", ")})` : ""}`;
    case "array": {
      const element = showType(type.element, outer);
      const text = type.constructorName === "Array" ? `${element}[]`
        : type.element.kind === "number" ? type.constructorName : `${type.constructorName}<${element}>`;
      return type.readonly ? `readonly ${text}` : text;
    }
    case "tuple": return `${type.readonly ? "readonly " : ""}[${type.elements.map((e) => showType(e, outer)).join(", ")}]`;
    case "record": {
      const up = outer.indexOf(type);
      if (up >= 0) return `^${up + 1}`;
      const inner = [type, ...outer];
      const field = (f: FieldType): string => `${showName(f.name)}${f.optional ? "?" : ""}: ${showType(f.type, inner)}`;
      return `${type.text === null ? "" : JSON.stringify(type.text)}{${type.fields.map(field).join(", ")}}`;
    }
    case "opaque": return type.text === null ? "opaque" : `opaque(${JSON.stringify(type.text)})`;
    case "tape": return `tape<${showType(type.element, outer)}>`;
    default: return type.kind;
  }
}

const isName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const showName = (name: string): string => (isName.test(name) ? name : JSON.stringify(name));
const showLabel = (l: Label): string => `${l.name ?? ""}@${l.id}`;
const define = (v: Var): string => `${showVar(v)}: ${showType(v.type)}`;
const list = (vs: readonly Var[]): string => vs.map(showVar).join(", ");
const outs = (vs: readonly Var[]): string => (vs.length === 0 ? "" : ` -> ${vs.map(define).join(", ")}`);
const params = (vs: readonly Var[], inits: readonly Var[]): string =>
  vs.map((v, k) => `${define(v)} = ${inits[k] ? showVar(inits[k]) : "?"}`).join(", ");
const place = (ref: Var, key: Var | string): string =>
  typeof key === "string" ? `${showVar(ref)}.${showName(key)}` : `${showVar(ref)}[${showVar(key)}]`;
const parts = (ps: readonly (string | Var)[]): string => ps.map((p) => (typeof p === "string" ? JSON.stringify(p) : showVar(p))).join(" ");
const fields = (fs: readonly (readonly [string, Var])[]): string => `{ ${fs.map(([n, v]) => `${showName(n)}: ${showVar(v)}`).join(", ")} }`;

function header(fn: IrFunction): string {
  const wrt = fn.wrt?.flatMap((i) => (i.paths ?? [[]]).map((path) => [i.name, ...path].map(showName).join(".")));
  return [
    fn.exported ? "export " : "", "function ", fn.name,
    fn.typeParameters === "" ? "" : ` ${JSON.stringify(fn.typeParameters)}`,
    `(${fn.parameters.map(showParameter).join(", ")}) -> ${showType(fn.result)}`,
    fn.resultText === null ? "" : ` as ${JSON.stringify(fn.resultText)}`,
    wrt ? ` wrt ${wrt.join(", ")}` : "", " {",
  ].join("");
}

function showParameter(p: Parameter): string {
  const text = p.typeText === null ? "" : ` as ${JSON.stringify(p.typeText)}`;
  return `${p.rest ? "..." : ""}${showPattern(p.pattern)}${p.optional ? " optional" : ""}${text}`;
}

function showPattern(p: Pattern): string {
  const rest = p.kind !== "name" && p.rest ? [`...${define(p.rest)}`] : [];
  switch (p.kind) {
    case "name": return define(p.variable);
    case "object": return `{ ${[...p.entries.map((e) => `${showName(e.key)}: ${showPattern(e.pattern)}`), ...rest].join(", ")} }`;
    case "array": return `[${[...p.entries.map((e) => (e ? showPattern(e) : "_")), ...rest].join(", ")}]`;
    default: return assertNever(p);
  }
}

function showBlock(block: Block, indent: string, lines: string[]): void {
  for (const i of block.instructions) show1(i, indent, lines);
  if (block.yields.length > 0) lines.push(`${indent}yield ${list(block.yields)}`);
}

function expression(op: string, args: readonly Var[]): string {
  const [a, b, c] = args;
  if (op === "?:" && a && b && c) return `${showVar(a)} ? ${showVar(b)} : ${showVar(c)}`;
  if (a && !b && prefixes.has(op)) return `${op} ${showVar(a)}`;
  if (a && b && !c && !isFunctionName.test(op)) return `${showVar(a)} ${op} ${showVar(b)}`;
  return `${op}(${list(args)})`;
}

export const prefixes: ReadonlySet<string> = new Set(["neg", "pos", "!", "~"]);
export const isFunctionName = /^[\p{ID_Start}$_][\p{ID_Continue}$.:]*$/u;

function show1(i: Instruction, indent: string, lines: string[]): void {
  const line = (text: string): void => { lines.push(indent + text); };
  const nested = (b: Block): void => showBlock(b, indent + "  ", lines);
  switch (i.kind) {
    case "apply": {
      const gate = i.gate ? ` gate ${i.gate.op}(${list(i.gate.args)})` : "";
      return line(`${define(i.out)} ${i.free ? "~=" : "="} ${expression(i.op, i.args)}${gate}`);
    }
    case "raw": {
      const refusal = i.refusal ? ` refuse ${i.refusal.code}` : "";
      return line(`${i.out ? `${define(i.out)} = ` : ""}raw${i.pure ? " pure" : ""} ${parts(i.parts)}${refusal}${i.rule ? ` by ${i.rule.name}` : ""}`);
    }
    case "length":
      return line(`${define(i.out)} = length ${showVar(i.ref)}`);
    case "read":
      return line(`${define(i.out)} = ${place(i.ref, i.key)}`);
    case "write":
      return line(`${place(i.ref, i.key)} = ${showVar(i.value)}`);
    case "array":
      return line(`${define(i.out)} = [${list(i.elements)}]`);
    case "record":
      return line(`${define(i.out)} = ${fields(i.fields)}`);
    case "allocate":
      return line(`${define(i.out)} = allocate ${showVar(i.length)}${i.hollow ? " hollow" : ""}${i.workspace ? " workspace" : ""}`);
    case "copy":
      return line(`${define(i.out)} = copy ${showVar(i.ref)}`);
    case "view":
      return line(`${define(i.out)} = view ${showVar(i.ref)}${i.from ? ` from ${showVar(i.from)}` : ""}${i.to ? ` to ${showVar(i.to)}` : ""}`);
    case "push":
      return line(`push ${showVar(i.ref)}, ${showVar(i.value)}`);
    case "pop":
      return line(`${define(i.out)} = pop ${showVar(i.ref)}`);
    case "if":
      line(`if ${showVar(i.condition)} {`);
      nested(i.then);
      line("} else {");
      nested(i.else);
      return line(`}${outs(i.outs)}`);
    case "loop":
      line(`loop ${i.form} (${params(i.params, i.inits)}) {`);
      nested(i.head);
      line(i.condition ? `} while ${showVar(i.condition)} {` : "} forever {");
      nested(i.body);
      return line(`}${outs(i.outs)}`);
    case "block":
      line(`block ${i.purpose} ${showLabel(i.label)} {`);
      nested(i.body);
      return line(`}${outs(i.outs)}`);
    case "exit":
      return line(`exit ${showLabel(i.target)}${i.values.length > 0 ? ` ${list(i.values)}` : ""}`);
    case "throw":
      return line(`throw ${parts(i.parts)}`);
    case "call":
      return line(`${i.out ? `${define(i.out)} = ` : ""}call ${i.callee}(${list(i.args)})`);
    case "declare":
      return line(
        `declare ${showVar(i.accumulator)}${i.init ? ` = ${showVar(i.init)}` : ""}${i.like ? ` like ${showVar(i.like)}` : ""}${i.hollow ? " hollow" : ""}`,
      );
    case "add":
      return line(`add ${showVar(i.accumulator)}, ${showVar(i.value)}`);
    case "get":
      return line(`${define(i.out)} = get ${showVar(i.accumulator)}`);
    case "take":
      return line(`${define(i.out)} = take ${showVar(i.accumulator)}`);
    case "addTo":
      return line(`${place(i.ref, i.key)} += ${showVar(i.value)}`);
    case "takeFrom":
      return line(`${define(i.out)} = take ${place(i.ref, i.key)}`);
    case "zeros":
      return line(`${define(i.out)} = zeros ${showVar(i.like)}${i.shared ? ` through ${showVar(i.shared.made)}` : ""}`);
    case "tape":
      return line(
        `tape ${define(i.tape)}${i.length ? ` length ${showVar(i.length)}` : ""}${i.plain ? " plain" : ""}${i.either ? " either" : ""}${i.from ? ` from ${JSON.stringify(i.from)}` : ""}${i.note === null ? "" : ` note ${JSON.stringify(i.note)}`}`,
      );
    case "tapeRecord":
      return line(`record ${showVar(i.tape)}${i.index ? `[${showVar(i.index)}]` : ""}, ${showVar(i.value)}`);
    case "tapeRecall":
      return line(`${define(i.out)} = recall ${showVar(i.tape)}${i.index ? `[${showVar(i.index)}]` : ""}`);
    case "tapeLength":
      return line(`${define(i.out)} = entries ${showVar(i.tape)}`);
    case "return":
      return line(`return${i.fields ? ` ${fields(i.fields)}` : i.value ? ` ${showVar(i.value)}` : ""}`);
    case "heading":
      return line(`heading ${JSON.stringify(i.text)}`);
    default:
      return assertNever(i);
  }
}
