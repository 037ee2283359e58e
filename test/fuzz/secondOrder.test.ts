/** The compiler applied to its own output, against nested duals. */
import { test } from "vitest";
import { holds } from "./holds.ts";

test("200 random programs, differentiated twice", { timeout: 240_000 }, () => holds({ from: 2_000_000, runs: 200, order: 2, size: 12, typesEvery: 25 }, 0.03));
