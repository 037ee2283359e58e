import { parseArguments, type Arguments } from "./arguments.ts";
import { build } from "./commands/build.ts";
import { cost } from "./commands/cost.ts";
import { explain } from "./commands/explain.ts";
import { exitCodes } from "./exitCodes.ts";
import { helpTexts } from "./help.ts";
import { processConsole, type Console } from "./show/console.ts";
import { version } from "./show/version.ts";
import { UsageError } from "./usage.ts";

/** Runs the command line with the arguments after the program's name; resolves to the exit code. */
export async function main(args: readonly string[], console: Console = processConsole()): Promise<number> {
  try {
    return await run(parseArguments(args), console);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`retrograd: ${error.message}\nTry: retrograd --help`);
    return exitCodes.usage;
  }
}

async function run(args: Arguments, console: Console): Promise<number> {
  switch (args.command) {
    case "help":
      console.out(helpTexts[args.topic]);
      return exitCodes.fine;
    case "version":
      console.out(version());
      return exitCodes.fine;
    case "build":
      return build(args, process.cwd(), console);
    case "explain":
      return explain(args, process.cwd(), console);
    case "cost":
      return cost(args, process.cwd(), console);
  }
}
