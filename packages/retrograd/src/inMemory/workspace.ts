import { configurationFinder, type Configuration } from "../project/configuration.ts";
import { createProject, type Project, type Text } from "./project.ts";

/** The projects below a directory, each made when one of its files is first asked for. */
export interface Workspace {
  projectOf(fileName: string): Project;
  /** Reads configurations anew. */
  reset(): void;
}

/** `textOf`: texts that count instead of what is on disk. */
export function createWorkspace(cwd: string, textOf?: (fileName: string) => Text | undefined): Workspace {
  let finder = configurationFinder(cwd);
  let projects = new Map<Configuration, Project>();
  return {
    projectOf(fileName) {
      const configuration = finder.of(fileName);
      const project = projects.get(configuration) ?? createProject({ configuration, cwd, textOf });
      projects.set(configuration, project);
      return project;
    },
    reset() {
      finder = configurationFinder(cwd);
      projects = new Map();
    },
  };
}
