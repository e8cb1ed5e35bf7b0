import { StoreError } from "../domain/errors.ts";

/** The SQLite binary is built for this version of Node-API; an older Node does not refuse to load it, it crashes without a word. */
const NEEDED_NODE_API = 10;

/** Throws StoreError that says what to do. */
export function demandNodeApi(version: string | undefined = process.versions["napi"]): void {
  if (Number(version ?? 0) >= NEEDED_NODE_API) return;
  throw new StoreError(
    `this Node (${process.version}) is too old for the database: use Node 22.14 or newer; npm start brings its own`,
  );
}
