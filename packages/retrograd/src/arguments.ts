import { parseArgs } from "node:util";
import { helpTexts, type HelpTopic } from "./help.ts";
import { UsageError } from "./usage.ts";

export type Format = "text" | "json" | "github";

interface Common {
  readonly project: string | null;
  readonly format: Format;
}
export interface BuildArguments extends Common {
  readonly command: "build";
  readonly globs: readonly string[];
  readonly outDir: string | null;
  readonly check: boolean;
  readonly watch: boolean;
  readonly emit: "ir" | "gradient" | null;
}
export interface ExplainArguments extends Common {
  readonly command: "explain";
  readonly file: string;
  readonly functionName: string;
  readonly at: string;
  readonly why: string | null;
  readonly timeout: number;
}
export interface CostArguments extends Common {
  readonly command: "cost";
  readonly globs: readonly string[];
}
export interface InitArguments {
  readonly command: "init";
  /** Write without asking. */
  readonly yes: boolean;
}
export interface DoctorArguments extends Common {
  readonly command: "doctor";
  readonly globs: readonly string[];
}
export type Arguments =
  | BuildArguments
  | ExplainArguments
  | CostArguments
  | InitArguments
  | DoctorArguments
  | { readonly command: "help"; readonly topic: HelpTopic }
  | { readonly command: "version" };

const commonOptions = {
  project: { type: "string" },
  format: { type: "string", default: "text" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Reads the command line.
 *
 * @throws UsageError that says what is wrong and where help is.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const [first, ...rest] = args;
  switch (first) {
    case undefined:
      throw new UsageError("no command given");
    case "-h":
    case "--help":
    case "help":
      return { command: "help", topic: topicOf(rest[0]) };
    case "-v":
    case "--version":
      return { command: "version" };
    case "build":
      return parseBuild(rest);
    case "explain":
      return parseExplain(rest);
    case "cost":
      return parseCost(rest);
    case "init":
      return parseInit(rest);
    case "doctor":
      return parseDoctor(rest);
    default:
      throw new UsageError(first.startsWith("-") ? `unknown option ${first}` : `unknown command ${first}`);
  }
}

function topicOf(name: string | undefined): HelpTopic {
  if (name === undefined) return "retrograd";
  if (!Object.hasOwn(helpTexts, name)) throw new UsageError(`there is no help on ${name}`);
  return name as HelpTopic; // checked in the line above
}

function parseBuild(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, {
    ...commonOptions,
    "out-dir": { type: "string" },
    check: { type: "boolean", default: false },
    watch: { type: "boolean", default: false },
    emit: { type: "string" },
  });
  if (values.help) return { command: "help", topic: "build" };
  if (positionals.length === 0) throw new UsageError("build needs the files to compile: retrograd build <globs…>");
  const emit = values.emit === undefined ? null : oneOf("--emit", values.emit, ["ir", "gradient"]);
  const chosen = [values.check && "--check", values.watch && "--watch", emit !== null && "--emit"].filter(
    (name) => name !== false,
  );
  if (chosen.length > 1) throw new UsageError(`${chosen.join(" and ")} cannot be used together`);
  return {
    command: "build",
    globs: positionals,
    outDir: values["out-dir"] ?? null,
    check: values.check,
    watch: values.watch,
    emit,
    project: values.project ?? null,
    format: formatOf(values.format),
  };
}

function parseExplain(args: readonly string[]): Arguments {
  const { values, positionals } = parse(joinValue(args, "--at"), {
    ...commonOptions,
    at: { type: "string" },
    why: { type: "string" },
    timeout: { type: "string", default: "10" },
  });
  if (values.help) return { command: "help", topic: "explain" };
  const [file, functionName, ...more] = positionals;
  if (file === undefined || functionName === undefined || more.length > 0) {
    throw new UsageError("explain needs a file and a function: retrograd explain <file> <function> --at <arguments>");
  }
  if (values.at === undefined) throw new UsageError("explain needs the arguments to run with: --at 3,-4");
  const timeout = Number(values.timeout);
  if (!(timeout > 0)) throw new UsageError(`--timeout takes a number of seconds, not ${values.timeout}`);
  return {
    command: "explain",
    file,
    functionName,
    at: values.at,
    why: values.why ?? null,
    timeout,
    project: values.project ?? null,
    format: formatOf(values.format),
  };
}

function parseCost(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, commonOptions);
  if (values.help) return { command: "help", topic: "cost" };
  if (positionals.length === 0) throw new UsageError("cost needs the files to look at: retrograd cost <globs…>");
  return { command: "cost", globs: positionals, project: values.project ?? null, format: formatOf(values.format) };
}

function parseInit(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, {
    yes: { type: "boolean", short: "y", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) return { command: "help", topic: "init" };
  if (positionals.length > 0) throw new UsageError("init takes no files: it looks at the directory you are in");
  return { command: "init", yes: values.yes };
}

function parseDoctor(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, commonOptions);
  if (values.help) return { command: "help", topic: "doctor" };
  return { command: "doctor", globs: positionals, project: values.project ?? null, format: formatOf(values.format) };
}

/** `--at -3,4` as `--at=-3,4`: a value that begins with a minus would else be taken for an option. */
function joinValue(args: readonly string[], name: string): readonly string[] {
  const index = args.indexOf(name);
  const value = args[index + 1];
  if (index < 0 || value === undefined) return args;
  return [...args.slice(0, index), `${name}=${value}`, ...args.slice(index + 2)];
}

type OptionTable = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

function parse<const T extends OptionTable>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message.replace(/\. To specify.*$/s, ""));
    throw error;
  }
}

const formatOf = (text: string): Format => oneOf("--format", text, ["text", "json", "github"]);

function oneOf<const T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new UsageError(`${option} is one of ${choices.join(", ")}, not ${text}`);
  return found;
}
