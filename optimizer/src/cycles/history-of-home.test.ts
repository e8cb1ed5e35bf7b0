import { expect, test } from "vitest";
import { InputError } from "../domain/errors.ts";
import { openStore } from "../store/store.ts";
import type { Signal } from "../telemetry/signals.ts";
import { historyOfHome, type HistoryQuery } from "./history-of-home.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const signal = (id: string): Signal => ({
  id,
  source: `sensor.${id}`,
  quantity: "power",
  invert: false,
  staleAfterMs: 30 * MINUTE,
  min: -100,
  max: 100,
});
const SIGNALS = [signal("grid.powerKw"), signal("roof.powerKw")];

/** A reading every ten minutes: the hour of the UTC day. */
function house(fromMs: number, hours: number) {
  const store = openStore(":memory:");
  store.readings.save(
    Array.from({ length: hours * 6 }, (_, k) => ({
      signal: "roof.powerKw",
      atMs: fromMs + k * 10 * MINUTE,
      value: Math.floor(k / 6) % 24,
    })),
  );
  return store;
}
const ask = (
  store: ReturnType<typeof house>,
  nowMs: number,
  query: Partial<HistoryQuery>,
  timeZone = "Europe/Helsinki",
) =>
  historyOfHome(
    { readings: store.readings, signals: SIGNALS, timeZone, nowMs },
    { signals: ["roof.powerKw"], step: "15m", ...query },
  );

const NIGHT = Date.UTC(2024, 0, 5);

test("the last day by quarter-hour is what is told when nothing else is asked for", async () => {
  const store = house(NIGHT - 24 * HOUR, 48);
  const { fromMs, untilMs, series } = await ask(store, NIGHT + 22 * MINUTE, {});
  expect({ fromMs, untilMs }).toEqual({ fromMs: NIGHT - 24 * HOUR + 15 * MINUTE, untilMs: NIGHT + 22 * MINUTE });
  expect(series[0]?.points).toHaveLength(97);
  expect(series[0]?.points?.[3]).toEqual({
    startMs: NIGHT - 23 * HOUR,
    mean: 1,
    min: 1,
    max: 1,
    coverage: 1,
    quality: "measured",
  });
});

test("raw readings come as they are, with how far they may be believed", async () => {
  const store = house(NIGHT, 1);
  store.readings.save([{ signal: "roof.powerKw", atMs: NIGHT + 5 * MINUTE, value: 7, quality: "uncertain" }]);
  const query = { step: "raw", fromMs: NIGHT, untilMs: NIGHT + 10 * MINUTE } as const;
  expect((await ask(store, NIGHT + HOUR, query)).series).toEqual([
    {
      signal: "roof.powerKw",
      readings: [
        { atMs: NIGHT, value: 0, quality: "good" },
        { atMs: NIGHT + 5 * MINUTE, value: 7, quality: "uncertain" },
      ],
    },
  ]);
});

test("where nothing was read no value is told", async () => {
  const store = house(NIGHT, 1);
  const { series } = await ask(store, NIGHT + 12 * HOUR, { step: "1h", signals: ["grid.powerKw", "roof.powerKw"] });
  expect(series.map((each) => each.signal)).toEqual(["grid.powerKw", "roof.powerKw"]);
  expect(series[0]?.points).toEqual([]);
  expect(series[1]?.points?.at(-1)).toEqual({ startMs: NIGHT + 11 * HOUR, coverage: 0, quality: "unknown" });
});

test.each([
  ["Europe/London", "2024-03-31", 23],
  ["Europe/Helsinki", "2024-10-27", 25],
  ["Australia/Sydney", "2024-10-06", 23],
  ["Asia/Kathmandu", "2024-06-01", 24],
])("E15 a day in %s is a day of its calendar: %s has %i hours", async (timeZone, day, hours) => {
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  const store = house(noonMs - 48 * HOUR, 96);
  const query = { step: "1d", fromMs: noonMs - 36 * HOUR, untilMs: noonMs + 40 * HOUR } as const;
  const { series } = await ask(store, noonMs + 48 * HOUR, query, timeZone);
  const starts = series[0]?.points?.map(({ startMs }) => startMs) ?? [];
  const local = (ms: number): string =>
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(ms);
  const k = starts.findIndex((ms) => local(ms) === `${day} 00:00`);
  expect((starts[k + 1] ?? 0) - (starts[k] ?? 0)).toBe(hours * HOUR);
  for (const ms of starts) expect(local(ms)).toMatch(/ 00:00$/);
});

test.each<[field: string, query: Partial<HistoryQuery>, message: RegExp]>([
  [
    "signal",
    { signals: ["rof.powerKW"] },
    /"rof\.powerKW" is not known here; the nearest are roof\.powerKw, grid\.powerKw/,
  ],
  ["from", { fromMs: NIGHT, untilMs: NIGHT - HOUR }, /is not before until/],
  ["from", { step: "raw", fromMs: NIGHT - 8 * 24 * HOUR }, /more than 7 days of raw readings.+step=15m/],
  ["from", { step: "1h", fromMs: 0 }, /more than 36000 steps: ask for a shorter time/],
])("what cannot be answered names its field: %s", async (field, query, message) => {
  const asked = ask(house(NIGHT, 1), NIGHT + HOUR, query);
  await expect(asked).rejects.toThrow(InputError);
  await expect(asked).rejects.toThrow(message);
  await expect(asked).rejects.toMatchObject({ errors: [{ field }] });
});
