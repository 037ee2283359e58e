/** Assertions that say of a value what it is not. (The oracle of the other traps takes them at their word.) */
import { expect, test } from "vitest";
import { compileAndRun } from "../support/compile.ts";
import { typeErrors } from "../support/typecheck.ts";
import { dedent } from "../support/dedent.ts";

test("a boolean taken for a number has its value and no gradient", () => {
  const text = dedent`
    /** @differentiable */
    export function f(x: number): number {
      let s = x;
      for (let i = 0; i < 2; i++) s = (x > 0 ? (true as unknown as number) : x) * s;
      return s + x * (false as unknown as number);
    }

  `;
  const { grad_f, $code } = compileAndRun(text);
  expect(grad_f!(3)).toEqual({ value: 3, dx: 1 });
  expect(grad_f!(-2)).toEqual({ value: -8, dx: 12 });
  expect(typeErrors($code, text.length)).toEqual([]);
});
