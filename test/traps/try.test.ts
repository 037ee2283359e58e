import { describe } from "vitest";
import { f, trap } from "./trap.ts";

/** `try`: what the program throws itself is a jump. */
describe("try and catch", () => {
  trap("a throw on the spot", f("x: number", "let y = x;\ntry {\n  if (x > 2) throw new RangeError(\"large\");\n  y = x * x;\n} catch {\n  y = 3 * x;\n}\nreturn y * x;"), [{ at: [1], value: 1, dx: 3 }, { at: [3], value: 27, dx: 18 }]);
  trap("what was assigned until then stays", f("x: number", "let y = x;\ntry {\n  y = x * x;\n  if (x > 2) throw new Error(\"large\");\n  y = x * x * x;\n} catch {\n  y = y * x;\n}\nreturn y;"), [{ at: [2], value: 8, dx: 12 }, { at: [3], value: 27, dx: 27 }]);
  trap("a callee that throws", f("x: number, y: number", "try {\n  return root(x) * y;\n} catch {\n  return x * y * y;\n}", "function root(a: number): number {\n  if (a < 0) throw new RangeError(`no root of ${a}`);\n  return Math.sqrt(a);\n}"), [{ at: [4, 3], value: 6, dx: 0.75, dy: 2 }, { at: [-4, 3], value: -36, dx: 9, dy: -24 }]);
  trap("a throw in the middle of a loop", f("xs: number[], limit: number", "let s = 0;\ntry {\n  for (const v of xs) {\n    s += v * v;\n    if (s > limit) throw new Error(\"enough\");\n  }\n  s *= 2;\n} catch {\n  s = Math.sin(s);\n}\nreturn s;"), [{ at: [[1, 2, 3], 100], value: 28 }, { at: [[1, 2, 3], 4] }, { at: [[], 1], value: 0 }]);
  trap("memory that was written before the throw", f("x: number", "const a = [x, x, x];\ntry {\n  for (let i = 0; i < 3; i++) {\n    a[i] = a[i]! * x;\n    if (i === 1 && x > 2) throw new Error(\"stop\");\n  }\n} catch {\n  a[2] = 5 * x;\n}\nreturn a[0]! * a[1]! * a[2]!;"), [{ at: [2], value: 64 }, { at: [3], value: 9 * 9 * 15 }]);
  trap("the error is looked at, and thrown again", f("x: number", "try {\n  if (x > 4) throw new RangeError(\"r\");\n  if (x > 2) throw new Error(\"e\");\n  return x * x;\n} catch (e) {\n  if (e instanceof RangeError) return 7 * x;\n  return Math.sin(x);\n}"), [{ at: [1], dx: 2 }, { at: [3] }, { at: [5], dx: 7 }]);
  trap("one in another", f("x: number", "let y = x;\ntry {\n  try {\n    if (x > 1) throw new Error(\"a\");\n    y *= 2;\n  } catch {\n    y *= 3;\n    if (x > 2) throw new Error(\"b\");\n  }\n  y *= x;\n} catch {\n  y *= 5;\n}\nreturn y;"), [{ at: [0.5], dx: 2 }, { at: [1.5], dx: 9 }, { at: [3], dx: 15 }]);
  trap("in a loop, with jumps", f("xs: number[]", "let s = 0;\nfor (const v of xs) {\n  try {\n    if (v < 0) throw new Error(\"negative\");\n    if (v === 0) continue;\n    if (v > 8) break;\n    s += Math.sqrt(v);\n  } catch {\n    s -= v;\n  }\n}\nreturn s;"), [{ at: [[4, -2, 1]], value: 5, dxs: [0.25, -1, 0.5] }, { at: [[4, 9, 1]], value: 2 }]);
  trap("in a callee through which the gradient flows", f("x: number", "return safe(x) * x;", "function safe(a: number): number {\n  try {\n    if (a > 2) throw new Error(\"large\");\n    return a * a;\n  } catch {\n    return a;\n  }\n}"), [{ at: [1], dx: 3 }, { at: [3], dx: 6 }]);
  trap("a reduce of nothing", f("xs: number[], y: number", "try {\n  return xs.reduce((a, b) => a * b) * y;\n} catch {\n  return y * y;\n}"), [{ at: [[2, 3], 5], value: 30, dy: 6 }, { at: [[], 5], value: 25, dy: 10 }]);
  trap("a call that may throw unseen", f("x: number", "try {\n  return x * JSON.parse(\"2\");\n} catch {\n  return x;\n}"), [], { status: "refused", message: /RG3107/ });
  trap("finally", f("x: number", "let y = x;\ntry { y = x * x; } finally { y *= 2; }\nreturn y;"), [], { status: "refused", message: /RG3107/ });
});
