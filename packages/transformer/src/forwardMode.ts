import { typeText } from "./adjoint/gradientType.ts";
import { settleIdleCalls } from "./adjoint/idleCalls.ts";
import { rematerialise } from "./adjoint/rematerialise.ts";
import { type Sharing, identifier } from "./adjoint/sharing.ts";
import type { GradientField } from "./adjoint/signature.ts";
import { activity } from "./analysis/activity.ts";
import { aliases } from "./analysis/aliases.ts";
import { recogniseGates } from "./analysis/gates.ts";
import { openGuards } from "./analysis/guards.ts";
import { recogniseNorms } from "./analysis/norms.ts";
import { cancelShifts } from "./analysis/shifts.ts";
import { bug } from "./diagnostics/bug.ts";
import type { IrModule, IrFunction, Var } from "./ir/ir.ts";
import { optimisePrimal, optimiseGradient } from "./optimise/optimise.ts";
import { settleMatrices } from "./optimise/settleMatrices.ts";
import { settleTexts } from "./optimise/settleTexts.ts";
import { print } from "./print/print.ts";
import { printSettings, ruleFinder, callsOf, type StageOptions } from "./stages.ts";
import { tangentFunction } from "./tangent/body.ts";
import { planCompanions, companionBody } from "./tangent/companions.ts";
import type { TangentFunction } from "./tangent/context.ts";
import { tangentRefusals } from "./tangent/refusals.ts";
import { planMakers, neededMakers } from "./tangent/sharedTangents.ts";

/**
 * Forward mode: `jvp_f`, and the functions it calls. It follows the user's control flow, so exits stay as they are written.
 */
export function forwardMode(
  lowered: IrModule,
  fields: readonly GradientField[],
  options: StageOptions,
  sharing: Sharing,
):
  | { readonly name: string; readonly fn: IrFunction; readonly text: string; readonly helpers: readonly string[]; readonly shared: readonly string[] }
  | "refused" {
  const stage = (name: string, fn: IrFunction): IrFunction => {
    options.trace?.(name, fn);
    return fn;
  };
  const ruleOf = ruleFinder(options.rulebook);
  const prepare = (fn: IrFunction): IrFunction => {
    const tidy = options.optimise ? optimisePrimal(fn) : fn;
    return stage("prepare jvp", cancelShifts(recogniseNorms(openGuards(recogniseGates(tidy, options.rulebook.gates)))));
  };
  const module: IrModule = { root: prepare(lowered.root), callees: new Map([...lowered.callees].map(([name, fn]) => [name, prepare(fn)] as const)) };
  const memory = aliases(
      module,
      sharing.shared.classes.map((c) => c.ways),
    ),
    active = activity(module, memory, ruleOf);
  const moves = ({ input }: { readonly input: GradientField["input"] }): boolean => fields.some((f) => f.input === input) || active.hasShadow(input.variable);
  const written = sharing.shared.classes.filter((c) => c.ways.some((w) => memory.nodeAt(w).written) && c.ways.some(moves));
  const makers = planMakers(written, fields, (type) => options.freeName(`tangentOf${identifier(type)}`, `maker of tangents: ${typeText(type)}`));
  const refusals = tangentRefusals(module.root, fields, memory, makers ? [] : written);
  if (refusals.length > 0) {
    options.checkTangents(module.root, refusals);
    return "refused";
  }
  const companions = planCompanions(module, active, sharing.names, options.freeName);
  const context = { active, memory, ruleOf, companions, names: sharing.names };
  const finish = (name: string, fn: IrFunction): IrFunction => {
    stage(name, fn);
    return stage(`optimise ${name}`, settleTexts(settleMatrices(options.optimise ? rematerialise(optimiseGradient(fn)) : fn)));
  };
  const given = new Set<Var>();
  const printed = (fn: IrFunction, doc: readonly string[] | null, exported: boolean): string =>
    print(fn, { ...printSettings(options), doc, exported, inner: doc === null, tangents: given }).text;
  const add = (list: IrFunction[], { fn, tangents }: TangentFunction): void => {
    list.push(fn);
    tangents.forEach((v) => given.add(v));
  };
  const raw: IrFunction[] = [];
  add(raw, tangentFunction(module.root, fields, context, sharing.shared, makers ?? new Map()));
  for (let n = 0; n < raw.length; n++) {
    for (const name of callsOf(raw[n]!)) {
      const companion = [...companions.values()].find((c) => c.name === name);
      if (companion && !raw.some((fn) => fn.name === name)) add(raw, companionBody(companion, context));
    }
  }
  const { bodies, copies } = settleIdleCalls(
    raw.map((fn) => fn.body),
    plainCallees(lowered, options),
    (name) => raw.some((fn) => fn.name === name),
    options.freeName,
  );
  const made = raw.map((fn, n) =>
    finish(n === 0 ? "tangent" : `tangent ${fn.name}`, { ...fn, name: n === 0 ? `${fn.name}${options.ofKind?.suffix ?? ""}` : fn.name, body: bodies[n]! }),
  );
  const [jvp, ...others] = [...made, ...copies.map((c) => stage(`copy ${c.name}`, c))];
  if (!jvp) return bug("no forward mode");
  const text = [
    printed(jvp, tangentDocumentation(module.root, fields, options.ofKind?.says), module.root.exported && !options.ofKind),
    ...others.map((fn) => printed(fn, null, false)),
  ].join("\n\n");
  return { name: jvp.name, fn: jvp, helpers: others.map((fn) => fn.name), shared: makers ? neededMakers(text, makers, sharing.names) : [], text };
}

/** The callees as they are, for calls through which nothing flows. */
export function plainCallees(lowered: IrModule, { optimise }: StageOptions): ReadonlyMap<string, IrFunction> {
  return new Map([...lowered.callees].map(([name, fn]) => [name, optimise ? optimisePrimal(fn) : fn] as const));
}

export function tangentDocumentation(fn: IrFunction, fields: readonly Pick<GradientField, "name" | "input">[], says?: string): readonly string[] {
  if (says !== undefined) return [`Value of {@link ${fn.name}} and its derivative in a direction, where ${says}.`];
  const call = `${fn.name}(${fn.inputs.map((i) => i.name).join(", ")})`;
  const sum = fields.map((f) => `∂${fn.name}/∂${f.input.name} · ${f.name}`).join(" + ");
  return [
    `Value of {@link ${fn.name}} and its derivative in a direction.`,
    `@param tangents how the parameters move: ${fields.map((f) => `\`${f.name}\``).join(", ")}.`,
    `@returns \`value\`: ${call}; \`dvalue\`: ${sum}.`,
  ];
}
