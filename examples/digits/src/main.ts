// Handwritten digits: a network with dropout and Adam, trained on real data, saved and loaded again. Options: --threads 2, --epochs 15.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { random } from "@retrograd/runtime";
import { useWasm } from "@retrograd/runtime/wasm";
import { digits } from "./data.js";
import { inThisThread, inThreads } from "./parallel.js";
import { plot } from "./plot.js";
import { load, save } from "./saved.js";
import { accuracy, train, type Settings } from "./train.js";

useWasm(); // the same numbers, sooner
const whole = 15;
const { values: options } = parseArgs({ options: { threads: { type: "string", default: "1" }, epochs: { type: "string", default: String(whole) } } });
const threads = Number(options.threads), settings: Settings = { hidden: 200, epochs: Number(options.epochs), batch: 64, rate: 1.5e-3, keep: 0.7 };
const rng = random(2026), { train: data, test } = digits(rng, 2000);
console.log(`Handwritten digits: ${data.labels.length} to learn from, ${test.labels.length} held out. A network 784-${settings.hidden}-10, dropout, Adam${threads > 1 ? `, ${threads} threads` : ""}.`);

const started = performance.now(), isTerminal = process.stdout.isTTY === true;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const { gradient, close } = threads > 1 ? inThreads(data, threads) : { gradient: inThisThread(data), close: () => {} };
const { network, epochs } = await train(rng, data.labels.length, gradient, test, settings, (done, of, loss, right) => {
  const share = done / of, atEnd = done % (of / settings.epochs) === 0;
  const line = `[${"#".repeat(Math.floor(30 * share)).padEnd(30, ".")}] ${String(done).padStart(4)}/${of}  loss ${loss.toFixed(4)}  held out ${percent(right)}`;
  if (isTerminal) process.stdout.write(`\r${line}${done === of ? "\n" : ""}`);
  else if (atEnd) console.log(line);
});
await close();
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s for ${settings.epochs} epochs`);

// A shorter training is a try: it draws no plot for the course.
const xs = epochs.map((_, k) => k + 1);
if (epochs.length >= whole) console.log(`plot: ${plot("digits", "Digits: loss, and share right of those held out", xs, [{ name: "loss", ys: epochs.map((e) => e.loss) }, { name: "accuracy", ys: epochs.map((e) => e.accuracy) }])}`);

const file = join(tmpdir(), "retrograd-digits.json");
save(file, network);
console.log(`saved to ${file} and loaded again`);
console.log(`held-out accuracy ${percent(accuracy(load(file), test))}`);
