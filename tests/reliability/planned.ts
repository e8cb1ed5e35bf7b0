/** Rows whose rehearsal is still to be written, with what it will be. */
export const PLANNED: ReadonlyMap<string, string> = new Map();
