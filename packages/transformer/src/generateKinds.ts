/** The derivatives of a function with parameters of several kinds: one for each, and those that ask which it is. */
import type { Reporter } from "./diagnostics/reporter.ts";
import type { Finding } from "./diagnostics/diagnostic.ts";
import { narrowingOf, type Case } from "./frontend/types/kinds.ts";
import type { Narrowing } from "./frontend/types/narrowing.ts";
import type { SourceFunction } from "./frontend/programs/source.ts";
import { typeText } from "./adjoint/gradientType.ts";
import type { GradientField } from "./adjoint/signature.ts";
import type { Type } from "./ir/ir.ts";
import { bug } from "./diagnostics/bug.ts";
import { documentation, type Generated, type Signature } from "./pipeline.ts";
import type { OfKind } from "./stages.ts";
import { tangentDocumentation } from "./forwardMode.ts";
import { dispatcher, joinedText, type Arm } from "./print/dispatcher.ts";

type Attempt = (reporter: Reporter, narrowing?: Narrowing, ofKind?: OfKind) => Generated | undefined;

/** `undo` gives what takes back the names that have been given since. */
export function generateKinds(
  marked: SourceFunction,
  forms: readonly (readonly Case[])[],
  reporter: Reporter,
  attempt: Attempt,
  undo: () => () => void,
): Generated | undefined {
  let said: readonly Finding[] = [];
  for (const [n, cases] of forms.entries()) {
    const back = undo(),
      found: Finding[] = [];
    const made = ofCases(cases, collecting(found), attempt, undo);
    if (made?.some((g) => g.fields.length > 0)) {
      found.forEach(reporter.report);
      return together(marked, cases, made);
    }
    back();
    if (n === 0) said = found;
  }
  // As a constant it may do; then there is a warning that says so.
  const found: Finding[] = [],
    constant = attempt(collecting(found));
  (constant ? found : said).forEach(reporter.report);
  return constant;
}

function ofCases(cases: readonly Case[], reporter: Reporter, attempt: Attempt, undo: () => () => void): readonly Generated[] | null {
  const all = (seeded: boolean): readonly Generated[] | null => {
    const made: Generated[] = [];
    for (const c of cases) {
      const one = attempt(reporter, narrowingOf(c), { suffix: suffixOf(c), says: saysOf(c), seeded });
      if (!one) return null;
      made.push(one);
    }
    return made;
  };
  const back = undo(), made = all(false);
  // Where the result is a number in some cases only all have an incoming gradient.
  if (!made || new Set(made.map((g) => g.signatures[0]?.meant)).size === 1) return made;
  back();
  return all(true);
}

const suffixOf = ({ kinds }: Case): string => `_${kinds.map(({ kind }) => kind.label).join("_")}`;
const saysOf = ({ kinds }: Case): string =>
  kinds
    .map(
      ({ place, kind }) =>
        `\`${[...nameOf(place.parameter.name.getText()), ...place.path].join(".")}\` is ${kind.says}${kind.absent && kind.says !== "missing" ? " or missing" : ""}`,
    )
    .join(", ");
const nameOf = (text: string): readonly string[] => (/^[{[]/u.test(text) ? [] : [text]);

function collecting(found: Finding[]): Reporter {
  let errors = 0;
  return { report: (finding) => { found.push(finding); if (!finding.code.startsWith("RG4")) errors++; }, diagnostics: () => [], errorCount: () => errors };
}

/** The derivatives that ask, before those that they call. */
function together(marked: SourceFunction, cases: readonly Case[], made: readonly Generated[]): Generated {
  const first = made[0] ?? bug("a function without cases");
  const fields = mergedFields(made);
  const texts = first.signatures.map((signature) => {
    const each = made.map((g) => g.signatures.find((s) => s.meant === signature.meant) ?? bug(`no ${signature.meant} for one of the kinds`));
    return dispatcher({
      name: signature.meant, exported: marked.exported, typeParameters: first.primal.typeParameters,
      doc: docOf(signature, first, fields), before: signature.before && { name: beforeName(signature), type: beforeType(signature, each, fields) },
      result: resultOf(signature, each, made, fields),
      parameters: marked.node.parameters.map((p, k) => ({
        name: /^[{[]/u.test(p.name.getText()) ? null : p.name.getText(), isRest: p.dotDotDotToken !== undefined,
        text: p.type?.getText() ?? null, isOptional: p.questionToken !== undefined || (p.initializer !== undefined && !/^[{[]/u.test(p.name.getText())),
        defaultText: p.initializer && /^[{[]/u.test(p.name.getText()) ? p.initializer.getText() : null, index: k,
      })),
      arms: cases.map((c, k): Arm => ({
        call: each[k]!.name, before: each[k]!.before && { text: each[k]!.fn.parameters[0]?.typeText ?? "unknown" },
        tests: c.kinds.map(({ place, kind }) => ({ index: place.index, path: place.path, kind })),
        texts: each[k]!.fn.parameters.slice(each[k]!.before ? 1 : 0).map((p) => p.typeText),
      })),
    });
  });
  return {
    ...first, text: [...texts, ...made.map((g) => g.text)].join("\n\n"), shared: [...new Set(made.flatMap((g) => g.shared))],
    gradientName: first.signatures[0]?.meant ?? first.gradientName, derivatives: first.signatures.map((s) => s.meant),
    helpers: made.flatMap((g) => [...g.derivatives, ...g.helpers]), fields: fields.map((f) => f.field), recorded: made.flatMap((g) => g.recorded),
  };
}

interface MergedField { readonly field: GradientField; readonly text: string; readonly always: boolean }

/** The fields of all kinds: what has none for some kinds may be missing. */
function mergedFields(made: readonly Generated[]): readonly MergedField[] {
  const order = made.flatMap((g) => g.primal.inputs.map((i) => `d${i.name}`)),
    names = [...new Set(made.flatMap((g) => g.fields.map((f) => f.name)))].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return names.map((name) => {
    const of = made.flatMap((g) => g.fields.find((f) => f.name === name) ?? []);
    return { field: of[0] ?? bug("a field of no kind"), text: mergedText(of.map((f) => f.type)), always: of.length === made.length };
  });
}

/** Of records what differs is said of the fields. */
function mergedText(types: readonly Type[]): string {
  const texts = [...new Set(types.map((t) => typeText(t)))];
  const records = types.flatMap((t) => (t.kind === "record" && t.text === null ? [t] : []));
  if (texts.length === 1 || records.length < types.length) return joinedText(texts);
  const names = [...new Set(records.flatMap((r) => r.fields.map((f) => f.name)))];
  const fields = names.map((name) => {
    const of = records.flatMap((r) => r.fields.find((f) => f.name === name) ?? []), isOptional = of.length < records.length || of.some((f) => f.optional);
    return `${name}${isOptional ? "?" : ""}: ${mergedText(of.map((f) => f.type))}`;
  });
  return `{ ${fields.join("; ")} }`;
}

const recordText = (fields: readonly MergedField[]): string => `{ ${fields.map((f) => `${f.field.name}${f.always ? "" : "?"}: ${f.text}`).join("; ")} }`;

const beforeName = ({ fn, before }: Signature): string => {
  const p = fn.parameters[0]?.pattern;
  return before === "tangents" ? "tangents" : p?.kind === "name" ? (p.variable.name ?? "d") : "d";
};

function beforeType(signature: Signature, each: readonly Signature[], fields: readonly MergedField[]): string {
  return signature.before === "seed"
    ? joinedText(each.map((s) => s.fn.parameters[0]?.typeText ?? "unknown"))
    : recordText(fields).replaceAll("<ArrayBuffer>", signature.before === "tangents" ? "" : "<ArrayBuffer>");
}

function resultOf(signature: Signature, each: readonly Signature[], made: readonly Generated[], fields: readonly MergedField[]): string {
  const texts = [...new Set(each.map((s) => s.fn.resultText ?? "unknown"))];
  if (signature.before === "out") return "number";
  if (signature.before === "tangents") return joinedText(texts);
  const values = [
    ...new Set(
      made.map((g) =>
        g.primal.result.kind === "number" || g.primal.result.kind === "integer" ? "number" : (g.primal.resultText ?? `ReturnType<typeof ${g.primal.name}>`),
      ),
    ),
  ];
  return `{ ${[`value: ${values.find((v) => v !== "number") ?? "number"}`, ...fields.map((f) => `${f.field.name}${f.always ? "" : "?"}: ${f.text}`)].join("; ")} }`;
}

function docOf(signature: Signature, { primal }: Generated, merged: readonly MergedField[]): readonly string[] {
  const fields = merged.map((f) => f.field);
  if (signature.before === "tangents") return tangentDocumentation(primal, fields);
  const name = signature.before ? beforeName(signature) : null;
  return documentation(primal, fields, signature.before === "seed" ? name : null, signature.before === "out" ? name : null);
}
