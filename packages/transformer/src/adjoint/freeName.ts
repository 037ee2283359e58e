/** A name that is not taken, and from now on is. */
export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`;
  taken.add(name);
  return name;
}
