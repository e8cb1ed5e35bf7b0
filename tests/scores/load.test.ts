import { resolve } from "node:path";
import { expect, test } from "vitest";
import { load } from "./load.ts";

const folder = resolve(import.meta.dirname, "data/load");
const tables = async () => {
  const all = [];
  for await (const table of load.run(folder)) all.push(table);
  return all;
};

test("on a measured house the learned load beats yesterday, a week ago and the mean of the week, however far ahead", async () => {
  const [rolling, first, ...others] = await tables();
  expect(others).toEqual([]);
  const leads = [...new Set(rolling?.rows.map(({ lead }) => lead))];
  expect(leads).toEqual(["0-2 h", "2-24 h", "24-48 h", "at midnight, 24 h"]);
  for (const lead of leads) {
    const [ours, ...naive] = rolling?.rows.filter((row) => row.lead === lead) ?? [];
    expect(ours?.forecaster).toBe("learned");
    expect(naive.length).toBeGreaterThan(1);
    for (const { score } of naive) {
      expect(ours?.score.mae).toBeLessThan(score.mae);
      expect(ours?.score.pinball).toBeLessThan(score.pinball ?? Number.NaN);
    }
    expect(ours?.score.within).toBeGreaterThan(0.65);
    expect(ours?.score.within).toBeLessThan(0.9);
  }
  // And from the third day on the house that was only just begun beats the standard household.
  for (const lead of ["days 2-3", "days 4-7", "days 8-14"]) {
    const of = (name: string) =>
      first?.rows.find((row) => row.lead === lead && row.forecaster === name)?.score.mae ?? Number.NaN;
    expect(of("learned")).toBeLessThan(of("preset alone"));
    expect(of("learned")).toBeLessThan(of("as yesterday, else preset"));
  }
});
