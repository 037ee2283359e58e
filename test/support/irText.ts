import type { Block, Instruction, IrFunction, Statement } from "../../packages/transformer/src/ir/ir.ts";
import { mapNested } from "../../packages/transformer/src/ir/visit.ts";
import { parse } from "../../packages/transformer/src/ir/parse.ts";

/**
 * For tests: IR text in which `;; text` at the end of a line names the statement the instruction comes from. `;; text // comment` gives
 * it a trailing comment. Equal texts are one statement.
 */
export function parseWithStatements(source: string): IrFunction {
  const lines = source.split("\n");
  const texts = lines
    .filter((line) => line.trim() !== "" && !/^\s*(\}|yield\b|function\b|export\b)/.test(line))
    .map((line) => line.split(";;")[1]?.trim() ?? null);
  const fn = parse(lines.map((line) => line.split(";;")[0]?.trimEnd() ?? "").join("\n"));
  const statements = new Map<string, Statement>();
  const statementOf = (text: string): Statement => {
    const known = statements.get(text);
    if (known) return known;
    const [code = "", comment] = text.split("//");
    const id = statements.size + 1;
    const made: Statement = {
      id,
      text: code.trim(),
      leading: [],
      trailing: comment === undefined ? null : `//${comment}`,
      loc: { fileName: "", start: id, end: id },
    };
    statements.set(text, made);
    return made;
  };
  let next = 0;
  const block = (b: Block): Block => ({ ...b, instructions: b.instructions.map(instruction) });
  const instruction = (i: Instruction): Instruction => {
    const text = texts[next++] ?? null;
    const statement = text === null ? null : statementOf(text);
    return { ...mapNested(i, block), origin: { loc: statement?.loc ?? i.origin.loc, statement } };
  };
  return { ...fn, body: block(fn.body) };
}
