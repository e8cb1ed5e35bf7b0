import { BatteryConfig, EvConfig, HomeConfig, HouseholdProblem } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { z } from "zod";
import { ConfigError, InputError } from "./errors.ts";
import { parseConfig, parseInput } from "./parse-config.ts";

function refusal(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("was not refused");
}

const battery = {
  id: "battery",
  capacityKwh: 10,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  sensors: { soc: "sensor.soc", power: "sensor.power" },
};
const car = {
  id: "car",
  capacityKwh: 60,
  maxChargeKw: 11,
  sensors: { soc: "sensor.car", power: "sensor.charger" },
};
const home = {
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "open-meteo" } },
  meters: { gridPower: "sensor.grid" },
  batteries: [battery],
};

test("what is left away is said to be needed, and as what", () => {
  const { soc: _, ...sensors } = battery.sensors;
  const { capacityKwh: __, ...rest } = battery;
  const message = refusal(() =>
    parseConfig(HomeConfig, { ...home, batteries: [{ ...rest, sensors }] }, "h.yaml"),
  ).message;
  expect(message).toContain("batteries[0].capacityKwh: is needed: a number");
  expect(message).toContain("batteries[0].sensors.soc: is needed: a text");
});

test.each([
  ["at the top", { ...home, curency: "EUR" }, 'curency: is not a known key; did you mean "currency"?'],
  [
    "in a device",
    { ...home, batteries: [{ ...battery, capacitykWh: 9 }] },
    'batteries[0].capacitykWh: is not a known key; did you mean "capacityKwh"?',
  ],
  [
    "behind a default",
    { ...home, planning: { horizonHour: 24 } },
    'planning.horizonHour: is not a known key; did you mean "horizonHours"?',
  ],
  [
    "in one of several forms",
    { ...home, meters: { gridPower: { source: "sensor.grid", invertt: true } } },
    'meters.gridPower.invertt: is not a known key; did you mean "invert"?',
  ],
  [
    "in a list within a list",
    {
      ...home,
      evs: [
        {
          ...car,
          goals: [
            { soc: 0.8, at: "07:00" },
            { soc: 0.8, att: "07:00", at: "07:00" },
          ],
        },
      ],
    },
    'evs[0].goals[1].att: is not a known key; did you mean "at"?',
  ],
  [
    "behind something optional",
    { ...home, batteries: [{ ...battery, taper: { fromSoc: 0.8, endKw: 1, fromSOC: 1 } }] },
    'batteries[0].taper.fromSOC: is not a known key; did you mean "fromSoc"?',
  ],
  [
    "in one of several forms, deep in a list",
    { ...home, evs: [{ ...car, sensors: { ...car.sensors, soc: { source: "sensor.car", staleMinutes: 9 } } }] },
    'evs[0].sensors.soc.staleMinutes: is not a known key; did you mean "staleAfterMinutes"?',
  ],
  [
    "that was right in an older version",
    { ...home, heatPumps: [{ id: "pump", zoneId: "living", maxPowerKw: 3, sensors: { power: "sensor.pump" } }] },
    'heatPumps[0].zoneId: is not a known key; did you mean "zoneIds"?',
  ],
])("a misspelt key %s is refused with the nearest match", (_, raw, line) => {
  const error = refusal(() => parseConfig(HomeConfig, raw, "home.yaml"));
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.message).toContain(line);
  expect(error.message).toContain("home.yaml cannot be used");
});

test("a unit that looks wrong is questioned, and every complaint is told at once", () => {
  const error = refusal(() =>
    parseConfig(BatteryConfig, { ...battery, capacityKwh: 10_200, minSoc: 15 }, "the battery"),
  );
  expect(error.message).toContain("capacityKwh: looks like Wh: write kWh, for example 10.2");
  expect(error.message).toContain("minSoc:");
});

test.each([
  [
    "a day that is none",
    { goals: [{ soc: 0.8, at: "07:00", days: ["monday"] }] },
    "goals[0].days[0]: write days as mon, tue",
  ],
  ["a time that is none", { goals: [{ soc: 0.8, at: "7:00" }] }, "goals[0].at: write a local time in quotes, such as"],
  ["percent for a share", { goals: [{ soc: 80, at: "07:00" }] }, "goals[0].soc: looks like percent: write a share"],
])("%s is refused with what to write instead", (_, more, line) => {
  expect(refusal(() => parseConfig(EvConfig, { ...car, ...more }, "the car")).message).toContain(line);
});

test("what was meant is taken from the form that got furthest", () => {
  const schema = z.strictObject({ price: z.union([z.number(), z.strictObject({ perKwh: z.number() })]) });
  const error = refusal(() => parseInput(schema, { price: { perKwh: "much" } }, "the tariff"));
  expect(error).toBeInstanceOf(InputError);
  expect(error).toHaveProperty("errors", [expect.objectContaining({ field: "price.perKwh" })]);
});

const problem = {
  currency: "EUR",
  slots: [
    { startMs: 0, hours: 1 },
    { startMs: 3_600_000, hours: 1 },
  ],
  importPricePerKwh: [0.2, 0.3],
  exportPricePerKwh: [0, 0],
  baseLoadKw: [1, 1],
  outdoorTempC: [5, 5],
};
const tank = {
  id: "tank",
  tempC: 50,
  heatCapacityKwhPerK: 0.3,
  heatLossKwPerK: 0.002,
  drawKw: [0, 0],
  minTempC: [45, 45],
};

test.each([
  ["a series of another length", { baseLoadKw: [1] }, "baseLoadKw", "has 1 values, but there are 2 slots"],
  [
    "a gap between slots",
    { slots: [problem.slots[0], { startMs: 7_200_000, hours: 1 }] },
    "slots[1].startMs",
    "does not begin where the slot before it ends",
  ],
  ["not a number", { importPricePerKwh: [0.2, Number.NaN] }, "importPricePerKwh[1]", "NaN"],
  ["cents for currency", { importPricePerKwh: [24.5, 99] }, "importPricePerKwh[1]", "looks like cents"],
  ["one name for two devices", { tanks: [tank, tank] }, "tanks[1].id", "already the name of a device in tanks"],
  [
    "a heater without its tank",
    { tanks: [tank], immersionHeaters: [{ id: "rod", tankId: "tnak", powerKw: 2 }] },
    "immersionHeaters[0].tankId",
    'there is no "tnak" in tanks; there are: tank',
  ],
  [
    "limits the wrong way round",
    { batteries: [{ id: "b", capacityKwh: 5, soc: 0.5, minSoc: 0.9, maxSoc: 0.2, maxChargeKw: 1, maxDischargeKw: 1 }] },
    "batteries[0].minSoc",
    "0.9 must be below maxSoc 0.2",
  ],
])("a household problem with %s is refused by the name of the field", (_, parts, field, message) => {
  const error = refusal(() => parseInput(HouseholdProblem, { ...problem, ...parts }, "the problem"));
  expect(error).toHaveProperty(
    "errors",
    expect.arrayContaining([{ field, message: expect.stringContaining(message) }]),
  );
});
