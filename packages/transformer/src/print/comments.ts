import type { Statement } from "./tree.ts";
import { isDead, nestedLists } from "./walk.ts";

/** Whether a list computes values of the primal, so that what stands before or in it is not yet the reverse. */
export function hasForward(s: Statement): boolean {
  if (s.kind === "heading" || s.kind === "return" || s.kind === "declare" || s.kind === "jump") return false;
  const lists = nestedLists(s);
  if (s.kind === "loop" && s.form === "reverse") return false;
  if (lists.length === 0) return !s.derivative;
  return lists.some((list) => list.some(hasForward)) || (s.kind === "loop" && !s.derivative);
}

/** Whether some statement of the list belongs to the reverse. */
export function hasReverse(s: Statement): boolean {
  if (s.kind === "return" || s.kind === "heading" || s.kind === "declare") return false;
  const lists = nestedLists(s);
  return lists.length === 0 ? s.derivative : lists.some((list) => list.some(hasReverse));
}

/** Where a list stands: in the reverse, at the end of the primal, or where control comes back to the primal. */
export type Region = "reverse" | "tail" | "forward";

/** The statements of a list that name what they reverse in a comment: those after the last of the primal. */
export function reversePart(list: readonly Statement[], region: Region): (index: number) => boolean {
  if (region === "reverse") return () => true;
  if (region === "forward") return () => false;
  const heading = list.findLastIndex((s) => s.kind === "heading" && s.text.startsWith("backward"));
  const last = heading >= 0 ? heading : list.findLastIndex(hasForward);
  return (index) => index > last;
}

/** Where a list nested in a statement stands. */
export function regionInside(s: Statement, list: readonly Statement[], reverse: boolean, outer: Region): Region {
  if (reverse || (s.kind === "loop" && s.form === "reverse")) return "reverse";
  if (s.kind === "loop") return "forward";
  return outer === "tail" && isDead(list) ? "tail" : "forward";
}

/** Whether the headings between the passes help: in anything but a short function in one piece. */
export function wantsHeadings(list: readonly Statement[]): boolean {
  const backward = list.findIndex((s) => s.kind === "heading" && s.text.startsWith("backward"));
  if (backward < 0) return false;
  const before = list.slice(0, backward).filter((s) => s.kind !== "heading"), after = list.slice(backward + 1);
  if (before.length === 0 || !after.some(hasReverse)) return false;
  return count(before) > 4 || after.some((s) => s.kind === "loop");
}

/** The statements control passes on its way: an arm that returns has a reverse of its own. */
function count(list: readonly Statement[]): number {
  return list.reduce((sum, s) => sum + (s.kind === "declare" ? 0 : 1) + nestedLists(s).reduce((n, inner) => n + (isDead(inner) ? 0 : count(inner)), 0), 0);
}
