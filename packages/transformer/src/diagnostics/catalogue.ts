import { languageEntries } from "./language.ts";

/** Every diagnostic there is, by name. */
export const catalogue = { ...languageEntries };
