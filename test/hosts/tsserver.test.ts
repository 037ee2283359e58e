import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "../cli/project.ts";
import { hostProject, type HostProject } from "./project.ts";

/** What a language server answers, as far as these tests look. */
interface Answer {
  readonly success: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

const f = `/**
 * A bowl.
 * @differentiable wrt x, y
 */
export function f(x: number, y: number): number {
  return x * x + 3 * y;
}
`;
const main = `import { f } from "./f.js";
import { grad_f } from "./f.grad.js";

const { value, dx } = grad_f(2, 1);
console.log(f(2, 1) === value, dx);
`;

let p: HostProject;
let server: ChildProcessWithoutNullStreams;
const waiting = new Map<number, (answer: Answer) => void>();
let sequence = 0;

function send(command: string, args: object): number {
  server.stdin.write(`${JSON.stringify({ seq: ++sequence, type: "request", command, arguments: args })}\n`);
  return sequence;
}
const ask = (command: string, args: object): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const number = send(command, args);
    waiting.set(number, (answer) =>
      answer.success ? resolve(answer.body) : reject(new Error(`${command}: ${answer.message}`)),
    );
  });
const file = (name: string): string => p.at(`src/${name}`);
/** The line and offset, from 1, of a needle in a text. */
const place = (text: string, needle: string, plus = 0): { line: number; offset: number } => {
  const before = text.slice(0, text.indexOf(needle) + plus).split("\n");
  return { line: before.length, offset: (before.at(-1)?.length ?? 0) + 1 };
};
const open = (name: string, fileContent?: string): void =>
  void send("open", { file: file(name), ...(fileContent === undefined ? {} : { fileContent }) });
const diagnostics = async (
  name: string,
): Promise<readonly { text: string; code: number; source?: string; start: { line: number; offset: number } }[]> =>
  (await ask("semanticDiagnosticsSync", { file: file(name) })) as never;
/** A session's answers are compared as text: their fields are the protocol's. */
const text = (value: unknown): string => JSON.stringify(value);

beforeAll(() => {
  requireFreshBuild();
  p = hostProject(
    {
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "es2022",
          module: "nodenext",
          lib: ["es2023"],
          types: [],
          strict: true,
          plugins: [{ name: "retrograd" }],
        },
        include: ["src"],
      }),
      "src/f.ts": f,
      "src/main.ts": main,
      "src/globals.d.ts": "declare const console: { log(...data: readonly unknown[]): void };\n",
      "src/third.ts": "export const w = grad_f(1, 2);\n",
      "src/bad.ts":
        "// @differentiable\nexport function bad(x: number): number {\n  return x;\n}\n/** @differentiable */\nexport function worse(x: number): number {\n  return parseFloat(String(x));\n}\n",
    },
    ["typescript"],
  );
  server = spawn(
    process.execPath,
    [
      p.at("node_modules/typescript/lib/tsserver.js"),
      "--disableAutomaticTypingAcquisition",
      "--allowLocalPluginLoads",
      "--pluginProbeLocations",
      p.directory,
    ],
    { cwd: p.directory },
  );
  let received = Buffer.alloc(0);
  server.stdout.on("data", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const head = /Content-Length: (\d+)\r\n\r\n/.exec(received.toString("latin1"));
      if (head === null) return;
      const start = head.index + head[0].length,
        length = Number(head[1]);
      if (received.length < start + length) return;
      const message = JSON.parse(received.subarray(start, start + length).toString("utf8")) as Answer & {
        type: string;
        request_seq: number;
      };
      received = received.subarray(start + length);
      if (message.type === "response") waiting.get(message.request_seq)?.(message);
    }
  });
  open("f.ts");
  open("main.ts");
});
afterAll(() => {
  server.kill();
  p.remove();
});

describe("the language server plugin", () => {
  it("knows `./f.grad.js` and the gradient, with signature and documentation", async () => {
    expect(await diagnostics("main.ts")).toEqual([]);
    expect(await diagnostics("f.ts")).toEqual([]);
    const info = text(await ask("quickinfo", { file: file("main.ts"), ...place(main, "grad_f(2") }));
    expect(info).toContain("grad_f(x: number, y: number): {");
    expect(info).toContain("Value and gradient of");
    expect(text(await ask("signatureHelp", { file: file("main.ts"), ...place(main, "grad_f(2", 7) }))).toContain(
      '"grad_f"',
    );
  });

  it("goes to the primal, and shows nothing behind the end of the file", async () => {
    const definition = (await ask("definitionAndBoundSpan", { file: file("main.ts"), ...place(main, "grad_f(2") })) as {
      definitions: readonly { file: string; start: object }[];
    };
    expect(definition.definitions).toMatchObject([{ file: file("f.ts"), start: place(f, "f(x") }]);
    for (const command of ["navtree", "navbar", "getOutliningSpans"])
      expect(text(await ask(command, { file: file("f.ts") }))).not.toContain("grad_f");
    expect(text(await ask("references", { file: file("f.ts"), ...place(f, "f(x") }))).not.toMatch(
      /"line":(?:[89]|\d\d)/,
    );
  });

  it("renames without phantom edits, and parameters in tags too", async () => {
    const locations = async (
      needle: string,
    ): Promise<readonly { file: string; locs: readonly { start: { line: number; offset: number } }[] }[]> =>
      ((await ask("rename", { file: file("f.ts"), ...place(f, needle) })) as { locs: never }).locs;
    const ofF = await locations("f(x");
    expect(ofF.find((each) => each.file === file("f.ts"))?.locs.map(({ start }) => start)).toEqual([place(f, "f(x")]);
    const ofX = (await locations("x: number"))[0]?.locs.map(({ start }) => `${start.line}:${start.offset}`) ?? [];
    expect(ofX.toSorted()).toEqual(["3:24", "5:19", "6:10", "6:14"]);
  });

  it("says on hovering a marked function what its gradient costs", async () => {
    expect(text(await ask("quickinfo", { file: file("f.ts"), ...place(f, "f(x") }))).toMatch(
      /grad_f: by x, y; \d+ statements .* records nothing/,
    );
    expect(text(await ask("quickinfo", { file: file("main.ts"), ...place(main, "f(2, 1) ===") }))).toContain(
      "grad_f: by x, y",
    );
  });

  it("completes and imports from `./f.grad.js`", async () => {
    open("third.ts");
    const fixes = text(
      await ask("getCodeFixes", {
        file: file("third.ts"),
        startLine: 1,
        startOffset: 18,
        endLine: 1,
        endOffset: 24,
        errorCodes: [2304],
      }),
    );
    expect(fixes).toContain('import { grad_f } from \\"./f.grad.js\\"');
    const list = text(
      await ask("completionInfo", {
        file: file("third.ts"),
        line: 1,
        offset: 22,
        includeExternalModuleExports: true,
        includeInsertTextCompletions: true,
      }),
    );
    expect(list).toContain('"name":"grad_f"');
  });

  it("reports and mends mistakes", async () => {
    open("bad.ts");
    const found = await diagnostics("bad.ts");
    expect(found.map(({ code, source, start }) => [code, source, start.line])).toEqual([
      [901002, "retrograd", 1],
      [902101, "retrograd", 7],
    ]);
    const fix = async (line: number, code: number): Promise<string> =>
      text(
        await ask("getCodeFixes", {
          file: file("bad.ts"),
          startLine: line,
          startOffset: 12,
          endLine: line,
          endOffset: 12,
          errorCodes: [code],
        }),
      );
    expect(await fix(1, 901002)).toContain('"newText":"/** @differentiable */"');
    expect(await fix(7, 902101)).toContain("stopGradient(parseFloat(String(x)))");
  });

  it("follows edits", async () => {
    send("change", { file: file("f.ts"), line: 5, offset: 38, endLine: 5, endOffset: 38, insertString: ", z: number" });
    expect((await diagnostics("main.ts")).map(({ text: said }) => said)).toEqual([
      "Expected 3 arguments, but got 2.",
      "Expected 3 arguments, but got 2.",
    ]);
  });
});
