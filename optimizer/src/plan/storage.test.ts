import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { aBattery, aCar, householdOf, MIDNIGHT_MS } from "../../../tests/support/household-of.ts";
import {
  drawableFromSoc,
  drawnKw,
  highestChargeKw,
  highestDischargeKw,
  lowestSocs,
  nextSoc,
  type StorageProblem,
  storagesOf,
  storedKw,
  surplusKw,
  taperedKw,
} from "./storage.ts";

function batteryWith(parts: Parameters<typeof aBattery>[0]): StorageProblem {
  const [battery] = householdOf(1, { batteries: [aBattery(parts)] }).batteries;
  if (!battery) throw new Error("no battery");
  return battery;
}

test("a battery loses on the way in and on the way out", () => {
  const battery = batteryWith({ chargeEfficiency: 0.9, dischargeEfficiency: 0.8 });
  expect(nextSoc(battery, 0.5, 2, 0, 0.5)).toBeCloseTo(0.59, 9);
  expect(nextSoc(battery, 0.5, 0, 2, 0.5)).toBeCloseTo(0.375, 9);
});

test("at rest it loses the same share in every hour", () => {
  const battery = batteryWith({ selfDischargePerHour: 0.1 });
  expect(nextSoc(battery, 0.5, 0, 0, 2)).toBeCloseTo(0.5 * 0.81, 12);
  expect(nextSoc(battery, 0.5, 1, 0, 1)).toBeCloseTo(0.45 + 0.1, 12);
});

test("between stages what is stored and drawn lies on straight lines", () => {
  const stages = [
    { kw: 1, efficiency: 0.8 },
    { kw: 3, efficiency: 0.9 },
    { kw: 5, efficiency: 0.88 },
  ];
  const battery = batteryWith({
    chargeStages: stages,
    dischargeStages: [
      { kw: 1, efficiency: 0.5 },
      { kw: 5, efficiency: 0.5 },
    ],
  });
  expect([0, 1, 2, 3, 4, 5].map((kw) => storedKw(battery, kw))).toEqual(
    [0, 0.8, 1.75, 2.7, 3.55, 4.4].map((kw) => expect.closeTo(kw, 12)),
  );
  expect(drawnKw(battery, 4)).toBeCloseTo(8, 12);
});

const highest = (parts: Parameters<typeof aBattery>[0]) => {
  const house = householdOf(1, { batteries: [aBattery(parts)] });
  return storagesOf(house).map((storage) => [
    highestChargeKw(house, storage, 0),
    highestDischargeKw(house, storage, 0),
  ]);
};

describe("the highest power of a slot", () => {
  test("is the lower of what it can and what the slot allows", () => {
    expect(highest({ chargeLimitKw: [2], dischargeLimitKw: [9] })).toEqual([[2, 5]]);
  });
  test("is nothing where it is below the least power", () => {
    expect(highest({ chargeLimitKw: [2], minChargeKw: 2.5, minDischargeKw: 5 })).toEqual([[0, 5]]);
    expect(
      highest({
        chargeLimitKw: [2],
        chargeStages: [
          { kw: 3, efficiency: 0.9 },
          { kw: 5, efficiency: 0.9 },
        ],
      }),
    ).toEqual([[0, 5]]);
  });
  test("is nothing while held, or away", () => {
    const overrides = [{ kind: "batteryHold" as const, deviceId: "battery", untilMs: MIDNIGHT_MS + 1 }];
    const house = householdOf(1, { batteries: [aBattery()], evs: [aCar(1, { connected: [false] })], overrides });
    expect(storagesOf(house).map((storage) => highestChargeKw(house, storage, 0))).toEqual([0, 0]);
    expect(storagesOf(house).map((storage) => highestDischargeKw(house, storage, 0))).toEqual([0, 0]);
  });
});

test("the taper is a straight line from its beginning to full", () => {
  const battery = batteryWith({ taper: { fromSoc: 0.8, endKw: 1 } });
  expect([0.8, 0.9, 1].map((soc) => taperedKw(battery, soc))).toEqual([5, 3, 1].map((kw) => expect.closeTo(kw, 12)));
  expect(taperedKw(batteryWith({}), 1)).toBe(Number.POSITIVE_INFINITY);
});

test("the surplus is what the sun gives beyond the base load, not below nothing", () => {
  const house = householdOf(2, {
    pvArrays: [
      { id: "roof", forecastKw: [3, 0.5] },
      { id: "shed", forecastKw: [1, 0] },
    ],
  });
  expect([0, 1].map((k) => surplusKw(house, k))).toEqual([3, 0]);
});

test("from what may be drawn down to, rest alone breaks no limit until the end", () => {
  fc.assert(
    fc.property(anyHousehold, fc.nat({ max: 7 }), (house, pick) => {
      for (const storage of storagesOf(house)) {
        const from = pick % house.slots.length;
        const low = lowestSocs(storage, house.slots);
        let soc = drawableFromSoc(storage, house.slots, from);
        house.slots.slice(from + 1).forEach(({ hours }, n) => {
          soc = nextSoc(storage, soc, 0, 0, hours);
          expect(soc).toBeGreaterThanOrEqual((low[from + 2 + n] ?? 0) - 1e-12);
        });
      }
    }),
    { numRuns: 200 },
  );
});
