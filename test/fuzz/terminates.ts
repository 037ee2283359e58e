/** Whether a program ends: a minimiser that deletes a `break`, or a loop over an array that grows, must not be tried for real. */
import ts from "typescript";
import { evaluate } from "../support/compile.ts";
import { clone } from "../support/oracle.ts";
import { callArguments, type Checkable } from "./check.ts";

const steps = 20_000;

export function terminates(program: Checkable): boolean {
  try {
    const f = evaluate(counted(program.text))["f"];
    for (const point of program.points) f?.(...callArguments(program.parameters, clone(point) as unknown[]));
    return f !== undefined;
  } catch (error) {
    return !String(error).includes(endless) && !(error instanceof SyntaxError);
  }
}

const endless = "more steps than a program of this kind takes";

/** Every loop body and function body counts its entries. */
function counted(text: string): string {
  const file = ts.createSourceFile("program.ts", text, ts.ScriptTarget.ES2022, true);
  const inserts: { at: number; text: string }[] = [];
  const count = `if (++$steps > ${steps}) throw new Error("${endless}");`;
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false)) {
      if (ts.isBlock(node.statement)) inserts.push({ at: node.statement.getStart(file) + 1, text: count });
      else inserts.push({ at: node.statement.getStart(file), text: `{ ${count} ` }, { at: node.statement.end, text: " }" });
    }
    if (ts.isFunctionLike(node) && "body" in node && node.body && ts.isBlock(node.body as ts.Node))
      inserts.push({ at: (node.body as ts.Block).getStart(file) + 1, text: count });
    ts.forEachChild(node, visit);
  };
  visit(file);
  let out = text;
  for (const { at, text: what } of inserts.sort((a, b) => b.at - a.at)) out = out.slice(0, at) + what + out.slice(at);
  return `let $steps = 0;\n${out}`;
}
