import { first } from "./0001-first.ts";

/** In order of their numbers; one that has been released is never changed, only followed. */
export const migrations: readonly string[] = [first];
