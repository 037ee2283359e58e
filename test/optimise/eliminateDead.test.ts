import { describe, it } from "vitest";
import { eliminateDead } from "../../packages/transformer/src/optimise/eliminateDead.ts";
import { expectPass, expectUnchanged } from "../support/expectPass.ts";

const pass = (before: string, after: string): void => expectPass(eliminateDead, before, after);
const same = (lines: string): void => expectUnchanged(eliminateDead, lines);

describe("eliminateDead", () => {
  it("drops what nothing reads, and what only that read", () => {
    pass("#10: number = x#0 * 2\n #11: number = #10 + 1\n #12: number = neg x#0\n yield #12", "#12: number = neg x#0\n yield #12");
  });

  it("keeps effects with what they read", () => {
    same('#10: number = x#0 * 2\n raw "log(" #10 ")"\n #11: number = call g(x#0)\n a#4[0] = #10');
  });

  it("drops pure text and keeps impure text whose result is unread", () => {
    pass('s#10: opaque = raw pure "new Error()"\n r#11: number = raw "Math.random()"\n yield x#0', 'r#11: number = raw "Math.random()"\n yield x#0');
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
    pass("loop for (i#10: number = 0) {\n #14: integer = length a#4\n #11: boolean = i#10 < #14\n } while #11 {\n i#12: number = i#10 + 1\n yield i#12\n } -> i#13: number\n yield x#0", "yield x#0");
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
    pass("block plain @10 {\n if c#3 {\n exit @10\n } else {\n }\n #11: number = x#0 * 2\n }\n yield x#0", "yield x#0");
    pass("block plain @10 {\n a#4[0] = x#0\n if c#3 {\n exit @10\n } else {\n }\n #11: number = x#0 * 2\n }\n yield x#0", "block plain @10 {\n a#4[0] = x#0\n }\n yield x#0");
  });

  it("keeps an exit that skips an effect", () => {
    same("block plain @10 {\n if c#3 {\n exit @10\n } else {\n }\n a#4[0] = x#0\n }\n yield x#0");
  });

  it("keeps the way out of a loop that has effects", () => {
    same("block break @10 {\n loop while () {\n } forever {\n if c#3 {\n exit @10\n } else {\n }\n a#4[0] = x#0\n }\n }\n yield x#0");
  });

  it("drops an accumulator nobody reads with its additions, takes included", () => {
    pass("declare d#10\n add d#10, x#0\n if c#3 {\n add d#10, y#1\n } else {\n }\n #11: number = take d#10\n yield x#0", "yield x#0");
  });

  it("keeps every addition and take of an accumulator that is read", () => {
    same("declare d#10\n add d#10, x#0\n #11: number = take d#10\n add d#10, y#1\n #12: number = get d#10\n yield #12");
  });

  it("drops stores to memory of its own that nobody reads, through any of its names", () => {
    pass("b#10: number[] = [x#0, y#1]\n m#11: number[][] = [b#10]\n r#12: number[] = m#11[0]\n r#12[0] = x#0\n push r#12, 1\n b#10[1] += y#1\n yield x#0", "yield x#0");
  });

  it("keeps stores that are read under another name, or after the return", () => {
    same("b#10: number[] = [x#0, y#1]\n m#11: number[][] = [b#10]\n r#12: number[] = m#11[0]\n r#12[0] = x#0\n #13: number = b#10[0]\n yield #13");
    same("d#10: number[] = zeros a#4\n d#10[0] += x#0\n return { value: x#0, da: d#10 }");
    same("b#10: number[] = [x#0, y#1]\n b#10[0] = 2\n #11: number = Math.hypot...(b#10)\n yield #11");
    same('d#10: number[] = zeros a#4\n d#10[0] += x#0\n raw "log(" d#10 ")"');
  });

  it("drops a tape nobody recalls from, and keeps pops in step where somebody does", () => {
    pass("tape t#10: tape<number>\n record t#10, x#0\n record t#10[0], x#0\n yield x#0", "yield x#0");
    same("tape t#10: tape<number>\n record t#10, x#0\n record t#10, y#1\n #11: number = recall t#10\n #12: number = recall t#10\n yield #12");
    pass("tape t#10: tape<number> length n#2\n record t#10[0], x#0\n #11: number = recall t#10[0]\n #12: number = recall t#10[0]\n yield #12",
      "tape t#10: tape<number> length n#2\n record t#10[0], x#0\n #12: number = recall t#10[0]\n yield #12");
  });

  it("drops headings over nothing", () => {
    pass('heading "forward pass"\n #10: number = x#0 * 2\n heading "backward pass"\n declare d#11\n add d#11, y#1\n return x#0', "return x#0");
  });

  it("returns the same function when everything is needed", () => {
    same("if c#3 {\n yield x#0\n } else {\n yield y#1\n } -> v#10: number\n yield v#10");
  });
});
