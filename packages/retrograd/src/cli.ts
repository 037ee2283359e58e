/** Runs the command line with the arguments after the program's name; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  throw new Error(`no command is there yet: ${args.join(" ")}`);
}
