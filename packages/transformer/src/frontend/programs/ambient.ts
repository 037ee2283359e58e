/**
 * Declarations that stand for what surrounds a single text: the runtime package and the few globals that every host has.
 * They are ambient, so that nothing has to be resolved on disk.
 */
import { runtimeDeclarations } from "./runtimeDeclarations.ts";

/** The globals outside the language's own libraries that differentiable code may mention; all of them inactive. */
const hostDeclarations = `
interface Console {
  assert(condition?: unknown, ...data: unknown[]): void;
  count(label?: string): void;
  debug(...data: unknown[]): void;
  dir(...data: unknown[]): void;
  error(...data: unknown[]): void;
  group(...data: unknown[]): void;
  groupEnd(): void;
  info(...data: unknown[]): void;
  log(...data: unknown[]): void;
  table(...data: unknown[]): void;
  time(label?: string): void;
  timeEnd(label?: string): void;
  trace(...data: unknown[]): void;
  warn(...data: unknown[]): void;
}
declare var console: Console;
declare var performance: { now(): number; readonly timeOrigin: number };
`;

/** A reserved name: no user file may have it, because host and user text would merge. */
export const ambientFileName = "/__retrograd_ambient__.d.ts";

export const ambientText = `${hostDeclarations}
declare module "@retrograd/runtime" {
${runtimeDeclarations}}
`;
