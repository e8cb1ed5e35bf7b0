import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { mayAnchor } from "./plan-anchor.ts";

const NOON_MS = Date.UTC(2026, 4, 4, 12);
const battery = { id: "battery", capacityKwh: 10, soc: 0.5, maxChargeKw: 3, maxDischargeKw: 3 };
const basis = (parts: Partial<HouseholdProblemInput> = {}, missing: string[] = []) => ({
  problem: HouseholdProblem.parse({
    currency: "EUR",
    slots: [{ startMs: NOON_MS, hours: 1 }],
    importPricePerKwh: [0.3],
    exportPricePerKwh: [0.1],
    baseLoadKw: [1],
    outdoorTempC: [10],
    batteries: [battery],
    ...parts,
  }),
  missing,
});
const goalAt = (hours: number) => ({
  batteries: [{ ...battery, goals: [{ soc: 0.8, atMs: NOON_MS + hours * 3_600_000 }] }],
});

test.each([
  [
    "other prices, loads and states",
    basis(),
    basis({ importPricePerKwh: [0.5], baseLoadKw: [2], batteries: [{ ...battery, soc: 0.6 }] }),
  ],
  ["a goal that has passed", basis(goalAt(-1)), basis()],
  [
    "a car that has come",
    basis(),
    basis({ evs: [{ id: "car", capacityKwh: 50, soc: 0.2, maxChargeKw: 7, connected: [true] }] }),
  ],
  ["the same guesses, or more of them", basis({}, ["prices"]), basis({}, ["prices", "weather"])],
])("a plan steadies the next one over %s", (_, before, now) => expect(mayAnchor(before, now)).toBe(true));

test.each([
  ["a limit at the meter", basis({ site: { importLimitKw: 0.1 } }), basis()],
  ["a device's limit", basis(), basis({ batteries: [{ ...battery, minSoc: 0.3 }] })],
  ["a goal ahead", basis(goalAt(1)), basis(goalAt(2))],
  ["guesses that are known now", basis({}, ["prices", "weather"]), basis({}, ["prices"])],
])("it does not after a change of %s", (_, before, now) => expect(mayAnchor(before, now)).toBe(false));
