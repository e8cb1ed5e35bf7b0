import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { InputError } from "../domain/errors.ts";
import { checkForecast } from "./check-forecast.ts";

const NOW_MS = Date.UTC(2024, 5, 1, 12);
const config = {
  pvArrays: [
    { id: "roof", peakKw: 4, sensors: { power: { source: "sensor.pv", invert: false, staleAfterMinutes: 30 } } },
  ],
};
const slot = (hour: number, value: number, more: object = {}) => ({
  startMs: NOW_MS + hour * MS_PER_HOUR,
  hours: 1,
  value,
  ...more,
});
const sent = (more: object) =>
  checkForecast({ series: "pv/roof", unit: "kW", slots: [slot(0, 1)], ...more }, config, NOW_MS);

test("W and °F become kW and °C, in order of time, with the moment of issue", () => {
  expect(
    sent({ unit: "W", slots: [slot(1, 2000, { low: 500, high: 3000 }), slot(0, 1000)], issuedAtMs: NOW_MS - 1 }),
  ).toEqual({
    issuedAtMs: NOW_MS - 1,
    stretches: [
      { startMs: NOW_MS, endMs: NOW_MS + MS_PER_HOUR, value: 1 },
      { startMs: NOW_MS + MS_PER_HOUR, endMs: NOW_MS + 2 * MS_PER_HOUR, value: 2, low: 0.5, high: 3 },
    ],
  });
  expect(sent({ series: "outdoorTempC", unit: "°F", slots: [slot(0, 50)] })).toMatchObject({
    issuedAtMs: NOW_MS,
    stretches: [{ value: 10 }],
  });
});

test.each([
  {
    what: "an array that is not there",
    more: { series: "pv/barn" },
    field: "series",
    says: /there are: outdoorTempC, pv\/roof/,
  },
  { what: "a temperature in kW", more: { series: "outdoorTempC" }, field: "unit", says: /is sent in °C or °F/ },
  {
    what: "watts as kilowatts",
    more: { slots: [slot(0, 3200)] },
    field: "slots[0].value",
    says: /is 3200 kW.*is the unit right/,
  },
  {
    what: "the same slot twice",
    more: { slots: [slot(0, 1), slot(0, 1)] },
    field: "slots[1].startMs",
    says: /is there twice/,
  },
  {
    what: "slots that overlap",
    more: { slots: [slot(0, 1), slot(0.5, 1)] },
    field: "slots[1].startMs",
    says: /lies within slots\[0\]/,
  },
  {
    what: "seconds for milliseconds",
    more: { slots: [{ startMs: NOW_MS / 1000, hours: 1, value: 1 }] },
    field: "slots[0].startMs",
    says: /epoch milliseconds/,
  },
  { what: "an issue to come", more: { issuedAtMs: NOW_MS + MS_PER_HOUR }, field: "issuedAtMs", says: /in the future/ },
  {
    what: "an issue of last week",
    more: { issuedAtMs: NOW_MS - 100 * MS_PER_HOUR },
    field: "issuedAtMs",
    says: /more than three days ago/,
  },
  {
    what: "a P10 above the middle",
    more: { slots: [slot(0, 1, { low: 2 })] },
    field: "slots[0].low",
    says: /is above value/,
  },
  {
    what: "a P90 below it",
    more: { slots: [slot(0, 1, { high: 0.5 })] },
    field: "slots[0].high",
    says: /is below value/,
  },
])("E10 refuses $what, and names the field", ({ more, field, says }) => {
  const check = () => sent(more);
  expect(check).toThrow(InputError);
  expect(check).toThrow(says);
  try {
    check();
  } catch (error) {
    expect((error as InputError).errors.map((each) => each.field)).toEqual([field]);
  }
});
