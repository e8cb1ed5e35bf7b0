import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { aCar, flat, householdOf, scheduleOf, type WantedPowers } from "../../../../tests/support/household-of.ts";
import { evRuns, evSlots } from "./ev-runs.ts";

/** The orders of a car over four hours, as text: "charge 7 → 0.8 [0-1]". */
function orders(
  wanted: WantedPowers,
  parts: Partial<NonNullable<HouseholdProblemInput["evs"]>[number]> = {},
  house: Partial<HouseholdProblemInput> = {},
): string[] {
  const problem = householdOf(4, { evs: [aCar(4, parts)], ...house });
  const [ev] = problem.evs;
  const runs = ev ? evRuns(ev, evSlots(problem, scheduleOf(problem, wanted), ev)) : [];
  return runs.map(({ intent, first, last }) => {
    const figures = "untilSoc" in intent ? ` ${intent.kw} → ${intent.untilSoc}` : "";
    return `${intent.kind}${figures} [${first}-${last}]`;
  });
}

test("a car charges until what is planned, and is stopped otherwise", () => {
  expect(orders({ carChargeKw: [0, 11, 11, 0] })).toEqual(["stop [0-0]", "charge 11 → 0.77 [1-2]", "stop [3-3]"]);
});

test("one that can give power is told how much, and down to what", () => {
  expect(orders({ carDischargeKw: [0, 3, 0, 0] }, { maxDischargeKw: 5 })).toEqual([
    "stop [0-0]",
    "discharge 3 → 0.35 [1-1]",
    "stop [2-3]",
  ]);
});

test("one that is away is stopped, whatever a schedule says", () => {
  const connected = [false, true, true, true];
  expect(orders({ carChargeKw: [11, 11, 0, 0] }, { connected })).toEqual([
    "stop [0-0]",
    "charge 11 → 0.77 [1-1]",
    "stop [2-3]",
  ]);
});

describe("the power it is told", () => {
  test("is the charger's least where rounding would go below it", () => {
    expect(orders({ carChargeKw: [1.34, 0, 0, 0] }, { minChargeKw: 1.34, maxChargeKw: 1.34 })).toEqual([
      "charge 1.4 → 0.43 [0-0]",
      "stop [1-3]",
    ]);
  });
  test("is the highest at the end of a charge, within the slot's own limit and the connection's", () => {
    const wanted = { carChargeKw: [0, 3, 0, 0] };
    expect(orders(wanted)[1]).toBe("charge 11 → 0.45 [1-1]");
    expect(orders(wanted, { chargeLimitKw: [11, 5, 11, 11] })[1]).toBe("charge 5 → 0.45 [1-1]");
    const site = { importLimitKw: 9, importLimitPerSlotKw: [9, 6, 9, 9] };
    expect(orders(wanted, {}, { site })[1]).toBe("charge 5 → 0.45 [1-1]");
  });
  test("does not raise a peak that is paid for", () => {
    const demandCharge = { pricePerKw: 8, meteringHours: 1 };
    expect(orders({ carChargeKw: [3, 3, 1, 0] }, {}, { site: { demandCharge } })).toEqual([
      "charge 3 → 0.52 [0-2]",
      "stop [3-3]",
    ]);
    const free = { site: { demandCharge: { ...demandCharge, aboveKw: 8 } } };
    expect(orders({ carChargeKw: [3, 0, 0, 0] }, {}, free)[0]).toBe("charge 7 → 0.45 [0-0]");
  });
  test("shares what the connection leaves with a battery that charges as well", () => {
    const battery = { id: "battery", capacityKwh: 10, soc: 0.5, maxChargeKw: 5, maxDischargeKw: 5 };
    const house = { site: { importLimitKw: 9 }, batteries: [battery] };
    const both = { carChargeKw: [2, 0, 0, 0], chargeKw: [2, 0, 0, 0] };
    expect(orders(both, { maxChargeKw: 11 }, house)[0]).toBe("charge 4 → 0.44 [0-0]");
  });
  test("keeps to the plan beside surplus sun", () => {
    const pvArrays = [{ id: "roof", forecastKw: flat(4, 6) }];
    expect(orders({ carChargeKw: [3, 3, 0, 0] }, {}, { pvArrays })).toEqual(["charge 3 → 0.5 [0-1]", "stop [2-3]"]);
  });
});
