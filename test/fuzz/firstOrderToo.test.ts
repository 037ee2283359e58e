import { test } from "vitest";
import { holds } from "./holds.ts";

test("800 random programs more", { timeout: 240_000 }, () => holds({ from: 1_001_000, runs: 800, typesEvery: 10, unoptimisedEvery: 4 }, 0.01));
