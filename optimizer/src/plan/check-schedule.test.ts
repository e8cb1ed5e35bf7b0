import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import {
  aBattery,
  aTank,
  completeHouse,
  flat,
  fullHouse,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
} from "../../../tests/support/household-of.ts";
import { checkSchedule } from "./check-schedule.ts";
import { priceSchedule } from "./price-schedule.ts";
import { rulesSchedule } from "./rules-schedule.ts";

const problem = fullHouse(3);
const wanted = {
  chargeKw: [2, 0, 0],
  dischargeKw: [0, 1, 0],
  usedKw: [0.5, 0.5, 0.3],
  spaceKw: [1, 0.5, 0],
  waterKw: [0, 1, 0],
  immersionKw: [0, 0, 1],
};
const right = scheduleOf(problem, wanted);

/** The same values, one of them changed. */
const changed = (values: readonly number[], k: number, by: number): number[] =>
  values.map((value, index) => (index === k ? value + by : value));
const battery = (
  change: (flow: Schedule["batteries"][number]) => Partial<Schedule["batteries"][number]>,
): Schedule => ({
  ...right,
  batteries: right.batteries.map((each) => ({ ...each, ...change(each) })),
});
const pump = (change: (flow: Schedule["heatPumps"][number]) => Partial<Schedule["heatPumps"][number]>): Schedule => ({
  ...right,
  heatPumps: right.heatPumps.map((each) => ({ ...each, ...change(each) })),
});

/** What the first room of the heat pump gets, all of spaceKw. */
const heating = (spaceKw: readonly number[]) => ({ spaceKw, zones: [{ id: "living", powerKw: spaceKw }] });

test("a right schedule of a house with one of everything is accepted", () => {
  const house = completeHouse(3);
  const schedule = scheduleOf(house, {
    ...wanted,
    carChargeKw: [3, 0, 11],
    boilerSpaceKw: [0, 4, 0],
    boilerWaterKw: [1, 0, 0],
    applianceKw: [0, 1.2, 0.6],
  });
  expect(checkSchedule(house, schedule, priceSchedule(house, schedule))).toEqual([]);
  expect(
    checkSchedule(house, { ...schedule, zones: [{ id: "living", tempC: schedule.zones[0]?.tempC ?? [] }] }),
  ).toEqual(["living has no massTempC, but a mass"]);
});

test("a right schedule is accepted, its states found by a simulation in small steps", () => {
  expect(checkSchedule(problem, right, priceSchedule(problem, right))).toEqual([]);
});

test("the old rules are accepted, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, (household) => {
      const schedule = rulesSchedule(household);
      expect(checkSchedule(household, schedule, priceSchedule(household, schedule))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
}, 60_000);

describe("one fault, found and named with device, slot and amount", () => {
  const second = "slot 2024-01-05T01:00:00Z";
  test.each<{ fault: string; schedule: Schedule; complaint: string }>([
    {
      fault: "more is bought than anybody takes",
      schedule: { ...right, importKw: changed(right.importKw, 1, 0.2) },
      complaint: `house, ${second}: power in and power out differ by 0.2 kW`,
    },
    {
      fault: "the sun is not counted",
      schedule: { ...right, pvArrays: [{ id: "roof", usedKw: [0.5, 0.1, 0.3] }] },
      complaint: `house, ${second}: power in and power out differ by 0.4 kW`,
    },
    {
      fault: "a negative import",
      schedule: { ...right, importKw: [right.importKw[0] ?? 0, -1, 0] },
      complaint: `site, ${second}: importKw is negative by 1 kW`,
    },
    {
      fault: "a negative export",
      schedule: { ...right, exportKw: [0, -0.5, 0] },
      complaint: `site, ${second}: exportKw is negative by 0.5 kW`,
    },
    {
      fault: "bought and sold at once",
      schedule: {
        ...right,
        importKw: changed(right.importKw, 1, 1),
        exportKw: changed(right.exportKw, 1, 1),
      },
      complaint: `site, ${second}: imports and exports at once by 1 kW`,
    },
    {
      fault: "more sun than there is",
      schedule: { ...right, pvArrays: [{ id: "roof", usedKw: [0.5, 0.75, 0.3] }] },
      complaint: `roof, ${second}: usedKw exceeds its limit by 0.25 kW`,
    },
    {
      fault: "sun that takes power",
      schedule: { ...right, pvArrays: [{ id: "roof", usedKw: [0.5, -0.25, 0.3] }] },
      complaint: `roof, ${second}: usedKw is negative by 0.25 kW`,
    },
    {
      fault: "charging beyond the limit",
      schedule: battery(({ chargeKw }) => ({ chargeKw: changed(chargeKw, 1, 6) })),
      complaint: `battery, ${second}: chargeKw exceeds its limit by 1 kW`,
    },
    {
      fault: "negative charging",
      schedule: battery(({ chargeKw }) => ({ chargeKw: changed(chargeKw, 1, -0.1) })),
      complaint: `battery, ${second}: chargeKw is negative by 0.1 kW`,
    },
    {
      fault: "discharging beyond the limit",
      schedule: battery(({ dischargeKw }) => ({ dischargeKw: changed(dischargeKw, 1, 4.5) })),
      complaint: `battery, ${second}: dischargeKw exceeds its limit by 0.5 kW`,
    },
    {
      fault: "negative discharging",
      schedule: battery(({ dischargeKw }) => ({ dischargeKw: changed(dischargeKw, 1, -1.1) })),
      complaint: `battery, ${second}: dischargeKw is negative by 0.1 kW`,
    },
    {
      fault: "charging and discharging at once",
      schedule: battery(({ chargeKw }) => ({ chargeKw: changed(chargeKw, 1, 0.5) })),
      complaint: `battery, ${second}: charges and discharges at once by 0.5 kW`,
    },
    {
      fault: "energy from nowhere",
      schedule: battery(({ soc }) => ({ soc: changed(soc, 2, 0.05) })),
      complaint: `battery, ${second}: state at its end is not what its powers lead to by 0.5 kWh`,
    },
    {
      fault: "another battery than the one that is there",
      schedule: battery(({ soc }) => ({ soc: changed(soc, 0, 0.05) })),
      complaint: `battery, slot 2024-01-05T00:00:00Z: does not begin at its present state by 0.5 kWh`,
    },
    {
      fault: "below the reserve",
      schedule: battery(({ soc }) => ({ soc: [soc[0] ?? 0, soc[1] ?? 0, 0.05, 0.2] })),
      complaint: `battery, ${second}: falls below minSoc by 0.5 kWh`,
    },
    {
      fault: "more than full",
      schedule: battery(({ soc }) => ({ soc: [soc[0] ?? 0, soc[1] ?? 0, 1.02, 0.2] })),
      complaint: `battery, ${second}: rises above maxSoc by 0.2 kWh`,
    },
    {
      fault: "a room that stays warm by itself",
      schedule: { ...right, zones: right.zones.map((zone) => ({ ...zone, tempC: changed(zone.tempC, 2, 0.1) })) },
      complaint: `living, ${second}: state at its end is not what its powers lead to by 0.1 K`,
    },
    {
      fault: "a tank that stays hot by itself",
      schedule: { ...right, tanks: right.tanks.map((tank) => ({ ...tank, tempC: changed(tank.tempC, 2, 0.1) })) },
      complaint: `water, ${second}: state at its end is not what its powers lead to by 0.1 K`,
    },
    {
      fault: "a tank that boils",
      schedule: { ...right, tanks: right.tanks.map((tank) => ({ ...tank, tempC: [50, 50, 80, 50] })) },
      complaint: `water, ${second}: rises above hardMaxTempC by 5 K`,
    },
    {
      fault: "a heat pump at more than it has, space and water together",
      schedule: pump(({ spaceKw }) => heating(changed(spaceKw, 1, 3))),
      complaint: `pump, ${second}: spaceKw + waterKw exceed maxPowerKw by 0.5 kW`,
    },
    {
      fault: "a heat pump that cools the room",
      schedule: pump(({ spaceKw }) => heating(changed(spaceKw, 1, -0.75))),
      complaint: `pump, ${second}: spaceKw is negative by 0.25 kW`,
    },
    {
      fault: "a heat pump that cools the tank",
      schedule: pump(({ waterKw }) => ({ waterKw: changed(waterKw, 1, -1.25) })),
      complaint: `pump, ${second}: waterKw is negative by 0.25 kW`,
    },
    {
      fault: "an immersion heater beyond its power",
      schedule: { ...right, immersionHeaters: [{ id: "immersion", powerKw: [0, 2.5, 1] }] },
      complaint: `immersion, ${second}: powerKw exceeds its limit by 0.5 kW`,
    },
    {
      fault: "an immersion heater that gives power",
      schedule: { ...right, immersionHeaters: [{ id: "immersion", powerKw: [0, -0.5, 1] }] },
      complaint: `immersion, ${second}: powerKw is negative by 0.5 kW`,
    },
  ])("$fault", ({ schedule, complaint }) => {
    expect(checkSchedule(problem, schedule)).toContain(complaint);
  });
});

test.each([
  ["a room", (flow: Schedule["heatPumps"][number]) => heating(changed(flow.spaceKw, 2, 0.01))],
  ["a tank", (flow: Schedule["heatPumps"][number]) => ({ waterKw: changed(flow.waterKw, 2, 0.01) })],
])("heat that %s would get shows in its state", (_, change) => {
  const schedule = pump(change);
  expect(checkSchedule(problem, schedule).join()).toContain("state at its end is not what its powers lead to");
});

test("sun that cannot be curtailed must be used", () => {
  const fixed = { ...problem, pvArrays: problem.pvArrays.map((pv) => ({ ...pv, curtailable: false })) };
  expect(checkSchedule(fixed, right)).toEqual([
    "roof, slot 2024-01-05T02:00:00Z: is curtailed, which it cannot be, by 0.2 kW",
  ]);
});

const held = (untilMs: number): HouseholdProblem => ({
  ...problem,
  overrides: [{ kind: "batteryHold", deviceId: "battery", untilMs }],
});

test("a battery that is held may not move, in slots that begin before the end of the wish", () => {
  expect(checkSchedule(held(MIDNIGHT_MS), right)).toEqual([]);
  expect(checkSchedule(held(MIDNIGHT_MS + 3_600_001), right)).toEqual([
    "battery, slot 2024-01-05T00:00:00Z: moves though it is held by 2 kW, and in 1 more",
  ]);
});

function omit<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _omitted, ...rest } = value;
  return rest;
}

test("a heat pump without a tank makes no hot water", () => {
  const dry: HouseholdProblem = {
    ...problem,
    heatPumps: problem.heatPumps.map((each) => omit(each, "tankId")),
  };
  expect(checkSchedule(dry, right)).toContain("pump, slot 2024-01-05T01:00:00Z: waterKw exceeds its limit by 1 kW");
});

test("what is already outside its limits may stay there", () => {
  const cold = householdOf(1, {
    batteries: [aBattery({ soc: 0.05 })],
    tanks: [aTank(1, { tempC: 78, hardMaxTempC: 75 })],
  });
  expect(checkSchedule(cold, scheduleOf(cold))).toEqual([]);
  const full = householdOf(1, { batteries: [aBattery({ soc: 0.95, maxSoc: 0.9 })] });
  expect(checkSchedule(full, scheduleOf(full))).toEqual([]);
});

test("site limits are wishes with a price", () => {
  const narrow = householdOf(1, { site: { importLimitKw: 0.5 } });
  expect(checkSchedule(narrow, scheduleOf(narrow))).toEqual([]);
});

describe("a schedule of the wrong shape", () => {
  test.each<{ fault: string; schedule: Schedule; complaint: string }>([
    {
      fault: "a device is missing",
      schedule: { ...right, tanks: [] },
      complaint: "water is 0 times in the schedule instead of once",
    },
    {
      fault: "a device is there twice",
      schedule: { ...right, zones: [...right.zones, ...right.zones] },
      complaint: "living is 2 times in the schedule instead of once",
    },
    {
      fault: "a device is invented",
      schedule: { ...right, pvArrays: [...right.pvArrays, { id: "moon", usedKw: flat(3, 0) }] },
      complaint: "moon is no device of the problem",
    },
    {
      fault: "a slot is missing",
      schedule: { ...right, importKw: [1, 1] },
      complaint: "importKw has 2 values instead of 3",
    },
    {
      fault: "a border is missing",
      schedule: battery(({ soc }) => ({ soc: soc.slice(1) })),
      complaint: "battery.soc has 3 values instead of 4",
    },
    {
      fault: "a room of a heat pump is missing",
      schedule: pump(() => ({ zones: [] })),
      complaint: "pump.living is 0 times in the schedule instead of once",
    },
    {
      fault: "a heat pump heats a room that is not its own",
      schedule: pump(({ zones }) => ({ zones: [...zones, { id: "attic", powerKw: flat(3, 0) }] })),
      complaint: "pump.attic is no room of the problem",
    },
    {
      fault: "a room has walls in the schedule only",
      schedule: { ...right, zones: right.zones.map((zone) => ({ ...zone, massTempC: flat(4, 20) })) },
      complaint: "living has a massTempC, but no mass",
    },
    {
      fault: "not a number",
      schedule: { ...right, exportKw: [0, Number.NaN, 0] },
      complaint: "exportKw is NaN at 2024-01-05T01:00:00Z: no number",
    },
    {
      fault: "no finite number",
      schedule: pump(({ waterKw }) => ({ waterKw: changed(waterKw, 2, Number.POSITIVE_INFINITY) })),
      complaint: "pump.waterKw is Infinity at 2024-01-05T02:00:00Z: no number",
    },
  ])("$fault", ({ schedule, complaint }) => {
    expect(checkSchedule(problem, schedule)).toEqual([complaint]);
  });
});

describe("money", () => {
  const cost = priceSchedule(problem, right);

  test("a total within a thousandth is accepted, beyond it not", () => {
    expect(checkSchedule(problem, right, cost.total + 0.0009)).toEqual([]);
    expect(checkSchedule(problem, right, cost.total + 0.01)).toEqual([
      `money, whole horizon: total is ${cost.total.toFixed(4)}, but ${(cost.total + 0.01).toFixed(4)} is claimed`,
    ]);
    expect(checkSchedule(problem, right, Number.NaN)).toHaveLength(1);
  });

  test("large sums may differ by more", () => {
    const dear = { ...problem, importPricePerKwh: flat(3, 45) };
    expect(checkSchedule(dear, right, priceSchedule(dear, right).total + 0.1)).toEqual([]);
  });

  test.each([
    "energy",
    "export",
    "fuel",
    "wear",
    "start",
    "demand",
    "discomfort",
    "change",
    "endValue",
    "total",
  ] as const)("the item %s is compared, too", (item) => {
    const complaints = checkSchedule(problem, right, { ...cost, [item]: cost[item] + 0.02 });
    expect(complaints).toEqual([expect.stringContaining(`${item} is`)]);
  });
});

/** Where a schedule has a number: a path to it. */
function numbersOf(schedule: Schedule): (string | number)[][] {
  const below = (value: unknown, path: (string | number)[]): (string | number)[][] => {
    if (typeof value === "number") return [path];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => below(part, [...path, key]));
  };
  return below(schedule, []);
}

function withNumber(schedule: Schedule, path: readonly (string | number)[], by: number): Schedule {
  const copy = structuredClone(schedule);
  let owner = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) owner = owner[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  owner[last] = Number(owner[last]) + by;
  return copy;
}

test("no single figure of a schedule can change unnoticed, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, fc.nat(), fc.constantFrom(-0.01, 0.01), (household, pick, by) => {
      const schedule = rulesSchedule(household);
      // A boiler's heat shows only in what it heats: there a hundredth of a kW is nothing, in a short slot.
      const numbers = numbersOf(schedule).filter(([kind]) => kind !== "boilers");
      const path = numbers[pick % numbers.length] ?? [];
      expect(checkSchedule(household, withNumber(schedule, path, by))).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});
