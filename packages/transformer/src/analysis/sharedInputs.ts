import type { Input, RecordType, Type } from "../ir/ir.ts";

/** A way from the arguments to an object: `links[].source`. */
export interface InputPath { readonly text: string; /** Through an array, or a type that contains itself: many objects. */ readonly many: boolean; readonly depth: number }

/** Two ways that may end at one object. */
export interface Overlap { readonly first: InputPath; readonly second: InputPath }

/**
 * Ways inside the arguments that may lead to the same object, by type: DESIGN.md section 2, "shared inputs". Two parameters are two
 * variables, and so are the elements of one array; but a link that points at a node is that node.
 */
export function overlaps(inputs: readonly Input[]): readonly Overlap[] {
  const ways = new Map<RecordType, InputPath[]>();
  const recursive = new Map<RecordType, InputPath>();
  const visit = (type: Type, path: InputPath, inside: readonly RecordType[]): void => {
    switch (type.kind) {
      case "optional": visit(type.of, path, inside); break;
      case "array": visit(type.element, { text: `${path.text}[]`, many: true, depth: path.depth + 1 }, inside); break;
      case "tuple": type.elements.forEach((e, n) => visit(e, { text: `${path.text}[${n}]`, many: path.many, depth: path.depth + 1 }, inside)); break;
      case "record": {
        if (inside.includes(type)) { recursive.set(type, { ...path, many: true }); break; }
        const known = ways.get(type);
        if (known) known.push(path); else ways.set(type, [path]);
        if ((known?.length ?? 0) > 8) break;
        for (const f of type.fields) visit(f.type, { text: `${path.text}.${f.name}`, many: path.many, depth: path.depth + 1 }, [...inside, type]);
        break;
      }
      default: break;
    }
  };
  for (const i of inputs) visit(i.variable.type, { text: i.name, many: false, depth: 0 }, []);
  const found: Overlap[] = [];
  for (const [type, paths] of ways) {
    const again = recursive.get(type);
    if (again && paths[0]) found.push({ first: paths[0], second: again });
    paths.forEach((first, n) => paths.slice(n + 1).forEach((second) => {
      if (first.depth > 0 || second.depth > 0) found.push({ first, second });
    }));
  }
  return found;
}
