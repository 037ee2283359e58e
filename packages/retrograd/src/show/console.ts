/** Where the command line writes, and how. Results go to `out`, progress and complaints to `error`, so that pipes stay clean. */
export interface Console {
  out(text: string): void;
  error(text: string): void;
  /** Colour on standard output, and on standard error. */
  readonly colorOut: boolean;
  readonly colorError: boolean;
  /** One line that overwrites itself, on a terminal only; the empty string removes it. */
  progress(text: string): void;
}

/** The console of this process. `NO_COLOR` (any value but empty) forbids colour, `FORCE_COLOR` asks for it, else a terminal decides. */
export function processConsole(): Console {
  const { stdout, stderr, env } = process;
  const color = (stream: { isTTY?: boolean }): boolean => {
    if ((env["NO_COLOR"] ?? "") !== "") return false;
    if ((env["FORCE_COLOR"] ?? "") !== "") return env["FORCE_COLOR"] !== "0";
    return stream.isTTY === true && env["TERM"] !== "dumb";
  };
  let shown = 0;
  const progress = (text: string): void => {
    if (stderr.isTTY !== true || env["TERM"] === "dumb" || (text === "" && shown === 0)) return;
    const cut = text.slice(0, Math.max(0, (stderr.columns ?? 80) - 1));
    stderr.write(`\r${cut}${" ".repeat(Math.max(0, shown - cut.length))}${cut === "" ? "\r" : ""}`);
    shown = cut.length;
  };
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    progress("");
    stream.write(text.endsWith("\n") ? text : `${text}\n`);
  };
  return {
    out: (text) => write(stdout, text),
    error: (text) => write(stderr, text),
    colorOut: color(stdout),
    colorError: color(stderr),
    progress,
  };
}
