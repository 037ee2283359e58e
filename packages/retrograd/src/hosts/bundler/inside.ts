/** The compiler, which is loaded when the first marked module comes. It is published in one file with all that it needs: scripts/bundleHosts.mjs. */
export { createWorkspace } from "../../inMemory/workspace.ts";
