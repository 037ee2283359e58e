import type { Random } from "../../random.ts";

interface Link {
  from: number;
  to: number;
}

/**
 * Weighted sum of the ranks of pages: power iteration over links of given strengths. What a page gives is shared among its
 * links in proportion to their strengths.
 *
 * @differentiable wrt strengths, damping
 */
export function pageRank(strengths: number[], damping: number, links: Link[], interest: number[], rounds: number): number {
  const n = interest.length;
  const given = new Float64Array(n);
  links.forEach(({ from }, k) => {
    given[from]! += strengths[k]!;
  });
  let rank = new Float64Array(n).fill(1 / n);
  for (let round = 0; round < rounds; round++) {
    const next = new Float64Array(n).fill((1 - damping) / n);
    for (let k = 0; k < links.length; k++) {
      const { from, to } = links[k]!;
      next[to]! += (damping * rank[from]! * strengths[k]!) / given[from]!;
    }
    rank = next;
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += interest[i]! * rank[i]!;
  return total;
}

export function inputs(random: Random): Parameters<typeof pageRank>[] {
  const pages = 60;
  return random.list(2, () => {
    // each page has a link, so that it has someone to give to
    const links = random.list(300, (k) => ({ from: k < pages ? k : random.integer(pages), to: random.integer(pages) }));
    return [links.map(() => random.uniform(0.5, 2)), 0.85, links, random.list(pages, () => random.normal()), 30];
  });
}
