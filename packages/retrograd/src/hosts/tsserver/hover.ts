import type ts from "typescript";
import type { FunctionReport } from "../../compiler.ts";
import type { Modules } from "./modules.ts";

/** Adds, where a marked function is hovered, what its gradient costs. */
export function addHover(service: ts.LanguageService, modules: Modules): void {
  const { getQuickInfoAtPosition } = service;
  service.getQuickInfoAtPosition = (fileName, position, ...rest) => {
    const info = getQuickInfoAtPosition(fileName, position, ...rest);
    if (info === undefined) return info;
    const report = reportAt(service, modules, fileName, position);
    if (report === undefined) return info;
    const documentation = [...(info.documentation ?? [])];
    if (documentation.length > 0) documentation.push({ kind: "text", text: "\n\n" });
    return { ...info, documentation: [...documentation, { kind: "text", text: cost(report) }] };
  };
}

function reportAt(
  service: ts.LanguageService,
  modules: Modules,
  fileName: string,
  position: number,
): FunctionReport | undefined {
  const [definition] = service.getDefinitionAtPosition(fileName, position) ?? [];
  const augmented = definition && modules.of(definition.fileName)?.augmented;
  const derivative = augmented?.derivatives.find(
    ({ start, name }) => start === definition?.textSpan.start && name !== definition.name,
  );
  // A gradient is defined where its primal is, under a name of its own.
  if (definition?.name !== derivative?.of) return undefined;
  return augmented?.functions.find(({ name }) => name === derivative?.of);
}

function cost({ gradientName, statementsIn, statementsOut, recorded, wrt }: FunctionReport): string {
  const ratio =
    statementsIn === 0 ? "" : ` (${(statementsOut / statementsIn).toFixed(1)} times the function's ${statementsIn})`;
  const kept =
    recorded.length === 0
      ? "records nothing"
      : `records ${recorded.map(({ name, loops }) => (loops === 0 ? name : `${name} in ${loops === 1 ? "a loop" : `${loops} loops`}`)).join(", ")}`;
  return `${gradientName}: by ${wrt.join(", ")}; ${statementsOut} statements${ratio}; ${kept}.`;
}
