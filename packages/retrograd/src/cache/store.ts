import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Texts that outlive the process, under names that say everything they depend on. Any of them may be gone tomorrow. */
export interface Store {
  /** What was written under this name, if it is there and whole. */
  read(name: string): string | undefined;
  write(name: string, text: string): void;
}

export interface Limits {
  /** Of one text, in characters: what is larger is made anew. */
  readonly largest: number;
  /** Of all of them, in bytes. */
  readonly sum: number;
  /** Of the time since one was written, in milliseconds. */
  readonly age: number;
}
const limits: Limits = { largest: 64 * 2 ** 20, sum: 128 * 2 ** 20, age: 30 * 24 * 60 * 60 * 1000 };

/**
 * The store of a project: `node_modules/.cache/retrograd` of the nearest folder that has a `node_modules`; undefined if there is none. (Nothing is
 * kept where others could write: what is found there will be executed.)
 */
export function storeFor(directory: string): Store | undefined {
  for (let at = path.resolve(directory); ; at = path.dirname(at)) {
    if (path.basename(at) !== "node_modules" && existsSync(path.join(at, "node_modules")))
      return createStore(path.join(at, "node_modules/.cache/retrograd"));
    if (at === path.dirname(at)) return undefined;
  }
}

/** A store that cannot be read or written is an empty one: a build does not fail, and says nothing, because it has to be made the long way. */
export function createStore(folder: string, { largest, sum, age }: Limits = limits): Store {
  const fileOf = (name: string): string => path.join(folder, `${name}.json`);
  return {
    read(name) {
      try {
        const whole = readFileSync(fileOf(name), "utf8");
        const end = whole.indexOf("\n");
        const text = whole.slice(end + 1);
        return whole.slice(0, end) === seal(text) ? text : undefined;
      } catch {
        return undefined;
      }
    },
    write(name, text) {
      if (text.length > largest) return;
      const temporary = path.join(folder, `${name}.${randomBytes(6).toString("hex")}.tmp`);
      try {
        makeFolder(folder);
        writeFileSync(temporary, `${seal(text)}\n${text}`);
        renameSync(temporary, fileOf(name)); // whoever reads meanwhile sees the old text or the new one
        sweep(folder, sum, age);
      } catch {
        forget(temporary);
      }
    },
  };
}

/** With the one around it, and no more: a project that is gone when its server ends stays so. */
function makeFolder(folder: string): void {
  for (const each of [path.dirname(folder), folder]) if (!existsSync(each)) makeOne(each);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  }
}

const seal = (text: string): string => createHash("sha1").update(text).digest("hex");

/** Removes what is old, and then the oldest, until the rest is small enough. */
function sweep(folder: string, largestSum: number, oldest: number): void {
  const files = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{40}(?:\.json|\.[0-9a-f]+\.tmp)$/.test(name))
    .flatMap((name) => {
      const file = path.join(folder, name);
      const state = statSync(file, { throwIfNoEntry: false });
      return state === undefined ? [] : [{ file, size: state.size, time: state.mtimeMs, isPart: name.endsWith(".tmp") }];
    })
    .sort((a, b) => b.time - a.time);
  let sum = 0;
  for (const { file, size, time, isPart } of files) {
    sum += size;
    const age = Date.now() - time;
    // What another process is writing is seconds old.
    if (isPart ? age > 60_000 : sum > largestSum || age > oldest) forget(file);
  }
}

function forget(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Somebody else has it open, or it is not ours to remove: the next sweep finds it again.
  }
}
