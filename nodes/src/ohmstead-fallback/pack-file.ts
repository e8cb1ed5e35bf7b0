import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { FallbackPack } from "@ohmstead/contract";

/** The pack on disk; undefined when there is none. Throws on one that cannot be read as a pack. */
export async function readPack(path: string): Promise<FallbackPack | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return FallbackPack.parse(JSON.parse(text));
}

/** A power cut leaves the old pack or the new one, never half of one. */
export async function writePack(path: string, pack: FallbackPack): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  await writeFile(draft, JSON.stringify(pack), { mode: 0o600, flush: true });
  await rename(draft, path);
}
