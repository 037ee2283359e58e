import { parseArguments, type Arguments } from "./arguments.ts";
import { exitCodes } from "./exitCodes.ts";
import { helpTexts } from "./help.ts";
import { processConsole, type Console } from "./show/console.ts";
import { version } from "./show/version.ts";
import { complaint } from "./usage.ts";

/** Runs the command line with the arguments after the program's name; resolves to the exit code. */
export async function main(
  args: readonly string[],
  console: Console = processConsole(),
  cwd: string = process.cwd(),
): Promise<number> {
  try {
    return await run(parseArguments(args), console, cwd);
  } catch (error) {
    const message = complaint(error);
    if (message === null) throw error;
    console.error(`retrograd: ${message}\nTry: retrograd --help`);
    return exitCodes.usage;
  }
}

/** Commands are loaded when they are needed: a compiler is much to load for a help text. */
async function run(args: Arguments, console: Console, cwd: string): Promise<number> {
  switch (args.command) {
    case "help":
      console.out(helpTexts[args.topic]);
      return exitCodes.fine;
    case "version":
      console.out(version());
      return exitCodes.fine;
    case "build":
      return (await import("./commands/build.ts")).build(args, cwd, console);
    case "explain":
      return (await import("./commands/explain.ts")).explain(args, cwd, console);
    case "cost":
      return (await import("./commands/cost.ts")).cost(args, cwd, console);
    case "init":
      return (await import("./commands/init.ts")).init(args, cwd, console);
    case "doctor":
      return (await import("./commands/doctor.ts")).doctor(args, cwd, console);
  }
}
