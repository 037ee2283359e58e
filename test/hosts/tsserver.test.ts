import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "../cli/project.ts";
import { hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

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

const mistakes: readonly (readonly [code: number, wrong: string, mended: string])[] = [
  [901001, "/** @diferentiable */", "/** @differentiable */"],
  [901002, "/* @differentiable */", "/** @differentiable */"],
  [901007, "/** @differentiable wrt xs */", "/** @differentiable wrt x */"],
  [901008, "/** @differentiable wrt p.lenght */", "/** @differentiable wrt p.length */"],
  [901014, "/** @differentiable wrt */", "/** @differentiable wrt x, p */"],
  [901019, "/** @differentiable */ export let", "/** @differentiable */ export const"],
];
const restOf = (wrong: string): string =>
  wrong.endsWith("let")
    ? " g = (x: number): number => x * x;\n"
    : dedent`

      export function g(x: number, p: { length: number }): number {
        return x * p.length;
      }

    `;
const pathWanted = 'import { grad_f } from "./f.gr";\nexport const w = grad_f;\n';
const nameWanted = 'import { gr } from "./f.grad.js";\n';

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
interface Place {
  readonly line: number;
  readonly offset: number;
}
/** A text after edits of the protocol. */
const applied = (before: string, edits: readonly { start: Place; end: Place; newText: string }[]): string => {
  const at = ({ line, offset }: Place): number =>
    before
      .split("\n")
      .slice(0, line - 1)
      .reduce((sum, each) => sum + each.length + 1, offset - 1);
  return [...edits]
    .sort((a, b) => at(b.start) - at(a.start))
    .reduce((now, { start, end, newText }) => now.slice(0, at(start)) + newText + now.slice(at(end)), before);
};
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
      ...Object.fromEntries(mistakes.map(([, wrong], index) => [`src/mistake${index}.ts`, wrong + restOf(wrong)])),
      "src/fourth.ts": pathWanted,
      "src/fifth.ts": nameWanted,
      "src/bad.ts":
        dedent`
          // @differentiable
          export function bad(x: number): number {
            return x;
          }
          /** @differentiable */
          export function worse(x: number): number {
            return parseFloat(String(x));
          }

        `,
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

  it("has a quick fix for each of the commonest mistakes", async () => {
    for (const [index, [code, wrong, mended]] of mistakes.entries()) {
      const name = `mistake${index}.ts`;
      const rest = restOf(wrong),
        whole = wrong + rest;
      open(name);
      const [found] = (await diagnostics(name)).filter((each) => each.code === code);
      expect([wrong, found?.source]).toEqual([wrong, "retrograd"]);
      const { line, offset } = found?.start ?? { line: 0, offset: 0 };
      const [fix] = (await ask("getCodeFixes", {
        file: file(name),
        startLine: line,
        startOffset: offset,
        endLine: line,
        endOffset: offset,
        errorCodes: [code],
      })) as { changes: { textChanges: { start: Place; end: Place; newText: string }[] }[] }[];
      const edits = fix?.changes[0]?.textChanges ?? [];
      expect([wrong, applied(whole, edits)]).toEqual([wrong, mended + rest]);
      send("close", { file: file(name) });
    }
  });

  it("completes the path of gradients, and their names behind it", async () => {
    open("fourth.ts");
    const list = (await ask("completionInfo", { file: file("fourth.ts"), ...place(pathWanted, "./f.gr", 6) })) as {
      entries: { name: string }[];
    };
    const paths = list.entries.map(({ name }) => name);
    // As TypeScript names modules here: with the extension of what is emitted.
    expect(paths).toContain("f.js");
    expect(paths).toContain("f.grad.js");
    expect(paths).not.toContain("main.grad.js");
    open("fifth.ts");
    const names = text(await ask("completionInfo", { file: file("fifth.ts"), ...place(nameWanted, "gr }", 2) }));
    expect(names).toContain('"name":"grad_f"');
  });

  it("writes the import when a completion is taken", async () => {
    const details = text(
      await ask("completionEntryDetails", {
        file: file("third.ts"),
        line: 1,
        offset: 22,
        entryNames: [{ name: "grad_f", source: "./f.js" }],
      }),
    );
    expect(details).toContain('import { grad_f } from \\"./f.grad.js\\"');
  });

  it("follows edits", async () => {
    send("change", { file: file("f.ts"), line: 5, offset: 38, endLine: 5, endOffset: 38, insertString: ", z: number" });
    expect((await diagnostics("main.ts")).map(({ text: said }) => said)).toEqual([
      "Expected 3 arguments, but got 2.",
      "Expected 3 arguments, but got 2.",
    ]);
  });
});
