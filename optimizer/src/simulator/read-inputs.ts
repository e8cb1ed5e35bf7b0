import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCsvSeries } from "../domain/csv-series.ts";
import { InputError } from "../domain/errors.ts";
import type { HouseInputs, Sample } from "./physics/surroundings.ts";

/** `blank` stands for an empty cell; without it such a row is left out. */
function samplesOf(folder: string, file: string, column: string, factor: number, blank?: number): Sample[] {
  const path = join(folder, file);
  const samples = parseCsvSeries(readFileSync(path, "utf8"), path).flatMap(({ startMs, values }) => {
    const value = values[column] ?? blank;
    return value === undefined ? [] : [{ startMs, value: value * factor }];
  });
  if (samples.length === 0)
    throw new InputError(`${path} has no value in column ${column}`, [{ field: column, message: "has no value" }]);
  return samples;
}

/** The recorded days of a folder: prices.csv, weather.csv and house.csv. Throws InputError, or the file system's error. */
export const readHouseInputs = (folder: string): HouseInputs => ({
  spotPrices: samplesOf(folder, "prices.csv", "price_eur_per_mwh_ex_vat", 0.001),
  outdoorTempsC: samplesOf(folder, "weather.csv", "temp_100968_c", 1),
  baseLoadsKw: samplesOf(folder, "house.csv", "load_w", 0.001),
  // Its recorder wrote down changes only, so at night there is nothing.
  pvKw: samplesOf(folder, "house.csv", "pv_w", 0.001, 0),
});
