import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pv } from "./pv.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-scores-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOUR_MS = 3_600_000;
const fromMs = Date.UTC(2024, 2, 1);

/** Hours of a triangular day of 4 kW, each day as much of it as is said. */
function writeHouse(name: string, shareOfDay: (day: number) => number): void {
  const rows = Array.from({ length: 24 * 61 }, (_, k) => {
    const hour = k % 24;
    const watts = Math.max(0, 4000 - 700 * Math.abs(12 - hour)) * shareOfDay(Math.floor(k / 24));
    return `${new Date(fromMs + k * HOUR_MS).toISOString()},${watts === 0 ? "" : watts}`;
  });
  writeFileSync(join(folder, name), `time_utc,pv_w\n${rows.join("\n")}\n`);
}

const tables = async () => {
  const all = [];
  for await (const table of pv.run(folder)) all.push(table);
  return all;
};

test("days that are all alike are forecast without error, in kW, in the held-out month only", async () => {
  writeHouse("alike.csv", () => 1);
  writeFileSync(join(folder, "prices.csv"), "time_utc,price\n2024-03-01T00:00:00Z,1\n");
  const [table, ...others] = await tables();
  expect(others).toEqual([]);
  expect(table?.title).toContain("peak 4 kW");
  expect(table?.rows.map(({ score }) => score.mae)).toEqual(table?.rows.map(() => expect.closeTo(0, 9)));
  // April, eight issues a day, eleven hours of daylight: each hour is ahead of one issue by 0 to 3 h.
  expect(table?.rows.find(({ lead }) => lead === "0-3 h")?.score.count).toBe(30 * 11);
});

test("a day that is twice as bright as the one before costs yesterday dearly, and more than the mean of the week", async () => {
  rmSync(join(folder, "alike.csv"));
  writeHouse("turns.csv", (day) => 0.5 + 0.5 * (day % 2));
  const [table] = await tables();
  const of = (name: string, hours: string) =>
    table?.rows.find(({ forecaster, lead }) => forecaster === name && lead === hours)?.score.mae ?? Number.NaN;
  expect(of("as yesterday", "12-24 h")).toBeGreaterThan(1.5 * of("mean of last week", "12-24 h"));
  expect(of("learned", "0-3 h")).toBeLessThan(of("learned", "12-24 h"));
});
