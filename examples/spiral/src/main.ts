// The spiral: three arms that no straight lines part, and the plane as a network sees it.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromArray, random, randn, scale, zeros } from "@retrograd/runtime";
import { adam, minimise } from "@retrograd/runtime/optim";
import { guess, type Network } from "./network.js";
import { grad_loss } from "./network.grad.js";

// Three arms of a spiral, 100 points each.
const rng = random(7), arms = 3, each = 100, n = arms * each;
const labels = Int32Array.from({ length: n }, (_, i) => Math.floor(i / each));
const X = fromArray(n, 2, Array.from({ length: n }, (_, i) => i).flatMap((i) => {
  const r = (i % each) / each, angle = (labels[i] ?? 0) * 4 + 4 * r + 0.2 * (randn(rng, 1, 1).data[0] ?? 0);
  return [r * Math.sin(angle), r * Math.cos(angle)];
}));

const start: Network = { W1: scale(randn(rng, 2, 100), 1), b1: zeros(1, 100), W2: scale(randn(rng, 100, 3), Math.sqrt(2 / 100)), b2: zeros(1, 3) };
const { parameters: network, value } = minimise(adam({ rate: 0.02 }), start, (p) => {
  const { value: v, dp } = grad_loss(p, X, labels, 1e-3);
  return { value: v, gradient: dp };
}, { steps: 600 });
const right = guess(network, X).filter((g, i) => g === labels[i]).length / n;
console.log(`The spiral: loss ${value.toFixed(4)} after 600 steps of Adam, ${(100 * right).toFixed(1)} % of the points on the right side`);

// The plane as the network sees it.
const cells = 100, size = 4, side = cells * size, span = 1.15;
const grid = fromArray(cells * cells, 2, Array.from({ length: cells * cells }, (_, k) => k).flatMap((k) => [((k % cells) + 0.5) / cells * 2 * span - span, (Math.floor(k / cells) + 0.5) / cells * 2 * span - span]));
const areas = guess(network, grid), light = ["#cfe0ff", "#fff0c2", "#ffd6cf"], dark = ["#2b5fd9", "#b58900", "#d9402b"];
const px = (v: number): string => ((v + span) / (2 * span) * side).toFixed(1);
const parts = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}">`,
  // Runs of one colour in a row are one rectangle.
  ...Array.from({ length: cells }, (_, y) => {
    let text = "";
    for (let x = 0; x < cells;) {
      let end = x;
      while (end < cells && areas[y * cells + end] === areas[y * cells + x]) end++;
      text += `<rect x="${x * size}" y="${y * size}" width="${(end - x) * size}" height="${size}" fill="${light[areas[y * cells + x] ?? 0] ?? ""}"/>`;
      x = end;
    }
    return text;
  }),
  ...Array.from(labels, (label, i) => `<circle cx="${px(X.data[2 * i] ?? 0)}" cy="${px(X.data[2 * i + 1] ?? 0)}" r="3" fill="${dark[label] ?? ""}"/>`),
  "</svg>",
];
const path = "docs/course/figures/spiral.svg", target = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
mkdirSync(fileURLToPath(new URL("../../../docs/course/figures/", import.meta.url)), { recursive: true });
writeFileSync(target, `${parts.join("\n")}\n`);
console.log(`plot of the decision boundary: ${path}`);
