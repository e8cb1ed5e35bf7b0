import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FallbackPack } from "@ohmstead/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPack, writePack } from "./pack-file.ts";

const pack: FallbackPack = {
  formatVersion: 1,
  planId: "plan-1",
  createdAtMs: 1,
  planValidUntilMs: 2,
  cycleMs: 300_000,
  prices: [],
  devices: [],
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ohmstead-pack-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("what is written is read again, and nothing else is left behind", async () => {
  const path = join(folder, "deep", "pack.json");
  await writePack(path, pack);
  await writePack(path, { ...pack, planId: "plan-2" });
  expect(await readPack(path)).toEqual({ ...pack, planId: "plan-2" });
  expect(await readdir(join(folder, "deep"))).toEqual(["pack.json"]);
});

test("no file is no pack", async () => {
  expect(await readPack(join(folder, "none.json"))).toBeUndefined();
});

test.each([
  ["{", /JSON/],
  ["{}", /formatVersion/],
])("a file of %o is refused, not guessed at", async (text, complaint) => {
  const path = join(folder, "pack.json");
  await writeFile(path, text);
  await expect(readPack(path)).rejects.toThrow(complaint);
});
