// The part of TypeScript that reads programs and knows types, as one module of named exports: scanner, parser, binder, checker, module resolution and
// configurations. Node spends half as long on it as on the whole, of which two thirds are what editors, emitting and building need.
// The texts of the functions stay as they are; what is left out cannot be called (`emit` throws).
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const fail = (why) => {
  throw new Error(`${why}: TypeScript ${ts.version} is made otherwise than scripts/typescriptCore.mjs expects`);
};

/** The functions by which much is reached that is never called by who only reads programs. */
const unused = ["emitFiles", "getTransformers", "getDeclarationDiagnostics", "getDocumentationComment", "getJsDocTagsOfDeclarations"];

/** The text of the module, with these names of TypeScript's exports. */
export function typescriptCore(wanted) {
  const text = readFileSync(fileURLToPath(import.meta.resolve("typescript")), "utf8");
  const regions = new Map();
  for (const part of text.split(/^(?=\/\/ src\/\S+\.ts$)/m).slice(1)) {
    const name = /^\/\/ src\/(\S+)/.exec(part)?.[1] ?? "";
    if (!regions.has(name)) regions.set(name, part);
  }
  const region = (name) => regions.get(name) ?? fail(`no ${name}`);
  const found = (pattern, where) => pattern.exec(where)?.[0] ?? fail(`no ${pattern}`);

  const services = region("services/services.ts");
  // The methods of nodes, symbols and types are made there: `node.getStart()`.
  const methods = services.slice(0, services.indexOf("\nfunction toEditorSettings("));
  if (methods.length === services.length) fail("no end of the classes of nodes");
  let body = [
    found(/^var __defProp = [^]*?^(?=\/\/ src\/)/m, text),
    ...[...regions].filter(([name]) => name.startsWith("compiler/")).map(([, part]) => part),
    found(/^var scanner = createScanner\([^]*?;$/m, region("services/utilities.ts")),
    found(/^function getNameFromPropertyName\([^]*?^}/m, region("services/utilities.ts")),
    methods,
    region("services/preProcess.ts"),
    "setObjectAllocator(getServicesObjectAllocator());",
    found(/^function getDefaultLibFilePath\([^]*?^}/m, services),
  ].join("\n");
  for (const name of unused) {
    const declared = new RegExp(`^function ${name}\\(`, "m");
    if (!declared.test(body)) fail(`no ${name}`);
    body = body.replace(declared, `function ${name}() { throw new Error("${name} is left out"); }\nfunction unused_${name}(`);
  }
  // What a bundler may leave out if nobody asks for it.
  body = body
    .replace(/^__export\(/gm, "/* @__PURE__ */ __export(")
    .replace(/^(var \w+ = )(?=new |\w[\w.]*\()/gm, "$1/* @__PURE__ */ ")
    .replaceAll(/\b__(?=(?:file|dir)name\b)/g, "own_");

  const names = new Map([...region("typescript/typescript.ts").matchAll(/^ {2}(\w+): \(\) => (\w+),?$/gm)].map(([, name, local]) => [name, local]));
  const isDeclared = (local) => new RegExp(`^(?:function|var|class|async function) ${local.replaceAll("$", "\\$")}\\b`, "m").test(body);
  const exported = wanted.flatMap((name) => {
    const local = names.get(name);
    return local !== undefined && isDeclared(local) ? [local === name ? name : `${local} as ${name}`] : [];
  });
  return [
    'import { createRequire } from "node:module";',
    'import { dirname } from "node:path";',
    "const require = createRequire(import.meta.url);",
    // Where the libraries are.
    'const own_filename = require.resolve("typescript"), own_dirname = dirname(own_filename);',
    body,
    `export { ${exported.join(", ")} };`,
    "",
  ].join("\n");
}

/** Fails if a text uses a name that is declared nowhere, because its declaration was left out. */
export function checkNames(text) {
  const fileName = path.resolve("core.js");
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const host = {
    ...ts.createCompilerHost({}),
    getSourceFile: (name) => (name === fileName ? file : undefined),
  };
  const checker = ts.createProgram({ rootNames: [fileName], options: { allowJs: true, noLib: true, noResolve: true, types: [] }, host }).getTypeChecker();
  const missing = new Set();
  const isName = (node) => (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) || ts.isMetaProperty(node.parent);
  const visit = (node) => {
    const isUse = ts.isIdentifier(node) && ts.isExpressionNode(node) && !isName(node);
    if (isUse && !known.has(node.text) && !checker.resolveName(node.text, node, ts.SymbolFlags.Value, false)) missing.add(node.text);
    ts.forEachChild(node, visit);
  };
  const known = new Set([...Object.getOwnPropertyNames(globalThis), "arguments", "undefined", "require", "module", "exports", "__filename", "__dirname", "ActiveXObject", "WScript", "Enumerator", "onProfilerEvent"]);
  visit(file);
  if (missing.size > 0) fail(`what is left out is used (${[...missing].slice(0, 20).join(", ")})`);
}
