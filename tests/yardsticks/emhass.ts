// EMHASS: the folder holds config_defaults.json and result tables (opt_res*.csv, recognised by their columns). The measured house of its battery
// study is a CSV with the columns time_utc and load_w in the same folder, or in load_pv beside the folder's parent (../../load_pv), where our
// data keep it; it counts when it covers the study's fourteen days. The folder may also be that of the house: the configuration is then looked
// for in ../replay/emhass.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseCsvSeries } from "../../optimizer/src/domain/csv-series.ts";
import { readCsv } from "./csv-table.ts";
import type { EmhassConfig } from "./emhass-config.ts";
import { compareDay, isResultTable } from "./emhass-day.ts";
import { compareHouse, houseOf, stepsOf } from "./emhass-house.ts";
import type { Family, Verdict } from "./family.ts";

const STUDY_STEPS = 672;

function tablesIn(folder: string): { readonly file: string; readonly text: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .filter((file) => file.endsWith(".csv"))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
}

function configIn(folder: string): string {
  const places = [folder, join(folder, "..", "replay", "emhass")].map((each) => join(each, "config_defaults.json"));
  const found = places.find((each) => existsSync(each));
  if (found === undefined) throw new Error(`there is no configuration: neither ${places.join(" nor ")}`);
  return found;
}

export const emhass: Family = {
  name: "emhass",
  tolerance:
    "day-ahead cost within 1e-6, relative, or cheaper by no more than the published solver's gap; the house without battery and with perfect foresight to four printed digits; the closed loop at or below 79.71",
  async *run(folder, { solver }): AsyncGenerator<Verdict> {
    const config = JSON.parse(readFileSync(configIn(folder), "utf8")) as EmhassConfig;
    const own = tablesIn(folder);
    for (const { file, text } of own) {
      const table = readCsv(text);
      if (!isResultTable(table)) continue;
      try {
        yield await compareDay(file, table, config, solver);
      } catch (error) {
        yield { name: file, ours: "-", published: "-", difference: "-", pass: false, detail: (error as Error).message };
      }
    }
    for (const { file, text } of [...own, ...tablesIn(join(folder, "..", "..", "load_pv"))]) {
      if (!/^time_utc,(.*,)?load_w(,|\r?\n)/.test(text)) continue;
      const house = houseOf(parseCsvSeries(text, file), config);
      if (stepsOf(house).length === STUDY_STEPS) yield* compareHouse(file, house, solver);
    }
  },
};
