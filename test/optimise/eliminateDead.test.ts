import { describe, it } from "vitest";
import { eliminateDead } from "../../packages/transformer/src/optimise/eliminateDead.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";
import { dedent } from "../support/dedent.ts";

const pass = (before: string, after: string): void => expectPass(eliminateDead, before, after);
const same = (lines: string): void => expectUnchanged(eliminateDead, lines);

describe("eliminateDead", () => {
  it("drops what nothing reads, and what only that read", () => {
    pass(dedent`
      #10: number = x#0 * 2
       #11: number = #10 + 1
       #12: number = neg x#0
       yield #12
    `, "#12: number = neg x#0\n yield #12");
  });

  it("keeps effects with what they read", () => {
    same(dedent`
      #10: number = x#0 * 2
       raw "log(" #10 ")"
       #11: number = call g(x#0)
       a#4[0] = #10
    `);
  });

  it("drops pure text and keeps impure text whose result is unread", () => {
    pass(dedent`
      s#10: opaque = raw pure "new Error()"
       r#11: number = raw "Math.random()"
       yield x#0
    `, dedent`
      r#11: number = raw "Math.random()"
       yield x#0
    `);
  });

  it("drops a param, its init, its next and its out together", () => {
    pass(`loop for (i#10: number = 0, s#11: number = x#0, d#12: number = 1) {
        #13: boolean = i#10 < n#2
      } while #13 {
        s#14: number = s#11 * x#0
        d#15: number = d#12 + i#10
        i#16: number = i#10 + 1
        yield i#16, s#14, d#15
      } -> i#17: number, s#18: number, d#19: number
      yield s#18`,
    `loop for (i#10: number = 0, s#11: number = x#0) {
        #13: boolean = i#10 < n#2
      } while #13 {
        s#14: number = s#11 * x#0
        i#16: number = i#10 + 1
        yield i#16, s#14
      } -> i#17: number, s#18: number
      yield s#18`);
  });

  const counted = (condition: string, step: string): string =>
    `loop for (i#10: number = 0) {\n #11: boolean = ${condition}\n } while #11 {\n i#12: number = ${step}\n yield i#12\n } -> i#13: number\n yield x#0`;

  it("drops a loop that is known to end", () => {
    pass(counted("i#10 < n#2", "i#10 + 1"), "yield x#0");
    pass(counted("i#10 >= n#2", "i#10 - 2"), "yield x#0");
    pass(counted("i#10 < n#2", "1 + i#10"), "yield x#0");
    pass(dedent`
      loop for (i#10: number = 0) {
       #14: integer = length a#4
       #11: boolean = i#10 < #14
       } while #11 {
       i#12: number = i#10 + 1
       yield i#12
       } -> i#13: number
       yield x#0
    `, "yield x#0");
  });

  it("keeps a loop that may not end", () => {
    same(counted("i#10 < n#2", "i#10 * 2"));
    same(counted("i#10 < n#2", "i#10 - 1"));
    same(counted("i#10 !== n#2", "i#10 + 1"));
  });

  it("keeps a loop whose array grows as it runs", () => {
    same(`loop for (i#10: number = 0) {
        #11: integer = length a#4
        #12: boolean = i#10 < #11
      } while #12 {
        push a#4, 1
        i#13: number = i#10 + 1
        yield i#13
      } -> i#14: number`);
  });

  it("drops outs of if and block with the yields and exit values", () => {
    pass(`block plain @10 {
        if c#3 {
          #11: number = x#0 * x#0
          exit @10 #11, x#0
        } else {
        }
        yield x#0, y#1
      } -> u#12: number, v#13: number
      yield v#13`,
    `block plain @10 {
        if c#3 {
          exit @10 x#0
        } else {
        }
        yield y#1
      } -> v#13: number
      yield v#13`);
  });

  it("drops a block nobody needs with its exits, and an exit that skips nothing", () => {
    pass(dedent`
      block plain @10 {
       if c#3 {
       exit @10
       } else {
       }
       #11: number = x#0 * 2
       }
       yield x#0
    `, "yield x#0");
    pass(dedent`
      block plain @10 {
       a#4[0] = x#0
       if c#3 {
       exit @10
       } else {
       }
       #11: number = x#0 * 2
       }
       yield x#0
    `, dedent`
      block plain @10 {
       a#4[0] = x#0
       }
       yield x#0
    `);
  });

  it("keeps an exit that skips an effect", () => {
    same(dedent`
      block plain @10 {
       if c#3 {
       exit @10
       } else {
       }
       a#4[0] = x#0
       }
       yield x#0
    `);
  });

  it("keeps the way out of a loop that has effects", () => {
    same(dedent`
      block break @10 {
       loop while () {
       } forever {
       if c#3 {
       exit @10
       } else {
       }
       a#4[0] = x#0
       }
       }
       yield x#0
    `);
  });

  it("drops an accumulator nobody reads with its additions, takes included", () => {
    pass(dedent`
      declare d#10
       add d#10, x#0
       if c#3 {
       add d#10, y#1
       } else {
       }
       #11: number = take d#10
       yield x#0
    `, "yield x#0");
  });

  it("keeps every addition and take of an accumulator that is read", () => {
    same(dedent`
      declare d#10
       add d#10, x#0
       #11: number = take d#10
       add d#10, y#1
       #12: number = get d#10
       yield #12
    `);
  });

  it("drops stores to memory of its own that nobody reads, through any of its names", () => {
    pass(dedent`
      b#10: number[] = [x#0, y#1]
       m#11: number[][] = [b#10]
       r#12: number[] = m#11[0]
       r#12[0] = x#0
       push r#12, 1
       b#10[1] += y#1
       yield x#0
    `, "yield x#0");
  });

  it("keeps stores that are read under another name, or after the return", () => {
    same(dedent`
      b#10: number[] = [x#0, y#1]
       m#11: number[][] = [b#10]
       r#12: number[] = m#11[0]
       r#12[0] = x#0
       #13: number = b#10[0]
       yield #13
    `);
    same("d#10: number[] = zeros a#4\n d#10[0] += x#0\n return { value: x#0, da: d#10 }");
    same(dedent`
      b#10: number[] = [x#0, y#1]
       b#10[0] = 2
       #11: number = Math.hypot...(b#10)
       yield #11
    `);
    same('d#10: number[] = zeros a#4\n d#10[0] += x#0\n raw "log(" d#10 ")"');
  });

  it("drops a tape nobody recalls from, and keeps pops in step where somebody does", () => {
    pass(dedent`
      tape t#10: tape<number>
       record t#10, x#0
       record t#10[0], x#0
       yield x#0
    `, "yield x#0");
    same(dedent`
      tape t#10: tape<number>
       record t#10, x#0
       record t#10, y#1
       #11: number = recall t#10
       #12: number = recall t#10
       yield #12
    `);
    pass(dedent`
      tape t#10: tape<number> length n#2
       record t#10[0], x#0
       #11: number = recall t#10[0]
       #12: number = recall t#10[0]
       yield #12
    `,
      dedent`
        tape t#10: tape<number> length n#2
         record t#10[0], x#0
         #12: number = recall t#10[0]
         yield #12
      `);
  });

  it("drops headings over nothing", () => {
    pass(dedent`
      heading "forward pass"
       #10: number = x#0 * 2
       heading "backward pass"
       declare d#11
       add d#11, y#1
       return x#0
    `, "return x#0");
  });

  it("returns the same function when everything is needed", () => {
    same(dedent`
      if c#3 {
       yield x#0
       } else {
       yield y#1
       } -> v#10: number
       yield v#10
    `);
  });
});
