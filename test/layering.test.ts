import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom (docs/architecture.md draws the same).
 *
 * A phase knows the IR and nothing of its neighbours: what it needs of them arrives as an argument, from the pipeline. So a phase can be read, tested
 * and replaced alone, and everything right of the frontend runs where TypeScript does not.
 */
interface Layer {
  /** Folder, from the root of the repository; `.` at the end: only the files directly in it. */
  readonly folder: string;
  /** Folders or files whose values it may import. Its own folder always. */
  readonly values: readonly string[];
  /** And of these only types. */
  readonly types?: readonly string[];
  /** Packages, and `node:` for what comes with Node. */
  readonly packages?: readonly string[];
}

const src = "packages/transformer/src";
const ir = `${src}/ir`, bug = `${src}/diagnostics/bug.ts`, diagnostics = `${src}/diagnostics`, rules = `${src}/rules`, analysis = `${src}/analysis`;
const cli = "packages/retrograd/src", inMemory = `${cli}/inMemory`;
const frontend = `${src}/frontend`, frontendLayers = ["programs", "marks", "types", "state"];
const upTo = (last: string): readonly string[] => frontendLayers.slice(0, frontendLayers.indexOf(last) + 1).map((name) => `${frontend}/${name}`);
const phases = ["frontend", "analysis", "adjoint", "tangent", "optimise", "print"].map((phase) => `${src}/${phase}`);

const layers: readonly Layer[] = [
  { folder: "packages/runtime/src", values: [] },
  { folder: diagnostics, values: [] },
  { folder: ir, values: [bug] },
  { folder: rules, values: [bug], types: [ir] },
  // The frontend in layers: the user's files, the tags in them, types, what is known while a function is lowered, and one folder for each kind of syntax.
  { folder: `${frontend}/programs`, values: [ir, rules, diagnostics], types: [`${frontend}/types`], packages: ["typescript"] },
  { folder: `${frontend}/marks`, values: [...upTo("programs"), ir, rules, diagnostics], packages: ["typescript"] },
  { folder: `${frontend}/types`, values: [...upTo("marks"), ir, rules, diagnostics], packages: ["typescript"] },
  { folder: `${frontend}/state`, values: [...upTo("types"), ir, rules, diagnostics], packages: ["typescript"] },
  { folder: frontend, values: [ir, rules, diagnostics], packages: ["typescript"] },
  { folder: analysis, values: [ir, diagnostics], types: [rules] },
  // The reverse sweep is written in terms of the facts: what aliases, what is active, how a loop counts.
  { folder: `${src}/adjoint`, values: [ir, bug, analysis], types: [rules] },
  // Forward mode: the same, and what derivatives look like in either mode.
  {
    folder: `${src}/tangent`,
    values: [ir, bug, analysis, ...["entryChecks", "gates", "gradientType", "instantiate", "returned", "signature"].map((file) => `${src}/adjoint/${file}.ts`)],
    types: [rules],
  },
  { folder: `${src}/optimise`, values: [ir, bug], types: [rules] },
  { folder: `${src}/print`, values: [ir, bug] },
  // The pipeline and the entry: all phases, and of TypeScript only the types of what a host hands over.
  { folder: `${src}/.`, values: [...phases, ir, rules, diagnostics], types: ["typescript"], packages: ["@jridgewell/sourcemap-codec"] },
  { folder: "packages/retrograd/src", values: [], packages: ["node:", "@retrograd/transformer", "@retrograd/runtime", "typescript", "ts-morph", "prettier"] },
  // What all hosts that work in memory share: of the command line the parts that know projects and siblings, never a host.
  {
    folder: inMemory,
    values: ["compiler.ts", "files", "project", "sibling", "show"].map((part) => `${cli}/${part}`),
    types: [`${cli}/cache`],
    packages: ["node:", "@retrograd/transformer", "typescript"],
  },
  // What is kept from one process to the next: it is asked before the compiler is loaded, and so that it need not be.
  { folder: `${cli}/cache`, values: [`${cli}/files`], types: [inMemory], packages: ["node:", "@retrograd/transformer/tags"] },
  // A host translates between a build tool and the core, and nobody imports it. It runs under the user's compiler, of which it knows types only.
  {
    folder: `${cli}/hosts`,
    values: [cli],
    types: ["typescript", "vite", "rollup", "esbuild", "webpack", "@rspack/core"],
    packages: ["node:", "@retrograd/transformer/tags", "@jridgewell/sourcemap-codec", "unplugin"],
  },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Import { readonly file: string; readonly line: number; readonly from: string; readonly typesOnly: boolean }

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => posix.join(folder, name.split(sep).join("/")))
    .filter((file) => /\.m?ts$/u.test(file) && !file.endsWith(".test.ts"));
}

/** Imports and re-exports of a file; a dynamic import is one of values. */
function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const note = (node: ts.Node, specifier: ts.Expression | undefined, typesOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const from = specifier.text.startsWith(".") ? posix.join(posix.dirname(file), specifier.text) : specifier.text;
    found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, from, typesOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) note(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) note(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) note(node, node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
      note(node, node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The layer a file belongs to: of several folders the innermost. */
function layerOf(file: string): Layer | undefined {
  const holding = layers.filter(({ folder }) => (folder.endsWith("/.") ? posix.dirname(file) === folder.slice(0, -2) : within(file, folder)));
  return holding.reduce<Layer | undefined>((best, layer) => (best && best.folder.length > layer.folder.length ? best : layer), undefined);
}

function isAllowed({ from, typesOnly }: Import, layer: Layer): boolean {
  const own = layer.folder.replace(/\/\.$/u, "");
  if (layer.folder.endsWith("/.") ? posix.dirname(from) === own : within(from, own)) return true;
  if (layer.values.some((to) => within(from, to))) return true;
  if (layer.packages?.some((name) => (name.endsWith(":") ? from.startsWith(name) : within(from, name)))) return true;
  return typesOnly && (layer.types ?? []).some((to) => within(from, to));
}

const files = [...new Set(["packages/runtime/src", src, "packages/retrograd/src"].flatMap(sourcesIn))];

describe("layering", () => {
  it("gives every source file a layer", () => {
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  for (const layer of layers) {
    it(`${layer.folder} imports only what it may`, () => {
      const own = files.filter((file) => layerOf(file) === layer);
      expect(own.length, "the folder has files").toBeGreaterThan(0);
      const wrong = own.flatMap(importsOf).filter((i) => !isAllowed(i, layer));
      expect(wrong.map((i) => `${i.file}:${i.line} imports ${i.typesOnly ? "types of " : ""}${relative(root, join(root, i.from))}`)).toEqual([]);
    });
  }

  it("lets nobody import a host", () => {
    const wrong = files
      .filter((file) => !within(file, `${cli}/hosts`))
      .flatMap(importsOf)
      .filter(({ from }) => within(from, `${cli}/hosts`) || within(from, "retrograd"));
    expect(wrong).toEqual([]);
  });

  it("sees what it is there to see", () => {
    const layer = layers.find(({ folder }) => folder === `${src}/print`);
    const made = (from: string, typesOnly: boolean): Import => ({ file: `${src}/print/print.ts`, line: 1, from, typesOnly });
    const verdicts = [
      made(`${src}/print/text.ts`, false),
      made(ir, false),
      made(`${src}/optimise/optimise.ts`, false),
      made(rules, true),
      made("typescript", false),
    ];
    expect(layer && verdicts.map((i) => isAllowed(i, layer))).toEqual([true, true, false, false, false]);
    expect(importsOf("test/layering.test.ts").map((i) => i.from)).toContain("typescript");
  });
});
