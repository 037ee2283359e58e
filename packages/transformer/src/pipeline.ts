/** The order of passes, for one marked function: a table of contents. */
import type { Block, Instruction, IrFunction, IrModule, RecordType, Var } from "./ir/ir.ts";
import { matrixType } from "./ir/build.ts";
import { eachInstruction } from "./ir/visit.ts";
import { verify } from "./ir/verify.ts";
import { show } from "./ir/show.ts";
import { recogniseGates } from "./analysis/gates.ts";
import { openGuards } from "./analysis/guards.ts";
import { recogniseNorms } from "./analysis/norms.ts";
import { exchanged } from "./analysis/restorable.ts";
import { cancelShifts } from "./analysis/shifts.ts";
import { hoistWorkspaces, sinkWorkspaces } from "./analysis/workspaces.ts";
import { aliases, isReference, type Aliases } from "./analysis/aliases.ts";
import { activity } from "./analysis/activity.ts";
import { normaliseExits } from "./adjoint/normaliseExits.ts";
import { structureReturns } from "./adjoint/structureReturns.ts";
import { hoistLimits } from "./adjoint/hoistLimits.ts";
import { rematerialise } from "./adjoint/rematerialise.ts";
import { sinkZeros } from "./adjoint/sinkZeros.ts";
import { planSharing, type Sharing } from "./adjoint/sharing.ts";
import { gradientType, typeText } from "./adjoint/gradientType.ts";
import { planHalves } from "./adjoint/halves.ts";
import { makePairs, withoutIdleShadows, type Pair } from "./adjoint/pairs.ts";
import { structureOf } from "./adjoint/structure.ts";
import { gradientBody } from "./adjoint/gradient.ts";
import { weight } from "./adjoint/choosing.ts";
import { settleIdleCalls } from "./adjoint/idleCalls.ts";
import { withOut } from "./adjoint/into.ts";
import { withSeed } from "./adjoint/seed.ts";
import { bug } from "./diagnostics/bug.ts";
import { gradientFields, resultText, type GradientField } from "./adjoint/signature.ts";
import type { Recorded } from "./adjoint/resolve.ts";
import { settleMatrices } from "./optimise/settleMatrices.ts";
import { settleTexts } from "./optimise/settleTexts.ts";
import { optimiseGradient, optimisePrimal, tightenGradient } from "./optimise/optimise.ts";
import { gradientInterface, makerText, typeInterface } from "./print/makers.ts";
import { adoptShadows } from "./optimise/adoptShadows.ts";
import { handNumbers } from "./optimise/handNumbers.ts";
import { handOver } from "./optimise/handOver.ts";
import { spareMemory } from "./optimise/spareMemory.ts";
import { print } from "./print/print.ts";
import { printSettings, ruleFinder, callsOf, type StageOptions, type Trace } from "./stages.ts";
import { forwardMode, plainCallees } from "./forwardMode.ts";

/** A derivative as others call it. */
export interface Signature {
  readonly name: string;
  /** The name without what says the kind. */
  readonly meant: string;
  readonly fn: IrFunction;
  /** What comes before the parameters of the function: the incoming gradient (`seed`), the record that the gradient is written into, the tangents. */
  readonly before: "seed" | "out" | "tangents" | null;
}

export interface Generated {
  readonly text: string;
  /** What it needs beside it, and other gradients of the file may need as well. */
  readonly shared: readonly string[];
  /** The first of the derivatives: `grad_f`, or `vjp_f` of a function that returns no number. */
  readonly gradientName: string;
  /** All of them. */
  readonly derivatives: readonly string[];
  readonly helpers: readonly string[];
  readonly fields: readonly GradientField[];
  readonly recorded: readonly Recorded[];
  readonly primal: IrFunction;
  readonly gradient: IrFunction;
  readonly signatures: readonly Signature[];
}

/** What a derivative is made from. */
interface Primal { readonly fn: IrFunction; readonly dvalue: Var | null; readonly out: Var | null; readonly name: string }

/** The same function in forms of which the reverse sweep may need less: what places held before they are written comes with it. */
function alternatives(
  fn: IrFunction,
  memory: Aliases,
): readonly { readonly name: string; readonly fn: IrFunction; readonly before: ReadonlyMap<Instruction, Var> }[] {
  const sunk = sinkWorkspaces(fn, memory),
    exchanges = exchanged(fn, memory);
  return [
    ...(sunk ? [{ name: "sinkWorkspaces", fn: sunk, before: new Map<Instruction, Var>() }] : []),
    ...(exchanges ? [{ name: "exchanged", fn: exchanges.fn, before: exchanges.before }] : []),
  ];
}

/** From the IR of a marked function to the text of its gradient; undefined if `check` stopped it. */
export function generate(lowered: IrModule, options: StageOptions): Generated | undefined {
  const stage = (name: string, fn: IrFunction): IrFunction => {
    options.trace?.(name, fn);
    return fn;
  };
  const ruleOf = ruleFinder(options.rulebook);
  const prepare = (fn: IrFunction): IrFunction => {
    stage("lower", fn);
    const tidy = options.optimise ? stage("optimisePrimal", optimisePrimal(fn)) : fn;
    const gated = stage("recogniseGates", recogniseGates(tidy, options.rulebook.gates));
    const open = stage("openGuards", openGuards(gated));
    const normed = stage("recogniseNorms", recogniseNorms(open));
    const cut = stage("cancelShifts", cancelShifts(normed));
    return stage("normaliseExits", normaliseExits(cut));
  };
  const prepareCallee = (fn: IrFunction): IrFunction => stage("structureReturns", structureReturns(prepare(fn)));
  const isRecursive = [lowered.root, ...lowered.callees.values()].some((fn) => callsOf(fn).includes(lowered.root.name));
  const prepared: IrModule = {
    root: (isRecursive ? prepareCallee : prepare)(lowered.root),
    callees: new Map([...lowered.callees].map(([name, fn]) => [name, prepareCallee(fn)] as const)),
  };
  const apart = aliases(prepared);
  const sharing = planSharing(prepared, apart, options.freeName);
  const memory = sharing.shared.classes.length > 0 ? aliases(prepared, sharing.shared.classes.map((c) => c.ways)) : apart;
  const hoist = (fn: IrFunction): IrFunction => stage("hoistLimits", hoistLimits(fn, (ref) => !memory.nodeOf(ref).lengthWritten));
  const module: IrModule = { root: hoist(prepared.root), callees: new Map([...prepared.callees].map(([name, fn]) => [name, hoist(fn)] as const)) };
  const active = activity(module, memory, ruleOf);
  const fields = gradientFields(module.root, lowered.root, active, ruleOf, sharing.names);
  if (options.check(module, active, fields, sharing.shared, memory)) return undefined;

  const halves = planHalves(module, active, options.freeName);
  const context = { active, memory, ruleOf, halves, sharing, structure: structureOf(memory, fields.map((f) => f.input.variable)) };
  /** The same gradients in fewer operations, for texts that must be short. */
  const tightForms = new Map<IrFunction, () => readonly IrFunction[]>();
  const finish = (name: string, fn: IrFunction): IrFunction => {
    stage(name, fn);
    if (!options.optimise) return stage(`settleMatrices ${name}`, settleTexts(settleMatrices(fn)));
    const improved = stage(`optimise ${name}`, adoptShadows(optimiseGradient(fn)));
    const sunk = stage(`sinkZeros ${name}`, sinkZeros(improved));
    const said = stage(`settleMatrices ${name}`, settleTexts(settleMatrices(stage(`rematerialise ${name}`, rematerialise(sunk)))));
    tightForms.set(said, () => [sunk, stage(`tighten ${name}`, tightenGradient(sunk))].map((f) => settleTexts(settleMatrices(f))));
    return said;
  };
  const forward = options.also.includes("jvp") ? forwardMode(lowered, fields, options, sharing) : null;
  if (forward === "refused") return undefined;
  const { root } = module;
  const isNumber = !isReference(root.result) && !matrixType(root.result);
  const named = (name: string): string => `${name}${options.ofKind?.suffix ?? ""}`,
    isExported = root.exported && !options.ofKind,
    onlySeeded = options.ofKind?.seeded === true;
  const bodiesOf = (primal: IrFunction): readonly Primal[] => {
    const seeded = withSeed(primal);
    return [
      ...(isNumber && !onlySeeded ? [{ fn: primal, dvalue: null, out: null, name: named(`grad_${root.name}`) }] : []),
      ...(seeded && (!isNumber || onlySeeded || options.also.includes("vjp")) ? [{ ...seeded, out: null, name: named(`vjp_${root.name}`) }] : []),
      ...(isNumber && !onlySeeded && options.also.includes("into")
        ? [{ ...withOut(primal, fields), dvalue: null, name: named(`grad_${root.name}_into`) }]
        : []),
    ];
  };
  const all = makePairs(halves, context, finish);
  // The same with arrays made in the trips that fill them, or with what changes places put back, if that saves tapes.
  const others = options.optimise && halves.ofCallee.size === 0 ? alternatives(root, memory).map(({ name, fn, before }) => {
    const whole: IrModule = { ...module, root: stage(name, fn) }, its = aliases(whole, sharing.shared.classes.map((c) => c.ways));
    return {
      bodies: bodiesOf(fn),
      before,
      context: {
        ...context,
        memory: its,
        active: activity(whole, its, ruleOf),
        structure: structureOf(
          its,
          fields.map((f) => f.input.variable),
        ),
      },
    };
  }) : [];
  const raw = bodiesOf(root).map((each, n) => {
    let chosen = { ...each, ...gradientBody(each.fn, fields, context, each) };
    for (const { bodies, before, context: its } of others) {
      const other = bodies[n], attempt = other && weight(chosen) > 0 ? gradientBody(other.fn, fields, its, other, before) : null;
      const body = attempt && weight(attempt) < weight(chosen) ? hoistWorkspaces(attempt.body) : null;
      if (other && attempt && body) chosen = { ...other, ...attempt, body };
    }
    return chosen;
  });
  const called = reachable(raw.map((m) => m.body), all);
  const { roots: ownBodies, pairs: split } = options.optimise
    ? withoutIdleShadows(
        raw.map((m) => m.body),
        called,
      )
    : { roots: raw.map((m) => m.body), pairs: called };
  const plain = plainCallees(lowered, options);
  const isHalf = (name: string): boolean => split.some((p) => p.forward.name === name || p.backward.name === name);
  const { bodies: settled, copies } = settleIdleCalls(
    [...ownBodies, ...split.flatMap((p) => [p.forward.body, p.backward.body])],
    plain,
    isHalf,
    options.freeName,
  );
  const roots = settled.slice(0, ownBodies.length), halfBodies = settled.slice(ownBodies.length);
  const withBody = (fn: IrFunction, body: Block): IrFunction => (fn.body === body ? fn : { ...fn, body });
  const pairs = split.map((p, n) => ({ ...p, forward: withBody(p.forward, halfBodies[2 * n]!), backward: withBody(p.backward, halfBodies[2 * n + 1]!) }));
  const value = isNumber ? "number" : root.resultText ?? `ReturnType<typeof ${root.name}>`;
  const made = raw.map(({ fn, dvalue, out, name, nextId, recorded }, n) => {
    const stageName = n === 0 ? "reverse" : `reverse ${name}`;
    const gradient = finish(stageName, {
      ...fn,
      name,
      body: roots[n]!,
      nextId,
      resultText: out ? "number" : resultText(fields, value),
      result: { kind: "opaque", text: null },
    });
    const splits = new Map([...pairs.flatMap((p) => [p.forward, p.backward]), ...copies].map((f) => [f.name, f] as const));
    const standing = new Map([...plain.values()].flatMap((f) => (f.standing === undefined ? [] : [[f.standing, f] as const])));
    const spared =
      out && options.optimise
        ? spareMemory(gradient, { halves: splits, standing, typeText: (type) => typeText(type, false), freeName: options.freeName })
        : { fn: gradient, halves: [], text: null };
    const over = out && options.optimise ? handOver(spared.fn, options.freeName) : null;
    const handed =
      out && options.optimise ? handNumbers(over?.called ?? spared.fn, [...(over ? [over.filling] : []), ...spared.halves], splits, options.freeName) : spared;
    const [filling, own] = over ? [handed.halves[0] ?? null, handed.halves.slice(1)] : [null, handed.halves];
    const kept = [...(handed === spared ? [] : [handed.text]), spared.text].filter((t) => t !== null);
    return {
      name,
      recorded,
      gradient: stage(`spareMemory ${name}`, handed.fn),
      kept,
      filling,
      halves: own,
      doc: documentation(root, fields, dvalue?.name ?? null, out?.name ?? null, options.ofKind?.says),
      before: out ? ("out" as const) : dvalue ? ("seed" as const) : null,
    };
  });

  const printed = (fn: IrFunction, doc: readonly string[] | null, exported: boolean): string =>
    print(fn, { ...printSettings(options), doc, exported, inner: doc === null, tight: tightForms.get(fn) ?? null }).text;
  const helpers = pairs
    .flatMap((p) => [...(p.declaration ? [p.declaration] : []), printed(p.forward, null, false), printed(p.backward, null, false)])
    .concat(copies.map((c) => printed(stage(`copy ${c.name}`, c), null, false)));
  const first = made[0] ?? bug("a function without a derivative");
  const own = [
    ...made.flatMap((m) => [
      printed(m.gradient, m.doc, isExported),
      ...(m.filling ? [printed(stage(`handOver ${m.name}`, m.filling), null, false)] : []),
      ...m.kept,
      ...m.halves.map((h) => printed(stage(`spareMemory ${h.name}`, h), null, false)),
    ]),
    ...helpers,
    ...(forward ? [forward.text] : []),
  ];
  return {
    text: own.join("\n\n"),
    shared: [...sharedText(sharing, own.join("\n"), root.exported, options.runtimeName), ...(forward?.shared ?? [])],
    gradientName: first.name,
    derivatives: [...made.map((m) => m.name), ...(forward ? [forward.name] : [])],
    fields,
    helpers: [...pairs.flatMap((p) => [p.forward.name, p.backward.name]), ...copies.map((c) => c.name), ...(forward?.helpers ?? [])],
    recorded: [...first.recorded, ...pairs.flatMap((p) => p.recorded)],
    primal: root,
    gradient: first.gradient,
    signatures: [
      ...made.map((m) => ({ name: m.name, fn: m.gradient, before: m.before })),
      ...(forward ? [{ name: forward.name, fn: forward.fn, before: "tangents" as const }] : []),
    ].map((m) => ({ ...m, meant: options.ofKind ? m.name.slice(0, -options.ofKind.suffix.length) : m.name })),
  };
}

/** The functions that make shared shadows, and the names of types, as far as the text mentions them. */
function sharedText({ names, makers, declared }: Sharing, text: string, exported: boolean, runtimeName: StageOptions["runtimeName"]): readonly string[] {
  const typed = (type: RecordType): RecordType => { const t = gradientType(type, names); return t?.kind === "record" ? t : type; };
  const parts = [...makers].map(([type, name]) => ({ name, text: makerText({ name, type, gradient: typed(type) }, makers, runtimeName) }));
  const own = declared.map((type) => ({ name: type.text ?? "", text: typeInterface(type, exported) }));
  const interfaces = [...own, ...[...names].map(([type, name]) => ({ name, text: gradientInterface(typed(type), exported) }))];
  const mentions = (t: string, name: string): boolean => new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(t);
  const chosen = new Set<string>();
  for (let all = text, size = -1; size !== chosen.size;) {
    size = chosen.size;
    for (const p of [...parts, ...interfaces]) if (!chosen.has(p.text) && mentions(all, p.name)) { chosen.add(p.text); all += p.text; }
  }
  return [...new Set([...interfaces, ...parts].map((p) => p.text).filter((t) => chosen.has(t)))];
}

/** The pairs that the gradient calls, and those that they call. */
function reachable(bodies: readonly Block[], pairs: readonly Pair[]): readonly Pair[] {
  const found = new Set<Pair>();
  const visit = (b: Block): void => eachInstruction(b, (i) => {
    const pair = i.kind === "call" ? pairs.find((p) => p.forward.name === i.callee) : undefined;
    if (!pair || found.has(pair)) return;
    found.add(pair);
    visit(pair.forward.body);
  });
  bodies.forEach(visit);
  return pairs.filter((p) => found.has(p));
}

/** The trace that tests use: every stage is verified. */
export function verifying(also?: Trace): Trace {
  return (name, fn) => {
    also?.(name, fn);
    verify(fn);
  };
}

export { show };

export function documentation(
  fn: IrFunction,
  fields: readonly Pick<GradientField, "name" | "input">[],
  seed: string | null,
  out: string | null,
  says?: string,
): readonly string[] {
  if (says !== undefined) return [`Value and gradient of {@link ${fn.name}}, where ${says}.`];
  const call = `${fn.name}(${fn.inputs.map((i) => i.name).join(", ")})`;
  const partials = fields.map((f) => `\`${f.name}\`: ${seed === null ? "" : `${seed} · `}∂${fn.name}/∂${f.input.name}`);
  const returns = `@returns ${[`\`value\`: ${call}`, ...partials].join("; ")}.`;
  if (out !== null) {
    return [
      `Value and gradient of {@link ${fn.name}}, in memory of the caller: of arrays that have the right length nothing is made anew.`,
      `@param ${out} takes ${partials.join("; ")}.`,
      `@returns ${call}.`,
    ];
  }
  if (seed === null) return [`Value and gradient of {@link ${fn.name}}.`, returns];
  return [`Value and gradient of {@link ${fn.name}}, given that of what comes after it.`, `@param ${seed} the gradient by the result.`, returns];
}
