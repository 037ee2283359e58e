/** Programs composed of realistic parts (a third generator's): what they found wrong, made small. */
import { describe, expect, it } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Compiles without a diagnostic to text that passes the strictest flags. */
function strict(name: string, text: string): void {
  it(name, () => {
    const { code, diagnostics } = compile(text);
    expect(diagnostics.map((d) => d.message)).toEqual([]);
    expect(showTypeErrors(typeErrors(code, text.length))).toBe("");
  });
}

const cell = "interface Cell { v: number; next: Cell | null }";
const list = dedent`
  let head: Cell | null = null;
  for (const v of a) head = { v, next: head };
  if (head && head.next) head.next.v += head.v * x;
  let sum = 0;
  for (let p: Cell | null = head; p !== null; p = p.next) sum += p.v * p.v;
  return sum;
`;
const shapes = `type Shape = { kind: "circle"; r: number } | { kind: "poly"; pts: [number, number][] };
function grow(s: Shape, k: number): Shape {
  if (s.kind === "circle") return { ...s, r: s.r * k };
  return { kind: "poly", pts: s.pts.map(([x, y]): [number, number] => [x * k, y + k]) };
}
function area(s: Shape): number {
  if (s.kind === "circle") return s.r * s.r;
  let a = 0;
  for (const [x, y] of s.pts) a += x * y;
  return a;
}`;
const shapesBody = dedent`
  const shapes: Shape[] = [{ kind: "circle", r: x }, { kind: "poly", pts: [[x, y], [1, 2]] }];
  for (let i = 0; i < shapes.length; i++) shapes[i] = grow(shapes[i]!, y);
  return shapes.reduce((t, q) => t + area(q), 0);
`;
const state = "interface State { readonly x: number; readonly v: number; readonly log?: readonly number[] }";
const stateBody = dedent`
  let s: State = { x, v: y };
  for (let i = 0; i < 3; i++) s = { ...s, x: s.x + 0.1 * s.v * s.x, ...(i > 0 && { log: [...(s.log ?? []), s.x] }) };
  const { x: a, log = [] } = s;
  return a + log.reduce((p, q) => p * 0.5 + q * q, 0);
`;
const options = dedent`
  interface O { k: number; gain?: number; bias?: number }
  function norm(o: O): number { const p = { ...o, k: o.k * 2 }; return (p.gain ?? 3) * p.k + (p.bias ?? 0); }
`;
const optionsBody = dedent`
  const q = { ...o, ...(x > 1 && { bias: x }), ...(o.gain !== undefined ? { gain: o.gain * 2 } : {}) };
  return norm(o) * norm(q) + Object.keys(q).length;
`;
const tree = `interface Tree { key: number; n: number; left?: Tree; right?: Tree }
function insert(tree: Tree | undefined, key: number): Tree {
  if (!tree) return { key, n: 1 };
  if (key < tree.key) tree.left = insert(tree.left, key);
  else tree.right = insert(tree.right, key);
  tree.n++;
  return tree;
}
function fold(t: Tree | undefined, w: number): number { return t === undefined ? 1 : t.key * w * t.n + fold(t.left, w * 0.5) * 0.5 - fold(t.right, w + 0.1); }`;
const treeBody = "let root: Tree | undefined;\nfor (const v of xs) root = insert(root, v);\nreturn fold(root, w);";
const ops = "type Op = { op: \"push\"; k: number } | { op: \"load\"; at: number } | { op: \"swap\" };";
const opsBody = dedent`
  const code: Op[] = [{ op: "push", k: x }, { op: "load", at: 1 }, { op: "swap" }, { op: "push", k: 0.7 }];
  let s = 0;
  for (const c of code) { if (c.op === "push") s += c.k * y; else if (c.op === "load") s *= c.at + y; }
  return s;
`;

const marked = (tag: string, sig: string, body: string, head: string): string =>
  `${head}\n/** @differentiable${tag} */\nexport function f(${sig}): number {\n${body}\n}\n`;

describe("composed programs", () => {
  trap("a list whose first two cells may not be there", f("a: number[], x: number", list, cell), [
    { at: [[1.5, 2, 0.5], 0.3] },
    { at: [[1.5], 0.3] },
    { at: [[], 0.3] },
  ]);
  strict("the same, forwards and in memory of the caller", marked(" with jvp, into", "a: number[], x: number", list, cell));
  trap("a record of a union is spread where it is known which it is", f("x: number, y: number", shapesBody, shapes), [{ at: [1.5, 0.7] }]);
  strict("the same, forwards and in memory of the caller", marked(" with jvp, into", "x: number, y: number", shapesBody, shapes));
  trap("a record with a field that may be missing is spread", f("x: number, y: number", stateBody, state), [{ at: [1.5, 0.7] }]);
  strict("the same, forwards and in memory of the caller", marked(" with jvp, into", "x: number, y: number", stateBody, state));
  trap("options spread with others chosen on the spot", f("x: number, o: O", optionsBody, options), [
    { at: [1.5, { k: 0.7 }] },
    { at: [0.5, { k: 0.7, gain: 2 }] },
    { at: [1.5, { k: 0.7, bias: 2, gain: 0.3 }] },
  ]);
  strict("the same, forwards and in memory of the caller", marked(" with jvp, into", "x: number, o: O", optionsBody, options));
  trap("a tree that is built by recursion", f("xs: number[], w: number", treeBody, tree), [{ at: [[1.5, 0.5, 2, 1], 0.7] }]);
  strict("what a recursive function returns is there if it says so", marked(" with jvp, into", "xs: number[], w: number", treeBody, tree));
  trap("an optional field asked for twice", f("x: number, o: { k: number; gain?: number }", dedent`
    let s = x;
    if (o.gain !== undefined) s *= Math.sin(o.gain * x);
    s = Math.sin(s * o.k);
    if (o.gain !== undefined && s > 0) s += o.gain * o.gain * x;
    return s * s;
  `), [{ at: [0.7, { k: 1, gain: 0.5 }] }, { at: [0.7, { k: 2 }] }]);
  trap("a deep copy of a record with a field that may be missing", f("x: number, o: { k: number; gain?: number; row?: number[] }", dedent`
    const c = structuredClone(o);
    c.k *= x;
    if (c.row) c.row[0]! *= c.k;
    return c.k * (c.gain ?? x) + (c.row?.[0] ?? 1) * o.k + Object.keys(c).length;
  `), [{ at: [0.7, { k: 1.2, gain: 0.5 }] }, { at: [0.7, { k: 2, row: [1.5] }] }]);
  strict("a state copied with what changes, in memory of the caller", marked(" with into", "x: number, y: number", dedent`
    let st: State = { x, v: y };
    for (let i = 0; i < 3; i++) st = { ...st, x: st.x + st.v, log: st.log ? [st.x, ...st.log] : [st.v] };
    return st.x + (st.log ?? []).reduce((p, q) => p + q, 0);
  `, state));
  trap("elements behind the end of rows that may not be there", f("a: number[][], xs: number[], k: number", dedent`
    let s = 0;
    for (let y = -1; y < 3; y++) for (let x = -1; x < 3; x++) s += k * (a[y]?.[x] ?? 0) + (a[0]?.[x] || 0) * k * k + (xs[x] || 1) * k;
    return s;
  `), [{ at: [[[1, 2], [3, 4]], [1, 0.5], 0.5] }]);
  strict("records of a union in memory of the caller", marked(" with into", "x: number, y: number", opsBody, ops));
});

describe("a gradient that first asks whether its arrays are one, differentiated", () => {
  const typed = dedent`
    /** @differentiable */
    function g(p: Float64Array, q: Float64Array): number {
      p[0] = p[0]! * q[1]!;
      return p[0]! * q[0]! * p[0]!;
    }
    /** @differentiable */
    export function f(p: Float64Array, q: Float64Array): number {
      const r = grad_g(p, q);
      return r.dp[0]! * r.dq[1]! + r.value;
    }

  `;
  const rows = dedent`
    /** @differentiable */
    function g(m: number[][], n: number[][], v: number[]): number {
      m[0]![0] = v[1]! * n[1]![0]!;
      v[0]! += m[0]![0]! * m[0]![1]!;
      n[0]![1] = v[0]! * m[0]![0]!;
      return m[0]![0]! * n[0]![1]! * v[0]!;
    }
    /** @differentiable */
    export function f(m: number[][], n: number[][], v: number[]): number {
      const r = grad_g(m, n, v);
      return r.dv[1]! * r.dn[1]![0]! + r.dm[0]![1]!;
    }

  `;

  it("typed arrays", () => {
    const run = compileAndRun(typed), p = (): Float64Array => new Float64Array([1.5, 2]), q = new Float64Array([0.7, 1.2]), h = 1e-5;
    const { dq } = run["grad_f"]!(p(), q.slice()) as { dq: Float64Array };
    q.forEach((x, k) => {
      const at = (step: number): number => { const moved = q.slice(); moved[k] = x + step; return run["f"]!(p(), moved) as number; };
      expect(dq[k]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 6);
    });
    const one = p();
    expect(() => run["grad_f"]!(one, one)).toThrow("are the same array");
  });

  it("matrices and their rows", () => {
    const run = compileAndRun(rows), m = (): number[][] => [[1.5, 2], [1, 0.3]], n = (): number[][] => [[0.7, 1.2], [0.4, 2]], v = [0.9, 1.1], h = 1e-5;
    const { dv } = run["grad_f"]!(m(), n(), [...v]) as { dv: number[] };
    v.forEach((x, k) => {
      const at = (step: number): number => run["f"]!(m(), n(), v.with(k, x + step)) as number;
      expect(dv[k]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 5);
    });
    expect(() => run["grad_f"]!([v, v], n(), [1, 2])).toThrow("are the same array");
  });
});
