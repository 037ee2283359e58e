import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { readIfThere } from "../files/writeAtomic.ts";

/** A way in which a project may come by its gradients. */
export interface Host {
  readonly name: "ts-patch" | "vite" | "rollup" | "esbuild" | "webpack" | "rspack" | "editor" | "files";
  /** The file that sets it up, or would. */
  readonly file: string;
  /** Is Retrograd set up in it? */
  readonly isSetUp: boolean;
}

/** What is found of a project's build, by looking at files; nothing of it is run. */
export interface Found {
  readonly directory: string;
  readonly packageText: string | null;
  readonly scripts: Readonly<Record<string, string>>;
  /** The tsconfig.json, with its text. */
  readonly tsconfig: { readonly file: string; readonly text: string } | null;
  readonly hosts: readonly Host[];
  /** Versions of what is installed; null: it is not. */
  readonly typescript: string | null;
  readonly tsPatch: string | null;
  readonly runtime: string | null;
}

const configs = [
  ["vite", /^vite\.config\.[cm]?[jt]s$/],
  ["rollup", /^rollup\.config\.[cm]?[jt]s$/],
  ["webpack", /^webpack\.config\.[cm]?[jt]s$/],
  ["rspack", /^rspack\.config\.[cm]?[jt]s$/],
] as const;

export function detect(directory: string): Found {
  const packageText = readIfThere(path.join(directory, "package.json"));
  const { scripts = {}, dependencies = {}, devDependencies = {} } = parsePackage(packageText);
  const installed = { ...dependencies, ...devDependencies };
  const tsconfigFile = path.join(directory, "tsconfig.json");
  const tsconfigText = readIfThere(tsconfigFile);
  const hosts: Host[] = [];
  const names = existsSync(directory) ? readdirSync(directory) : [];
  for (const [name, pattern] of configs) {
    const file = names.find((each) => pattern.test(each));
    if (file !== undefined) {
      const text = readIfThere(path.join(directory, file)) ?? "";
      hosts.push({ name, file, isSetUp: text.includes(`retrograd/${name}`) });
    } else if (name === "vite" && Object.hasOwn(installed, "vite")) {
      hosts.push({ name, file: "vite.config.ts", isSetUp: false });
    }
  }
  // esbuild has no configuration file: its build is a script of the user's, which names our plugin.
  for (const file of names.filter((each) => /\.[cm]?[jt]s$/.test(each))) {
    if (readIfThere(path.join(directory, file))?.includes("retrograd/esbuild") === true)
      hosts.push({ name: "esbuild", file, isSetUp: true });
  }
  const plugins =
    tsconfigText === null ? "" : (/"plugins"\s*:\s*\[([^\]]*)\]/.exec(withoutComments(tsconfigText))?.[1] ?? "");
  if (Object.hasOwn(installed, "ts-patch"))
    hosts.push({ name: "ts-patch", file: "tsconfig.json", isSetUp: plugins.includes('"retrograd/ts-patch"') });
  if (tsconfigText !== null && /"name"\s*:\s*"retrograd"/.test(plugins))
    hosts.push({ name: "editor", file: "tsconfig.json", isSetUp: true });
  if (Object.values(scripts).some((script) => /\bretrograd build\b/.test(script)))
    hosts.push({ name: "files", file: "package.json", isSetUp: true });
  return {
    directory,
    packageText,
    scripts,
    tsconfig: tsconfigText === null ? null : { file: tsconfigFile, text: tsconfigText },
    hosts,
    typescript: versionOf("typescript", directory),
    tsPatch: versionOf("ts-patch", directory),
    runtime: versionOf("@retrograd/runtime", directory),
  };
}

interface PackageData {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function parsePackage(text: string | null): PackageData {
  try {
    return text === null ? {} : (JSON.parse(text) as PackageData); // fields are looked at one by one
  } catch {
    return {}; // what is not a package.json says nothing
  }
}

/** The version of a package as the project would load it. */
export function versionOf(name: string, directory: string): string | null {
  const { resolve } = createRequire(path.join(directory, "noop.js"));
  const folders = (resolve.paths(name) ?? []).map((folder) => path.join(folder, name));
  for (const folder of [...folders, ...withoutFolders(() => resolve(`${name}/package.json`))]) {
    const text = readIfThere(path.join(folder, "package.json"));
    if (text !== null) return (JSON.parse(text) as { version?: string }).version ?? null;
  }
  return null;
}

/** Where a package is that lies in no node_modules: Yarn's Plug'n'Play answers the resolution. */
function withoutFolders(resolve: () => string): readonly string[] {
  try {
    return [path.dirname(resolve())];
  } catch {
    return []; // it is not installed, or shows no package.json to others
  }
}

export const majorOf = (version: string | null): number | null =>
  version === null ? null : Number(version.split(".")[0]);

/** JSON with comments, without them; strings stay. */
export function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_, string: string | undefined) => string ?? "",
  );
}
