import { MS_PER_HOUR, TariffShape } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { z } from "zod";
import { localClock, minuteOfDay } from "../domain/local-time.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { tariffAt } from "../domain/tariff-shape.ts";
import { defineSource, type Unnamed } from "./source.ts";

const { importPerKwh, exportPerKwh } = TariffShape.shape;

const facts = {
  region: "everywhere",
  credentials: "none",
  rateLimit: "none: it stands in the config",
  test: "config-tariffs.test.ts",
};

/** One price at all times, known eight days ahead. */
export const fixedTariff = defineSource(
  "fixed",
  { ...facts, title: "A fixed price in the config", step: "none" },
  z.strictObject({
    kind: z.literal("fixed"),
    importPerKwh: importPerKwh.describe("what a kWh costs, for example 0.32"),
    exportPerKwh: exportPerKwh.describe("what a fed-in kWh earns; 0 when it is not said"),
  }),
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 60,
    fetch: async (nowMs) => slotsOfTariff({ ...config, times: [] }, nowMs, deps.timeZone ?? "UTC"),
  }),
);

/** Prices by the clock on the wall, the day of the week and the season, known eight days ahead. */
export const timeOfUseTariff = defineSource(
  "time-of-use",
  { ...facts, title: "Prices by time of day in the config", step: "that of its times" },
  z.strictObject({
    kind: z.literal("time-of-use"),
    importPerKwh: importPerKwh.describe("what a kWh costs at all other times, so that none is without a price"),
    exportPerKwh: exportPerKwh.describe("what a fed-in kWh earns at all other times; 0 when it is not said"),
    times: TariffShape.shape.times
      .unwrap()
      .describe(
        "each with from, until, days, months (of the day on which it begins; what is left away is always) and importPerKwh, exportPerKwh or both; of several that hold the last counts",
      ),
  }),
  (config, deps): Unnamed<readonly SpotSlot[]> => ({
    refreshMinutes: 60,
    fetch: async (nowMs) => slotsOfTariff(config, nowMs, deps.timeZone ?? "UTC"),
  }),
);

const DAYS_AHEAD = 8;
const NOON = 720;

/**
 * Slots from the beginning of yesterday to eight days ahead, cut where the price changes and at the wall's midnight and noon, so that they
 * are the same whenever they are asked for. Every hour counts once, also one that the clocks repeat.
 */
function slotsOfTariff(tariff: TariffShape, nowMs: number, timeZone: string): SpotSlot[] {
  const clock = localClock(timeZone);
  const priceAt = tariffAt(tariff, clock);
  const today = DateTime.fromMillis(nowMs, { zone: timeZone }).startOf("day");
  const untilMs = today.plus({ days: DAYS_AHEAD }).toMillis();
  // Every zone's offset is a multiple of a quarter-hour; the tariff's times need not be.
  const isByQuarter = tariff.times.every(({ from, until }) =>
    [from, until].every((time) => minuteOfDay(time) % 15 === 0),
  );
  const stepMs = (isByQuarter ? 15 : 1) * MS_PER_MINUTE;
  const slots: SpotSlot[] = [];
  for (let startMs = today.minus({ days: 1 }).toMillis(); startMs < untilMs; startMs += stepMs) {
    const price = priceAt(startMs);
    const before = slots.at(-1);
    const isSame = before?.importPerKwh === price.importPerKwh && before.exportPerKwh === price.exportPerKwh;
    if (before && isSame && clock(startMs).minuteOfDay % NOON !== 0)
      slots[slots.length - 1] = { ...before, hours: (startMs + stepMs - before.startMs) / MS_PER_HOUR };
    else slots.push({ startMs, hours: stepMs / MS_PER_HOUR, ...price });
  }
  return slots;
}
