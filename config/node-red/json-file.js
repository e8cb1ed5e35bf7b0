import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export const textOf = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Undefined when there is no such file. */
export async function readJson(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error instanceof SyntaxError ? new Error(`${path} is not JSON: ${error.message}`, { cause: error }) : error;
  }
}

/** Written beside and renamed: a power cut leaves the old file or the new one. */
export async function replaceJson(path, value) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, textOf(value), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
