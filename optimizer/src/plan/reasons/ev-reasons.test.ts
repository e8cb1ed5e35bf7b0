import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  aCar,
  flat,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { intentsOf } from "../intents.ts";

const HOUR = 3_600_000;
const by = (hour: number, soc: number) => ({ atMs: MIDNIGHT_MS + hour * HOUR, soc });

/** The reasons of a car's segments over six hours from midnight; power is cheapest from two to four. */
function reasons(
  wanted: WantedPowers,
  parts: Partial<NonNullable<HouseholdProblemInput["evs"]>[number]> = {},
  house: Partial<HouseholdProblemInput> = {},
): string[] {
  const problem = householdOf(6, {
    importPricePerKwh: [0.3, 0.3, 0.1, 0.12, 0.3, 0.4],
    evs: [aCar(6, parts)],
    ...house,
  });
  const intents = intentsOf(problem, scheduleOf(problem, wanted), problem.importPricePerKwh);
  return (intents.find(({ deviceId }) => deviceId === "car")?.segments ?? []).map(({ reason }) => reason);
}

describe("charging", () => {
  test("for a goal names it, and the cheapest hours where they are", () => {
    const goals = { goals: [by(6, 0.75)] };
    expect(reasons({ carChargeKw: [0, 0, 11, 11, 0, 0] }, goals)[1]).toBe(
      "Charging for 06:00, when 75 % are wanted: these are the cheapest hours, at 0.11 €/kWh.",
    );
    expect(reasons({ carChargeKw: [0, 11, 11, 0, 0, 0] }, goals)[1]).toBe(
      "Charging at 0.20 €/kWh for 06:00, when 75 % are wanted.",
    );
  });
  test("in all the hours there are praises none of them", () => {
    const connected = [false, false, true, true, false, false];
    expect(reasons({ carChargeKw: [0, 0, 11, 11, 0, 0] }, { connected, goals: [by(6, 0.75)] })[1]).toBe(
      "Charging at 0.11 €/kWh for 06:00, when 75 % are wanted.",
    );
  });
  test("for a goal that it cannot reach says how much is missing", () => {
    expect(reasons({ carChargeKw: flat(6, 3) }, { goals: [by(6, 0.91)] })).toEqual([
      "Charging at 0.25 €/kWh for 06:00, when 91 % are wanted: it will be 21 % short of that.",
    ]);
  });
  test("does not give a goal the credit that would be met anyway", () => {
    expect(reasons({ carChargeKw: [0, 0, 11, 0, 0, 0] }, { goals: [by(6, 0.4)] })[1]).toBe("Charging at 0.10 €/kWh.");
  });
  test("serves the goal that needs it, though another comes before", () => {
    const goals = { goals: [by(5, 0.3), by(6, 0.5)] };
    expect(reasons({ carChargeKw: [0, 0, 11, 0, 0, 0] }, goals)[1]).toContain("for 06:00, when 50 % are wanted");
  });
  test("with the sun, for the house, for its own sake, or because somebody asked", () => {
    const sunny = { pvArrays: [{ id: "roof", forecastKw: [0, 0, 9, 9, 0, 0] }] };
    const wanted = { carChargeKw: [0, 0, 8, 8, 0, 0] };
    expect(reasons(wanted, { endValuePerKwh: 0.1 }, sunny)[1]).toBe(
      "Charging with sun that would earn 0.05 €/kWh: a kWh left in it at the end is worth 0.10 €/kWh.",
    );
    const back = { carChargeKw: [0, 0, 5, 0, 0, 0], carDischargeKw: [0, 0, 0, 0, 0, 1] };
    const lossy = { maxDischargeKw: 5, chargeEfficiency: 0.9, dischargeEfficiency: 0.9 };
    expect(reasons(back, lossy)[1]).toBe(
      "Charging at 0.10 €/kWh: after 19 % loss it replaces power at 0.40 €/kWh from 05:00.",
    );
    expect(reasons(wanted, { demandKw: [0, 0, 8, 8, 0, 0] })[1]).toBe("Charging as asked for, at 0.11 €/kWh.");
    expect(reasons(wanted, {}, { importPricePerKwh: [0.3, 0.3, -0.1, -0.1, 0.3, 0.3] })[1]).toBe(
      "Charging at −0.10 €/kWh: the grid pays for taking power.",
    );
  });
});

describe("waiting", () => {
  test("for cheaper power names both prices and the goal", () => {
    const wanted = { carChargeKw: [0, 0, 11, 11, 0, 0] };
    expect(reasons(wanted, { goals: [by(6, 0.75)] })[0]).toBe(
      "Waiting until 02:00: power costs 0.30 €/kWh now, charging then costs 0.11 €/kWh; 75 % are wanted at 06:00.",
    );
    expect(reasons({ carChargeKw: [0, 0, 0, 0, 0, 11] })[0]).toBe(
      "Waiting until 05:00, when it charges at 0.40 €/kWh.",
    );
  });
  test("after the last charging says what it has, and what it has not", () => {
    const wanted = { carChargeKw: [11, 11, 0, 0, 0, 0] };
    expect(reasons(wanted, { goals: [by(6, 0.75)] })[1]).toBe("It has the 75 % that are wanted at 06:00.");
    expect(reasons(wanted, { goals: [by(6, 0.9)] })[1]).toBe(
      "Not charging any more: 90 % are wanted at 06:00, it will be 13 % short of that.",
    );
    expect(reasons({})[0]).toBe("Resting with 40 %: power costs 0.25 €/kWh now.");
  });
  test("for the car to come home", () => {
    const away = { connected: [false, false, true, true, true, true] };
    expect(reasons({ carChargeKw: [0, 0, 0, 11, 0, 0] }, away)[0]).toBe(
      "Not plugged in until 02:00; charging from 03:00, at 0.12 €/kWh.",
    );
    expect(reasons({}, { connected: Array.from({ length: 6 }, () => false) })[0]).toBe("Not plugged in.");
  });
});

test("giving names what the house needs, selling whose power it is", () => {
  const loadKw = { baseLoadKw: flat(6, 3) };
  const giving = { carDischargeKw: [0, 0, 0, 0, 2, 0] };
  expect(reasons(giving, { maxDischargeKw: 5 }, loadKw)[1]).toBe(
    "Giving 2.0 kW of the 3.0 kW the house needs at 0.30 €/kWh.",
  );
  expect(reasons({ carDischargeKw: [0, 0, 0, 0, 5, 0] }, { maxDischargeKw: 5 })[1]).toBe(
    "Selling from the car at 0.05 €/kWh.",
  );
});
