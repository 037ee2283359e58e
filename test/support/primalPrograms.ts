import { dedent } from "./dedent.ts";
/** Programs over everything that lowering follows, with points: the traps of TRAPS.md first, then the forms of each construct. */

export interface PrimalProgram { readonly title: string; readonly text: string; readonly at: readonly (readonly unknown[])[] }

const f = (title: string, parameters: string, body: string, at: readonly (readonly unknown[])[], before = "", result = "number"): PrimalProgram =>
  ({ title, at, text: `${before}${before && "\n"}/** @differentiable */\nexport function f(${parameters}): ${result} {\n${body}\n}\n` });

const one = [[2], [0.5], [-1.5], [0]];
const two = [[3, 5], [2, -1], [0, 0], [-0.5, 2]];

export const programs: readonly PrimalProgram[] = [
  // ------------------------------------------------------------ loops
  f("1 zero trips", "x: number", "let s = x; for (let i = 0; i < 0; i++) s *= x; return s;", one),
  f("2 power", "x: number", "let t = 1; for (let i = 0; i < 3; i++) t *= x; return t;", one),
  f("3 nested", "x: number", "let s = 1; for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) s *= x; return s;", one),
  f("4 local of the body", "x: number", "let a = 0; for (let i = 0; i < 3; i++) { const l = x; a += l; } return a;", one),
  f("5 continue at the end", "u: number", "let r = 11 * u; for (let i = 0; i < 3; i++) { r += u * i; continue; } return r;", one),
  f("6 continue guards the best", "xs: number[]", "let best = -Infinity, at = 0; for (let i = 0; i < xs.length; i++) { if (!(xs[i]! > best)) continue; best = xs[i]!; at = i; } return best * at;", [[[1, 5, 2]], [[3, 3]], [[]]]),
  f("7 break from the middle", "x: number", "let s = 0, t = x; for (let i = 0; i < 9; i++) { t *= x; if (t > 9) break; s += t; t += 1; } return s + t;", one),
  f("8 labels through switch", "x: number, n: number", "let r = x; outer: for (let i = 0; i < 4; i++) { let k = 0; while (true) { k++; switch (k) { case 1: r += x; break; case 2: if (i >= n) break outer; r *= x; break; default: continue outer; } } } return r;", [[2, 0], [2, 1], [2, 2], [2, 9]]),
  f("9 do while", "x: number", "let r = x, i = 0; do { r *= x; i++; } while (i < 2); return r;", one),
  f("10 continue in do while", "x: number", "let y = x, i = 0; do { i++; if (y > 4) continue; y = y * y; } while (i < 3); return y;", [[0.4], [3], [-2]]),
  f("11 active update", "x: number", "let t = 1; for (let i = 0; i < 3; t *= x) i++; return t;", one),
  f("12 active init", "lo: number, hi: number", "const h = (hi - lo) / 4; let s = 0; for (let x = lo, i = 0; i < 4; i++, x += h) s += x * x * h; return s;", [[1, 3], [0, -2]]),
  f("13 assignment in the condition", "i: number, j: number", "let r = 0; for (let c = 0; (r = i * j); ++c) if (c === 1) break; return r;", two),
  f("14 condition with effect", "x: number", "let y = x, s = 0; while ((y = y * 0.5) > 1) s += y * y; return s + y;", [[10], [1]]),
  f("18 loop variable afterwards and in closures", "x: number", "let i = 0, s = 0; for (; i < 5; i++) { const g = () => x * i; if (i % 2) i++; s += g(); } return s * i;", one),
  f("20 halving", "x: number", "let y = x, n = 0; while (y > 1) { y = y / 2; n++; } return y * n;", [[10], [0.3]]),
  f("21 for of, entries, mutated meanwhile", "xs: number[]", "let s = 0; const a = xs.slice(); for (const v of a) { s += v; if (a.length < 6) a.push(v * 2); } for (const [i, v] of a.entries()) s += i * v; for (const p of a.entries()) s += p[0] - p[1]; for (const k of a.keys()) s *= k + 1; return s;", [[[1, 2]], [[]], [[1, 2, 3, 4, 5, 6, 7]]]),
  f("22 triangular", "a: number", "let s = 0; for (let i = 0; i < 3; i++) for (let j = i; j < 3; j++) s += a * (i + j); return s;", one),
  f("24 return in a loop", "x: number", "let t = 1; for (let i = 0; i < 3; i++) { t *= x; if (i === 1) return t; } return -t;", one),
  f("return from nested loops", "x: number, n: number", "let s = 0; for (let i = 0; i < n; i++) { for (let j = 0; j <= i; j++) { s += x * j; if (s > 9) return s * i; if (j === 3) break; } } return -s;", [[2, 0], [2, 5], [0.1, 6], [5, 9]]),
  f("loop over nothing but effects", "x: number", "let n = 0; while (n++ < 3); for (;;) { if (n > 7) break; n += 2; } return x * n;", one),
  f("labels of plain blocks", "x: number", "let r = x; a: { if (x > 1) break a; r *= 3; b: { if (x < 0) break a; r += 1; if (x === 0) break b; r += 10; } r -= 2; } return r;", one),
  f("continue of an outer loop", "x: number", "let s = 1; outer: for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) { if (j > i) continue outer; s *= x; } return s;", one),
  f("loop carried swap", "x: number", "let a = x, b = 1; for (let i = 0; i < 3; i++) [a, b] = [b, a * b]; return a * b;", one),
  // ------------------------------------------------------------ branches
  f("26 early return before declarations", "x: number, y: number", "if (y === 0) return 1; const n = y; let a = n + x; const b = n; const c = 2 * x; a *= b; return a + c;", two),
  f("27 return in both arms", "x: number", "if (x > 0) { if (x > 1) return x; else return x * x; } else { return -x; }", one),
  f("28 unreachable", "x: number", "return 3 * x; x = 2; return 1;", one),
  f("30 one arm assigns", "x: number", "let y; if (x > 0) y = x * x; let r: number; if (x > 1) { r = 2; } else r = x; return (y ?? 0) + r;", one),
  f("30 undefined until assigned", "x: number, n: number", "let y; let z: number | undefined; if (x > 0) { y = x * x; z = x; } var w; for (let i = 0; i < n; i++) { if (w === undefined) w = x; else w *= 2; } const m: { best?: number } = {}; let k: number; for (let i = 0; i < n; i++) { k = x * i; m.best = m.best === undefined ? k : Math.max(m.best, k); } return (y ?? 5) + (z ?? 7) + (w ?? 11) + (m.best ?? 13);", [[2, 0], [2, 3], [-1, 0], [-1, 2]]),
  f("32 ternary with effects", "x: number", "let a = 0; const s = x > 0 ? (a = x * x, a * 2) : (a = 3 * x); return s * a;", one),
  f("33 untaken arm, then overwritten", "x: number, c: boolean", "let a = x; const r = c ? 1 : a * a; a = 0; return r + a;", [[3, false], [3, true]]),
  f("34 assignment in a test", "u: number, v: number", "let foo = 0; if ((foo = u) > 10) return v * foo; return foo + 2 * v;", two),
  f("35 short circuit with assignment", "x: number", "let y = 1; if (x > 0 && (y = x * x) > 1) return y * x; if (x < -1 || (y += 2) > 9) y *= 2; return y + x;", one),
  f("35 logical assignments", "x: number, y: number", "let a = x; a ||= y; let b = x; b &&= y * 2; let c: number | undefined; c ??= x + y; c ??= 99; return a + 10 * b + 100 * c;", two),
  f("37 fall through, default in the middle", "x: number, n: number", "let r = x; for (let i = 0; i < n; i++) switch (i % 5) { case 0: r += x; case 1: r *= 2; break; default: r -= 3; case 3: r += 0.5; break; case 4: { const q = r; r = q * q; } } return r;", [[2, 0], [2, 4], [0.5, 10]]),
  f("38 switch in while", "x: number, y: number", "let i = 0, r = x; while (i < 5) { i++; switch (i) { case 1: case 2: r *= y; break; case 3: continue; default: r += x; break; } r += 1; } return r;", two),
  f("38 switch(true), strings", "x: number, mode: \"a\" | \"b\"", dedent`
    let r = 0; switch (true) { case x > 1: r = x * x; break; case x > 0: r = x; break; default: r = -x; } switch (mode) { case "a": return r * 2; case "b": return r * 3; } }
    function unused(): number { return 1;
  `, [[2, "a"], [0.5, "b"], [-1, "a"]]),
  f("39 equality and NaN", "x: number, y: number", "let r = 0; if (x === y) r += 1; if (x <= y) r += 10; if (!(x < y)) r += 100; if (Object.is(x, y)) r += 1000; return r + x;", [[1, 1], [NaN, 1], [0, -0], [-0, 0], [NaN, NaN]]),
  f("40 throw", "x: number", "if (x < 0) throw new Error(`negative ${x}`); const g = (t: number): number => { if (t > 1) throw new RangeError(\"big\"); return t; }; return g(x) * 2;", one),
  f("conditions of every kind", "x: number, y: number", "let r = 0; if (x) r += 1; if (!y) r += 2; if (x && y) r += 4; if (x || y) r += 8; const n = x && y; const o = x || y; return r + n + o + (x > 0 && y > 0 ? x : y) + (x > 0 !== y > 0 ? 1 : 0);", two),
  // ------------------------------------------------------------ assignments and expressions
  f("41 to 46", "x: number", "let a = x++; a += x * x; let b = ++x; const c = (++x, x * x); let u, v; const r = (u = v = 0); x = -x; return a + 10 * b + 100 * c + x + r + u + v;", one),
  f("47 swap", "a: number, b: number", "[a, b] = [b, a]; const v = [a, b, 7]; const i = 0, j = 1; [v[i], v[j]] = [v[j]!, v[i]!]; [v[i], v[i]] = [v[j]!, v[2]!]; return a * a * b + v[0]! * 10 + v[1]!;", two),
  f("48 order of compound assignment", "x: number", "const a = [x, x]; let i = 0; a[i]! += a[i = 1]! * x; return 10 * a[0]! + a[1]!;", one),
  f("49 signs", "x: number", "return -(-x) + (-x) ** 2 - -0.5 / (x || 1) + +x - (-0 * x) + ~~x + (x | 0) + (x >>> 1) + (x << 2) + ((x ^ 5) & 3) + (x >> 1);", one),
  f("50 effects once", "x: number", "let n = 0; const g = (t: number) => { n++; return t * t; }; const y = g(x) + g(g(x)); return y * n;", one),
  f("51 random draws and logs", "x: number", "let s = 0; for (let i = 0; i < 3; i++) { const r = Math.random(); s += r < 0.5 ? x : x * r; console.log(\"trip\", i, s); } return s;", one),
  f("52 shadowing and hoisting", "x: number", "const y0 = x; { let x = y0 * y0; x = y0 * 3; y = x; } var y: number; { let y = 3; y++; } for (var k = 0; k < 3; k++) { let x = k; x++; } return x * y * k + g(); function g(): number { return y; }", one),
  f("53 user names like ours", "x: number", "const dx = x * 2; const value = dx + 1; const Math_ = Math; const sin = (t: number): number => t * t; return sin(dx) + value + Math_.PI;", one),
  f("53 a local named Math", "x: number", "const Math = { sin: (t: number) => t * 3, k: x }; return Math.sin(x) + Math.k;", one),
  // ------------------------------------------------------------ arrays, objects, aliases
  f("57 writes around reads", "x: number, i: number", "let r = 1; const arr = [1, 2, 3]; arr[0] = x; r *= arr[i]!; arr[0] = 0; return r + arr[0];", [[3, 0], [3, 1], [3, 7]]),
  f("58 same element twice", "x: number, i: number, j: number", "const a = [x, 2]; a[i] = a[i]! * a[j]!; return a[0]! + a[1]!;", [[3, 0, 0], [3, 0, 1]]),
  f("60 index after use", "x: number", "const a = [x, x ** 2, x ** 3]; let i = 0, p = 1; p *= a[i++]!; p *= a[i++]!; a[0] = 5; return p + a[i]! + a[--i]!;", one),
  f("61 recurrence", "x: number, n: number", "const a = new Array<number>(n + 1).fill(0); a[0] = x; for (let i = 1; i <= n; i++) a[i] = a[i - 1]! * x; return a[n]! + a.length;", [[2, 4], [3, 0]]),
  f("62 aliases", "x: number, c: boolean", "const a = [x, 2], other = [7]; let b = a; b[0] = x * x; b = c ? other : a; b[0] = x + 1; b = [...b]; b[0] = 99; return a[0]! * a[0]! + other[0]!;", [[2, true], [2, false]]),
  f("63 shallow copies", "x: number", "const m = [[x], [2]]; const c = [...m]; c[0]![0] = 5; c[1] = [9]; const o = { p: { q: x }, r: 1 }; const d = { ...o, r: 2 }; d.p.q += 1; return m[0]![0]! + m[1]![0]! + o.p.q + o.r + d.r;", one),
  f("64 slice copies", "x: number", "const a = new Float64Array([x, 2, 3, 4]); const b = a.slice(1, 3), c = a.slice(-2), d = a.slice(); b[0] = 9; d[0] = 5; return a[0]! + a[1]! + b[1]! * c[0]! + c.length + d[0]!;", one),
  f("65 one object twice", "x: number", "const o = { v: x }; const b = [o, o]; b[0]!.v = x * x; const rows = new Array<number[]>(2).fill([x]); rows[0]![0] = 7; return b[1]!.v * x + rows[1]![0]!;", one),
  f("66 a callee that writes", "x: number, a: number[]", "sq(a); const b = same(a); b[0]! += x; return a[0]! * x;", [[3, [3, 1]]], dedent`
    function sq(v: number[]): void { v[0] = v[0]! * v[0]!; }
    function same(v: number[]): number[] { return v; }
  `),
  f("67 stacks and queues", "x: number", "const a = [x]; a.push(x * 2, x * 3); const n = a.push(...a); const p = a.pop()!; a.unshift(p, 1); const q = a.shift()!; a.length = 3; let s = 0; for (let i = 0; i < a.length; i++) { a[i]! *= x; s += a[i]! * (i + 1); } return s + n + p - q + a.length;", one),
  f("69 Float32Array rounds", "x: number", "const a = new Float32Array([x, 0.1]); a[0]! *= 1.1; const b = Float32Array.from([x, 1 / 3]); return a[0]! + a[1]! + b[1]!;", one),
  f("70 missing elements", "x: number, xs: number[]", "const t = xs[5]; const u = xs[0] ?? x; return (t === undefined ? u : t) * (xs[-1] === undefined ? 2 : 3);", [[2, []], [2, [1, 2, 3, 4, 5, 6]]]),
  f("71 reduce without start", "xs: number[]", "return xs.reduce((a, b) => a * b) + xs.reduceRight((a, b, i) => a - b * i, 1);", [[[2, 3, 4]], [[5]], [[]]]),
  f("73 callbacks", "x: number, xs: number[]", "let s = 0; [x, x * x].forEach((v) => { s += v * v; }); xs.forEach((v, i, all) => { if (v < 0) return; s += v * i + all.length; }); const m = xs.map((v, i) => v * i + x); const big = m.filter((v) => v > 1); const has = xs.some((v) => v > 2), all = xs.every((v) => { s += 1; return v > -1; }); return s + m.length + big.reduce((a, b) => a + b, 0) + (has ? 10 : 0) + (all ? 100 : 0) + (xs.find((v) => v > 1) ?? -5) + xs.findIndex((v) => v > 1) + xs.indexOf(2) + (xs.includes(NaN) ? 1000 : 0);", [[2, [1, 2, 3]], [0.5, []], [1, [-1, NaN, 4]]]),
  f("73 functions of the language as callbacks", "xs: number[]", "return xs.map(Math.abs).map(Math.sqrt).map(Number).reduce((a, b) => Math.max(a, b), 0) + Math.max(...xs) - Math.min(1, ...xs) + Math.hypot(...xs) + Math.hypot(1, ...xs);", [[[1, -4, 9]], [[]]]),
  f("74 destructuring", "x: number, o: { p: [number, number]; q?: number; r: { s: number } }", "const { p: [a, b], q = a * 2, r: { s, ...none }, ...rest } = o; const [first = 7, , third = x, ...others] = [a, b, undefined, 4, x]; let c, d; ({ c, e: d = x } = { c: a, e: undefined as number | undefined }); [c, d = 3] = [d, c]; return a + b * q + s + first + third + others[1]! + c * 10 + d + Object.keys(none).length + Object.keys(rest).length;", [[2, { p: [2, 4], r: { s: 3 } }], [3, { p: [1, 2], q: 5, r: { s: 1 } }]]),
  f("74 computed and numeric keys", "o: { a: number; b: number }, v: [number, number]", "const { [\"a\"]: p } = o; const { 1: w, length } = v; return p * o[\"b\"] + w * length;", [[{ a: 2, b: 3 }, [4, 5]]]),
  f("records", "x: number", "const o = { p: x * x, q: x, n: { m: [1, x] } }; o.p += 1; o.n.m[1]! *= 3; const { q } = o; o[\"q\"] = 8; const z = o; z.n = { m: [q, q] }; return o.p * x + q + o.q + o.n.m[1]!;", one),
  f("typed arrays of integers", "x: number", "const u = new Uint8Array(2); u[0] = x; u[1] = 300 * x; const i = Int32Array.of(x, -x * 1e10), c = new Uint8ClampedArray(1), w = new Uint32Array([x]); c[0] = x * 100; return u[0]! * x + u[1]! + i[0]! + i[1]! + c[0]! + w[0]!;", one),
  f("array makers", "x: number, n: number", "const a = Array.from({ length: n }, (_, i) => i * x); const b = new Array<number>(n).fill(x); const c = Array.of(1, x), d = Array.from(a), e = Array.from(a, (v) => v + 1), g = new Float64Array(n).map((_, i) => i + x), h = [...a, x, ...b], k = new Array(n).fill(0).map((_, i) => a[i]! + 1), z = new Array<number>(n); for (let i = 0; i < n; i++) z[i] = (z[i] ?? 0) + x; let s = 0; for (const v of h) s += v; for (const v of k) s -= v; for (const v of z) s += v; return s + c[1]! + d.length + (e[1] ?? 0) + (g[0] ?? 0) + a.concat(b, [1]).length + Float64Array.from(a).length;", [[2, 3], [1.5, 0]]),
  f("rows", "n: number, w: number[][]", "const z = w.map((r) => new Array<number>(r.length).fill(0)); for (let i = 0; i < w.length; i++) for (let j = 0; j < w[i]!.length; j++) z[i]![j] = w[i]![j]! * n; const t = w[0]!; w[0] = w[1]!; w[1] = t; return z.map((r) => r.reduce((a, b) => a + b, 0)).reduce((a, b) => a + b, 0) + w[0]![0]!;", [[2, [[1, 2], [3]]]]),
  f("103 grown by writing", "x: number", "const p: number[] = []; p[0] = x * x; p[2] = x; return p[0] * p[2] + p.length;", one),
  f("at, flat, flatMap, reverse, fill, slice", "xs: number[]", "const a = xs.slice(); a.reverse(); const b = a.slice(1, -1), c = a.slice(-2), m = [xs, [1]].flat(), q = xs.flatMap((v) => [v, v * 2]); a.fill(3, 1, 2); let s = 0; for (const v of [...a, ...b, ...c, ...m, ...q]) s = s * 1.5 + v; return s + (a.at(-1) ?? 0) + (a.at(0) ?? 0) + (a.toReversed()[0] ?? 0);", [[[1, 2, 3, 4]], [[1]], [[]]]),
  // ------------------------------------------------------------ functions
  f("76 defaults", "x: number, y = x * x, { k = y }: { k?: number } = {}", "return x * y + k;", [[3], [3, 5], [3, undefined, { k: 1 }], [3, 5, {}]]),
  f("77 rest and spread", "x: number, ...xs: number[]", "const g = (a: number, b = 2, ...r: number[]): number => a + b * 10 + r.length * 100; const t: [number, number] = [x, 3]; return g(...t) + g(x, ...xs) + g(...xs) + g(x, ...t, 1) + xs.length;", [[1], [1, 2], [1, 2, 3, 4]]),
  f("78 closures read late", "x: number", "let k = x; const g = () => k * k; k = 2 * x; const inc = () => { k += 1; return k; }; return g() + inc() * inc() + g();", one),
  f("79 closure per iteration", "x: number", "let s = 0; for (let i = 0; i < 3; i++) { const h = i * x; const g = (t: number) => t + h + i; s += g(s); } return s;", one),
  f("80 recursion", "x: number, n: number", "return fact(n, x) + fib(n) + even(n, x);", [[2, 0], [2, 1], [3, 5]], dedent`
    function fact(n: number, x: number): number { if (n <= 0) return 1; return (n - 1 + x) * fact(n - 1, x); }
    const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2);
    function even(n: number, x: number): number { return n === 0 ? x : odd(n - 1, x * x); }
    function odd(n: number, x: number): number { return n === 0 ? -x : even(n - 1, x + 1); }
  `),
  f("80 the function itself", "x: number, n: number", "if (n <= 0) return x; return Math.sin(x) * f(x * 0.5, n - 1);", [[2, 0], [2, 3]]),
  f("80 recursion that captures", "x: number, n: number", "const a = [1, 2, 3], k = x * 2; const go = (i: number): number => (i >= n ? 1 : a[i % 3]! * k + other(i)); const other = (i: number): number => go(i + 1) * x; return go(0);", [[2, 0], [2, 4]]),
  f("80 recursion that changes what it captures", "x: number, n: number", "let s = 0, depth = 0; const go = (k: number): void => { depth++; s += x * k; if (k > 0) { go(k - 1); other(k - 2); } }; const other = (k: number): number => { s *= 1.5; if (k > 0) go(k - 1); return s; }; go(n); const t = other(n); return s * depth + t;", [[2, 0], [2, 3], [0.5, 5]]),
  f("80 recursion that counts in the module", "x: number, n: number", "const a = walk(n, x); return a * calls + walk(1, a);", [[2, 0], [2, 3]], dedent`
    let calls = 0;
    function walk(n: number, x: number): number { calls++; return n > 0 ? x * walk(n - 1, x) + walk(n - 2, x) : calls; }
  `),
  f("80 recursion with a function argument", "x: number", "return simpson((t) => t * t * x, 0, 1, 4);", one, "function simpson(g: (t: number) => number, a: number, b: number, d: number): number { const m = (a + b) / 2; if (d === 0) return (b - a) / 6 * (g(a) + 4 * g(m) + g(b)); return simpson(g, a, m, d - 1) + simpson(g, m, b, d - 1); }"),
  f("80 recursion over a tree", "t: Tree", "return sum(t);", [[{ v: 1, kids: [{ v: 2, kids: [] }, { v: 3, kids: [{ v: 4, kids: [] }] }] }]], dedent`
    interface Tree { v: number; kids: Tree[] }
    function sum(t: Tree): number { let s = t.v; for (const k of t.kids) s += 2 * sum(k); return s; }
  `),
  f("81 callees give arrays and records", "x: number", "const [s, c] = pair(x); const { p, q } = rec(s!, c!); if (rec(x, 1).p > 1) return p; return p + q;", one, dedent`
    function pair(t: number): number[] { return [t * t, t + 1]; }
    function rec(p: number, q: number) { return { p: p * q, q }; }
  `),
  f("106 in one breath", "xx: number", "const cof = [76.18, -86.5, 24.01]; let y: number, x: number, ser = 1.000000000190015, j = 0; let tmp = (y = x = xx) + 5.5; tmp -= (x + 0.5) * Math.log(tmp); for (; j < 3; j++) ser += cof[j]! / ++y; return -tmp + Math.log(2.5066282746310005 * ser / x);", [[2], [0.7]]),
  f("108 guards", "x: number, k: number | null, s: string | undefined", "k = k === null ? 2 : k; if (typeof x !== \"number\" || Number.isNaN(x)) return 0; const n = s?.length ?? 3; const v = Array.isArray(x) ? 1 : Number(x); return x * k * n * v;", [[2, null, "ab"], [3, 5, undefined], [NaN, 1, ""]]),
  f("109 functions as values", "x: number, y: number, c: boolean, op: \"add\" | \"mul\"", "const local = { neg: (t: number) => -t, k: x, nested: { id: (t: number) => t } }; const g = c ? Math.sin : local.neg; const twice = (h: (t: number) => number) => (t: number) => h(h(t)); const pick = (k: number) => { if (k > 0) return (t: number) => t * y; return Math.cos; }; let cb: ((t: number) => number) | undefined; if (c) cb = (t) => t + x; local.k += 1; return ops.add(x, y) + ops[op](x, y) + g(x) + twice(g)(y) + twice((t) => t * x)(y) + pick(y)(x) + (cb ? cb(1) : 0) + (cb?.(2) ?? 5) + local.nested.id(local.k) + [Math.sin, local.neg].map((h) => h(x)).reduce((a, b) => a + b, 0);", [[2, 3, true, "add"], [2, -3, false, "mul"]], "const ops = { add: (a: number, b: number) => a + b, mul: (a: number, b: number) => a * b };"),
  f("109 arrays of functions", "x: number", "const layers = [(t: number) => t * 2, Math.tanh, (t: number) => t - x]; let y = x; for (const l of layers) { if (y > 100) break; y = l(y); } return layers.reduce((acc, l) => l(acc), y) + layers[1]!(x) + layers.length;", one),
  f("early return in an inlined helper", "x: number", "return relu(x) + sign(x) * clamp(x, 0, 1) + find([x, 2, 3]);", one, dedent`
    function relu(t: number) { if (t > 0) return t; return 0; }
    const sign = (t: number): number => { if (t < 0) { return -1; } else if (t > 0) return 1; return 0; };
    function clamp(v: number, lo: number, hi: number): number { if (v < lo) return lo; const w = v * 1; if (w > hi) { return hi; } return w; }
    function find(xs: number[]): number { for (const v of xs) if (v > 1) return v * v; return -1; }
  `),
  f("generic helpers", "x: number", "const o = pick({ a: x, b: 2 }, \"a\"); return id(x) + first([x, 2])! + o;", one, dedent`
    function id<T>(t: T): T { return t; }
    function first<T>(ts: readonly T[]): T | undefined { return ts[0]; }
    function pick(o: { a: number; b: number }, _k: "a"): number { return o.a; }
  `),
  f("overloads and immediately called functions", "x: number", "return twice(x) + (() => { let q = x; q *= 2; return q; })() + (function (t: number) { return t; })(x);", one, dedent`
    function twice(x: number): number;
    function twice(x: string): string;
    function twice(x: number | string): number | string { return typeof x === "number" ? x * 2 : x + x; }
  `),
  f("optional chains", "x: number, o?: { p?: { q: number }; f?: number[] }", "let n = 0; const t = o?.p?.q ?? x; const u = o?.f?.[n++]; const w = o?.f?.map((v) => v * x)[0]; return t + (u ?? 100) + n + (w ?? 0.5);", [[2], [2, {}], [2, { p: { q: 5 }, f: [7] }]]),
  f("a closure outlives its block", "x: number, c: boolean", "let g: (t: number) => number; if (c) { const k = x * 2; let m = 1; g = (t) => (m += k) * t; } else { const q = x; g = (t) => t - q; } const h = make(x); return g(1) + g(2) + h(3) + make(-x)(4);", [[2, true], [3, false], [-1, true]], "function make(k: number): (t: number) => number { if (k > 0) { const q = k * 2; return (t) => t * q; } for (let i = 0; i < 3; i++) { const w = i + k; if (w > 0.5) return (t) => t + w; } return () => 1; }"),
  f("a function tested, then called", "x: number, c: boolean", "const g = c ? (t: number) => t * x : undefined; if (!g) return x; let s = g(1); const h = c || x > 0 ? g : null; if (h === null) return s; s += h(2); return s + (g ? g(3) : 0);", [[2, true], [3, false]]),
  // ------------------------------------------------------------ modules
  f("constants, tables and state of the module", "x: number", "calls++; last = x * K; history.push(last); const t = TABLE[1]! * TABLE.length + CFG.rate * CFG.ws[0]! + Mode.Fast + NEG + HALF; last += 1; return t * x + last + calls + (Mode.Slow === Mode.Fast ? 1 : 0) + sin(x) + history.length;", one,
    dedent`
      const K = 2.50;
      const NEG = -1;
      const HALF = K / 2 + Math.PI;
      const TABLE = [1, 2, 3];
      const CFG = { rate: 0.5, ws: [1, 2] };
      enum Mode { Slow, Fast = 5 }
      let calls = 0;
      let last = 0;
      const history: number[] = [];
      const { sin } = Math;
    `),
  f("state of the module read in loops only", "x: number, n: number", "let s = 0; for (let i = 0; i < n; i++) s += offset * x + table[i % 2]!; return s;", [[2, 3]], dedent`
    let offset = 3;
    let table = [1, 2];
    export function reset(): void { offset = 1; table = []; }
  `),
  f("assertions and parentheses", "x: number, o: unknown", "const y = (x as number)! satisfies number; const c = o as { rate: number }; return (<number>y) * c.rate;", [[2, { rate: 3 }]]),
  f("text beside numbers", "x: number, name: string", "const label = name + \":\" + x.toFixed(2) + `${name.length}`; console.log(label, [x], { x }); let n = 0; for (const c of name) n += c.charCodeAt(0); return x * n + (label.includes(\"2\") ? 1 : 0) + name.length;", [[2, "ab"], [0.5, ""]]),
  f("stop the gradient", "x: number", "return x * stopGradient(x * x);", one, "import { stopGradient } from \"@retrograd/runtime\";"),
  f("hash", "x: number, y: number", "let h = (x * 374761393 + y * 668265263) | 0; h = Math.imul(h ^ (h >>> 13), 1274126177); return ((h ^ (h >>> 16)) >>> 0) / 4294967295 * x;", two),
  { title: "arrow function", text: dedent`
    /** @differentiable */
    export const f = (x: number, [a, b]: [number, number], { p: { q } }: { p: { q: number } }): number => x * a + b * q;

  `, at: [[1, [2, 3], { p: { q: 4 } }]] },
  { title: "own output: gradient of a loop with tapes", text: dedent`
    /** @differentiable */
    export function f(x0: number, r: number, n: number): number {
      const tape: number[] = [];
      let x = x0;
      for (let i = 0; i < n; i++) { tape.push(x); x = r * x * (1 - x); }
      let dx = 1, dr = 0;
      for (let k = tape.length - 1; k >= 0; k--) { x = tape.pop()!; dr += x * (1 - x) * dx; dx = r * (1 - 2 * x) * dx; }
      const result = { value: x, dx0: dx, dr };
      return result.dx0 + result.dr;
    }

  `, at: [[0.3, 3.1, 7], [0.3, 3.1, 0]] },
  { title: "own output: labelled blocks and definite assignment", text: dedent`
    /** @differentiable */
    export function f(x: number): number {
      let t!: number[];
      let s = 0;
      forward: {
        if (x > 1) { t = [x]; s = 1; break forward; }
        t = new Array<number>(2).fill(0);
        t[1]! += x;
      }
      const dt = new Float64Array(Math.max(0, Math.ceil(t.length)));
      for (let k = t.length - 1; k >= 0; k--) { const d = t[k]!; t[k] = 0; dt[k]! += d * x; }
      return dt[0]! + (dt[1] ?? 0) + s;
    }

  `, at: one },
];
