import { configurationFinder, type Configuration } from "../project/configuration.ts";
import type { Witness } from "../cache/witness.ts";
import { plainDisk, witnessedDisk } from "../project/disk.ts";
import { createProject, type Project, type Text } from "./project.ts";

/** The projects below a directory, each made when one of its files is first asked for. */
export interface Workspace {
  projectOf(fileName: string): Project;
  /** Reads configurations anew. */
  reset(): void;
}

export interface WorkspaceInput {
  readonly cwd: string;
  /** Texts that count instead of what is on disk. */
  readonly textOf?: ((fileName: string) => Text | undefined) | undefined;
  /** Is told what answers are made from. */
  readonly witness?: Witness | undefined;
}

export function createWorkspace({ cwd, textOf, witness }: WorkspaceInput): Workspace {
  const disk = witness === undefined ? plainDisk : witnessedDisk(witness);
  let finder = configurationFinder(cwd, disk);
  let projects = new Map<Configuration, Project>();
  return {
    projectOf(fileName) {
      const configuration = finder.of(fileName);
      const project = projects.get(configuration) ?? createProject({ configuration, cwd, textOf, witness });
      projects.set(configuration, project);
      return project;
    },
    reset() {
      finder = configurationFinder(cwd, disk);
      projects = new Map();
    },
  };
}
