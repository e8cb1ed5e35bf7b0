import { expect, test } from "vitest";
import { aHeatPump, aTank, flat, householdOf, MIDNIGHT_MS } from "../../../../tests/support/household-of.ts";
import { rulesSchedule } from "../rules-schedule.ts";

const house = (untilHour: number, hardMaxTempC = 75) =>
  householdOf(6, {
    tanks: [
      aTank(6, {
        drawKw: flat(6, 0),
        hardMaxTempC,
        hygiene: { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + untilHour * 3_600_000, tempC: 64 },
      }),
    ],
    heatPumps: [aHeatPump(6, { zoneIds: [], maxPowerKw: flat(6, 1) })],
  });
test("legionella are killed as late as the heaters allow", () => {
  const tempC = rulesSchedule(house(5)).tanks[0]?.tempC ?? [];
  expect(tempC[5]).toBeGreaterThanOrEqual(64 - 1e-6);
  expect(tempC[2]).toBeLessThan(50);
});
test("legionella are left alone while their span goes on behind the horizon", () => {
  expect(Math.max(...(rulesSchedule(house(6.5)).tanks[0]?.tempC ?? []))).toBeLessThan(51);
});
