import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's own folder: this file is two levels below `optimizer`, built or not. */
export const projectFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

export const inProject = (...parts: string[]): string => join(projectFolder, ...parts);

export const newToken = (): string => randomBytes(32).toString("base64url");

/** The secret in that file, readable by its owner alone; made at the first call. */
export function tokenIn(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, newToken(), { mode: 0o600 });
  }
  return readFileSync(path, "utf8").trim();
}
