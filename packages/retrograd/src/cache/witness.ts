import type { Augmented } from "../inMemory/augmented.ts";
import type { Patterns } from "./observations.ts";

/** Is told what the compiler asks of the disk and what the disk says, while answers are made. */
export interface Witness {
  text(fileName: string, text: string | undefined): void;
  /** Of a library of TypeScript: the version of which is part of what answers are kept for. */
  stamp(fileName: string): void;
  tags(fileName: string, has: boolean): void;
  file(name: string, isThere: boolean): void;
  directory(name: string, isThere: boolean): void;
  directories(name: string, below: readonly string[]): void;
  real(name: string, to: string): void;
  /** Which files are included by these patterns. */
  sources(patterns: Patterns, names: readonly string[]): void;
  /** Something was asked that no one can ask again: nothing is kept of what follows from it. */
  lost(): void;
  /** A name for what the disk has said so far: another one when it has said two things about one name. */
  state(): number;
  /** An answer that was begun in this state. */
  made(answer: Augmented, state: number): void;
}
