/** Random programs that return arrays and records, which may hold an input or one array twice: `vjp_f` against dual numbers. */
import { test } from "vitest";
import { holds } from "./holds.ts";

test("80 random programs with results that are no numbers", { timeout: 240_000 }, () =>
  holds({ from: 4_000_000, runs: 80, results: true, writes: true, typesEvery: 10, unoptimisedEvery: 4 }, 0.02),
);

test("20 of them, differentiated twice", { timeout: 240_000 }, () =>
  holds({ from: 5_000_000, runs: 20, results: true, recursion: false, order: 2, size: 12, typesEvery: 10 }, 0.05),
);

test("50 random programs into memory of the caller", { timeout: 240_000 }, () =>
  holds({ from: 6_000_000, runs: 50, into: true, writes: true, typesEvery: 5, unoptimisedEvery: 4 }, 0.1),
);

test("50 random programs in forward mode", { timeout: 240_000 }, () =>
  holds({ from: 6_100_000, runs: 50, jvp: true, writes: true, typesEvery: 5, unoptimisedEvery: 4 }, 0.1),
);

test("8 of them, forward over reverse and reverse over forward", { timeout: 240_000 }, () =>
  holds({ from: 6_200_000, runs: 8, jvp: true, recursion: false, order: 2, size: 12, typesEvery: 10 }, 0.05),
);
