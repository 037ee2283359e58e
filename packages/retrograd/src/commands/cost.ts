import type { CostArguments } from "../arguments.ts";
import type { Console } from "../show/console.ts";

export async function cost(_args: CostArguments, _cwd: string, _console: Console): Promise<number> {
  return 0;
}
