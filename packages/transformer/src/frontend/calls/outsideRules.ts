import ts from "typescript";
import type { OutsideRule, RecordType, Type, Var } from "../../ir/ir.ts";
import { numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { behind, inScope, meant, readDerivativesOf } from "../marks/derivativeOf.ts";
import { isGeneratedDeclaration, readExisting } from "../marks/existing.ts";
import type { Lowering } from "../state/lowerState.ts";
import type { CallableNode, Value } from "../state/values.ts";
import { findBinding } from "../state/values.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { irType } from "../types/lowerTypes.ts";
import { present } from "../types/irTypes.ts";

/**
 * Derivatives written by hand: `grad_g` or `vjp_g` beside `g` in its module, or a function tagged `@derivativeOf g` in the file of the
 * marked function. A call of `g` is then one operation, and `g` is not looked into.
 */

interface Found {
  readonly name: string;
  readonly kind: "grad" | "vjp";
  readonly symbol: ts.Symbol;
  /** Of a function tagged so: it stands in the file of the marked function. */
  readonly tagged: boolean;
}

/** The result of a call of a function with a rule of its own; undefined if there is none for it. */
export function callByRule(s: Lowering, node: ts.CallExpression, callee: ts.Expression): Var | undefined {
  const name = calleeName(s, callee);
  const symbol = name && meant(s.checker, name);
  if (!name || !symbol || findBinding(s.scope, symbol)) return undefined;
  const found = findRule(s, symbol);
  if (!found) return undefined;
  const spread = node.arguments.find((a) => ts.isSpreadElement(a));
  if (spread)
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "spreads an array into a function with a derivative of its own",
      instead: "pass the operands one by one",
    });
  const prefix = callee === name ? "" : callee.getText().slice(0, -name.text.length);
  return applyRule(s, node, { name: name.text, symbol, prefix }, found, () => node.arguments.map((a) => toVar(s, expression(s, a), a)));
}

/** The same for a function that came as a value: a callback, another name for it. */
export function callValueByRule(s: Lowering, node: ts.Node, callee: CallableNode, args: readonly Value[]): Var | undefined {
  const at = ts.isFunctionDeclaration(callee)
    ? callee.name
    : ts.isVariableDeclaration(callee.parent) && ts.isIdentifier(callee.parent.name)
      ? callee.parent.name
      : undefined;
  const symbol = at && meant(s.checker, at);
  const found = symbol && findRule(s, symbol);
  return found && applyRule(s, node, { name: at.text, symbol, prefix: "" }, found, () => args.map((a) => toVar(s, a, node)));
}

interface Called { readonly name: string; readonly symbol: ts.Symbol; /** `module.` */ readonly prefix: string }

function applyRule(s: Lowering, node: ts.Node, called: Called, found: Found, argumentsOf: () => readonly Var[]): Var {
  const { name, prefix } = called;
  const ruleName = found.tagged ? found.name : `${prefix}${found.name}`;
  if (!isVisible(s, node, called, ruleName, found.symbol)) return s.refuse(node, catalogue.ruleNotVisible, { fn: name, rule: found.name });
  const fit = fitting(s, node, called, found);
  if (typeof fit === "string")
    return s.refuse(node, catalogue.ruleMisfit, { fn: name, rule: found.name, why: fit, shape: shapeOf(s, called.symbol, found, node) });
  const args = argumentsOf(), out = s.fresh(null, numberType);
  const missing = args.findIndex((_, n) => fit.fields[n] == null);
  const argument =
    ts.isCallExpression(node) && node.arguments.length === args.length ? shortText(node.arguments[missing] ?? node) : (fit.parameters[missing] ?? "");
  const refusal =
    missing < 0
      ? {}
      : {
          refusal: s.refusal(node, catalogue.ruleWithoutField, { text: shortText(node), rule: found.name, parameter: fit.parameters[missing] ?? "", argument }),
        };
  const rule: OutsideRule = { name: ruleName, kind: found.kind, fields: args.map((_, n) => fit.fields[n] ?? null), result: fit.result };
  s.emit({
    kind: "raw",
    origin: s.origin(node),
    parts: [`${prefix}${name}(`, ...args.flatMap((a, n) => (n > 0 ? [", ", a] : [a])), ")"],
    out,
    pure: false,
    rule,
    ...refusal,
  });
  return out;
}

/** The name in `g` and `module.g`. */
function calleeName(s: Lowering, callee: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(callee)) return callee;
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression) || !ts.isIdentifier(callee.name)) return undefined;
  const declaration = s.checker.getSymbolAtLocation(callee.expression)?.declarations?.[0];
  return declaration && ts.isNamespaceImport(declaration) ? callee.name : undefined;
}

function findRule(s: Lowering, symbol: ts.Symbol): Found | undefined {
  const tagged = readDerivativesOf(s.rootNode.getSourceFile(), s.checker).get(symbol);
  if (tagged) {
    const at = ts.isVariableDeclaration(tagged.parent) ? tagged.parent.name : tagged.name;
    const own = at && ts.isIdentifier(at) ? s.checker.getSymbolAtLocation(at) : undefined;
    return own && at && { name: at.getText(), kind: "grad", symbol: own, tagged: true };
  }
  const declaration = symbol.valueDeclaration;
  if (!declaration || !isTopLevelFunction(declaration)) return undefined;
  const file = declaration.getSourceFile(), own = declaration.name?.getText() ?? "";
  if (declaration === s.rootNode || declaration.initializer === s.rootNode) return undefined;
  const rule = readExisting(file).rules.get(own);
  // A package may ship its generated gradients; where only types can be read, they are all there is.
  const names = rule ? [rule.name] : file.isDeclarationFile ? [`grad_${own}`, `vjp_${own}`] : [];
  for (const name of names) {
    const found = inScope(s.checker, file).get(name);
    if (found) return { name, kind: name.startsWith("vjp_") ? "vjp" : "grad", symbol: behind(s.checker, found), tagged: false };
  }
  return undefined;
}

type TopLevel = (ts.FunctionDeclaration & { readonly initializer?: undefined }) | ts.VariableDeclaration;

function isTopLevelFunction(node: ts.Declaration): node is TopLevel {
  if (ts.isFunctionDeclaration(node)) return ts.isSourceFile(node.parent) && !isGeneratedDeclaration(node);
  return ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent);
}

/** The generated text stands in the file of the marked function: both names must mean there what they mean here. */
function isVisible(s: Lowering, node: ts.Node, { name, symbol, prefix }: Called, ruleName: string, rule: ts.Symbol): boolean {
  const root = s.rootNode.getSourceFile();
  if (prefix !== "") return node.getSourceFile() === root;
  const names = inScope(s.checker, root);
  const means = (text: string, wanted: ts.Symbol): boolean => {
    const there = names.get(text);
    return there !== undefined && behind(s.checker, there) === wanted;
  };
  return means(name, symbol) && means(ruleName, rule);
}

interface Fit { readonly parameters: readonly string[]; readonly fields: readonly (string | null)[]; readonly result: RecordType }

/** Which field belongs to which parameter, or what does not fit. */
function fitting(s: Lowering, node: ts.Node, { name, symbol }: Called, found: Found): Fit | string {
  const { checker } = s;
  const rule = signatureOf(checker, found.symbol, node), primal = signatureOf(checker, symbol, node);
  if (!rule) return "it is no function";
  const seeded = found.kind === "vjp";
  const own = seeded ? rule.parameters.slice(1) : rule.parameters;
  // Of a function of which nothing is known the rule says what its parameters are.
  const parameters = primal?.parameters ?? own;
  if (primal) {
    const type = checker.getReturnTypeOfSignature(primal);
    if ((type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.Any)) === 0)
      return `\`${name}\` returns \`${checker.typeToString(type)}\`, and only functions that return a number have rules of their own so far`;
  }
  if (own.length !== parameters.length)
    return `\`${name}\` has ${parameters.length === 1 ? "1 parameter" : `${parameters.length} parameters`}, and it has ${own.length}${seeded ? " behind the seed" : ""}`;
  const typeOf = (parameter: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(parameter, node);
  for (const [n, parameter] of parameters.entries()) {
    if (!/^[A-Za-z_$][\w$]*$/.test(parameter.name)) return `a parameter of \`${name}\` has no name of its own`;
    if (isRest(parameter)) return `\`${parameter.name}\` is a rest parameter`;
    const given = own[n];
    if (given && !checker.isTypeAssignableTo(typeOf(parameter), typeOf(given)))
      return `it takes \`${checker.typeToString(typeOf(given))}\` for \`${parameter.name}\`, which is \`${checker.typeToString(typeOf(parameter))}\``;
  }
  const returned = checker.getReturnTypeOfSignature(rule);
  const fieldNames = checker.getPropertiesOfType(returned).map((p) => p.name);
  const stray = fieldNames.find((f) => f !== "value" && f.startsWith("d") && !parameters.some((p) => `d${p.name}` === f));
  if (stray !== undefined) return `it returns \`${stray}\`, and \`${name}\` has no parameter \`${stray.slice(1)}\``;
  const fields: (string | null)[] = [], types: { name: string; type: Type; optional: boolean }[] = [];
  for (const parameter of parameters) {
    const property = checker.getPropertyOfType(returned, `d${parameter.name}`);
    fields.push(property ? property.name : null);
    if (!property) continue;
    const type = irType(s.reader, checker.getTypeOfSymbolAtLocation(property, node)), wanted = present(irType(s.reader, typeOf(parameter)));
    const of = present(type).kind, like = wanted.kind === "opaque" ? of : wanted.kind === "integer" ? "number" : wanted.kind;
    if (type.kind === "optional" || of !== like)
      return `\`${property.name}\` is \`${checker.typeToString(checker.getTypeOfSymbolAtLocation(property, node))}\`, and \`${parameter.name}\` is \`${checker.typeToString(typeOf(parameter))}\``;
    types.push({ name: property.name, type, optional: false });
  }
  if (types.length === 0) return `it returns no \`d${parameters[0]?.name ?? "x"}\``;
  return { parameters: parameters.map((p) => p.name), fields, result: { kind: "record", fields: types, text: null } };
}

const signatureOf = (checker: ts.TypeChecker, symbol: ts.Symbol, at: ts.Node): ts.Signature | undefined =>
  checker.getTypeOfSymbolAtLocation(symbol, at).getCallSignatures()[0];

const isRest = (parameter: ts.Symbol): boolean =>
  parameter.valueDeclaration !== undefined && ts.isParameter(parameter.valueDeclaration) && parameter.valueDeclaration.dotDotDotToken !== undefined;

/** The head that would fit, for help. */
function shapeOf(s: Lowering, symbol: ts.Symbol, found: Found, at: ts.Node): string {
  const primal = signatureOf(s.checker, symbol, at);
  const parts = (primal?.parameters ?? []).map((p) => ({
    name: p.name,
    type: s.checker.typeToString(s.checker.getTypeOfSymbolAtLocation(p, at)).replace(/^readonly /, ""),
  }));
  const seed = found.kind === "vjp" ? ["dvalue: number"] : [];
  const value = found.kind === "vjp" ? [] : ["value: number"];
  return `${found.name}(${[...seed, ...parts.map((p) => `${p.name}: ${p.type}`)].join(", ")}): { ${[...value, ...parts.map((p) => `d${p.name}: ${p.type}`)].join("; ")} }`;
}
