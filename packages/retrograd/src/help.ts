/** The help texts, one for the program and one for each command. */
export const helpTexts = {
  retrograd: `retrograd: gradients of TypeScript functions, compiled to TypeScript you can read

Usage: retrograd <command> [options]

Commands:
  build <globs…>               write foo.grad.ts beside each foo.ts with functions marked @differentiable
  explain <file> <function>    run a gradient at one point and show where each number comes from
  cost <globs…>                what each gradient records, and its size
  init                         set up the build that is found here; shows what it would write first
  doctor [globs…]              what is set up, what is marked, and which imports of gradients would not resolve
  help [command]               this text, or that of a command

Options:
  -h, --help                   show help
  -v, --version                show the version

Exit codes: 0 fine, 1 diagnostics (or a stale file with --check), 2 usage.
Colour is used on a terminal unless NO_COLOR is set.`,

  build: `retrograd build <globs…>: write the gradients of marked functions

Each foo.ts that has functions marked /** @differentiable */ gets a foo.grad.ts beside it, in your prettier style:

    import { grad_f } from "./foo.grad.js";

A function that is refused leaves a stub of the same signature that throws the diagnostic.
Globs may name files or directories; quote them so that the shell leaves them alone. *.grad.ts and *.d.ts are never read.

Options:
  --out-dir <dir>              write below <dir> instead, in the same tree (from rootDir, else from the tsconfig's directory)
  --check                      write nothing; exit 1 if a file on disk is missing, stale or orphaned (for CI)
  --watch                      stay and build again when a source changes
  --emit gradient|ir           print to standard output instead of writing: the generated files, or the compiler's stages
  --project <tsconfig.json>    use this configuration instead of the nearest one
  --format text|json|github    how diagnostics are shown (default: text)`,

  explain: `retrograd explain <file> <function> --at <arguments>: where each number of a gradient comes from

Runs the function and its compiled gradient once and prints a row for each stage: line, statement, forward value, gradient
and the stage it came from; the sums at forks; the agreement with differences of the function itself; and the first stage
where a NaN or an Infinity is born. This runs your code, as calling it would.

Options:
  --at <arguments>             the arguments, as in a call: --at 3,-4    --at "[1, 2, 3], 0.5"    --at "{ x: 1 }, NaN"
  --why <parameter>            say why the gradient by this parameter is zero or missing
  --timeout <seconds>          stop a run that takes longer (default: 10)
  --project <tsconfig.json>    use this configuration instead of the nearest one
  --format text|json|github    how diagnostics are shown (default: text); json prints the rows as data too`,

  cost: `retrograd cost <globs…>: what each gradient costs

Prints, for each marked function, how many numbers it records for the reverse sweep (per trip of a loop) and the number of
statements of the function and of its gradient.

Options:
  --project <tsconfig.json>    use this configuration instead of the nearest one
  --format text|json|github    how diagnostics are shown (default: text); json prints the table as data too`,

  init: `retrograd init: set up the build that is found here

Looks for a Vite, Rollup, webpack or Rspack configuration, a tsconfig.json and the scripts of package.json, and shows what it would
change as a diff: the plugin, the editor's plugin, \`retrograd build\` before a type check that needs the files (TypeScript 7),
tspc in place of tsc where ts-patch is installed, and a line of .gitattributes. Nothing is written before you agree.

Options:
  -y, --yes                    write it without asking`,

  doctor: `retrograd doctor [globs…]: what is set up, and what would not work

Says which host gives the gradients, which TypeScript and which runtime are there, which functions are marked, which files beside
their sources are stale, and which imports of gradients would not resolve (then the exit code is 1). Nothing is run or written.

Options:
  --project <tsconfig.json>    use this configuration instead of the nearest one
  --format text|json           how it is shown (default: text)`,
} as const;

export type HelpTopic = keyof typeof helpTexts;
