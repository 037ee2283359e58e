import type ts from "typescript";
import type { Type } from "../../ir/ir.ts";
import type { TypeReader } from "./typeReader.ts";

/** How parameters are lowered in a case. */
export type Narrowing = ReadonlyMap<ts.ParameterDeclaration, Narrowed>;
export interface Narrowed {
  readonly type: (declared: Type, reader: TypeReader) => Type;
  readonly text: (written: string) => string;
  readonly literal: string | undefined;
}
