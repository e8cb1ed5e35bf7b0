import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCarriedFile } from "./carried-file.ts";

let folder: string;
let path: string;
const warnings: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-carried-"));
  path = join(folder, "data", "carried-commands.json");
  warnings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (at: string | undefined = path) => createCarriedFile(at, (text) => void warnings.push(text));

const report = { id: "c1:1:failed", type: "failed", attempt: 1, atMs: 5, detail: "no" } as const;
const over = { key: "c1#1", reports: [{ commandId: "c1", report }] };
const begun = { key: "c2#1", reports: [] };

test("what was written is read again, by its owner alone", () => {
  file().write([over, begun]);
  expect(file().read()).toEqual([over, begun]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("the newest are kept", () => {
  file().write(Array.from({ length: 500 }, (_, n) => ({ key: `c${n}#1`, reports: [] })));
  const kept = file().read();
  expect(kept).toHaveLength(200);
  expect(kept.at(-1)?.key).toBe("c499#1");
});

test.each(["", "{", "{}", "null", '[{"key":1}]', '[{"key":"c1#1"}]', "[7,null]"])(
  "half a file, or one that is none, counts as nothing: %s",
  (text) => {
    file().write([]);
    writeFileSync(path, text);
    expect(file().read()).toEqual([]);
  },
);

test("a report that cannot be read is left away: its attempt had begun", () => {
  file().write([over]);
  writeFileSync(path, readFileSync(path, "utf8").replace('"failed"', '"vanished"'));
  expect(file().read()).toEqual([{ key: "c1#1", reports: [] }]);
});

test("without a place to write it is said once, and commands are carried all the same", () => {
  writeFileSync(join(folder, "data"), "a file where the folder should be");
  const broken = file();
  broken.write([begun]);
  broken.write([begun]);
  expect(warnings).toHaveLength(1);
  expect(broken.read()).toEqual([]);
  expect(createCarriedFile(undefined, () => undefined).read()).toEqual([]);
});
