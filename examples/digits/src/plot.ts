import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export interface Line {
  readonly name: string;
  readonly ys: readonly number[];
}

const colours = ["#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e", "#9498a0"];
const [width, height, left, bottom] = [640, 400, 50, 40];

/** Draws lines as SVG in docs/course/figures and returns the path from the root of the repository. */
export function plot(file: string, title: string, xs: readonly number[], lines: readonly Line[]): string {
  const all = lines.flatMap((line) => line.ys).filter(Number.isFinite);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...all), Math.max(...all)];
  const px = (x: number): string => (left + ((x - x0) / (x1 - x0)) * (width - left - 150)).toFixed(1);
  const py = (y: number): string => (height - bottom - ((y - y0) / (y1 - y0 || 1)) * (height - bottom - 40)).toFixed(1);
  const ticks = (from: number, to: number): number[] => Array.from({ length: 5 }, (_, k) => from + (k * (to - from)) / 4);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${left}" y="24" font-size="16">${title}</text>`,
    ...ticks(x0, x1).map((x) => `<text x="${px(x)}" y="${height - bottom + 18}" text-anchor="middle">${Number(x.toPrecision(3))}</text>`),
    ...ticks(y0, y1).map((y) => `<line x1="${left}" x2="${width - 150}" y1="${py(y)}" y2="${py(y)}" stroke="#ddd"/><text x="${left - 6}" y="${py(y)}" text-anchor="end" dominant-baseline="middle">${Number(y.toPrecision(3))}</text>`),
    ...lines.map(({ name, ys }, k) => {
      const points = ys.map((y, i) => `${px(xs[i] ?? 0)},${py(y)}`).join(" "), colour = colours[k % colours.length] ?? "black";
      return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/><text x="${width - 140}" y="${52 + 18 * k}" fill="${colour}">${name}</text>`;
    }),
    "</svg>",
  ];
  const path = `docs/course/figures/${file}.svg`, target = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${parts.join("\n")}\n`);
  return path;
}
