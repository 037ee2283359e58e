import { existsSync, readFileSync } from "node:fs";
import type * as vite from "vite";
import { mayHaveTags } from "@retrograd/transformer/tags";
import type { Augmented } from "../../inMemory/augmented.ts";
import type { Diagnostic } from "../../compiler.ts";
import { siblingName } from "../../files/names.ts";
import { createUnplugin, type UnpluginInstance } from "unplugin";
import type { Workspace } from "../../inMemory/workspace.ts";
import type { Answers } from "../../cache/answers.ts";
import { fileOf, isNoModule, sourceOfGradients } from "./ids.ts";
import type { Options } from "./options.ts";
import type { Problem } from "./problems.ts";

const modules = /\.[cm]?[jt]sx?(?:\?|$)/;
const components = /\.(?:vue|svelte)(?:\?|$)/;
/** Every text with a tag has this in it. */
const tagged = /@\s?(?:d|checkpoint)/i;
const gradients = /\.grad(?:\.[cm]?[jt]sx?)?(?:\?|$)/;

/**
 * The plugin of every bundler. A marked module gets its gradients behind its text before types are stripped, with the types of the
 * project it belongs to; `./f.grad.js` is resolved to `f.ts` itself, so that there is one module whichever name it is imported by.
 *
 * Nothing is loaded and nothing is done for files without a tag.
 */
export const plugin: UnpluginInstance<Options | undefined, false> = createUnplugin(
  (options: Options | undefined, meta) => {
    let root = process.cwd();
    let isServing = false;
    let workspace: Promise<Workspace> | undefined;
    /** For each marked module that was handed on, what its gradients depend on. */
    const dependents = new Map<string, readonly string[]>();
    /** What was handed on when a module was loaded. */
    const loaded = new Map<string, string>();
    const printsMessageOnly = meta.framework === "webpack" || meta.framework === "rspack";
    let answers: Promise<Answers | undefined> | undefined;
    /** What earlier builds have left. */
    const earlier = (): Promise<Answers | undefined> =>
      (answers ??=
        options?.cache === false
          ? Promise.resolve(undefined)
          : import("../../cache/answers.ts").then(({ openAnswers }) => openAnswers(root, "bundler")));
    const createWorkspace = async (): Promise<Workspace> => {
      const known = await earlier();
      const made = (await import("./inside.ts")).createWorkspace({ cwd: root, witness: known?.witness });
      for (const [name, text] of known?.given ?? []) made.projectOf(name).give(name, text);
      return made;
    };
    const projectOf = async (fileName: string) => {
      workspace ??= createWorkspace();
      // A configuration that cannot be read is read again next time.
      workspace.catch(() => (workspace = undefined));
      return (await workspace).projectOf(fileName);
    };

    /** Writes files for editors one after the other, when the page has got its module: to format them takes longer than to make it. */
    let written = Promise.resolve();
    const writeLater = (fileName: string, context: Context): void => {
      written = written
        .then(() => new Promise((resolve) => setTimeout(resolve, 20)))
        .then(async () => (await import("./writeSibling.ts")).writeSibling(await projectOf(fileName), fileName))
        .catch((error: unknown) => {
          context.warn(`${fileName}: its gradients could not be written beside it: ${String(error)}`);
        });
    };

    const resolve = async (specifier: string, importer: string | undefined): Promise<string | undefined> => {
      if (/^(?:[./]|[A-Za-z]:)/.test(specifier)) return sourceOfGradients(specifier, importer, root);
      // A name of `paths` in tsconfig.json, or of a package: the compiler knows.
      if (importer === undefined) return undefined;
      const file = fileOf(importer);
      const known = await earlier();
      const found = known?.findSource(specifier, file);
      if (found !== undefined) return found ?? undefined;
      const state = known?.witness.state() ?? 0;
      const source = (await projectOf(file)).gradientSource(specifier, file);
      known?.keepSource(specifier, file, source, state);
      return source;
    };

    const augment = async (fileName: string, code: string): Promise<Augmented | undefined> => {
      const project = await projectOf(fileName);
      project.give(fileName, code);
      return project.augment(fileName);
    };

    /** The module with its gradients, or null if it stays as it is. */
    const augmentModule = async (context: Context, code: string, id: string): Promise<Module | null> => {
      if (!mayHaveTags(code)) return null;
      const fileName = fileOf(id);
      const textOf = (name: string): string => (name === fileName ? code : readFileSync(name, "utf8"));
      const tell = async (diagnostics: readonly Diagnostic[]): Promise<void> => {
        if (diagnostics.length === 0) return;
        const { problemOf, asText } = await import("./problems.ts");
        for (const category of ["warning", "error"] as const) {
          const problem = problemOf(
            diagnostics.filter((each) => each.category === category),
            textOf,
            root,
          );
          if (problem === undefined) continue;
          const said = printsMessageOnly ? { ...problem, message: asText(problem, root) } : problem;
          if (category === "error") context.error(said);
          else context.warn(said);
        }
      };
      if (components.test(id)) {
        if (id !== fileName) return null; // a part of the component: the whole was looked at
        const found = (await import("./singleFile.ts")).tagInComponent(fileName, code);
        if (found !== null) await tell([found]);
        return null;
      }
      const made = (await earlier())?.find(fileName, code) ?? (await augment(fileName, code));
      if (made === undefined) return null;
      dependents.set(fileName, made.dependencies);
      for (const name of made.dependencies) context.addWatchFile(name);
      await tell(made.diagnostics);
      if (isServing && options?.write !== false) writeLater(fileName, context);
      if (made.code === code || made.map === null) return null;
      // Bundlers differ in what they take relative names to be relative to.
      return {
        code: made.code,
        map: {
          ...made.map,
          names: [],
          sources: [fileName, siblingName(fileName)],
          sourcesContent: [...made.map.sourcesContent],
        },
      };
    };

    return {
      name: "retrograd",
      enforce: "pre",
      // esbuild would make a module of its own of what a plugin resolves, beside the one it knows: see `esbuild` below.
      ...(meta.framework === "esbuild"
        ? {}
        : {
            resolveId: {
              filter: { id: gradients },
              handler: async (specifier: string, importer: string | undefined) =>
                (await resolve(specifier, importer)) ?? null,
            },
          }),
      transform: {
        filter: {
          id: {
            include: [modules, components],
            exclude: [/[\\/]node_modules[\\/]/, /\.d\.[cm]?ts(?:\?|$)/, /\.grad\.[cm]?ts(?:\?|$)/],
          },
          code: { include: tagged },
        },
        handler(code, id) {
          return isNoModule(id) || loaded.get(id) === code ? null : augmentModule(this, code, id);
        },
      },
      async watchChange(id) {
        if (!/[\\/]tsconfig[^\\/]*\.json$/.test(id)) return;
        await Promise.all([
          workspace?.then((made) => made.reset()),
          answers?.then((known) => known?.close()),
        ]);
      },
      esbuild: {
        setup(build) {
          build.onResolve({ filter: gradients }, async ({ path: specifier, importer, namespace }) => {
            const found =
              namespace === "file" || namespace === ""
                ? await resolve(specifier, importer === "" ? undefined : importer)
                : undefined;
            return found === undefined ? undefined : { path: found };
          });
        },
      },
      rollup: {
        // Rollup knows maps with more than one source only of modules as they are loaded; what comes from elsewhere is transformed.
        async load(id) {
          if (
            !modules.test(id) ||
            isNoModule(id) ||
            /[\\/]node_modules[\\/]|\.(?:d|grad)\.[cm]?ts$/.test(id) ||
            !existsSync(id)
          )
            return null;
          const code = readFileSync(id, "utf8");
          const made = tagged.test(code) ? await augmentModule(this, code, id) : null;
          if (made !== null) loaded.set(id, made.code);
          return made;
        },
      },
      vite: {
        configResolved(config: vite.ResolvedConfig) {
          root = config.root;
          isServing = config.command === "serve" && config.mode !== "test" && process.env["VITEST"] === undefined;
        },
        // A gradient holds what its function calls in other files: when one of these changes, so does the module that did not.
        hotUpdate({ file, modules: changed }: vite.HotUpdateOptions) {
          const affected = [...dependents].filter(([, names]) => names.includes(file)).map(([name]) => name);
          if (affected.length === 0) return;
          const graph = this.environment.moduleGraph;
          const more = affected.flatMap((name) => [...(graph.getModulesByFile(name) ?? [])]);
          return [...new Set([...changed, ...more])];
        },
      },
    };
  },
);

/** What we use of the contexts of all bundlers. */
interface Context {
  error(problem: Problem): unknown;
  warn(problem: Problem | string): unknown;
  addWatchFile(fileName: string): void;
}

interface Module {
  code: string;
  map: {
    version: number;
    file: string;
    mappings: string;
    names: string[];
    sources: string[];
    sourcesContent: string[];
  };
}
