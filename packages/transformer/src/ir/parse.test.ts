import { describe, expect, it } from "vitest";
import { parse } from "./parse.ts";
import { show } from "./show.ts";
import { verify } from "./verify.ts";

const programs: Readonly<Record<string, string>> = {
  "a loop left early": `
export function f(x#0: number, n#1: integer) -> number {
  block function value@2 {
    loop for (i#3: integer = 0:integer, s#4: number = x#0) {
      #5: boolean = i#3 < n#1
    } while #5 {
      #6: boolean = s#4 > 9.50
      if #6 {
        exit value@2 s#4
      } else {
      }
      s#7: number = s#4 * x#0
      i#8: integer = i#3 + 1
      yield i#8, s#7
    } -> i#9: integer, s#10: number
    t#11: number = s#10 + 1
    yield t#11
  } -> value#12: number
  yield value#12
}
`,
  "every other instruction of the primal": `
function g "<T extends P>"({ x: x#0: number, "a b": [p#1: number, _, ...q#2: number[]], ...r#3: {z: number} }, m#4: Float64Array[] as "Float64Array[]", o#5: "P"{x: number, next?: ^1?} optional, ...w#6: readonly [number, string]) -> number[] as "number[]" wrt x, r.z {
  #7: string = raw pure "typeof " x#0
  raw "console.log(" x#0 ", " 1 ")" refuse RG2001
  #8: opaque("Error") = raw "new Error()"
  row#9: Float64Array = m#4[0]
  n#10: integer = length row#9
  row#9[n#10] = -0
  o#5.x = NaN
  #11: number = o#5.x
  a#12: number[] = [x#0, #11, -Infinity]
  b#13: {x: number, "y z": boolean} = { x: x#0, "y z": true }
  c#14: Int32Array<integer> = allocate n#10
  d#15: Float64Array = copy row#9
  push a#12, 0xff
  #16: number = pop a#12
  #17: number = neg #16
  #18: boolean = ! true
  #19: number = #18 ? #17 : 1e-3
  s#20: number = 1 / #19 gate sigmoid(x#0, 2)
  #21: number = Math.max(s#20, #19, -1)
  #22: number = s#20 - -1
  #23: boolean = o#5 === undefined
  #24: string = "a\\"b" + ""
  #25: number = call h(a#12, #22)
  call k()
  loop while () {
  } forever {
    if #23 {
      throw "new Error(" #24 ")"
    } else {
    }
  }
}
`,
  "every instruction of the gradient": `
function grad_f(x#0: number, a#1: number[]) -> opaque as "{ value: number }" {
  heading "forward pass"
  n#2: integer = length a#1
  tape x_#3: tape<number> length n#2 note "x at the start of each trip"
  tape y_#4: tape<{x: number}?>
  record x_#3[0], x#0
  record y_#4, undefined
  declare dx#5
  declare dy#6 = 1
  da#7: number[] = zeros a#1
  #8: number = recall x_#3[0]
  #9: {x: number}? = recall y_#4
  #10: integer = entries x_#3
  #11: number ~= #8 * 2
  add dx#5, #11
  #12: number = get dx#5
  #13: number = take dy#6
  da#7[0] += #13
  #14: number = take da#7[0]
  if true {
    return { value: #12, dx: #14 }
  } else {
    return #12
  }
}
`,
};

describe("the text of the IR", () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`reads back what it writes: ${name}`, () => {
      const fn = parse(text);
      expect(show(fn)).toBe(text.trimStart());
      verify(fn);
    });
  }

  it("keeps identities: a use is the object of its definition", () => {
    const fn = parse("function f(x#0: number) -> number {\n  #1: number = x#0 * x#0\n  yield #1\n}\n");
    const [product] = fn.body.instructions;
    const [parameter] = fn.inputs;
    expect(product?.kind === "apply" && product.args.every((a) => a === parameter?.variable) && fn.body.yields[0] === product.out).toBe(true);
    expect(fn.nextId).toBe(2);
  });

  it("names the line of a mistake", () => {
    expect(() => parse("function f() -> number {\n  yield #1\n}\n")).toThrow("IR text, line 2: expected a Var that is defined, found `#1`");
    expect(() => parse("function f(x#0: number) -> number {\n  jump\n}\n")).toThrow("line 2: `jump` begins no instruction");
  });
});
