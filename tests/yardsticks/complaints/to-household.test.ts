import { HouseholdProblem } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { parseInput } from "../../../optimizer/src/domain/parse-config.ts";
import type { PlanningInput } from "./case-file.ts";
import { configPath } from "./config-path.ts";
import { ourHeatCapacity, usualHours } from "./euler.ts";
import { createNames } from "./names.ts";
import { after, BATTERY, CAR, inputOf, NOON_MS, ROOM } from "./testing/examples.ts";
import { toHousehold, withWorthBeyond } from "./to-household.ts";
import { settingsOf, withUserSettings } from "./user-settings.ts";

const translate = (input: PlanningInput) => {
  const names = createNames();
  const translated = toHousehold(input, names);
  const problem = parseInput(HouseholdProblem, JSON.parse(JSON.stringify(translated.config)), "the problem");
  return { ...translated, names, problem };
};
const TANK = {
  id: "Boiler 1",
  heatCapacityKwhPerK: 0.3,
  heatLossKwPerK: 0.002,
  startTempC: 50,
  minTempC: 45,
  maxTempC: 65,
  ambientTempC: 18,
  heater: { id: "Boiler 1.heater", maxKw: 3, onOff: true },
};

describe("a case as our problem", () => {
  test("has our names and units, and no default that the case does not give", () => {
    const { problem } = translate(inputOf({ batteries: [{ ...BATTERY, wearPricePerKwh: undefined }], evs: [CAR] }));
    expect(problem.batteries[0]).toMatchObject({ soc: 0.5, wearPricePerKwh: 0, endValuePerKwh: 0.2, minChargeKw: 0 });
    expect(problem.evs[0]).toMatchObject({ minSoc: 0, wearPricePerKwh: 0, maxDischargeKw: 0, chargeEfficiency: 1 });
    expect(problem.evs[0]?.endValuePerKwh).toBe(0);
    expect(problem.pvArrays).toEqual([{ id: "pv", forecastKw: [0, 0, 0, 0], curtailable: false }]);
    expect(problem.slots.map((slot) => slot.startMs - NOON_MS)).toEqual([0, 3_600_000, 7_200_000, 10_800_000]);
  });

  test("limits powers in every slot that a span touches", () => {
    const powerLimits = [
      { from: after(1), until: after(2.5), kw: 0.9 },
      { from: after(2), until: after(3), kw: 0 },
    ];
    const { problem } = translate(inputOf({ batteries: [{ ...BATTERY, powerLimits, maxDischargeKw: 2 }] }));
    expect(problem.batteries[0]?.chargeLimitKw).toEqual([4, 0.9, 0, 4]);
    expect(problem.batteries[0]?.dischargeLimitKw).toEqual([2, 0.9, 0, 2]);
  });

  test("knows a car only in slots in which it is there all the time", () => {
    const car = { ...CAR, connectedFrom: after(0.5), connectedUntil: after(3) };
    expect(translate(inputOf({ evs: [car] })).problem.evs[0]?.connected).toEqual([false, true, true, false]);
  });

  test("heats rooms and tanks with heat pumps", () => {
    const room = { ...ROOM, id: "Den", minTempC: [19, 20, 20, 19], heater: { ...ROOM.heater, lagHours: 1 } };
    const input = inputOf({ rooms: [room], tanks: [TANK], columns: { outdoorTempC: [1, 2, 3, 4] } });
    const { problem, names } = translate(input);
    expect(problem.zones[0]).toMatchObject({ comfortMinTempC: [19, 20, 20, 19], comfortMaxTempC: [23, 23, 23, 23] });
    expect(problem.heatPumps).toMatchObject([
      { zoneIds: [names.ours("Den")], minPowerKw: 0, lagHours: 1, copSpace: [3, 3, 3, 3] },
      { zoneIds: [], tankId: names.ours("Boiler 1"), minPowerKw: 3, maxPowerKw: [3, 3, 3, 3], copWater: [1, 1, 1, 1] },
    ]);
    expect(names.theirs(problem.heatPumps[0]?.id ?? "")).toBe("den.heater");
    expect(problem.outdoorTempC).toEqual([1, 2, 3, 4]);
  });

  test("says what has no place in it", () => {
    expect(() => translate(inputOf({ tanks: [{ ...TANK, heater: { ...TANK.heater, lagHours: 1 } }] }))).toThrow(
      /Boiler 1.heater.lagHours/,
    );
    expect(() => translate(inputOf({ readings: { "roof.snow": { value: 1, at: after(0) } } }))).toThrow(/"roof.snow"/);
  });

  test("names what it had to assume", () => {
    const input = inputOf({
      batteries: [{ ...BATTERY, startSoc: null }],
      columns: { loadKw: [1, null, 1, 1], pvKw: [-0.1, 0, 0, 0], importPricePerKwh: [0.3, 0.3, 0.3, null] },
      readings: { "battery.soc": { value: null, at: after(0) } },
    });
    const { unmet, assumed, problem } = translate(input);
    expect(unmet.map((each) => each.subject)).toEqual([
      "slots.importPricePerKwh",
      "slots.loadKw",
      "slots.pvKw",
      "readings.battery.soc",
    ]);
    expect(assumed).toMatchObject({
      startSoc: { battery: 0.1 },
      slots: { loadKw: { 1: 1 }, pvKw: { 0: 0 }, importPricePerKwh: { 3: expect.closeTo(0.3, 9) } },
    });
    expect(problem.batteries[0]).toMatchObject({ soc: 0.1, mayChargeFromGrid: false, mayExport: false });
  });

  test("states a start that was read and believed, without a complaint", () => {
    const { unmet, assumed } = translate(
      inputOf({
        batteries: [{ ...BATTERY, startSoc: null }],
        readings: { "battery.soc": { value: 0.3, at: after(0), history: [{ at: after(-0.1), value: 0.31 }] } },
      }),
    );
    expect(unmet).toEqual([]);
    expect(assumed.startSoc).toEqual({ battery: 0.3 });
  });

  test("takes sun held back by our own limit for more than it shows", () => {
    const { assumed, unmet } = translate(
      inputOf({
        columns: { pvKw: [5, 5, 5, 5] },
        readings: { "site.pvKw": { value: 2, at: after(0), limitedToKw: 2, history: [] } },
      }),
    );
    expect(assumed.pvNowKw).toBe(5);
    expect(unmet).toEqual([]);
  });

  test("leaves rooms out where the weather is not known at all, and says so", () => {
    const { problem, unmet } = translate(
      inputOf({ rooms: [ROOM], columns: { outdoorTempC: [null, null, null, null] } }),
    );
    expect(problem.zones).toEqual([]);
    expect(unmet.map((each) => each.subject)).toContain("slots.outdoorTempC");
  });
});

const stepsOf = (input: PlanningInput) =>
  withWorthBeyond(translate(input).problem, input).batteries[0]?.endValueSteps ?? [];

test("what is stored is worth what the hours beyond the horizon make of it, unless the case prices it", () => {
  const beyondHorizon = {
    typicalImportPricePerKwhByLocalHour: Array.from({ length: 24 }, (_, h) => (h < 12 ? 0.2 : 0.4)),
  };
  const priced = inputOf({ batteries: [BATTERY], beyondHorizon });
  const unpriced = inputOf({ batteries: [{ ...BATTERY, storedEnergyPricePerKwh: undefined }], beyondHorizon });
  expect(stepsOf(priced)).toEqual([]);
  expect(stepsOf(unpriced)[0]?.pricePerKwh).toBeGreaterThan(0.2);
});

test("in slots of one length our exact step and the judge's Euler step are the same", () => {
  const [capacity, loss, hours] = [1.5, 0.3, 0.5];
  const ours = ourHeatCapacity(capacity, loss, hours);
  const kept = Math.exp((-hours * loss) / ours);
  expect(kept).toBeCloseTo(1 - (hours * loss) / capacity, 12);
  expect((1 - kept) / loss).toBeCloseTo(hours / capacity, 12);
  expect(ourHeatCapacity(capacity, 0, hours)).toBe(capacity);
});

test("the usual length is the one that most of the time has", () => {
  const slots = [0.1, 0.25, 0.25, 0.25].map((hours) => ({ startMs: 0, hours }));
  expect(usualHours(slots)).toBe(0.25);
});

test("names are accepted by our configuration, unlike each other, and lead back", () => {
  const names = createNames();
  const ours = ["EV 1", "ev_1", "1st", "Küche"].map((name) => names.ours(name));
  expect(new Set(ours).size).toBe(4);
  for (const name of ours) expect(name).toMatch(/^[a-z][a-z0-9_-]*$/);
  expect(ours.map((name) => names.theirs(name))).toEqual(["EV 1", "ev_1", "1st", "Küche"]);
  expect(names.ours("EV 1")).toBe(ours[0]);
});

test.each([
  ["rooms/0/minTempC", ["zones", 0, "comfortMinTempC"]],
  ["rooms/1/heater/lagHours", ["heatPumps", 1, "lagHours"]],
  ["tanks/0/heater/cop", ["heatPumps", 2, "copWater"]],
  ["batteries/0/startSoc", ["batteries", 0, "soc"]],
  ["batteries/0/goals/1/at", ["batteries", 0, "goals", 1, "atMs"]],
  ["appliances/0/window/from", ["appliances", 0, "window", "fromMs"]],
  ["site/exportLimitKw", ["site", "exportLimitKw"]],
  ["site/pvCurtailable", ["pvArrays", 0, "curtailable"]],
  ["slots/loadKw", ["baseLoadKw"]],
])("%s stands at %j", (field, path) => {
  const rooms = [ROOM, { ...ROOM, id: "two", heater: { ...ROOM.heater, id: "two.heater" } }];
  expect(configPath(field, inputOf({ rooms }))).toEqual(path);
});

const settled = (userSettings: Record<string, unknown>) => inputOf({ batteries: [BATTERY], userSettings });

describe("the user's settings", () => {
  test.each([[{ "battery.minSoc": 0.4 }], [{ "batteries/0/minSoc": 0.4 }], [{ battery: { minSoc: 0.4 } }]])(
    "%j is in force over the device's own",
    (settings) => {
      const result = withUserSettings(settled(settings));
      expect(result.input.batteries?.[0]?.minSoc).toBe(0.4);
      expect(result.left).toEqual([]);
    },
  );

  test("what no such device has is left to our configuration", () => {
    expect(withUserSettings(settled({ "battery.minSok": 0.4 })).left).toMatchObject([{ field: "batteries/0/minSok" }]);
  });

  test("a device that is not there is no setting at all", () => {
    expect(() => settingsOf(settled({ "cellar.minSoc": 0.4 }))).toThrow(/"cellar.minSoc" names no device/);
  });
});
