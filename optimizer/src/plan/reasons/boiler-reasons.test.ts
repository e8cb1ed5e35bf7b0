import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  aBoiler,
  aHeatPump,
  aTank,
  aZone,
  flat,
  householdOf,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";

/** Two hours in a house where a heat pump and a boiler heat the same room and tank. Heat of the boiler costs 0.11. */
function reasonOf(deviceId: string, wanted: WantedPowers, parts: Partial<HouseholdProblemInput> = {}): string {
  const problem = householdOf(2, {
    importPricePerKwh: [0.6, 0.6],
    zones: [aZone(2)],
    tanks: [aTank(2)],
    heatPumps: [aHeatPump(2)],
    boilers: [aBoiler(2)],
    ...parts,
  });
  const intents = intentsOf(problem, scheduleOf(problem, wanted), problem.importPricePerKwh);
  return intents.find((each) => each.deviceId === deviceId)?.segments[0]?.reason ?? "";
}
const on = { boilerSpaceKw: [6, 6] };

describe("a boiler", () => {
  test("heats because its heat is cheaper", () => {
    expect(reasonOf("boiler", on)).toBe("Heating at 0.11 €/kWh of heat: with the heat pump it would cost 0.20 €/kWh.");
  });
  test("heats because the heat pump is at its limit, or cannot run", () => {
    const cheap = { importPricePerKwh: [0.15, 0.15] };
    expect(reasonOf("boiler", { ...on, spaceKw: [4, 4] }, cheap)).toBe(
      "Heating at 0.11 €/kWh of heat: the heat pump is at its limit.",
    );
    expect(reasonOf("boiler", on, { ...cheap, heatPumps: [aHeatPump(2, { maxPowerKw: [0, 0] })] })).toBe(
      "Heating at 0.11 €/kWh of heat: the heat pump cannot run now.",
    );
    expect(reasonOf("boiler", on, cheap)).toBe("Heating at 0.11 €/kWh of heat.");
    expect(reasonOf("boiler", on, { heatPumps: [] })).toBe("Heating at 0.11 €/kWh of heat.");
  });
  test("rests because the heat pump's heat is cheaper, or nobody needs it", () => {
    expect(reasonOf("boiler", { spaceKw: [1, 1] }, { importPricePerKwh: [0.15, 0.15] })).toBe(
      "Off: its heat would cost 0.11 €/kWh, that of the heat pump costs 0.05 €/kWh.",
    );
    expect(reasonOf("boiler", {})).toBe("Off: no heat of it is needed now.");
    expect(reasonOf("boiler", {}, { boilers: [aBoiler(2, { maxHeatKw: [0, 0] })] })).toBe(
      "Off: it is not available now.",
    );
  });
  test("for water is compared with the heat pump's water", () => {
    expect(reasonOf("boiler", { boilerWaterKw: [3, 3] }, { boilers: [aBoiler(2, { zoneIds: [] })] })).toBe(
      "Heating at 0.11 €/kWh of heat: with the heat pump it would cost 0.30 €/kWh.",
    );
  });
});

test("a room that a boiler heats says at what price", () => {
  expect(reasonOf("living", { boilerSpaceKw: [10, 10] })).toMatch(
    /^Heating from 21\.0 °C to 2\d\.\d °C with the boiler, whose heat costs 0\.11 €\/kWh\.$/,
  );
});

test("a room that only a boiler heats is told something, too", () => {
  expect(reasonOf("living", {}, { heatPumps: [], outdoorTempC: flat(2, 18) })).toContain("No heating needed");
});
