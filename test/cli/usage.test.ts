import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project, type Project } from "./project.ts";
import { dedent } from "../support/dedent.ts";

let p: Project;
beforeAll(() => {
  p = project({ "a.ts": dedent`
    /** @differentiable */
    export function f(x: number): number {
      return x * x;
    }

  ` });
});
afterAll(() => p.remove());

describe("help", () => {
  it.each([["--help"], ["-h"], ["help"]])("%s shows the commands", async (option) => {
    const { code, out } = await p.run([option]);
    expect(code).toBe(0);
    for (const command of ["build", "explain", "cost"]) expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
  });

  it.each(["build", "explain", "cost"])("%s --help and help %s agree", async (command) => {
    const { code, out } = await p.run([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toContain(`retrograd ${command}`);
    expect((await p.run(["help", command])).out).toBe(out);
  });

  it("shows the version", () => {
    expect(p.spawn(["--version"])).toEqual({ code: 0, out: "0.1.0\n", error: "" });
  });
});

describe("usage errors exit 2 with one line and a hint, never a stack trace", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no command", [], /no command/],
    ["unknown command", ["biuld"], /unknown command biuld/],
    ["unknown option", ["build", "a.ts", "--nope"], /--nope/],
    ["no files", ["build"], /build needs the files/],
    ["no such file", ["build", "nope.ts"], /no file or directory nope\.ts/],
    ["no match", ["build", "nope/**/*.ts"], /no source file matches/],
    ["wrong format", ["build", "a.ts", "--format", "xml"], /--format is one of text, json, github/],
    ["wrong emit", ["build", "a.ts", "--emit", "wasm"], /--emit is one of/],
    ["check and watch", ["build", "a.ts", "--check", "--watch"], /cannot be used together/],
    ["no such project", ["build", "a.ts", "--project", "nope.json"], /no configuration nope\.json/],
    ["no such help", ["help", "nope"], /no help on nope/],
    ["explain without a point", ["explain", "a.ts", "f"], /--at/],
    ["explain without a function", ["explain", "a.ts", "--at", "1"], /a file and a function/],
    ["explain of another function", ["explain", "a.ts", "g", "--at", "1"], /no marked function g; marked there: f/],
    ["arguments that are code", ["explain", "a.ts", "f", "--at", "process.exit()"], /literal values only/],
    ["arguments that are no list", ["explain", "a.ts", "f", "--at", "1; 2"], /--at takes arguments/],
    ["wrong timeout", ["explain", "a.ts", "f", "--at", "1", "--timeout", "soon"], /--timeout/],
  ])("%s", async (_name, args, message) => {
    const { code, out, error } = await p.run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toMatch(message);
    expect(error.trim().split("\n").at(-1)).toBe("Try: retrograd --help");
    expect(error.trim().split("\n").length).toBe(2);
  });

  it("and so does the program itself", () => {
    const { code, error } = p.spawn(["biuld"]);
    expect(code).toBe(2);
    expect(error).toBe("retrograd: unknown command biuld\nTry: retrograd --help\n");
  });
});
