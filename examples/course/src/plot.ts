import { mkdirSync, writeFileSync } from "node:fs";

/** A line in a panel, a point for each x. */
export interface Curve {
  readonly label: string;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** What the x axis counts. */
  readonly xLabel?: string;
  /** Bottom and top of the plot; what lies outside is cut off. */
  readonly range?: readonly [number, number];
}

const colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf"];
const [width, height, margin] = [260, 190, 34];

/** `count` numbers from `from` to `to`, evenly spaced. */
export function between(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

/** Panels side by side, as one SVG. */
export function plot(panels: readonly Panel[], columns: number): string {
  const rows = Math.ceil(panels.length / columns);
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
    return `<g transform="translate(${x} ${y})">\n${draw(panel)}\n</g>`;
  });
  const [w, h] = [columns * width, rows * height];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${drawn.join("\n")}
</svg>
`;
}

function draw({ title, curves, xLabel, range }: Panel): string {
  const [left, right] = bounds(curves.flatMap(({ xs }) => xs));
  const [bottom, top] = range ?? bounds(curves.flatMap(({ ys }) => ys));
  const across = (x: number): number => margin + ((x - left) / (right - left)) * (width - margin - 12);
  const down = (y: number): number => height - margin - ((y - bottom) / (top - bottom)) * (height - 2 * margin);
  const [x0, x1, y0, y1] = [across(left), across(right), down(bottom), down(top)].map(short);
  const text = (x: number, y: number, content: string, anchor = "middle"): string =>
    `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}">${content}</text>`;
  const lines = curves.map(({ xs, ys }, k) => {
    const points = xs.map((x, i) => `${short(across(x))},${short(down(Math.min(top, Math.max(bottom, ys[i] ?? 0))))}`);
    return `<polyline fill="none" stroke="${colours[k % colours.length]}" stroke-width="1.5" points="${points.join(" ")}"/>`;
  });
  const labels = curves.map(
    ({ label }, k) =>
      `<text x="${margin + 6}" y="${margin + 12 + 13 * k}" fill="${colours[k % colours.length]}">${label}</text>`,
  );
  return [
    `<path d="M${x0} ${y1}V${y0}H${x1}" fill="none" stroke="#888"/>`,
    text(width / 2, margin - 14, title),
    text(margin, height - margin + 14, tick(left), "start"),
    text(width - 12, height - margin + 14, tick(right), "end"),
    text(margin - 4, height - margin, tick(bottom), "end"),
    text(margin - 4, margin + 8, tick(top), "end"),
    ...(xLabel === undefined ? [] : [text(width / 2, height - margin + 14, xLabel)]),
    ...lines,
    ...labels,
  ].join("\n");
}

function bounds(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? [low, high] : [low - 1, high + 1];
}

const short = (n: number): string => String(Number(n.toFixed(1)));
const tick = (n: number): string => String(Number(n.toPrecision(2)));

/** Writes a plot beside the pages of the course and says where. */
export function savePlot(name: string, svg: string): void {
  const folder = new URL("../../../docs/course/plots/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(name, folder), svg);
  console.log(`\nPlot: docs/course/plots/${name}`);
}
