import { decode } from "@jridgewell/sourcemap-codec";
import { expect, it } from "vitest";
import { gradientName, splice } from "./splice.ts";

const source = "// λ\nexport function f(x: number): number {\n  return x * x;\n}";
const gradient = "export function grad_f(x: number): { value: number; dx: number } {\n  return { value: x * x, dx: 2 * x };\n}\n";

/** Where a position of the code comes from, by the last segment at or before it: `source:line:column`, all as the map has them. */
function origin({ code, map }: ReturnType<typeof splice>, needle: string, from = 0): string {
  const offset = code.indexOf(needle, from);
  const before = code.slice(0, offset).split(/\r\n|\n|\r/);
  const line = before.length - 1;
  const column = before[line]!.length;
  const segment = decode(map.mappings)[line]!.filter((each) => each[0] <= column).at(-1);
  return segment === undefined ? "nowhere" : `${map.sources[segment[1]!]}:${segment[2]}:${segment[3]! + column - segment[0]}`;
}

it.each(["", "\n", "\r\n", "\n\n", "// last line"])("keeps every position of the user's text ending in %j", (end) => {
  const text = source + end;
  const spliced = splice(text, "src/f.ts", [gradient, gradient.replaceAll("grad_f", "grad_g")]);
  expect(spliced.code.startsWith(text)).toBe(true);
  expect(spliced.map.sources).toEqual(["f.ts", "f.grad.ts"]);
  expect(spliced.map.sourcesContent[0]).toBe(text);
  expect(spliced.code.endsWith(spliced.map.sourcesContent[1]!)).toBe(true);
  expect(origin(spliced, "return x * x;")).toBe("f.ts:2:2");
  expect(origin(spliced, "grad_f(x")).toBe("f.grad.ts:0:16");
  expect(origin(spliced, "dx: 2 * x")).toBe("f.grad.ts:1:25");
  expect(origin(spliced, "grad_g(x")).toBe("f.grad.ts:4:16");
  expect(decode(spliced.map.mappings)).toHaveLength(spliced.code.split(/\r\n|\n|\r/).length);
});

it("maps every line of both parts to itself", () => {
  const spliced = splice(`${source}\n`, "f.ts", [gradient]);
  const lines = spliced.code.split("\n");
  for (const [index, segments] of decode(spliced.map.mappings).entries()) {
    for (const segment of segments) {
      const content = spliced.map.sourcesContent[segment[1]!]!.split("\n");
      expect(content[segment[2]!]!.slice(segment[3])).toBe(lines[index]!.slice(segment[0]));
    }
    expect(segments.length > 0).toBe(lines[index]!.trim() !== "");
  }
});

it("leaves a text without derivatives as it is", () => {
  const { code, map } = splice(source, "f.ts", []);
  expect(code).toBe(source);
  expect(map.sources).toEqual(["f.ts"]);
});

it("takes the empty text, and is the same every time", () => {
  expect(splice("", "f.ts", [gradient])).toEqual(splice("", "f.ts", [gradient]));
  expect(splice("", "f.ts", [gradient]).code).toBe(gradient);
});

it.each([
  ["f.ts", "f.grad.ts"],
  ["a.b.mts", "a.b.grad.mts"],
  ["f.tsx", "f.grad.ts"],
  ["f.cts", "f.grad.cts"],
  ["f.vue", "f.vue.grad.ts"],
  ["", ".grad.ts"],
])("names the gradient of %s", (name, expected) => {
  expect(gradientName(name)).toBe(expected);
});
