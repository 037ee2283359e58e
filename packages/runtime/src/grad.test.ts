import { expect, expectTypeOf, it } from "vitest";
import type { Grad } from "./grad.ts";
import { stopGradient } from "./stopGradient.ts";

// The type expectations are checked by `tsc`, which `npm test` runs over the tests as well.

interface Point {
  readonly x: number;
  y?: number;
  label: string;
}

class Body {
  mass = 1;
  readonly position: readonly [number, number] = [0, 0];
  private secret = 2;
  name = "";
  energy(): number {
    return this.mass * this.secret;
  }
}

it("keeps numbers and the shape of arrays, without readonly", () => {
  expectTypeOf<Grad<number>>().toEqualTypeOf<number>();
  expectTypeOf<Grad<3 | 4>>().toEqualTypeOf<number>();
  expectTypeOf<Grad<readonly number[]>>().toEqualTypeOf<number[]>();
  expectTypeOf<Grad<number[][]>>().toEqualTypeOf<number[][]>();
  expectTypeOf<Grad<readonly [number, readonly number[]]>>().toEqualTypeOf<[number, number[]]>();
});

it("keeps the kind of floating-point arrays and drops integer arrays", () => {
  expectTypeOf<Grad<Float64Array>>().toEqualTypeOf<Float64Array<ArrayBuffer>>();
  expectTypeOf<Grad<Float32Array>>().toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf<Grad<Int32Array>>().toEqualTypeOf<never>();
});

it("keeps the differentiable fields of objects and class instances, all present", () => {
  expectTypeOf<Grad<Point>>().toEqualTypeOf<{ x: number; y: number }>();
  expectTypeOf<Grad<Body>>().toEqualTypeOf<{ mass: number; position: [number, number] }>();
  expectTypeOf<Grad<{ readonly a: Point[]; b: string }>>().toEqualTypeOf<{ a: { x: number; y: number }[] }>();
});

it("has none for what cannot vary", () => {
  expectTypeOf<Grad<string>>().toEqualTypeOf<never>();
  expectTypeOf<Grad<boolean>>().toEqualTypeOf<never>();
  expectTypeOf<Grad<(x: number) => number>>().toEqualTypeOf<never>();
  expectTypeOf<Grad<string[]>>().toEqualTypeOf<never>();
  expectTypeOf<Grad<{ name: string }>>().toEqualTypeOf<never>();
});

it("stopGradient returns the value itself", () => {
  const array = [1, 2];
  expect(stopGradient(array)).toBe(array);
  expect(Object.is(stopGradient(-0), -0)).toBe(true);
});
