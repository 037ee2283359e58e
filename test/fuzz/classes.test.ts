/** Random programs with a class of their own. */
import { test } from "vitest";
import { holds } from "./holds.ts";

test("60 random programs with instances", { timeout: 240_000 }, () =>
  holds({ from: 6_000_000, runs: 60, classes: true, writes: true, typesEvery: 10, unoptimisedEvery: 4 }, 0.03),
);

test("15 of them, differentiated twice", { timeout: 240_000 }, () =>
  holds({ from: 6_100_000, runs: 15, classes: true, recursion: false, order: 2, size: 12, typesEvery: 10 }, 0.05),
);
