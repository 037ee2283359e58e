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
export function pageRank(
  strengths: number[],
  damping: number,
  links: Link[],
  interest: number[],
  rounds: number,
): number {
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

export function hand(
  strengths: number[],
  damping: number,
  links: Link[],
  interest: number[],
  rounds: number,
): { value: number; dstrengths: number[]; ddamping: number } {
  const n = interest.length;
  const given = new Float64Array(n);
  for (let k = 0; k < links.length; k++) given[links[k]!.from]! += strengths[k]!;
  const ranks = new Float64Array(n * (rounds + 1));
  ranks.fill(1 / n, 0, n);
  for (let round = 0; round < rounds; round++) {
    const now = round * n;
    const next = now + n;
    ranks.fill((1 - damping) / n, next, next + n);
    for (let k = 0; k < links.length; k++) {
      const { from, to } = links[k]!;
      ranks[next + to]! += (damping * ranks[now + from]! * strengths[k]!) / given[from]!;
    }
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += interest[i]! * ranks[rounds * n + i]!;

  // by the share of each link in what its page gives
  const shares = new Float64Array(links.length);
  for (let k = 0; k < links.length; k++) shares[k] = strengths[k]! / given[links[k]!.from]!;
  const dshares = new Float64Array(links.length);
  let ddamping = 0;
  let dnext = Float64Array.from(interest);
  let dnow = new Float64Array(n);
  for (let round = rounds - 1; round >= 0; round--) {
    const now = round * n;
    dnow.fill(0);
    for (let i = 0; i < n; i++) ddamping -= dnext[i]! / n;
    for (let k = 0; k < links.length; k++) {
      const { from, to } = links[k]!;
      const d = dnext[to]!;
      const flow = d * ranks[now + from]!;
      ddamping += flow * shares[k]!;
      dshares[k]! += flow;
      dnow[from]! += d * damping * shares[k]!;
    }
    const spare = dnext;
    dnext = dnow;
    dnow = spare;
  }
  const dgiven = new Float64Array(n);
  for (let k = 0; k < links.length; k++) dgiven[links[k]!.from]! -= damping * dshares[k]! * shares[k]!;
  const dstrengths = new Array<number>(links.length).fill(0);
  for (let k = 0; k < links.length; k++) {
    const { from } = links[k]!;
    dstrengths[k] = (damping * dshares[k]! + dgiven[from]!) / given[from]!;
  }
  return { value: total, dstrengths, ddamping };
}

export function inputs(random: Random): Parameters<typeof pageRank>[] {
  const pages = 60;
  return random.list(2, () => {
    // each page has a link, so that it has someone to give to
    const links = random.list(300, (k) => ({ from: k < pages ? k : random.integer(pages), to: random.integer(pages) }));
    return [links.map(() => random.uniform(0.5, 2)), 0.85, links, random.list(pages, () => random.normal()), 30];
  });
}
