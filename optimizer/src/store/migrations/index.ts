import { first } from "./0001-first.ts";
import { solveSettings } from "./0002-solve-settings.ts";

/** In order of their numbers; one that has been released is never changed, only followed. */
export const migrations: readonly string[] = [first, solveSettings];
