import type ts from "typescript";
import type { Type, RecordType } from "../../ir/ir.ts";

/** Checker types as IR types, remembered so that recursive records end. */
export interface TypeReader {
  readonly checker: ts.TypeChecker;
  /** The file the generated code will stand beside: names of types are written as they are visible there. */
  readonly sourceFile: ts.SourceFile;
  readonly known: Map<ts.Type, Type>;
  /** The classes whose instances have types that name them (`RecordType.instance`). */
  readonly classes: Map<string, ts.ClassLikeDeclaration>;
  /** Types of instances being read, with the names of their classes. */
  readonly instances: [RecordType, string | null][];
  /** Unions of records that contain themselves, with their members: their fields are known when all members are read. */
  readonly unions: OpenUnion[];
}

export interface OpenUnion { readonly of: readonly ts.Type[]; readonly record: RecordType; isOpen: boolean; isMet: boolean }
