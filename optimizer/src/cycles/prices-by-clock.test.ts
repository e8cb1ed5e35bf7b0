import { HomeConfig, MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { knownPrices } from "../forecasts/price-ladder.ts";
import { pricedGrid } from "../forecasts/priced-grid.ts";
import { openStore } from "../store/store.ts";
import { createSourceAsker } from "./ask-sources.ts";
import { createPriceDesk } from "./price-desk.ts";

const FEE = 0.5;
/** Night by the clock on the wall. */
const isNight = (ms: number, zone: string) => {
  const time = DateTime.fromMillis(ms, { zone }).toFormat("HH:mm");
  return time >= "22:00" || time < "02:30";
};
/** Each hour of the day by another step, each slot with a price of its own. */
function mixedDay(startMs: number, hours: number): SpotSlot[] {
  const steps = [1, 0.5, 0.25];
  return Array.from({ length: hours }, (_, hour) => {
    const step = steps[hour % 3] ?? 1;
    return Array.from({ length: 1 / step }, (_slot, k) => ({
      startMs: startMs + (hour + k * step) * MS_PER_HOUR,
      hours: step,
      importPerKwh: 0.1 + hour / 100 + k / 1000,
    }));
  }).flat();
}
const timesCovered = (slots: readonly Slot[], quarterMs: number): number =>
  slots.filter((slot) => slot.startMs <= quarterMs && quarterMs < slotEndMs(slot)).length;
const priceOf = (slots: readonly SpotSlot[], ms: number): number =>
  slots.find((slot) => slot.startMs <= ms && ms < slotEndMs(slot))?.importPerKwh ?? Number.NaN;

const NIGHTS = [
  { zone: "Europe/London", day: "2024-03-31", quarters: 92 },
  { zone: "Europe/London", day: "2024-10-27", quarters: 100 },
  { zone: "Europe/London", day: "2024-06-15", quarters: 96 },
  { zone: "Europe/Helsinki", day: "2024-03-31", quarters: 92 },
  { zone: "Europe/Helsinki", day: "2024-10-27", quarters: 100 },
  { zone: "Europe/Helsinki", day: "2024-06-15", quarters: 96 },
  { zone: "Australia/Sydney", day: "2024-10-06", quarters: 92 },
  { zone: "Australia/Sydney", day: "2024-04-07", quarters: 100 },
  { zone: "Australia/Sydney", day: "2024-06-15", quarters: 96 },
];

test.each(NIGHTS)(
  "E13 $day in $zone: $quarters quarter-hours from the source's answer of mixed steps to the planning grid, each once and at its price",
  async ({ zone, day, quarters }) => {
    const start = DateTime.fromISO(day, { zone });
    const [startMs, endMs] = [start.toMillis(), start.plus({ days: 1 }).toMillis()];
    const hours = (endMs - startMs) / MS_PER_HOUR;
    expect(hours * 4).toBe(quarters);
    const answer = mixedDay(startMs, hours);
    const store = openStore(":memory:");
    const clock = { nowMs: () => startMs };
    const quiet = { info: () => undefined, warn: () => undefined };
    await createPriceDesk({
      config: HomeConfig.parse({
        timeZone: zone,
        currency: "EUR",
        prices: {
          source: { kind: "push" },
          import: { gridFees: [{ from: "22:00", until: "02:30", perKwh: FEE }] },
        },
        weather: { source: { kind: "csv" } },
        meters: { gridPower: "sensor.grid" },
      }),
      sources: [{ kind: "mixed", name: "mixed", refreshMinutes: 60, fetch: async () => answer }],
      asker: createSourceAsker({ clock, logger: quiet }),
      store,
      clock,
      say: (message) => expect(message).toBe("nothing"),
    }).refresh();
    const stored = knownPrices(store.prices.opinions(startMs, endMs), { order: ["mixed"], nowMs: startMs });
    store.close();
    const grid = pricedGrid(startMs, hours, stored);
    const starts = Array.from({ length: quarters }, (_, k) => startMs + k * QUARTER_MS);
    for (const quarterMs of starts) {
      expect(timesCovered(answer, quarterMs)).toBe(1);
      expect(timesCovered(stored, quarterMs)).toBe(1);
      expect(timesCovered(grid?.slots ?? [], quarterMs)).toBe(1);
      const expected = priceOf(answer, quarterMs) + (isNight(quarterMs, zone) ? FEE : 0);
      const place = grid?.slots.findIndex((slot) => slot.startMs <= quarterMs && quarterMs < slotEndMs(slot)) ?? -1;
      expect(grid?.importPricePerKwh[place]).toBeCloseTo(expected, 9);
    }
    expect(stored.reduce((sum, slot) => sum + slot.hours * 4, 0)).toBeCloseTo(quarters, 9);
    expect((grid?.slots ?? []).reduce((sum, slot) => sum + slot.hours * 4, 0)).toBeCloseTo(quarters, 9);
  },
);
