import { partials, unsupported, zero, type Rule } from "./rule.ts";

const predicate = { why: "a predicate yields a boolean" };
const throughText = { why: "reads a number from text" };

/** Global functions of one number, and what the runtime offers that is not a matrix operation. */
export const globals: Readonly<Record<string, Rule>> = {
  stopGradient: zero("stopGradient(x)", { why: "asked for" }),
  Number: partials("Number(x)", { x: "1" }, { source: "the identity on numbers" }),
  Boolean: zero("Boolean(x)", predicate),
  isFinite: zero("isFinite(x)", predicate),
  isNaN: zero("isNaN(x)", predicate),
  parseInt: unsupported("parseInt(x)", throughText),
  parseFloat: unsupported("parseFloat(x)", throughText),
  "Number.isFinite": zero("Number.isFinite(x)", predicate),
  "Number.isInteger": zero("Number.isInteger(x)", predicate),
  "Number.isNaN": zero("Number.isNaN(x)", predicate),
  "Number.isSafeInteger": zero("Number.isSafeInteger(x)", predicate),
  "Number.parseInt": unsupported("Number.parseInt(x)", throughText),
  "Number.parseFloat": unsupported("Number.parseFloat(x)", throughText),
  "Object.is": zero("Object.is(a, b)", predicate),
};
