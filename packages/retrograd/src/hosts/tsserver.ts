/**
 * The editor: a plugin of TypeScript's language server.
 *
 *     "plugins": [{ "name": "retrograd" }]
 *
 * A marked file is seen with the signatures of its gradients behind its text, `./f.grad.js` leads to `f.ts`, and nothing that an editor is
 * told lies behind the user's own text.
 */
import path from "node:path";
import type ts from "typescript";
import type { Text } from "../inMemory/project.ts";
import { createWorkspace } from "../inMemory/workspace.ts";
import { addNames } from "./tsserver/names.ts";
import { addDiagnostics } from "./tsserver/diagnostics.ts";
import { addFixes } from "./tsserver/fixes.ts";
import { addHover } from "./tsserver/hover.ts";
import { createModules } from "./tsserver/modules.ts";
import { keepInside } from "./tsserver/places.ts";

export function create(typescript: typeof ts, info: ts.server.PluginCreateInfo): ts.LanguageService {
  const host = info.languageServiceHost;
  // Of what a marked function calls, the text in the editor counts. Asking for any other file would make it one of the project's.
  const textOf = (fileName: string): Text | undefined => {
    const open = info.project.projectService.getScriptInfo(fileName);
    if (open === undefined || !open.isScriptOpen()) return undefined;
    const snapshot = open.getSnapshot();
    return { text: snapshot.getText(0, snapshot.getLength()), version: `editor ${open.getLatestVersion()}` };
  };
  const workspace = createWorkspace({ cwd: path.resolve(info.project.getCurrentDirectory()), textOf });
  const modules = createModules(typescript, host, workspace);
  const original = info.languageService;
  const service: ts.LanguageService = Object.create(null);
  const copy = service as unknown as Record<string, unknown>; // every method, those that are not published too
  for (const [name, member] of Object.entries(original)) {
    copy[name] = typeof member === "function" ? (...args: unknown[]) => member.apply(original, args) : member;
  }
  keepInside(service, modules);
  addNames(service, modules);
  addDiagnostics(typescript, service, modules);
  addFixes(service, modules);
  addHover(service, modules);
  return service;
}
