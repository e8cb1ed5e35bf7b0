import { FallbackPack, type HouseholdProblemInput, type Intent, MS_PER_HOUR } from "@ohmstead/contract";
import { decideFallback } from "@ohmstead/fallback";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aBattery,
  aBoiler,
  aCar,
  aHeatPump,
  anAppliance,
  flat,
  fullHouse,
  hourSlots,
  MIDNIGHT_MS,
  scheduleOf,
} from "../../../tests/support/household-of.ts";
import { assemblePlan } from "./assemble-plan.ts";
import { type FallbackDeviceParts, fallbackPackOf } from "./fallback-pack.ts";

const translate = (intent: Intent) => [
  { action: "test.set", target: { entity_id: "test.device" }, data: { kind: intent.kind } },
];
const device = (
  deviceId: string,
  deviceType: FallbackDeviceParts["deviceType"],
  safeIntent: Intent,
  guard?: FallbackDeviceParts["guard"],
): FallbackDeviceParts => ({
  deviceId,
  deviceType,
  name: deviceId.toUpperCase(),
  translate,
  safeIntent,
  ...(guard ? { guard } : {}),
});
const waterGuard = { source: "sensor.water", low: 43, high: 62 };
const DEVICES = [
  device("battery", "battery", { kind: "selfUse" }, { source: "sensor.soc", low: 8, high: 100 }),
  device("living", "zone", { kind: "setpoint", tempC: 21 }, { source: "sensor.room", low: 18.5, high: 24 }),
  device("water", "tank", { kind: "heatTo", tempC: 50 }, waterGuard),
  device("immersion", "immersionHeater", { kind: "off" }, waterGuard),
  device("roof", "pvArray", { kind: "free" }),
];

const toldAs = (word: "offset" | "level") =>
  rulesOf(packOf({ zones: [{ ...fullHouse(4).zones[0], toldAs: word }] as HouseholdProblemInput["zones"] }), "living");

function packOf(parts: Partial<HouseholdProblemInput> = {}, devices: readonly FallbackDeviceParts[] = DEVICES) {
  const problem = fullHouse(4, parts);
  const plan = assemblePlan({
    problem,
    schedule: scheduleOf(problem, { chargeKw: [2, 0, 0, 0].slice(0, problem.batteries.length * 4) }),
    marginalPricePerKwh: flat(4, 0.2),
    rung: "full",
    engine: "highs",
    status: "optimal",
    solveMs: 1,
    nowMs: MIDNIGHT_MS,
    validHours: 2,
    planId: "plan-1",
    notes: [],
  });
  const prices = hourSlots(8).map((slot, k) => ({
    ...slot,
    importPricePerKwh: 0.1 + 0.05 * k,
    exportPricePerKwh: 0.05,
  }));
  return fallbackPackOf({ plan, problem, prices, cycleMs: 300_000, devices });
}
const rulesOf = (pack: FallbackPack, deviceId: string) => {
  const found = pack.devices.find((each) => each.deviceId === deviceId);
  return (
    found && {
      cheap: found.rules.cheap.intent,
      normal: found.rules.normal.intent,
      expensive: found.rules.expensive.intent,
    }
  );
};
const guardOf = (pack: FallbackPack, deviceId: string) => {
  const guard = pack.devices.find((each) => each.deviceId === deviceId)?.guard;
  return guard && [guard.low, guard.whenLow.intent, guard.high, guard.whenHigh.intent];
};

test("a pack keeps the contract and knows its plan", () => {
  const pack = packOf();
  expect(FallbackPack.parse(pack)).toEqual(pack);
  expect(pack).toMatchObject({
    planId: "plan-1",
    createdAtMs: MIDNIGHT_MS,
    planValidUntilMs: MIDNIGHT_MS + 2 * MS_PER_HOUR,
    cycleMs: 300_000,
  });
  expect(pack.devices.map(({ name }) => name)).toEqual(["BATTERY", "LIVING", "WATER", "IMMERSION", "ROOF"]);
});

test("the plan's segments come with their calls, as far as the plan is valid", () => {
  const [battery] = packOf().devices;
  expect(battery?.segments).toEqual([
    {
      startMs: MIDNIGHT_MS,
      endMs: MIDNIGHT_MS + MS_PER_HOUR,
      intent: { kind: "charge", kw: 5, untilSoc: 0.7 },
      calls: translate({ kind: "charge", kw: 5, untilSoc: 0.7 }),
    },
    expect.objectContaining({ startMs: MIDNIGHT_MS + MS_PER_HOUR, intent: { kind: "hold" } }),
  ]);
  const late = packOf().devices.flatMap(({ segments }) =>
    segments.filter(({ startMs }) => startMs >= MIDNIGHT_MS + 2 * MS_PER_HOUR),
  );
  expect(late).toEqual([]);
});

test("every action comes with the calls that its adapter makes of it", () => {
  for (const { rules, safe, guard } of packOf().devices)
    for (const { intent, calls } of [
      rules.cheap,
      rules.normal,
      rules.expensive,
      safe,
      ...(guard ? [guard.whenLow, guard.whenHigh] : []),
    ])
      expect(calls).toEqual(translate(intent));
});

describe("rules by price", () => {
  test("a battery charges in cheap hours and serves the house otherwise; with solar panels it leaves them room", () => {
    expect(rulesOf(packOf(), "battery")).toEqual({
      cheap: { kind: "charge", kw: 5, untilSoc: 0.73 },
      normal: { kind: "selfUse" },
      expensive: { kind: "selfUse" },
    });
    expect(rulesOf(packOf({ pvArrays: [] }), "battery")?.cheap).toEqual({ kind: "charge", kw: 5, untilSoc: 1 });
  });

  test("a battery never charges more than the connection surely has to spare", () => {
    const limited = (importLimitKw: number) => rulesOf(packOf({ site: { importLimitKw } }), "battery")?.cheap;
    // 1 kW of base load, 4 of heat pump, 2 of immersion heater.
    expect(limited(10)).toEqual({ kind: "charge", kw: 3, untilSoc: 0.73 });
    expect(limited(7.3)).toEqual({ kind: "selfUse" });
    expect(limited(2)).toEqual({ kind: "selfUse" });
    const busy = { site: { importLimitKw: 10 }, baseLoadKw: [0, 2, 0, 0] };
    expect(rulesOf(packOf(busy), "battery")?.cheap).toMatchObject({ kw: 2 });
    const two = { site: { importLimitKw: 10 }, batteries: [aBattery(), aBattery({ id: "garage" })] };
    expect(rulesOf(packOf(two), "battery")?.cheap).toMatchObject({ kw: 1.5 });
  });

  test("room and water are kept above their wishes, more so while power is cheap, within what is comfortable", () => {
    expect(rulesOf(packOf(), "living")).toEqual({
      cheap: { kind: "setpoint", tempC: 22 },
      normal: { kind: "setpoint", tempC: 21.5 },
      expensive: { kind: "setpoint", tempC: 21 },
    });
    expect(rulesOf(packOf(), "water")).toEqual({
      cheap: { kind: "heatTo", tempC: 57 },
      normal: { kind: "heatTo", tempC: 52 },
      expensive: { kind: "heatTo", tempC: 50 },
    });
    const nights = [
      { ...fullHouse(4).zones[0], comfortMinTempC: [19, 20.5, 19, 19] },
    ] as HouseholdProblemInput["zones"];
    expect(rulesOf(packOf({ zones: nights }), "living")?.expensive).toEqual({ kind: "setpoint", tempC: 21 });
    const zones = [{ ...fullHouse(4).zones[0], comfortMaxTempC: [23, 21, 23, 23] }] as HouseholdProblemInput["zones"];
    expect(rulesOf(packOf({ zones }), "living")?.cheap).toEqual({ kind: "setpoint", tempC: 21 });
    const tanks = [{ ...fullHouse(4).tanks[0], maxTempC: 53.5 }] as HouseholdProblemInput["tanks"];
    expect(rulesOf(packOf({ tanks }), "water")?.cheap).toEqual({ kind: "heatTo", tempC: 53 });
  });

  test("E21 a room is told in the words of its control", () => {
    expect(toldAs("offset")).toEqual({
      cheap: { kind: "offset", offsetK: 1.5 },
      normal: { kind: "offset", offsetK: 1 },
      expensive: { kind: "offset", offsetK: 0.5 },
    });
    expect(toldAs("level")).toEqual({
      cheap: { kind: "level", level: "mid" },
      normal: { kind: "level", level: "low" },
      expensive: { kind: "level", level: "low" },
    });
  });

  test("an immersion heater stays off beside a heat pump; alone it heats in cheap hours, if a guard watches", () => {
    expect(rulesOf(packOf(), "immersion")?.cheap).toEqual({ kind: "off" });
    const alone = { heatPumps: [aHeatPump(4, { tankId: undefined })] };
    expect(rulesOf(packOf(alone), "immersion")).toEqual({
      cheap: { kind: "on" },
      normal: { kind: "off" },
      expensive: { kind: "off" },
    });
    const unguarded = [device("immersion", "immersionHeater", { kind: "off" })];
    expect(rulesOf(packOf(alone, unguarded), "immersion")?.cheap).toEqual({ kind: "off" });
  });

  describe("a car", () => {
    const stop = { kind: "stop" } as const;
    const ofCar = (car: Parameters<typeof aCar>[1], parts: Partial<HouseholdProblemInput> = {}) =>
      rulesOf(packOf({ evs: [aCar(4, car)], ...parts }, [device("car", "ev", stop)]), "car");
    const alone = { batteries: [], site: { importLimitKw: 16 } };
    test("that must be ready charges at any price but the dearest, and in cheap hours beyond its goal", () => {
      const goals = [{ soc: 0.7, atMs: MIDNIGHT_MS + MS_PER_HOUR }];
      expect(ofCar({ goals }, alone)).toEqual({
        cheap: { kind: "charge", kw: 9, untilSoc: 1 },
        normal: { kind: "charge", kw: 9, untilSoc: 0.7 },
        expensive: stop,
      });
    });
    test("without a goal charges in cheap hours only", () => {
      expect(ofCar({}, alone)).toMatchObject({ cheap: { kind: "charge" }, normal: stop, expensive: stop });
    });
    test("never charges where the connection may have too little to spare, or it may take nothing but sun", () => {
      const stopped = { cheap: stop, normal: stop, expensive: stop };
      expect(ofCar({}, { ...alone, site: { importLimitKw: 16, importLimitPerSlotKw: [16, 7.4, 16, 16] } })).toEqual(
        stopped,
      );
      expect(ofCar({ minChargeKw: 5 }, { site: { importLimitKw: 16 } })).toEqual(stopped);
      expect(ofCar({ mayChargeFromGrid: false }, alone)).toEqual(stopped);
    });
  });

  test("a battery that may take nothing but sun is not charged from the grid", () => {
    expect(rulesOf(packOf({ batteries: [aBattery({ mayChargeFromGrid: false })] }), "battery")?.cheap).toEqual({
      kind: "selfUse",
    });
  });

  test("without a plan nobody knows whether an appliance has run: it is left alone, as is a boiler", () => {
    const off = { kind: "off" } as const;
    const parts = { appliances: [anAppliance(4)], boilers: [aBoiler(4)] };
    const pack = packOf(parts, [device("dishwasher", "appliance", off), device("boiler", "boiler", { kind: "on" })]);
    expect(rulesOf(pack, "dishwasher")).toEqual({ cheap: off, normal: off, expensive: off });
    expect(rulesOf(pack, "boiler")?.expensive).toEqual({ kind: "on" });
  });

  test("sun is let in", () => {
    expect(rulesOf(packOf(), "roof")?.normal).toEqual({ kind: "free" });
  });

  test.each(DEVICES.filter(({ deviceType }) => deviceType !== "pvArray"))(
    "a $deviceType that the plan does not know is kept safe",
    ({ deviceType, safeIntent }) => {
      const pack = packOf({}, [device("stranger", deviceType, safeIntent)]);
      expect(rulesOf(pack, "stranger")).toEqual({ cheap: safeIntent, normal: safeIntent, expensive: safeIntent });
      expect(pack.devices[0]?.segments).toEqual([]);
    },
  );
});

test("beyond a guard a device does what leads it back", () => {
  const pack = packOf();
  expect(guardOf(pack, "battery")).toEqual([8, { kind: "hold" }, 100, { kind: "selfUse" }]);
  expect(guardOf(pack, "living")).toEqual([
    18.5,
    { kind: "setpoint", tempC: 21.5 },
    24,
    { kind: "setpoint", tempC: 19.5 },
  ]);
  expect(guardOf(pack, "water")).toEqual([43, { kind: "heatTo", tempC: 52 }, 62, { kind: "idle" }]);
  expect(guardOf(pack, "immersion")).toEqual([43, { kind: "on" }, 62, { kind: "off" }]);
  expect(guardOf(pack, "roof")).toBeUndefined();
  const own = {
    ...waterGuard,
    whenLow: { kind: "heatTo", tempC: 60 },
    whenHigh: { kind: "heatTo", tempC: 40 },
  } as const;
  expect(guardOf(packOf({}, [device("water", "tank", { kind: "idle" }, own)]), "water")).toEqual([
    43,
    own.whenLow,
    62,
    own.whenHigh,
  ]);
});

test("a tank above its guard is never heated, at any moment, whatever the house and its prices", () => {
  const anyMoment = fc.record({
    hours: fc.double({ min: -2, max: 12, noNaN: true }),
    waterC: fc.double({ min: 62.001, max: 99, noNaN: true }),
    hasPump: fc.boolean(),
    prices: fc.array(fc.double({ min: -0.5, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
  });
  fc.assert(
    fc.property(anyMoment, ({ hours, waterC, hasPump, prices }) => {
      const pack = packOf({
        importPricePerKwh: prices,
        ...(hasPump ? {} : { heatPumps: [aHeatPump(4, { tankId: undefined })] }),
      });
      const { actions } = decideFallback(pack, new Map([["sensor.water", waterC]]), MIDNIGHT_MS + hours * MS_PER_HOUR);
      const heated = actions.filter(({ intent }) => intent.kind === "heatTo" || intent.kind === "on");
      expect(heated).toEqual([]);
    }),
  );
});
