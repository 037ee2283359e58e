import ts from "typescript";
import { findTags } from "./tags.ts";
import { tagTarget } from "./tagTarget.ts";

const known = new WeakMap<ts.SourceFile, ReadonlySet<ts.Node>>();

/** Whether a loop stands behind `/** @checkpoint *\/`. */
export function isCheckpointed(loop: ts.IterationStatement): boolean {
  const file = loop.getSourceFile();
  let loops = known.get(file);
  if (!loops) {
    loops = file.text.includes("@checkpoint") ? marked(file) : new Set();
    known.set(file, loops);
  }
  return loops.has(loop);
}

function marked(file: ts.SourceFile): ReadonlySet<ts.Node> {
  const loops = new Set<ts.Node>();
  for (const { tag, comment, token } of findTags(file)) {
    if (tag !== "checkpoint" || comment !== "jsdoc") continue;
    const target = tagTarget(token, file);
    if (target.kind !== "other" || !target.loop) continue;
    let node = target.node;
    while (ts.isLabeledStatement(node)) node = node.statement;
    loops.add(node);
  }
  return loops;
}
