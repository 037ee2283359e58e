import type ts from "typescript";
import type { MatrixType } from "../../ir/ir.ts";
import { isDeclaredByRuntime } from "../programs/runtimeNames.ts";
import type { TypeReader } from "./typeReader.ts";

/** The type of the runtime's matrices, as the file writes it; undefined for any other. */
export function matrixTypeOf(reader: TypeReader, type: ts.Type, localName: string | null): MatrixType | undefined {
  if (type.symbol?.name !== "Matrix" || !isDeclaredByRuntime(type.symbol)) return undefined;
  const shape = reader.checker.getTypeArguments(type as ts.TypeReference).map((t) => reader.checker.typeToString(t)); // an interface with parameters
  const name = localName ?? 'import("@retrograd/runtime").Matrix';
  return { kind: "matrix", text: shape.slice(0, 2).every((t) => t === "number") ? name : `${name}<${shape.slice(0, 2).join(", ")}>` };
}
